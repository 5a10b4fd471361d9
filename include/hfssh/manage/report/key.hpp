#pragma once

#include <string>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/transport/decision.hpp"

// How the reports speak of keys.
namespace hfssh::manage {

inline constexpr const char* anonymous = "anonymous";  // greets a key that hf.co does not know

// "~/.ssh/id_ed25519", "work laptop (in the agent)", "HF_SSH_KEY"
[[nodiscard]] std::string key_name(const identity::Candidate& candidate,
                                   const identity::Request& request);

using system::shell_path;

// "ED25519, 256 bits"
[[nodiscard]] std::string key_type(const identity::Candidate& candidate);

// "file and agent, ready"
[[nodiscard]] std::string key_place(const identity::Candidate& candidate);

// What a table says of a key: "ready", "locked", "never offered".
[[nodiscard]] std::string key_state(const identity::Candidate& candidate);

// A row for each key: account, name, type, and STATE.
void key_row(const identity::Candidate& candidate, const identity::Request& request,
             const std::string& account, const std::string& state, Record& record);

// Its line of a .pub file, to upload. The key must be known.
[[nodiscard]] std::string public_line(const identity::Candidate& candidate);

// The command after which a key can be used without the user, with the start of an agent if none
// answers; empty if it can be used already.
[[nodiscard]] std::string how_to_unlock(const identity::Candidate& candidate,
                                        identity::AgentState agent);

// "it belongs to acme (rule 5)", and the same for JSON.
[[nodiscard]] std::string reason_text(const transport::Reason& reason);
[[nodiscard]] Json reason_json(const transport::Reason& reason);

// What a program wants to know of a key: path, type, bits, fingerprint, comment, where, state …
[[nodiscard]] Json key_json(const identity::Candidate& candidate, const identity::Request& request,
                            const std::string& account);

// "acme", or what it means that there is none.
[[nodiscard]] std::string account_text(const std::string& account);

}  // namespace hfssh::manage
