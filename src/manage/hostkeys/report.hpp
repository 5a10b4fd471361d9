#pragma once

#include <string>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/report/report.hpp"

// How the verbs of `git hf-ssh host-keys` report host keys.
namespace hfssh::manage {

// "SHA256:… (ED25519)", as the page has it.
[[nodiscard]] std::string host_key_title(const hub::ServerKey& key);

// "trusted", "revoked", "never-accepted", "not-trusted"
[[nodiscard]] std::string state_name(hub::Verdict verdict);
// "trusted", "revoked in ~/.config/hf-ssh/known_hosts:3", "never accepted: DSA is too weak"
[[nodiscard]] std::string state_text(const hub::Judgement& judgement);
[[nodiscard]] Tone state_tone(hub::Verdict verdict);

// {"file":…,"line":…}; null for what is compiled in.
[[nodiscard]] Json origin_json(const hub::Origin& origin);

// Its members for a program: type, label, fingerprint, key, state, revoked_in.
void add_host_key(const hub::TrustedSet& set, const hub::ServerKey& key, Record& record);

// For plain ssh: "hf.co TYPE KEY" of each trusted key, once.
[[nodiscard]] std::vector<std::string> known_hosts_lines(const hub::TrustedSet& set);

[[nodiscard]] bool trusts_anything(const hub::TrustedSet& set);
// A word on standard error where no key is trusted any more.
void warn_if_nothing_is_trusted(const hub::TrustedSet& set);

}  // namespace hfssh::manage
