#pragma once

#include <string>
#include <vector>

#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

// One link of the chain between git and hf.co, checked by `git hf-ssh doctor`.
struct Check {
    enum class Result { ok, warning, failure, skipped };

    std::string name;  // stable, for a program: "ssh-agent", "host-keys"
    Result result = Result::ok;
    std::string found;  // printable, one line or several: "OpenSSH 9.2p1 in /usr/bin/ssh"
    std::string why;    // printable; why it matters, empty if that is plain
    std::string fix;    // the command that fixes it, as a shell reads it, or what to do
};

using Checks = std::vector<Check>;

}  // namespace hfssh::manage
