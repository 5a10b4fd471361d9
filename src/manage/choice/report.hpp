#pragma once

#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

// Which key would be offered and why, the ssh and the place that it goes to, the settings that were
// looked at, and every candidate: what `explain` says of one URL.
void describe_outlook(const Outlook& outlook, Record& record);

}  // namespace hfssh::manage
