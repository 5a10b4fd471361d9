#include "hfssh/repository/contents.hpp"

#include <algorithm>

#include "attributes.hpp"
#include "open.hpp"

namespace hfssh::repository {
namespace {

// What HEAD is, without asking whether it is there: "main"; empty where it is no branch.
std::string branch_of(git_repository* repository) {
    const auto head = make<ReferenceHandle>(git_reference_lookup, repository, "HEAD");
    const char* target = head ? git_reference_symbolic_target(head.get()) : nullptr;
    constexpr std::string_view branches = "refs/heads/";
    const std::string_view name = target != nullptr ? target : "";
    return name.starts_with(branches) ? std::string(name.substr(branches.size())) : std::string();
}

struct Naming {
    const Configuration& configuration;
    std::string base;  // what a relative URL is relative to, as it is configured
    std::vector<Submodule> found;
};

int add_submodule(git_submodule* submodule, const char* /*name*/, void* payload) {
    auto& naming = *static_cast<Naming*>(payload);
    const auto text = [](const char* given) { return std::string(given != nullptr ? given : ""); };
    Submodule entry{text(git_submodule_name(submodule)), text(git_submodule_path(submodule)),
                    text(git_submodule_url(submodule)), false};
    // `git submodule init` has copied it there, resolved; from then on that one counts.
    const std::string* own = last_value(naming.configuration, "submodule." + entry.name + ".url");
    entry.initialized = own != nullptr;
    const std::string url = own != nullptr ? *own : resolve_relative(naming.base, entry.url);
    entry.url = rewrite(naming.configuration, url);
    naming.found.push_back(std::move(entry));
    return 0;
}

std::vector<Submodule> submodules_of(git_repository* repository, const Configuration& configuration,
                                     const std::string& branch, const Place& place) {
    const std::string* url =
        last_value(configuration, "remote." + default_remote(configuration, branch) + ".url");
    Naming naming{configuration, url != nullptr ? *url : place.work_tree, {}};
    git_submodule_foreach(repository, add_submodule, &naming);
    std::ranges::sort(naming.found, {}, &Submodule::path);
    return std::move(naming.found);
}

Contents not_opened(const Place& place, const GitView& view, const std::string& message) {
    Contents contents;
    contents.place = place;
    contents.not_opened = why_not_opened(view.configuration, message);
    contents.remotes = remotes_of(view.configuration, view.branch);
    return contents;
}

}  // namespace

Contents read_contents(const Place& place, const std::function<GitView()>& ask_git) {
    const Library library;
    const RepositoryHandle repository = open_repository(place);
    if (!repository) {
        const std::string message = last_error();
        return not_opened(place, ask_git(), message);
    }
    const auto config = make<ConfigHandle>(git_repository_config_snapshot, repository.get());
    Configuration configuration = config ? read_configuration(config.get()) : Configuration{};
    if (!config || is_doubtful(configuration)) configuration = ask_git().configuration;
    const std::string branch = branch_of(repository.get());
    Contents contents;
    contents.place = place;
    contents.remotes = remotes_of(configuration, branch);
    contents.linked = git_repository_is_worktree(repository.get()) == 1;
    contents.bare = !contents.linked && git_repository_is_bare(repository.get()) == 1;
    contents.detached = git_repository_head_detached(repository.get()) == 1;
    contents.unborn = git_repository_head_unborn(repository.get()) == 1;
    if (!place.work_tree.empty()) {
        contents.submodules = submodules_of(repository.get(), configuration, branch, place);
    }
    contents.lfs_patterns = read_lfs_patterns(repository.get(), place);
    contents.lfs_endpoints = read_lfs_endpoints(place, configuration);
    return contents;
}

}  // namespace hfssh::repository
