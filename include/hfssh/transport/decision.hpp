#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/transport/facts.hpp"

// Fourth station: which one key is offered, and why; and of every other, why not. Everything here
// is pure. What a key is said to be, or not to be good for, is worded here (reasons.cpp) for all
// that report it.
namespace hfssh::transport {

// What came of one candidate.
enum class Verdict {
    chosen,
    passed_over,  // it could have been offered
    refused,      // by its type or size: by hf-ssh, or by the user's ssh configuration
    exposed,      // others may read the private file, so that ssh declines it
    unreadable,   // ssh cannot read the private file as it is
    public_only,  // nobody here can sign with it
};

struct Standing {
    Verdict verdict = Verdict::passed_over;
    // Its place in the order of rule 8, from 1; 0 for one that cannot be offered.
    std::size_t rank = 0;
    std::string account;  // that hf.co greeted; "anonymous", or empty: never asked, or no answer
    std::string reason;   // "its account is acme", "hf.co did not know it"
};

// Which of the design's eight rules chose, and in words that follow "the key is used because: ".
struct Reason {
    int rule = 0;
    std::string text;  // "typed with -i", "its account is acme"
};

// Why no key can be offered. Never a reason to try another one: what a person named is what they
// meant.
struct NoKey {
    enum class Cause {
        none_here,        // there is no key at all
        not_there,        // a named file is missing
        unreadable,       // a file that cannot be read, or is no key
        public_only,      // nobody here can sign with it
        exposed,          // a private file that ssh declines, since others may read it
        refused,          // by its type or size
        token_has_none,   // a PKCS#11 module lists no key that could be used
        unknown_key,      // a fingerprint that no key here has
        unknown_account,  // an account that no key here is known to belong to
        wrapper,          // the ssh that is run would offer another key besides, or worse
    };
    Cause cause = Cause::none_here;
    bool named = false;  // somebody named the key; else it is said of the first that is here
    std::string message;
    std::string hint;
};

struct Decision {
    std::optional<std::size_t> chosen;  // in the inventory
    Reason reason;                      // RULE: without a key, the one that failed
    NoKey none;                         // only where none is chosen
    std::vector<Standing> keys;         // of each candidate of the inventory, in its order
    // The keys that hf.co would be asked about first, in that order, where it may be asked; mostly
    // none: several candidates, of which a rule after the fourth chooses, and among them ready ones
    // that were never asked about and sign without a person. Files come before keys that only the
    // agent has.
    std::vector<std::size_t> ask_first;
};

[[nodiscard]] Decision decide(const identity::Request& request,
                              const identity::Inventory& inventory, const identity::Memory& memory);
// The same of FACTS; where hf.co may not be asked, nothing is to be asked first.
[[nodiscard]] Decision decide(const Facts& facts);

// Throws a system::Failure where there is none; never another than the one that was named.
[[nodiscard]] const identity::Candidate& chosen_key(const Facts& facts, const Decision& decision);

// Does signing with it need a person?
[[nodiscard]] bool needs_person(const identity::Candidate& candidate,
                                const identity::Inventory& inventory);

// The account that a key is known to belong to: "anonymous" where hf.co did not know it, empty
// where it was never asked.
[[nodiscard]] std::string known_account(const identity::Memory& memory,
                                        const identity::Candidate& candidate);

// Why there is no key, if none was named and none can be used. Pure.
[[nodiscard]] NoKey nothing_to_offer(const identity::Inventory& inventory,
                                     const identity::Request& request);

// An agent that may have keys, and was not heard: why, and what to do. Empty: there is none. Pure.
struct Unheard {
    std::string why;
    std::string fix;
};
[[nodiscard]] Unheard unheard_agent(const identity::Inventory& inventory,
                                    const identity::Request& request);

}  // namespace hfssh::transport
