#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/report/report.hpp"

// The verbs of git-hf-ssh(1). One table drives dispatch, usage and suggestions.
namespace hfssh::manage {

// How the manager ends: yes; no, or a check failed; it could not be carried out; the command line
// does not fit, as with git.
enum class Status { yes = 0, no = 1, failed = 2, usage = 129 };

// Fills REPORT, which is printed whatever the status. Throws a system::Failure for Status::failed,
// and a UsageError.
using Action = std::function<Status(Report& report)>;

struct Verb {
    std::string_view name;  // one word or two: "keys", "keys check"
    std::string_view summary;
    // Declares what the verb takes, and returns what is to be done with it. Both live as long as
    // the action.
    Action (*prepare)(Options& options);
};

[[nodiscard]] Action doctor(Options& options);
[[nodiscard]] Action access(Options& options);
[[nodiscard]] Action explain(Options& options);
[[nodiscard]] Action forget(Options& options);
[[nodiscard]] Action host_keys(Options& options);
[[nodiscard]] Action host_keys_add(Options& options);
[[nodiscard]] Action host_keys_check(Options& options);
[[nodiscard]] Action host_keys_remove(Options& options);
[[nodiscard]] Action host_keys_revoke(Options& options);
[[nodiscard]] Action keys(Options& options);
[[nodiscard]] Action setup(Options& options);
[[nodiscard]] Action unsetup(Options& options);
[[nodiscard]] Action keys_check(Options& options);
[[nodiscard]] Action keys_new(Options& options);
[[nodiscard]] Action use(Options& options);
[[nodiscard]] Action whoami(Options& options);

[[nodiscard]] std::span<const Verb> verbs();

// The one that WORDS begin with: "keys check" is a verb of two words, "keys" one of one, and the
// longer name counts. Null if none.
[[nodiscard]] const Verb* find_verb(const std::vector<std::string>& words);

// All of them, with their summaries.
[[nodiscard]] std::string usage();

// From the words behind "git hf-ssh" to the exit status.
[[nodiscard]] int run(const std::vector<std::string>& words);

}  // namespace hfssh::manage
