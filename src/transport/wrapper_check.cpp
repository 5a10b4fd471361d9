#include "hfssh/transport/wrapper_check.hpp"

#include <chrono>
#include <string_view>

#include "hfssh/system/failure.hpp"

namespace hfssh::transport {
namespace {

bool is_off(std::string_view value) {
    return value.empty() || value == "no" || value == "false" || value == "none";
}

bool is_strict(std::string_view value) {
    return value == "yes" || value == "true";
}

// The first that does not stand as it was given; empty if all do.
std::string_view overridden(const ssh::Resolved& resolved, const std::string& helper,
                            const std::string& known_hosts) {
    if (!is_off(resolved.first("verifyhostkeydns"))) return "VerifyHostKeyDNS";
    if (!is_off(resolved.first("gssapikeyexchange"))) return "GSSAPIKeyExchange";
    if (resolved.has_known_hosts_command()) {
        return resolved.first("knownhostscommand") == helper ? "" : "KnownHostsCommand";
    }
    if (!is_strict(resolved.first("stricthostkeychecking"))) return "StrictHostKeyChecking";
    if (resolved.first("userknownhostsfile") != known_hosts) return "UserKnownHostsFile";
    if (resolved.first("globalknownhostsfile") != "/dev/null") return "GlobalKnownHostsFile";
    return "";
}

}  // namespace

bool may_lose_the_check(const ssh::Resolved& resolved) {
    return !resolved.has_known_hosts_command() || !is_off(resolved.first("knownhostscommand")) ||
           !is_off(resolved.first("verifyhostkeydns")) ||
           !is_off(resolved.first("gssapikeyexchange"));
}

void require_the_check(const system::Command& query, const std::string& helper,
                       const std::string& known_hosts) {
    system::Capture capture(query);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    const ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (!answer.succeeded() || resolved.malformed()) {
        throw system::Failure(
            "REFUSED: ssh does not say how it would check the host key of hf.co; "
            "nothing was sent");
    }
    const std::string_view setting = overridden(resolved, helper, known_hosts);
    if (setting.empty()) return;
    throw system::Failure("REFUSED: the ssh that is run sets " + std::string(setting) +
                              " itself, so that nobody would check the host key of hf.co; nothing "
                              "was sent",
                          "it is a wrapper with options of its own: name the ssh to run instead, "
                          "in --via or HF_SSH_COMMAND");
}

}  // namespace hfssh::transport
