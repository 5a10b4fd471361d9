#include "hfssh/manage/report/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include "hfssh/system/paths.hpp"

namespace hfssh::manage {
namespace {

void write_error(const std::string& text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

// What fits on one line of the terminal.
std::size_t width() {
    constexpr std::size_t usual = 80;
    winsize size = {};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return (known ? size.ws_col : usual) - 1;
}

}  // namespace

Progress::Progress()
    : rewrites_(::isatty(STDERR_FILENO) == 1 &&
                system::environment("TERM").value_or("dumb") != "dumb") {}

void Progress::show(const std::string& text) {
    if (!rewrites_) return;
    erase();
    shown_ = ("hf-ssh: " + text).substr(0, width());
    write_error(shown_);
}

void Progress::erase() {
    if (!shown_.empty()) write_error("\r" + std::string(shown_.size(), ' ') + "\r");
    shown_.clear();
}

}  // namespace hfssh::manage
