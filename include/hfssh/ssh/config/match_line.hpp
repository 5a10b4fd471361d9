#pragma once

#include <string>
#include <string_view>

// What a Match line of ssh_config(5) says, as far as that can be told without running anything.
// Pure.
namespace hfssh::ssh {

struct MatchFacts {
    std::string host;           // HostName as far as it is set, else the name typed
    std::string original_host;  // the name typed
    std::string user;
    std::string local_user;
    bool final_pass = false;  // the second reading, for "final" and "canonical"
};

struct MatchAnswer {
    enum class Verdict {
        applies,
        does_not,
        unknown,    // no criterion rules it out, and DETAIL, the first such one, can't be told
        malformed,  // ssh stops at such a line. DETAIL says why
    };
    Verdict verdict = Verdict::malformed;
    std::string detail = {};
    bool wants_final = false;  // "final" is among the criteria: ssh reads all files once more
};

// REST is what follows the keyword. Can't be told: exec, localnetwork, tagged, and whatever this
// does not know; and what stands from a single quote or a backslash on, which versions of OpenSSH
// take apart differently.
[[nodiscard]] MatchAnswer judge_match(std::string_view rest, const MatchFacts& facts);

}  // namespace hfssh::ssh
