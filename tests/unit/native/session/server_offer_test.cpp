#include "native/session/server_offer.hpp"

#include <doctest/doctest.h>

#include <string>

#include "hfssh/identity/wire.hpp"
#include "native/session/clear_packet.hpp"

using namespace hfssh::native;
using hfssh::identity::wire_string;

namespace {

std::string kexinit(const std::string& host_keys, const std::string& exchanges = "a,b") {
    std::string payload = "\x14" + std::string(16, 'c') + wire_string(exchanges);
    payload += wire_string(host_keys);
    for (int i = 0; i < 8; ++i)
        payload += wire_string("x");
    return payload + std::string(5, '\0');
}

std::string offer(const std::string& host_keys) {
    return "SSH-2.0-Server_1 comment\r\n" + write_clear_packet(kexinit(host_keys));
}

OfferProblem problem_of(const std::string& received) {
    const auto read = read_server_offer(received);
    REQUIRE(std::holds_alternative<OfferProblem>(read));
    return std::get<OfferProblem>(read);
}

}  // namespace

TEST_CASE("a packet in clear") {
    for (std::size_t length = 1; length < 40; ++length) {
        const std::string payload = "\x14" + std::string(length - 1, 'p');
        const std::string packet = write_clear_packet(payload);
        CHECK(packet.size() % 8 == 0);
        const std::string received = packet + "more";
        const auto read = read_clear_packet(received);
        REQUIRE(std::holds_alternative<ClearPacket>(read));
        CHECK(std::get<ClearPacket>(read).payload == payload);
        CHECK(std::get<ClearPacket>(read).message == 20);
        CHECK(std::get<ClearPacket>(read).length == packet.size());
        for (std::size_t cut = 0; cut < packet.size(); ++cut) {
            const auto part = read_clear_packet(std::string_view(packet).substr(0, cut));
            REQUIRE(std::holds_alternative<PacketProblem>(part));
            CHECK(std::get<PacketProblem>(part) == PacketProblem::incomplete);
        }
    }
    for (const std::string& bad : {
             std::string("\xff\xff\xff\xff\x04zz", 7),  // too long
             std::string("\0\0\0\x0b\x04zz", 7),        // not in blocks
             std::string("\0\0\0\x0c\x03zz", 7),        // too little padding
             std::string("\0\0\0\x0c\x0bzz", 7),        // no payload
             std::string("\0\0\0\x04\x04zz", 7),        // likewise
         }) {
        const auto read = read_clear_packet(bad);
        REQUIRE(std::holds_alternative<PacketProblem>(read));
        CHECK(std::get<PacketProblem>(read) == PacketProblem::broken);
    }
}

TEST_CASE("a server's version line and SSH_MSG_KEXINIT") {
    const std::string whole = offer("ssh-ed25519,rsa-sha2-512");
    const std::string received = whole + "and more";
    const auto read = read_server_offer(received);
    REQUIRE(std::holds_alternative<ServerOffer>(read));
    const auto& found = std::get<ServerOffer>(read);
    CHECK(found.version == "SSH-2.0-Server_1 comment");
    CHECK(found.kexinit == kexinit("ssh-ed25519,rsa-sha2-512"));
    CHECK(found.key_exchanges == std::vector<std::string>{"a", "b"});
    CHECK(found.host_key_algorithms == std::vector<std::string>{"ssh-ed25519", "rsa-sha2-512"});
    CHECK(found.length == whole.size());
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        CHECK(problem_of(whole.substr(0, cut)) == OfferProblem::incomplete);
}

TEST_CASE("what may stand around the offer") {
    const std::string packet = write_clear_packet(kexinit("ssh-rsa"));
    const std::string ignore = write_clear_packet("\x02" + wire_string("x"));
    for (const std::string& received : {
             "welcome\r\nto this\nserver\n\nSSH-2.0-x\r\n" + packet,
             "SSH-2.0-x\n" + packet,
             "SSH-1.99-x\r\n" + packet,
             "SSH-2.0-x\r\n" + ignore + ignore + packet,
         }) {
        CHECK(std::holds_alternative<ServerOffer>(read_server_offer(received)));
    }
    CHECK(std::get<ServerOffer>(read_server_offer(offer(""))).host_key_algorithms.empty());
}

TEST_CASE("what is no offer") {
    const std::string version = "SSH-2.0-x\r\n";
    CHECK(problem_of(std::string(9000, 'x')) == OfferProblem::not_ssh);
    CHECK(problem_of("SSH-2.0-" + std::string(300, 'x')) == OfferProblem::not_ssh);
    std::string chatter;
    for (int i = 0; i < 2000; ++i)
        chatter += "a line that goes on and on and on and on\n";
    CHECK(problem_of(chatter) == OfferProblem::not_ssh);
    CHECK(problem_of("SSH-1.5-x\n") == OfferProblem::old_protocol);
    CHECK(problem_of("SSH-3.0-x\n") == OfferProblem::old_protocol);
    CHECK(problem_of(version + write_clear_packet("\x01" + std::string(12, '\0'))) ==
          OfferProblem::disconnected);
    CHECK(problem_of(version + "rubbish rubbish rubbish") == OfferProblem::broken);
    CHECK(problem_of(version + write_clear_packet("\x15")) == OfferProblem::broken);
    for (const std::string& payload :
         {kexinit("a,,b"), kexinit(","), kexinit("a b"), kexinit(std::string("a\0b", 3)),
          kexinit("a\n"), kexinit("a") + "left over", std::string("\x14"),
          kexinit("a").substr(0, 60)}) {
        CHECK(problem_of(version + write_clear_packet(payload)) == OfferProblem::broken);
    }
    // It never ends, and never offers.
    std::string endless = version;
    while (endless.size() < longest_offer + 70000)
        endless += write_clear_packet("\x02" + wire_string(std::string(30000, 'x')));
    CHECK(problem_of(endless) == OfferProblem::broken);
}

TEST_CASE("types of host keys behind signature algorithms") {
    const auto types = offered_types({"rsa-sha2-512", "rsa-sha2-256", "ecdsa-sha2-nistp256",
                                      "ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519",
                                      "made-up@example.com", "ssh-ed25519"});
    REQUIRE(types.size() == 5);
    CHECK(types[0].type == "ssh-rsa");
    CHECK(types[0].algorithms ==
          std::vector<std::string>{"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"});
    CHECK(types[1].type == "ecdsa-sha2-nistp256");
    CHECK(types[2].is_certificate);
    CHECK_FALSE(types[2].is_known);
    CHECK(types[3].type == "ssh-ed25519");
    CHECK_FALSE(types[3].is_certificate);
    CHECK(types[3].is_known);
    CHECK_FALSE(types[4].is_known);
    CHECK_FALSE(types[4].is_certificate);
    CHECK(offered_types({}).empty());
}
