#pragma once

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

// Which key would be offered and why, the ssh and the place that it goes to, the settings that were
// looked at, and every candidate: what `explain` says of one URL.
void describe_connection(const Connection& connection, Record& record);

}  // namespace hfssh::manage
