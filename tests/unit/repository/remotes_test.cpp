#include "hfssh/repository/remotes.hpp"

#include <doctest/doctest.h>

using namespace hfssh::repository;

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

// "name: URLS > PUSH-URLS" of each.
std::string read(const Configuration& configuration, std::string_view branch = "main") {
    std::string text;
    for (const Remote& remote : remotes_of(configuration, branch)) {
        text += (text.empty() ? "" : "; ") + remote.name + ": " + joined(remote.urls) + " > " +
                joined(remote.push_urls);
    }
    return text;
}

}  // namespace

TEST_CASE("repository_remotes: names and URLs") {
    CHECK(read({}).empty());
    CHECK(read({{"remote.origin.url", "a"}}) == "origin: a > a");
    CHECK(read({{"remote.origin.url", "a"}, {"remote.origin.url", "b"}}) == "origin: a b > a b");
    CHECK(read({{"remote.a.b.url", "x"}}) == "a.b: x > x");
    CHECK(read({{"remote.Origin.url", "x"}, {"remote.origin.url", "y"}}) ==
          "origin: y > y; Origin: x > x");
    CHECK(
        read({{"remote.pushdefault", "x"}, {"remote..url", "y"}, {"remote./x.url", "z"}}).empty());
    CHECK(read({{"remote.x.fetch", "+refs/*:refs/*"}}) == "x:  > ");
    CHECK(read({{"remote.x.url", "a"}, {"remote.x.url", ""}, {"remote.x.url", "b"}}) == "x: b > b");
}

TEST_CASE("repository_remotes: the branch's own remote is first") {
    const Configuration two = {{"remote.a.url", "1"},
                               {"remote.origin.url", "2"},
                               {"remote.b.url", "3"},
                               {"branch.topic.remote", "b"}};
    CHECK(read(two) == "origin: 2 > 2; a: 1 > 1; b: 3 > 3");
    CHECK(read(two, "topic") == "b: 3 > 3; a: 1 > 1; origin: 2 > 2");
    CHECK(read(two, "") == "origin: 2 > 2; a: 1 > 1; b: 3 > 3");
    CHECK(default_remote(two, "topic") == "b");
    CHECK(default_remote(two, "") == "origin");
}

TEST_CASE("repository_remotes: insteadOf, the longest that fits") {
    const Configuration rules = {{"url.git@hf.co:.insteadof", "https://huggingface.co/"},
                                 {"url.git@hf.co:.insteadof", "hf:"},
                                 {"url.git@hf.co:datasets/.insteadof", "hf:data/"},
                                 {"url.ssh://other/.insteadof", "hf:"}};
    CHECK(rewrite(rules, "https://huggingface.co/acme/model") == "git@hf.co:acme/model");
    CHECK(rewrite(rules, "hf:acme/model") == "git@hf.co:acme/model");
    CHECK(rewrite(rules, "hf:data/acme/x") == "git@hf.co:datasets/acme/x");
    CHECK(rewrite(rules, "HF:acme/model") == "HF:acme/model");
    CHECK(rewrite({}, "x") == "x");
    CHECK(rewrite({{"url.p:.insteadof", ""}}, "x") == "p:x");
}

TEST_CASE("repository_remotes: pushInsteadOf counts only where there is no pushurl") {
    Configuration configuration = {{"url.git@hf.co:.pushinsteadof", "https://huggingface.co/"},
                                   {"remote.o.url", "https://huggingface.co/acme/model"},
                                   {"remote.o.url", "https://example.org/copy"}};
    CHECK(read(configuration) ==
          "o: https://huggingface.co/acme/model https://example.org/copy > git@hf.co:acme/model");
    configuration.push_back({"remote.o.pushurl", "https://huggingface.co/a/b"});
    configuration.push_back({"remote.o.pushurl", "hf:c/d"});
    configuration.push_back({"url.git@hf.co:.insteadof", "hf:"});
    CHECK(read(configuration) ==
          "o: https://huggingface.co/acme/model https://example.org/copy > "
          "https://huggingface.co/a/b git@hf.co:c/d");
}

TEST_CASE("repository_remotes: relative URLs of submodules") {
    CHECK(resolve_relative("git@hf.co:acme/model", "../other") == "git@hf.co:acme/other");
    CHECK(resolve_relative("git@hf.co:acme/model/", "../other/") == "git@hf.co:acme/other");
    CHECK(resolve_relative("git@hf.co:acme/model", "../../bob/x") == "git@hf.co:bob/x");
    CHECK(resolve_relative("git@hf.co:model", "../x") == "git@hf.co:x");
    CHECK(resolve_relative("ssh://git@hf.co/acme/model", "../x") == "ssh://git@hf.co/acme/x");
    CHECK(resolve_relative("git@hf.co:acme/model", "./x") == "git@hf.co:acme/model/x");
    CHECK(resolve_relative("git@hf.co:acme/model", "./../x") == "git@hf.co:acme/x");
    CHECK(resolve_relative("/srv/model", "../x") == "/srv/x");
    CHECK(resolve_relative("git@hf.co:a/b", "https://x/y") == "https://x/y");
    CHECK(resolve_relative("git@hf.co:a/b", "..") == "..");
    CHECK(resolve_relative("model", "../../x").empty());
}
