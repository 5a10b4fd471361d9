#include "attributes.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "hfssh/system/files.hpp"
#include "lfs_patterns.hpp"
#include "open.hpp"

namespace hfssh::repository {
namespace {

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

// Is there such a file? It counts even where it is empty.
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

// In the work tree as it stands there, as git does it; otherwise as it was added.
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
    // libgit2's objects are of one kind behind a common handle.
    git_tree_walk(reinterpret_cast<const git_tree*>(tree.get()), GIT_TREEWALK_PRE, visit, &walk);
}

bool is_endpoint(const std::string& key) {
    return key == "lfs.url" || key == "lfs.pushurl" ||
           !subsection(key, "remote", "lfsurl").empty() ||
           !subsection(key, "remote", "lfspushurl").empty();
}

}  // namespace

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

}  // namespace hfssh::repository
