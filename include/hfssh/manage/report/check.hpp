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
    std::string fix;    // what to do, in the form of a hint: see system::read_hint()
};

using Checks = std::vector<Check>;

// "ok", "warning", "failure", "skipped"
[[nodiscard]] const char* name_of(Check::Result result);

[[nodiscard]] inline bool is_problem(const Check& check) {
    return check.result == Check::Result::warning || check.result == Check::Result::failure;
}

// All of CHECK for JSON. As text a line with its mark, and for a problem why it matters and the
// fix; LABEL, padded to WIDTH, and TEXT are what the line says. Without a label there is no text.
void describe(const Check& check, const std::string& label, const std::string& text,
              std::size_t width, Record& record);

// The fix to start with: of the first failure that has one, else of the first warning. JSON:
// "first".
void start_with(const Checks& checks, Record& record);

}  // namespace hfssh::manage
