#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registering.hpp"

// Edits of git's configuration, tried on a copy and carried out.
namespace hfssh::manage {

// What git makes of CONTENT (none: no file) by EDITS. Throws a system::Failure where git refuses.
[[nodiscard]] std::string try_edits(const std::optional<std::string>& content,
                                    const std::vector<ConfigEdit>& edits);

// As try_edits(), in place: TO is where ("--global"). What git said where it failed, else none; the
// edits in front of the one that failed have been made then.
[[nodiscard]] std::optional<std::string> make_edits(const std::vector<std::string>& to,
                                                    const std::vector<ConfigEdit>& edits);

// Other files' core.sshCommand beside the one that PLAN writes to TEXT, which is to be the content
// of FILE. A file counts that is there and sets another command than hf-ssh.
struct Neighbours {
    std::vector<ConfigLine> hidden;  // includeIf in front of ours: would not count any more
    std::vector<ConfigLine> later;   // include behind ours: ours would not count
    std::vector<ConfigLine> apart;   // includeIf behind ours: ours does not count there
};
[[nodiscard]] Neighbours find_neighbours(const std::string& text, const std::string& file,
                                         const SetupPlan& plan);

}  // namespace hfssh::manage
