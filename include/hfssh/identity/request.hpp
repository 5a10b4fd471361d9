#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/policy.hpp"
#include "hfssh/identity/public_key.hpp"

// What the user asked for, in plain words: gathered by the caller from the command line, the
// environment, git's configuration and ssh's. Paths are expanded (ssh::expand_path), except
// that an identity may also be a "SHA256:…" fingerprint where said.
namespace hfssh::identity {

// hf-ssh.<pattern>.identity or .account of git's configuration.
struct Setting {
    enum class Kind { identity, account };
    std::string pattern;  // "datasets/acme/corpus", "acme"; empty: for every repository
    Kind kind = Kind::identity;
    std::string value;   // identity: a path or a fingerprint
    std::string source;  // for the user: "hf-ssh.acme.identity in git's configuration (global)"
    std::string removal = {};  // a hint: the command that takes it away
};

// The ssh that is run may be a program of the user's own, with options before ours.
struct Wrapper {
    std::vector<std::string> files;  // identities that it offers, whatever its options
    // What else it does to a connection to hf.co, which is not made then; empty: nothing.
    std::string problem;
    std::string hint;
    // It sets SSH_AUTH_SOCK itself, or may: a sentence. hf-ssh does not see the keys of that agent.
    std::string agent = {};
    bool sets_agent = false;  // it does
    bool own_master = false;  // it sets up connection sharing of its own
};

struct Request {
    std::optional<hub::Repository> repository;
    Policy policy;  // of the user's ssh configuration

    std::optional<std::string> typed;                 // rule 1: -i, -o IdentityFile
    std::optional<std::string> environment_identity;  // rule 2: HF_SSH_IDENTITY, or a fingerprint
    std::optional<std::string> environment_account;   //         HF_SSH_ACCOUNT
    std::optional<std::string> environment_key;       //         HF_SSH_KEY: its private 0600 file
    std::string environment_key_name;                 //         "HF_SSH_KEY" or "HF_SSH_KEY_FILE";
                                                      //         without a file: it is empty
    std::string alias;                                // rule 3: the name typed, "hf-work"
    std::vector<std::string> alias_files;             //         own_files() of it
    std::string key_of_ssh;  // one that only ssh looks at: HOME is not the passwd entry's home
    Wrapper wrapper;         // without rules 1 to 4 its key is used;
                             //         with them, any other is an error
    std::vector<Setting> settings;        // rule 4: in git's order, the last counts
    std::vector<std::string> configured;  // rule 7: --via's, then the configuration's,
                                          //         without ssh's own default list
    std::string provider;                 // PKCS11Provider (-I), or empty
    bool provider_typed = false;          // rule 1 where no file was typed, else rule 7
    std::vector<PublicLine> token_keys;   // what the token has
};

// The setting that rule 4 follows: of the most specific pattern for the repository, an identity
// before an account; null if there is none. Pure.
[[nodiscard]] const Setting* setting_for(const Request& request);

// Does an identity name a key by its fingerprint, not by a path?
[[nodiscard]] bool is_fingerprint(const std::string& identity);

}  // namespace hfssh::identity
