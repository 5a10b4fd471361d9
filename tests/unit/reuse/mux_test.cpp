#include "hfssh/reuse/mux.hpp"

#include <doctest/doctest.h>

namespace hfssh::reuse {
namespace {

std::string number(unsigned char last) {
    return std::string(3, '\0') + static_cast<char>(last);
}

const std::string opened = std::string("\x80\0\0\x06", 4);

TEST_CASE("messages are taken one by one") {
    bool broken = false;
    std::string bytes =
        number(12) + opened + number(0) + number(7) + number(8) + number(1) + number(4) + "\0\0";
    const auto first = take_message(bytes, broken);
    REQUIRE(first);
    CHECK(first->type == Message::session_opened);
    CHECK(first->second == 7);
    const auto second = take_message(bytes, broken);
    REQUIRE(second);
    CHECK(second->type == Message::hello);
    CHECK(second->first == 4);
    CHECK(!take_message(bytes, broken));
    CHECK(!broken);
}

TEST_CASE("a message that is not there yet is waited for") {
    const std::string whole = number(8) + opened + number(3);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        bool broken = true;
        std::string bytes = whole.substr(0, length);
        CHECK(!take_message(bytes, broken));
        CHECK(!broken);
        CHECK(bytes.size() == length);
    }
}

TEST_CASE("a length that cannot be is no message") {
    for (const std::string& bytes : {number(3) + "abc", std::string("\xff\xff\xff\xff", 4)}) {
        bool broken = false;
        std::string rest = bytes;
        CHECK(!take_message(rest, broken));
        CHECK(broken);
        CHECK(rest.empty());
    }
}

TEST_CASE("no master, no connection") {
    const auto now = Mux::Clock::now();
    CHECK(!Mux::connect("/nonexistent/socket", now));
    CHECK(!Mux::connect(std::string(200, 'x'), now));
}

}  // namespace
}  // namespace hfssh::reuse
