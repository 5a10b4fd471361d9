#include "hfssh/manage/options.hpp"

#include <CLI/CLI.hpp>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {

struct Options::Parser {
    CLI::App app;
    std::string line;  // of the usage: " IDENTITY [--for PATTERN]"
    std::string list;
};

namespace {

// CLI11's words as ours: a lower-case letter in front, no full stop.
std::string sentence(std::string text) {
    if (text.size() > 1 && text[1] >= 'a' && text[1] <= 'z') text[0] = system::lower(text)[0];
    while (text.ends_with('\n') || text.ends_with('.'))
        text.pop_back();
    return system::printable(text);
}

std::string row(const std::string& name, const std::string& help) {
    constexpr std::size_t column = 22;
    std::string text = "    " + name;
    text.append(text.size() < column ? column - text.size() : 1, ' ');
    for (const std::string_view line : system::lines(help)) {
        text += std::string(line) + "\n" + std::string(column, ' ');
    }
    text.resize(text.size() - column);
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
    parser_->app.add_flag_callback(name, [&value] { value = true; });
    parser_->line += " [" + name + "]";
    parser_->list += row(name, help);
}

void Options::option(const std::string& name, const std::string& what,
                     std::optional<std::string>& value, const std::string& help) {
    parser_->app.add_option_function<std::string>(
        name, [&value](const std::string& given) { value = given; });
    parser_->line += " [" + name + " " + what + "]";
    parser_->list += row(name + " " + what, help);
}

void Options::argument(const std::string& what, std::optional<std::string>& value, bool required,
                       const std::string& help) {
    parser_->app
        .add_option_function<std::string>(what,
                                          [&value](const std::string& given) { value = given; })
        ->required(required);
    parser_->line += required ? " " + what : " [" + what + "]";
    parser_->list += row(what, help);
}

void Options::arguments(const std::string& what, std::vector<std::string>& values, bool required,
                        const std::string& help) {
    parser_->app.add_option(what, values)->required(required);
    parser_->line += required ? " " + what + "..." : " [" + what + "...]";
    parser_->list += row(what, help);
}

bool Options::read(const std::vector<std::string>& words) {
    try {
        // CLI11 takes the words from the back.
        parser_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        return true;
    } catch (const CLI::ParseError& error) {
        throw UsageError{sentence(error.what())};
    }
    return false;
}

std::string Options::usage() const {
    return "usage: " + parser_->app.get_name() + parser_->line + "\n\n" +
           parser_->app.get_description() + "\n\n" + parser_->list;
}

}  // namespace hfssh::manage
