#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/identity/agent.hpp"
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

struct KeyOrder {
    std::string path;        // absolute; empty means ~/.ssh/id_ed25519
    std::string comment;     // empty means ssh-keygen's own, user@host
    bool passphrase = true;  // ssh-keygen asks for it at the terminal; we never see it
};

// Makes both files, or neither: they are made in a private directory and put in place when they are
// complete, never over a file. The type is Ed25519, or what this ssh-keygen makes instead (in FIPS
// mode, an old one); the name of the default file follows it. ~/.ssh is made if it is missing.
// Returns the path of the private file; empty if a signal told us to end, and then there is no key.
// Throws a system::Failure.
[[nodiscard]] std::string make_key(const KeyOrder& order, const Surroundings& surroundings);

// A path that is free, with its .pub, made from one that is taken: "~/.ssh/id_ed25519_hf".
[[nodiscard]] std::string free_path(const std::string& taken);

// Throws a system::Failure, with the way to go on, if the key cannot be waited for: each use needs
// the user, and there is no terminal.
void require_wait_works(const identity::Candidate& candidate, const identity::Inventory& inventory);

// Waits until hf.co greets the key by name: asks every few seconds, or, for a key that needs the
// user each time, once when the user has pressed Enter. Returns the account; "anonymous" if LIMIT
// passed first, or hf.co does not know it yet; empty if a signal told us to end. At a terminal one
// line shows that it goes on, otherwise a line a minute. Throws a system::Failure if the host key
// is refused, or hf.co cannot be reached: at first, or several times in a row.
[[nodiscard]] std::string wait_until_known(Connection& connection,
                                           const identity::Candidate& candidate,
                                           const identity::Inventory& inventory,
                                           const Surroundings& surroundings,
                                           std::chrono::seconds limit);

// The commands that could open URL in this session, best first, whether or not they are installed:
// those of $BROWSER (a list with ':', "%s" for the URL), then the system's. None without a display.
// MACOS: this is one. Pure.
[[nodiscard]] std::vector<std::vector<std::string>> browser_commands(
    const std::string& url, identity::Environment environment, bool macos);

// Opens it, and does not wait for the browser. Returns the program that opened it ("xdg-open");
// empty if none could.
[[nodiscard]] std::string open_page(const std::string& url, const Surroundings& surroundings);

// The commands that could copy to the clipboard in this session, best first, whether or not they
// are installed. Pure.
[[nodiscard]] std::vector<std::vector<std::string>> clipboard_commands(
    identity::Environment environment);

// The sequence that asks the terminal to do it (xterm's OSC 52), through tmux or screen if one is
// in between; empty for a TERM that cannot. Pure.
[[nodiscard]] std::string terminal_copy(std::string_view text, identity::Environment environment);

struct Copied {
    enum class How { tool, terminal, not_copied };
    How how = How::not_copied;
    std::string tool = {};  // "wl-copy"
};

// Each command has two seconds. Whether a terminal copied it cannot be known.
[[nodiscard]] Copied copy(std::string_view text, const Surroundings& surroundings);

}  // namespace hfssh::manage
