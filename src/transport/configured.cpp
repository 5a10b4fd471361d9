// `ssh -G`, asked exactly what will be run: only so do Match blocks that see the command, and a
// name that leads to hf.co for this command alone, show.
#include "configured.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <string_view>

#include "hfssh/hub/names.hpp"
#include "hfssh/ssh/without/resolve.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "wrapper.hpp"

namespace hfssh::transport {
namespace {

// Match exec and canonicalisation may take their time; for ever is a defect.
constexpr auto limit = std::chrono::seconds(60);

// Without what is no configuration: how much is said (an error in a file is to be seen, and the
// files are not to be traced twice), where it is logged to, and other modes of ssh.
constexpr std::string_view left_out = "vqGEyfOW";

constexpr std::string_view identity_file = "identityfile";

system::Command question(const Typed& typed, const ssh::CommandLine& line,
                         const std::string& destination) {
    // -T keeps ssh from a word about a terminal. With a remote command, one of the configuration
    // would end ssh; without, a SessionType or ForkAfterAuthentication that wants one. The closed
    // configuration has none of these either.
    std::vector<std::string> words = {"-G", "-T"};
    if (!line.command.empty()) {
        words.insert(words.end(), {"-o", "RemoteCommand=none"});
    } else if (!line.has('s')) {
        words.emplace_back("-N");
    }
    for (const ssh::Flag& flag : line.flags) {
        if (left_out.find(flag.letter) != std::string_view::npos) continue;
        words.push_back(std::string("-") + flag.letter);
        if (flag.value) words.push_back(*flag.value);
    }
    words.emplace_back("--");
    words.push_back(destination);
    words.insert(words.end(), line.command.begin(), line.command.end());
    return ssh::command_for(typed.underlying, words);
}

ssh::Resolved read_here(const Typed& typed, const ssh::CommandLine& line,
                        const std::string& destination) {
    const auto wanted = ssh::read_destination(destination);
    if (!typed.via_readable || !wanted) {
        throw system::Failure("the options of the underlying command cannot be read: " +
                                  system::printable(ssh::shown_command(typed.underlying.text)),
                              {}, system::Code::ssh_configuration);
    }
    system::trace("no ssh to ask: reading its configuration");
    auto read = ssh::resolve_without_ssh(line, typed.via, *wanted,
                                         configuration_files(line, typed.via, true));
    if (const auto* problem = std::get_if<ssh::NotHonoured>(&read)) {
        throw system::Failure("without ssh, this cannot be honoured: " + problem->text,
                              problem->hint, system::Code::ssh_configuration);
    }
    return std::get<ssh::Resolved>(std::move(read));
}

// "host" is what ssh takes for the destination; versions that do not print it have no say.
void require_same_destination(const ssh::Resolved& resolved, const std::string& host) {
    if (!resolved.has("host")) return;
    const std::string_view read = resolved.first("host");
    const bool to_hub = hub::is_hub_name(resolved.first("hostname"));
    const bool differs =
        hub::is_hub_name(host) ? !hub::is_hub_name(read) : hub::is_hub_name(read) && !to_hub;
    if (!differs) return;
    throw system::Failure("refused: hf-ssh reads the destination as " + system::printable(host) +
                              ", and ssh as " + system::printable(read) + "; nothing was sent",
                          {}, system::Code::ssh_configuration);
}

// As every version prints its own identities, which differ by version (OpenSSH 10.5 has
// id_mldsa44_ed25519 and lost id_xmss): several, each once, all of them "~/.ssh/id_…".
bool may_be_default(std::vector<std::string_view> files) {
    const auto is_named_so = [](std::string_view file) { return file.starts_with("~/.ssh/id_"); };
    std::ranges::sort(files);
    return files.size() >= 2 && std::ranges::all_of(files, is_named_so) &&
           std::ranges::adjacent_find(files) == files.end();
}

// Are the identities of RESOLVED those that ssh has where nobody configured any?
bool has_default_identities(const ssh::Resolved& resolved, const ssh::UserSettings& settings,
                            ssh::Underlying underlying) {
    const auto identities = resolved.all(identity_file);
    if (!may_be_default(identities)) return false;
    if (settings.made(identity_file) == ssh::UserSettings::Made::no) return true;
    underlying.arguments.clear();
    system::Capture capture(ssh::command_for(underlying, {"-G", "-F", "none", "hf.co"}),
                            system::Capture::Errors::discard);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    return answer.succeeded() && ssh::read_resolved(answer.output).all(identity_file) == identities;
}

// May root set its groups? Not without the capability, as in many containers, nor in a user
// namespace that forbids it.
bool may_set_groups() {
    const auto setgroups = system::read_file("/proc/self/setgroups", system::largest_small_file);
    const auto* said = std::get_if<std::string>(&setgroups);
    if (said != nullptr && said->starts_with("deny")) return false;
    const auto status = system::read_file("/proc/self/status", system::largest_small_file);
    const auto* text = std::get_if<std::string>(&status);
    if (text == nullptr) return true;
    constexpr std::string_view field = "CapEff:";
    constexpr unsigned long long setgid = 1ULL << 6U;  // capabilities(7)
    for (const std::string_view line : system::lines(*text)) {
        if (!line.starts_with(field)) continue;
        const std::string_view number = system::trim(line.substr(field.size()));
        unsigned long long held = 0;
        (void)std::from_chars(number.data(), number.data() + number.size(), held, 16);
        return (held & setgid) != 0;
    }
    return true;
}

// ssh starts a KnownHostsCommand with the group of the user's passwd entry, and root's groups
// (OpenSSH's misc.c, subprocess()). Where it cannot, in a shell of newgrp(1) for one, it would
// refuse every server.
bool starts_commands() {
    const passwd* entry = ::getpwuid(::getuid());
    if (entry == nullptr) return true;
    if (::geteuid() == 0) return may_set_groups();
    return entry->pw_gid == ::getgid() || entry->pw_gid == ::getegid();
}

}  // namespace

// A wrapper, or a command behind a launcher, may add configuration that cannot be seen.
ssh::UserSettings user_settings(const Typed& typed, const ssh::CommandLine& line,
                                const std::vector<std::string>& names) {
    const ssh::Underlying& underlying = typed.underlying;
    if (!underlying.lacks_ssh() && may_add_settings(underlying)) return {};
    if (!typed.via_readable) return {};
    std::set<std::string, std::less<>> keywords;
    line.add_keywords(keywords);
    typed.via.add_keywords(keywords);
    return {std::move(keywords), names,
            configuration_files(line, typed.via, underlying.lacks_ssh())};
}

std::vector<ssh::ConfigFile> configuration_files(const ssh::CommandLine& line,
                                                 const ssh::CommandLine& via, bool without_ssh) {
    const auto file = line.has('F') ? line.last('F') : via.last('F');
    if (file) return ssh::config_files(std::string(*file));
    return ssh::config_files(std::nullopt, without_ssh ? system::home() : system::passwd_home());
}

ConfigurationQuery::ConfigurationQuery(const Typed& typed, const ssh::CommandLine& line,
                                       const std::string& destination,
                                       system::Capture::Errors errors)
    : typed_(typed), line_(line), destination_(destination) {
    const auto wanted = ssh::read_destination(destination);
    if (wanted) host_ = wanted->host;
    if (typed.underlying.lacks_ssh()) {
        read_ = read_here(typed, line, destination);
    } else {
        capture_.emplace(question(typed, line, destination), errors);
    }
}

ssh::Resolved ConfigurationQuery::wait(const std::function<bool()>& give_up,
                                       settings::Transport wanted) {
    using End = system::Capture::Result::End;
    if (read_) {
        if (read_->malformed()) {
            throw system::Failure(
                "the ssh configuration cannot be trusted: " + system::printable(read_->defect()),
                {}, system::Code::ssh_configuration);
        }
        return *std::move(read_);
    }
    constexpr std::size_t longest = std::size_t{4} << 20;
    const auto answer = capture_->wait(std::chrono::steady_clock::now() + limit, longest, give_up);
    if (answer.end == End::timed_out) {
        if (give_up && give_up())
            throw system::Failure("interrupted", {}, system::Code::interrupted);
        throw system::Failure("ssh -G did not answer within a minute",
                              "look for a Match exec in your ssh configuration that waits",
                              system::Code::ssh_configuration);
    }
    // What ssh says of options or a configuration holds for the native transport too.
    constexpr int no_command = 127;  // sh(1), and ld.so(8) for a library that is missing
    const bool says_nothing =
        answer.end != End::exited || answer.status == no_command || answer.status == no_command - 1;
    if (says_nothing && wanted == settings::Transport::native) {
        read_ = read_here(typed_, line_, destination_);
        return wait(give_up, wanted);
    }
    if (answer.end == End::signalled) {
        throw system::Failure("ssh -G was ended by signal " + std::to_string(answer.status),
                              "look at the limits, the CPU time among them: ulimit -a",
                              system::Code::no_ssh);
    }
    if (!answer.succeeded()) {
        throw system::Failure(
            "ssh does not accept these options or your ssh configuration; its own "
            "message is above",
            "try: ssh -G hf.co", system::Code::ssh_configuration);
    }
    ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (resolved.malformed()) {
        throw system::Failure(
            "the output of ssh -G cannot be trusted: " + system::printable(resolved.defect()), {},
            system::Code::ssh_configuration);
    }
    require_same_destination(resolved, host_);
    if (!starts_commands()) {
        system::trace("ssh can start no KnownHostsCommand here: its groups cannot be set");
        resolved.starts_no_commands();
    }
    const auto settings = user_settings(
        typed_, line_, {host_, std::string(hub::host), std::string(resolved.first("hostname"))});
    if (has_default_identities(resolved, settings, typed_.underlying)) {
        system::trace("no IdentityFile is configured");
        resolved.remove(identity_file);
    }
    return resolved;
}

}  // namespace hfssh::transport
