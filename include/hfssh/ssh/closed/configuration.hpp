#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/ssh/config/alias_reader.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/ssh/words/option_value.hpp"

// The arguments with which ssh(1) is run for hf.co. Nothing gets in that is not named here: "-F
// none" shuts out every configuration file, trust and identity are set by hf-ssh alone, and of what
// the user configured or typed, an allow-list of transport settings is carried over.
namespace hfssh::ssh {

// Which server is the right one, and who says so.
struct HostTrust {
    std::string helper;       // absolute path of libexec/hf-ssh/known-hosts
    std::string report;       // where the helper reports its verdict; may be empty
    std::string known_hosts;  // for an ssh without KnownHostsCommand: a private file with the set
    std::vector<std::string> algorithms;  // signature algorithms of the trusted keys, in order
    std::vector<std::string> files = {};  // the helper's arguments: the files with host keys
};

// The one identity to offer.
struct OfferedIdentity {
    std::string file;                     // IdentityFile, a path as it is on disk
    std::string certificate;              // CertificateFile, or empty
    std::optional<std::string> provider;  // PKCS11Provider, where the key lives in a token
    bool agent_answers = true;            // false: ssh would wait for it or complain
};

struct ClosedConfiguration {
    std::vector<std::string> options;   // without the program's name, the destination, the command
    std::string known_hosts_command;    // the value among them; empty where this ssh has none
    std::vector<std::string> left_out;  // what could not be carried, for the trace
};

struct ClosedError {
    enum class Kind {
        no_host_key_algorithm,  // the trusted types and the user's HostKeyAlgorithms have none in
                                // common
        identity_path,          // ssh cannot be given this path
        helper_path,            // likewise
        setting,                // a setting without which hf-ssh would be weaker than ssh
    };
    Kind kind;
    std::string text;  // for the user
};

// Which of the TRUSTED signature algorithms ssh may ask for: the user's HostKeyAlgorithms can
// make them fewer.
[[nodiscard]] std::vector<std::string> common_host_key_algorithms(
    const std::vector<std::string>& trusted, const Resolved& resolved);

// Which values this ssh expands ("%d", "${HOME}", "~") before -G prints them, so that it must not
// expand them again: RevokedHostKeys from OpenSSH 9.4 on, SetEnv from 10.0 on.
struct Expansion {
    bool set_env = false;
    bool revoked_host_keys = false;
};

// As far as RESOLVED, what `ssh -G` printed, tells: nothing to expand was printed, or the ssh is
// one that prints warnweakcrypto (10.1 and later) or does not print obscurekeystroketiming (up
// to 9.4). Nullopt if ssh has to be asked: expansion_question() are the arguments of a `ssh -G`,
// and read_expansion() reads its answer. Needed only for a value with '%' in it.
[[nodiscard]] std::optional<Expansion> expansion_of(const Resolved& resolved);
[[nodiscard]] std::vector<std::string> expansion_question(const Resolved& resolved);
[[nodiscard]] Expansion read_expansion(const Resolved& answer);

struct ClosedRequest {
    const CommandLine& typed;  // the command line
    const Resolved& resolved;  // `ssh -G` for it
    const HostTrust& trust;
    const OfferedIdentity& identity;
    std::string host;  // HostName to connect to
    std::string user;
    std::string port;
    std::string proxy_command;  // raw, for ProxyCommand; empty: a direct connection
    bool batch_mode = false;    // the user cannot be asked
    UserSettings settings = {};
    std::optional<Expansion> expansion = {};  // nullopt: unknown
};

[[nodiscard]] std::variant<ClosedConfiguration, ClosedError> close_configuration(
    const ClosedRequest& request);

// What bounds a silent line: the user's own values, or ours. PROXIED: through a ProxyCommand.
struct Bounds {
    std::string connect_timeout;
    std::string alive_interval;
    std::string alive_count_max;
};
[[nodiscard]] Bounds bounds_of(const Resolved& resolved, const UserSettings& settings,
                               bool proxied);

// The files of RevokedHostKeys; nullopt if it is unclear which files are meant.
[[nodiscard]] std::optional<std::vector<std::string>> revoked_files(const Resolved& resolved);

// For every transport that cannot be shut in.
[[nodiscard]] ClosedError no_algorithm_error();
[[nodiscard]] ClosedError setting_error(const std::string& keyword);

// From 8.7 on; SessionType was added with it.
[[nodiscard]] Escapes escapes_of(const Resolved& resolved);

// A ProxyJump of the user's as a ProxyCommand that uses their own configuration, as ssh(1) does
// itself. SSH holds the words of the underlying ssh, with its "-F FILE" if it has one. None where
// there is no jump, or it cannot be read.
[[nodiscard]] std::optional<std::string> jump_command(const Resolved& resolved,
                                                      const std::vector<std::string>& ssh);

}  // namespace hfssh::ssh
