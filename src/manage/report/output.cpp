#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "hfssh/manage/report/report.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::size_t widest = 80;
constexpr std::size_t narrowest = 40;  // below that, lines are left to the terminal

// COLUMNS before what the terminal says, as git has it.
std::size_t terminal_width() {
    std::size_t found = 0;
    const std::string named = system::environment("COLUMNS").value_or("");
    winsize size{};
    if (std::from_chars(named.data(), named.data() + named.size(), found).ec != std::errc() &&
        ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        found = size.ws_col;
    }
    return found == 0 ? widest : std::clamp(found, narrowest, widest);
}

// What the environment says of the locale (locale(7)): the first of them that is set counts.
bool locale_has_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (const auto value = system::environment(name)) {
            const std::string locale = system::lower(*value);
            return locale.ends_with("utf-8") || locale.ends_with("utf8") ||
                   locale.find("utf-8@") != std::string::npos ||
                   locale.find("utf8@") != std::string::npos;
        }
    }
    return false;
}

Style style_of_output() {
    if (::isatty(STDOUT_FILENO) != 1) return {};
    const bool capable = system::environment("TERM").value_or("dumb") != "dumb";
    return {system::has_colour(STDOUT_FILENO), capable && locale_has_utf8(), terminal_width(),
            true};
}

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

void print_out(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EPIPE) return;  // `| head`: the reader has seen enough
        if (count < 0) {
            throw system::Failure(
                "cannot write to standard output: " + std::string(std::strerror(errno)), {},
                system::Code::file);
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string ascii(const Json& json, int indent) {
    return json.dump(indent, ' ', true, Json::error_handler_t::replace);
}

void print(const Report& report, bool as_json) {
    if (as_json) {
        print_out(ascii(report.to_json(), 2) + "\n");
        return;
    }
    print_out(report.to_text(style_of_output()));
}

void print_so_far(Report& report) {
    if (report.streams()) print_out(report.take_text(style_of_output()));
}

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
