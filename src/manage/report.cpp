#include "hfssh/manage/report.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::size_t widest = 80;
constexpr std::size_t narrowest = 40;  // below that, lines are left to the terminal
constexpr std::size_t margin = 4;
constexpr int format_version = 1;

std::string_view escape(Tone tone) {
    switch (tone) {
        case Tone::strong:
            return "\x1b[1m";
        case Tone::good:
            return "\x1b[32m";
        case Tone::bad:
            return "\x1b[31m";
        case Tone::faint:
            return "\x1b[2m";
        case Tone::plain:
            break;
    }
    return {};
}

std::string toned(const std::string& text, Tone tone, bool colour) {
    if (!colour || text.empty() || tone == Tone::plain) return text;
    return std::string(escape(tone)) + text + "\x1b[0m";
}

// COLUMNS before what the terminal says, as git has it.
std::size_t terminal_width() {
    std::size_t found = 0;
    const std::string named = system::environment("COLUMNS").value_or("");
    winsize size{};
    if (std::from_chars(named.data(), named.data() + named.size(), found).ec != std::errc() &&
        ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        found = size.ws_col;
    }
    return found == 0 ? widest : std::clamp(found, narrowest, widest);
}

// Characters, not bytes; good enough for columns.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// One line of words into lines that end before column WIDTH, from column INDENT on.
void wrap(std::string_view line, std::size_t indent, std::size_t width,
          std::vector<std::string>& out) {
    std::string current;
    for (const std::string_view word : system::words(line)) {
        const bool full = indent + columns(current) + 1 + columns(word) > width;
        if (!current.empty() && full) {
            out.push_back(current);
            current = "  ";  // what goes on stands further in
        } else if (!current.empty()) {
            current += ' ';
        }
        current += word;
    }
    out.push_back(current);
}

}  // namespace

Record& Record::add(const std::string& name, const std::string& label, const std::string& value,
                    Tone tone) {
    return add({name, label, value, value, tone});
}

Record& Record::add(Field field) {
    fields_.push_back(std::move(field));
    return *this;
}

Record& Record::json(const std::string& name, Json value) {
    return add({name, {}, std::move(value), {}, Tone::plain});
}

Record& Record::text(const std::string& label, const std::string& text, Tone tone) {
    return add({{}, label, {}, text, tone});
}

Record& Record::heading(const std::string& text, Tone tone) {
    heading_ = text;
    heading_tone_ = tone;
    return *this;
}

Json Record::to_json() const {
    Json json = Json::object();
    for (const Field& field : fields_) {
        if (!field.name.empty()) json[field.name] = field.value;
    }
    return json;
}

std::string Record::to_text(const Form& form) const {
    std::size_t longest = 0;
    for (const Field& field : fields_)
        longest = std::max(longest, columns(field.label));
    const std::size_t indent = margin + longest + 2;
    std::string text;
    if (!heading_.empty()) text += toned(heading_, heading_tone_, form.colour) + "\n";
    for (const Field& field : fields_) {
        if (field.label.empty()) continue;
        std::vector<std::string> pieces;
        for (const std::string_view line : system::lines(field.text))
            wrap(line, indent, form.width, pieces);
        std::string start = std::string(margin, ' ') + field.label;
        start.append(indent - margin - columns(field.label), ' ');
        for (const std::string& piece : pieces) {
            text += start + toned(piece, field.tone, form.colour) + "\n";
            start.assign(indent, ' ');
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

Json Report::to_json() const {
    Json json = {{"version", format_version}, {"command", command_}};
    json.update(whole_.to_json());
    for (const List& list : lists_) {
        Json records = Json::array();
        for (const auto& record : list.records)
            records.push_back(record->to_json());
        json[list.name] = std::move(records);
    }
    return json;
}

std::string Report::to_text(const Form& form) const {
    std::string text = whole_.to_text(form);
    for (const List& list : lists_) {
        for (const auto& record : list.records) {
            const std::string next = record->to_text(form);
            if (!text.empty() && !next.empty()) text += "\n";
            text += next;
        }
    }
    return text;
}

void print_out(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EPIPE) return;  // `| head`: whoever reads has seen enough
        if (count < 0) {
            throw system::Failure("cannot write to standard output: " +
                                  std::string(std::strerror(errno)));
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void print(const Report& report, bool as_json) {
    if (as_json) {
        print_out(report.to_json().dump(2) + "\n");
        return;
    }
    Form form;
    if (::isatty(STDOUT_FILENO) == 1) {
        form.width = terminal_width();
        form.colour = !system::environment("NO_COLOR") &&
                      system::environment("TERM").value_or("dumb") != "dumb";
    }
    print_out(report.to_text(form));
}

}  // namespace hfssh::manage
