#pragma once

#include <string>
#include <string_view>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"

// Words a refused host key: the same text from the helper, the native transport and the parent.
namespace hfssh::ssh {

// Fits a terminal of 80 columns and 24 lines next to git's own lines: at most nine lines of TEXT
// and one HINT. The evidence comes first, the verdict ("REFUSED: …") and the next step last. Never
// a command that would trust the presented key.
struct Refusal {
    std::string text;  // for system::say: printable, several lines
    std::string hint;  // for system::hint: "what it is for: COMMAND"; may be empty
};

// JUDGEMENT is SET's own and not `trusted`. Pure.
[[nodiscard]] Refusal explain_refusal(const hub::TrustedSet& set, const hub::Judgement& judgement);

// For what a helper has reported as refused. Pure.
[[nodiscard]] Refusal explain_refusal(const hub::TrustedSet& set, const Reported& reported);

// KEY of hf.co is revoked by the user's RevokedHostKeys FILE: ssh(1) refuses it before it asks our
// helper. Pure.
[[nodiscard]] Refusal explain_revoked_by(const std::string& file, const hub::ServerKey& key);

// From what an ssh before 8.5, which has no helper, SAID when it refused a host key. Pure.
[[nodiscard]] Refusal explain_banner(const hub::TrustedSet& set, std::string_view said);

// Prints both on standard error.
void tell(const Refusal& refusal);
// The lines that tell() prints, without the hint.
[[nodiscard]] std::string as_printed(const Refusal& refusal);

// Does TEXT, a RevokedHostKeys file with one public key a line (ssh_config(5)), name the key BLOB?
// A key revocation list in OpenSSH's binary form names nothing here. Pure.
[[nodiscard]] bool names_key(std::string_view text, std::string_view blob);

}  // namespace hfssh::ssh
