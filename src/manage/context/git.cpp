#include "hfssh/manage/context/git.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

// What `git remote set-url` needs to find the one of several URLs; nothing if there is only
// one. Nullopt if that is unknown: insteadOf has changed it, or it holds a secret.
std::optional<std::string> one_of_several(const Remote& remote) {
    const GitAnswer configured = ask_git(
        {"config", "--get-all", "remote." + remote.name + (remote.push ? ".pushurl" : ".url")});
    const auto urls = system::lines(configured.output);
    if (urls.size() < 2) return std::nullopt;
    if (std::ranges::find(urls, remote.url) == urls.end()) return "";
    if (without_password(remote.url) != remote.url) return "";
    std::string pattern = "^";
    for (const char c : remote.url) {
        if (std::string_view(".[]{}()*+?^$|\\").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern + "$";
}

constexpr auto limit = std::chrono::seconds(30);

constexpr std::string_view file_origin = "file:";
constexpr std::size_t fields = 3;  // scope, origin, key and value

std::optional<ConfigLine> read_line(std::string_view scope, std::string_view origin,
                                    std::string_view pair) {
    if (scope.empty() || pair.empty()) return std::nullopt;
    ConfigLine line;
    line.scope = scope;
    if (origin.starts_with(file_origin)) line.file = origin.substr(file_origin.size());
    const auto end = pair.find('\n');
    line.key = pair.substr(0, end);
    if (end != std::string_view::npos) line.value = pair.substr(end + 1);
    return line;
}

// git names a file of the repository relative to its top, whatever the working directory is.
void make_absolute(std::vector<ConfigLine>& lines) {
    const auto is_relative = [](const ConfigLine& line) {
        return !line.file.empty() && !line.file.starts_with('/');
    };
    if (std::ranges::none_of(lines, is_relative)) return;
    const GitAnswer top = ask_git({"rev-parse", "--show-toplevel"});  // none in a bare one
    for (ConfigLine& line : lines) {
        if (!is_relative(line)) continue;
        line.file =
            top.status == 0 ? top.output + "/" + line.file : system::absolute_path(line.file);
    }
}

}  // namespace

GitAnswer ask_git(std::vector<std::string> words, std::vector<std::string> environment) {
    using End = system::Capture::Result::End;
    const std::string git = system::find_program("git");
    if (git.empty()) throw Failure("git was not found on PATH", {}, system::Code::git);
    words.insert(words.begin(), "git");
    // Some of its messages are read, so they must not be translated.
    environment.emplace_back("LC_ALL=C");
    system::Capture capture({git, words, environment}, system::Capture::Errors::collect);
    auto answer = capture.wait(std::chrono::steady_clock::now() + limit);
    if (answer.end != End::exited)
        throw Failure("git " + words[1] + " did not answer", {}, system::Code::git);
    while (answer.output.ends_with('\n'))
        answer.output.pop_back();
    return {answer.status, std::move(answer.output), std::move(answer.errors)};
}

std::optional<repository::Place> repository_here() {
    GitAnswer directory = ask_git({"rev-parse", "--absolute-git-dir"});
    if (directory.status != 0) {
        // One that belongs to another user, or is broken, is not the same as none.
        if (directory.errors.find("not a git repository") == std::string::npos) {
            throw Failure(
                "git cannot use the repository here\n" + system::printable_lines(directory.errors),
                "a URL needs none: git hf-ssh explain git@hf.co:gpt2", system::Code::no_repository);
        }
        return std::nullopt;
    }
    GitAnswer top = ask_git({"rev-parse", "--show-toplevel"});
    return repository::Place{std::move(directory.output),
                             top.status == 0 ? std::move(top.output) : std::string()};
}

repository::GitView view_of_git() {
    return {repository::read_config_list(ask_git({"config", "--null", "--list"}).output),
            ask_git({"symbolic-ref", "--quiet", "--short", "HEAD"}).output};
}

void tell_if_not_opened(const repository::Contents& contents) {
    if (contents.not_opened.empty()) return;
    system::say("libgit2 cannot open this repository: " + contents.not_opened +
                "\nits remotes are those that git lists; submodules, and what is set for git-lfs, "
                "are not seen");
    system::hint("name the URL of one of those, as in: git hf-ssh explain git@hf.co:gpt2");
}

std::vector<Remote> each_remote(const std::vector<repository::Remote>& remotes) {
    const auto among = [](const std::vector<std::string>& urls, const std::string& url) {
        return std::ranges::find(urls, url) != urls.end();
    };
    std::vector<Remote> each;
    for (const repository::Remote& remote : remotes) {
        for (const std::string& url : remote.urls)
            each.push_back({remote.name, url, false, among(remote.push_urls, url)});
        for (const std::string& url : remote.push_urls) {
            if (!among(remote.urls, url)) each.push_back({remote.name, url, true, true});
        }
    }
    return each;
}

void stand_where_git_runs_ssh(const std::optional<repository::Place>& place) {
    const GitAnswer answer = ask_git({"rev-parse", "--local-env-vars"});
    for (const std::string_view name : system::lines(answer.output)) {
        ::unsetenv(std::string(name).c_str());
    }
    if (!place) return;
    const std::string& top = place->work_tree.empty() ? place->git_directory : place->work_tree;
    if (::chdir(top.c_str()) != 0)
        throw Failure("cannot enter " + system::display_path(top), {}, system::Code::file);
}

std::string setting_url(const Remote& remote, const std::string& url) {
    const std::string quoted = system::shell_word(remote.name);
    const auto old = one_of_several(remote);
    if (old && old->empty()) {
        return "put " + system::printable(url) + " in its place: git config --edit";
    }
    return std::string("git remote set-url ") + (remote.push ? "--push " : "") + quoted + " " +
           system::shell_word(url) + (old ? " " + system::shell_word(*old) : "");
}

std::optional<std::vector<ConfigLine>> read_config_lines(std::string_view output) {
    std::vector<ConfigLine> lines;
    if (output.empty()) return lines;
    if (!output.ends_with('\0')) return std::nullopt;
    output.remove_suffix(1);
    const auto pieces = system::split(output, '\0');
    if (pieces.size() % fields != 0) return std::nullopt;
    for (std::size_t i = 0; i < pieces.size(); i += fields) {
        auto line = read_line(pieces[i], pieces[i + 1], pieces[i + 2]);
        if (!line) return std::nullopt;
        lines.push_back(std::move(*line));
    }
    return lines;
}

std::vector<ConfigLine> config_lines(const std::string& pattern,
                                     const std::vector<std::string>& options,
                                     const std::string& directory) {
    std::vector<std::string> words;
    if (!directory.empty()) words = {"-C", directory};
    words.emplace_back("config");
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--null", "--show-scope", "--show-origin", "--get-regexp", pattern});
    const GitAnswer answer = ask_git(words);
    if (answer.status == 1) return {};  // there is none
    auto lines = read_config_lines(answer.output);
    if (answer.status != 0 || !lines) {
        throw system::Failure(
            "git cannot read its configuration: " + system::printable_lines(answer.errors), {},
            system::Code::git);
    }
    if (directory.empty()) make_absolute(*lines);
    return std::move(*lines);
}

std::string exact_pattern(std::string_view value) {
    constexpr std::string_view special = "\\^$.|?*+()[{";  // what closes is itself
    std::string pattern = "^";
    for (const char c : value) {
        if (special.find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern + "$";
}

}  // namespace hfssh::manage
