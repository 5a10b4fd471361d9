// git hf-ssh ssh-config: the published host keys for plain ssh, scp and editors. ssh itself asks
// hf-ssh's helper, so what is added or revoked holds there, too.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/ssh/words/option_value.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "setup.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr std::string_view title = "# The host keys of hf.co, checked by hf-ssh.";
constexpr std::string_view mark =
    "# hf-ssh checks the host keys of hf.co; to undo: git hf-ssh ssh-config --remove";
constexpr std::string_view include = "Include ~/.ssh/hf-ssh.conf";
constexpr auto limit = std::chrono::seconds(10);
constexpr mode_t private_mode = 0600;

// What the ssh here knows (ssh -G prints the options that it has).
struct Ability {
    std::string program;
    bool known_hosts_command = false;  // OpenSSH 8.5
    bool gssapi_key_exchange = false;
};

Ability ask_ssh() {
    Ability ability;
    ability.program = system::find_program("ssh");
    if (ability.program.empty())
        throw Failure("ssh was not found on PATH", {}, system::Code::no_ssh);
    system::Capture capture({ability.program, {"ssh", "-G", "-F", "none", "hf.co"}},
                            system::Capture::Errors::discard);
    const auto result = capture.wait(std::chrono::steady_clock::now() + limit);
    const ssh::Resolved resolved = ssh::read_resolved(result.output);
    if (const std::string reason = no_passwd_entry("ssh"); !reason.empty() && !result.succeeded()) {
        throw Failure(reason, {}, system::Code::no_ssh);
    }
    if (!result.succeeded() || resolved.malformed()) {
        throw Failure(system::display_path(ability.program) +
                          " -G failed, so its version is not "
                          "known",
                      {}, system::Code::ssh_configuration);
    }
    ability.known_hosts_command = resolved.has_known_hosts_command();
    ability.gssapi_key_exchange = resolved.supports("gssapikeyexchange");
    return ability;
}

std::string read(const std::string& path) {
    if (const ScopeFile file = read_scope_file(path); file.exists) return file.content;
    return {};
}

void write(const std::string& path, const std::string& text) {
    const std::string target = resolve_links(path);
    struct stat info = {};
    const mode_t mode = ::stat(target.c_str(), &info) == 0 ? info.st_mode & 07777U : private_mode;
    if (const int error = system::replace_file(target, text, mode)) {
        throw cannot("write", path, error);
    }
}

struct Files {
    std::string directory, config, block;
};

Files files_here() {
    const std::string& home = system::home();
    if (home.empty())
        throw Failure("there is no home directory, so no ~/.ssh/config", {}, system::Code::file);
    if (!system::passwd_home().empty() && !system::same_file(home, system::passwd_home())) {
        system::say("warning: HOME is " + system::display_path(home) + ", but ssh reads " +
                    system::printable(system::passwd_home()) + "/.ssh/config");
    }
    return {home + "/.ssh", home + "/.ssh/config", home + "/.ssh/hf-ssh.conf"};
}

void describe(const Files& files, bool changed, const std::string& action, Report& report) {
    report.whole()
        .json("action", action)
        .json("changed", changed)
        .json("file", files.block)
        .json("config", files.config);
}

// The block first: an Include of a file that is not there is ignored, so nothing is half done.
Status install(const std::string& block, Report& report) {
    const Files files = files_here();
    if (const int error = system::make_directories(files.directory, 0700)) {
        throw cannot("make", files.directory, error);
    }
    const ConfigTurn turn(read_scope_file(files.config));
    const std::string old_block = read(files.block);
    if (!old_block.empty() && !is_ssh_block(old_block)) {
        throw Failure(system::display_path(files.block) + " exists and was not written by hf-ssh",
                      "nothing was changed", system::Code::exists);
    }
    const std::string config = read(files.config);
    const std::string wanted = with_include(config);
    if (old_block != block) write(files.block, block);
    if (config != wanted) write(files.config, wanted);
    const bool changed = old_block != block || config != wanted;
    report.whole().heading(std::string("ssh, scp and editors ") +
                               (changed ? "now check" : "already check") +
                               " the host keys of hf.co with hf-ssh",
                           Tone::good);
    if (changed) {
        report.whole().text("wrote", system::display_path(files.block));
        if (config != wanted) {
            report.whole().text("includes it", system::display_path(files.config));
        }
    }
    describe(files, changed, "install", report);
    return Status::yes;
}

Status remove(Report& report) {
    const Files files = files_here();
    const ConfigTurn turn(read_scope_file(files.config));
    const std::string config = read(files.config);
    const std::string rest = without_include(config);
    const bool has_block = is_ssh_block(read(files.block));
    if (rest != config) {
        struct stat info = {};
        const bool is_link = ::lstat(files.config.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
        if (rest.empty() && !is_link) {
            (void)remove_file(files.config);
        } else {
            write(files.config, rest);
        }
    }
    if (has_block) (void)remove_file(files.block);
    const bool changed = rest != config || has_block;
    report.whole().heading(changed ? "ssh, scp and editors no longer check hf.co with hf-ssh"
                                   : "not installed in ~/.ssh/config; nothing was changed",
                           Tone::plain);
    describe(files, changed, "remove", report);
    return Status::yes;
}

// OpenSSH before 8.5 can ask no helper: the lines of today, which it has to be given again when the
// set changes.
Status print_lines(const Ability& ability, bool installs, Report& report) {
    const settings::TrustedHostKeys keys = settings::load_host_keys(settings::trusted_files());
    std::vector<std::string> lines;
    for (const hub::KnownKey& known : keys.set.known()) {
        if (keys.set.judge(known.key).verdict != hub::Verdict::trusted) continue;
        lines.push_back("hf.co,huggingface.co " + known.key.type + " " + known.key.base64());
    }
    report.whole()
        .heading(system::join(lines, "\n"), Tone::plain)
        .json("action", "lines")
        .json("changed", false)
        .json("lines", lines);
    system::say(system::display_path(ability.program) +
                " is older than OpenSSH 8.5, which can ask no program about host keys" +
                (installs ? "; nothing was installed" : "") +
                "\nthese lines for ~/.ssh/known_hosts hold the keys that are trusted today");
    return Status::yes;
}

Status run(bool installs, bool removes, Report& report) {
    if (installs && removes) throw UsageError{"--install and --remove exclude each other"};
    if (removes) return remove(report);
    const Ability ability = ask_ssh();
    if (!ability.known_hosts_command) return print_lines(ability, installs, report);
    const std::string helper = system::libexec_program("known-hosts");
    const auto block = ssh_block(helper, ability.gssapi_key_exchange);
    if (!block || ::access(helper.c_str(), X_OK) != 0) {
        throw Failure("ssh cannot run " + system::display_path(helper),
                      "start with: install hf-ssh again", system::Code::installation);
    }
    if (installs) return install(*block, report);
    report.whole()
        .heading(*block, Tone::plain)
        .json("action", "print")
        .json("changed", false)
        .json("block", *block);
    return Status::yes;
}

}  // namespace

std::optional<std::string> ssh_block(std::string_view helper, bool gssapi) {
    const auto program = ssh::quote_argument(helper, ssh::Escapes::backslash);
    if (!program || !helper.starts_with('/')) return std::nullopt;
    return std::string(title) +
           "\n"
           "# Written by git hf-ssh ssh-config --install, which also updates it.\n"
           "Host huggingface.co\n"
           "    HostName hf.co\n"
           "Host hf.co huggingface.co\n"
           "    HostKeyAlias hf.co\n"
           "    HostKeyAlgorithms "
           "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256\n"
           "    KnownHostsCommand " +
           *program +
           " %I %t %K\n"
           "    StrictHostKeyChecking yes\n"
           "    UserKnownHostsFile none\n"
           "    GlobalKnownHostsFile none\n"
           "    CheckHostIP no\n"
           "    UpdateHostKeys no\n"
           "    VerifyHostKeyDNS no\n"
           "    NoHostAuthenticationForLocalhost no\n" +
           (gssapi ? "    GSSAPIKeyExchange no\n" : "");
}

bool is_ssh_block(std::string_view text) {
    return text.starts_with(title);
}

std::string with_include(std::string_view config) {
    for (const std::string_view line : system::lines(config)) {
        if (system::trim(line) == include) return std::string(config);
    }
    return std::string(mark) + "\n" + std::string(include) + "\n" + std::string(config);
}

std::string without_include(std::string_view config) {
    std::string rest;
    while (!config.empty()) {
        const std::string_view line =
            config.substr(0, std::min(config.find('\n'), config.size() - 1) + 1);
        config.remove_prefix(line.size());
        const std::string_view bare = system::trim(line);
        if (bare != mark && bare != include) rest += line;
    }
    return rest;
}

Action ssh_config(Options& options) {
    const bool& installs = options.flag("--install", "put it into ~/.ssh/config");
    const bool& removes = options.flag("--remove", "take it out of ~/.ssh/config again");
    return [&](Report& report) { return run(installs, removes, report); };
}

}  // namespace hfssh::manage
