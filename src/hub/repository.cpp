#include "hfssh/hub/repository.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "hfssh/system/text.hpp"

namespace hfssh::hub {
namespace {

constexpr std::size_t longest_part = 255;

bool is_part(std::string_view part) {
    return !part.empty() && part.size() <= longest_part && part != "." && part != ".." &&
           !system::has_control_character(part);
}

// Nobody's namespace is called that: "datasets/squad" is a dataset without one.
bool is_type(std::string_view part) {
    return part == "datasets" || part == "spaces";
}

std::string_view without_decoration(std::string_view path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (path.ends_with(".git")) path.remove_suffix(4);
    return path;
}

// The words of TEXT as a POSIX shell reads them, as far as git's quoting goes: '…' and, outside of
// it, \' and \! (and any other character after a backslash). None if a shell would see more than
// words: an unbalanced quote, a double quote, an expansion, a second command.
std::optional<std::vector<std::string>> shell_words(std::string_view text) {
    std::vector<std::string> words;
    bool in_word = false;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (!quoted && (c == ' ' || c == '\t')) {
            in_word = false;
            continue;
        }
        if (!in_word) words.emplace_back();
        in_word = true;
        if (c == '\'') {
            quoted = !quoted;
            continue;
        }
        if (!quoted) {
            constexpr std::string_view special = "\"$`;&|<>()#\n";
            if (special.find(c) != std::string_view::npos) return std::nullopt;
            if (c == '\\') {
                if (++i == text.size()) return std::nullopt;
                c = text[i];
            }
        }
        words.back() += c;
    }
    if (quoted) return std::nullopt;
    return words;
}

Service service_called(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Service>, 5> services = {{
        {"git-upload-pack", Service::upload_pack},
        {"git-receive-pack", Service::receive_pack},
        {"git-upload-archive", Service::upload_archive},
        {"git-lfs-authenticate", Service::lfs_authenticate},
        {"git-lfs-transfer", Service::lfs_transfer},
    }};
    for (const auto& [known, service] : services) {
        if (known == name) return service;
    }
    return Service::other;
}

// "git upload-pack PATH" is "git-upload-pack PATH".
void join_git_with_its_verb(std::vector<std::string>& words) {
    if (words.size() < 2 || words[0] != "git") return;
    words[0] += "-" + words[1];
    words.erase(words.begin() + 1);
}

}  // namespace

std::string Repository::path() const {
    std::string joined;
    for (const std::string* part : {&type, &name_space, &name}) {
        if (part->empty()) continue;
        if (!joined.empty()) joined += '/';
        joined += *part;
    }
    return joined;
}

std::optional<Repository> read_repository_path(std::string_view path) {
    const std::vector<std::string_view> parts = system::split(without_decoration(path), '/');
    if (parts.size() > 3 || !std::ranges::all_of(parts, is_part)) return std::nullopt;

    Repository repository;
    repository.name = parts.back();
    if (parts.size() == 3) {
        repository.type = parts[0];
        repository.name_space = parts[1];
    } else if (parts.size() == 2) {
        (is_type(parts[0]) ? repository.type : repository.name_space) = parts[0];
    }
    return repository;
}

RemoteCommand read_remote_command(const std::vector<std::string>& words) {
    auto read = shell_words(system::join(words, " "));
    if (!read || read->empty()) return {};
    join_git_with_its_verb(*read);

    RemoteCommand command;
    command.service = service_called(read->front());
    const std::size_t arguments = read->size() - 1;
    switch (command.service) {
        case Service::other:
            break;
        case Service::upload_pack:
        case Service::receive_pack:
        case Service::upload_archive:
            if (arguments == 1) command.repository = read_repository_path((*read)[1]);
            break;
        case Service::lfs_authenticate:  // PATH OPERATION [OID]
        case Service::lfs_transfer:
            if (arguments < 2 || arguments > 3) break;
            command.repository = read_repository_path((*read)[1]);
            if ((*read)[2] == "upload" || (*read)[2] == "download") command.operation = (*read)[2];
            break;
    }
    return command;
}

std::vector<std::string> patterns_for(const Repository& repository) {
    const std::string& type = repository.type;
    const std::string& name_space = repository.name_space;
    std::vector<std::string> patterns = {repository.path()};
    if (name_space.empty()) return patterns;
    if (!type.empty()) {
        patterns.push_back(name_space + "/" + repository.name);
        patterns.push_back(type + "/" + name_space);
    }
    patterns.push_back(name_space);
    return patterns;
}

}  // namespace hfssh::hub
