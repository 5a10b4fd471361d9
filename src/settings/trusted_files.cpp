#include "hfssh/settings/trusted_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "settings/configured.hpp"

namespace hfssh::settings {
namespace {

using Kind = system::FileError::Kind;

constexpr const char* variable = "HF_SSH_KNOWN_HOSTS";

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// What is to be so, and the command that makes it so; empty where no command is sure to.
struct Remedy {
    std::string requirement;
    std::string command;
};

std::string what_is_wrong_with(const struct stat& info) {
    return info.st_uid != 0 && info.st_uid != ::geteuid() ? "owner"
           : (info.st_mode & (S_IWGRP | S_IWOTH)) != 0    ? "mode"
                                                          : "";
}

// The way to PATH as read_trusted_file() looks at it; only the first that is not safe is named.
Remedy make_safe(const TrustedFile& file) {
    std::vector<std::string> looked_at = {directory_of(file.path), file.path};
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(file.path.c_str(), nullptr),
                                                           &std::free);
    if (real && file.path != real.get()) {
        looked_at = {directory_of(file.path), directory_of(real.get()), real.get()};
    }
    const std::string all =
        "file and directory must belong to you or to root, and no other user may "
        "write them";
    std::vector<std::string> writable;
    for (const std::string& path : looked_at) {
        struct stat info = {};
        if (::stat(path.c_str(), &info) != 0) continue;
        const std::string wrong = what_is_wrong_with(info);
        if (wrong.empty()) continue;
        // A directory for everybody, like /tmp, is right as it is; the file is in the wrong place.
        const bool shared = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
        if (shared || wrong == "owner") {
            return {all + "; move the file to a directory of your own", {}};
        }
        const bool of_root = info.st_uid == 0 && ::geteuid() != 0;
        if (of_root) return {all, "sudo chmod go-w " + system::shell_path(path)};
        writable.push_back(system::shell_path(path));
    }
    if (writable.empty()) return {all, {}};
    return {all, "chmod go-w " + system::join(writable, " ")};
}

Remedy what_mends(const TrustedFile& file, Kind kind) {
    const std::string path = system::shell_path(file.path);
    const std::string directory = system::shell_path(directory_of(file.path));
    switch (kind) {
        case Kind::missing:
            return {std::string("make the file, or unset ") + variable, {}};
        case Kind::unsafe:
            return make_safe(file);
        case Kind::unreadable:
            return {"you must be able to read it", "ls -ld " + directory + " " + path};
        case Kind::not_regular:
        case Kind::too_large:
            break;
    }
    return {"it must be a regular file in the format of known_hosts(5), of at most 1 MiB", {}};
}

// Who reaches here has no answer to "which keys are revoked", so no key may be trusted.
[[noreturn]] void fail(const TrustedFile& file, Kind kind, const std::string& what) {
    const std::string named = file.must_exist ? std::string(" (") + variable + ")" : "";
    const Remedy remedy = what_mends(file, kind);
    throw UnreliableFile("the trusted host keys in " + system::display_path(file.path) + named +
                             " can't be relied on: " + system::printable(what),
                         remedy.requirement, system::printable(remedy.command));
}

// A link to a directory that is gone for the moment is no proof that there is nothing to read.
bool directory_is_a_dangling_link(const std::string& path) {
    const std::string directory = directory_of(path);
    struct stat info = {};
    return ::lstat(directory.c_str(), &info) == 0 && S_ISLNK(info.st_mode) &&
           ::stat(directory.c_str(), &info) != 0;
}

// None for a file that does not exist.
std::optional<std::string> content_of(const TrustedFile& file) {
    auto content = system::read_trusted_file(file.path, largest_trusted_file);
    if (auto* text = std::get_if<std::string>(&content)) return std::move(*text);
    const auto& error = std::get<system::FileError>(content);
    if (error.kind != Kind::missing) fail(file, error.kind, error.detail);
    if (directory_is_a_dangling_link(file.path)) {
        fail(file, Kind::unreadable, "its directory is a link that leads nowhere");
    }
    if (file.must_exist) fail(file, error.kind, error.detail);
    return std::nullopt;
}

// Only the lines that revoke a key, each where it stands; a fleet's file may have thousands.
hub::KnownHosts revocations_in(const std::string& path) {
    constexpr std::size_t largest = std::size_t{64} << 20;
    const auto content = system::read_file(path, largest);
    const auto* text = std::get_if<std::string>(&content);
    if (text == nullptr || text->find("@revoked") == std::string::npos) return {};
    std::string lines;
    for (const std::string_view line : system::lines(*text)) {
        if (system::trim(line).starts_with("@revoked")) lines += line;
        lines += '\n';
    }
    std::ranges::replace_if(
        lines, [](char c) { return c == '\f' || c == '\v'; }, ' ');  // as ssh
    hub::KnownHosts read = hub::read_known_hosts(path, lines);
    read.problems.clear();
    return read;
}

}  // namespace

UnreliableFile::UnreliableFile(const std::string& message, std::string requirement,
                               std::string command)
    : Failure(message, requirement + (command.empty() ? "" : ": " + command),
              system::Code::unsafe_file),
      requirement_(std::move(requirement)),
      command_(std::move(command)) {}

std::string own_trusted_file() {
    const std::string directory = system::config_directory();
    return directory.empty() ? directory : directory + "/known_hosts";
}

std::vector<TrustedFile> trusted_files() {
    std::vector<TrustedFile> files = {{HFSSH_SYSCONFDIR "/hf-ssh/known_hosts"}};
    if (std::string own = own_trusted_file(); !own.empty()) files.push_back({std::move(own)});
    if (const auto named = system::environment(variable)) {
        refuse_key_text(variable, *named);
        if (!named->starts_with('/')) {
            throw system::Failure(
                std::string(variable) + " is not an absolute path: " + system::printable(*named),
                "give the whole path, or unset it", system::Code::bad_argument);
        }
        files.push_back({*named, true});
    }
    // ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile: the defaults.
    if (const std::string& home = system::home(); !home.empty()) {
        files.push_back({home + "/.ssh/known_hosts", false, true});
        files.push_back({home + "/.ssh/known_hosts2", false, true});
    }
    files.push_back({"/etc/ssh/ssh_known_hosts", false, true});
    files.push_back({"/etc/ssh/ssh_known_hosts2", false, true});
    return files;
}

void add_revocations_of(std::string_view names, std::vector<TrustedFile>& files) {
    const auto add = [&](const std::string& name) {
        if (name.empty() || name == "none" || name.starts_with('~')) return;
        const std::string path = system::absolute_path(name);  // ssh starts where we are
        const bool listed =
            std::ranges::any_of(files, [&](const TrustedFile& file) { return file.path == path; });
        if (path.starts_with('/') && !listed) files.push_back({path, false, true});
    };
    // They are printed without quotes: a name with blanks looks like several. One file too many can
    // only revoke more.
    const auto words = system::split(names, ' ');
    for (std::size_t first = 0; first < words.size(); ++first) {
        std::string name(words[first]);
        add(name);
        for (std::size_t last = first + 1; last < words.size(); ++last) {
            name += " " + std::string(words[last]);
            if (std::error_code error; std::filesystem::exists(name, error)) add(name);
        }
    }
}

std::vector<std::string> as_arguments(const std::vector<TrustedFile>& files) {
    std::vector<std::string> arguments;
    for (const TrustedFile& file : files) {
        // Each is a line less of ssh's own, where the helper refuses.
        struct stat info = {};
        if (file.only_revocations && ::stat(file.path.c_str(), &info) != 0 &&
            (errno == ENOENT || errno == ENOTDIR)) {
            continue;
        }
        const char* mark = file.only_revocations ? "@" : file.must_exist ? "=" : "";
        arguments.push_back(mark + file.path);
    }
    return arguments;
}

std::vector<TrustedFile> from_arguments(const std::vector<std::string>& arguments) {
    std::vector<TrustedFile> files;
    for (const std::string& argument : arguments) {
        const bool must_exist = argument.starts_with('=');
        const bool only_revocations = argument.starts_with('@');
        files.push_back({argument.substr(must_exist || only_revocations ? 1 : 0), must_exist,
                         only_revocations});
    }
    return files;
}

TrustedHostKeys load_host_keys(const std::vector<TrustedFile>& files) {
    std::vector<hub::KnownHosts> read;
    std::vector<hub::Problem> problems;
    for (const TrustedFile& file : files) {
        if (file.only_revocations) {
            read.push_back(revocations_in(file.path));
            continue;
        }
        const auto text = content_of(file);
        if (!text) continue;
        read.push_back(hub::read_known_hosts(file.path, *text));
        problems.insert(problems.end(), read.back().problems.begin(), read.back().problems.end());
    }
    auto built = hub::TrustedSet::build(read);
    if (const auto* fatal = std::get_if<hub::Problem>(&built)) {
        throw system::Failure(describe(*fatal),
                              "to fix or remove the line, in which a revocation may be lost: " +
                                  edit_command(fatal->where),
                              system::Code::unsafe_file);
    }
    return {std::get<hub::TrustedSet>(std::move(built)), std::move(problems)};
}

std::string edit_command(const hub::Origin& origin) {
    return "${EDITOR:-vi} +" + std::to_string(origin.line) + " " + system::shell_path(origin.file);
}

std::string describe(const hub::Problem& problem) {
    return describe(problem.where) + ": " + problem.text;
}

std::string describe(const hub::Origin& origin) {
    if (origin.is_published()) return "published";
    return system::display_path(origin.file) + ":" + std::to_string(origin.line);
}

}  // namespace hfssh::settings
