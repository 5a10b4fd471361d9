#include "hfssh/repository/configuration.hpp"

#include <doctest/doctest.h>

using namespace hfssh::repository;
using namespace std::string_literals;

namespace {

std::string read(std::string_view text) {
    std::string found;
    for (const ConfigEntry& entry : read_config_list(text))
        found += entry.key + "=" + entry.value + ";";
    return found;
}

}  // namespace

TEST_CASE("repository_configuration: what git lists") {
    CHECK(read("").empty());
    CHECK(read("a.b\nc\0a.x.b\n\0flag.on\0"s) == "a.b=c;a.x.b=;flag.on=;");
    CHECK(read("a.b\ntwo\nlines\0"s) == "a.b=two\nlines;");
    CHECK(read("a.b\nno end") == "a.b=no end;");
    CHECK(read("\0\0a.b\nc"s) == "a.b=c;");
}

TEST_CASE("repository_configuration: the middle of a key") {
    CHECK(subsection("remote.origin.url", "remote", "url") == "origin");
    CHECK(subsection("remote.a.url.url", "remote", "url") == "a.url");
    CHECK(subsection("remote.url", "remote", "url").empty());
    CHECK(subsection("remote..url", "remote", "url").empty());
    CHECK(subsection("remote.x.pushurl", "remote", "url").empty());
    CHECK(subsection("remotes.x.url", "remote", "url").empty());
}

TEST_CASE("repository_configuration: the last value counts") {
    const Configuration two = {{"a.b", "1"}, {"a.b", "2"}};
    REQUIRE(last_value(two, "a.b") != nullptr);
    CHECK(*last_value(two, "a.b") == "2");
    CHECK(last_value(two, "a.c") == nullptr);
}

TEST_CASE("repository_configuration: why libgit2 has not opened it") {
    const std::string message = "unsupported\x1b extension";
    CHECK(why_not_opened({{"extensions.objectformat", "SHA256"}}, message).find("SHA-256") !=
          std::string::npos);
    CHECK(why_not_opened({{"extensions.objectformat", "sha1"}}, "x") == "x");
    CHECK(why_not_opened({{"extensions.refstorage", "reftable"}}, message).find("reftable") !=
          std::string::npos);
    CHECK(why_not_opened({{"extensions.partialclone", "origin"}}, message) ==
          "it is a partial clone");
    CHECK(why_not_opened({}, message) == "unsupported\\x1b extension");
}
