#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/transport/endpoint.hpp"

// What hf-ssh asks of the native code: where to connect (Place), and a whole session (Order).
namespace hfssh::transport {

// Where to connect, and how. The name in ssh_config(5) of each is in brackets.
struct Place {
    enum class Family { any, ipv4, ipv6 };
    std::string host;                        // a name or an address (HostName)
    std::string port = "22";                 // a number
    Family family = Family::any;             // AddressFamily, -4, -6
    std::string bind_address = {};           // BindAddress; empty: any
    std::string bind_interface = {};         // BindInterface; empty: any
    std::chrono::seconds connect_timeout{};  // ConnectTimeout; zero: the caller's deadline alone
    // ProxyCommand for a shell, with its tokens expanded; empty: a direct connection. A ProxyJump
    // has become one already. The command looks HOST up, we do not.
    std::string proxy_command = {};
    bool proxy_passes_socket = false;  // ProxyUseFdpass
    // A session's: the command has our terminal and standard error, and may ask there or by
    // SSH_ASKPASS, in batch mode too, all as with ssh(1). A check's does not: several may run at
    // once, and none is worth a prompt.
    bool proxy_may_ask = false;

    [[nodiscard]] bool has_proxy() const { return !proxy_command.empty(); }
};

// A setting that cannot be carried out; TEXT is for the user: "ProxyCommand: unknown token %q".
struct PlaceProblem {
    std::string text;
};

// Where hf-ssh would connect.
[[nodiscard]] std::variant<Place, PlaceProblem> place_of(const Endpoint& endpoint);

// What native says of a server that answers with HTTP.
inline constexpr const char* speaks_http = "what answers there speaks HTTP, not SSH";

// What libexec/hf-ssh/native has to do. hf-ssh has settled everything before: the program reads no
// configuration, expands nothing and has no defaults of its own. It gets this as arguments, a word
// for each field: "Name=value", unquoted, under the names in order.cpp; of a list a word for each
// item; none for a field that is empty, zero or false.
struct Order {
    enum class Session { shell, command, subsystem, none };
    enum class Loudness { normal, quiet, verbose };

    Place place = {};
    std::string user = {};
    std::string typed_host = {};  // the destination as typed, for messages

    std::string report = {};                          // where to report the verdict on the host key
    std::vector<std::string> trusted = {};            // besides the published keys: as_arguments()
    std::vector<std::string> revoked_host_keys = {};  // the files of RevokedHostKeys
    // Comma separated, in order of preference; empty: the modern ones.
    std::string host_key_algorithms = {};
    std::string kex_algorithms = {};
    std::string ciphers = {};
    std::string macs = {};

    std::string identity_file = {};        // empty: the agent alone has the key
    std::string public_key = {};           // "type base64"; empty: the file keeps it to itself
    std::string agent_socket = {};         // empty: no agent
    std::string accepted_algorithms = {};  // PubkeyAcceptedAlgorithms; empty: any
    int required_rsa_size = 0;             // RequiredRSASize, in bits
    bool needs_provider = false;           // the key lives in a PKCS#11 token
    bool batch_mode = false;               // the user must not be asked

    bool compression = false;
    bool no_tcp_keep_alive = false;
    int connection_attempts = 1;
    std::chrono::seconds alive_interval{};  // ServerAliveInterval; zero: our own
    int alive_count = 0;                    // ServerAliveCountMax

    Session session = Session::shell;
    std::string command = {};  // or the subsystem's name
    bool no_input = false;
    std::vector<std::string> set_env = {};   // "NAME=value"
    std::vector<std::string> send_env = {};  // names of variables to send as they are
    Loudness loudness = Loudness::normal;
    bool only_asked = false;  // -G: no connection is to be made
};

// A decimal number; 0 for anything else, such as "none".
[[nodiscard]] int count(std::string_view text);

[[nodiscard]] std::vector<std::string> words_of(const Order& order);
// Nullopt if WORDS are not such words: somebody else has written them.
[[nodiscard]] std::optional<Order> read_order(const std::vector<std::string>& words);

// The names of the variables in ENVIRONMENT ("NAME=value") that SendEnv's PATTERNS match. Pure.
[[nodiscard]] std::vector<std::string> sent_variables(const std::vector<std::string>& environment,
                                                      const std::vector<std::string>& patterns);

// What the tokens of ssh_config(5) stand for in a ProxyCommand.
struct ProxyTokens {
    std::string host;            // %h: after HostName
    std::string original_host;   // %n: as typed
    std::string host_key_alias;  // %k
    std::string port;            // %p
    std::string user;            // %r
};

// RAW with its tokens expanded. Pure.
[[nodiscard]] std::variant<std::string, PlaceProblem> expand_proxy_command(
    const std::string& raw, const ProxyTokens& tokens);

}  // namespace hfssh::transport
