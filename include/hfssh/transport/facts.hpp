#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/hub/repository.hpp"
#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/transport/endpoint.hpp"
#include "hfssh/transport/environment_key.hpp"
#include "hfssh/transport/route.hpp"

// Third station: everything that a connection to hf.co rests on and that has to be waited for.
namespace hfssh::transport {

// What speaks SSH with hf.co. All else is the same for both.
enum class Wire {
    openssh,  // the underlying ssh
    native,   // libexec/hf-ssh/native
};

struct Facts {
    Typed typed;
    Endpoint endpoint;  // `ssh -G`
    hub::RemoteCommand remote;
    Wire wire = Wire::openssh;
    hub::TrustedSet trusted;                   // the host keys that count, and
    std::vector<std::string> trusted_files;    // the files that it was read from, for the helper
    std::optional<settings::GitSettings> git;  // none where git could not be asked
    identity::AgentAnswer agent;
    identity::Request request;      // what was asked for of identities
    identity::Inventory inventory;  // the candidates
    identity::MemoryStore store;    // where it is remembered, and
    identity::Memory memory;        // what is remembered of these candidates
    bool key_for_once = false;      // HF_SSH_KEY is set: nothing of it may stay anywhere
    bool may_ask = false;  // may hf.co be asked, before a key is chosen, whose each of them is?

    [[nodiscard]] const ssh::Underlying& underlying() const { return typed.underlying; }
    [[nodiscard]] bool hints() const {
        return !endpoint.line.has('q') && (!git || git->boolean("hints", true));
    }
};

// Asks git, ssh and the agent side by side, then reads files. May put HF_SSH_KEY where ssh can
// read it. Ends early on GIVE_UP. Throws a system::Failure where no connection can be made.
[[nodiscard]] Facts find_facts(const Typed& typed, const ToHub& hub,
                               EnvironmentKey& environment_key,
                               const std::function<bool()>& give_up);

// As hf-ssh.transport and HF_SSH_TRANSPORT ask for; "auto" is the native transport only if this
// machine has no ssh. Throws a system::Failure if there is neither.
[[nodiscard]] Wire choose_wire(const Typed& typed, const ssh::CommandLine& line,
                               const std::optional<settings::GitSettings>& git);

// What STORE knows of INVENTORY's keys, and of the namespace.
[[nodiscard]] identity::Memory recall(const identity::Inventory& inventory,
                                      const std::optional<hub::Repository>& repository,
                                      const identity::MemoryStore& store);

// ~/.ssh; empty where there is no home.
[[nodiscard]] std::string ssh_directory();

// libexec/hf-ssh/native. Throws a system::Failure where it is not there.
[[nodiscard]] std::string native_program();

}  // namespace hfssh::transport
