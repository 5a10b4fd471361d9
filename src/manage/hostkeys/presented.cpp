#include <algorithm>
#include <chrono>
#include <iterator>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hostkeys.hpp"

namespace hfssh::manage {
namespace {

using hub::Verdict;
using native::PresentedKey;
using Kind = Standing::Kind;
using Outcome = PresentedKey::Outcome;

constexpr auto patience = std::chrono::seconds(20);

// In the order of PresentedKey::Outcome, and of Standing::Kind.
constexpr const char* outcome_names[] = {"proven",      "presented",   "not-checked", "unreadable",
                                         "false-proof", "not-offered", "failed"};
constexpr const char* kind_names[] = {"trusted", "passed-over", "not-trusted", "unknown"};

// For a key that was presented without a false proof.
Standing judged(const hub::TrustedSet& set, const hub::ServerKey& key) {
    Standing standing{Kind::not_trusted, set.judge(key)};
    standing.text = state_and_origin(standing.judgement);
    const Verdict verdict = standing.judgement.verdict;
    if (verdict == Verdict::trusted) standing.kind = Kind::trusted;
    if (verdict == Verdict::never_accepted) standing.kind = Kind::passed_over;
    if (verdict == Verdict::not_published) {
        standing.text = "NOT TRUSTED: neither published nor added";
    }
    return standing;
}

Tone tone_of(Kind kind) {
    if (kind == Kind::trusted) return Tone::good;
    return kind == Kind::passed_over ? Tone::faint : Tone::bad;
}

}  // namespace

HubPresents look_at_hub(const hub::TrustedSet& set, const std::vector<native::AskedType>& types) {
    Surroundings surroundings;
    const Destination to = surroundings.destination_of_hub();
    HubPresents hub{system::printable(to.endpoint.host), to.endpoint.port,
                    to.endpoint.proxy_command, to.wire == transport::Wire::native};
    Progress progress;
    progress.show("asking hf.co for its host keys");
    hub.presented = ask_for_host_keys({to.typed, to.endpoint, to.wire}, set, types,
                                      std::chrono::steady_clock::now() + patience,
                                      [&] { return surroundings.told_to_end(); });
    if (surroundings.told_to_end())
        throw system::Failure("interrupted; nothing was changed", {}, system::Code::interrupted);
    if (hub.presented.helper_not_run) {
        throw system::Failure(hub.presented.problem, "see which ssh is run: git hf-ssh doctor",
                              system::Code::ssh_configuration);
    }
    if (!hub.presented.problem.empty()) {
        throw system::Failure("could not fetch hf.co's host keys: " + hub.presented.problem,
                              "check the path to hf.co: git hf-ssh doctor",
                              system::Code::no_connection);
    }
    return hub;
}

std::vector<PresentedKey> offered(const native::PresentedKeys& presented) {
    std::vector<PresentedKey> keys;
    std::ranges::copy_if(presented.keys, std::back_inserter(keys), [](const PresentedKey& key) {
        return key.outcome != Outcome::not_offered;
    });
    return keys;
}

Standing standing_of(const hub::TrustedSet& set, const PresentedKey& key) {
    switch (key.outcome) {
        case Outcome::proven:
        case Outcome::presented:
            if (!key.key) break;
            return judged(set, *key.key);
        case Outcome::not_checked:
        case Outcome::not_offered:
            return {Kind::passed_over, {}, "not checked: " + key.text};
        case Outcome::unreadable:
            return {Kind::not_trusted, {}, "NOT TRUSTED: " + key.text};
        case Outcome::false_proof:
            return {Kind::not_trusted,
                    {},
                    "NOT TRUSTED: the server does not have this key: " + key.text};
        case Outcome::failed:
            break;
    }
    return {Kind::unknown, {}, "not known: " + key.text};
}

std::string type_label(const std::string& type) {
    constexpr std::size_t most = 60;
    const std::string_view label = hub::key_type_label(type);
    return label.empty() ? system::printable(type.substr(0, most)) : std::string(label);
}

void describe_presented(const hub::TrustedSet& set, const PresentedKey& key,
                        const std::string& name, Report& report) {
    const Standing standing = standing_of(set, key);
    Record& record = report.add(name);
    record.heading(key.key ? host_key_title(*key.key) : "(" + type_label(key.type) + ")");
    record.json("type", key.type)
        .json("label", type_label(key.type))
        .json("fingerprint", key.key ? Json(key.key->fingerprint()) : Json())
        .json("key", key.key ? Json(key.key->base64()) : Json())
        .json("outcome", outcome_names[static_cast<std::size_t>(key.outcome)])
        .json("verdict", kind_names[static_cast<std::size_t>(standing.kind)])
        .json("state", key.key ? Json(state_name(set.judge(*key.key).verdict)) : Json())
        .add("text", "state", standing.text, tone_of(standing.kind));
    if (key.outcome == Outcome::presented) record.add("note", "proof", key.text, Tone::faint);
}

}  // namespace hfssh::manage
