#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/manage/context/standing.hpp"
#include "hfssh/manage/keys/view.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;

std::string agent_state(identity::AgentState state) {
    using State = identity::AgentState;
    switch (state) {
        case State::none:
            return "none";
        case State::answered:
            return "answered";
        case State::unreachable:
            return "unreachable";
        case State::timed_out:
            return "timed-out";
        case State::refused:
            return "refused";
        case State::broken:
            return "broken";
    }
    return {};
}

void describe(const Candidate& candidate, const identity::Request& request,
              const std::string& account, Record& record) {
    record.heading(key_name(candidate, request));
    const Json key = key_json(candidate, request, account);
    for (const auto& [name, value] : key.items())
        record.json(name, value);
    record.json("public_key", candidate.key ? Json(public_line(candidate)) : Json());
    record.text("type", key_type(candidate));
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    if (!candidate.comment.empty()) record.text("comment", system::printable(candidate.comment));
    record.text("where", key_place(candidate),
                candidate.ready()    ? Tone::plain
                : candidate.usable() ? Tone::faint
                                     : Tone::bad);
    record.text("account", account_text(account),
                account.empty()          ? Tone::faint
                : account == "anonymous" ? Tone::bad
                                         : Tone::good);
}

Status list(Report& report) {
    Surroundings surroundings;
    const auto outlook = surroundings.look_here();
    if (!outlook) throw system::Failure("git@hf.co does not lead to hf.co here");
    const KeyView view = view_keys(*outlook);
    const identity::Inventory& inventory = view.inventory;
    report.whole().json("agent", agent_state(inventory.agent));
    report.empty_list("keys");
    bool usable = false;
    for (const Candidate& candidate : inventory.candidates) {
        usable = usable || candidate.usable();
        describe(candidate, view.request, known_account(view.memory, candidate),
                 report.add("keys"));
    }
    if (inventory.agent != identity::AgentState::none &&
        inventory.agent != identity::AgentState::answered) {
        system::say("warning: the ssh-agent gave no list of its keys" +
                    (outlook->prospect.agent.detail.empty()
                         ? std::string()
                         : ": " + outlook->prospect.agent.detail));
    }
    if (!usable) {
        system::say(inventory.candidates.empty() ? "there is no SSH key here"
                                                 : "none of the keys here can be used");
        system::hint("make one: git hf-ssh keys new");
    }
    return usable ? Status::yes : Status::no;
}

}  // namespace

Action keys(Options&) {
    return list;
}

}  // namespace hfssh::manage
