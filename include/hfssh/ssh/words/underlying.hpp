#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hfssh/system/process.hpp"

// Which ssh is run underneath: --via, HF_SSH_COMMAND, or the ssh on PATH that is not hf-ssh.
namespace hfssh::ssh {

struct Underlying {
    enum class Outcome {
        simple,         // every field below is known
        not_apart,      // a command whose arguments are not just options: runs as it is for other
                        // hosts, and can't be rebuilt for hf.co
        compound,       // a piece of shell: likewise
        unbalanced,     // DETAIL is the quote or bracket that does not end
        itself,         // names hf-ssh: an endless chain. DETAIL is the word
        missing,        // no such program. DETAIL is the name looked for
        not_evaluated,  // the shell failed on the words. DETAIL says how
    };
    enum class Source { via, environment, path };

    Outcome outcome = Outcome::missing;
    Source source = Source::path;
    std::string text;    // the command as configured, empty for the ssh on PATH
    std::string detail;  // what the outcome says

    // "FOO=1 nice ssh -4": leading assignments, the words before the ssh, the ssh (a path, except
    // after a launcher, which may look elsewhere), its own options.
    std::vector<std::pair<std::string, std::string>> assignments;
    std::vector<std::string> launcher;
    std::string program;
    std::vector<std::string> arguments;

    // The ssh is there, but ends at once, also for -G ("No user exists for uid N"): the user ID has
    // no passwd entry, as in many containers. A wrapper of another name may run elsewhere.
    bool no_passwd_entry = false;

    // hf.co has to be reached without an ssh: this machine has none, or it cannot run for
    // this user. Its arguments are known.
    [[nodiscard]] bool lacks_ssh() const {
        return no_passwd_entry ||
               (outcome == Outcome::missing && launcher.empty() && detail == "ssh");
    }
    [[nodiscard]] bool compound() const { return outcome == Outcome::compound; }
    // Can command_for() make a command of it?
    [[nodiscard]] bool runs() const {
        return outcome == Outcome::simple || outcome == Outcome::not_apart || compound();
    }
};

// VIA is the text after --via; if it is absent or blank, HF_SSH_COMMAND and PATH are used.
// Words with something for a shell in them are evaluated by /bin/sh, once, within five seconds.
[[nodiscard]] Underlying find_underlying(const std::optional<std::string>& via);

// The same for a TEXT that no shell may see, because another user wrote it (the configuration of
// a repository): if its words need a shell the outcome is not_evaluated.
[[nodiscard]] Underlying read_underlying(const std::string& text);

// What to execute for another host: the words with TYPED after them, or for a compound command
// what git itself runs, sh -c 'TEXT "$@"' TEXT TYPED…. Only where UNDERLYING.runs().
[[nodiscard]] system::Command command_for(const Underlying& underlying,
                                          const std::vector<std::string>& typed);

// Puts the leading assignments into this process's environment, before command_for()'s command
// is executed. A compound command has none: its shell makes them.
void put_assignments(const Underlying& underlying);

}  // namespace hfssh::ssh
