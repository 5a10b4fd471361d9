#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/known_hosts.hpp"
#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/native/session/presented_keys.hpp"

// How the verbs of `git hf-ssh host-keys` report host keys.
namespace hfssh::manage {

// "SHA256:… (ED25519)", as the page has it.
[[nodiscard]] std::string host_key_title(const hub::ServerKey& key);

// "trusted", "revoked", "never-accepted", "not-trusted"
[[nodiscard]] std::string state_name(hub::Verdict verdict);
// "trusted", "revoked in ~/.config/hf-ssh/known_hosts:3", "never accepted: DSA is too weak"
[[nodiscard]] std::string state_text(const hub::Judgement& judgement);
// The same, with the origin of a trusted key.
[[nodiscard]] std::string state_and_origin(const hub::Judgement& judgement);
[[nodiscard]] Tone state_tone(hub::Verdict verdict);

// {"file":…,"line":…}; null for what is compiled in.
[[nodiscard]] Json origin_json(const hub::Origin& origin);

// Its members for a program: type, label, fingerprint, key, state, revoked_in.
void add_host_key(const hub::TrustedSet& set, const hub::ServerKey& key, Record& record);

// For plain ssh: "hf.co TYPE KEY" of each trusted key, once.
[[nodiscard]] std::vector<std::string> known_hosts_lines(const hub::TrustedSet& set);

[[nodiscard]] bool trusts_anything(const hub::TrustedSet& set);
// Warns on standard error if no key is trusted any more.
void warn_if_nothing_is_trusted(const hub::TrustedSet& set);

struct HubPresents {
    std::string host;  // printable, and where the connection went
    std::string port;
    std::string proxy_command;  // empty: none
    bool native = false;        // libssh2 was asked, not ssh
    native::PresentedKeys presented = {};
};

// Asks the server that hf-ssh would connect to. Throws a system::Failure if there is no
// connection.
[[nodiscard]] HubPresents look_at_hub(const hub::TrustedSet& set,
                                      const std::vector<native::AskedType>& types);

// What a presented key is worth to hf-ssh. Pure.
struct Standing {
    enum class Kind {
        trusted,
        passed_over,  // hf-ssh does not ask for it here, or the server does not have it
        not_trusted,  // not published, revoked, not readable or not proven
        unknown,      // the connection did not get that far
    };
    Kind kind = Kind::unknown;
    hub::Judgement judgement;  // of the key, if there is one
    std::string text = {};     // printable
};
[[nodiscard]] Standing standing_of(const hub::TrustedSet& set, const native::PresentedKey& key);

// "ED25519"; the printable type itself if it has no such name.
[[nodiscard]] std::string type_label(const std::string& type);

// The keys that were presented, or should have been, without the types that the server lacks.
[[nodiscard]] std::vector<native::PresentedKey> offered(const native::PresentedKeys& presented);

// One record of the list NAME.
void describe_presented(const hub::TrustedSet& set, const native::PresentedKey& key,
                        const std::string& name, Report& report);

// A host key as the arguments of `host-keys add`, `revoke` and `remove` name it.
struct NamedKey {
    enum class Form { key, addition, revocation };  // "TYPE KEY", "HOSTS TYPE KEY", "@revoked …"
    hub::ServerKey key;
    Form form = Form::key;
    std::string comment = {};
};

// The keys in lines of known_hosts. A line that begins with a key's type is one for hf.co. Problems
// are those of hub::read_known_hosts, and a pattern in the host list next to the name.
struct NamedKeys {
    std::vector<NamedKey> keys;
    std::vector<hub::Problem> problems;  // in the order of the lines
    std::vector<hub::Problem> dsa;       // ignored: the page has a DSA key
};
[[nodiscard]] NamedKeys read_key_lines(const std::string& name, std::string_view text);

// At least one word. One with a blank in it is a line if it has a key's type or a marker in the
// right place, else a file's name.
enum class WordsKind { fingerprints, lines, file, standard_input };
[[nodiscard]] WordsKind kind_of(const std::vector<std::string>& words);

// The lines among WORDS: one that was quoted begins a line, and the others go on with it.
[[nodiscard]] std::string typed_lines(const std::vector<std::string>& words);

struct Named {
    std::vector<std::string> fingerprints;  // "SHA256:…", if only those were given
    std::vector<NamedKey> keys;
};
// Reads the file or standard input that the words name. Throws a system::Failure if a line cannot
// be used. In a file, lines for other hosts are ignored, and DSA keys with a message, unless there
// is nothing else in it.
[[nodiscard]] Named read_key_words(const std::vector<std::string>& words);

// The keys that are NAMED. A fingerprint is looked up among the published, added and revoked keys;
// else hf.co is asked, and only a key with exactly that fingerprint counts. Returns nullopt if one
// was not found; that was reported, and REPORT lists the presented keys.
[[nodiscard]] std::optional<std::vector<NamedKey>> find_host_keys(const Named& named,
                                                                  Report& report);

// One more record of "host_keys": RESULT is "added", "already-trusted", "revoked",
// "already-revoked" …; the rest is its state in SET afterwards.
Record& describe_change(const hub::TrustedSet& set, const hub::ServerKey& key,
                        const std::string& result, Report& report);

}  // namespace hfssh::manage
