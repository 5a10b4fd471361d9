#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hfssh::manage {

// A URL as git reads it (git-clone(1), GIT URLS), as far as it leads through ssh.
struct GitUrl {
    std::string destination;          // for ssh: "git@hf.co"
    std::optional<std::string> port;  // for its -p
    std::string path;                 // as it is sent: "acme/model", or "/acme/model" of ssh://
};

// None for every other transport, and for a path of this machine. Pure.
[[nodiscard]] std::optional<GitUrl> read_git_url(std::string_view url);

// Is it a path of a repository alone ("acme/model"), which the user may mean as one on hf.co? Pure.
[[nodiscard]] bool is_bare_path(std::string_view text);

// The same repository over ssh, for a URL of hf.co over https. Pure.
[[nodiscard]] std::optional<std::string> ssh_form(std::string_view url);

// A URL to be shown: without the password or token that some carry. Pure.
[[nodiscard]] std::string without_password(std::string_view url);

// A remote command as git writes it: "git-upload-pack 'acme/model'".
[[nodiscard]] std::string service_command(std::string_view program, std::string_view path);

// The words that git runs its ssh with, to fetch.
[[nodiscard]] std::vector<std::string> ssh_words(const GitUrl& url);

// The paths that may have been meant by PATH: the same name as a model, a dataset or a Space. Pure.
[[nodiscard]] std::vector<std::string> namesakes(const std::string& path);

}  // namespace hfssh::manage
