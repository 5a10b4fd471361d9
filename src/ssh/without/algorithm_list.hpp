#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::ssh {

// A value of HostKeyAlgorithms, KexAlgorithms, Ciphers, MACs or PubkeyAcceptedAlgorithms (KEYWORD,
// in lower case) as a plain list of names, without an ssh whose defaults it could refer to. RAW is
// empty where nothing is set. Pure.
//   "a,b"         a,b; a pattern stands for the defaults that match it
//   "+a", "^a"    as if not set: what they add, or put first, forbids nothing
//   "-a"          the defaults without those that match
// The defaults are OpenSSH 9.2's, of host keys without certificates and security keys, which hf.co
// has not. Not set is an empty text, but for the two lists of signatures, whose defaults it gives.
// None where nothing is left, or for what ssh itself refuses ("!a").
[[nodiscard]] std::optional<std::string> plain_algorithms(std::string_view keyword,
                                                          std::string_view raw);

}  // namespace hfssh::ssh
