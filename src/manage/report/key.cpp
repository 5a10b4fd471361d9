#include "hfssh/manage/report/key.hpp"

#include "hfssh/identity/policy.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using identity::Refusal;

bool is_environment_key(const Candidate& candidate, const identity::Request& request) {
    return request.environment_key && candidate.path == *request.environment_key;
}

std::string_view state_name(const Candidate& candidate) {
    switch (candidate.refusal) {
        case Refusal::none:
            break;
        case Refusal::dsa:
            return "refused-dsa";
        case Refusal::short_rsa:
            return "refused-short-rsa";
        case Refusal::not_accepted:
        case Refusal::required_rsa_size:
        case Refusal::unsupported:
            return "refused-by-ssh";
    }
    if (candidate.ready()) return "ready";
    if (candidate.usable()) return "locked";
    if (candidate.exposed) return "exposed";
    return candidate.has_private ? "unreadable" : "public-only";
}

std::string_view where_name(const Candidate& candidate) {
    if (candidate.path.empty()) return candidate.in_agent ? "agent" : "token";
    return candidate.in_agent ? "both" : "file";
}

std::string state_text(const Candidate& candidate) {
    if (candidate.refusal == Refusal::dsa) return "never offered: DSA";
    if (candidate.refusal == Refusal::short_rsa) return "never offered: RSA below 2048 bits";
    if (candidate.ready()) return "ready";
    if (candidate.usable()) {
        return candidate.provider.empty() ? "locked, it has a passphrase" : "locked, it has a PIN";
    }
    if (candidate.exposed) return "not used: others may read the file";
    if (!candidate.has_private && candidate.refusal == Refusal::none) return "only its public half";
    const auto obstacle = identity::obstacle_of(candidate, identity::AgentState::none);
    return obstacle ? "not used: it " + obstacle->text : std::string();
}

}  // namespace

std::string key_name(const Candidate& candidate, const identity::Request& request) {
    if (is_environment_key(candidate, request)) return request.environment_key_name;
    return identity::describe(candidate);
}

std::string how_to_unlock(const Candidate& candidate, identity::AgentState agent) {
    if (candidate.ready()) return {};
    return system::with_agent(
        "ssh-add " + (candidate.path.empty() ? "-s " + shell_path(candidate.provider)
                                             : shell_path(candidate.path)),
        agent == identity::AgentState::answered);
}

std::string key_state(const Candidate& candidate) {
    const std::string_view name = state_name(candidate);
    if (name.starts_with("refused")) return "never offered";
    if (name == "exposed") return "readable by others";
    if (name == "public-only") return "no private key";
    return std::string(name) + (name == "ready" && candidate.in_agent ? ", in the agent" : "");
}

void key_row(const Candidate& candidate, const identity::Request& request,
             const std::string& account, const std::string& state, Record& record) {
    const bool unknown = account == anonymous;
    record.row(!candidate.usable() || account.empty() ? Mark::skipped
               : unknown                              ? Mark::failure
                                                      : Mark::ok,
               {account.empty() ? "?" : account, key_name(candidate, request),
                candidate.key ? std::string(candidate.key->label()) : "?", state});
}

std::string public_line(const Candidate& candidate) {
    std::string line = identity::public_file_text(*candidate.key, candidate.comment);
    while (line.ends_with('\n'))
        line.pop_back();
    return line;
}

std::string key_type(const Candidate& candidate) {
    if (!candidate.key) return "not known before its passphrase is";
    return candidate.key->label() + ", " + std::to_string(candidate.key->bits) + " bits";
}

std::string key_place(const Candidate& candidate) {
    std::string text =
        where_name(candidate) == "both" ? "file and agent" : std::string(where_name(candidate));
    text += ", " + state_text(candidate);
    if (candidate.hardware) text += ", in a security key";
    return text;
}

std::string account_text(const std::string& account) {
    if (account.empty()) return "not known: hf.co was not asked";
    if (account == "anonymous") return "none: hf.co did not know the key";
    return system::printable(account);
}

std::string reason_text(const transport::Reason& reason) {
    return reason.text + " (rule " + std::to_string(reason.rule) + ")";
}

Json reason_json(const transport::Reason& reason) {
    return {{"rule", reason.rule}, {"text", reason.text}};
}

Json key_json(const Candidate& candidate, const identity::Request& request,
              const std::string& account) {
    const bool known = candidate.key.has_value();
    return {{"name", key_name(candidate, request)},
            {"path", is_environment_key(candidate, request) ? Json() : or_null(candidate.path)},
            {"type", known ? Json(candidate.key->label()) : Json()},
            {"bits", known ? Json(candidate.key->bits) : Json()},
            {"fingerprint", or_null(candidate.fingerprint())},
            {"comment", or_null(candidate.comment)},
            {"where", where_name(candidate)},
            {"state", state_name(candidate)},
            {"hardware", candidate.hardware},
            {"account", or_null(account)}};
}

}  // namespace hfssh::manage
