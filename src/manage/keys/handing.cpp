#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <vector>

#include "hfssh/hub/names.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/foreground.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "keys.hpp"

// Where a new key has to go: the private half to the ssh-agent, the public half to an account on
// hf.co, through the hands of the user.
namespace hfssh::manage {
namespace {

// the agent --------------------------------------------------------------------------------------

using identity::AgentState;
using system::Capture;

// ssh-add knows SSH_AUTH_SOCK only, ssh also the IdentityAgent of its configuration.
void point_at_agent(const ssh::Resolved& resolved) {
    std::optional<std::string> configured;
    if (resolved.has("identityagent")) configured = resolved.first("identityagent");
    const std::string socket = identity::agent_socket(configured, system::environment);
    if (!socket.empty()) ::setenv("SSH_AUTH_SOCK", socket.c_str(), 1);
}

std::vector<std::string> add_words(const std::string& path, const ssh::Resolved& resolved) {
    std::vector<std::string> words = {"ssh-add", "-q"};
    // macOS: a user who keeps passphrases in the keychain wants this one there too.
    if (resolved.first("usekeychain") == "yes") words.emplace_back("--apple-use-keychain");
    words.push_back(path);
    return words;
}

bool add_at_terminal(const system::Command& command, const Surroundings& surroundings) {
    system::say("adding it to the ssh-agent; ssh-add asks for the passphrase once more");
    const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    system::SpawnOptions options;
    options.standard_input = terminal.get();
    options.standard_output = STDERR_FILENO;
    return system::run_in_foreground(command, options, surroundings.signals()).succeeded();
}

bool add_silently(const system::Command& command, const Surroundings& surroundings) {
    Capture capture(command, Capture::Errors::collect);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30),
                                     65536, [&] { return surroundings.told_to_end(); });
    if (answer.succeeded()) return true;
    const auto lines = system::lines(answer.errors);
    if (!lines.empty()) system::say(system::printable(system::trim(lines.front())));
    return false;
}

Added without_agent(const std::string& path, bool encrypted, const identity::AgentAnswer& agent) {
    const std::string add = "ssh-add " + shell_path(path);
    if (agent.state != AgentState::none) {
        system::say("the ssh-agent cannot be used, so the key is not in it" +
                    (agent.detail.empty() ? std::string() : ": " + agent.detail));
        system::hint("with a new one: eval \"$(ssh-agent -s)\" && " + add);
        return Added::unreachable;
    }
    if (encrypted) {
        system::say("no ssh-agent is in use, so each use asks for the passphrase");
        system::hint("to be asked once a session: eval \"$(ssh-agent -s)\" && " + add);
    }
    return Added::no_agent;
}

// the account ------------------------------------------------------------------------------------

const std::string page(hub::key_page);

// On a line of its own, so that a triple click selects it whole.
void show(const std::string& line) {
    system::say("add this public key to your account:\n" + page);
    const std::string text = system::printable(line) + "\n";
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

Json copied(const std::string& line, const Surroundings& surroundings) {
    const Copied result = copy(line, surroundings);
    switch (result.how) {
        case Copied::How::tool:
            system::say("the public key is on the clipboard (" + result.tool + ")");
            return result.tool;
        case Copied::How::terminal:
            system::say("the public key was sent to your terminal's clipboard, if it has one");
            return "terminal";
        case Copied::How::not_copied:
            break;
    }
    system::say("the public key could not be copied to the clipboard; copy its line by hand");
    return {};
}

Json opened(const Surroundings& surroundings) {
    const std::string program = open_page(page, surroundings);
    if (program.empty()) {
        system::say("no browser can be opened from here; open the page yourself");
        return {};
    }
    system::say("the page is open in your browser (" + system::printable(program) + ")");
    return program;
}

}  // namespace

std::string_view name_of(Added added) {
    constexpr std::string_view names[] = {"added", "no-agent", "unreachable", "declined"};
    return names[static_cast<std::size_t>(added)];
}

Added add_to_agent(const std::string& path, bool encrypted, const Connection& connection,
                   const Surroundings& surroundings) {
    const identity::AgentAnswer& agent = connection.facts.agent;
    if (!agent.usable()) return without_agent(path, encrypted, agent);
    const ssh::Resolved& resolved = connection.facts.endpoint.settings;
    const system::Command command = {system::find_program("ssh-add"), add_words(path, resolved)};
    point_at_agent(resolved);
    if (!command.file.empty() && (encrypted ? add_at_terminal(command, surroundings)
                                            : add_silently(command, surroundings))) {
        system::say("the key is in the ssh-agent");
        return Added::added;
    }
    if (!surroundings.told_to_end()) {
        system::say(command.file.empty() ? "ssh-add was not found on PATH"
                                         : "the key is not in the ssh-agent");
        system::hint("to add it: ssh-add " + shell_path(path));
    }
    return Added::declined;
}

void hand_over(const identity::Candidate& candidate, const Handing& handing,
               const Surroundings& surroundings, Record& record) {
    const std::string line = candidate.key ? public_line(candidate) : std::string();
    if (line.empty()) {
        system::say("the public key cannot be read without the passphrase");
        system::hint("to write it to a file: ssh-keygen -y -f " + shell_path(candidate.path) +
                     " > " + shell_path(candidate.path + ".pub"));
    } else if (handing.show) {
        show(line);
    }
    record.json("public_key", or_null(line)).json("page", page);
    const bool copies = handing.copy && !line.empty();
    record.json("clipboard", copies ? copied(line, surroundings) : Json());
    record.json("browser", handing.open ? opened(surroundings) : Json());
}

}  // namespace hfssh::manage
