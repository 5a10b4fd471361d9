#include "hfssh/ssh/config/resolved.hpp"

#include <algorithm>
#include <array>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::ssh {
namespace {

// Printed once by every version, and worth a second, smuggled line.
constexpr std::array<std::string_view, 26> printed_once = {
    "user",
    "hostname",
    "port",
    "addressfamily",
    "batchmode",
    "bindaddress",
    "bindinterface",
    "ciphers",
    "compression",
    "connecttimeout",
    "hostkeyalgorithms",
    "hostkeyalias",
    "identitiesonly",
    "identityagent",
    "kexalgorithms",
    "knownhostscommand",
    "loglevel",
    "macs",
    "pkcs11provider",
    "proxycommand",
    "proxyjump",
    "proxyusefdpass",
    "pubkeyacceptedalgorithms",
    "revokedhostkeys",
    "securitykeyprovider",
    "stricthostkeychecking",
};

bool is_keyword(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

bool has_forbidden_character(std::string_view value) {
    return std::any_of(value.begin(), value.end(), [](char c) {
        return c != '\t' && system::has_control_character(std::string_view(&c, 1));
    });
}

}  // namespace

std::string_view Resolved::first(std::string_view keyword) const {
    for (const auto& [name, value] : lines_) {
        if (name == keyword) return value;
    }
    return {};
}

std::vector<std::string_view> Resolved::all(std::string_view keyword) const {
    std::vector<std::string_view> values;
    for (const auto& [name, value] : lines_) {
        if (name == keyword) values.emplace_back(value);
    }
    return values;
}

bool Resolved::has(std::string_view keyword) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const auto& line) { return line.first == keyword; });
}

bool Resolved::comes_after(std::string_view first, std::string_view second) const {
    const auto named = [](std::string_view keyword) {
        return [keyword](const auto& line) { return line.first == keyword; };
    };
    const auto at = std::find_if(lines_.begin(), lines_.end(), named(first));
    return at != lines_.end() && std::find_if(lines_.begin(), at, named(second)) != at;
}

void Resolved::blame(std::string_view defect) {
    if (defect_.empty()) defect_ = defect;
}

void Resolved::remove(std::string_view keyword) {
    std::erase_if(lines_, [&](const auto& line) { return line.first == keyword; });
}

void Resolved::add(std::string_view line) {
    const std::size_t blank = line.find(' ');
    const std::string_view keyword = line.substr(0, blank);
    const std::string_view value =
        blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
    if (!is_keyword(keyword)) {
        blame("a line that is no keyword and value: " + system::printable(line));
    } else if (has_forbidden_character(value)) {
        blame("a control character in the value of " + std::string(keyword));
    } else {
        lines_.emplace_back(system::lower(keyword), value);  // 9.2: canonicalizePermittedcnames
    }
}

void Resolved::check() {
    if (first("hostname").empty()) blame("no host name");
    for (const std::string_view keyword : printed_once) {
        if (all(keyword).size() > 1) blame(std::string(keyword) + " printed twice");
    }
    // Every version prints these three in a row; only a value with a newline comes between.
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const std::string_view next =
            i + 1 < lines_.size() ? std::string_view(lines_[i + 1].first) : std::string_view();
        if (lines_[i].first == "user" && next != "hostname") blame("a line after the user name");
        if (lines_[i].first == "hostname" && next != "port") blame("a line after the host name");
    }
}

Resolved read_resolved(std::string_view output) {
    Resolved resolved;
    if (!output.empty() && output.back() != '\n') resolved.blame("the output is cut off");
    while (!output.empty()) {
        const std::size_t end = output.find('\n');
        resolved.add(output.substr(0, end));
        output = end == std::string_view::npos ? std::string_view() : output.substr(end + 1);
    }
    resolved.check();
    return resolved;
}

}  // namespace hfssh::ssh
