#include "hfssh/manage/context/git_url.hpp"

#include <doctest/doctest.h>

#include "hfssh/hub/repository.hpp"

using namespace hfssh::manage;

namespace {

// "DESTINATION PORT PATH", "-" where there is no port; empty where it is not for ssh.
std::string read(const std::string& text) {
    const auto url = read_git_url(text);
    return url ? url->destination + " " + url->port.value_or("-") + " " + url->path : "";
}

}  // namespace

TEST_CASE("git_url: what git hands to its ssh") {
    CHECK(read("git@hf.co:acme/model") == "git@hf.co - acme/model");
    CHECK(read("hf.co:acme/model.git") == "hf.co - acme/model.git");
    CHECK(read("hf-work:acme/model") == "hf-work - acme/model");
    CHECK(read("git@hf.co:/acme/model") == "git@hf.co - /acme/model");
    CHECK(read("ssh://git@hf.co/acme/model") == "git@hf.co - /acme/model");
    CHECK(read("ssh://git@hf.co:2222/acme/model") == "git@hf.co 2222 /acme/model");
    CHECK(read("ssh://git@hf.co:/acme/model") == "git@hf.co - /acme/model");
    CHECK(read("git+ssh://hf.co/acme/model") == "hf.co - /acme/model");
    CHECK(read("ssh+git://hf.co/acme/model") == "hf.co - /acme/model");
    CHECK(read("ssh://hf.co/~alice/model") == "hf.co - ~alice/model");
    CHECK(read("ssh://git@[::1]:22/x") == "git@::1 22 /x");
    CHECK(read("ssh://git@[::1]/x") == "git@::1 - /x");
    CHECK(read("[hf.co:2222]:acme/model") == "hf.co 2222 acme/model");
    CHECK(read("git@[hf.co:2222]:acme/model") == "git@hf.co 2222 acme/model");
    CHECK(read("git@[::1]:acme/model") == "git@::1 - acme/model");
    CHECK(read("[git@hf.co:2222]:x") == "git@hf.co 2222 x");
    CHECK(read("ssh://[git@hf.co:2222]/x") == "git@hf.co 2222 /x");
    CHECK(read("[git@hf.co]:x") == "git@hf.co - x");
    CHECK(read("git@[hf.co]:22/x") == "git@hf.co - 22/x");
    CHECK(read("user@[hf.co]:x:y") == "user@hf.co - x:y");
    CHECK(read("[::1]:22:x") == "::1 - 22:x");
    CHECK(read("ssh://git@hf.co:99999/a") == "git@hf.co:99999 - /a");
    CHECK(read("ssh://git@hf.co:ssh/a") == "git@hf.co:ssh - /a");
    CHECK(read("ssh://git@hf%3a22/a") == "git@hf 22 /a");
    CHECK(read("hf.co:~x/y") == "hf.co - ~x/y");
    CHECK(read("ssh://git%40work@hf.co/a%20b") == "git@work@hf.co - /a b");
    CHECK(read("ssh://git%0aproxycommand%20x@hf.co/a/b") == "git\nproxycommand x@hf.co - /a/b");
    CHECK(read("ssh://g%zz@hf.co/a%00") == "g%zz@hf.co - /a%00");
}

TEST_CASE("git_url: what is not for ssh") {
    for (const char* text : {"", ":", ":x", "https://huggingface.co/acme/model", "file:///x",
                             "/srv/x", "./a:b", "acme/model", "ext::ssh -x", "hf::acme/model",
                             "ssh://", "ssh://hf.co", "ssh:///x", "[::1", "git@[::1"}) {
        CAPTURE(text);
        CHECK(read(text).empty());
    }
}

TEST_CASE("git_url: the path of a repository alone") {
    for (const char* text : {"gpt2", "acme/model", "datasets/acme/corpus", "acme/model.git"}) {
        CAPTURE(text);
        CHECK(is_bare_path(text));
    }
    for (const char* text : {"", "/acme", "./acme", "~/acme", "a b", "git@hf.co", "hf.co:x",
                             "a/b/c/d", "a//b", "a\\b"}) {
        CAPTURE(text);
        CHECK_FALSE(is_bare_path(text));
    }
}

TEST_CASE("git_url: over ssh instead of https") {
    CHECK(ssh_form("https://huggingface.co/acme/model") == "git@hf.co:acme/model");
    CHECK(ssh_form("https://alice:token@hf.co/datasets/acme/x.git") == "git@hf.co:datasets/acme/x");
    CHECK_FALSE(ssh_form("https://github.com/acme/model"));
    CHECK_FALSE(ssh_form("https://hf.co"));
    CHECK_FALSE(ssh_form("https://hf.co/a/b/c/d"));
    CHECK_FALSE(ssh_form("git@hf.co:acme/model"));
}

TEST_CASE("git_url: a token is not shown") {
    CHECK(without_password("https://alice:hf_x@hf.co/a/b") == "https://alice:...@hf.co/a/b");
    CHECK(without_password("https://alice:p@ss@hf.co/a/b") == "https://alice:...@hf.co/a/b");
    CHECK(without_password("https://hf_token@hf.co/a/b") == "https://...@hf.co/a/b");
    for (const char* url : {"", "https://alice@hf.co/a/b", "ssh://git@hf.co:22/a", "git@hf.co:a/b",
                            "https://hf.co/a:b@c", "https://hf.co"}) {
        CHECK(without_password(url) == url);
    }
}

TEST_CASE("git_url: the words are read back as they were meant") {
    const auto url = read_git_url("ssh://git@hf.co:22/ac'me/mo!del");
    REQUIRE(url);
    const auto words = ssh_words(*url);
    CHECK(words[3] == "22");
    CHECK(words[4] == "git@hf.co");
    const auto command = hfssh::hub::read_remote_command({words.back()});
    CHECK(command.service == hfssh::hub::Service::upload_pack);
    REQUIRE(command.repository);
    CHECK(command.repository->path() == "ac'me/mo!del");
}

TEST_CASE("git_url: the same name elsewhere") {
    using hfssh::manage::namesakes;
    using Paths = std::vector<std::string>;
    CHECK(namesakes("acme/corpus") == Paths{"datasets/acme/corpus", "spaces/acme/corpus"});
    CHECK(namesakes("/acme/corpus.git") == Paths{"datasets/acme/corpus", "spaces/acme/corpus"});
    CHECK(namesakes("datasets/acme/x") == Paths{"acme/x", "spaces/acme/x"});
    CHECK(namesakes("spaces/acme/x") == Paths{"acme/x", "datasets/acme/x"});
    CHECK(namesakes("gpt2") == Paths{"datasets/gpt2", "spaces/gpt2"});
    CHECK(namesakes("a/b/c/d").empty());
    CHECK(namesakes("").empty());
}
