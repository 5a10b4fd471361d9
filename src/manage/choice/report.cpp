#include "report.hpp"

#include <algorithm>

#include "hfssh/manage/context/standing.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using identity::Chosen;
using identity::NoChoice;
using system::printable;

void add_transport(const Outlook& outlook, Record& record) {
    const bool native = outlook.prospect.endpoint.wire == transport::Wire::native;
    record.json("transport", native ? "native" : "openssh");
    if (!native) return;
    record.text("transport", outlook.request.underlying.lacks_ssh()
                                 ? "native: no ssh was found on PATH"
                                 : "native; ssh is asked for its configuration only");
}

void add_ssh(const ssh::Underlying& underlying, Record& record) {
    if (underlying.lacks_ssh()) {
        record.json("ssh", Json());
        return;
    }
    std::string line;
    Json words = Json::array();
    const auto add = [&](const std::string& word) {
        line += (line.empty() ? "" : " ") + system::shell_word(word);
        words.push_back(word);
    };
    for (const std::string& word : underlying.launcher)
        add(word);
    add(underlying.program);
    for (const std::string& word : underlying.arguments)
        add(word);
    record.add({"ssh", "ssh", words, line, Tone::plain});
}

void add_endpoint(const Outlook& outlook, Record& record) {
    const transport::Endpoint& endpoint = outlook.prospect.endpoint;
    const std::string& proxy = endpoint.proxy_command;
    record.add({"endpoint",
                "connects to",
                {{"user", endpoint.user},
                 {"host", endpoint.host},
                 {"port", endpoint.port},
                 {"proxy_command", proxy.empty() ? Json() : Json(proxy)}},
                printable(endpoint.user + "@" + endpoint.host + ", port " + endpoint.port),
                Tone::plain});
    if (!proxy.empty()) record.text("through", printable(proxy));
    if (outlook.prospect.configured.is_alias) {
        record.text("alias", printable(outlook.request.typed.destination->host) +
                                 " is hf.co, by your ssh configuration");
    }
}

// Settings of this repository's patterns and of none; what is for others says nothing here.
void add_settings(const Outlook& outlook, Record& record) {
    std::string text;
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& value,
                         const std::string& scope) {
        list.push_back({{"name", name}, {"value", value}, {"scope", scope}});
        text += printable(name + " = " + value + " (" + scope + ")") + "\n";
    };
    const identity::Request& request = outlook.survey.request;
    if (request.environment_identity) {
        add("HF_SSH_IDENTITY", *request.environment_identity, "environment");
    }
    if (request.environment_account) {
        add("HF_SSH_ACCOUNT", *request.environment_account, "environment");
    }
    std::vector<std::string> patterns;
    if (request.repository) patterns = hub::patterns_for(*request.repository);
    for (const settings::GitSetting& setting :
         outlook.prospect.git.value_or(settings::GitSettings{}).all) {
        const auto first = setting.key.find('.');
        const auto last = setting.key.rfind('.');
        const bool general = first == last;
        const std::string pattern = general ? "" : setting.key.substr(first + 1, last - first - 1);
        const auto counts = [&](const std::string& other) {
            return system::equal_ignoring_case(other, pattern);
        };
        if (!general && std::ranges::none_of(patterns, counts)) continue;
        add(setting.key, setting.value, setting.scope);
    }
    record.add({"settings", text.empty() ? "" : "settings", list, text, Tone::plain});
}

void add_choice(const Outlook& outlook, Record& record) {
    const transport::Survey& survey = outlook.survey;
    if (const auto* none = std::get_if<NoChoice>(&survey.choice)) {
        record.json("key", Json());
        record.add({"problem",
                    "no key",
                    {{"rule", none->rule}, {"message", none->message}, {"hint", none->hint}},
                    none->message,
                    Tone::bad});
        if (!none->hint.empty()) record.text("hint", none->hint);
        return;
    }
    const auto& chosen = std::get<Chosen>(survey.choice);
    const Candidate& candidate = survey.inventory.candidates[chosen.index];
    const std::string account = known_account(survey.memory, candidate);
    record.add({"key", "key", key_json(candidate, survey.request, account),
                key_name(candidate, survey.request), Tone::strong});
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    record.add({"reason",
                "because",
                {{"rule", chosen.reason.rule}, {"text", chosen.reason.text}},
                chosen.reason.text + " (rule " + std::to_string(chosen.reason.rule) + ")",
                Tone::plain});
    record.text("account", account_text(account), account == "anonymous" ? Tone::bad : Tone::plain);
    if (!candidate.ready())
        record.text("locked",
                    "ssh asks for what unlocks it, or before: " + how_to_unlock(candidate));
}

void add_candidates(const Outlook& outlook, Record& record) {
    const transport::Survey& survey = outlook.survey;
    const auto* chosen = std::get_if<Chosen>(&survey.choice);
    Json list = Json::array();
    std::string text;
    for (std::size_t i = 0; i < survey.inventory.candidates.size(); ++i) {
        const Candidate& candidate = survey.inventory.candidates[i];
        const bool is_it = chosen != nullptr && chosen->index == i;
        const std::string why = standing(survey, i);
        Json entry = key_json(candidate, survey.request, known_account(survey.memory, candidate));
        entry["chosen"] = is_it;
        entry["why"] = why;
        list.push_back(std::move(entry));
        text += std::to_string(i + 1) + ". " + key_name(candidate, survey.request) +
                (is_it ? ": chosen (rule " + std::to_string(chosen->reason.rule) + "), "
                       : ": passed over, ") +
                why + "\n";
    }
    for (const identity::Place& place : survey.inventory.places) {
        if (place.candidate) continue;
        const std::string why = place.problem.kind == identity::NotStored::Kind::missing
                                    ? "there is no such file"
                                    : place.problem.detail;
        list.push_back({{"name", system::display_path(place.path)},
                        {"path", place.path},
                        {"type", Json()},
                        {"bits", Json()},
                        {"fingerprint", Json()},
                        {"comment", Json()},
                        {"where", "file"},
                        {"state", "unreadable"},
                        {"hardware", false},
                        {"account", Json()},
                        {"chosen", false},
                        {"why", why}});
        text += "-  " + system::display_path(place.path) + ": passed over, " + why + "\n";
    }
    record.add({"candidates", text.empty() ? "" : "candidates", list, text, Tone::plain});
}

void add_questions(const Outlook& outlook, Record& record) {
    const auto indices = keys_to_ask_first(outlook.request, outlook.prospect, outlook.survey);
    Json list = Json::array();
    for (const std::size_t index : indices) {
        list.push_back(outlook.survey.inventory.candidates[index].fingerprint());
    }
    record.json("asked_first", list);
    if (indices.empty()) return;
    record.text("but first", "a connection asks hf.co, once, whose " +
                                 std::to_string(indices.size()) +
                                 " of these keys are, and then chooses anew; 'git hf-ssh whoami "
                                 "--all' does so now");
}

}  // namespace

void describe_outlook(const Outlook& outlook, Record& record) {
    const auto& repository = outlook.prospect.remote.repository;
    record.json("repository", repository ? Json(repository->path()) : Json());
    add_choice(outlook, record);
    add_transport(outlook, record);
    add_ssh(outlook.request.underlying, record);
    add_endpoint(outlook, record);
    add_settings(outlook, record);
    add_candidates(outlook, record);
    add_questions(outlook, record);
}

}  // namespace hfssh::manage
