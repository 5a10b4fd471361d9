#include "ssh_complaint.hpp"

#include <charconv>

#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using Kind = SshComplaint::Kind;

constexpr std::string_view place = " line ";
constexpr std::string_view permissions = "Bad owner or permissions on ";

// "FILE: line 3: TEXT" of a keyword that ssh does not know, "FILE line 3: TEXT" of all the rest.
std::optional<SshComplaint> read_placed(std::string_view line) {
    for (auto at = line.find(place); at != std::string_view::npos; at = line.find(place, at + 1)) {
        const std::string_view behind = line.substr(at + place.size());
        SshComplaint complaint;
        const auto number =
            std::from_chars(behind.data(), behind.data() + behind.size(), complaint.line);
        if (number.ec != std::errc() || complaint.line < 0) continue;
        const std::string_view rest(number.ptr, behind.data() + behind.size());
        if (!rest.starts_with(": ")) continue;
        std::string_view file = line.substr(0, at);
        if (file.ends_with(':')) file.remove_suffix(1);
        complaint.kind = file == "command-line" ? Kind::option : Kind::line;
        complaint.file = file;
        complaint.text = system::trim(rest.substr(2));
        return complaint;
    }
    return std::nullopt;
}

}  // namespace

std::optional<SshComplaint> read_ssh_complaint(std::string_view words) {
    std::optional<SshComplaint> first;
    for (std::string_view line : system::lines(words)) {
        line = system::trim(line);
        if (line.starts_with(permissions)) {
            return SshComplaint{Kind::permissions, std::string(line.substr(permissions.size())), 0,
                                std::string(line)};
        }
        if (auto placed = read_placed(line)) return placed;
        if (!first && !line.empty()) first = SshComplaint{Kind::other, {}, 0, std::string(line)};
    }
    return first;
}

}  // namespace hfssh::manage
