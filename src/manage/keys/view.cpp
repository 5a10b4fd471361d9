
#include "hfssh/identity/candidates.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// All keys, those that a command line names, and the list of them.
namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

// `git hf-ssh keys`

// In the order of identity::AgentState.
constexpr const char* agent_states[] = {"none",      "disabled", "answered",  "unreachable",
                                        "timed-out", "refused",  "too-large", "broken"};

void describe(const Candidate& candidate, const identity::Request& request,
              const std::string& account, bool verbose, Record& record) {
    record.members(key_json(candidate, request, account));
    record.json("public_key", candidate.key ? Json(public_line(candidate)) : Json());
    if (!verbose) return key_row(candidate, request, account, key_state(candidate), record);
    record.heading(key_name(candidate, request));
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

Status list(bool verbose, Report& report) {
    Surroundings surroundings;
    const auto connection = surroundings.look_here();
    const KeyView view = view_keys(*connection);
    const identity::Inventory& inventory = view.inventory;
    report.whole().json("agent", agent_states[static_cast<std::size_t>(inventory.agent)]);
    report.empty_list("keys");
    bool usable = false;
    for (const Candidate& candidate : inventory.candidates) {
        usable = usable || candidate.usable();
        describe(candidate, view.request, transport::known_account(view.memory, candidate), verbose,
                 report.add("keys"));
    }
    print_so_far(report);  // the next step comes last
    const transport::Unheard unheard = transport::unheard_agent(inventory, view.request);
    if (usable && inventory.agent != identity::AgentState::none && !unheard.why.empty()) {
        const std::string& detail = connection->facts.agent.detail;
        system::say("warning: " + unheard.why + (detail.empty() ? "" : ": " + detail));
    }
    for (const identity::Place& place : inventory.unread)
        system::say("warning: " + check_place(place).found);
    if (!usable) {
        const transport::NoKey why =
            transport::nothing_to_offer(inventory, connection->facts.request);
        system::say(why.message);
        system::hint(why.hint);
    }
    return usable ? Status::yes : Status::no;
}

}  // namespace

KeyView view_keys(const Connection& connection, const std::string& path) {
    KeyView view;
    view.request = connection.facts.request;
    for (const settings::GitSetting& setting :
         connection.facts.git.value_or(settings::GitSettings{}).all) {
        if (!setting.key.ends_with(".identity") || identity::is_fingerprint(setting.value))
            continue;
        const std::string file = system::expand_tilde(setting.value);
        if (file.starts_with('/')) view.request.configured.push_back(file);
    }
    if (!path.empty()) view.request.configured.push_back(path);
    view.inventory =
        identity::gather(view.request, connection.facts.agent, transport::ssh_directory());
    view.memory = transport::recall(view.inventory, std::nullopt, connection.facts.store);
    return view;
}

KeyWord read_key_word(const std::string& word) {
    if (identity::is_fingerprint(word)) return {{}, read_fingerprint(word, "keys")};
    if (word.empty() || system::has_control_character(word)) {
        throw Failure("not a key file: '" + system::printable(word) + "'",
                      "to see the keys here: git hf-ssh keys", system::Code::bad_argument);
    }
    const std::string path = system::absolute_path(system::expand_tilde(word));
    if (!path.starts_with('/')) {
        throw Failure("the working directory no longer exists; give the absolute path of the key",
                      {}, system::Code::bad_argument);
    }
    return {path};
}

std::variant<std::size_t, Check> find_key(const KeyView& view, const KeyWord& word) {
    if (!word.path.empty()) {
        const identity::Place* place = view.inventory.place(word.path);
        if (place != nullptr && place->candidate) return *place->candidate;
        return check_place(place != nullptr ? *place : identity::Place{word.path, {}, {}});
    }
    for (std::size_t i = 0; i < view.inventory.candidates.size(); ++i) {
        if (view.inventory.candidates[i].fingerprint() == word.fingerprint) return i;
    }
    return Check{"unknown-key",
                 Check::Result::failure,
                 "no key here has the fingerprint " + word.fingerprint,
                 {},
                 "git hf-ssh keys"};
}

Action keys(Options& options) {
    const bool& verbose = options.flag("-v,--verbose", "all that is known of each key");
    return [&](Report& report) { return list(verbose, report); };
}

}  // namespace hfssh::manage
