#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/request.hpp"

// Which one key is offered. Everything here is pure.
namespace hfssh::identity {

// What is remembered: of keys, the account that hf.co greeted ("anonymous" where it knew none);
// of namespaces, the key that last served a push there.
struct Memory {
    std::map<std::string, std::string> accounts;  // fingerprint -> account
    std::map<std::string, std::string> learned;   // namespace -> fingerprint
};

// Which of the design's eight rules chose, and in words that follow "the key is used because: ".
struct Reason {
    int rule = 0;
    std::string text;  // "typed with -i", "its account is acme"
};

struct Chosen {
    std::size_t index = 0;  // in Inventory::candidates
    Reason reason;
};

// No key can be offered. Never a reason to try another one: what a person named is what they meant.
struct NoChoice {
    enum class Kind {
        no_key,           // there is none at all, or none that may be offered
        not_there,        // a named file is missing
        unreadable,       // a named file can't be read, or is no key
        no_private_half,  // a named key that nobody here can sign with
        exposed,          // a named private file that ssh declines, since others may read it
        refused,          // a named DSA or short RSA key
        unknown_key,      // a fingerprint that no key here has
        unknown_account,  // an account that no key here is known to belong to
    };
    Kind kind = Kind::no_key;
    int rule = 0;  // of the rule that failed; 8 where none applied
    std::string message;
    std::string hint;
};

using Choice = std::variant<Chosen, NoChoice>;

[[nodiscard]] Choice choose(const Inventory& inventory, const Request& request,
                            const Memory& memory);

// The keys that hf.co should be asked about first, in that order, before a choice that rests on
// rule 5 or later: several candidates, and among them ready ones that were never asked about and
// sign without a person. Files come before keys that only the agent has.
[[nodiscard]] std::vector<std::size_t> keys_to_ask(const Inventory& inventory, const Chosen& chosen,
                                                   const Memory& memory);

// Where a key lives, for a person: "~/.ssh/id_ed25519", or its comment or fingerprint "(in the
// agent)".
[[nodiscard]] std::string describe(const Candidate& candidate);

}  // namespace hfssh::identity
