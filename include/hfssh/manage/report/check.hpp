#pragma once

#include <string>
#include <vector>

#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

// One link of the chain between git and hf.co, looked at by `git hf-ssh doctor`.
struct Check {
    enum class Result { ok, warning, failure, skipped };

    std::string name;  // stable, for a program: "ssh-agent", "host-keys"
    Result result = Result::ok;
    std::string found;  // printable, one line or several: "OpenSSH 9.2p1 in /usr/bin/ssh"
    std::string means;  // printable; what follows from it, empty where that is plain
    std::string mend;   // the command that mends it, as a shell reads it, or what is to be done
};

using Checks = std::vector<Check>;

}  // namespace hfssh::manage
