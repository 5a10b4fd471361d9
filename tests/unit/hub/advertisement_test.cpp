#include "hfssh/hub/greeting.hpp"

#include <doctest/doctest.h>

using namespace hfssh::hub;
using namespace std::string_literals;

namespace {

const std::string name(40, 'a');
const std::string long_name(64, '0');

std::string line(const std::string& payload) {
    constexpr const char* digits = "0123456789abcdef";
    const std::size_t length = payload.size() + 4;
    std::string head;
    for (const std::size_t shift : {12U, 8U, 4U, 0U})
        head += digits[(length >> shift) & 15U];
    return head + payload;
}

Advertisement::Kind kind(const std::string& output) {
    return read_advertisement(output).kind;
}

}  // namespace

TEST_CASE("advertisement: references") {
    using Kind = Advertisement::Kind;
    CHECK(kind(line(name + " HEAD\0multi_ack"s) + "0000") == Kind::references);
    CHECK(kind(line(long_name + " refs/heads/main\0x\n"s)) == Kind::references);
    CHECK(kind(line(std::string(40, '0') + " capabilities^{}\0x"s) + "0000") == Kind::references);
    CHECK(kind(line("version 2\n")) == Kind::references);
    CHECK(kind(line("version 1")) == Kind::references);
    CHECK(kind("0000") == Kind::references);
    // Cut off behind the name.
    CHECK(kind(line(name + " HEAD\0multi_ack"s).substr(0, 50)) == Kind::references);
}

TEST_CASE("advertisement: an error") {
    const Advertisement found = read_advertisement(line("ERR Repository not found\n"));
    CHECK(found.kind == Advertisement::Kind::error);
    CHECK(found.error == "Repository not found");
}

TEST_CASE("advertisement: anything else") {
    using Kind = Advertisement::Kind;
    for (const std::string& output :
         {""s, "0"s, "000"s, "0001"s, "0004"s, "zzzz"s, "-004"s, "+00a ERR x"s, "0x1fERR x"s,
          "Hi alice, welcome to Hugging Face.\n"s, line("version 9"), line(name),
          line(std::string(41, 'a') + " HEAD"), line(std::string(39, 'a') + " HEAD"), line("ERRNO"),
          name + " HEAD"}) {
        CAPTURE(output);
        CHECK(kind(output) == Kind::none);
    }
}
