#include "hfssh/manage/command/options.hpp"

#include <CLI/CLI.hpp>

#include "complaint.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {

struct Options::Parser {
    CLI::App app;
};

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 22;

// What stands for it in the usage's first line.
std::string synopsis(const Declared& one) {
    if (one.kind == Declared::Kind::flag) return "[" + one.name + "]";
    if (one.kind == Declared::Kind::option) return "[" + one.name + " " + one.what + "]";
    const std::string word = one.what + (one.many ? "..." : "");
    return one.required ? word : "[" + word + "]";
}

std::string row(const Declared& one) {
    std::string text = "    " + (one.brief.empty() ? "" : one.brief + ", ") + one.name;
    if (!one.what.empty()) text += (one.name.empty() ? "" : " ") + one.what;
    if (text.size() < column) {
        text.append(column - text.size(), ' ');
    } else {
        text += "\n" + std::string(column, ' ');
    }
    std::size_t at = column;
    for (const std::string_view line : system::lines(one.help)) {
        for (const std::string_view word : system::words(line)) {
            if (at > column && at + 1 + word.size() > width) {
                text += "\n" + std::string(column, ' ');
                at = column;
            }
            text += std::string(at > column ? " " : "") + std::string(word);
            at += word.size() + (at > column ? 1 : 0);
        }
    }
    text += "\n";
    return text;
}

}  // namespace

Options::Options(const std::string& verb, const std::string& summary)
    : parser_(std::make_unique<Parser>()) {
    CLI::App& app = parser_->app;
    app.name("git hf-ssh " + verb);
    app.description(summary);
    app.set_help_flag("-h");
    app.allow_windows_style_options(false);
}

Options::~Options() = default;

void Options::flag(const std::string& name, bool& value, const std::string& help) {
    parser_->app.add_flag_callback(name, [&value] { value = true; })->disable_flag_override();
    const auto comma = name.find(',');
    declared_.push_back({Declared::Kind::flag, name.substr(comma + 1), {}, help});
    if (comma != std::string::npos) declared_.back().brief = name.substr(0, comma);
}

void Options::option(const std::string& name, const std::string& what,
                     std::optional<std::string>& value, const std::string& help) {
    parser_->app.add_option_function<std::string>(
        name, [&value](const std::string& given) { value = given; });
    const auto comma = name.find(',');
    declared_.push_back({Declared::Kind::option, name.substr(comma + 1), what, help});
    if (comma != std::string::npos) declared_.back().brief = name.substr(0, comma);
}

void Options::argument(const std::string& what, std::optional<std::string>& value, bool required,
                       const std::string& help) {
    parser_->app
        .add_option_function<std::string>(what,
                                          [&value](const std::string& given) { value = given; })
        ->required(required);
    declared_.push_back({Declared::Kind::word, {}, what, help, required});
}

void Options::arguments(const std::string& what, std::vector<std::string>& values, bool required,
                        const std::string& help) {
    parser_->app.add_option(what, values)->required(required);
    declared_.push_back({Declared::Kind::word, {}, what, help, required, true});
}

bool Options::read(const std::vector<std::string>& words) {
    std::string otherwise;
    try {
        // CLI11 takes the words from the back.
        parser_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        return true;
    } catch (const CLI::ParseError& error) {
        otherwise = system::printable(system::lower(error.what()));
    }
    // It takes "--for --json" for a value, where one was forgotten.
    UsageError found = complaint(declared_, words);
    if (found.message.empty()) found.message = otherwise;
    if (!found.message.empty()) throw UsageError(found);
    return false;
}

std::string Options::usage() const {
    std::string text = "usage: " + parser_->app.get_name();
    const std::size_t indent = text.size();
    std::size_t at = text.size();
    for (const Declared& one : declared_) {
        const std::string piece = synopsis(one);
        if (at + 1 + piece.size() > width) {
            text += "\n" + std::string(indent, ' ');
            at = indent;
        }
        text += " " + piece;
        at += 1 + piece.size();
    }
    text += "\n\n" + parser_->app.get_description() + "\n";
    for (const Declared& one : declared_)
        text += (&one == &declared_.front() ? "\n" : "") + row(one);
    return text;
}

}  // namespace hfssh::manage
