#include <unistd.h>

#include "hfssh/manage/doctor.hpp"
#include "hfssh/manage/key_report.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using Kind = Registration::Kind;
using Result = Check::Result;
using system::printable;

constexpr const char* set_up = "git hf-ssh setup";

// "local" of "core.sshCommand (local)"; empty for a source that is none of git's scopes.
std::string scope_of(const std::string& source) {
    const auto open = source.find('(');
    return open == std::string::npos ? std::string()
                                     : source.substr(open + 1, source.size() - open - 2);
}

// What takes that command away, or puts hf-ssh in front of it.
std::string mending(const Registration& registration) {
    const std::string& source = registration.source;
    if (source == "GIT_SSH_COMMAND") return "unset GIT_SSH_COMMAND";
    const std::string scope = scope_of(source);
    if (scope == "command") return "take core.sshCommand out of git's -c or GIT_CONFIG_COUNT";
    if (scope == "local" || scope == "worktree") {
        return "git config --" + scope + " --unset-all core.sshCommand";
    }
    return set_up;
}

Check look_at_registration(const Registration& registration) {
    constexpr const char* name = "registration";
    const std::string found =
        "git runs " + printable(registration.command) + ", by " + registration.source;
    switch (registration.kind) {
        case Kind::hf_ssh:
            return {name, Result::ok, found, {}, {}};
        case Kind::missing:
            return {name, Result::failure, found + "; there is no such program",
                    "git reaches no host over SSH", mending(registration)};
        case Kind::unknown:
            return {name, Result::warning, found,
                    "this is a piece of shell: nobody can say whether it runs hf-ssh",
                    mending(registration)};
        case Kind::other:
            break;
    }
    return {name, Result::failure, found,
            "hf-ssh is not asked: the host key is not checked against the published ones, and the "
            "first key that ssh finds is offered",
            mending(registration)};
}

// git-lfs looks at GIT_SSH before core.sshCommand, git after it.
Check look_at_overrides(const Registration& registration) {
    constexpr const char* name = "overrides";
    const auto program = system::environment("GIT_SSH");
    if (program && registration.source != "GIT_SSH" && registration.source != "GIT_SSH_COMMAND" &&
        !system::same_file(system::first_on_path(*program), system::executable_path())) {
        return {name, Result::warning, "GIT_SSH is " + printable(*program),
                "git-lfs prefers it to core.sshCommand, and so does not run hf-ssh",
                "unset GIT_SSH"};
    }
    std::string variant, source = "GIT_SSH_VARIANT", mend = "unset GIT_SSH_VARIANT";
    if (const auto set = system::environment("GIT_SSH_VARIANT")) {
        variant = *set;
    } else if (const GitAnswer answer = ask_git({"config", "--show-scope", "--get", "ssh.variant"});
               answer.status == 0) {
        const auto tab = answer.output.find('\t');
        const std::string scope = answer.output.substr(0, tab);
        variant = answer.output.substr(tab + 1);
        source = "ssh.variant (" + scope + ")";
        mend = scope == "command" ? "take ssh.variant out of git's -c or GIT_CONFIG_COUNT"
                                  : "git config --" + scope + " --unset-all ssh.variant";
    }
    for (const char* foreign : {"simple", "plink", "putty", "tortoiseplink"}) {
        if (variant != foreign) continue;
        return {name, Result::warning, source + " is " + variant,
                variant == "simple"
                    ? "git passes neither a port nor its protocol version on, and git-xet gives up"
                    : "git speaks to hf-ssh with PuTTY's options, which are not ssh's",
                mend};
    }
    return {name, Result::ok, "nothing stands over it", {}, {}};
}

Check look_at_helper() {
    constexpr const char* name = "helper";
    const std::string file = system::libexec_program("known-hosts");
    const std::string shown = system::display_path(file);
    if (::access(file.c_str(), X_OK) == 0) return {name, Result::ok, shown, {}, {}};
    constexpr const char* means = "no host key can be checked, so hf-ssh does not connect to hf.co";
    if (::access(file.c_str(), F_OK) == 0) {
        return {name, Result::failure, shown + " cannot be executed", means,
                "chmod +x " + shell_path(file)};
    }
    return {name, Result::failure, shown + " is not there", means, "install hf-ssh again"};
}

}  // namespace

Checks check_registration(const Situation& situation) {
    if (!situation.surroundings) {
        return {skipped("registration", situation.no_surroundings),
                skipped("overrides", situation.no_surroundings), look_at_helper()};
    }
    const Registration& registration = situation.surroundings->registration();
    return {look_at_registration(registration), look_at_overrides(registration), look_at_helper()};
}

}  // namespace hfssh::manage
