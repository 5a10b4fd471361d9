#include "hfssh/ssh/words/underlying.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "via_words.hpp"

namespace hfssh::ssh {
namespace {

using Outcome = Underlying::Outcome;
using Words = std::vector<std::string>;

constexpr auto evaluation_limit = std::chrono::seconds(5);

bool is_path(std::string_view word) {
    return word.find('/') != std::string_view::npos;
}

bool is_this_program(const std::string& word) {
    const std::string file = system::first_on_path(word);
    return !file.empty() && system::same_file(file, system::executable_path());
}

// Prints each word with a NUL after it. Words come before assignments: a shell expands them first
// as well. The leading "." keeps printf from printing an empty word where there is none.
std::string evaluation_script(const CommandScan& scan) {
    std::string script = "printf '%s\\0' . " + std::string(scan.words) + "\n";
    script += "printf '%s\\0' .\n";
    for (const std::string_view assignment : scan.assignments) {
        const std::string name(assignment.substr(0, assignment.find('=')));
        script += std::string(assignment) + "\nprintf '%s\\0' \"$" + name + "\"\n";
    }
    return script;
}

struct Evaluated {
    Words words;
    std::vector<std::pair<std::string, std::string>> assignments;
    std::string error;
};

std::string evaluation_error(const system::Capture::Result& result) {
    using End = system::Capture::Result::End;
    switch (result.end) {
        case End::timed_out:
            return "its words took longer than five seconds to evaluate";
        case End::too_long:
            return "its words are too long";
        case End::not_started:
            return "can't run /bin/sh";
        case End::signalled:
            return "the shell was killed";
        case End::exited:
            break;
    }
    return "the shell can't evaluate it";
}

Evaluated evaluate(const CommandScan& scan) {
    Evaluated evaluated;
    system::Capture shell({"/bin/sh", {"/bin/sh", "-c", evaluation_script(scan)}});
    const auto result = shell.wait(std::chrono::steady_clock::now() + evaluation_limit);
    std::vector<std::string_view> pieces = system::split(result.output, '\0');
    const std::size_t values = scan.assignments.size();
    // ".", the words, ".", the values, and the nothing after the last NUL
    if (!result.succeeded() || pieces.size() < values + 3 || pieces.front() != "." ||
        pieces[pieces.size() - values - 2] != ".") {
        evaluated.error = evaluation_error(result);
        return evaluated;
    }
    const auto end_of_words = pieces.end() - static_cast<std::ptrdiff_t>(values + 2);
    evaluated.words.assign(pieces.begin() + 1, end_of_words);
    for (std::size_t i = 0; i < values; ++i) {
        const std::string_view text = scan.assignments[i];
        evaluated.assignments.emplace_back(text.substr(0, text.find('=')),
                                           pieces[pieces.size() - values - 1 + i]);
    }
    return evaluated;
}

// "exec" and "command" at the front mean nothing to us; what they do with an option only a shell
// knows.
bool drop_shell_prefix(Words& words) {
    while (!words.empty() && (words.front() == "exec" || words.front() == "command")) {
        words.erase(words.begin());
        if (!words.empty() && words.front().starts_with('-')) return false;
    }
    return true;
}

Underlying ended(Underlying underlying, Outcome outcome, std::string detail) {
    underlying.outcome = outcome;
    underlying.detail = std::move(detail);
    return underlying;
}

bool sets_path(const Underlying& underlying) {
    for (const auto& assignment : underlying.assignments) {
        if (assignment.first == "PATH") return true;
    }
    return false;
}

// A PATH among the assignments is where the program is looked for: env(1) does that.
void launch_by_env(Underlying& underlying) {
    Words words = {"env"};
    for (const auto& [name, value] : underlying.assignments)
        words.push_back(name + '=' + value);
    underlying.assignments.clear();
    underlying.launcher.insert(underlying.launcher.begin(), words.begin(), words.end());
}

// The name of a program we start ourselves becomes its path.
Underlying locate(Underlying underlying) {
    const bool launched = !underlying.launcher.empty();
    const std::string start = launched ? underlying.launcher.front() : underlying.program;
    const bool plain_ssh = !launched && (start == "ssh" || start == "ssh.exe");
    for (const std::string& word : {start, underlying.program}) {
        if (plain_ssh || word == "ssh") continue;  // another ssh may follow us on PATH
        if (is_this_program(word)) return ended(std::move(underlying), Outcome::itself, word);
    }
    const std::string found = system::find_program(start);
    if (found.empty()) return ended(std::move(underlying), Outcome::missing, start);
    if (!launched) {
        underlying.program = found;
    } else if (!is_path(underlying.program) && is_this_program(underlying.program)) {
        underlying.program = system::find_program(underlying.program);
        if (underlying.program.empty())
            return ended(std::move(underlying), Outcome::missing, "ssh");
    }
    return underlying;
}

Underlying from_words(Underlying underlying, Words words) {
    if (!drop_shell_prefix(words)) return ended(std::move(underlying), Outcome::compound, {});
    if (words.empty()) {
        return ended(std::move(underlying), Outcome::not_evaluated, "there is no command in it");
    }
    CommandWords apart = take_apart(words);
    underlying.launcher = std::move(apart.launcher);
    underlying.program = std::move(apart.program);
    underlying.arguments = std::move(apart.arguments);
    underlying.outcome = apart.apart ? Outcome::simple : Outcome::not_apart;
    if (sets_path(underlying) && !is_path(words.front())) launch_by_env(underlying);
    return locate(std::move(underlying));
}

enum class Shell { allowed, forbidden };

Underlying from_text(std::string text, Underlying::Source source, Shell shell = Shell::allowed) {
    Underlying underlying;
    underlying.source = source;
    underlying.text = std::move(text);
    const CommandScan scan = scan_command(underlying.text);
    switch (scan.shape) {
        case CommandShape::compound:
            return ended(std::move(underlying), Outcome::compound, {});
        case CommandShape::unbalanced:
            return ended(std::move(underlying), Outcome::unbalanced, std::string(scan.open));
        case CommandShape::plain: {
            const std::vector<std::string_view> views = system::words(scan.words);
            Words words(views.begin(), views.end());  // the views are into the text moved below
            return from_words(std::move(underlying), std::move(words));
        }
        case CommandShape::simple:
            break;
    }
    if (shell == Shell::forbidden) {
        auto words = literal_words(underlying.text);
        if (words) return from_words(std::move(underlying), std::move(*words));
        return ended(std::move(underlying), Outcome::not_evaluated, "its words need a shell");
    }
    Evaluated evaluated = evaluate(scan);
    if (!evaluated.error.empty()) {
        return ended(std::move(underlying), Outcome::not_evaluated, std::move(evaluated.error));
    }
    underlying.assignments = std::move(evaluated.assignments);
    return from_words(std::move(underlying), std::move(evaluated.words));
}

bool is_blank(const std::optional<std::string>& text) {
    return !text || system::trim(*text).empty();
}

}  // namespace

namespace {

Underlying search(const std::optional<std::string>& via) {
    if (!is_blank(via)) return from_text(*via, Underlying::Source::via);
    const std::optional<std::string> command = system::environment("HF_SSH_COMMAND");
    if (!is_blank(command)) return from_text(*command, Underlying::Source::environment);
    Underlying underlying;
    underlying.outcome = Outcome::simple;
    underlying.program = "ssh";
    return locate(std::move(underlying));
}

}  // namespace

Underlying find_underlying(const std::optional<std::string>& via) {
    Underlying underlying = search(via);
    const std::string& program = underlying.program;
    underlying.no_passwd_entry = underlying.outcome == Outcome::simple &&
                                 program.substr(program.rfind('/') + 1) == "ssh" &&
                                 system::login_name().empty();
    return underlying;
}

Underlying read_underlying(const std::string& text) {
    return from_text(text, Underlying::Source::via, Shell::forbidden);
}

system::Command command_for(const Underlying& underlying, const Words& typed) {
    Words words;
    if (underlying.compound()) {
        words = {"/bin/sh", "-c", underlying.text + " \"$@\"", underlying.text};
    } else {
        words = underlying.launcher;
        words.push_back(underlying.program);
        words.insert(words.end(), underlying.arguments.begin(), underlying.arguments.end());
    }
    words.insert(words.end(), typed.begin(), typed.end());
    const std::string file =
        is_path(words.front()) ? words.front() : system::find_program(words.front());
    return {file, std::move(words)};
}

void put_assignments(const Underlying& underlying) {
    for (const auto& [name, value] : underlying.assignments) {
        setenv(name.c_str(), value.c_str(), 1);
    }
}

}  // namespace hfssh::ssh
