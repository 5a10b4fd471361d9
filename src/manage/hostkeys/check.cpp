#include <algorithm>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "presented.hpp"
#include "report.hpp"

namespace hfssh::manage {
namespace {

using hub::TrustedSet;
using native::PresentedKey;
using Kind = Standing::Kind;

// Types with a trusted key that the server does not offer: no reason to worry, but good to know
// before one of the others is revoked.
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

void describe_place(const HubPresents& hub, Report& report) {
    report.whole()
        .heading("hf.co, reached at " + system::printable(hub.presented.peer), Tone::plain)
        .json("host", hub.place.host)
        .json("port", hub.place.port)
        .json("proxy_command", hub.place.has_proxy() ? Json(hub.place.proxy_command) : Json())
        .json("peer", hub.presented.peer)
        .add("server", "server", hub.presented.version, Tone::faint);
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

// Why the first key that is not trusted is refused; the others are in the report.
void explain(const TrustedSet& set, const std::vector<PresentedKey>& keys) {
    for (const PresentedKey& key : keys) {
        const Standing standing = standing_of(set, key);
        if (standing.kind != Kind::not_trusted) continue;
        if (key.outcome == PresentedKey::Outcome::false_proof || !key.key) {
            system::say(
                "REFUSED: hf.co presented something that does not prove who answered; "
                "nothing of yours was sent");
        } else {
            system::say(ssh::explain_refusal(set, standing.judgement));
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
        system::say("not every host key that hf.co offers could be asked for");
        return Status::failed;
    }
    if (any(Kind::trusted)) return Status::yes;
    system::say("hf.co offers no host key of a type that hf-ssh asks for");
    return Status::no;
}

Status check(Report& report) {
    // First, so that nobody connects for nothing.
    const TrustedSet set = settings::load_host_keys(settings::trusted_files()).set;
    const HubPresents hub = look_at_hub();
    describe_place(hub, report);
    describe_not_offered(types_not_offered(set, hub.presented.keys), report);
    for (const PresentedKey& key : hub.presented.keys)
        describe_presented(set, key, "host_keys", report);
    return conclude(set, hub.presented.keys);
}

}  // namespace

Action host_keys_check(Options&) {
    return check;
}

}  // namespace hfssh::manage
