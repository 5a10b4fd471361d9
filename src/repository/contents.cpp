#include "hfssh/repository/contents.hpp"

#include <algorithm>
#include <set>

#include "hfssh/repository/configuration.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "lfs_patterns.hpp"

// The only source that calls libgit2: it opens the repository that git has found, and reads its
// state, submodules and what it gives to git-lfs. Nothing is written.
namespace hfssh::repository {
namespace {

// What libgit2 reports of its last error.
std::string last_error() {
    const git_error* error = git_error_last();
    return error != nullptr && error->message != nullptr ? error->message : "no reason given";
}

// libgit2, from before its first use to after its last.
class Library {
  public:
    Library() {
        if (git_libgit2_init() < 0) {
            throw system::Failure("libgit2 does not start: " + system::printable(last_error()));
        }
        // git has judged the owner already, and knows every place that may set safe.directory.
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    }
    ~Library() { git_libgit2_shutdown(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

// Null if it cannot be opened.
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

// One file of configuration, in its order.
Configuration read_configuration(const git_config* config) {
    const auto iterator = make<ConfigIterator>(git_config_iterator_new, config);
    Configuration configuration;
    git_config_entry* entry = nullptr;
    while (iterator && git_config_next(&entry, iterator.get()) == 0) {
        configuration.push_back({entry->name, entry->value != nullptr ? entry->value : ""});
    }
    return configuration;
}

// git-lfs ----------------------------------------------------------------------------------------

constexpr std::string_view attributes = ".gitattributes";
constexpr std::size_t longest = std::size_t{4} << 20;

bool is_attribute_file(std::string_view path) {
    return path == attributes ||
           (path.ends_with(attributes) && path[path.size() - attributes.size() - 1] == '/');
}

void add(std::string_view text, const std::string& file, std::vector<LfsPattern>& patterns) {
    for (std::string& pattern : lfs_patterns(text))
        patterns.push_back({std::move(pattern), file});
}

// Returns whether the file exists; an empty one counts too.
bool add_file(const std::string& path, const std::string& file, std::vector<LfsPattern>& patterns) {
    const auto text = system::read_file(path, longest);
    if (!std::holds_alternative<std::string>(text)) return false;
    add(std::get<std::string>(text), file, patterns);
    return true;
}

void add_blob(git_repository* repository, const git_oid* id, const std::string& file,
              std::vector<LfsPattern>& patterns) {
    const auto blob = make<BlobHandle>(git_blob_lookup, repository, id);
    if (!blob || git_blob_rawsize(blob.get()) > git_object_size_t{longest}) return;
    add({static_cast<const char*>(git_blob_rawcontent(blob.get())),
         static_cast<std::size_t>(git_blob_rawsize(blob.get()))},
        file, patterns);
}

// From the work tree if the file is there, as git does; otherwise from the index.
void read_index(git_repository* repository, const Place& place, std::vector<LfsPattern>& patterns) {
    std::set<std::string> seen;
    if (add_file(place.work_tree + "/" + std::string(attributes), std::string(attributes),
                 patterns)) {
        seen.emplace(attributes);
    }
    const auto index = make<IndexHandle>(git_repository_index, repository);
    const std::size_t count = index ? git_index_entrycount(index.get()) : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const git_index_entry* entry = git_index_get_byindex(index.get(), i);
        if (!is_attribute_file(entry->path) || !seen.insert(entry->path).second) continue;
        if (add_file(place.work_tree + "/" + entry->path, entry->path, patterns)) continue;
        add_blob(repository, &entry->id, entry->path, patterns);
    }
}

struct Walk {
    git_repository* repository;
    std::vector<LfsPattern>& patterns;
};

int visit(const char* root, const git_tree_entry* entry, void* payload) {
    const auto& walk = *static_cast<Walk*>(payload);
    if (git_tree_entry_name(entry) == attributes) {
        add_blob(walk.repository, git_tree_entry_id(entry),
                 std::string(root) + git_tree_entry_name(entry), walk.patterns);
    }
    return 0;
}

void read_head(git_repository* repository, std::vector<LfsPattern>& patterns) {
    const auto tree = make<ObjectHandle>(git_revparse_single, repository, "HEAD^{tree}");
    if (!tree) return;
    Walk walk{repository, patterns};
    // libgit2 has one handle type for all objects.
    git_tree_walk(reinterpret_cast<const git_tree*>(tree.get()), GIT_TREEWALK_PRE, visit, &walk);
}

bool is_endpoint(const std::string& key) {
    return key == "lfs.url" || key == "lfs.pushurl" ||
           !subsection(key, "remote", "lfsurl").empty() ||
           !subsection(key, "remote", "lfspushurl").empty();
}

// Of the attribute files in the index (in a bare repository: in HEAD), of the one at the top of the
// work tree, and of info/attributes.
std::vector<LfsPattern> read_lfs_patterns(git_repository* repository, const Place& place) {
    std::vector<LfsPattern> patterns;
    if (place.work_tree.empty()) {
        read_head(repository, patterns);
    } else {
        read_index(repository, place, patterns);
    }
    add_file(std::string(git_repository_commondir(repository)) + "info/attributes",
             "info/attributes", patterns);
    return patterns;
}

// Of .lfsconfig and of CONFIGURATION.
std::vector<LfsEndpoint> read_lfs_endpoints(const Place& place,
                                            const Configuration& configuration) {
    std::vector<LfsEndpoint> endpoints;
    const auto add_all = [&](const Configuration& from, const std::string& file) {
        for (const ConfigEntry& entry : from) {
            if (!is_endpoint(entry.key) || entry.value.empty()) continue;
            endpoints.push_back({entry.key, rewrite(configuration, entry.value), file});
        }
    };
    add_all(configuration, {});
    if (!place.work_tree.empty()) {
        const auto own =
            make<ConfigHandle>(git_config_open_ondisk, (place.work_tree + "/.lfsconfig").c_str());
        if (own) add_all(read_configuration(own.get()), ".lfsconfig");
    }
    return endpoints;
}

// submodules -------------------------------------------------------------------------------------

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

std::vector<Submodule> submodules_of(git_repository* repository, const GitView& view,
                                     const Place& place) {
    const std::string remote = default_remote(view.configuration, view.branch);
    const std::string* url = last_value(view.configuration, "remote." + remote + ".url");
    Naming naming{view.configuration, url != nullptr ? *url : place.work_tree, {}};
    git_submodule_foreach(repository, add_submodule, &naming);
    std::ranges::sort(naming.found, {}, &Submodule::path);
    return std::move(naming.found);
}

}  // namespace

Contents read_contents(const Place& place, const GitView& view) {
    const Library library;
    const RepositoryHandle repository = open_repository(place);
    Contents contents;
    contents.place = place;
    if (!repository) {
        contents.not_opened = why_not_opened(view.configuration, last_error());
        return contents;
    }
    contents.linked = git_repository_is_worktree(repository.get()) == 1;
    contents.bare = !contents.linked && git_repository_is_bare(repository.get()) == 1;
    contents.detached = git_repository_head_detached(repository.get()) == 1;
    contents.unborn = git_repository_head_unborn(repository.get()) == 1;
    if (!place.work_tree.empty()) {
        contents.submodules = submodules_of(repository.get(), view, place);
    }
    contents.lfs_patterns = read_lfs_patterns(repository.get(), place);
    contents.lfs_endpoints = read_lfs_endpoints(place, view.configuration);
    return contents;
}

}  // namespace hfssh::repository
