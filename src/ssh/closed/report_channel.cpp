#include "hfssh/ssh/closed/report_channel.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// A pipe takes a line of this size as a whole or not at all (POSIX.1: at least 512).
constexpr std::size_t longest_line = PIPE_BUF;
constexpr std::size_t longest_text = 4 * longest_line;

std::string_view name_of(Report report) {
    switch (report) {
        case Report::none:
            break;
        case Report::accepted:
            return "accepted";
        case Report::refused:
            return "refused";
        case Report::explained:
            return "explained";
    }
    return {};
}

int weight(Report report) {
    switch (report) {
        case Report::none:
            break;
        case Report::accepted:
            return 1;
        case Report::explained:
            return 2;
        case Report::refused:
            return 3;
    }
    return 0;
}

Reported read_line(std::string_view line) {
    const auto words = system::words(line);
    if (words.empty()) return {};
    for (const Report report : {Report::accepted, Report::refused, Report::explained}) {
        if (words[0] != name_of(report)) continue;
        if (words.size() != 3) return {report, {}, {}};
        return {report, std::string(words[1]), std::string(words[2])};
    }
    return {};
}

// The type comes from the server (RFC 4253 section 6.6), so it can hold anything.
bool is_one_word(std::string_view text) {
    return system::words(text).size() == 1 && system::words(text).front() == text;
}

}  // namespace

Reported read_reports(std::string_view text) {
    Reported result;
    for (const std::string_view line : system::lines(text)) {
        Reported next = read_line(line);
        if (weight(next.report) > weight(result.report)) result = std::move(next);
    }
    return result;
}

// Opening the name of the reading end for writing leads to the same pipe, so that one descriptor
// is enough, and only a helper holds the other end.
ReportChannel::ReportChannel() {
#ifdef __linux__
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
    pipe_.reset(ends[0]);
    ::close(ends[1]);
    // Without /proc (a chroot, a sandbox) the helper could not open it, and its silence would look
    // like a check that was left out: then there is no channel, and nothing is concluded from it.
    if (::access(system::descriptor_path(ends[0]).c_str(), W_OK) != 0) pipe_.reset();
#endif
}

std::string ReportChannel::path() const {
    if (!pipe_) return {};
    return system::descriptor_path(pipe_.get());
}

Report ReportChannel::read() {
    std::array<char, longest_line> buffer = {};
    while (pipe_ && text_.size() < longest_text) {
        const ssize_t count = ::read(pipe_.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        text_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    reported_ = read_reports(text_);
    return reported_.report;
}

bool send_report(const std::string& path, Report report, std::string_view type,
                 std::string_view base64) {
    if (!path.starts_with('/')) return false;
    const system::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISFIFO(info.st_mode)) return false;
    std::string line(name_of(report));
    if (is_one_word(type) && is_one_word(base64) &&
        line.size() + type.size() + base64.size() + 3 <= longest_line) {
        line += " " + std::string(type) + " " + std::string(base64);
    }
    line += '\n';
    return ::write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace hfssh::ssh
