#pragma once

#include <git2.h>

#include <memory>

// Owners for the handles of libgit2, so that each is owned as soon as it is made.
namespace hfssh::repository {

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
