#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hfssh::hub {

// A repository on hf.co: "gpt2", "acme/model", "datasets/acme/corpus", "spaces/acme/app".
struct Repository {
    std::string type;        // "datasets", "spaces" …; empty for a model
    std::string name_space;  // "acme"; empty if the path has none ("gpt2", "datasets/squad")
    std::string name;
    [[nodiscard]] std::string path() const;  // the parts joined by "/"
};

// A leading slash, trailing slashes and ".git" do not count. None for a path that is not of one to
// three parts, or has an empty, "." or ".." part, a control character, or a part of more than 255
// bytes.
[[nodiscard]] std::optional<Repository> read_repository_path(std::string_view path);

// The remote commands that git, git-lfs and git-xet send.
enum class Service {
    upload_pack,
    receive_pack,
    upload_archive,
    lfs_authenticate,
    lfs_transfer,
    other,
};
struct RemoteCommand {
    Service service = Service::other;
    std::optional<Repository> repository;
    std::string operation;  // git-lfs: "upload" or "download"
};

// The words after the destination, which ssh joins with blanks: "git-upload-pack 'acme/model'" (git
// quotes as for a shell), "git-lfs-authenticate acme/model download" (git-lfs: one word; git-xet:
// separate ones), and "git upload-pack" forms. `other` for everything that a shell would read as
// more than one plain command.
[[nodiscard]] RemoteCommand read_remote_command(const std::vector<std::string>& words);

// The patterns that a setting may be made for, most specific first:
// datasets/acme/corpus > acme/corpus > datasets/acme > acme.
[[nodiscard]] std::vector<std::string> patterns_for(const Repository& repository);

}  // namespace hfssh::hub
