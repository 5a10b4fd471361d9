// What the verbs that ask hf.co have in common.
#include "hfssh/manage/context/asking.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "hfssh/manage/report/key.hpp"
#include "hfssh/manage/report/progress.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {

using identity::Candidate;
using transport::Person;

bool person_is_here() {
    if (settings::nobody_to_ask() || ::isatty(STDERR_FILENO) != 1) return false;
    const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    return terminal.get() >= 0;
}

bool passphrase_can_be_asked() {
    return settings::askpass_can_ask() || person_is_here();
}

std::string reason_not_to_ask(const Candidate& candidate, const transport::Facts& facts,
                              bool person) {
    if (!candidate.usable()) return key_place(candidate);
    for (const std::string& added : facts.request.wrapper.files) {
        if (added != candidate.path) {
            return "the ssh that is run offers " + system::display_path(added) + " itself";
        }
    }
    if (!facts.request.wrapper.problem.empty()) return facts.request.wrapper.problem;
    if (!candidate.ready())
        return "it is locked: " + how_to_unlock(candidate, facts.inventory.agent);
    if (transport::needs_person(candidate, facts.inventory) && !person) {
        return "it needs somebody at a terminal";
    }
    return {};
}

Person person_for(const Candidate& candidate, const transport::Facts& facts) {
    const bool person =
        transport::needs_person(candidate, facts.inventory) && passphrase_can_be_asked();
    if (!candidate.ready() && !person) {
        throw system::Failure(
            key_name(candidate, facts.request) +
                " is locked, and nobody can be asked to unlock it here",
            "give the key to the ssh-agent: " + how_to_unlock(candidate, facts.inventory.agent),
            system::Code::key_locked);
    }
    return person ? Person::asked : Person::told;
}

transport::Answer ask_account(Connection& connection, const Candidate& candidate, Person person,
                              const Surroundings& surroundings) {
    Progress progress;
    if (person != Person::asked) progress.show("asking hf.co about the key ...");
    const transport::Answer answer =
        transport::Asked(connection.facts, candidate, {person})
            .wait(connection.facts.store, {[&] { return surroundings.told_to_end(); }});
    progress.erase();
    if (answer.kind != transport::Answer::Kind::greeted) show_lines(answer.said);
    return answer;
}

void ask_about(Connection& connection, const std::vector<std::size_t>& keys,
               const transport::Question& question, const transport::Patience& patience,
               const transport::Each& each) {
    transport::Facts& facts = connection.facts;
    Progress progress;
    // ssh may ask for a passphrase on the same line.
    const bool quiet = std::ranges::any_of(keys, [&](std::size_t key) {
        return transport::needs_person(facts.inventory.candidates[key], facts.inventory);
    });
    std::size_t next = 1;
    const auto show = [&] {
        if (quiet || next > keys.size()) return;
        progress.show("asking hf.co about key " + std::to_string(next) + " of " +
                      std::to_string(keys.size()) + " ...");
    };
    show();
    transport::ask_each(facts, keys, question, facts.store, patience,
                        [&](std::size_t key, const transport::Answer& answer) {
                            progress.erase();
                            ++next;
                            const bool go_on = each(key, answer);
                            show();
                            return go_on;
                        });
}

void show_lines(const std::string& lines) {
    static std::string last;  // what every key, or every question, meets alike
    if (lines.empty() || lines == last) return;
    last = lines;
    const std::string whole = lines + "\n";
    // Nobody is left to tell where this fails.
    if (::write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;
}

}  // namespace hfssh::manage
