#include <algorithm>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hostkeys.hpp"

namespace hfssh::manage {
namespace {

using hub::TrustedSet;
using native::PresentedKey;
using Kind = Standing::Kind;

// Types with a trusted key that the server does not offer: harmless, but good to know before one of
// the others is revoked.
std::vector<std::string> types_not_offered(const TrustedSet& set,
                                           const std::vector<PresentedKey>& keys) {
    std::vector<std::string> types;
    for (const hub::KnownKey& known : set.known()) {
        const std::string& type = known.key.type;
        const bool offered = std::ranges::find(keys, type, &PresentedKey::type) != keys.end();
        const bool trusted = set.judge(known.key).verdict == hub::Verdict::trusted;
        const bool named = std::ranges::find(types, type) != types.end();
        if (trusted && !offered && !named) types.push_back(type);
    }
    return types;
}

std::string key_exchange_text(const HubPresents& hub, const std::string& name) {
    const std::string with = hub.native ? " (by libssh2, which has no post-quantum one)" : "";
    return name + (is_post_quantum(name) ? ", post-quantum" : ", not post-quantum") + with;
}

void describe_place(const HubPresents& hub, Report& report) {
    const bool proxy = !hub.proxy_command.empty();
    report.whole()
        .heading("hf.co, connected to as " + hub.host + " port " + hub.port +
                     (proxy ? " through a proxy" : ""),
                 Tone::plain)
        .json("host", hub.host)
        .json("port", hub.port)
        .json("proxy_command", proxy ? Json(ssh::shown_command(hub.proxy_command)) : Json())
        .json("transport", hub.native ? "native" : "openssh");
    const auto exchanged = std::ranges::find_if(
        hub.presented.keys, [](const PresentedKey& key) { return !key.key_exchange.empty(); });
    if (exchanged == hub.presented.keys.end()) {
        report.whole().json("key_exchange", Json()).json("post_quantum", Json());
        return;
    }
    const std::string& name = exchanged->key_exchange;
    report.whole()
        .json("key_exchange", name)
        .json("post_quantum", is_post_quantum(name))
        .text("key exchange", key_exchange_text(hub, name), Tone::faint);
}

void describe_not_offered(const std::vector<std::string>& types, Report& report) {
    std::vector<std::string> labels;
    for (const std::string& type : types)
        labels.push_back(type_label(type));
    report.whole().json("not_offered", types);
    if (!types.empty()) {
        report.whole().text("not offered", system::join(labels, ", "), Tone::faint);
    }
}

// Explains the first key that is not trusted; the others are in the report.
void explain(const TrustedSet& set, const std::vector<PresentedKey>& keys) {
    for (const PresentedKey& key : keys) {
        const Standing standing = standing_of(set, key);
        if (standing.kind != Kind::not_trusted) continue;
        if (key.outcome == PresentedKey::Outcome::false_proof || !key.key) {
            system::say(
                "REFUSED: hf.co presented a key without a valid proof that it has it;\n"
                "nothing of yours was sent");
        } else {
            ssh::Refusal refusal = ssh::explain_refusal(set, standing.judgement);
            if (refusal.hint.ends_with("host-keys check")) refusal.hint.clear();  // done just now
            ssh::tell(refusal);
        }
        return;
    }
}

Status conclude(const TrustedSet& set, const std::vector<PresentedKey>& keys) {
    const auto any = [&](Kind kind) {
        return std::ranges::any_of(
            keys, [&](const PresentedKey& key) { return standing_of(set, key).kind == kind; });
    };
    if (any(Kind::not_trusted)) {
        explain(set, keys);
        return Status::no;
    }
    if (any(Kind::unknown)) {
        system::say("not every host key of hf.co could be checked");
        return Status::failed;
    }
    if (any(Kind::trusted)) return Status::yes;
    system::say("hf.co offers no host key of a type that hf-ssh asks for");
    return Status::no;
}

Status check(Report& report) {
    // Before any connection: a set that cannot be relied on ends the command.
    const TrustedSet set = settings::load_host_keys(settings::trusted_files()).set;
    const HubPresents hub = look_at_hub(set, types_of(set));
    const std::vector<PresentedKey> keys = offered(hub.presented);
    describe_place(hub, report);
    describe_not_offered(types_not_offered(set, keys), report);
    report.empty_list("host_keys");
    for (const PresentedKey& key : keys)
        describe_presented(set, key, "host_keys", report);
    return conclude(set, keys);
}

}  // namespace

Action host_keys_check(Options&) {
    return check;
}

}  // namespace hfssh::manage
