#include "report.hpp"

#include <algorithm>
#include <vector>

#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/plan.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::printable;

void add_transport(const Connection& connection, Record& record) {
    const bool native = connection.facts.wire == transport::Wire::native;
    record.json("transport", native ? "native" : "openssh");
    if (!native) return;
    const ssh::Underlying& underlying = connection.facts.typed.underlying;
    record.text("transport", underlying.no_passwd_entry ? "native: " + no_passwd_entry("ssh")
                             : underlying.lacks_ssh()
                                 ? "native: no ssh was found on PATH"
                                 : "native; ssh is asked for its configuration only");
}

void add_ssh(const ssh::Underlying& underlying, Record& record) {
    if (underlying.lacks_ssh()) {
        record.json("ssh", Json());
        return;
    }
    std::string line;
    const std::vector<std::string> words = shown_words_of(underlying);
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + system::shell_word(word);
    record.add({"ssh", "ssh", words, line});
}

void add_endpoint(const Connection& connection, Record& record) {
    const transport::Endpoint& endpoint = connection.facts.endpoint;
    const std::string proxy = ssh::shown_command(endpoint.proxy_command);
    const std::string user = ssh::shown_user(endpoint.user);
    record.add({"endpoint",
                "connects to",
                {{"user", user},
                 {"host", endpoint.host},
                 {"port", endpoint.port},
                 {"proxy_command", or_null(proxy)}},
                printable(user + "@" + endpoint.host + ", port " + endpoint.port)});
    if (!proxy.empty()) record.text("through", printable(proxy));
    if (connection.facts.endpoint.is_alias) {
        record.text("alias", printable(connection.facts.endpoint.line.destination->host) +
                                 " is hf.co, by your ssh configuration");
    }
}

// Settings of this repository's patterns and of none; what is for others says nothing here.
void add_settings(const Connection& connection, Record& record) {
    std::string text;
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& value,
                         const std::string& scope) {
        list.push_back({{"name", name}, {"value", value}, {"scope", scope}});
        text += printable(name + " = " + value + " (" + scope + ")") + "\n";
    };
    const identity::Request& request = connection.facts.request;
    if (request.environment_identity) {
        add("HF_SSH_IDENTITY", *request.environment_identity, "environment");
    }
    if (request.environment_account) {
        add("HF_SSH_ACCOUNT", *request.environment_account, "environment");
    }
    std::vector<std::string> patterns;
    if (request.repository) patterns = hub::patterns_for(*request.repository);
    for (const settings::GitSetting& setting :
         connection.facts.git.value_or(settings::GitSettings{}).all) {
        const auto first = setting.key.find('.');
        const auto last = setting.key.rfind('.');
        const bool general = first == last;
        const std::string pattern = general ? "" : setting.key.substr(first + 1, last - first - 1);
        const auto counts = [&](const std::string& other) {
            return system::equal_ignoring_case(other, pattern);
        };
        if (!general && std::ranges::none_of(patterns, counts)) continue;
        // The one that counts was refused if it is a key's text; one that does not is here.
        const bool key = settings::holds_key_text(setting.value);
        add(setting.key, key ? "[the text of a key]" : setting.value, setting.scope);
    }
    record.add({"settings", text.empty() ? "" : "settings", list, text});
}

void add_choice(const Connection& connection, Record& record) {
    const transport::Facts& facts = connection.facts;
    const transport::Decision& decision = connection.decision;
    const transport::Reason& reason = decision.reason;
    if (!decision.chosen) {
        const transport::NoKey& none = decision.none;
        record.json("key", Json());
        record.add({"problem",
                    "no key",
                    {{"rule", reason.rule},
                     {"message", none.message},
                     {"fix", fix_json(system::read_hint(none.hint))}},
                    none.message,
                    Tone::bad});
        if (!none.hint.empty()) record.fix({}, "fix", system::read_hint(none.hint));
        return;
    }
    const Candidate& candidate = facts.inventory.candidates[*decision.chosen];
    const std::string& account = decision.keys[*decision.chosen].account;
    record.add({"key", "key", key_json(candidate, facts.request, account),
                key_name(candidate, facts.request), Tone::strong});
    if (candidate.key) record.text("fingerprint", candidate.fingerprint());
    record.add({"reason", "because", reason_json(reason), reason_text(reason)});
    record.text("account", account_text(account), account == "anonymous" ? Tone::bad : Tone::plain);
    if (!candidate.ready())
        record.text("locked", "ssh asks for what unlocks it; to unlock it once: " +
                                  how_to_unlock(candidate, facts.inventory.agent));
}

void add_candidates(const Connection& connection, Record& record) {
    const transport::Facts& facts = connection.facts;
    const transport::Decision& decision = connection.decision;
    Json list = Json::array();
    std::string text;
    for (std::size_t i = 0; i < facts.inventory.candidates.size(); ++i) {
        const Candidate& candidate = facts.inventory.candidates[i];
        const bool is_it = decision.chosen == i;
        const std::string& why = decision.keys[i].reason;
        Json entry = key_json(candidate, facts.request, decision.keys[i].account);
        entry["chosen"] = is_it;
        entry["why"] = why;
        list.push_back(std::move(entry));
        text += std::to_string(i + 1) + ". " + key_name(candidate, facts.request) +
                (is_it ? ": chosen (rule " + std::to_string(decision.reason.rule) + "), "
                       : ": not chosen, ") +
                why + "\n";
    }
    for (const identity::Place& place : facts.inventory.places) {
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
        text += "-  " + system::display_path(place.path) + ": not chosen, " + why + "\n";
    }
    record.add({"candidates", text.empty() ? "" : "candidates", list, text});
}

void add_questions(const Connection& connection, Record& record) {
    const auto& indices = connection.decision.ask_first;
    Json list = Json::array();
    for (const std::size_t index : indices) {
        list.push_back(connection.facts.inventory.candidates[index].fingerprint());
    }
    record.json("asked_first", list);
    if (indices.empty()) return;
    record.text("but first", "hf.co is asked, once, which accounts " +
                                 std::to_string(indices.size()) +
                                 " of these keys belong to; to do so now: git hf-ssh whoami --all");
}

using repository::Contents;

// "~/models/one, a work tree of another repository, HEAD detached"
std::string kind_of(const Contents& contents) {
    const repository::Place& place = contents.place;
    std::vector<std::string> parts = {
        system::display_path(place.work_tree.empty() ? place.git_directory : place.work_tree)};
    if (contents.bare) parts.emplace_back("bare");
    if (contents.linked) parts.emplace_back("one of several work trees");
    if (contents.detached) parts.emplace_back("HEAD detached");
    if (contents.unborn) parts.emplace_back("no commit yet");
    if (!contents.not_opened.empty()) parts.push_back("not opened: " + contents.not_opened);
    return system::join(parts, ", ");
}

void add_here(const Contents& contents, Record& record) {
    const repository::Place& place = contents.place;
    const bool known = contents.not_opened.empty();
    const auto if_known = [&](bool value) { return known ? Json(value) : Json(); };
    record.add({"here",
                "here",
                {{"git_directory", place.git_directory},
                 {"work_tree", or_null(place.work_tree)},
                 {"bare", if_known(contents.bare)},
                 {"linked", if_known(contents.linked)},
                 {"detached", if_known(contents.detached)},
                 {"unborn", if_known(contents.unborn)},
                 {"not_opened", known ? Json() : Json(contents.not_opened)}},
                kind_of(contents)});
}

void add_lfs(const Contents& contents, Record& record) {
    Json patterns = Json::array();
    Json endpoints = Json::array();
    std::vector<std::string> text;
    for (const repository::LfsPattern& entry : contents.lfs_patterns) {
        patterns.push_back({{"pattern", entry.pattern}, {"file", entry.file}});
        text.push_back(system::printable(entry.pattern));
    }
    std::string lines = system::join(text, " ");
    for (const repository::LfsEndpoint& entry : contents.lfs_endpoints) {
        const std::string url = without_password(entry.url);
        endpoints.push_back({{"key", entry.key}, {"url", url}, {"file", or_null(entry.file)}});
        lines += (lines.empty() ? "" : "\n") + system::printable(entry.key + " = " + url);
    }
    record.add({"lfs",
                lines.empty() ? "" : "git-lfs",
                {{"patterns", patterns}, {"endpoints", endpoints}},
                lines});
}

}  // namespace

void describe_connection(const Connection& connection, Record& record) {
    const auto& repository = connection.facts.remote.repository;
    record.json("repository", repository ? Json(repository->path()) : Json());
    add_choice(connection, record);
    add_transport(connection, record);
    add_ssh(connection.facts.typed.underlying, record);
    add_endpoint(connection, record);
    const std::string sharing = transport::describe_sharing(connection.facts);
    record.add({"sharing", "connection", sharing, printable(sharing)});
    add_settings(connection, record);
    add_candidates(connection, record);
    add_questions(connection, record);
}

void describe_contents(const Contents& contents, Record& record) {
    add_here(contents, record);
    add_lfs(contents, record);
}

}  // namespace hfssh::manage
