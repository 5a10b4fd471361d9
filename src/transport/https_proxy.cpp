// Part of the lesson, and of doctor's advice: how ssh goes through the proxy that the environment
// names for HTTPS, as git over HTTPS would.
#include "hfssh/transport/https_proxy.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_plain(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
}

bool is_of_address(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

struct Proxy {
    std::string scheme;
    bool has_password = false;
    std::string host;  // an IPv6 address in brackets
    std::string port;
    [[nodiscard]] bool socks() const { return scheme == "socks5" || scheme == "socks5h"; }
    [[nodiscard]] bool is_ipv6() const { return host.starts_with('['); }
    // A word for the user's shell, which may take brackets for a pattern.
    [[nodiscard]] std::string place() const {
        const std::string text = host + ":" + port;
        return is_ipv6() ? '"' + text + '"' : text;
    }
};

std::optional<Proxy> read_proxy(std::string_view url) {
    Proxy proxy;
    proxy.scheme = "http";
    if (const auto end = url.find("://"); end != std::string_view::npos) {
        proxy.scheme = system::lower(url.substr(0, end));
        url.remove_prefix(end + 3);
    }
    url = url.substr(0, url.find('/'));
    if (const auto at = url.rfind('@'); at != std::string_view::npos) {
        proxy.has_password = true;
        url.remove_prefix(at + 1);
    }
    const auto bracket = url.starts_with('[') ? url.find(']') : 0;
    if (bracket == std::string_view::npos) return std::nullopt;
    const auto colon = url.find(':', bracket);
    proxy.host = url.substr(0, colon);
    // Where curl, and so git, looks if the URL has no port.
    proxy.port = colon == std::string_view::npos ? "1080" : url.substr(colon + 1);
    const std::string_view host = proxy.host;
    const bool fits =
        proxy.is_ipv6()
            ? host.size() > 3 && host.ends_with(']') &&
                  std::ranges::all_of(host.substr(1, host.size() - 2), is_of_address)
            : !host.empty() && host.front() != '-' && std::ranges::all_of(host, is_plain);
    if (!fits || proxy.port.empty() || !std::ranges::all_of(proxy.port, is_digit)) {
        return std::nullopt;
    }
    return proxy;
}

// The value for ssh's ProxyCommand; empty if TOOL cannot do it.
std::string command_through(const Proxy& proxy, std::string_view tool) {
    const std::string place = proxy.place();
    if (tool == "nc")
        return (proxy.socks() ? "nc -X 5 -x " : "nc -X connect -x ") + place + " %h %p";
    if (tool == "ncat") {
        return "ncat --proxy " + place + " --proxy-type " + (proxy.socks() ? "socks5" : "http") +
               " %h %p";
    }
    if (tool == "socat" && !proxy.socks()) {
        const std::string way = "PROXY:" + proxy.host + ":%h:%p,proxyport=" + proxy.port;
        return "socat - " + (proxy.is_ipv6() ? '"' + way + '"' : way);
    }
    if (tool == "connect-proxy" && !proxy.is_ipv6()) {
        return (proxy.socks() ? "connect-proxy -S " : "connect-proxy -H ") + place + " %h %p";
    }
    return {};
}

// The first that is installed. The nc of Debian's netcat-traditional and of busybox know no
// proxies.
std::string tool_here() {
    for (const char* tool : {"ncat", "socat", "connect-proxy", "nc"}) {
        const std::string found = system::first_on_path(tool);
        if (found.empty()) continue;
        std::error_code error;
        const std::string file = std::filesystem::canonical(found, error).filename();
        if (file == "nc.traditional" || file == "busybox") continue;
        return tool;
    }
    return {};
}

}  // namespace

std::string configure_command(const std::string& line) {
    // A last line without an end would take ours for its own.
    return "mkdir -p -m 700 ~/.ssh && printf '\\n%s\\n%s\\n' 'Host hf.co huggingface.co' " +
           system::shell_word("    " + line) + " >> ~/.ssh/config";
}

std::string proxy_hint(std::string_view url, std::string_view tool) {
    const auto proxy = read_proxy(url);
    if (!proxy) return {};
    const std::string cannot = "ssh cannot use your HTTPS proxy: ";
    if (proxy->scheme == "https") return cannot + "it is itself reached by TLS (https://)";
    if (proxy->scheme != "http" && !proxy->socks()) {
        return cannot + "it is a " + system::printable(proxy->scheme) + " proxy";
    }
    if (proxy->has_password) {
        return "your HTTPS proxy has a password, which a ProxyCommand in ~/.ssh/config would have "
               "to contain (ncat --proxy-auth)";
    }
    const std::string command = command_through(*proxy, tool);
    if (command.empty()) {
        return "to go through your HTTPS proxy, install ncat (of nmap) or the nc of OpenBSD";
    }
    return "go through your HTTPS proxy: " + configure_command("ProxyCommand " + command);
}

bool exempts_hub(std::string_view list) {
    std::string text(list);
    std::ranges::replace(text, ',', ' ');
    return std::ranges::any_of(system::words(text), [](std::string_view entry) {
        if (entry == "*") return true;
        entry = entry.substr(0, entry.rfind(':'));
        while (entry.starts_with('.') || entry.starts_with('*'))
            entry.remove_prefix(1);
        return hub::is_hub_name(entry) || system::equal_ignoring_case(entry, "co");
    });
}

std::string proxy_hint_here() {
    // The lower case first, as curl has it.
    const auto variable = [](const char* lower, const char* upper) {
        const auto value = system::environment(lower);
        return value ? value : system::environment(upper);
    };
    auto proxy = variable("https_proxy", "HTTPS_PROXY");
    if (!proxy) proxy = variable("all_proxy", "ALL_PROXY");
    if (!proxy || exempts_hub(variable("no_proxy", "NO_PROXY").value_or(""))) return {};
    return proxy_hint(*proxy, tool_here());
}

}  // namespace hfssh::transport
