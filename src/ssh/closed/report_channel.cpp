#include "hfssh/ssh/closed/report_channel.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "hfssh/system/platform.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

std::string_view line_for(Report report) {
    switch (report) {
        case Report::none:
            break;
        case Report::accepted:
            return "accepted\n";
        case Report::refused:
            return "refused\n";
        case Report::explained:
            return "explained\n";
    }
    return {};
}

}  // namespace

// Opening the name of the reading end for writing leads to the same pipe, so that one descriptor
// is enough, and nobody but a helper holds the other end.
ReportChannel::ReportChannel() {
#ifdef __linux__
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
    pipe_.reset(ends[0]);
    ::close(ends[1]);
#endif
}

std::string ReportChannel::path() const {
    if (!pipe_) return {};
    return system::descriptor_path(pipe_.get());
}

Report ReportChannel::read() {
    if (!pipe_) return report_;
    std::array<char, 256> buffer = {};
    ssize_t count = 0;
    do {
        count = ::read(pipe_.get(), buffer.data(), buffer.size());
    } while (count < 0 && errno == EINTR);
    if (count <= 0) return report_;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
    for (const std::string_view line : system::lines(text)) {
        if (line == "refused") report_ = Report::refused;
        if (line == "explained" && report_ != Report::refused) report_ = Report::explained;
        if (line == "accepted" && report_ == Report::none) report_ = Report::accepted;
    }
    return report_;
}

void send_report(const std::string& path, Report report) {
    if (path.empty()) return;
    const system::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISFIFO(info.st_mode)) return;
    const std::string_view line = line_for(report);
    // Shorter than PIPE_BUF: all of it or nothing.
    [[maybe_unused]] const ssize_t count = ::write(fd.get(), line.data(), line.size());
}

}  // namespace hfssh::ssh
