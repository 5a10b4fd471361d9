#include "hfssh/manage/access/question.hpp"

#include <doctest/doctest.h>

using hfssh::manage::namesakes;
using Paths = std::vector<std::string>;

TEST_CASE("access_question: the same name elsewhere") {
    CHECK(namesakes("acme/corpus") == Paths{"datasets/acme/corpus", "spaces/acme/corpus"});
    CHECK(namesakes("/acme/corpus.git") == Paths{"datasets/acme/corpus", "spaces/acme/corpus"});
    CHECK(namesakes("datasets/acme/x") == Paths{"acme/x", "spaces/acme/x"});
    CHECK(namesakes("spaces/acme/x") == Paths{"acme/x", "datasets/acme/x"});
    CHECK(namesakes("gpt2") == Paths{"datasets/gpt2", "spaces/gpt2"});
    CHECK(namesakes("a/b/c/d").empty());
    CHECK(namesakes("").empty());
}
