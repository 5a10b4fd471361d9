#pragma once

#include <functional>
#include <string_view>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/report/report.hpp"

// What a verb of git-hf-ssh(1) is made of. The list of them is in manage/front.
namespace hfssh::manage {

// How the manager ends: yes; no, or a check failed; the command could not be completed; usage
// error, as with git.
enum class Status { yes = 0, no = 1, failed = 2, usage = 129 };

// Fills REPORT, which is printed whatever the status. Throws a system::Failure for Status::failed,
// and a UsageError.
using Action = std::function<Status(Report& report)>;

struct Verb {
    std::string_view name;  // one word or two: "keys", "keys check"
    std::string_view summary;
    // Declares what the verb takes, and returns what to do with it. Both live as long as the
    // action.
    Action (*prepare)(Options& options);
};

}  // namespace hfssh::manage
