#pragma once

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/repository/contents.hpp"

namespace hfssh::manage {

// Which key would be offered and why, the ssh and the place that it goes to, the settings that were
// looked at, and every candidate: what `explain` says of one URL.
void describe_connection(const Connection& connection, Record& record);

// What the repository here is, and what it gives to git-lfs. In JSON: "here" and "lfs".
void describe_contents(const repository::Contents& contents, Record& record);

}  // namespace hfssh::manage
