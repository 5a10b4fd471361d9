#pragma once

#include <optional>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/report.hpp"
#include "words.hpp"

namespace hfssh::manage {

// The keys that are NAMED. That of a fingerprint is looked for among those that are published,
// added or revoked, and where it is none of them hf.co is connected, and only a key that it
// presents with exactly that fingerprint is taken. None where one was not found: that has been
// said, and what was presented is in REPORT.
[[nodiscard]] std::optional<std::vector<NamedKey>> find_host_keys(const Named& named,
                                                                  Report& report);

// One more record of "host_keys": RESULT is "added", "already-trusted", "revoked",
// "already-revoked" …, the rest is what SET says of the key afterwards.
Record& describe_change(const hub::TrustedSet& set, const hub::ServerKey& key,
                        const std::string& result, Report& report);

}  // namespace hfssh::manage
