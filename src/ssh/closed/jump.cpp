#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/words/option_value.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::ssh {
namespace {

struct Hop {
    std::string user, host, port;
};

// "[user@]host[:port]" as `ssh -G` prints it, an IPv6 address in brackets.
Hop read_hop(std::string_view text) {
    Hop hop;
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        hop.user = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return {};
        hop.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (text.starts_with(':')) hop.port = text.substr(1);
        return hop;
    }
    const auto colon = text.rfind(':');
    hop.host = text.substr(0, colon);
    if (colon != std::string_view::npos) hop.port = text.substr(colon + 1);
    return hop;
}

}  // namespace

std::optional<std::string> jump_command(const Resolved& resolved,
                                        const std::vector<std::string>& ssh) {
    const std::string_view jump = resolved.first("proxyjump");
    if (jump.empty() || jump == "none") return std::nullopt;
    const auto comma = jump.rfind(',');
    const Hop last = read_hop(jump.substr(comma == std::string_view::npos ? 0 : comma + 1));
    if (last.host.empty()) return std::nullopt;
    std::string command;
    // ssh expands tokens in a ProxyCommand, and gives the rest to a shell. A ProxyJump may hold
    // tokens itself, and is printed with them.
    const auto add = [&](const std::string& word) {
        if (!command.empty()) command += ' ';
        command += word;
    };
    for (const std::string& word : ssh)
        add(double_percent(system::shell_quote(word)));
    if (!last.user.empty()) {
        add("-l");
        add(system::shell_quote(last.user));
    }
    if (!last.port.empty()) {
        add("-p");
        add(system::shell_quote(last.port));
    }
    if (comma != std::string_view::npos) {
        add("-J");
        add(system::shell_quote(jump.substr(0, comma)));
    }
    add("-W '[%h]:%p' --");
    add(system::shell_quote(last.host));
    return command;
}

}  // namespace hfssh::ssh
