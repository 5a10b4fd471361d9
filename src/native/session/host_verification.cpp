#include "host_verification.hpp"

#include <algorithm>

#include "hfssh/identity/public_key.hpp"
#include "hfssh/identity/wire.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::native {
namespace {

hub::TrustedSet load(const std::vector<settings::TrustedFile>& files) {
    settings::TrustedHostKeys keys =
        settings::load_host_keys(files.empty() ? settings::trusted_files() : files);
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity == hub::Problem::Severity::broken) {
            system::say(settings::describe(problem) + "; the line is passed over");
        }
    }
    return std::move(keys.set);
}

std::string common(const hub::TrustedSet& set, const std::string& asked) {
    const auto trusted = set.acceptable_host_key_algorithms();
    std::vector<std::string> both;
    for (const std::string_view name : system::split(asked, ',')) {
        if (std::find(trusted.begin(), trusted.end(), name) != trusted.end())
            both.emplace_back(name);
    }
    return system::join(both, ",");
}

// ssh_config(5), RevokedHostKeys: a list of keys, or a KRL, which only OpenSSH can read.
std::string read_revoked(const std::string& path) {
    if (path.empty()) return {};
    constexpr std::size_t largest = std::size_t{1} << 20;
    auto read = system::read_file(path, largest);
    auto* text = std::get_if<std::string>(&read);
    if (text == nullptr) {
        throw system::Failure("RevokedHostKeys cannot be read: " + system::display_path(path));
    }
    if (text->starts_with("SSHKRL\n")) {
        throw system::Failure(
            "RevokedHostKeys is a key revocation list, which the native transport cannot read: " +
                system::display_path(path),
            "list the public keys in it, one a line, or use OpenSSH's client");
    }
    return std::move(*text);
}

}  // namespace

bool names_key(std::string_view text, std::string_view blob) {
    const auto lines = system::lines(text);
    return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
        const auto read = identity::read_public_line(system::trim(line));
        return read && read->key.blob == blob;
    });
}

HostTrust::HostTrust(const Order& order)
    : set_(load(order.trusted)),
      algorithms_(common(set_, order.host_key_algorithms)),
      revoked_(read_revoked(order.revoked_host_keys)) {}

bool HostTrust::accepts(std::string_view blob) const {
    const std::string_view type = identity::WireReader(blob).string();
    const hub::Judgement judgement = set_.judge(type, system::base64_encode(blob));
    if (judgement.verdict != hub::Verdict::trusted) {
        system::say(ssh::explain_refusal(set_, judgement));
        return false;
    }
    if (names_key(revoked_, blob)) {
        system::say("REFUSED: the host key " + judgement.fingerprint() +
                    " is revoked by your RevokedHostKeys; nothing of yours was sent");
        return false;
    }
    system::trace("host key " + judgement.fingerprint() + " (" + judgement.match->key.type +
                  ") trusted: " + settings::describe(judgement.match->origin));
    return true;
}

}  // namespace hfssh::native
