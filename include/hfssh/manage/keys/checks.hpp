#pragma once

#include <string>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/choice.hpp"
#include "hfssh/manage/report/check.hpp"

// Can one key be used, and if not, why? What is told here is known without asking hf.co.
namespace hfssh::manage {

// What there is to say of a key, the worst first; nothing where all is well. The names are stable:
//   missing, unreadable, no-key      a file that was named, see check_place()
//   dsa, short-rsa                   never offered
//   exposed                          others may read the private file, so ssh declines it
//   public-only                      nobody here has the private half
//   no-agent, agent-unreachable      so it cannot be said, or done, without an agent
//   locked                           a passphrase or PIN is asked for at each use
//   misleading-public,
//   misleading-certificate           a file beside it is of another key
//   hardware, agent-asks             somebody has to touch, or to agree
//   rsa                              who signs must know SHA-2
// A failure means that it cannot be used; a warning, that it can with somebody's help or a detour;
// ok, that it is only worth knowing.
struct KeyJudgement {
    Checks findings;
    bool usable = false;  // it can be offered
    bool ready = false;   // … without a passphrase
};

// CANDIDATE is one of INVENTORY. Pure.
[[nodiscard]] KeyJudgement judge_key(const identity::Candidate& candidate,
                                     const identity::Inventory& inventory);

// Why a path that was named gives no key. Pure.
[[nodiscard]] Check check_place(const identity::Place& place);

// Why no key can be offered: the names above, or unknown-key (a fingerprint), unknown-account,
// none. Pure.
[[nodiscard]] Check check_choice(const identity::NoChoice& choice);

// hf.co greeted it as "anonymous". Its name is "anonymous". Pure.
[[nodiscard]] Check anonymous_key(const identity::Candidate& candidate);

// "git hf-ssh keys check OPTION KEY", without KEY where the environment names it. Pure.
[[nodiscard]] std::string check_command(const std::string& option,
                                        const identity::Candidate& candidate);

// A key as a word of our command line: "~/.ssh/id_ed25519", or its fingerprint. Pure.
[[nodiscard]] std::string key_word(const identity::Candidate& candidate);

}  // namespace hfssh::manage
