#include "hfssh/manage/command/identity_word.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;

TEST_CASE("identity_word: a fingerprint") {
    const std::string good = "SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao";
    CHECK(normal_fingerprint(good) == good);
    CHECK(normal_fingerprint(good + "=") == good);
    for (const std::string& text :
         {std::string(), std::string("SHA256:"), good.substr(0, 49), good + "A",
          good + "==", "sha256:" + good.substr(7), "MD5:" + good.substr(7), good + "\n",
          good.substr(0, 49) + "p"}) {
        CAPTURE(text);
        CHECK_FALSE(normal_fingerprint(text));
    }
}

TEST_CASE("identity_word: a pattern") {
    CHECK(normal_pattern("acme") == "acme");
    CHECK(normal_pattern("/acme/model.git") == "acme/model");
    CHECK(normal_pattern("datasets/acme") == "datasets/acme");
    CHECK(normal_pattern("datasets/acme/corpus/") == "datasets/acme/corpus");
    for (const char* text : {"", "/", "datasets", "spaces", "a/b/c/d", "a//b", "..", "acme/*",
                             "ac?me", "git@hf.co:acme/model", "a b", "a\nb", "a\"b"}) {
        CAPTURE(text);
        CHECK_FALSE(normal_pattern(text));
    }
}
