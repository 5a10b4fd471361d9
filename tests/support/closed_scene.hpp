#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hfssh/ssh/closed/configuration.hpp"

// A request for the closed configuration, to be varied, and its result taken apart.
namespace hfssh::test {

inline const std::string head =
    "user me\nhostname hf.co\nport 22\nhostkeyalgorithms "
    "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256,ssh-rsa\n";
inline const std::string modern = head +
                                  "pubkeyacceptedalgorithms ssh-ed25519\nsessiontype default\n"
                                  "stdinnull no\nforkafterauthentication no\n";

struct Scene {
    std::vector<std::string> typed = {"git@hf.co"};
    std::string resolved = modern;
    ssh::HostTrust trust{
        "/lib/known-hosts", "/proc/1/fd/3", "/tmp/x/known_hosts", {"ssh-ed25519", "rsa-sha2-512"}};
    ssh::OfferedIdentity identity{"/home/me/.ssh/id", "", {}, true};
    std::string proxy_command;
    bool batch_mode = false;
    ssh::UserSettings settings = {};
    std::optional<ssh::Expansion> expansion = {};
};

using Result = std::variant<ssh::ClosedConfiguration, ssh::ClosedError>;

inline Result close(const Scene& scene) {
    const auto reading = ssh::read_command_line(scene.typed, ssh::TagFlag::plain);
    const ssh::Resolved resolved = ssh::read_resolved(scene.resolved);
    return ssh::close_configuration({std::get<ssh::CommandLine>(reading), resolved, scene.trust,
                                     scene.identity, "hf.co", "git", "22", scene.proxy_command,
                                     scene.batch_mode, scene.settings, scene.expansion});
}

inline std::vector<std::string> options(const Scene& scene) {
    const Result result = close(scene);
    REQUIRE(std::holds_alternative<ssh::ClosedConfiguration>(result));
    return std::get<ssh::ClosedConfiguration>(result).options;
}

inline ssh::ClosedError::Kind error(const Scene& scene) {
    const Result result = close(scene);
    REQUIRE(std::holds_alternative<ssh::ClosedError>(result));
    const auto& found = std::get<ssh::ClosedError>(result);
    CHECK_FALSE(found.text.empty());
    return found.kind;
}

// The values of "-o KEYWORD=…", in their order; of an option given twice ssh uses the first.
inline std::vector<std::string> values(const std::vector<std::string>& words,
                                       const std::string& keyword) {
    std::vector<std::string> result;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        if (words[i - 1] == "-o" && words[i].substr(0, equals) == keyword) {
            result.push_back(words[i].substr(equals + 1));
        }
    }
    return result;
}

inline std::string first(const Scene& scene, const std::string& keyword) {
    const auto found = values(options(scene), keyword);
    return found.empty() ? "(not set)" : found.front();
}

inline bool has_flag(const Scene& scene, const std::string& flag) {
    const auto words = options(scene);
    return std::find(words.begin(), words.end(), flag) != words.end();
}

}  // namespace hfssh::test
