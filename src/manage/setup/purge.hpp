#pragma once

#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

// Removes what hf-ssh keeps for this user outside of git's configuration: what is remembered, the
// public keys it wrote for ssh, the host keys that were added or revoked. REPORT gets a list
// "purged". Throws a system::Failure where something cannot be removed.
void purge_all(Report& report);

}  // namespace hfssh::manage
