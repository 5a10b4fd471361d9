#include <array>
#include <cstdio>

#include "memory_file.hpp"

namespace hfssh::identity {

namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
constexpr int last_year = 2199;  // nanoseconds since 1970 in 64 bits end in 2262

bool has_shape(std::string_view text) {
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return false;
    }
    return true;
}

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    return value;
}

}  // namespace

SystemTime parse_time(std::string_view text) {
    if (!has_shape(text)) return {};
    const year_month_day date(std::chrono::year(number(text.substr(0, 4))),
                              std::chrono::month(static_cast<unsigned>(number(text.substr(5, 2)))),
                              std::chrono::day(static_cast<unsigned>(number(text.substr(8, 2)))));
    const int hour = number(text.substr(11, 2));
    const int minute = number(text.substr(14, 2));
    const int second = number(text.substr(17, 2));
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return {};
    if (int(date.year()) < 1970 || int(date.year()) > last_year) return {};
    return sys_days(date) + seconds(hour * 3600 + minute * 60 + second);
}

std::string format_time(SystemTime time) {
    const auto whole = std::chrono::floor<seconds>(time);
    const sys_days midnight = std::chrono::floor<std::chrono::days>(whole);
    const year_month_day date(midnight);
    if (int(date.year()) < 1970 || int(date.year()) > last_year) return format_time({});
    const auto of_day = static_cast<int>((whole - midnight).count());
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                  unsigned(date.month()), unsigned(date.day()), of_day / 3600, of_day / 60 % 60,
                  of_day % 60);
    return text.data();
}

}  // namespace hfssh::identity
