#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hfssh::repository {

// One line of git's configuration, in the order in which git reads it: of several that are meant to
// be one, the last counts.
struct ConfigEntry {
    std::string key;  // as git prints it: "remote.Name.url"; only the middle keeps its case
    std::string value;
};
using Configuration = std::vector<ConfigEntry>;

// What `git config --null --list` prints. Pure.
[[nodiscard]] Configuration read_config_list(std::string_view text);

// The middle of "remote.<name>.url", for SECTION "remote" and VARIABLE "url"; empty if KEY is
// another.
[[nodiscard]] std::string_view subsection(std::string_view key, std::string_view section,
                                          std::string_view variable);

// The last value of KEY; null if there is none.
[[nodiscard]] const std::string* last_value(const Configuration& configuration,
                                            std::string_view key);

// Why libgit2 has not opened a repository of this CONFIGURATION, for the user; MESSAGE is its own
// message. Pure.
[[nodiscard]] std::string why_not_opened(const Configuration& configuration,
                                         const std::string& message);

// Owners for the handles of libgit2, so that each is owned as soon as it is made.

template <auto release>
struct Release {
    template <class T>
    void operator()(T* handle) const {
        release(handle);
    }
};
template <class T, auto release>
using Handle = std::unique_ptr<T, Release<release>>;

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using ConfigHandle = Handle<git_config, git_config_free>;
using ConfigIterator = Handle<git_config_iterator, git_config_iterator_free>;
using ObjectHandle = Handle<git_object, git_object_free>;
using IndexHandle = Handle<git_index, git_index_free>;
using BlobHandle = Handle<git_blob, git_blob_free>;

// The owner of what MAKE(&pointer, …) gives; null if it fails.
template <class H, class Make, class... Arguments>
[[nodiscard]] H make(Make&& function, Arguments&&... arguments) {
    typename H::pointer handle = nullptr;
    return H(function(&handle, arguments...) == 0 ? handle : nullptr);
}

}  // namespace hfssh::repository
