// Part of the facts: is the ssh that is run more than an ssh? Our settings, asked back, tell.
#include "wrapper.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>

#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::transport {
namespace {

using system::OwnDirectory;

// Stands for the key, which is not chosen yet; nothing is ever looked for there.
constexpr const char* stand_in = "/nonexistent/hf-ssh-asks";

constexpr const char* another_ssh =
    "it is a wrapper with options of its own: name the ssh to run instead, in --via or "
    "HF_SSH_COMMAND";

bool is_off(std::string_view value) {
    return value.empty() || value == "no" || value == "false" || value == "none";
}

bool is_on(std::string_view value) {
    return value == "yes" || value == "true";
}

bool is_script(const std::string& program) {
    const system::UniqueFd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 4> start = {};
    if (!file || ::read(file.get(), start.data(), start.size()) != 4) return true;
    // elf(5); Mach-O of 64 bits, and one for several processors. A script needs no "#!".
    const std::string_view magic(start.data(), start.size());
    return magic !=
               "\x7f"
               "ELF" &&
           magic != "\xcf\xfa\xed\xfe" && magic != "\xca\xfe\xba\xbe";
}

std::string text_of(const timespec& time) {
    return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
}

// The ssh that have answered well: a line for the file of each.
class Seen {
  public:
    explicit Seen(const std::string& program) {
        struct stat info = {};
        if (::stat(program.c_str(), &info) != 0) return;
#ifdef __APPLE__
        const timespec& written = info.st_mtimespec;
        const timespec& changed = info.st_ctimespec;
#else
        const timespec& written = info.st_mtim;
        const timespec& changed = info.st_ctim;  // also if it was written with its old time
#endif
        line_ = std::to_string(info.st_dev) + " " + std::to_string(info.st_ino) + " " +
                std::to_string(info.st_size) + " " + text_of(written) + " " + text_of(changed);
        const auto read = OwnDirectory::open(system::state_directory()).read(file_name, largest);
        if (const auto* text = std::get_if<std::string>(&read)) text_ = *text;
    }

    [[nodiscard]] bool before() const {
        const auto lines = system::lines(text_);
        return !line_.empty() && std::ranges::find(lines, line_) != lines.end();
    }

    void remember() const {
        if (line_.empty() || before()) return;
        const std::string rest = text_.size() < largest / 2 ? text_ : std::string();
        (void)OwnDirectory::open(system::state_directory(), OwnDirectory::Missing::make)
            .replace(file_name, rest + line_ + "\n");
    }

  private:
    static constexpr const char* file_name = "ssh-seen";
    static constexpr std::size_t largest = 8192;
    std::string line_;
    std::string text_;
};

// The ssh that was asked and has answered well, until it has made a connection.
std::optional<Seen> answered_well;

// What the first `ssh -G` says may stand in a file, which is shut out, or in a program that puts
// it in front. An ssh that has no KnownHostsCommand has no second line of defence.
bool looks_harmless(const Typed& typed, const ssh::Resolved& resolved) {
    return !may_add_settings(typed.underlying) && resolved.has_known_hosts_command() &&
           is_off(resolved.first("knownhostscommand")) &&
           is_off(resolved.first("verifyhostkeydns")) &&
           is_off(resolved.first("gssapikeyexchange"));
}

// Does it set SSH_AUTH_SOCK, so that ssh has another agent than hf-ssh? An ssh behind it may, too.
void look_for_agent(const ssh::Underlying& underlying, identity::Wrapper& wrapper) {
    constexpr std::string_view variable = "SSH_AUTH_SOCK";
    const auto text = system::read_file(underlying.program, system::largest_small_file);
    const auto* script = std::get_if<std::string>(&text);
    const auto assigns = [&](const std::string& word) {
        return word.starts_with(variable) && word.find('=') == variable.size();
    };
    wrapper.sets_agent = std::ranges::any_of(underlying.launcher, assigns) ||
                         (script != nullptr && script->find(variable) != std::string::npos);
    wrapper.agent =
        "the ssh that is run, " + system::display_path(underlying.program) +
        (wrapper.sets_agent
             ? ", sets SSH_AUTH_SOCK itself, and hf-ssh does not see the keys of that agent"
             : ", is a wrapper and may set SSH_AUTH_SOCK itself");
}

// None where it does not say.
std::optional<ssh::Resolved> ask(const Closed& closed, const ssh::CommandLine& line) {
    system::Command query = closed.command();
    query.argv.insert(query.argv.end(), {"-T", "-G", "--", line.destination->host});
    query.argv.insert(query.argv.end(), line.command.begin(), line.command.end());
    system::Capture capture(query);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    ssh::Resolved resolved = ssh::read_resolved(answer.output);
    if (!answer.succeeded() || resolved.malformed()) return std::nullopt;
    return resolved;
}

// Ciphers, KexAlgorithms, MACs and PubkeyAcceptedAlgorithms of a wrapper are let through: they are
// the user's own, ssh without hf-ssh would use them, and the same lists in a file are carried.
// Types of host keys and of their signatures (SHA-1, certificates) are trust: it may only take some
// away.
bool accepts_other_host_keys(const ssh::Resolved& resolved, const Closed& closed) {
    constexpr std::string_view name = "HostKeyAlgorithms=";
    const auto option = std::ranges::find_if(
        closed.options, [&](const std::string& word) { return word.starts_with(name); });
    if (option == closed.options.end()) return true;
    const auto ours = system::split(std::string_view(*option).substr(name.size()), ',');
    const std::string_view theirs = resolved.first("hostkeyalgorithms");
    return !std::ranges::all_of(system::split(theirs, ','), [&](std::string_view type) {
        return type.empty() || std::ranges::find(ours, type) != ours.end();
    });
}

// The first that does not stand as it was given; empty if all do.
std::string_view overridden(const ssh::Resolved& resolved, const Closed& closed) {
    if (!is_off(resolved.first("verifyhostkeydns"))) return "VerifyHostKeyDNS";
    if (!is_off(resolved.first("gssapikeyexchange"))) return "GSSAPIKeyExchange";
    if (accepts_other_host_keys(resolved, closed)) return "HostKeyAlgorithms";
    const std::string_view helper = resolved.first("knownhostscommand");
    const bool asks_helper = !closed.known_hosts_command.empty();
    if (asks_helper ? helper != closed.known_hosts_command : !is_off(helper)) {
        return "KnownHostsCommand";
    }
    // A helper that this ssh cannot start, in a container of its own or for want of descriptors, is
    // not fatal to it: only with these no other key is known then.
    const std::string_view known = asks_helper ? "/dev/null" : std::string_view(closed.known_hosts);
    if (!is_on(resolved.first("stricthostkeychecking"))) return "StrictHostKeyChecking";
    if (resolved.first("userknownhostsfile") != known) return "UserKnownHostsFile";
    if (resolved.first("globalknownhostsfile") != "/dev/null") return "GlobalKnownHostsFile";
    return "";
}

// Identities that are not files, and what would let the agent offer all that it has.
std::string added_identity(const ssh::Resolved& resolved) {
    for (const std::string_view file : resolved.all("certificatefile")) {
        if (file != "none") return "CertificateFile " + system::display_path(file);
    }
    const std::string_view provider = resolved.first("pkcs11provider");
    if (!is_off(provider)) return "PKCS11Provider " + system::display_path(provider);
    return is_on(resolved.first("identitiesonly")) ? "" : "IdentitiesOnly no";
}

// What SSH, asked with CLOSED, makes of it.
identity::Wrapper judge(const std::optional<ssh::Resolved>& ssh, const Closed& closed) {
    if (!ssh) {
        return {{},
                "REFUSED: ssh does not say how it would check the host key of hf.co; "
                "nothing was sent",
                {}};
    }
    if (const std::string_view setting = overridden(*ssh, closed); !setting.empty()) {
        return {
            {},
            "REFUSED: the ssh that is run sets " + std::string(setting) +
                " itself, so that hf-ssh could not check the host key of hf.co; nothing was sent",
            another_ssh};
    }
    if (const std::string setting = added_identity(*ssh); !setting.empty()) {
        return {{},
                "the ssh that is run sets " + setting +
                    " itself, so that hf.co would be offered more than the one key; nothing was "
                    "sent",
                another_ssh};
    }
    identity::Wrapper wrapper;
    wrapper.own_master =
        !is_off(ssh->first("controlmaster")) || !is_off(ssh->first("controlpersist"));
    bool ours = false;
    for (const std::string_view file : ssh->all("identityfile")) {
        ours = ours || file == stand_in;
        const bool other = file != stand_in && !system::equal_ignoring_case(file, "none");
        if (other) wrapper.files.emplace_back(file);
    }
    if (ours) return wrapper;
    return {{},
            "the ssh that is run does not offer the key that it is told to; nothing was sent",
            another_ssh};
}

}  // namespace

bool is_openssh(const std::string& program) {
    constexpr std::size_t largest = 64U << 20U;
    const auto read = system::read_file(program, largest);
    const auto* bytes = std::get_if<std::string>(&read);
    const auto has = [&](const char* word) {  // memmem(3): a megabyte is searched before each ssh
        return ::memmem(bytes->data(), bytes->size(), word, std::strlen(word)) != nullptr;
    };
    // Another hf-ssh has these words too.
    return bytes != nullptr && has("OpenSSH_") && has("knownhostscommand") && !has(depth_variable);
}

bool may_add_settings(const ssh::Underlying& underlying) {
    return !underlying.launcher.empty() || is_script(underlying.program);
}

identity::Wrapper look_at_wrapper(const WrapperQuestion& question) {
    const Endpoint& endpoint = question.endpoint;
    const Seen seen(question.typed.underlying.program);
    const bool harmless = looks_harmless(question.typed, endpoint.settings);
    if (harmless && seen.before()) return {};
    system::trace("asking ssh -G whether the closed configuration stands");
    system::TemporaryDirectory files;
    const Closed closed =
        close({question.typed, endpoint, question.trusted, question.trusted_files},
              {stand_in, {}, {}, question.agent_answers}, {}, files);
    identity::Wrapper wrapper = judge(ask(closed, endpoint.line), closed);
    const bool openssh = is_openssh(question.typed.underlying.program);
    if (!openssh || may_add_settings(question.typed.underlying)) {
        look_for_agent(question.typed.underlying, wrapper);
    }
    const bool well = wrapper.files.empty() && wrapper.problem.empty();
    if (well && harmless && question.may_remember && openssh) {
        answered_well = seen;
    }
    return wrapper;
}

void remember_ssh() {
    if (answered_well) answered_well->remember();
}

}  // namespace hfssh::transport
