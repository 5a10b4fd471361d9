#include "open.hpp"

#include <algorithm>
#include <array>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::repository {

Library::Library() {
    if (git_libgit2_init() < 0) {
        throw system::Failure("libgit2 does not start: " + system::printable(last_error()));
    }
    // git has judged the owner already, and knows every place where safe.directory may stand.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

Library::~Library() {
    git_libgit2_shutdown();
}

std::string last_error() {
    const git_error* error = git_error_last();
    return error != nullptr && error->message != nullptr ? error->message : "no reason given";
}

RepositoryHandle open_repository(const Place& place) {
    auto repository = make<RepositoryHandle>(git_repository_open_ext, place.git_directory.c_str(),
                                             unsigned{GIT_REPOSITORY_OPEN_NO_SEARCH}, nullptr);
    if (!repository || place.work_tree.empty()) return repository;
    // GIT_WORK_TREE, and what else git goes by; nothing is written.
    const char* known = git_repository_workdir(repository.get());
    if (known != nullptr && system::same_file(known, place.work_tree)) return repository;
    if (git_repository_set_workdir(repository.get(), place.work_tree.c_str(), 0) != 0) return {};
    return repository;
}

Configuration read_configuration(const git_config* config) {
    const auto iterator = make<ConfigIterator>(git_config_iterator_new, config);
    Configuration configuration;
    git_config_entry* entry = nullptr;
    while (iterator && git_config_next(&entry, iterator.get()) == 0) {
        configuration.push_back({entry->name, entry->value != nullptr ? entry->value : ""});
    }
    return configuration;
}

bool is_doubtful(const Configuration& configuration) {
    constexpr std::array<const char*, 6> variables = {"GIT_CONFIG_GLOBAL",     "GIT_CONFIG_SYSTEM",
                                                      "GIT_CONFIG_NOSYSTEM",   "GIT_CONFIG_COUNT",
                                                      "GIT_CONFIG_PARAMETERS", "GIT_COMMON_DIR"};
    return std::ranges::any_of(variables,
                               [](const char* name) { return ::getenv(name) != nullptr; }) ||
           is_read_in_part(configuration);
}

}  // namespace hfssh::repository
