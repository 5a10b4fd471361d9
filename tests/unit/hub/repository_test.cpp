#include "hfssh/hub/repository.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace hfssh::hub;
using namespace std::string_view_literals;

namespace {

struct PathRow {
    std::string_view path, type, name_space, name;
};

Service service_of(const std::vector<std::string>& words) {
    return read_remote_command(words).service;
}

std::string repository_of(const std::vector<std::string>& words) {
    const auto command = read_remote_command(words);
    return command.repository ? command.repository->path() : "(none)";
}

}  // namespace

TEST_CASE("a repository path") {
    const std::vector<PathRow> rows = {
        {"gpt2", "", "", "gpt2"},
        {"acme/model", "", "acme", "model"},
        {"/acme/model", "", "acme", "model"},
        {"acme/model.git", "", "acme", "model"},
        {"acme/model.git/", "", "acme", "model"},
        {"/acme/model.git//", "", "acme", "model"},
        {"acme/model.git.git", "", "acme", "model.git"},
        {"acme/git", "", "acme", "git"},
        {"acme/m.v1", "", "acme", "m.v1"},
        {"datasets/acme/corpus", "datasets", "acme", "corpus"},
        {"spaces/acme/app.git", "spaces", "acme", "app"},
        {"kernels/acme/k", "kernels", "acme", "k"},
        {"datasets/squad", "datasets", "", "squad"},
        {"spaces/demo", "spaces", "", "demo"},
        {"datasets", "", "", "datasets"},
        {"acme/", "", "", "acme"},
        {"acme/mod el", "", "acme", "mod el"},
    };
    for (const PathRow& row : rows) {
        CAPTURE(row.path);
        const auto repository = read_repository_path(row.path);
        REQUIRE(repository);
        CHECK(repository->type == row.type);
        CHECK(repository->name_space == row.name_space);
        CHECK(repository->name == row.name);
    }
    CHECK(read_repository_path(std::string(255, 'n')));
}

TEST_CASE("what is no repository path") {
    for (const std::string_view path :
         {""sv, "/"sv, "//"sv, ".git"sv, "acme/.git"sv, "//acme/model"sv, "acme//model"sv,
          "a/b/c/d"sv, "."sv, ".."sv, "../model"sv, "acme/.."sv, "acme/./model"sv, "acme/..git"sv,
          "acme/mo\ndel"sv, "acme/mo\0del"sv, "\x1b/model"sv, "acme/x\x7f"sv}) {
        CAPTURE(path);
        CHECK_FALSE(read_repository_path(path));
    }
    CHECK_FALSE(read_repository_path(std::string(256, 'n')));
}

TEST_CASE("the path of a repository is its parts again") {
    for (const std::string_view path :
         {"gpt2", "acme/model", "datasets/acme/corpus", "datasets/x"}) {
        CHECK(read_repository_path(path)->path() == path);
    }
}

TEST_CASE("remote commands of git, git-lfs and git-xet") {
    SUBCASE("git quotes the path, in one word") {
        CHECK(service_of({"git-upload-pack 'acme/model'"}) == Service::upload_pack);
        CHECK(service_of({"git-receive-pack 'acme/model'"}) == Service::receive_pack);
        CHECK(service_of({"git-upload-archive 'acme/model'"}) == Service::upload_archive);
        CHECK(repository_of({"git-upload-pack '/acme/model.git'"}) == "acme/model");
    }
    SUBCASE("the form with a blank") {
        CHECK(service_of({"git upload-pack 'a/b'"}) == Service::upload_pack);
        CHECK(service_of({"git", "receive-pack", "'a/b'"}) == Service::receive_pack);
        CHECK(repository_of({"git upload-pack 'a/b'"}) == "a/b");
        CHECK(service_of({"git"}) == Service::other);
        CHECK(service_of({"git gc"}) == Service::other);
    }
    SUBCASE("git-lfs: one word, git-xet: several") {
        for (const auto& words :
             {std::vector<std::string>{"git-lfs-authenticate datasets/a/b upload"},
              std::vector<std::string>{"git-lfs-authenticate", "datasets/a/b", "upload"},
              std::vector<std::string>{"git-lfs-authenticate datasets/a/b upload 0123abcd"}}) {
            const auto command = read_remote_command(words);
            CHECK(command.service == Service::lfs_authenticate);
            CHECK(command.operation == "upload");
            REQUIRE(command.repository);
            CHECK(command.repository->path() == "datasets/a/b");
        }
        CHECK(read_remote_command({"git-lfs-transfer a/b download"}).operation == "download");
        CHECK(service_of({"git-lfs-transfer a/b download"}) == Service::lfs_transfer);
        CHECK(read_remote_command({"git-lfs-authenticate a/b delete"}).operation.empty());
    }
    SUBCASE("git's quoting of quotes and exclamation marks") {
        CHECK(repository_of({"git-upload-pack 'a/it'\\''s'"}) == "a/it's");
        CHECK(repository_of({"git-upload-pack 'a/wow'\\!''"}) == "a/wow!");
        CHECK(repository_of({"git-upload-pack 'a/b c'"}) == "a/b c");
        CHECK(repository_of({"git-upload-pack 'a/$(x)'"}) == "a/$(x)");
        CHECK(repository_of({"git-upload-pack ''"}) == "(none)");
    }
    SUBCASE("more than one plain command is not ours to read") {
        for (const char* text :
             {"git-upload-pack 'a/b'; id", "git-upload-pack 'a/b' && id", "git-upload-pack \"a/b\"",
              "git-upload-pack $(id)", "git-upload-pack 'a/b", "git-upload-pack a/b\\",
              "git-upload-pack a/b | cat", "git-upload-pack a/b > x", "git-upload-pack 'a/b'\nid",
              "X=1 git-upload-pack 'a/b'", "", "   ", "id", "/usr/bin/git-upload-pack 'a/b'"}) {
            CAPTURE(text);
            CHECK(service_of({text}) == Service::other);
            CHECK(repository_of({text}) == "(none)");
        }
        CHECK(service_of({}) == Service::other);
    }
    SUBCASE("a known service with a path that is none") {
        CHECK(service_of({"git-upload-pack 'a/b' 'c/d'"}) == Service::upload_pack);
        CHECK(repository_of({"git-upload-pack 'a/b' 'c/d'"}) == "(none)");
        CHECK(repository_of({"git-upload-pack"}) == "(none)");
        CHECK(repository_of({"git-upload-pack 'a/../b'"}) == "(none)");
        CHECK(repository_of({"git-upload-pack 'a/b\nc'"}) == "(none)");
        CHECK(repository_of({"git-lfs-authenticate a/b"}) == "(none)");
    }
}

TEST_CASE("patterns for a setting, most specific first") {
    using Patterns = std::vector<std::string>;
    const auto patterns = [](std::string_view path) {
        return patterns_for(*read_repository_path(path));
    };
    CHECK(patterns("datasets/acme/corpus") ==
          Patterns{"datasets/acme/corpus", "acme/corpus", "datasets/acme", "acme"});
    CHECK(patterns("acme/model") == Patterns{"acme/model", "acme"});
    CHECK(patterns("gpt2") == Patterns{"gpt2"});
    CHECK(patterns("datasets/squad") == Patterns{"datasets/squad"});
}
