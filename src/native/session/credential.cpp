#include "credential.hpp"

#include <chrono>

#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/stored_key.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::native {
namespace {

using identity::Algorithm;
using transport::Order;

constexpr const char* use_openssh = "install OpenSSH's client (openssh-client, openssh-clients)";

// The first version that signs with RSA and SHA-2 (RFC 8332); SHA-1 is not to be relied on.
bool library_signs_rsa() {
    constexpr int first_version = 0x010b00;
    return ::libssh2_version(first_version) != nullptr;
}

bool agent_holds(const Order& order, const identity::PublicKey& key) {
    if (order.agent_socket.empty()) return false;
    // One that asks the user, or starts what talks to a card, may need a moment.
    const auto limit = std::chrono::seconds(identity::asks_person(order.agent_socket) ? 10 : 1);
    const auto answer =
        identity::AgentQuery(order.agent_socket).wait(std::chrono::steady_clock::now() + limit);
    for (const identity::AgentKey& held : answer.keys) {
        if (held.key.blob == key.blob) return true;
    }
    return false;
}

void require_usable_type(const std::string& name, Algorithm algorithm) {
    if (algorithm == Algorithm::ed25519_sk || algorithm == Algorithm::ecdsa_sk) {
        throw Unusable("the native transport cannot use a hardware key: " + name,
                       std::string(use_openssh) + ", which can, or use another key");
    }
    if (algorithm == Algorithm::other) {
        throw Unusable("the native transport does not support the type of the key " + name,
                       std::string(use_openssh) + ", or use an Ed25519 key");
    }
    if (algorithm == Algorithm::rsa && !library_signs_rsa()) {
        throw Unusable("the native transport cannot use an RSA key: libssh2 " +
                           std::string(::libssh2_version(0)) +
                           " signs with SHA-1 only, which servers no longer take\nkey: " + name,
                       "use an Ed25519 key: git hf-ssh keys new\n"
                       "or " +
                           std::string(use_openssh) + ", or libssh2 1.11");
    }
}

// "~/.ssh/id_ed25519"; "SHA256:…" of a key that the agent alone has.
std::string key_name(const Order& order) {
    const auto known = identity::read_public_line(order.public_key);
    if (known && order.identity_file.empty()) return known->key.fingerprint();
    return system::display_path(order.identity_file);
}

// The user's configuration can only make the choice smaller.
void require_accepted(const std::string& name, const identity::PublicKey& key, const Order& order) {
    const bool rsa = key.algorithm == Algorithm::rsa;
    if (rsa && key.bits < order.required_rsa_size) {
        throw Unusable("RequiredRSASize of your ssh configuration excludes the key " + name);
    }
    if (order.accepted_algorithms.empty()) return;
    for (const std::string_view accepted : system::split(order.accepted_algorithms, ',')) {
        if (rsa ? accepted.starts_with("rsa-sha2-") && accepted.find("-cert-") == accepted.npos
                : accepted == key.type) {
            return;
        }
    }
    throw Unusable("PubkeyAcceptedAlgorithms of your ssh configuration excludes the key " + name);
}

}  // namespace

std::string name_of(const Credential& credential) {
    return system::display_path(credential.path);
}

Credential find_credential(const Order& order) {
    const std::string name = key_name(order);
    if (order.needs_provider) {
        throw Unusable("the native transport cannot use a key in a PKCS#11 token",
                       std::string(use_openssh) + ", which can, or use another key");
    }
    if (const auto known = identity::read_public_line(order.public_key)) {
        require_usable_type(name, known->key.algorithm);
        require_accepted(name, known->key, order);
        // No file is looked at, or needed, where the agent signs.
        if (agent_holds(order, known->key)) return {known->key, name, true};
        if (order.identity_file.empty()) {
            throw Unusable("the ssh-agent does not have the key " + name, "see: ssh-add -l");
        }
    }
    auto loaded = identity::load_key(order.identity_file);
    if (const auto* problem = std::get_if<identity::NotStored>(&loaded)) {
        throw Unusable("cannot read the key " + name +
                       (problem->detail.empty() ? "" : ": " + problem->detail));
    }
    const auto& stored = std::get<identity::StoredKey>(loaded);
    Credential credential{stored.key, stored.path};
    credential.in_agent = stored.key && agent_holds(order, *stored.key);
    if (stored.key) {
        require_usable_type(name, stored.key->algorithm);
        require_accepted(name, *stored.key, order);
    } else if (stored.label) {
        require_usable_type(name, *stored.label);
    }
    if (credential.in_agent) return credential;
    if (!stored.has_private) {
        throw Unusable("the ssh-agent does not have the key " + name, "see: ssh-add -l");
    }
    if (stored.exposed) {
        throw Unusable("others may read the key " + name,
                       "chmod 600 " + system::shell_path(stored.path));
    }
    credential.encrypted = stored.encrypted;
    return credential;
}

}  // namespace hfssh::native
