#include "hfssh/manage/context/git_url.hpp"

#include <algorithm>
#include <array>

#include "hfssh/hub/names.hpp"
#include "hfssh/hub/repository.hpp"

namespace hfssh::manage {
namespace {

constexpr std::string_view digits = "0123456789";

std::optional<int> hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

// What git decodes before anything else; "%zz" and "%00" stay as they are.
std::string decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const auto high = hex_value(text[i + 1]);
            const auto low = hex_value(text[i + 2]);
            if (high && low && *high * 16 + *low != 0) {
                decoded += static_cast<char>(*high * 16 + *low);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

bool is_port(std::string_view text) {
    constexpr int largest = 65535;
    return text.find_first_not_of(digits) == std::string_view::npos && text.size() <= 5 &&
           (text.empty() || std::stoi(std::string(text)) <= largest);
}

// Where a bracket opens: at the front, or after the user.
std::size_t find_bracket(std::string_view host) {
    if (host.starts_with('[')) return 0;
    const auto at = host.find("@[");
    return at == std::string_view::npos ? at : at + 1;
}

// "host:22" and "[host]:22" lose their port, brackets go.
void take_port(GitUrl& url) {
    std::string& host = url.destination;
    std::size_t search = 0;
    if (const auto open = find_bracket(host); open != std::string::npos) {
        const auto close = host.find(']', open);
        if (close == std::string::npos) return;
        host.erase(close, 1);
        host.erase(open, 1);
        search = close - 1;
        // "[host:22]", as the short form writes it; more colons are an IPv6 address.
        const std::string_view inside = std::string_view(host).substr(open, search - open);
        if (std::ranges::count(inside, ':') == 1) search = open;
    }
    const auto colon = host.find(':', search);
    if (colon == std::string::npos) return;
    const std::string port = host.substr(colon + 1);
    if (!is_port(port)) return;
    host.erase(colon);
    if (!port.empty()) url.port = port;
}

std::optional<GitUrl> read_long(std::string_view encoded, std::size_t start) {
    const std::string text = decode(encoded.substr(start));
    const auto slash = text.find('/');
    if (slash == std::string::npos || slash == 0) return std::nullopt;
    GitUrl url{text.substr(0, slash), {}, text.substr(slash)};
    if (url.path.starts_with("/~")) url.path.erase(0, 1);
    take_port(url);
    return url;
}

// "[user@]host:path", with no slash before the colon.
std::optional<GitUrl> read_short(std::string_view text) {
    const auto bracket = text.find('[');
    std::size_t search = 0;
    if (bracket != std::string_view::npos && (bracket == 0 || text[bracket - 1] == '@')) {
        search = text.find(']', bracket);
        if (search == std::string_view::npos) return std::nullopt;
    }
    const auto colon = text.find(':', search);
    if (colon == std::string_view::npos || colon == 0 ||
        text.substr(0, colon).find('/') != std::string_view::npos) {
        return std::nullopt;
    }
    GitUrl url{std::string(text.substr(0, colon)), {}, std::string(text.substr(colon + 1))};
    take_port(url);
    return url;
}

}  // namespace

std::optional<GitUrl> read_git_url(std::string_view url) {
    constexpr std::array<std::string_view, 3> schemes = {"ssh://", "git+ssh://", "ssh+git://"};
    for (const std::string_view scheme : schemes) {
        if (url.starts_with(scheme)) return read_long(url, scheme.size());
    }
    if (url.find("://") != std::string_view::npos) return std::nullopt;
    // "ext::command": a remote helper.
    constexpr std::string_view scheme_letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
    const auto end = url.find_first_not_of(scheme_letters);
    if (end != std::string_view::npos && end > 0 && url.substr(end).starts_with("::")) {
        return std::nullopt;
    }
    return read_short(url);
}

bool is_bare_path(std::string_view text) {
    if (text.empty() || text.front() == '/' || text.front() == '.' || text.front() == '~') {
        return false;
    }
    return text.find_first_of(":@\\ \t") == std::string_view::npos &&
           hub::read_repository_path(text).has_value();
}

std::optional<std::string> ssh_form(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme)) return std::nullopt;
    url.remove_prefix(scheme.size());
    const auto slash = url.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view host = url.substr(0, slash);
    if (!hub::is_hub_name(host.substr(host.rfind('@') + 1))) return std::nullopt;
    const auto repository = hub::read_repository_path(url.substr(slash));
    return repository ? std::optional("git@hf.co:" + repository->path()) : std::nullopt;
}

std::string without_password(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::string(url);
    const auto start = scheme + 3;
    const std::string_view authority = url.substr(start, url.find('/', start) - start);
    const auto at = authority.rfind('@');
    const auto colon = authority.find(':');
    if (at == std::string_view::npos) return std::string(url);
    // Only a token of Hugging Face also serves as the name.
    if (colon > at && authority.starts_with("hf_")) {
        return std::string(url.substr(0, start)) + "..." + std::string(url.substr(start + at));
    }
    if (colon > at) return std::string(url);
    return std::string(url.substr(0, start + colon + 1)) + "..." +
           std::string(url.substr(start + at));
}

std::string service_command(std::string_view program, std::string_view path) {
    // git quotes '!' too, for the shells of others; what is read is the same.
    std::string quoted = "'";
    for (const char c : path)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return std::string(program) + " " + quoted + "'";
}

std::vector<std::string> ssh_words(const GitUrl& url) {
    std::vector<std::string> words = {"-o", "SendEnv=GIT_PROTOCOL"};
    if (url.port) words.insert(words.end(), {"-p", *url.port});
    words.push_back(url.destination);
    words.push_back(service_command("git-upload-pack", url.path));
    return words;
}

std::vector<std::string> namesakes(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    if (!repository) return {};
    std::vector<std::string> found;
    for (const char* type : {"", "datasets", "spaces"}) {
        hub::Repository other = *repository;
        other.type = type;
        if (other.type != repository->type) found.push_back(other.path());
    }
    return found;
}

}  // namespace hfssh::manage
