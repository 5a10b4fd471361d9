#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/transport/decision.hpp"

// Can one key be used, and if not, why? Decided without asking hf.co.
namespace hfssh::manage {

// The findings about a key, the worst first; none if all is well. The names are stable:
//   missing, unreadable, no-key      a file that was named, see check_place()
//   dsa, short-rsa                   never offered
//   exposed                          other users can read the private file, so ssh refuses it
//   public-only                      neither a file nor the agent has the private half
//   no-agent, agent-unreachable      it cannot be checked, or used, without an agent
//   locked                           ssh asks for a passphrase or PIN at each use
//   misleading-public,
//   misleading-certificate           a file next to it belongs to another key
//   hardware, agent-asks             each use needs a touch, or a confirmation
//   rsa                              the agent must sign with SHA-2
// A failure means that it cannot be used; a warning, that it can, with the help of the user or with
// another setup; ok, that it is only worth knowing.
struct KeyJudgement {
    Checks findings;
    bool usable = false;  // it can be offered
    bool ready = false;   // … without asking the user
};

// CANDIDATE is one of INVENTORY. Pure.
[[nodiscard]] KeyJudgement judge_key(const identity::Candidate& candidate,
                                     const identity::Inventory& inventory);

// Why there is no key at a path that was named. Pure.
[[nodiscard]] Check check_place(const identity::Place& place);

// Why no key can be offered: the names above, or unknown-key (a fingerprint), unknown-account,
// none. Pure.
[[nodiscard]] Check check_choice(const transport::NoKey& none);

// hf.co greeted it as "anonymous". Its name is "anonymous". Pure.
[[nodiscard]] Check anonymous_key(const identity::Candidate& candidate);

// "git hf-ssh keys check OPTION KEY", without KEY if the environment names it. Pure.
[[nodiscard]] std::string check_command(const std::string& option,
                                        const identity::Candidate& candidate);

// A key as a word of our command line: "~/.ssh/id_ed25519", or its fingerprint. Pure.
[[nodiscard]] std::string key_word(const identity::Candidate& candidate);

// Every key: the candidates of a connection, the files that settings for other repositories name,
// and perhaps one more.
struct KeyView {
    identity::Request request;
    identity::Inventory inventory;
    identity::Memory memory;
};
// PATH: absolute, or empty.
[[nodiscard]] KeyView view_keys(const Connection& connection, const std::string& path = {});

// IDENTITY of a command line: a key's file, or its fingerprint.
struct KeyWord {
    std::string path;              // absolute, or empty
    std::string fingerprint = {};  // "SHA256:…", or empty
};
// Relative to the working directory, so before Surroundings::look_at(). Throws a system::Failure
// for a word that can be neither.
[[nodiscard]] KeyWord read_key_word(const std::string& word);

// Its index in VIEW's candidates; or a failed check if the path has no key, or no key here has the
// fingerprint.
[[nodiscard]] std::variant<std::size_t, Check> find_key(const KeyView& view, const KeyWord& word);

}  // namespace hfssh::manage
