#include "plain_known_hosts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <variant>

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr std::size_t largest_file = std::size_t{64} << 20;
constexpr mode_t private_mode = 0600;

// Is LINE, without its end, one of those that a CRLF or a comment behind it does not change?
bool is_line(std::string_view line, std::string_view key) {
    line = system::trim(line);
    return line == key || line.starts_with(std::string(key) + " ");
}

std::string read(const std::string& path) {
    auto content = system::read_file(path, largest_file);
    if (auto* text = std::get_if<std::string>(&content)) return std::move(*text);
    const auto& error = std::get<system::FileError>(content);
    if (error.kind == system::FileError::Kind::missing) return {};
    throw Failure("cannot read " + system::display_path(path) + ": " + error.detail);
}

mode_t mode_of(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : private_mode;
}

void write(const std::string& path, const std::string& text) {
    const int error = system::replace_file(path, text, mode_of(path));
    if (error == 0) return;
    throw Failure("cannot write " + system::display_path(path) + ": " + std::strerror(error));
}

std::string directory_of(const AddedHostKeys& keys) {
    return keys.file.substr(0, keys.file.rfind('/'));
}

// Before anything is changed: could the lines be added? A link that leads nowhere is the usual
// trouble.
void require_writable(const AddedHostKeys& keys) {
    const std::string directory = directory_of(keys);
    struct stat info = {};
    const bool makes = keys.made_directory && ::lstat(directory.c_str(), &info) != 0;
    const std::string place = keys.existed ? keys.file : directory;
    if (makes || ::access(place.c_str(), keys.existed ? W_OK : W_OK | X_OK) == 0) return;
    throw Failure("cannot write " + system::display_path(keys.file) + ": " + std::strerror(errno),
                  "nothing was changed");
}

// ssh may add to the file at the same time: nothing that others write is lost, and a part that a
// full disk leaves is taken away again. errno, 0 on success.
int append(const std::string& path, std::string_view text) {
    const system::UniqueFd fd(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
               private_mode));
    if (!fd) return errno;
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t count = ::write(fd.get(), text.data() + length, text.size() - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) break;
        length += static_cast<std::size_t>(count);
    }
    if (length == text.size()) return 0;
    const int error = errno;
    const off_t end = ::lseek(fd.get(), 0, SEEK_CUR);
    if (length == 0 || ::lseek(fd.get(), 0, SEEK_END) != end) return error;
    return ::ftruncate(fd.get(), end - static_cast<off_t>(length)) == 0 ? error : errno;
}

}  // namespace

std::vector<std::string> published_lines() {
    std::vector<std::string> lines;
    for (const hub::HostKey& key : hub::published_host_keys()) {
        if (key.acceptable) {
            lines.push_back("hf.co " + std::string(key.type) + " " + std::string(key.base64));
        }
    }
    return lines;
}

std::string missing_lines(std::string_view text) {
    const auto present = system::lines(text);
    std::string missing;
    for (const std::string& key : published_lines()) {
        const bool there =
            std::ranges::any_of(present, [&](std::string_view line) { return is_line(line, key); });
        if (!there) missing += key + "\n";
    }
    const bool open = !text.empty() && !text.ends_with('\n');
    return open && !missing.empty() ? "\n" + missing : missing;
}

std::string without_lines(std::string_view text, const std::string& added) {
    const auto whole = text.find(added);
    if (!added.empty() && whole != std::string_view::npos) {
        const std::string_view rest = text.substr(whole + added.size());
        // The line that had no end needs one now if others follow.
        const bool joins = added.starts_with('\n') && !rest.empty();
        return std::string(text.substr(0, whole)) + (joins ? "\n" : "") + std::string(rest);
    }
    const auto ours = system::lines(added);
    std::string result;
    while (!text.empty()) {
        const std::string_view line =
            text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        text.remove_prefix(line.size());
        const std::string_view bare = line.substr(0, line.find('\n'));
        if (bare.empty() || std::ranges::find(ours, bare) == ours.end()) result += line;
    }
    return result;
}

std::optional<AddedHostKeys> plan_known_hosts() {
    if (system::home().empty()) throw Failure("there is no home directory, so no known_hosts");
    const std::string path = system::home() + "/.ssh/known_hosts";
    AddedHostKeys keys;
    keys.file = resolve_links(path);
    keys.existed = ::access(keys.file.c_str(), F_OK) == 0;
    keys.added = missing_lines(read(keys.file));
    keys.made_directory = ::access((system::home() + "/.ssh").c_str(), F_OK) != 0;
    if (keys.added.empty()) return std::nullopt;
    require_writable(keys);
    return keys;
}

void add_known_hosts(const AddedHostKeys& keys) {
    const std::string directory = directory_of(keys);
    if (const int error = keys.made_directory ? system::make_directories(directory, 0700) : 0) {
        throw Failure("cannot make " + system::display_path(directory) + ": " +
                      std::strerror(error));
    }
    if (const int error = append(keys.file, keys.added)) {
        throw Failure("cannot write " + system::display_path(keys.file) + ": " +
                      std::strerror(error));
    }
}

bool remove_known_hosts(const AddedHostKeys& keys) {
    const std::string text = read(keys.file);
    const std::string rest = without_lines(text, keys.added);
    if (rest == text) return false;
    if (!rest.empty() || keys.existed) {
        write(keys.file, rest);
        return true;
    }
    if (::unlink(keys.file.c_str()) != 0) write(keys.file, rest);
    if (keys.made_directory) {
        (void)::rmdir(directory_of(keys).c_str());
    }
    return true;
}

}  // namespace hfssh::manage
