// The third station: whatever has to be waited for is asked here, side by side, and read once.
#include "hfssh/transport/facts.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "hfssh/identity/candidates.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"
#include "request.hpp"
#include "wrapper.hpp"

namespace hfssh::transport {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using system::Failure;

void refuse_unsuitable(const Typed& typed, const ssh::CommandLine& line) {
    const ssh::Underlying& underlying = typed.underlying;
    if (underlying.outcome != ssh::Underlying::Outcome::simple && !underlying.lacks_ssh()) {
        throw Failure("the command that runs ssh is more than an ssh with options: " +
                          system::printable(ssh::shown_command(underlying.text)),
                      "for hf.co its words are taken apart; put the command into a script of its "
                      "own that ends with: exec ssh \"$@\"",
                      system::Code::ssh_configuration);
    }
    for (const char flag : {'W', 'O'}) {
        if (line.has(flag))
            throw Failure(std::string("-") + flag + " is not supported for hf.co", {},
                          system::Code::ssh_configuration);
    }
}

std::optional<settings::GitSettings> git_settings(settings::GitQuery& query,
                                                  steady_clock::time_point start) {
    using Outcome = settings::GitQuery::Outcome;
    settings::GitSettings found;
    switch (query.wait(start + seconds(5), found)) {
        case Outcome::read:
            return found;
        case Outcome::no_git:
            system::say("git was not found on PATH");
            break;
        case Outcome::timed_out:
            system::say("git did not read its configuration within five seconds");
            break;
        case Outcome::failed:
            system::say("git could not read its configuration");
            break;
    }
    return std::nullopt;
}

// The agent of the environment is asked while ssh is; the configuration may name another.
class AgentAsked {
  public:
    AgentAsked()
        : start_(steady_clock::now()),
          socket_(identity::agent_socket(std::nullopt, system::environment)),
          query_(socket_) {}

    identity::AgentAnswer wait(const ssh::Resolved& resolved) {
        std::optional<std::string> configured;
        if (resolved.has("identityagent")) configured = resolved.first("identityagent");
        const std::string socket = identity::agent_socket(configured, system::environment);
        // One that asks a person, or starts what talks to a card, may need a moment.
        const auto limit = seconds(identity::asks_person(socket) ? 10 : 1);
        if (socket == socket_) return query_.wait(start_ + limit);
        const auto without = identity::state_without_socket(configured, system::environment);
        return identity::AgentQuery(socket, without).wait(steady_clock::now() + limit);
    }

  private:
    steady_clock::time_point start_;
    std::string socket_;
    identity::AgentQuery query_;
};

bool is_plain(const identity::Wrapper& wrapper) {
    return wrapper.files.empty() && wrapper.problem.empty();
}

// Only a person's git: never inside git-lfs's repeated attempts, nor through an ssh that offers a
// key of its own, whose account every answer would be.
bool may_ask_first(const ssh::CommandLine& line, hub::Service service,
                   const std::optional<settings::GitSettings>& git,
                   const identity::Request& request) {
    const bool is_git =
        service == hub::Service::upload_pack || service == hub::Service::receive_pack;
    return is_git && !line.has('G') && is_plain(request.wrapper) && settings::may_ask_hub(git);
}

}  // namespace

Facts find_facts(const Typed& typed, const ToHub& hub, EnvironmentKey& environment_key,
                 const std::function<bool()>& give_up) {
    refuse_unsuitable(typed, hub.line);
    const auto start = steady_clock::now();
    EndpointQuery endpoint_query(typed, hub);
    settings::GitQuery git_query;
    AgentAsked agent_asked;

    auto git = git_settings(git_query, start);
    const Wire wire = choose_wire(typed, hub.line, git);
    Endpoint endpoint = endpoint_query.wait(give_up, settings::transport(git));
    auto files = settings::trusted_files();
    for (const char* keyword : {"userknownhostsfile", "globalknownhostsfile"}) {
        settings::add_revocations_of(endpoint.settings.first(keyword), files);
    }
    hub::TrustedSet trusted = settings::load_host_keys(files).set;
    identity::AgentAnswer agent = agent_asked.wait(endpoint.settings);

    const hub::RemoteCommand remote = hub::read_remote_command(hub.line.command);
    // Read before the key is put into a file.
    const bool key_for_once = environment_key.is_set();
    const bool may_write = !typed.variables.in_ci && !key_for_once;
    identity::Wrapper wrapper;
    if (wire == Wire::openssh) {
        wrapper = look_at_wrapper(
            {typed, endpoint, trusted, settings::as_arguments(files), agent.usable(), may_write});
    }
    identity::Request request =
        make_request(typed, endpoint, remote.repository, git, environment_key, std::move(wrapper));
    identity::Inventory inventory = identity::gather(request, agent, ssh_directory());
    const bool may_ask = may_ask_first(hub.line, remote.service, git, request);
    // Through an ssh that offers a key of its own nothing is learned.
    identity::MemoryStore store(system::state_directory(),
                                !may_write || !is_plain(request.wrapper));
    identity::Memory memory = recall(inventory, remote.repository, store);
    return {typed,
            std::move(endpoint),
            remote,
            wire,
            std::move(trusted),
            settings::as_arguments(files),
            std::move(git),
            std::move(agent),
            std::move(request),
            std::move(inventory),
            std::move(store),
            std::move(memory),
            key_for_once,
            may_ask};
}

Wire choose_wire(const Typed& typed, const ssh::CommandLine& line,
                 const std::optional<settings::GitSettings>& git) {
    using settings::Transport;
    const Transport wanted = settings::transport(git);
    const bool no_ssh = typed.underlying.lacks_ssh();
    // A question about ssh, which makes no connection.
    if (line.has('G') && !no_ssh) return Wire::openssh;
    const bool is_built = ::access(system::libexec_program("native").c_str(), F_OK) == 0;
    if (wanted == Transport::native || (wanted == Transport::automatic && no_ssh && is_built)) {
        (void)native_program();
        system::trace(no_ssh ? "no ssh on PATH: the native transport" : "the native transport");
        return Wire::native;
    }
    if (no_ssh) report_unusable(typed.underlying);
    return Wire::openssh;
}

identity::Memory recall(const identity::Inventory& inventory,
                        const std::optional<hub::Repository>& repository,
                        const identity::MemoryStore& store) {
    std::vector<std::string> fingerprints;
    for (const identity::Candidate& candidate : inventory.candidates) {
        if (candidate.key) fingerprints.push_back(candidate.fingerprint());
    }
    return store.load(fingerprints, repository ? repository->name_space : std::string());
}

std::string ssh_directory() {
    const std::string& home = system::home();
    return home.empty() ? std::string() : home + "/.ssh";
}

std::string native_program() {
    std::string program = system::libexec_program("native");
    if (::access(program.c_str(), X_OK) == 0) return program;
    if (errno == ENOENT) {
        throw Failure("this hf-ssh was built without the native transport",
                      "set hf-ssh.transport or HF_SSH_TRANSPORT to auto",
                      system::Code::installation);
    }
    throw Failure("cannot run " + system::display_path(program) + ": " + std::strerror(errno),
                  "install hf-ssh again", system::Code::installation);
}

}  // namespace hfssh::transport
