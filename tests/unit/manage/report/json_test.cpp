#include "hfssh/manage/report/json.hpp"

#include <doctest/doctest.h>

using hfssh::manage::Json;

TEST_CASE("json: every kind of value") {
    CHECK(Json().dump() == "null");
    CHECK(Json(nullptr).is_null());
    CHECK(Json(true).dump() == "true");
    CHECK(Json(256).dump() == "256");
    CHECK(Json(-1L).dump() == "-1");
    CHECK(Json("a\"\n").dump() == R"("a\"\n")");
    CHECK(Json(std::string_view("x")).dump() == R"("x")");
    CHECK(Json::array().dump() == "[]");
    CHECK(Json(std::vector<std::string>{"a", "b"}).dump() == R"(["a","b"])");
    CHECK(Json::object().dump() == "{}");
    CHECK(Json::array({"a", 1, nullptr}).dump() == R"(["a",1,null])");
}

TEST_CASE("json: a list of names and values is an object, in that order") {
    const Json json = {{"b", 1}, {"a", {{"c", nullptr}}}, {"list", Json::array({"x", "y"})}};
    CHECK(json.dump() == R"({"b":1,"a":{"c":null},"list":["x","y"]})");
    const Json list = {"a", "b"};
    CHECK(list.dump() == R"(["a","b"])");
}

TEST_CASE("json: grown bit by bit") {
    Json json;
    json["b"] = 1;
    json["a"].push_back("x");
    json["b"] = 2;
    CHECK(json.dump() == R"({"b":2,"a":["x"]})");
    json.update({{"b", 3}, {"c", 4}});
    CHECK(json.dump(2) == "{\n  \"b\": 3,\n  \"a\": [\n    \"x\"\n  ],\n  \"c\": 4\n}");
    CHECK(json.items().size() == 3);
    CHECK(Json("x").items().empty());
}

TEST_CASE("json: ASCII alone, so that a terminal shows what is there") {
    struct Row {
        const char* text;
        const char* json;
    };
    for (const Row& row : {
             Row{"\x1b[2J", R"("\u001b[2J")"}, Row{"a\x7f", R"("a\u007f")"},  // DEL
             Row{"\xC2\x9B", R"("\u009b")"},                                  // C1: CSI
             Row{"\xE2\x80\xAE", R"("\u202e")"},                    // right-to-left override
             Row{"\xE2\x81\xA6", R"("\u2066")"},                    // isolate
             Row{"\xE2\x80\x8F", R"("\u200f")"},                    // right-to-left mark
             Row{"\xD8\x9C", R"("\u061c")"},                        // Arabic letter mark
             Row{"\xE2\x80\xA8\xE2\x80\xA9", R"("\u2028\u2029")"},  // separators
             Row{"caf\xC3\xA9", R"("caf\u00e9")"},
             Row{"caf\xe9", R"("caf\ufffd")"},  // invalid UTF-8
         }) {
        CHECK(Json(row.text).dump() == row.json);
    }
    const Json name = {{"\xE2\x80\xAE", 1}};
    CHECK(name.dump() == R"({"\u202e":1})");
}
