#include "hfssh/manage/command/options.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;
namespace manage = hfssh::manage;

TEST_CASE("values: a fingerprint") {
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

TEST_CASE("values: a pattern") {
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

TEST_CASE("seconds: how long to wait") {
    using std::chrono::seconds;
    CHECK(manage::read_seconds(std::nullopt, seconds(7)) == seconds(7));
    CHECK(manage::read_seconds("1", seconds(7)) == seconds(1));
    CHECK(manage::read_seconds("86400", seconds(7)) == seconds(86400));
    for (const char* text :
         {"", "0", "-1", "86401", "1s", " 1", "1.5", "99999999999999999999", "x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)manage::read_seconds(text, seconds(7)), manage::UsageError);
    }
}
