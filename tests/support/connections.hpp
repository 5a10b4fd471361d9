#pragma once

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <chrono>
#include <string>
#include <variant>

#include "hfssh/native/line/addresses.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::test {

// Listens on 127.0.0.1, or only holds the port.
class Port {
  public:
    explicit Port(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        socklen_t length = sizeof address;
        REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
        number_ = std::to_string(ntohs(address.sin_port));
        const timeval patience = {20, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (backlog >= 0) REQUIRE(::listen(socket_.get(), backlog) == 0);
    }
    [[nodiscard]] const std::string& number() const { return number_; }
    // Waits for twenty seconds at most.
    [[nodiscard]] system::UniqueFd accept() const {
        return system::UniqueFd(::accept(socket_.get(), nullptr, nullptr));
    }

  private:
    system::UniqueFd socket_;
    std::string number_;
};

inline native::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

inline native::Place at(const std::string& host, const std::string& port) {
    native::Place place;
    place.host = host;
    place.port = port;
    return place;
}

inline native::Unreached failure(const std::variant<native::Stream, native::Unreached>& result) {
    REQUIRE(std::holds_alternative<native::Unreached>(result));
    return std::get<native::Unreached>(result);
}

}  // namespace hfssh::test
