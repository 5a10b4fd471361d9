#include "hfssh/settings/git_settings.hpp"

#include <unistd.h>

#include <cerrno>
#include <climits>

#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::settings {
namespace {

constexpr std::string_view section = "hf-ssh.";

// The text up to the next NUL, which is taken off REST; none where there is no NUL.
std::optional<std::string_view> take_field(std::string_view& rest) {
    const auto end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return field;
}

// As git reads one; none if it is not a boolean.
std::optional<bool> read_boolean(std::string_view text) {
    const std::string value = system::lower(text);
    if (value == "true" || value == "yes" || value == "on" || value == "1") return true;
    if (value == "false" || value == "no" || value == "off" || value == "0" || value.empty()) {
        return false;
    }
    return std::nullopt;
}

const GitSetting* find_key(const std::vector<GitSetting>& all, std::string_view key) {
    for (auto setting = all.rbegin(); setting != all.rend(); ++setting) {
        if (system::equal_ignoring_case(setting->key, key)) return &*setting;
    }
    return nullptr;
}

}  // namespace

const GitSetting* GitSettings::find(std::string_view variable) const {
    return find_key(all, std::string(section) + std::string(variable));
}

const GitSetting* GitSettings::find(std::string_view pattern, std::string_view variable) const {
    return find_key(all, std::string(section) + std::string(pattern) + "." + std::string(variable));
}

bool GitSettings::boolean(std::string_view variable, bool fallback) const {
    const GitSetting* setting = find(variable);
    return setting == nullptr ? fallback : read_boolean(setting->value).value_or(fallback);
}

system::Colour GitSettings::colour() const {
    const std::string value = system::lower(color_advice.empty() ? color_ui : color_advice);
    if (value == "always") return system::Colour::always;
    const bool off = value == "never" || (!value.empty() && !read_boolean(value).value_or(true));
    return off ? system::Colour::never : system::Colour::on_terminals;
}

std::optional<GitSettings> read_git_config(std::string_view output) {
    GitSettings settings;
    while (!output.empty()) {
        const auto scope = take_field(output);
        const auto entry = scope ? take_field(output) : std::nullopt;
        if (!entry) return std::nullopt;
        const auto newline = entry->find('\n');
        const bool has_value = newline != std::string_view::npos;
        GitSetting setting = {std::string(*scope), std::string(entry->substr(0, newline)),
                              has_value ? std::string(entry->substr(newline + 1)) : "true"};
        if (setting.key == "color.advice") {
            settings.color_advice = setting.value;
        } else if (setting.key == "color.advice.hint") {
            settings.color_hint = setting.value;
        } else if (setting.key == "color.ui") {
            settings.color_ui = setting.value;
        } else if (setting.key.starts_with("url.")) {
            const bool rewrites =
                std::string_view("https://huggingface.co/").starts_with(setting.value);
            const bool push = setting.key.ends_with(".pushinsteadof");
            (push ? settings.https_push_rewritten : settings.https_rewritten) |= rewrites;
        } else {
            settings.all.push_back(std::move(setting));
        }
    }
    return settings;
}

namespace {

system::Command question(const std::string& git) {
    return {git,
            {"git", "config", "--null", "--show-scope", "--get-regexp",
             R"(^(hf-ssh\.|color\.(advice(\.hint)?|ui)$|url\..*insteadof$))"}};
}

// git itself has run this command, or needs no repository (clone): where its configuration cannot
// be read from here, the fault is a repository in the working directory that git is not using.
// Without one the system's and the user's own are read, and git's command line.
system::Command question_outside(const std::string& git) {
    system::Command command = question(git);
    command.environment = {"GIT_DIR=/dev/null"};
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) == nullptr) {
        command.argv.insert(command.argv.begin() + 1, {"-C", "/"});
    }
    return command;
}

// What git has to say, a warning or why it failed.
void pass_on(const std::string& errors) {
    if (errors.empty()) return;
    const std::string words = system::printable_lines(errors) + "\n";
    if (::write(STDERR_FILENO, words.data(), words.size()) < 0) return;
}

// 1 is git's word for "nothing found".
bool has_read(const system::Capture::Result& result) {
    return result.end == system::Capture::Result::End::exited &&
           (result.status == 0 || (result.status == 1 && result.output.empty()));
}

// Where there is no git, as in a small container, there is mostly nothing that it would read
// either.
bool nothing_to_read() {
    for (const char* name : {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_COUNT",
                             "GIT_CONFIG_PARAMETERS", "GIT_DIR"}) {
        if (system::environment(name)) return false;
    }
    const std::string xdg =
        system::environment("XDG_CONFIG_HOME").value_or(system::expand_tilde("~/.config"));
    for (const std::string& file : {std::string("/etc/gitconfig"), xdg + "/git/config",
                                    system::expand_tilde("~/.gitconfig"), std::string(".git")}) {
        if (::access(file.c_str(), F_OK) == 0 || errno != ENOENT) return false;
    }
    return true;
}

}  // namespace

GitQuery::GitQuery() : program_(system::find_program("git")) {
    if (!program_.empty()) git_.emplace(question(program_), system::Capture::Errors::collect);
}

GitQuery::Outcome GitQuery::wait(std::chrono::steady_clock::time_point deadline,
                                 GitSettings& settings) {
    using End = system::Capture::Result::End;
    if (!git_) return nothing_to_read() ? Outcome::read : Outcome::no_git;
    system::Capture::Result result = git_->wait(deadline);
    if (result.end == End::not_started) return Outcome::no_git;
    if (result.end == End::timed_out) return Outcome::timed_out;
    if (!has_read(result)) {
        auto outside = system::Capture(question_outside(program_), system::Capture::Errors::discard)
                           .wait(deadline);
        if (outside.end == End::timed_out) return Outcome::timed_out;
        if (has_read(outside)) {
            system::trace("git cannot read its configuration here, and does without this place's");
            result = std::move(outside);
        }
    }
    pass_on(result.errors);
    if (!has_read(result)) return Outcome::failed;
    auto read = read_git_config(result.output);
    if (!read) return Outcome::failed;
    settings = std::move(*read);
    return Outcome::read;
}

}  // namespace hfssh::settings
