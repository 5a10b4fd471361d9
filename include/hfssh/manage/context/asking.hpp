#pragma once

#include <string>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/transport/ask.hpp"

// Asking hf.co about keys where a person has typed a verb: who is here to help, and what is shown.
namespace hfssh::manage {

// Is there a terminal, and may the user be asked at it?
[[nodiscard]] bool person_is_here();

// Can ssh ask for a passphrase: at a terminal, or with SSH_ASKPASS?
[[nodiscard]] bool passphrase_can_be_asked();

// Why hf.co is not asked about a key; empty where it is. PERSON: somebody is here to ask. Pure.
[[nodiscard]] std::string reason_not_to_ask(const identity::Candidate& candidate,
                                            const transport::Facts& facts, bool person);

// Who is asked for what the chosen key needs. Throws a system::Failure where it is locked, and
// nobody is here.
[[nodiscard]] transport::Person person_for(const identity::Candidate& candidate,
                                           const transport::Facts& facts);

// Whom hf.co takes the key for. Where there is no answer, what ssh and the helper said of it is
// shown on standard error.
[[nodiscard]] transport::Answer ask_account(Connection& connection,
                                            const identity::Candidate& candidate,
                                            transport::Person person,
                                            const Surroundings& surroundings);

// Asks hf.co about several keys, as transport::ask_each() does, and shows how far it has come.
void ask_about(Connection& connection, const std::vector<std::size_t>& keys,
               const transport::Question& question, const transport::Patience& patience,
               const transport::Each& each);

// Printable lines, as they are, on standard error.
void show_lines(const std::string& lines);

}  // namespace hfssh::manage
