// Which keys this ssh would offer at all, and the one wording for a key that is not offered.
#include "hfssh/identity/policy.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {
namespace {

constexpr int shortest_rsa = 2048;
constexpr std::string_view certificate_mark = "-cert-v01";

// "ssh-ed25519" -> "ssh-ed25519-cert-v01@openssh.com", with or without a domain of its own.
std::string certificate_type(const std::string& type) {
    return type.substr(0, type.find('@')) + std::string(certificate_mark) + "@openssh.com";
}

// The names by which ssh(1) may offer a key of TYPE (ssh_config(5), PubkeyAcceptedAlgorithms).
std::vector<std::string> names_of(const std::string& type) {
    if (type == "ssh-rsa") return {"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"};
    if (type == "sk-ecdsa-sha2-nistp256@openssh.com") {
        return {type, "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"};
    }
    return {type};
}

// Names; before 8.5, and from an ssh that is not OpenSSH, they may be patterns.
bool is_accepted(const Policy& policy, const std::string& name) {
    bool accepted = false;
    for (const std::string_view pattern : policy.accepted) {
        if (pattern.starts_with('!')) {
            if (system::matches_pattern(name, pattern.substr(1))) return false;
        } else {
            accepted = accepted || system::matches_pattern(name, pattern);
        }
    }
    return accepted;
}

// What is wrong with the file, and the command that repairs it: FILE stands for its path.
struct Form {
    const char* text;
    const char* fix;
};
constexpr std::array<Form, 11> forms = {{
    {"", ""},
    {"has CRLF line ends", "printf '%s\\n' \"$(tr -d '\\r' < FILE)\" > FILE"},
    {"has no newline at its end", "echo >> FILE"},
    {"has blanks or text around the key",
     "printf '%s\\n' \"$(sed -n '/-----BEGIN /,/-----END /{s/^.*-----BEGIN/-----BEGIN/;"
     "s/^[[:blank:]]*//;s/[[:space:]]*$//;s/\\(-----END.*-----\\).*/\\1/;/./p;}' < FILE)\" > FILE"},
    {"is UTF-16 text", "printf '%s\\n' \"$(LC_ALL=C tr -d '\\000\\r\\376\\377' < FILE)\" > FILE"},
    {"has CR line ends", "printf '%s\\n' \"$(tr '\\r' '\\n' < FILE)\" > FILE"},
    {"has blanks instead of line ends",
     "printf '%s\\n' \"$(awk '{gsub(/ +/,\"\\n\");"
     "gsub(/\\nPRIVATE\\nKEY/,\" PRIVATE KEY\");gsub(/BEGIN\\n/,\"BEGIN \");"
     "gsub(/END\\n/,\"END \");print}' FILE)\" > FILE"},
    {"has \\n instead of line ends",
     "printf '%s\\n' \"$(printf %b \"$(tr -d \\\"\\' < FILE)\")\" > FILE"},
    {"is encoded in base64 once more", "printf '%s\\n' \"$(base64 -d < FILE)\" > FILE"},
    {"has no whole END line",
     "printf '%s\\n' \"$(sed '/-----END/d' FILE)\" \"$(sed -n 's/-----BEGIN/-----END/p' FILE)\" > "
     "FILE"},
    {"is damaged or cut short", "git hf-ssh keys new FILE"},
}};

Obstacle refused(const Candidate& candidate) {
    constexpr const char* new_key = "git hf-ssh keys new";
    const std::string type = candidate.key ? candidate.key->type : std::string();
    const int bits = candidate.key ? candidate.key->bits : 0;
    switch (candidate.refusal) {
        case Refusal::none:
            break;
        case Refusal::dsa:
            return {"is a DSA key, which is never offered", new_key};
        case Refusal::short_rsa:
            return {
                "is an RSA key of only " + std::to_string(bits) + " bits, which is never offered",
                new_key};
        case Refusal::not_accepted:
            return {"is not offered by ssh: PubkeyAcceptedAlgorithms does not include " +
                        (type == "ssh-rsa" || type.empty() ? "rsa-sha2-512" : type),
                    {}};
        case Refusal::required_rsa_size:
            return {"is not offered by ssh: its " + std::to_string(bits) +
                        " bits are fewer than RequiredRSASize",
                    {}};
        case Refusal::unsupported:
            return {"is of a type that this ssh does not support (" + system::printable(type) + ")",
                    {}};
    }
    return {};
}

}  // namespace

Policy read_policy(const ssh::Resolved& resolved) {
    Policy policy;
    // Called PubkeyAcceptedKeyTypes before OpenSSH 8.5.
    std::string_view accepted = resolved.first("pubkeyacceptedalgorithms");
    if (accepted.empty()) accepted = resolved.first("pubkeyacceptedkeytypes");
    if (!accepted.empty()) {
        for (const std::string_view name : system::split(accepted, ','))
            policy.accepted.emplace_back(name);
    }
    policy.required_rsa_size = std::atoi(std::string(resolved.first("requiredrsasize")).c_str());
    policy.identities_only = resolved.first("identitiesonly") == "yes";
    return policy;
}

Refusal refusal_by(const Policy& policy, const Candidate& candidate) {
    const bool rsa = candidate.key ? candidate.key->algorithm == Algorithm::rsa
                                   : candidate.label == Algorithm::rsa;
    if (!candidate.key && !rsa) return Refusal::none;
    if (candidate.key && rsa && candidate.key->bits < policy.required_rsa_size) {
        return Refusal::required_rsa_size;
    }
    const std::string type = candidate.key ? candidate.key->type : "ssh-rsa";
    const bool other = candidate.key && candidate.key->algorithm == Algorithm::other;
    if (policy.accepted.empty()) return other ? Refusal::unsupported : Refusal::none;
    for (const std::string& name : names_of(type)) {
        if (is_accepted(policy, name)) return Refusal::none;
        const bool certified = !candidate.certificate.empty();
        if (certified && is_accepted(policy, certificate_type(name))) return Refusal::none;
    }
    return other ? Refusal::unsupported : Refusal::not_accepted;
}

Refusal refusal_of(const PublicKey& key) {
    if (key.algorithm == Algorithm::dsa) return Refusal::dsa;
    const bool is_short = key.algorithm == Algorithm::rsa && key.bits < shortest_rsa;
    return is_short ? Refusal::short_rsa : Refusal::none;
}

std::optional<Obstacle> obstacle_of(const Candidate& candidate, AgentState agent) {
    if (candidate.refusal != Refusal::none) return refused(candidate);
    if (candidate.usable()) return std::nullopt;
    const std::string path = system::shell_word(candidate.path);
    if (candidate.has_private && candidate.exposed) {
        return Obstacle{"can be read by others, so ssh does not use it", "chmod 600 " + path};
    }
    if (candidate.has_private) return obstacle_of(candidate.form, candidate.path);
    return Obstacle{"has only its public half here, and " + agent_text(agent), {}};
}

std::optional<Obstacle> obstacle_of(KeyForm form, const std::string& path) {
    if (form == KeyForm::good) return std::nullopt;
    constexpr std::string_view mark = "FILE";
    const auto& [text, fix] = forms[static_cast<std::size_t>(form)];
    const std::string file = system::shell_word(path + (form == KeyForm::damaged ? "-new" : ""));
    std::string command(fix);
    for (auto at = command.find(mark); at != command.npos;
         at = command.find(mark, at + file.size())) {
        command.replace(at, mark.size(), file);
    }
    return Obstacle{std::string(text) + ", so ssh cannot read it", std::move(command)};
}

std::string agent_text(AgentState agent) {
    switch (agent) {
        case AgentState::none:
            return "no ssh-agent is in use";
        case AgentState::disabled:
            return "IdentityAgent none turns the ssh-agent off";
        case AgentState::answered:
            return "the ssh-agent does not have it";
        case AgentState::unreachable:
            return "the ssh-agent cannot be reached";
        case AgentState::timed_out:
            return "the ssh-agent did not answer in time";
        case AgentState::refused:
            return "the ssh-agent declined to list its keys";
        case AgentState::too_large:
            return "the ssh-agent holds more keys than hf-ssh reads";
        case AgentState::broken:
            return "the ssh-agent gave no valid answer";
    }
    return {};
}

}  // namespace hfssh::identity
