#include "contents.hpp"

#include <vector>

#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using repository::Contents;

// "~/models/one, a work tree of another repository, HEAD detached"
std::string kind_of(const Contents& contents) {
    const repository::Place& place = contents.place;
    std::vector<std::string> parts = {
        system::display_path(place.work_tree.empty() ? place.git_directory : place.work_tree)};
    if (contents.bare) parts.emplace_back("bare");
    if (contents.linked) parts.emplace_back("one of several work trees");
    if (contents.detached) parts.emplace_back("HEAD detached");
    if (contents.unborn) parts.emplace_back("no commit yet");
    if (!contents.not_opened.empty()) parts.push_back("not opened: " + contents.not_opened);
    return system::join(parts, ", ");
}

void add_here(const Contents& contents, Record& record) {
    const repository::Place& place = contents.place;
    const bool known = contents.not_opened.empty();
    const auto if_known = [&](bool value) { return known ? Json(value) : Json(); };
    record.add({"here",
                "here",
                {{"git_directory", place.git_directory},
                 {"work_tree", place.work_tree.empty() ? Json() : Json(place.work_tree)},
                 {"bare", if_known(contents.bare)},
                 {"linked", if_known(contents.linked)},
                 {"detached", if_known(contents.detached)},
                 {"unborn", if_known(contents.unborn)},
                 {"not_opened", known ? Json() : Json(contents.not_opened)}},
                kind_of(contents),
                Tone::plain});
}

void add_lfs(const Contents& contents, Record& record) {
    Json patterns = Json::array();
    Json endpoints = Json::array();
    std::vector<std::string> text;
    for (const repository::LfsPattern& entry : contents.lfs_patterns) {
        patterns.push_back({{"pattern", entry.pattern}, {"file", entry.file}});
        text.push_back(system::printable(entry.pattern));
    }
    std::string lines = system::join(text, " ");
    for (const repository::LfsEndpoint& entry : contents.lfs_endpoints) {
        const std::string url = without_password(entry.url);
        endpoints.push_back({{"key", entry.key},
                             {"url", url},
                             {"file", entry.file.empty() ? Json() : Json(entry.file)}});
        lines += (lines.empty() ? "" : "\n") + system::printable(entry.key + " = " + url);
    }
    record.add({"lfs",
                lines.empty() ? "" : "git-lfs",
                {{"patterns", patterns}, {"endpoints", endpoints}},
                lines,
                Tone::plain});
}

}  // namespace

void describe_contents(const Contents& contents, Record& record) {
    add_here(contents, record);
    add_lfs(contents, record);
}

}  // namespace hfssh::manage
