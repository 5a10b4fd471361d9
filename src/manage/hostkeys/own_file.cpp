#include "own_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <variant>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::manage {
namespace {

using hub::KnownHosts;
using hub::KnownKey;
using hub::ServerKey;
using system::Failure;

constexpr auto patience = std::chrono::seconds(5);
constexpr auto pause = std::chrono::milliseconds(20);
constexpr mode_t permissions = 0777;

std::string own_path() {
    std::string path = settings::own_trusted_file();
    if (path.empty()) {
        throw Failure("there is no home directory, so there is no place for host keys",
                      "set HOME, or XDG_CONFIG_HOME to an absolute path", system::Code::file);
    }
    return path;
}

// The target of PATH; PATH itself if there is none.
std::string resolved(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real ? real.get() : path;
}

std::string directory_of(const std::string& path) {
    return path.substr(0, path.rfind('/') + 1);
}

[[noreturn]] void fail_to_write(const std::string& path, const std::string& why) {
    throw Failure(system::display_path(path) + " cannot be written: " + why,
                  "nothing was changed; if another program makes that file, give it the line",
                  system::Code::file);
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The lines of TEXT with their ends, so that joined they are TEXT again.
std::vector<std::string_view> whole_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

// How the last line that has an end is ended.
std::string_view line_end(std::string_view text) {
    const auto end = text.rfind('\n');
    const bool carriage = end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
    return carriage ? "\r\n" : "\n";
}

std::string without_line_end(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

bool contains(const std::vector<std::size_t>& numbers, std::size_t number) {
    return std::ranges::find(numbers, number) != numbers.end();
}

// The keys in their order, without those of the lines that go, and with those that come.
std::vector<ServerKey> changed(const std::vector<KnownKey>& before,
                               const std::vector<std::size_t>& gone,
                               const std::vector<ServerKey>& come) {
    std::vector<ServerKey> keys;
    for (const KnownKey& known : before) {
        if (!contains(gone, known.origin.line)) keys.push_back(known.key);
    }
    keys.insert(keys.end(), come.begin(), come.end());
    return keys;
}

}  // namespace

OwnTrustedFile::OwnTrustedFile()
    : path_(own_path()),
      real_path_(resolved(path_)),
      trusted_(settings::load_host_keys(settings::trusted_files())) {
    hold();
    read();
}

void OwnTrustedFile::hold() {
    const std::string directory = directory_of(real_path_);
    lock_ = system::UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock_) return;  // it does not exist yet, or replace() reports the problem
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            // Some network file systems have no locks.
            system::trace(directory + " cannot be locked: " + std::strerror(errno));
            return;
        }
        if (signals_.told_to_end())
            throw Failure("interrupted; nothing was changed", {}, system::Code::interrupted);
        if (std::chrono::steady_clock::now() > deadline) {
            throw Failure("another program holds " + system::display_path(directory),
                          "try again when it has ended", system::Code::in_use);
        }
        std::this_thread::sleep_for(pause);
    }
}

// Reads it again: only now, with the lock, can no other process change it.
void OwnTrustedFile::read() {
    trusted_ = settings::load_host_keys(settings::trusted_files());
    auto content = system::read_trusted_file(path_, settings::largest_trusted_file);
    if (auto* text = std::get_if<std::string>(&content)) text_ = std::move(*text);
    const auto* error = std::get_if<system::FileError>(&content);
    if (error != nullptr && error->kind != system::FileError::Kind::missing) {
        throw Failure(system::display_path(path_) + ": " + system::printable(error->detail), {},
                      system::Code::file);
    }
    struct stat info = {};
    if (::stat(real_path_.c_str(), &info) == 0) mode_ = info.st_mode & permissions;
    content_ = hub::read_known_hosts(path_, text_);
}

void OwnTrustedFile::make_directory() {
    std::string directory = directory_of(real_path_);
    directory.pop_back();
    if (const int error = system::make_directories(directory, 0700)) {
        fail_to_write(path_, std::strerror(error));
    }
    if (const auto unfit = system::unfit_directory(real_path_)) {
        throw Failure(
            system::display_path(path_) + " would not be relied on: " + unfit->detail,
            "the directory must belong to you or to root, and no other user may write it: "
            "chmod go-w " +
                system::shell_word(directory),
            system::Code::unsafe_file);
    }
    if (lock_) return;
    hold();
    if (::access(real_path_.c_str(), F_OK) == 0) {
        throw Failure("another program has just made " + system::display_path(path_), "try again",
                      system::Code::in_use);
    }
}

void OwnTrustedFile::replace(const std::string& text, const Change& change) {
    const hub::KnownHosts after = hub::read_known_hosts(path_, text);
    if (!is_as_meant(content_, after, change)) {
        throw Failure(system::display_path(path_) +
                          ": the edit would not have the intended effect; file unchanged",
                      "change it with an editor", system::Code::file);
    }
    if (text.size() > settings::largest_trusted_file) {
        fail_to_write(path_, "it would be larger than " +
                                 std::to_string(settings::largest_trusted_file) + " bytes");
    }
    make_directory();
    if (const int error = system::replace_file(real_path_, text, mode_)) {
        fail_to_write(path_, std::strerror(error));
    }
    read();
}

std::string addition_line(const ServerKey& key, std::string_view comment) {
    std::string line = std::string(hub::host) + " " + key.type + " " + key.base64();
    if (!comment.empty()) line += " " + std::string(comment);
    return line;
}

std::string revocation_line(const ServerKey& key, std::string_view comment) {
    return "@revoked " + addition_line(key, comment);
}

std::string with_line(std::string_view text, std::string_view line) {
    const std::string_view end = line_end(text);
    std::string result(text);
    if (text.empty() || text == byte_order_mark || text.ends_with('\n')) {
        return result.append(line).append(end);
    }
    // A carriage return at the very end is the first half of a line's end already.
    return result.append(text.ends_with('\r') ? "\n" : end).append(line);
}

std::string without_lines(std::string_view text, const std::vector<std::size_t>& numbers) {
    const bool marked = text.starts_with(byte_order_mark);
    std::string result(marked ? byte_order_mark : std::string_view());
    const std::string_view rest = marked ? text.substr(byte_order_mark.size()) : text;
    std::size_t number = 0;
    for (const std::string_view line : whole_lines(rest)) {
        if (!contains(numbers, ++number)) result += line;
    }
    const bool was_open = !rest.empty() && !rest.ends_with('\n');
    return was_open ? without_line_end(std::move(result)) : result;
}

bool is_as_meant(const KnownHosts& before, const KnownHosts& after, const Change& change) {
    const auto agree = [](const std::vector<KnownKey>& read, const std::vector<ServerKey>& meant) {
        return std::ranges::equal(read, meant, {}, &KnownKey::key);
    };
    const auto is_fatal = [](const hub::Problem& problem) {
        return problem.severity == hub::Problem::Severity::fatal;
    };
    return std::ranges::none_of(after.problems, is_fatal) &&
           after.problems.size() == before.problems.size() &&
           agree(after.additions, changed(before.additions, change.gone, change.additions)) &&
           agree(after.revocations, changed(before.revocations, change.gone, change.revocations));
}

}  // namespace hfssh::manage
