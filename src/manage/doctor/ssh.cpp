#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "doctor.hpp"
#include "hfssh/manage/context/registration.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

// The ssh that hf-ssh would run, its configuration, and the connection that comes of them.
namespace hfssh::manage {
namespace {

using Result = Check::Result;
using Outcome = ssh::Underlying::Outcome;
using Source = ssh::Underlying::Source;
using system::printable;

constexpr Version oldest = {7, 6};
constexpr const char* install = "install OpenSSH's client (openssh-client, openssh-clients)";

// The words of ssh ----------------------------------------------------------------------------

constexpr std::string_view at_line = " line ";
constexpr std::string_view bad_permissions = "Bad owner or permissions on ";

// "FILE: line 3: TEXT" for a keyword that ssh does not know, "FILE line 3: TEXT" for the rest.
std::optional<SshComplaint> read_placed(std::string_view line) {
    for (auto at = line.find(at_line); at != std::string_view::npos;
         at = line.find(at_line, at + 1)) {
        const std::string_view after = line.substr(at + at_line.size());
        SshComplaint complaint;
        const auto number =
            std::from_chars(after.data(), after.data() + after.size(), complaint.line);
        if (number.ec != std::errc() || complaint.line < 0) continue;
        const std::string_view rest(number.ptr, after.data() + after.size());
        if (!rest.starts_with(": ")) continue;
        std::string_view file = line.substr(0, at);
        if (file.ends_with(':')) file.remove_suffix(1);
        complaint.kind =
            file == "command-line" ? SshComplaint::Kind::option : SshComplaint::Kind::line;
        complaint.file = file;
        complaint.text = system::trim(rest.substr(2));
        return complaint;
    }
    return std::nullopt;
}

// The checks ------------------------------------------------------------------------------------

// The command that is run as ssh, for the user.
std::string shown(const ssh::Underlying& underlying) {
    if (underlying.outcome != Outcome::simple)
        return printable(ssh::shown_command(underlying.text));
    std::string line;
    for (const std::string& word : shown_words_of(underlying))
        line += (line.empty() ? "" : " ") + system::shell_word(word);
    return line;
}

// Where the command is set.
std::string configured_in(const Situation& situation) {
    switch (situation.underlying.source) {
        case Source::via:
            return "--via in " + printable(situation.surroundings
                                               ? situation.surroundings->registration().source
                                               : "core.sshCommand");
        case Source::environment:
            return "HF_SSH_COMMAND";
        case Source::path:
            break;
    }
    return "PATH";
}

Check unusable(const Situation& situation) {
    const ssh::Underlying& underlying = situation.underlying;
    const std::string where = configured_in(situation);
    const std::string detail = printable(underlying.detail);
    const bool from_path = underlying.source == Source::path;
    std::string found =
        where + ": " + printable(ssh::shown_command(underlying.text)) + ": " + detail;
    if (underlying.no_passwd_entry) {
        found = no_passwd_entry("ssh");
    } else if (underlying.outcome == Outcome::missing) {
        found = from_path ? "no ssh was found on PATH" : where + ": no such program: " + detail;
    } else if (underlying.outcome == Outcome::itself) {
        found = where + " leads back to hf-ssh itself: " + detail;
    } else if (underlying.outcome == Outcome::unbalanced) {
        found = where + ": unbalanced " + detail +
                " in: " + printable(ssh::shown_command(underlying.text));
    }
    return {"ssh", Result::failure, found, "hf-ssh has no ssh to run",
            underlying.no_passwd_entry ? "add one, or use the native transport: export "
                                         "HF_SSH_TRANSPORT=auto"
            : from_path                ? install
                                       : "name an installed ssh in " + where};
}

// hf.co is reached by libexec/hf-ssh/native.
bool is_native(const Situation& situation) {
    return situation.connection && situation.connection->facts.wire == transport::Wire::native;
}

Check version(const Situation& situation) {
    if (situation.underlying.lacks_ssh() && is_native(situation)) {
        const std::string reason =
            situation.underlying.no_passwd_entry ? no_passwd_entry("ssh") : "none on PATH";
        return {"ssh", Result::ok,
                reason + "; the native transport serves hf.co, and no other host"};
    }
    if (!situation.has_ssh()) return unusable(situation);
    const std::string command = shown(situation.underlying);
    if (situation.underlying.compound()) {
        return {"ssh", Result::ok, command + " (shell code; its version is not checked)"};
    }
    const auto version = read_openssh_version(situation.ssh_version);
    if (!version) {
        const std::string says = printable(situation.ssh_version);
        return {"ssh", Result::warning,
                command + (says.empty() ? " does not print its version" : " prints: " + says),
                "hf-ssh works with OpenSSH 7.6 and later; it cannot rely on another program",
                install};
    }
    const std::string found =
        "OpenSSH " + printable(version_words(situation.ssh_version)) + ", " + command;
    if (*version < oldest) {
        return {"ssh", Result::failure, found, "hf-ssh needs OpenSSH 7.6 or later",
                "install OpenSSH 7.6 or later"};
    }
    return {"ssh", Result::ok, found};
}

std::string editing(const std::string& file, int line) {
    if (::access(file.c_str(), W_OK) != 0) return "sudoedit " + shell_path(file);
    return "${EDITOR:-vi} +" + std::to_string(line) + " " + shell_path(file);
}

bool is_below(const std::string& file, const std::string& directory) {
    return !directory.empty() && file.starts_with(directory + "/");
}

// ssh requires that the user or root owns it and that no other user can write it.
std::string fixing_permissions(const std::string& file) {
    struct stat info = {};
    if (::stat(file.c_str(), &info) != 0) return "chmod 600 " + shell_path(file);
    // A file of the system that is included should belong to root.
    const bool own = is_below(file, system::home()) || is_below(file, system::passwd_home());
    std::string fix;
    if (info.st_uid != 0 && info.st_uid != ::getuid()) {
        fix = (own ? "sudo chown \"$(id -un)\" " : "sudo chown root ") + shell_path(file);
    }
    if ((info.st_mode & 022U) != 0) {
        const bool of_root = ::geteuid() != 0 && (fix.empty() ? info.st_uid == 0 : !own);
        fix += (fix.empty() ? "" : " && ") + std::string(of_root ? "sudo " : "") + "chmod go-w " +
               shell_path(file);
    }
    return fix;
}

Check configuration(const Situation& situation) {
    using Kind = SshComplaint::Kind;
    constexpr const char* name = "ssh-configuration";
    if (situation.underlying.lacks_ssh() && is_native(situation)) {
        return {name, Result::ok, "read without ssh, as far as it concerns hf.co"};
    }
    if (!situation.has_ssh()) return skipped(name, "there is no ssh");
    const auto complaint = read_ssh_complaint(situation.ssh_complaint);
    if (!complaint) return {name, Result::ok, "ssh accepts it"};
    const std::string text = printable(complaint->text);
    const std::string file = system::display_path(complaint->file);
    Check check = {name, Result::failure, text, "ssh connects to no host with this configuration"};
    switch (complaint->kind) {
        case Kind::line:
            check.found = file + ", line " + std::to_string(complaint->line) + ": " + text;
            check.fix = editing(complaint->file, complaint->line);
            break;
        case Kind::option:
            check.found = "an option in " + configured_in(situation) + ": " + text;
            check.fix = "correct the option in " + configured_in(situation);
            break;
        case Kind::permissions:
            check.found = "bad owner or permissions on " + file;
            check.fix = fixing_permissions(complaint->file);
            break;
        case Kind::other:
            check.fix = shown(situation.underlying) + " -v -G git@hf.co";
            break;
    }
    return check;
}

// A helper that cannot be run, and a host key file that cannot be trusted, have checks of their
// own.
bool host_keys_prevent_it() {
    if (::access(system::libexec_program("known-hosts").c_str(), X_OK) != 0) return true;
    try {
        (void)settings::load_host_keys(settings::trusted_files());
    } catch (const system::Failure&) {
        return true;
    }
    return false;
}

Check connection(const Situation& situation) {
    constexpr const char* name = "connection";
    if (!situation.has_ssh() && !is_native(situation)) {
        return skipped(name, "there is no ssh");
    }
    if (!situation.ssh_complaint.empty() || !situation.surroundings || host_keys_prevent_it()) {
        return skipped(name, situation.why_no_connection);
    }
    if (!situation.connection) {
        const std::string& hint = situation.why_no_connection_hint;
        return {name, Result::failure, situation.why_no_connection,
                "hf-ssh would not connect to hf.co",
                hint.empty() ? "HF_SSH_TRACE=1 hf-ssh -T git@hf.co" : hint};
    }
    const transport::Endpoint& endpoint = situation.connection->facts.endpoint;
    std::string found =
        ssh::shown_user(endpoint.user) + "@" + endpoint.host + ", port " + endpoint.port;
    if (!endpoint.proxy_command.empty()) {
        found += ", through " + ssh::shown_command(endpoint.proxy_command);
    }
    if (is_native(situation)) found += ", by the native transport";
    return {name, Result::ok, printable(found)};
}

}  // namespace

std::optional<SshComplaint> read_ssh_complaint(std::string_view words) {
    std::optional<SshComplaint> first;
    for (std::string_view line : system::lines(words)) {
        line = system::trim(line);
        if (line.starts_with(bad_permissions)) {
            return SshComplaint{SshComplaint::Kind::permissions,
                                std::string(line.substr(bad_permissions.size())), 0,
                                std::string(line)};
        }
        if (auto placed = read_placed(line)) return placed;
        if (!first && !line.empty())
            first = SshComplaint{SshComplaint::Kind::other, {}, 0, std::string(line)};
    }
    return first;
}

Checks check_ssh(const Situation& situation) {
    return {version(situation), configuration(situation), connection(situation)};
}

}  // namespace hfssh::manage
