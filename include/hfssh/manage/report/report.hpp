#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/hint.hpp"

// What a verb found out, as text for a person or as JSON for a program. Both come from the same
// fields, so that they agree.
namespace hfssh::manage {

using Json = nlohmann::ordered_json;

enum class Tone { plain, strong, good, bad, faint, caution };

// What precedes a line that reports a state: a word in a pipe, a symbol at a
// terminal.
enum class Mark { ok, warning, failure, skipped };

// Null for an empty text.
[[nodiscard]] Json or_null(const std::string& text);
// {"command": ...}, {"advice": ...} or null.
[[nodiscard]] Json fix_json(const system::Fix& fix);

// What the reader's end can show.
struct Style {
    bool colour = false;
    bool symbols = false;
    std::size_t width = 80;  // columns
    bool cut = false;        // what has a line to itself is cut to fit it
};

class Record;

struct Field {
    std::string name;   // in JSON; empty: not there
    std::string label;  // in text; empty: not there
    Json value;
    std::string text;  // several lines: each begins in its column; is made printable
    Tone tone = Tone::plain;
    bool whole = false;  // a command: its lines are not broken
    bool cut = false;    // nor are these, but cut if the style says so
};

// One thing that is reported on: a heading, and what there is to say of it.
class Record {
  public:
    // For both. TEXT is for the user if that is not VALUE itself.
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
    // "ok  LABEL  TEXT" instead of a heading. No blank line is between such records; their labels
    // are padded by who knows them all.
    Record& mark(Mark mark, const std::string& label, const std::string& text);

    // "ok  alice  ~/.ssh/id_ed25519  ED25519  ready": a line of a table, whose columns are as wide
    // as the rows of one list need. It is never broken: if the style cuts, the widest columns are.
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
    Record& last() { return last_; }           // those at its end
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
// symbols only at a terminal: no colour with NO_COLOR, no symbols if the locale has
// no UTF-8. Throws a system::Failure if it cannot be written; a reader that is gone, as after
// `| head`, is none.
void print(const Report& report, bool as_json);
// Prints the records so far, complete each, if the report streams. Throws as print() does.
void print_so_far(Report& report);
void print_out(std::string_view text);
// "1 key", "3 keys"
[[nodiscard]] std::string counted(std::size_t count, const std::string& thing);
// "cannot DOING PATH: " and what errno says.
[[nodiscard]] system::Failure cannot(const std::string& doing, const std::string& path, int error);
// JSON in ASCII, so that nothing from outside can control a terminal or reorder the text around it;
// invalid UTF-8 is replaced.
[[nodiscard]] std::string ascii(const Json& json, int indent = -1);

// One link of the chain between git and hf.co, checked by `git hf-ssh doctor`.
struct Check {
    using Result = Mark;

    std::string name;  // stable, for a program: "ssh-agent", "host-keys"
    Result result = Result::ok;
    std::string found = {};  // printable, one line or several: "OpenSSH 9.2p1 in /usr/bin/ssh"
    std::string why = {};    // printable; why it matters, empty if that is plain
    std::string fix = {};    // what to do, in the form of a hint: see system::read_hint()
};

using Checks = std::vector<Check>;

// "ok", "warning", "failure", "skipped"
[[nodiscard]] const char* name_of(Mark mark);

[[nodiscard]] inline bool is_problem(const Check& check) {
    return check.result == Check::Result::warning || check.result == Check::Result::failure;
}

// All of CHECK for JSON. As text a line with its mark, and for a problem why it matters and the
// fix; LABEL, padded to WIDTH, and TEXT are what the line says. Without a label there is no text.
void describe(const Check& check, const std::string& label, const std::string& text,
              std::size_t width, Record& record);

// The fix to start with: of the first failure that has one, else of the first warning. JSON:
// "first".
void start_with(const Checks& checks, Record& record);

// What is being waited for: one line on standard error, replaced by the next one and erased at the
// end. Only at a terminal that can do that. Whoever writes to the terminal erases it first.
class Progress {
  public:
    Progress();
    ~Progress() { erase(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    [[nodiscard]] bool is_shown() const { return rewrites_; }  // else nothing is ever written
    void show(const std::string& text);
    void erase();

  private:
    bool rewrites_;
    std::string shown_;
};

}  // namespace hfssh::manage
