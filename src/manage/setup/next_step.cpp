// How setup ends at a terminal: with the one next step for the keys that are here.
#include <unistd.h>

#include <set>
#include <string>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "setup.hpp"

namespace hfssh::manage {
namespace {

struct Keys {
    std::size_t all = 0, usable = 0, unasked = 0;
    std::set<std::string> accounts;
    transport::Unheard unheard;
};

Keys look_at_keys() {
    Surroundings surroundings;
    const auto connection = surroundings.look_here();
    Keys keys;
    const transport::Facts& facts = connection->facts;
    // A wrapper that only may have an agent is no reason against a key.
    if (facts.inventory.agent != identity::AgentState::none || facts.request.wrapper.sets_agent) {
        keys.unheard = transport::unheard_agent(facts.inventory, facts.request);
    }
    keys.all = facts.inventory.unread.size();
    for (const identity::Candidate& candidate : facts.inventory.candidates) {
        ++keys.all;
        if (!candidate.usable()) continue;
        ++keys.usable;
        const std::string account = transport::known_account(connection->facts.memory, candidate);
        if (account.empty()) ++keys.unasked;
        if (!account.empty() && account != "anonymous") {
            keys.accounts.insert(system::printable(account));
        }
    }
    return keys;
}

// Yes unless the answer begins with another letter; an end of input is no.
bool ask_to_make_one() {
    const std::string question =
        "There is no SSH key here yet. Make one and add it to your account now? [Y/n] ";
    if (::isatty(STDIN_FILENO) != 1 ||
        ::write(STDERR_FILENO, question.data(), question.size()) < 0) {
        return false;
    }
    std::string answer;
    char c = 0;
    while (::read(STDIN_FILENO, &c, 1) == 1) {
        if (c == '\n') {
            const auto word = system::trim(answer);
            return word.empty() || word.front() == 'y' || word.front() == 'Y';
        }
        answer += c;
    }
    (void)!::write(STDERR_FILENO, "\n", 1);
    return false;
}

void offer_a_key() {
    if (ask_to_make_one()) {
        const std::string& program = system::executable_path();
        const std::string manager = program.substr(0, program.rfind('/') + 1) + "git-hf-ssh";
        (void)system::execute({manager, {"git-hf-ssh", "keys", "new", "--open", "--wait"}});
        system::say("cannot run " + system::display_path(manager));
    } else {
        system::say("there is no SSH key here yet");
    }
    system::hint("make one: git hf-ssh keys new --open --wait");
}

std::string found(const Keys& keys) {
    return counted(keys.usable, "SSH key") + " found";
}

}  // namespace

void offer_next_step() {
    try {
        const Keys keys = look_at_keys();
        if (keys.all == 0 && !keys.unheard.why.empty()) {
            system::say("there is no SSH key here yet; " + keys.unheard.why);
            return system::hint(keys.unheard.fix);
        }
        if (keys.all == 0) return offer_a_key();
        if (keys.usable == 0) {
            system::say("none of the SSH keys here can be used");
            return system::hint("see why: git hf-ssh keys check");
        }
        if (!keys.accounts.empty()) {
            system::say(found(keys) + "; known on hf.co: " +
                        system::join({keys.accounts.begin(), keys.accounts.end()}, ", "));
            return system::hint("check the path from git to hf.co: git hf-ssh doctor");
        }
        if (keys.unasked > 0) {
            system::say(found(keys) + (keys.usable == 1 ? "; its account is not known yet"
                                                        : "; their accounts are not known yet"));
            return system::hint("ask hf.co for the account: git hf-ssh whoami --all");
        }
        system::say(found(keys) +
                    (keys.usable == 1 ? "; hf.co does not know it" : "; hf.co knows none of them"));
        system::hint("add one to your account: git hf-ssh keys check --open --wait");
    } catch (const system::Failure& failure) {
        system::say("warning: " + std::string(failure.what()));
        system::hint("see what is wrong: git hf-ssh doctor");
    }
}

}  // namespace hfssh::manage
