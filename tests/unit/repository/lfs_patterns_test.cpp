#include "repository/lfs_patterns.hpp"

#include <doctest/doctest.h>

namespace {

std::string read(std::string_view text) {
    std::string found;
    for (const std::string& pattern : hfssh::repository::lfs_patterns(text))
        found += pattern + ";";
    return found;
}

}  // namespace

TEST_CASE("lfs_patterns: what git lfs track writes") {
    CHECK(read("").empty());
    CHECK(read("*.bin filter=lfs diff=lfs merge=lfs -text\n") == "*.bin;");
    CHECK(read("*.bin filter=lfs\r\n*.h5\tfilter=lfs") == "*.bin;*.h5;");
    CHECK(read("  saved_model/**/* filter=lfs\n") == "saved_model/**/*;");
    CHECK(read("a[[:space:]]b.bin filter=lfs\n") == "a[[:space:]]b.bin;");
}

TEST_CASE("lfs_patterns: what does not give anything to git-lfs") {
    CHECK(read("# *.bin filter=lfs\n*.txt text\n*.x filter=other\n*.y diff=lfs\n").empty());
    CHECK(
        read("*.bin filter=lfs -filter\n*.a filter=lfs !filter\n*.b filter=lfs filter=x").empty());
    CHECK(read("!*.bin filter=lfs\n").empty());
    CHECK(read("*.bin\n\n  \n\"").empty());
    CHECK(read("*.bin -filter filter=lfs\n") == "*.bin;");
}

TEST_CASE("lfs_patterns: quoted, as git does") {
    CHECK(read("\"a b\" filter=lfs\n") == "a b;");
    CHECK(read("\"a\\\"\\t\\303\\244\" filter=lfs\n") == "a\"\t\xc3\xa4;");
    CHECK(read("\"open filter=lfs\n").empty());
    CHECK(read("\"bad\\q\" filter=lfs\n").empty());
    CHECK(read("\"end\\").empty());
}

TEST_CASE("lfs_patterns: by a macro") {
    CHECK(read("[attr]big filter=lfs -text\n*.bin big\n*.txt small\n") == "*.bin;");
    CHECK(read("[attr]big filter=lfs\n[attr]huge big\n*.bin huge\n") == "*.bin;");
    CHECK(read("[attr] filter=lfs\n* x\n").empty());
}
