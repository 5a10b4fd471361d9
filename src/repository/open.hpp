#pragma once

#include <string>

#include "handles.hpp"
#include "hfssh/repository/configuration.hpp"
#include "hfssh/repository/contents.hpp"

namespace hfssh::repository {

// libgit2, from before its first use to after its last. Throws a system::Failure where it does not
// start.
class Library {
  public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

// What libgit2 says of its last error.
[[nodiscard]] std::string last_error();

// Null where it cannot be opened.
[[nodiscard]] RepositoryHandle open_repository(const Place& place);

// In the order of git: system, user, repository.
[[nodiscard]] Configuration read_configuration(const git_config* config);

// May it be something else than what git reads? The environment, or CONFIGURATION, has something
// that libgit2 passes over.
[[nodiscard]] bool is_doubtful(const Configuration& configuration);

}  // namespace hfssh::repository
