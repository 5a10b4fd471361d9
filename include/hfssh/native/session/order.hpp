#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hfssh/native/line/place.hpp"
#include "hfssh/settings/trusted_files.hpp"

namespace hfssh::native {

// What libexec/hf-ssh/native is asked to do, in the words of ssh(1) and ssh_config(5). hf-ssh has
// settled everything before: nothing of a configuration file is read here.
struct Order {
    enum class Session { command, shell, subsystem, none };
    enum class Loudness { quiet, normal, verbose };
    using Variable = std::pair<std::string, std::string>;

    Place place;
    std::string user;
    std::string typed_host;  // the destination as typed, for messages

    std::string report;  // where the verdict on the host key is reported
    std::vector<settings::TrustedFile> trusted = {};  // beside the published keys
    std::vector<std::string> revoked_host_keys = {};  // the files of RevokedHostKeys
    // Comma separated, in order of preference; empty: whatever is modern.
    std::string host_key_algorithms;
    std::string kex_algorithms;
    std::string ciphers;
    std::string macs;

    std::string identity_file;
    std::string agent_socket;         // empty: no agent
    std::string accepted_algorithms;  // PubkeyAcceptedAlgorithms; empty: any
    int required_rsa_size = 0;        // RequiredRSASize, in bits
    bool needs_provider = false;      // the key lives in a PKCS#11 token
    bool batch_mode = false;          // the user must not be asked
    int prompts = 3;                  // NumberOfPasswordPrompts

    bool compression = false;
    bool tcp_keep_alive = true;
    int connection_attempts = 1;
    std::chrono::seconds alive_interval{};  // ServerAliveInterval; zero: our own
    int alive_count = 3;                    // ServerAliveCountMax

    Session session = Session::shell;
    std::string command;  // or the subsystem's name
    bool no_input = false;
    std::vector<Variable> variables = {};  // for the other side, each a request of its own
    Loudness loudness = Loudness::normal;
    bool only_asked = false;  // -G: no connection is to be made
};

// ARGUMENTS as ssh::native_words() and native_configuration() write them, ENVIRONMENT as it is
// ("NAME=VALUE"). The problem is for the user: somebody else has written them. Pure.
[[nodiscard]] std::variant<Order, std::string> read_order(
    const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

// The output of `ssh -G`, for the settings that are known here.
[[nodiscard]] std::string resolved_text(const Order& order);

}  // namespace hfssh::native
