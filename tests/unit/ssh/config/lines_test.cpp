#include "hfssh/ssh/config/lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hfssh::ssh;
using namespace std::string_view_literals;
using Words = std::vector<std::string>;

namespace {

// "keyword|argument|argument", "" for a line that says nothing, "keyword|?" for an open quote.
std::string read(std::string_view text) {
    const auto line = read_config_line(text);
    if (!line) return "";
    std::string joined = line->keyword;
    const auto arguments = split_arguments(line->rest);
    if (!arguments) return joined + "|?";
    for (const std::string& argument : *arguments)
        joined += '|' + argument;
    return joined;
}

}  // namespace

TEST_CASE("config line: keyword and arguments") {
    CHECK(read("HostName hf.co") == "hostname|hf.co");
    CHECK(read("HOSTNAME\thf.co") == "hostname|hf.co");
    CHECK(read("HostName=hf.co") == "hostname|hf.co");
    CHECK(read("HostName = hf.co") == "hostname|hf.co");
    CHECK(read("HostName = =hf.co") == "hostname|=hf.co");
    CHECK(read("HostName hf.co=") == "hostname|hf.co=");
    CHECK(read(" \t HostName hf.co  ") == "hostname|hf.co");
    CHECK(read("=HostName hf.co") == "hostname|hf.co");
    CHECK(read("  = HostName hf.co") == "hostname|hf.co");
    CHECK(read("\rHostName\rhf.co") == "hostname|hf.co");
    CHECK(read("Host a  b\tc") == "host|a|b|c");
    CHECK(read("User") == "user");
    CHECK(read("HostName hf.co\r") == "hostname|hf.co");
    CHECK(read("HostName hf.co \f") == "hostname|hf.co");
    CHECK(read("HostName hf.co\0junk"sv) == "hostname|hf.co");
    CHECK(read("\fHostName hf.co") == "\fhostname|hf.co");
}

TEST_CASE("config line: nothing in it") {
    for (const std::string_view text : {"", "   ", "\t\r", "# comment", "  #HostName hf.co", "=",
                                        "\"HostName hf.co", "\0HostName hf.co"}) {
        INFO(std::string(text));
        CHECK(read(text).empty());
    }
}

TEST_CASE("config line: quotes, backslashes, comments") {
    CHECK(read("Host\"Name\" hf.co") == "hostname|hf.co");
    CHECK(read("\"HostName\"=hf.co") == "hostname|=hf.co");
    CHECK(read("HostName \"hf.co\"") == "hostname|hf.co");
    CHECK(read("HostName 'hf.co'") == "hostname|hf.co");
    CHECK(read("HostName h\"f.c\"o") == "hostname|hf.co");
    CHECK(read("HostName 'a \"b'") == "hostname|a \"b");
    CHECK(read("HostName \"\"") == "hostname|");
    CHECK(read("HostName a\\ b") == "hostname|a b");
    CHECK(read("HostName \"a\\ b\"") == "hostname|a\\ b");
    CHECK(read("HostName a\\\\b\\\"c\\'d\\e") == "hostname|a\\b\"c'd\\e");
    CHECK(read("HostName a\\") == "hostname|a\\");
    CHECK(read("HostName hf.co # comment") == "hostname|hf.co");
    CHECK(read("HostName hf.co#x") == "hostname|hf.co#x");
    CHECK(read("HostName '#x'") == "hostname|#x");
    CHECK(read("HostName \"hf.co") == "hostname|?");
    CHECK(read("HostName it's") == "hostname|?");
}

TEST_CASE("config line: Host patterns") {
    CHECK(host_patterns_match({"a"}, "a"));
    CHECK_FALSE(host_patterns_match({"a"}, "A"));
    CHECK(host_patterns_match({"b", "*.c?"}, "x.co"));
    CHECK(host_patterns_match({"!x", "*"}, "a"));
    CHECK_FALSE(host_patterns_match({"!x", "*"}, "x"));
    CHECK_FALSE(host_patterns_match({"*", "!x*"}, "xy"));
    CHECK_FALSE(host_patterns_match({"!x"}, "a"));
    CHECK_FALSE(host_patterns_match({}, "a"));
}
