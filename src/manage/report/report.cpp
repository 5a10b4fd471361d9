#include "hfssh/manage/report/report.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::size_t margin = 4;
constexpr int format_version = 1;

// In the order of Tone.
constexpr std::string_view escapes[] = {"",         "\x1b[1m", "\x1b[32m",
                                        "\x1b[31m", "\x1b[2m", "\x1b[33m"};

std::string toned(const std::string& text, Tone tone, bool colour) {
    if (!colour || text.empty() || tone == Tone::plain) return text;
    return std::string(escapes[static_cast<std::size_t>(tone)]) + text + "\x1b[0m";
}

struct MarkShape {
    std::string_view word;
    std::string_view symbol;
    Tone tone;
};

// In the order of Mark: a check mark, a ballot x.
constexpr MarkShape shapes[] = {{"ok", "\xE2\x9C\x93", Tone::good},
                                {"warning", "!", Tone::caution},
                                {"FAILED", "\xE2\x9C\x97", Tone::bad},
                                {"skipped", "-", Tone::faint}};

constexpr std::size_t word_width = 9;  // of a mark, with the blanks after it
constexpr std::size_t symbol_width = 2;

// Characters, not bytes; good enough for columns.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// One line of words into lines that end before column WIDTH, from column INDENT on.
void wrap(std::string_view line, std::size_t indent, std::size_t width,
          std::vector<std::string>& out) {
    std::string current;
    for (const std::string_view raw : system::words(line)) {
        const std::string word = system::printable(raw);
        const bool full = indent + columns(current) + 1 + columns(word) > width;
        if (!current.empty() && full) {
            out.push_back(current);
            current = "  ";  // continued lines are indented
        } else if (!current.empty()) {
            current += ' ';
        }
        current += word;
    }
    out.push_back(current);
}

std::size_t mark_width(const Style& style) {
    return style.symbols ? symbol_width : word_width;
}

// Its beginning and, but for what is only words, its end, if it is longer than LONGEST.
std::string shortened(const std::string& text, std::size_t longest, const Style& style,
                      bool words = false) {
    const std::string whole = system::printable(text);
    if (columns(whole) <= longest || longest < 5) return whole;
    const auto cut_after = [&](std::size_t count) {  // the byte after COUNT characters
        std::size_t at = 0;
        while (at < whole.size() && columns(std::string_view(whole).substr(0, at + 1)) <= count)
            ++at;
        return at;
    };
    const std::string dots = style.symbols ? "\xE2\x80\xA6" : "...";
    const std::size_t left = longest - columns(dots);
    const std::size_t first = words ? left : left / 2;
    const std::size_t rest = columns(whole) - (left - first);
    return whole.substr(0, cut_after(first)) + dots + whole.substr(cut_after(rest));
}

// The widths of all columns, for rows that fit if the style cuts them.
std::vector<std::size_t> widths_of(const std::vector<std::unique_ptr<Record>>& records,
                                   const Style& style) {
    std::vector<std::size_t> widths;
    for (const auto& record : records) {
        for (std::size_t i = 0; i < record->cells().size(); ++i) {
            const std::size_t width = columns(system::printable(record->cells()[i]));
            if (i == widths.size()) widths.push_back(0);
            widths[i] = std::max(widths[i], width);
        }
    }
    if (widths.empty() || !style.cut) return widths;
    std::size_t all = mark_width(style) - 2;
    for (const std::size_t width : widths)
        all += width + 2;
    for (; all > style.width; --all) {
        std::size_t& widest = *std::ranges::max_element(widths);
        if (widest == 5) break;
        --widest;
    }
    return widths;
}

// The lines as they are, but for what no terminal is to see.
std::string shown(std::string_view text) {
    std::vector<std::string> found;
    for (const std::string_view line : system::lines(text))
        found.push_back(system::printable(line));
    return system::join(found, "\n");
}

}  // namespace

Json or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

std::string counted(std::size_t count, const std::string& thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

system::Failure cannot(const std::string& doing, const std::string& path, int error) {
    return system::Failure(
        "cannot " + doing + " " + system::display_path(path) + ": " + std::strerror(error), {},
        system::Code::file);
}

Json fix_json(const system::Fix& fix) {
    if (!fix.command.empty()) return {{"command", fix.command}};
    return fix.advice.empty() ? Json() : Json{{"advice", fix.advice}};
}

Record& Record::add(const std::string& name, const std::string& label, const std::string& value,
                    Tone tone) {
    return add({name, label, value, value, tone});
}

Record& Record::add(Field field) {
    fields_.push_back(std::move(field));
    return *this;
}

Record& Record::json(const std::string& name, Json value) {
    return add({name, {}, std::move(value), {}});
}

Record& Record::members(const Json& object) {
    for (const auto& [name, value] : object.items())
        json(name, value);
    return *this;
}

Record& Record::fix(const std::string& name, const std::string& label, const system::Fix& fix,
                    Tone tone) {
    return add({name, fix.empty() ? std::string() : label, fix_json(fix), fix.text(), tone, true});
}

Record& Record::text(const std::string& label, const std::string& text, Tone tone) {
    return add({{}, label, {}, text, tone});
}

Record& Record::heading(const std::string& text, Tone tone) {
    heading_ = text;
    heading_tone_ = tone;
    return *this;
}

Record& Record::mark(Mark mark, const std::string& label, const std::string& text) {
    mark_ = mark;
    label_ = label;
    heading_ = text;
    return *this;
}

Record& Record::row(Mark mark, std::vector<std::string> cells) {
    mark_ = mark;
    cells_ = std::move(cells);
    return *this;
}

Json Record::to_json() const {
    Json json = Json::object();
    for (const Field& field : fields_) {
        if (!field.name.empty()) json[field.name] = field.value;
    }
    return json;
}

// The heading, or what follows the mark.
std::string Record::start(const Style& style, const std::vector<std::size_t>& widths) const {
    if (!mark_) {
        return heading_.empty() ? "" : toned(shown(heading_), heading_tone_, style.colour) + "\n";
    }
    const MarkShape& shape = shapes[static_cast<std::size_t>(*mark_)];
    const bool symbol = style.symbols || (!cells_.empty() && mark_ == Mark::skipped);
    const std::string_view sign = symbol ? shape.symbol : shape.word;
    const std::size_t wide = mark_width(style);
    std::string begin = toned(std::string(sign), shape.tone, style.colour);
    begin.append(wide - columns(sign), ' ');
    std::size_t indent = wide;
    if (cells_.empty()) {
        begin += toned(label_, Tone::strong, style.colour) + "  ";
        indent += columns(label_) + 2;
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const bool last = i + 1 == cells_.size();
        const std::string cell = shortened(cells_[i], widths[i], style, last);
        begin += cell;
        if (!last) begin.append(widths[i] - columns(cell) + 2, ' ');
    }
    if (!cells_.empty()) return begin + "\n";
    std::vector<std::string> pieces;
    for (const std::string_view line : system::lines(heading_))
        wrap(line, indent, style.width, pieces);
    std::string text;
    for (const std::string& piece : pieces) {
        text += begin + piece + "\n";
        begin.assign(indent, ' ');
    }
    return text;
}

std::string Record::to_text(const Style& style, const std::vector<std::size_t>& widths) const {
    std::size_t longest = 0;
    for (const Field& field : fields_)
        longest = std::max(longest, columns(field.label));
    const std::size_t left = mark_ && !style.symbols ? word_width : margin;
    const std::size_t indent = left + longest + 2;
    std::string text = start(style, widths);
    for (const Field& field : fields_) {
        if (field.label.empty()) continue;
        std::vector<std::string> pieces;
        for (const std::string_view line : system::lines(field.text)) {
            if (field.cut && style.cut) {
                const std::size_t room = style.width - std::min(style.width, indent);
                pieces.push_back(shortened(std::string(line), room, style, true));
            } else if (field.whole) {
                pieces.push_back(system::printable(line));
            } else {
                wrap(line, indent, style.width, pieces);
            }
        }
        std::string begin = std::string(left, ' ') + field.label;
        begin.append(indent - left - columns(field.label), ' ');
        for (const std::string& piece : pieces) {
            text += begin + toned(piece, field.tone, style.colour) + "\n";
            begin.assign(indent, ' ');
        }
    }
    return text;
}

Report::List& Report::list(const std::string& name) {
    for (List& known : lists_) {
        if (known.name == name) return known;
    }
    lists_.push_back({name, {}});
    return lists_.back();
}

Record& Report::add(const std::string& name) {
    auto& records = list(name).records;
    records.push_back(std::make_unique<Record>());
    return *records.back();
}

void Report::empty_list(const std::string& name) {
    (void)list(name);
}

void Report::tell_what_follows() const {
    if (afterwards_) afterwards_();
}

Json Report::to_json() const {
    Json json = {{"version", format_version}, {"command", command_}};
    json.update(whole_.to_json());
    for (const List& list : lists_) {
        Json records = Json::array();
        for (const auto& record : list.records)
            records.push_back(record->to_json());
        json[list.name] = std::move(records);
    }
    json.update(last_.to_json());
    return json;
}

std::string Report::render(const Style& style, Layout& layout) const {
    std::string text;
    const auto add = [&](const Record& record, const std::vector<std::size_t>& widths = {}) {
        const std::string next = record.is_told() ? std::string() : record.to_text(style, widths);
        if (next.empty()) return;
        if (layout.any && !(layout.close && record.marked())) text += "\n";
        layout = {true, record.marked()};
        text += next;
    };
    add(whole_);
    for (const List& list : lists_) {
        const std::vector<std::size_t> widths = widths_of(list.records, style);
        for (const auto& record : list.records)
            add(*record, widths);
    }
    add(last_);
    return text;
}

std::string Report::to_text(const Style& style) const {
    Layout layout = layout_;
    return render(style, layout);
}

std::string Report::take_text(const Style& style) {
    std::string text = render(style, layout_);
    if (!whole_.to_text(style).empty()) whole_.told();
    for (const List& list : lists_) {
        for (const auto& record : list.records)
            record->told();
    }
    return text;
}

}  // namespace hfssh::manage
