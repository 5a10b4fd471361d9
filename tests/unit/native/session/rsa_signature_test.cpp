#include "native/session/rsa_signature.hpp"

#include <doctest/doctest.h>

#include <string>

#include "hfssh/identity/wire.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::native;
using hfssh::identity::wire_string;
using hfssh::identity::WireReader;
using hfssh::test::TempDirectory;

namespace {

// A signature by the real ssh-keygen (OpenSSH's PROTOCOL.sshsig), and what it is of.
struct Signed {
    std::string host_key;
    std::string data;
    std::string signature;
};

Signed sign(const TempDirectory& directory, const std::string& algorithm) {
    hfssh::test::make_key(directory / "key", {"-t", "rsa", "-b", "2048"});
    directory.write("text", "hello");
    (void)hfssh::test::run({"ssh-keygen", "-Y", "sign", "-q", "-n", "test", "-O", "hashalg=sha256",
                            "-f", directory / "key", directory / "text"});
    std::string base64;
    const std::string armoured = directory.read("text.sig");
    for (const std::string_view line : hfssh::system::lines(armoured)) {
        if (!line.starts_with("-----")) base64 += line;
    }
    const std::string blob = hfssh::system::base64_decode(base64).value();
    WireReader reader(std::string_view(blob).substr(6));
    (void)reader.uint32();
    Signed result;
    result.host_key = reader.string();
    const std::string name_space(reader.string());
    const std::string reserved(reader.string());
    const std::string hash(reader.string());
    result.signature = reader.string();
    REQUIRE(reader.finished());
    REQUIRE(WireReader(result.signature).string() == algorithm);
    result.data = "SSHSIG" + wire_string(name_space) + wire_string(reserved) + wire_string(hash) +
                  wire_string(hfssh::system::sha256("hello"));
    return result;
}

}  // namespace

TEST_CASE("an RSA signature is of one key, one text and one algorithm") {
    const TempDirectory directory;
    const Signed good = sign(directory, "rsa-sha2-512");
    CHECK(is_rsa_signature("rsa-sha2-512", good.host_key, good.data, good.signature));
    SUBCASE("another text") {
        CHECK_FALSE(
            is_rsa_signature("rsa-sha2-512", good.host_key, good.data + "x", good.signature));
    }
    SUBCASE("another key") {
        const TempDirectory elsewhere;
        const Signed other = sign(elsewhere, "rsa-sha2-512");
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", other.host_key, good.data, good.signature));
    }
    SUBCASE("another algorithm") {
        CHECK_FALSE(is_rsa_signature("rsa-sha2-256", good.host_key, good.data, good.signature));
        CHECK_FALSE(is_rsa_signature("ssh-rsa", good.host_key, good.data, good.signature));
        CHECK_FALSE(is_rsa_signature("", good.host_key, good.data, good.signature));
    }
    SUBCASE("any bit turned") {
        for (std::size_t i = 0; i < good.signature.size(); i += 7) {
            std::string bad = good.signature;
            bad[i] = static_cast<char>(bad[i] ^ 1);
            CHECK_FALSE(is_rsa_signature("rsa-sha2-512", good.host_key, good.data, bad));
        }
    }
    SUBCASE("something left over, cut short, or nothing") {
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", good.host_key, good.data,
                                     good.signature + std::string(1, '\0')));
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", good.host_key, good.data,
                                     good.signature.substr(0, 40)));
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", good.host_key, good.data, ""));
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", good.host_key, good.data,
                                     wire_string("rsa-sha2-512") + wire_string("")));
        CHECK_FALSE(is_rsa_signature("rsa-sha2-512", "", good.data, good.signature));
    }
    SUBCASE("a key of absurd size") {
        const std::string modulus = std::string(1, '\0') + std::string(3000, '\xff');
        const std::string key = wire_string("ssh-rsa") + wire_string("\x03") + wire_string(modulus);
        CHECK_FALSE(
            is_rsa_signature("rsa-sha2-512", key, good.data,
                             wire_string("rsa-sha2-512") + wire_string(std::string(3000, 'x'))));
    }
}

TEST_CASE("SSH_MSG_KEX_ECDH_REPLY") {
    const std::string whole =
        "\x1f" + wire_string("key") + wire_string("point") + wire_string("signature");
    const auto reply = read_kex_reply(whole);
    REQUIRE(reply);
    CHECK(reply->host_key == "key");
    CHECK(reply->server_public == "point");
    CHECK(reply->signature == "signature");
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK_FALSE(read_kex_reply(whole.substr(0, length)));
    CHECK_FALSE(read_kex_reply(whole + "x"));
    CHECK_FALSE(read_kex_reply("\x1e" + whole.substr(1)));
}
