#pragma once

#include <memory>
#include <optional>
#include <string>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/decision.hpp"
#include "hfssh/transport/environment_key.hpp"
#include "hfssh/transport/facts.hpp"

namespace hfssh::manage {

// A connection that git would have hf-ssh make: found out and decided as hf-ssh does.
struct Connection {
    transport::Facts facts;
    transport::Decision decision;

    // The key that would be offered; null if none.
    [[nodiscard]] const identity::Candidate* chosen() const {
        return decision.chosen ? &facts.inventory.candidates[*decision.chosen] : nullptr;
    }
};

// Where a connection would go, without the identity.
struct Destination {
    transport::Typed typed;
    transport::Endpoint endpoint;
    transport::Wire wire = transport::Wire::openssh;
};

// The surroundings of a verb: how git runs its ssh, and the key that the environment brings.
class Surroundings {
  public:
    Surroundings();

    [[nodiscard]] const Registration& registration() const { return registration_; }
    // Where this repository is; none outside of one. Throws a system::Failure if git cannot use the
    // one that is here.
    [[nodiscard]] const std::optional<repository::Place>& place() const;
    // What it holds, read by libgit2 when it is first asked for; null outside of one. Throws as
    // place() does.
    [[nodiscard]] const repository::Contents* contents();
    // This repository's remotes; none outside of one. Throws as place() does.
    [[nodiscard]] const std::optional<std::vector<Remote>>& remotes() const;
    // What the user names: a remote, with each of its URLs, or a URL, or the path of a repository
    // on hf.co. After insteadOf.
    [[nodiscard]] std::vector<Remote> find(const std::string& named) const;

    // Null if the URL leads to another host. Throws a system::Failure if hf-ssh would.
    [[nodiscard]] std::unique_ptr<Connection> look_at(const GitUrl& url);
    // Does it, by its name or by an alias of the ssh configuration? Throws as look_at() does.
    [[nodiscard]] bool leads_to_hub(const GitUrl& url);
    // For hf.co as such, or for what this repository's first remote on hf.co is. Where git cannot
    // use the repository, it says so once on standard error, and looks for hf.co as such. Throws as
    // look_at() does, and if git@hf.co leads to another host; never null.
    [[nodiscard]] std::unique_ptr<Connection> look_here();

    [[nodiscard]] const system::SignalWatch& signals() const { return signals_; }
    // Where a connection for git@hf.co would go. No key is needed for that.
    [[nodiscard]] Destination destination_of_hub();

    // Has a signal come meanwhile?
    [[nodiscard]] bool told_to_end() const { return signals_.told_to_end(); }

  private:
    [[nodiscard]] transport::Typed typed(const std::vector<std::string>& words);
    [[nodiscard]] std::unique_ptr<Connection> look(const std::vector<std::string>& words);

    system::SignalWatch signals_;  // first: what may lie about is removed before it ends
    Registration registration_;
    std::optional<system::Failure> unusable_;  // why git cannot use the repository here
    bool told_unusable_ = false;
    std::optional<repository::Place> place_;
    repository::GitView git_view_;  // as it was before we moved to where git runs its ssh
    std::optional<repository::Contents> contents_;
    std::optional<std::vector<Remote>> remotes_;
    transport::EnvironmentKey environment_key_;
    bool standing_ = false;  // where git runs its ssh
};

// Asking hf.co about keys for a verb: who can unlock them, and what is shown.

// Is there a terminal, and may the user be asked at it?
[[nodiscard]] bool person_is_here();

// Can ssh ask for a passphrase: at a terminal, or with SSH_ASKPASS?
[[nodiscard]] bool passphrase_can_be_asked();

// Why hf.co is not asked about a key; empty if it is. PERSON: the user can be asked. Pure.
[[nodiscard]] std::string reason_not_to_ask(const identity::Candidate& candidate,
                                            const transport::Facts& facts, bool person);

// Whether the user is asked to unlock the chosen key. Throws a system::Failure if it is locked, and
// the user cannot be asked.
[[nodiscard]] transport::Person person_for(const identity::Candidate& candidate,
                                           const transport::Facts& facts);

// The account that hf.co has for the key. Without an answer, the messages of ssh and the helper are
// shown on standard error.
[[nodiscard]] transport::Answer ask_account(Connection& connection,
                                            const identity::Candidate& candidate,
                                            transport::Person person,
                                            const Surroundings& surroundings);

// Asks hf.co about several keys, as transport::ask_each() does, and shows how far it has come.
void ask_about(Connection& connection, const std::vector<std::size_t>& keys,
               const transport::Question& question, const transport::Patience& patience,
               const transport::Each& each);

// Printable lines, as they are, on standard error.
void show_lines(const std::string& lines);

}  // namespace hfssh::manage
