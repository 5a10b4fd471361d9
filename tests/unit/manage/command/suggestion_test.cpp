#include "hfssh/manage/command/suggestion.hpp"

#include <doctest/doctest.h>

#include <string>

using hfssh::manage::nearest;

TEST_CASE("suggestion: the verb that was probably meant") {
    const std::vector<std::string_view> verbs = {"explain", "whoami", "keys", "use", "forget"};
    struct Row {
        std::string word;
        std::string meant;  // empty: none
    };
    const std::vector<Row> rows = {
        {"explian", "explain"},
        {"exp", "explain"},
        {"Explain", "explain"},
        {"who", "whoami"},
        {"whoam", "whoami"},
        {"whomai", "whoami"},
        {"key", "keys"},
        {"kyes", "keys"},
        {"forgot", "forget"},
        {"usr", "use"},
        {"us", "use"},
        {"fogret", "forget"},
        {"k", ""},
        {"", ""},
        {"banana", ""},
        {"--all", ""},
        {std::string(5000, 'k'), ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.word);
        CHECK(nearest(row.word, verbs).value_or("") == row.meant);
    }
    CHECK_FALSE(nearest("keys", {}));
}
