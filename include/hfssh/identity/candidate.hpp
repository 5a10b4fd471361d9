#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/public_key.hpp"
#include "hfssh/identity/stored_key.hpp"

namespace hfssh::identity {

// Where a key was found first.
enum class Origin {
    command_line,   // -i, -o IdentityFile
    environment,    // HF_SSH_IDENTITY
    secret,         // HF_SSH_KEY, HF_SSH_KEY_FILE: a copy, which is gone when the command ends
    settings,       // git's configuration
    configuration,  // the user's ssh configuration, or --via; a token of its PKCS11Provider
    default_file,   // ~/.ssh/id_ed25519 and its kin
    other_file,     // another pair in ~/.ssh
    agent,          // no file
};

// Why a key is never offered, by hf-ssh's own rules and by the user's ssh configuration (Policy).
enum class Refusal {
    none,
    dsa,
    short_rsa,
    not_accepted,       // PubkeyAcceptedAlgorithms has no algorithm of it
    required_rsa_size,  // RSA, with fewer bits than RequiredRSASize
    unsupported,        // a type that neither hf-ssh nor this ssh knows
};

struct Candidate {
    // nullopt only for an encrypted PEM file or a damaged one, without a .pub.
    std::optional<PublicKey> key;    // plain, never a certificate
    std::optional<Algorithm> label;  // known even if the key is not
    std::string comment;
    std::string path;         // the private file, else the .pub; empty: in the agent only
    std::string certificate;  // the matching -cert.pub, empty if there is none
    Origin origin = Origin::agent;
    Refusal refusal = Refusal::none;
    bool in_agent = false;
    bool has_private = false;      // PATH is a private file
    bool encrypted = false;        // … with a passphrase
    bool exposed = false;          // … that ssh(1) declines, since others may read it
    KeyForm form = KeyForm::good;  // … and that it cannot read if this is not good
    bool has_public = false;       // PATH.pub is the same key
    bool misleading = false;       // a neighbour of PATH would make ssh(1) offer another key
    bool hardware = false;         // lives in a security key
    std::string provider;          // the PKCS#11 module of the token it lives in, or empty

    // PATH is a private file that ssh(1) reads.
    [[nodiscard]] bool file_serves() const {
        return has_private && !exposed && form == KeyForm::good;
    }
    // The agent, a private file that ssh reads, or a token can sign with it.
    [[nodiscard]] bool usable() const {
        return refusal == Refusal::none && (in_agent || file_serves() || !provider.empty());
    }
    // Usable without a passphrase or PIN.
    [[nodiscard]] bool ready() const {
        return usable() && (in_agent || (file_serves() && !encrypted));
    }
    // "SHA256:…", computed each time; empty if the key is not known.
    [[nodiscard]] std::string fingerprint() const {
        return key ? key->fingerprint() : std::string();
    }
};

// Where a key is, for the user: "~/.ssh/id_ed25519", or its comment or fingerprint "(in the
// agent)". Pure.
[[nodiscard]] std::string describe(const Candidate& candidate);

// A path that was named, and the key found there.
struct Place {
    std::string path;
    std::optional<std::size_t> candidate;  // index in Inventory::candidates
    NotStored problem;                     // if there is none
};

// All keys, each once: named ones, the ssh configuration's, the page's default files, other pairs
// of ~/.ssh, keys that only the agent has.
struct Inventory {
    std::vector<Candidate> candidates;
    std::vector<Place> places;
    std::vector<Place> unread;  // files that were looked for keys and exist, but gave none
    AgentState agent = AgentState::none;
    bool agent_asks_person = false;

    [[nodiscard]] const Place* place(std::string_view path) const;
};

}  // namespace hfssh::identity
