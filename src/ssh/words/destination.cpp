#include "hfssh/ssh/words/destination.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstdint>

namespace hfssh::ssh {
namespace {

constexpr std::string_view scheme = "ssh://";
constexpr int largest_port = 65535;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<unsigned> hexadecimal(char c) {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return {};
}

// None for a broken %xx, and for %00: a C string would end there.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] != '%') {
            result += text[i];
        } else {
            if (i + 2 >= text.size()) return {};
            const auto high = hexadecimal(text[i + 1]), low = hexadecimal(text[i + 2]);
            if (!high || !low || (*high | *low) == 0) return {};
            result += static_cast<char>(*high << 4 | *low);
            i += 2;
        }
    }
    return result;
}

// What OpenSSH asks of the host in an ssh://, which is less than DNS does.
bool is_domain(std::string_view host) {
    if (host.empty() || !(is_alphanumeric(host[0]) || host[0] == '_')) return false;
    if (host.find("..") != std::string_view::npos) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(std::string_view host) {
    const std::string address(host.substr(0, host.find('%')));
    in6_addr parsed;
    return inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

// "host", "[host]", each followed by nothing, "/", ":", ":port" or ":port/".
bool read_host_and_port(std::string_view text, Destination& destination) {
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : std::min(text.find_first_of(":/"), text.size());
    if (end == std::string_view::npos) return false;
    std::string_view host = text.substr(bracketed, end - bracketed);
    std::string_view rest = text.substr(end + bracketed);
    if (!is_domain(host) && !(bracketed && is_ipv6(host))) return false;
    if (host.ends_with('.')) host.remove_suffix(1);
    destination.host = host;

    if (rest.empty() || rest == ":" || rest == "/") return true;
    if (rest[0] != ':') return false;  // a path, or more after the bracket
    if (rest.ends_with('/')) rest.remove_suffix(1);
    destination.port = read_port(std::string(rest.substr(1)));
    return destination.port.has_value();
}

std::optional<Destination> read_uri(std::string_view word) {
    Destination destination{.typed = std::string(word), .user = {}, .host = {}, .port = {}};
    std::string_view rest = word.substr(scheme.size());
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        std::string_view user = rest.substr(0, at);
        user = user.substr(0, user.find(';'));  // connection parameters, which are not read
        if (user.empty() || !(destination.user = percent_decoded(user))) return {};
        rest.remove_prefix(at + 1);
    }
    if (!read_host_and_port(rest, destination)) return {};
    return destination;
}

}  // namespace

std::optional<Destination> read_destination(std::string_view word) {
    if (word.starts_with(scheme)) return read_uri(word);
    Destination destination{.typed = std::string(word), .user = {}, .host = {}, .port = {}};
    const auto at = word.rfind('@');
    if (at == 0) return {};
    if (at != std::string_view::npos) {
        destination.user = word.substr(0, at);
        word.remove_prefix(at + 1);
    }
    if (word.empty()) return {};
    destination.host = word;
    return destination;
}

bool is_plain_host(std::string_view host) {
    if (host.starts_with('-')) return false;
    return std::none_of(host.begin(), host.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= ' ' || byte == 0x7f ||
               std::string_view("'`\"$\\;&<>|(){}").find(c) != std::string_view::npos;
    });
}

bool is_plain_user(std::string_view user) {
    if (user.starts_with('-') || user.ends_with('\\')) return false;
    for (std::size_t i = 0; i < user.size(); ++i) {
        if (std::string_view("'`\";&<>|(){}").find(user[i]) != std::string_view::npos) return false;
        const bool blank = std::string_view(" \t\n\v\f\r").find(user[i]) != std::string_view::npos;
        if (blank && i + 1 < user.size() && user[i + 1] == '-') return false;
    }
    return true;
}

std::optional<int> read_port(const std::string& text) {
    // Leading blanks and a '+' are accepted, as strtoll(3) does for ssh.
    const auto start = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
    std::string_view digits = std::string_view(text).substr(start);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
        const servent* service = getservbyname(text.c_str(), "tcp");
        if (service == nullptr) return {};
        return ntohs(static_cast<std::uint16_t>(service->s_port));
    }
    int port = 0;
    for (const char digit : digits) {
        port = port * 10 + (digit - '0');
        if (port > largest_port) return {};
    }
    if (port == 0) return {};
    return port;
}

}  // namespace hfssh::ssh
