#pragma once

#include "hfssh/manage/report/report.hpp"
#include "hfssh/repository/contents.hpp"

namespace hfssh::manage {

// What the repository here is, and what it gives to git-lfs. In JSON: "here" and "lfs".
void describe_contents(const repository::Contents& contents, Record& record);

}  // namespace hfssh::manage
