#include "wrapper_check.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string_view>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::transport {
namespace {

bool is_off(std::string_view value) {
    return value.empty() || value == "no" || value == "false" || value == "none";
}

bool is_strict(std::string_view value) {
    return value == "yes" || value == "true";
}

bool is_script(const std::string& program) {
    const system::UniqueFd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 2> start = {};
    // What cannot be read cannot be told from a script.
    return !file || ::read(file.get(), start.data(), start.size()) != 2 ||
           (start[0] == '#' && start[1] == '!');
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

bool may_add_settings(const ssh::Underlying& underlying) {
    return !underlying.launcher.empty() || is_script(underlying.program);
}

bool may_lose_the_check(const ssh::Underlying& underlying, const ssh::Resolved& resolved) {
    return may_add_settings(underlying) ||
           !resolved.has_known_hosts_command() || !is_off(resolved.first("knownhostscommand")) ||
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
