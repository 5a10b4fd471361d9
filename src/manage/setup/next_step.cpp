#include "next_step.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

void tell(const identity::Inventory& inventory, const identity::Memory& memory) {
    std::size_t usable = 0, unasked = 0;
    std::set<std::string> names;
    for (const identity::Candidate& candidate : inventory.candidates) {
        if (!candidate.usable()) continue;
        ++usable;
        const std::string account = transport::known_account(memory, candidate);
        if (account.empty()) ++unasked;
        if (!account.empty() && account != "anonymous") names.insert(system::printable(account));
    }
    if (usable == 0) {
        system::say("there is no SSH key here yet");
        return system::hint("make one: git hf-ssh keys new");
    }
    const std::string keys = usable == 1 ? "1 SSH key" : std::to_string(usable) + " SSH keys";
    if (!names.empty()) {
        system::say(keys +
                    " here; known on hf.co: " + system::join({names.begin(), names.end()}, ", "));
    } else {
        system::say(keys + (unasked > 0 ? " here; hf.co was not asked yet whose"
                                        : " here, and hf.co knows none of them"));
    }
    if (unasked > 0) return system::hint("ask which accounts they are: git hf-ssh whoami --all");
    system::hint(names.empty() ? "add one to your account: git hf-ssh keys check --open"
                               : "look at the whole chain: git hf-ssh doctor");
}

}  // namespace

void tell_next_step() {
    try {
        Surroundings surroundings;
        if (const auto connection = surroundings.look_here()) {
            tell(connection->facts.inventory, connection->facts.memory);
        }
    } catch (const system::Failure& failure) {
        system::say("warning: " + std::string(failure.what()));
        system::hint("git hf-ssh doctor");
    }
}

}  // namespace hfssh::manage
