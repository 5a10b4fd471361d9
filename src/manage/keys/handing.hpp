#pragma once

#include <string>
#include <string_view>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"

namespace hfssh::manage {

enum class Added {
    added,
    no_agent,     // none is in use
    unreachable,  // it did not list its keys
    declined,     // it refused, ssh-add failed, or the user gave up
};
// "added", "no-agent" …, for JSON.
[[nodiscard]] std::string_view name_of(Added added);

// Adds the private file PATH to the agent that ssh would use, by ssh-add(1), which asks for the
// passphrase itself (ENCRYPTED: at the terminal). Reports the result.
[[nodiscard]] Added add_to_agent(const std::string& path, bool encrypted,
                                 const Connection& connection, const Surroundings& surroundings);

struct Handing {
    bool show = false;  // on standard error, as a line to be pasted
    bool copy = false;  // to the clipboard
    bool open = false;  // the page in a browser
};

// Does it, and reports the result. RECORD gets public_key, page, clipboard and browser.
void hand_over(const identity::Candidate& candidate, const Handing& handing,
               const Surroundings& surroundings, Record& record);

}  // namespace hfssh::manage
