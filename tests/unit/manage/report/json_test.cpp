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

TEST_CASE("json: what is not UTF-8 is replaced") {
    CHECK(Json("caf\xe9").dump() == "\"caf\xEF\xBF\xBD\"");
}
