#include "hfssh/reuse/command.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hfssh::reuse {
namespace {

bool is_git(std::string_view name) {
    return name == "git" || name.starts_with("git-");
}

bool is_passage(std::string_view name) {
    constexpr std::array passages = {"sh", "bash", "dash", "busybox", "hf-ssh"};
    return std::ranges::find(passages, name) != passages.end();
}

}  // namespace

std::optional<GitCommand> find_command(pid_t self, const Look& look) {
    constexpr int most = 64;  // a table that changes while it is read could lead round in a circle
    std::optional<GitCommand> found;
    const auto own = look(self);
    if (!own) return found;
    pid_t above = own->parent;
    for (int i = 0; i < most && above > 0; ++i) {
        const auto process = look(above);
        if (!process || process->session != own->session) break;
        if (is_git(process->name)) {
            found = GitCommand{above, process->started};
        } else if (!is_passage(process->name)) {
            break;
        }
        above = process->parent;
    }
    return found;
}

}  // namespace hfssh::reuse
