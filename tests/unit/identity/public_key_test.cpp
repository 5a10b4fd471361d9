#include "hfssh/identity/public_key.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "hfssh/hub/wire.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::hub::wire_string;
using hfssh::test::make_key;

namespace {

std::string ed25519_blob(std::size_t length = 32) {
    return wire_string("ssh-ed25519") + wire_string(std::string(length, 'k'));
}

std::string rsa_blob(const std::string& modulus) {
    return wire_string("ssh-rsa") + wire_string("\x01\x00\x01") + wire_string(modulus);
}

PublicLine read_made(const hfssh::test::TempDirectory& directory, const std::string& name) {
    const auto line = read_public_file(directory.read(name));
    REQUIRE(line);
    return *line;
}

}  // namespace

TEST_CASE("public key: what ssh-keygen makes") {
    struct Row {
        std::vector<std::string> options;
        Algorithm algorithm;
        int bits;
        const char* type;
    };
    const std::array rows = {
        Row{{"-t", "ed25519"}, Algorithm::ed25519, 256, "ssh-ed25519"},
        Row{{"-t", "ecdsa", "-b", "256"}, Algorithm::ecdsa, 256, "ecdsa-sha2-nistp256"},
        Row{{"-t", "ecdsa", "-b", "384"}, Algorithm::ecdsa, 384, "ecdsa-sha2-nistp384"},
        Row{{"-t", "ecdsa", "-b", "521"}, Algorithm::ecdsa, 521, "ecdsa-sha2-nistp521"},
        Row{{"-t", "rsa", "-b", "2048"}, Algorithm::rsa, 2048, "ssh-rsa"},
        Row{{"-t", "rsa", "-b", "1024"}, Algorithm::rsa, 1024, "ssh-rsa"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.type);
        const hfssh::test::TempDirectory directory;
        make_key(directory / "id", row.options, "", "a comment of words");
        const PublicLine line = read_made(directory, "id.pub");
        CHECK(line.key.algorithm == row.algorithm);
        CHECK(line.key.bits == row.bits);
        CHECK(line.key.type == row.type);
        CHECK(line.comment == "a comment of words");
        CHECK_FALSE(line.key.is_certificate());
        CHECK_FALSE(line.key.is_hardware());
        CHECK(line.key.fingerprint() == hfssh::test::keygen_fingerprint(directory / "id.pub"));
        CHECK(public_file_text(line.key, line.comment) == directory.read("id.pub"));
    }
}

TEST_CASE("public key: a certificate stands for the key in it") {
    for (const char* type : {"ed25519", "ecdsa", "rsa"}) {
        CAPTURE(type);
        const hfssh::test::TempDirectory directory;
        make_key(directory / "ca");
        make_key(directory / "id", {"-t", type});
        (void)hfssh::test::run({"ssh-keygen", "-q", "-s", directory / "ca", "-I", "me", "-n", "git",
                                "-V", "+1h", directory / "id.pub"});
        const PublicLine plain = read_made(directory, "id.pub");
        const PublicLine certificate = read_made(directory, "id-cert.pub");
        CHECK(certificate.key.is_certificate());
        CHECK(certificate.key.plain() == plain.key.blob);
        CHECK(certificate.key.fingerprint() == plain.key.fingerprint());
        CHECK(certificate.key.bits == plain.key.bits);

        // No piece of it is a key, and nothing may follow it.
        const std::string& blob = certificate.key.blob;
        for (std::size_t length = 0; length < blob.size(); ++length) {
            CHECK_FALSE(read_public_key(std::string_view(blob).substr(0, length)));
        }
        CHECK_FALSE(read_public_key(blob + '\0'));
    }
}

TEST_CASE("public key: a host's certificate is no identity") {
    const hfssh::test::TempDirectory directory;
    make_key(directory / "ca");
    make_key(directory / "id");
    (void)hfssh::test::run(
        {"ssh-keygen", "-q", "-h", "-s", directory / "ca", "-I", "h", directory / "id.pub"});
    CHECK_FALSE(read_public_file(directory.read("id-cert.pub")));
}

TEST_CASE("public key: security keys") {
    const std::string point = "\x04" + std::string(64, 'q');
    const auto ed25519 = read_public_key(wire_string("sk-ssh-ed25519@openssh.com") +
                                         wire_string(std::string(32, 'k')) + wire_string("ssh:"));
    REQUIRE(ed25519);
    CHECK(ed25519->is_hardware());
    CHECK(ed25519->algorithm == Algorithm::ed25519_sk);
    const auto ecdsa =
        read_public_key(wire_string("sk-ecdsa-sha2-nistp256@openssh.com") +
                        wire_string("nistp256") + wire_string(point) + wire_string("ssh:hf"));
    REQUIRE(ecdsa);
    CHECK(ecdsa->is_hardware());
    CHECK_FALSE(read_public_key(wire_string("sk-ssh-ed25519@openssh.com") +
                                wire_string(std::string(32, 'k'))));
}

TEST_CASE("public key: a type that only ssh may know") {
    // OpenSSH 10.5, PROTOCOL: a composite of ML-DSA-44 and Ed25519.
    const auto key = read_public_key(wire_string("ssh-mldsa44-ed25519@openssh.com") +
                                     wire_string(std::string(1312 + 32, 'm')));
    REQUIRE(key);
    CHECK(key->algorithm == Algorithm::other);
    CHECK(key->type == "ssh-mldsa44-ed25519@openssh.com");
    CHECK(key->label() == "MLDSA44-ED25519");
    CHECK(key->bits == 0);
    CHECK_FALSE(key->is_certificate());
    CHECK(read_public_file(public_file_text(*key, "mine"))->comment == "mine");
}

TEST_CASE("public key: blobs that are none") {
    const std::string good_modulus = std::string(1, '\0') + std::string(256, '\xc5');
    CHECK(read_public_key(ed25519_blob()));
    CHECK(read_public_key(rsa_blob(good_modulus)));
    const std::array<std::string, 17> none = {
        std::string(),
        std::string(3, '\0'),
        std::string("\xff\xff\xff\xffssh-ed25519", 15),
        ed25519_blob(31),
        ed25519_blob(33),
        ed25519_blob() + "x",
        wire_string("ssh-ed448"),  // of an unknown type, and cut short
        wire_string("ssh-ed448") + wire_string(std::string(57, 'k')) + "x",
        wire_string("ssh ed448") + wire_string(std::string(57, 'k')),
        wire_string("ssh-ed448-cert-v01@openssh.com") + wire_string(std::string(57, 'k')),
        rsa_blob(""),
        rsa_blob(std::string(256, '\xc5')),                         // negative
        rsa_blob(std::string(2, '\0') + std::string(256, '\xc5')),  // not the shortest form
        rsa_blob(std::string(1, '\0')),                             // zero
        rsa_blob("\x7f" + std::string(2048, 'n')),                  // above 16384 bits
        wire_string("ecdsa-sha2-nistp256") + wire_string("nistp384") +
            wire_string("\x04" + std::string(64, 'q')),
        wire_string("ecdsa-sha2-nistp256") + wire_string("nistp256") +
            wire_string("\x02" + std::string(64, 'q')),
    };
    for (const std::string& blob : none)
        CHECK_FALSE(read_public_key(blob));
}

TEST_CASE("public key: lines and files") {
    const auto key = read_public_key(ed25519_blob());
    REQUIRE(key);
    const std::string line = public_file_text(*key, "");
    const std::string bare = line.substr(0, line.size() - 1);
    const std::string base64 = bare.substr(bare.find(' ') + 1);

    CHECK(read_public_line(bare));
    CHECK(read_public_line("  " + bare + "\t"));
    CHECK(read_public_line(bare + " a  b \r\n")->comment == "a  b");
    CHECK_FALSE(read_public_line(""));
    CHECK_FALSE(read_public_line("ssh-ed25519"));
    CHECK_FALSE(read_public_line("ssh-ed25519 !!!"));
    CHECK_FALSE(read_public_line("ssh-rsa " + base64));
    CHECK_FALSE(read_public_line("restrict " + bare));

    CHECK(read_public_file("# mine\r\n\r\n" + bare + " me\r\n")->comment == "me");
    CHECK(read_public_file("no key\n" + bare));
    CHECK_FALSE(read_public_file("-----BEGIN RSA PRIVATE KEY-----\n" + bare));
    CHECK(public_file_text(*key, "two\nlines") == line);
}
