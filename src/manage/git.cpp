#include "hfssh/manage/git.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr auto limit = std::chrono::seconds(30);

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string_view line : system::lines(text))
        lines.emplace_back(line);
    return lines;
}

}  // namespace

GitAnswer ask_git(std::vector<std::string> words) {
    using End = system::Capture::Result::End;
    const std::string git = system::find_program("git");
    if (git.empty()) throw Failure("git was not found on PATH");
    words.insert(words.begin(), "git");
    system::Capture capture({git, words}, system::Capture::Errors::collect);
    auto answer = capture.wait(std::chrono::steady_clock::now() + limit);
    if (answer.end != End::exited) throw Failure("git " + words[1] + " did not answer");
    while (answer.output.ends_with('\n'))
        answer.output.pop_back();
    return {answer.status, std::move(answer.output), std::move(answer.errors)};
}

std::optional<std::string> repository_here() {
    const GitAnswer directory = ask_git({"rev-parse", "--absolute-git-dir"});
    if (directory.status != 0) {
        // One that belongs to somebody else, or is broken, is not the same as none.
        if (directory.errors.find("not a git repository") == std::string::npos) {
            throw Failure("git cannot use the repository here: " +
                          system::printable(system::trim(directory.errors)));
        }
        return std::nullopt;
    }
    const GitAnswer top = ask_git({"rev-parse", "--show-toplevel"});
    return top.status == 0 && !top.output.empty() ? top.output : directory.output;
}

std::vector<Remote> remotes_here() {
    std::vector<std::string> names = lines_of(ask_git({"remote"}).output);
    const GitAnswer branch = ask_git({"symbolic-ref", "--quiet", "--short", "HEAD"});
    std::string first = "origin";
    if (branch.status == 0) {
        const GitAnswer own = ask_git({"config", "--get", "branch." + branch.output + ".remote"});
        if (own.status == 0) first = own.output;
    }
    std::stable_partition(names.begin(), names.end(),
                          [&](const std::string& name) { return name == first; });
    std::vector<Remote> remotes;
    for (const std::string& name : names) {
        const auto urls = lines_of(ask_git({"remote", "get-url", "--all", "--", name}).output);
        for (const std::string& url : urls)
            remotes.push_back({name, url, false});
        for (const std::string& url :
             lines_of(ask_git({"remote", "get-url", "--push", "--all", "--", name}).output)) {
            if (std::ranges::find(urls, url) == urls.end()) remotes.push_back({name, url, true});
        }
    }
    return remotes;
}

void stand_where_git_runs_ssh() {
    const auto top = repository_here();
    for (const std::string& name : lines_of(ask_git({"rev-parse", "--local-env-vars"}).output)) {
        ::unsetenv(name.c_str());
    }
    if (top && ::chdir(top->c_str()) != 0) {
        throw Failure("cannot enter " + system::display_path(*top));
    }
}

}  // namespace hfssh::manage
