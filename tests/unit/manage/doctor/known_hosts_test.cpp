#include "manage/doctor/doctor.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;

TEST_CASE("what ssh-keygen -F finds") {
    const auto lines = read_found_lines(
        "# Host hf.co found: line 1 \nHF.co,x ssh-ed25519 AAAA comment\n"
        "# Host hf.co found: line 12 REVOKED\n@revoked hf.co ssh-rsa BBBB\n"
        "# Host hf.co found: line 13 \n|1|c2FsdA==|aGFzaA== ssh-rsa CCCC\r\n"
        "# Host hf.co found: line 14 \n*.co,!x ssh-rsa DDDD\n"
        "# Host hf.co found: line 15 CA\n@cert-authority *.co ssh-rsa EEEE\n",
        "hf.co");
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].number == 1);
    CHECK(lines[0].name == "hf.co");
    CHECK(lines[0].type == "ssh-ed25519");
    CHECK(lines[0].base64 == "AAAA");
    CHECK(lines[1].number == 12);
    CHECK(lines[1].marker == "@revoked");
    CHECK(lines[1].name.empty());
    CHECK(lines[2].name == "hf.co");
    CHECK(lines[3].name.empty());
    CHECK(lines[4].marker == "@cert-authority");
}

TEST_CASE("other output finds nothing") {
    CHECK(read_found_lines("", "hf.co").empty());
    CHECK(read_found_lines("hf.co ssh-ed25519 AAAA\n", "hf.co").empty());
    CHECK(read_found_lines("# Host hf.co found: line 1 \nshort\n", "hf.co").empty());
    CHECK(read_found_lines("# Host hf.co found: line x \nhf.co t k\n", "hf.co").empty());
}
