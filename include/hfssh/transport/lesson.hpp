#pragma once

#include <string>
#include <vector>

#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/decision.hpp"
#include "hfssh/transport/ended.hpp"
#include "hfssh/transport/facts.hpp"

// Last station: what a connection that has ended has taught, and what there is to say of it.
namespace hfssh::transport {

struct Lesson {
    struct Line {
        enum class Kind { message, hint };
        Kind kind = Kind::message;
        std::string text;
    };
    std::vector<Line> lines;     // to be said, in this order
    bool remember_push = false;  // the key served a push to this namespace
};

// The remote command failed, so that it helps to know the account. Pure.
[[nodiscard]] bool needs_account(const Facts& facts, const Decision& decision, const Ended& ended);

// ssh itself failed without an explanation, so that a second attempt may show the cause. Not
// through a proxy before the host key was checked: it could do anything. Pure.
[[nodiscard]] bool needs_look(const Facts& facts, const Decision& decision, const Ended& ended);

// Finds out what learn() needs; nothing if nothing failed.
[[nodiscard]] Remembered find_out(Facts& facts, const Decision& decision, const Ended& ended,
                                  const std::function<bool()>& give_up);

// The sixth station as often as it takes: runs PLAN, again if hf.co was too busy to be reached at
// all, and finds out what learn() needs.
struct Outcome {
    Ended ended;
    Remembered found;
};
[[nodiscard]] Outcome run_to_end(Facts& facts, const Decision& decision,
                                 const system::SignalWatch& signals);

// From how ssh ended, what the helper said, what hf.co is known to answer for this key, and what is
// known of the others (DECISION). Pure.
[[nodiscard]] Lesson learn(const Facts& facts, const Decision& decision, const Ended& ended,
                           const Remembered& remembered);

// The command that has KEY chosen from now on. `git hf-ssh use --for` writes the user's
// configuration, and a repository's own, which counts before it, has to be changed itself. Pure.
[[nodiscard]] std::string use_command(const Facts& facts, const Decision& decision,
                                      const identity::Candidate& key);

// For a path that hf.co has no repository at.
inline constexpr const char* path_hint =
    "that path cannot be a repository's; they are like git@hf.co:NAME/REPOSITORY and "
    "git@hf.co:datasets/NAME/REPOSITORY";

// For the account that owns REPOSITORY, which hf.co did not serve: where it is created. Pure.
[[nodiscard]] std::string create_hint(const hub::Repository& repository);

// Says and remembers it.
void conclude(const Lesson& lesson, Facts& facts, const Decision& decision, const Ended& ended);

}  // namespace hfssh::transport
