#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record.hpp"

// The published host keys in ~/.ssh/known_hosts, for those who run ssh itself. hf-ssh does not read
// that file.
namespace hfssh::manage {

// The page's lines, without DSA.
[[nodiscard]] std::vector<std::string> published_lines();

// What is to stand behind TEXT, the content of a known_hosts file, so that every published key is
// in it under hf.co; empty if they are. Pure.
[[nodiscard]] std::string missing_lines(std::string_view text);

// TEXT without ADDED, which stands in it as a whole or in single lines; other lines stay as they
// are. Pure.
[[nodiscard]] std::string without_lines(std::string_view text, const std::string& added);

// ~/.ssh/known_hosts, and what would be added to it; none where nothing is to be added. Throws a
// system::Failure where it cannot be read.
[[nodiscard]] std::optional<AddedHostKeys> plan_known_hosts();
// Throws a system::Failure where it cannot be written.
void add_known_hosts(const AddedHostKeys& keys);
// False where nothing of it was there any more.
[[nodiscard]] bool remove_known_hosts(const AddedHostKeys& keys);

}  // namespace hfssh::manage
