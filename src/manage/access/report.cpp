#include "report.hpp"

#include <algorithm>

#include "hfssh/manage/choice/remedy.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/lesson.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::printable;

using Answer = std::optional<transport::Answer>;

bool is_declined(const Answer& answer) {
    return answer && answer->kind == transport::Answer::Kind::declined;
}

bool is_known(const Answer& answer) {
    return answer && (answer->served() || is_declined(answer));
}

Json verdict(const Answer& answer) {
    return is_known(answer) ? Json(answer->served()) : Json();
}

Json words_json(const Answer& answer) {
    return answer && !answer->words.empty() ? Json(answer->words) : Json();
}

std::string verdict_text(const Answer& answer) {
    if (!answer) return "not asked";
    if (answer->served()) return "yes";
    const char* verdict = is_declined(answer) ? "no" : "no answer";
    return verdict + (answer->words.empty() ? "" : ": " + answer->words);
}

Tone tone_of(const Answer& answer) {
    if (!answer) return Tone::plain;
    return answer->served() ? Tone::good : Tone::bad;
}

Json key_entry(const AccessTarget& target, const AccessResult& result, const KeyAccess& access) {
    const transport::Facts& facts = target.connection->facts;
    const Candidate& candidate = facts.inventory.candidates[access.index];
    const bool chosen = access.index == result.chosen;
    Json entry =
        key_json(candidate, facts.request,
                 chosen ? result.account : transport::known_account(facts.memory, candidate));
    entry["chosen"] = chosen;
    entry["read"] = verdict(access.read);
    entry["read_words"] = words_json(access.read);
    entry["write"] = verdict(access.write);
    entry["write_words"] = words_json(access.write);
    entry["problem"] = or_null(access.why_not);
    return entry;
}

// "read yes, write no  ~/.ssh/id_work (acme, chosen): …": what counts comes first, if it is cut.
std::string key_line(const AccessTarget& target, const AccessResult& result,
                     const KeyAccess& access) {
    const transport::Facts& facts = target.connection->facts;
    const Candidate& candidate = facts.inventory.candidates[access.index];
    const bool chosen = access.index == result.chosen;
    std::vector<std::string> traits;
    const std::string account =
        chosen ? result.account : transport::known_account(facts.memory, candidate);
    if (!account.empty()) traits.push_back(printable(account));
    if (chosen) traits.emplace_back("chosen");
    std::string name = key_name(candidate, facts.request);
    if (!traits.empty()) name += " (" + system::join(traits, ", ") + ")";
    if (!access.why_not.empty()) return "not asked  " + name + ": " + access.why_not;
    std::vector<std::string> verdicts;
    std::string words;
    const auto add = [&](const char* what, const Answer& answer) {
        const std::string text = verdict_text(answer);
        verdicts.push_back(what + text.substr(0, text.find(':')));
        if (answer && !answer->served() && words.find(answer->words) == std::string::npos) {
            words += (words.empty() ? ": " : "; ") + answer->words;
        }
    };
    if (target.read) add("read ", access.read);
    if (target.write) add("write ", access.write);
    return system::join(verdicts, ", ") + "  " + name + words;
}

void add_chosen(const AccessTarget& target, const AccessResult& result, Record& record) {
    const transport::Facts& facts = target.connection->facts;
    const transport::Reason& reason = target.connection->decision.reason;
    const Candidate& candidate = facts.inventory.candidates[result.chosen];
    record.text("key", key_name(candidate, facts.request));
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    record.text("because", reason_text(reason));
    record.text("account", account_text(result.account),
                result.account == "anonymous" ? Tone::bad : Tone::plain);
    const KeyAccess& access = result.of_chosen();
    if (target.read) record.text("read", verdict_text(access.read), tone_of(access.read));
    if (!target.write) return;
    const bool served = access.write && access.write->served();
    record.text(
        "write",
        verdict_text(access.write) + (served ? ", as far as hf.co tells before a push" : ""),
        tone_of(access.write));
}

// Another key that was found to have access; null if there is none.
const Candidate* granted_key(const AccessTarget& target, const AccessResult& result) {
    for (const KeyAccess& access : result.keys) {
        if (access.granted()) return &target.connection->facts.inventory.candidates[access.index];
    }
    return nullptr;
}

std::string way_out(const AccessTarget& target, const AccessResult& result, bool all_keys) {
    const transport::Facts& facts = target.connection->facts;
    const transport::Reason& reason = target.connection->decision.reason;
    const auto& repository = facts.request.repository;
    if (const Candidate* other = granted_key(target, result)) {
        // What no setting can win over is not answered by one.
        if (reason.rule == 2) return "another key can, if none is named: unset " + reason.text;
        if (reason.rule == 3) return "another key can: change " + reason.text;
        return "another key can: " +
               transport::use_command(facts, target.connection->decision, *other);
    }
    if (!repository) return transport::path_hint;
    const bool owned =
        repository && system::equal_ignoring_case(result.account, repository->name_space);
    if (owned && !all_keys) return transport::create_hint(*repository);
    const Candidate* better = better_key(*target.connection);
    const Candidate* chosen = &facts.inventory.candidates[result.chosen];
    const bool of_namespace =
        better != nullptr && better != chosen && repository &&
        system::equal_ignoring_case(transport::known_account(facts.memory, *better),
                                    repository->name_space);
    if (!all_keys && of_namespace && reason.rule != 2 && reason.rule != 3) {
        return "the key of " + printable(repository->name_space) + ": " +
               transport::use_command(facts, target.connection->decision, *better);
    }
    const std::string ask_all =
        "git hf-ssh access --all-keys " + system::shell_word(without_password(target.remote.url));
    const auto usable = std::ranges::count_if(facts.inventory.candidates, &Candidate::usable);
    if (!all_keys && usable > 1) return "ask with each of your keys: " + ask_all;
    const auto locked = std::ranges::find_if(result.keys, [&](const KeyAccess& access) {
        const Candidate& key = facts.inventory.candidates[access.index];
        return !access.why_not.empty() && key.usable() && !key.ready();
    });
    if (locked != result.keys.end()) {
        return "to ask with a locked key, too: " +
               how_to_unlock(facts.inventory.candidates[locked->index], facts.inventory.agent) +
               " && " + ask_all;
    }
    if (owned) return transport::create_hint(*repository);
    if (result.account == "anonymous") return {};
    return "ask the owner of " + printable(repository->path()) + " to give " +
           (result.account.empty() ? "you" : printable(result.account)) +
           " access, or check the path";
}

}  // namespace

bool KeyAccess::answered() const {
    return is_known(read) || is_known(write);
}

bool KeyAccess::granted() const {
    return answered() && (!read || read->served()) && (!write || write->served());
}

const KeyAccess& AccessResult::of_chosen() const {
    return *std::ranges::find(keys, chosen, &KeyAccess::index);
}

void describe_access(const AccessTarget& target, const AccessResult& result, bool all_keys,
                     Record& record) {
    const transport::Facts& facts = target.connection->facts;
    const transport::Reason& reason = target.connection->decision.reason;
    const std::string& name = target.remote.name;
    const std::string url = without_password(target.remote.url);
    const auto& repository = facts.request.repository;
    record.heading(printable((name.empty() ? "" : name + "  ") + url) + (!target.read ? "  (push)"
                                                                         : !target.write
                                                                             ? "  (fetch)"
                                                                             : ""));
    record.json("remote", or_null(name)).json("url", url);
    record.json("repository", repository ? Json(repository->path()) : Json());
    record.json("asked", {{"read", target.read}, {"write", target.write}});
    record.json("reason", reason_json(reason));
    if (!all_keys) add_chosen(target, result, record);
    Json list = Json::array();
    std::string text;
    for (const KeyAccess& access : result.keys) {
        list.push_back(key_entry(target, result, access));
        text += key_line(target, result, access) + "\n";
    }
    record.add({"keys", all_keys ? "keys" : "", list, text, Tone::plain, false, true});
    record.add({"elsewhere", result.elsewhere.empty() ? "" : "elsewhere", or_null(result.elsewhere),
                "hf.co serves " + printable(result.elsewhere)});
}

void advise_on_access(const AccessTarget& target, const AccessResult& result, bool all_keys) {
    const KeyAccess& access = result.of_chosen();
    if (access.granted()) return;
    if (result.account == "anonymous") {
        explain_anonymous(*target.connection);
    }
    if (!result.elsewhere.empty()) {
        const std::string url = "git@hf.co:" + result.elsewhere;
        system::hint("if " + printable(result.elsewhere) + " is meant: " +
                     (target.remote.name.empty() ? "git hf-ssh access " + system::shell_word(url)
                                                 : setting_url(target.remote, url)));
        return;
    }
    if (result.account != "anonymous" || all_keys) {
        const std::string way = way_out(target, result, all_keys);
        if (!way.empty()) system::hint(way);
    }
}

}  // namespace hfssh::manage
