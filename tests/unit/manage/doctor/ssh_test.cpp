#include "manage/doctor/doctor.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;
using Kind = SshComplaint::Kind;

namespace {

// "kind|file|line|text", or "none".
std::string read(std::string_view words) {
    const auto complaint = read_ssh_complaint(words);
    if (!complaint) return "none";
    const char* kinds[] = {"line", "option", "permissions", "other"};
    return std::string(kinds[static_cast<int>(complaint->kind)]) + "|" + complaint->file + "|" +
           std::to_string(complaint->line) + "|" + complaint->text;
}

}  // namespace

TEST_CASE("ssh complaint: a line of a file") {
    CHECK(read("/h/.ssh/config: line 3: Bad configuration option: nonsense\r\n"
               "/h/.ssh/config: terminating, 1 bad configuration options\r\n") ==
          "line|/h/.ssh/config|3|Bad configuration option: nonsense");
    CHECK(read("/h/.ssh/config line 12: no argument after keyword \"port\"\r\n") ==
          "line|/h/.ssh/config|12|no argument after keyword \"port\"");
    CHECK(read("Missing Match criteria for banana\r\ncfg line 1: Bad Match condition\r\n") ==
          "line|cfg|1|Bad Match condition");
    CHECK(read("/a line 9 b/config: line 2: Bad") == "line|/a line 9 b/config|2|Bad");
    CHECK(read("/a line x/config line 2: Bad port 'abc'.") ==
          "line|/a line x/config|2|Bad port 'abc'.");
}

TEST_CASE("ssh complaint: an option") {
    CHECK(read("command-line: line 0: Bad configuration option: bad\r\n") ==
          "option|command-line|0|Bad configuration option: bad");
}

TEST_CASE("ssh complaint: who may write the file") {
    CHECK(read("Bad owner or permissions on /h/.ssh/config\r\n") ==
          "permissions|/h/.ssh/config|0|Bad owner or permissions on /h/.ssh/config");
}

TEST_CASE("ssh complaint: the rest") {
    CHECK(read("No user exists for uid 1234\r\n") == "other||0|No user exists for uid 1234");
    CHECK(read("\n\r\nfirst\nsecond\n") == "other||0|first");
    CHECK(read("on line 5 of it") == "other||0|on line 5 of it");
    CHECK(read(" line : x") == "other||0|line : x");
    CHECK(read(" line 99999999999999: x") == "other||0|line 99999999999999: x");
    CHECK(read("") == "none");
    CHECK(read(" \r\n\n") == "none");
}
