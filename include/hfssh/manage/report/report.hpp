#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/hint.hpp"

// What a verb found out, as text for a person or as JSON for a program. Both come from the same
// fields, so that they agree.
namespace hfssh::manage {

using Json = nlohmann::ordered_json;

enum class Tone { plain, strong, good, bad, faint, caution };

// What stands in front of a line that says how something is: a word in a pipe, a symbol at a
// terminal.
enum class Mark { ok, warning, failure, skipped };

// {"command": ...}, {"advice": ...} or null.
[[nodiscard]] Json fix_json(const system::Fix& fix);

// What the reader's end can show.
struct Style {
    bool colour = false;
    bool symbols = false;
    std::size_t width = 80;  // columns
};

class Record;

struct Field {
    std::string name;   // in JSON; empty: not there
    std::string label;  // in text; empty: not there
    Json value;
    std::string text;  // several lines: each begins anew in its column; is made printable
    Tone tone = Tone::plain;
    bool whole = false;  // a command: its lines are not broken
};

// One thing that is reported on: a heading, and what there is to say of it.
class Record {
  public:
    // For both. TEXT is for the person where that is not VALUE itself.
    Record& add(const std::string& name, const std::string& label, const std::string& value,
                Tone tone = Tone::plain);
    Record& add(Field field);
    Record& json(const std::string& name, Json value);  // for a program alone
    Record& members(const Json& object);                // each of them for a program alone
    // In text the command as it is, in JSON {"command": ...}, {"advice": ...} or null. LABEL empty:
    // JSON alone.
    Record& fix(const std::string& name, const std::string& label, const system::Fix& fix,
                Tone tone = Tone::plain);
    Record& text(const std::string& label, const std::string& text, Tone tone = Tone::plain);

    Record& heading(const std::string& text, Tone tone = Tone::strong);
    // "ok  LABEL  TEXT" instead of a heading. Such records stand close to each other; their labels
    // are padded by who knows them all.
    Record& mark(Mark mark, const std::string& label, const std::string& text);

    // "ok  alice  ~/.ssh/id_ed25519  ED25519  ready": a line of a table, whose columns are as wide
    // as the rows of one list need, and are cut to leave room for the last one, which is wrapped.
    Record& row(Mark mark, std::vector<std::string> cells);
    [[nodiscard]] const std::vector<std::string>& cells() const { return cells_; }

    // Its text has been printed: it is not part of the report's text any more.
    void told() { told_ = true; }
    [[nodiscard]] bool is_told() const { return told_; }
    [[nodiscard]] bool marked() const { return mark_.has_value(); }
    [[nodiscard]] Json to_json() const;
    // Lines no wider than the style has columns, as far as words allow. WIDTHS are those of the
    // columns of a row.
    [[nodiscard]] std::string to_text(const Style& style,
                                      const std::vector<std::size_t>& widths = {}) const;

  private:
    [[nodiscard]] std::string start(const Style& style,
                                    const std::vector<std::size_t>& widths) const;

    std::string heading_;
    Tone heading_tone_ = Tone::strong;
    std::optional<Mark> mark_;
    std::string label_;
    std::vector<std::string> cells_;
    bool told_ = false;
    std::vector<Field> fields_;
};

// The whole answer of one verb.
class Report {
  public:
    // STREAMS: it will be printed as text, so that print_so_far() may print what is complete.
    explicit Report(std::string_view command, bool streams = false)
        : command_(command), streams_(streams) {}
    Record& whole() { return whole_; }         // fields of the report itself
    Record& last() { return last_; }           // those that stand at its end
    Record& add(const std::string& list);      // one more record of a list in JSON
    void empty_list(const std::string& list);  // the list is there, even if without records
    // To be said when the report has been printed: the next step belongs below it.
    void afterwards(std::function<void()> tell) { afterwards_ = std::move(tell); }
    [[nodiscard]] Json to_json() const;  // {"version":1,"command":…}
    // All of it that take_text() has not returned yet.
    [[nodiscard]] std::string to_text(const Style& style) const;
    [[nodiscard]] std::string take_text(const Style& style);
    [[nodiscard]] bool streams() const { return streams_; }
    void tell_what_follows() const;

  private:
    struct List {
        std::string name;
        std::vector<std::unique_ptr<Record>> records;
    };
    List& list(const std::string& name);
    // What an empty line depends on.
    struct Layout {
        bool any = false;    // something was printed
        bool close = false;  // by a record with a mark
    };
    std::string render(const Style& style, Layout& layout) const;

    std::string command_;
    bool streams_ = false;
    Layout layout_;  // after what take_text() returned
    Record whole_;
    Record last_;
    std::vector<List> lists_;
    std::function<void()> afterwards_;
};

// On standard output, in 80 columns; on a narrower terminal in as many as that has. Colour and
// symbols only where it is a terminal: colour not with NO_COLOR, symbols not where the locale has
// no UTF-8. Throws a system::Failure where it cannot be written; a reader that is gone, as behind
// `| head`, is none.
void print(const Report& report, bool as_json);
// Prints the records so far, complete each, if the report streams. Throws as print() does.
void print_so_far(Report& report);
void print_out(std::string_view text);
// JSON in ASCII, so that nothing from outside can control a terminal or reorder the text around it;
// invalid UTF-8 is replaced.
[[nodiscard]] std::string ascii(const Json& json, int indent = -1);

}  // namespace hfssh::manage
