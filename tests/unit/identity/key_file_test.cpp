#include "hfssh/identity/key_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>

#include "hfssh/identity/stored_key.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::test::make_key;
using hfssh::test::TempDirectory;

namespace {

std::string with_crlf(const std::string& text) {
    std::string result;
    for (const char c : text)
        result += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return result;
}

StoredKey loaded(const std::string& path) {
    auto result = load_key(path);
    CAPTURE(path);
    REQUIRE(std::holds_alternative<StoredKey>(result));
    return std::get<StoredKey>(result);
}

NotStored not_loaded(const std::string& path) {
    auto result = load_key(path);
    CAPTURE(path);
    REQUIRE(std::holds_alternative<NotStored>(result));
    return std::get<NotStored>(result);
}

void certify(const TempDirectory& directory, const std::string& name) {
    if (directory.read("ca").empty()) make_key(directory / "ca");
    (void)hfssh::test::run({"ssh-keygen", "-q", "-s", directory / "ca", "-I", "me", "-n", "git",
                            directory / (name + ".pub")});
}

}  // namespace

TEST_CASE("key file: every format that ssh-keygen writes") {
    struct Row {
        std::vector<std::string> options;
        Algorithm label;
        bool hidden_when_encrypted;
    };
    const std::array rows = {
        Row{{"-t", "ed25519"}, Algorithm::ed25519, false},
        Row{{"-t", "rsa"}, Algorithm::rsa, false},
        Row{{"-t", "ecdsa"}, Algorithm::ecdsa, false},
        Row{{"-t", "rsa", "-m", "PEM"}, Algorithm::rsa, true},
        Row{{"-t", "rsa", "-m", "PKCS8"}, Algorithm::rsa, true},
        Row{{"-t", "ecdsa", "-b", "256", "-m", "PEM"}, Algorithm::ecdsa, true},
        Row{{"-t", "ecdsa", "-b", "384", "-m", "PKCS8"}, Algorithm::ecdsa, true},
        Row{{"-t", "ecdsa", "-b", "521", "-m", "PEM"}, Algorithm::ecdsa, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.options.back());
        const TempDirectory directory;
        make_key(directory / "open", row.options);
        const auto right = read_public_file(directory.read("open.pub"));
        REQUIRE(right);
        for (const std::string& text :
             {directory.read("open"), with_crlf(directory.read("open"))}) {
            const auto open = read_key_file(text);
            REQUIRE(open);
            CHECK(open->kind == KeyFile::Kind::private_key);
            CHECK_FALSE(open->encrypted);
            REQUIRE(open->key);
            CHECK(open->key->blob == right->key.blob);
            CHECK(open->label == row.label);
        }

        make_key(directory / "locked", row.options, "a passphrase");
        const auto locked = read_key_file(directory.read("locked"));
        REQUIRE(locked);
        CHECK(locked->encrypted);
        CHECK(locked->key.has_value() == !row.hidden_when_encrypted);
        if (!row.hidden_when_encrypted) {
            CHECK(locked->key->blob == read_public_file(directory.read("locked.pub"))->key.blob);
        }
    }
}

TEST_CASE("key file: text that is none") {
    const TempDirectory directory;
    make_key(directory / "id");
    const std::string good = directory.read("id");
    REQUIRE(read_key_file(good));
    for (const char* text :
         {"", "\n", "Host *\n  User x\n", "-----BEGIN PRIVATE KEY-----\n",
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
          "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
          "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----",
          "-----BEGIN PRIVATE KEY-----", "-----BEGIN -----", "-----BEGIN ----"}) {
        CAPTURE(text);
        CHECK_FALSE(read_key_file(text));
    }
    // Cut anywhere before its end it is no key, and never more than that.
    for (std::size_t length = 0; length + 40 < good.size(); ++length) {
        CHECK_FALSE(read_key_file(good.substr(0, length)));
    }
}

TEST_CASE("key file: DER that is cut, or lies about its lengths") {
    const TempDirectory directory;
    make_key(directory / "id", {"-t", "rsa", "-m", "PEM"});
    const std::string text = directory.read("id");
    std::string base64;
    for (const std::string_view line : hfssh::system::lines(text)) {
        if (!line.starts_with("-----")) base64 += line;
    }
    const std::string der = hfssh::system::base64_decode(base64).value();
    CHECK(read_private_der("RSA", der));
    for (std::size_t length = 0; length < der.size(); ++length) {
        CHECK_FALSE(read_private_der("RSA", std::string_view(der).substr(0, length)));
    }
    for (const char* label : {"", "EC", "OPENSSH"})
        CHECK_FALSE(read_private_der(label, der));
    std::string longer = der;
    longer[2] = '\x7f';  // of the outer sequence
    CHECK_FALSE(read_private_der("RSA", longer));
    for (const std::string_view lie :
         {"\x30\x80\x02\x01", "\x30\x84\xff\xff\xff\xff", "\x30\x83\xff", "\x30"}) {
        CHECK_FALSE(read_private_der("RSA", lie));
    }
}

TEST_CASE("key file: what is in front of a PEM key does not matter") {
    const TempDirectory directory;
    make_key(directory / "id", {"-t", "rsa", "-m", "PEM"});
    CHECK(read_key_file("Bag Attributes\n    friendlyName: x\n" + directory.read("id"))->key);
}

TEST_CASE("stored key: the private file's own header wins over a stale .pub") {
    const TempDirectory directory;
    make_key(directory / "id");
    make_key(directory / "other");
    const StoredKey right = loaded(directory / "id");
    CHECK_FALSE(right.misleading);
    CHECK(right.has_public);
    CHECK(right.comment == "test key");
    directory.write("id.pub", directory.read("other.pub"));
    const StoredKey stale = loaded(directory / "id");
    CHECK(stale.key->blob == right.key->blob);
    CHECK(stale.misleading);
    CHECK_FALSE(stale.has_public);
    // Named by its .pub it is the key that was named, for the agent to sign with.
    const StoredKey named = loaded(directory / "id.pub");
    CHECK(named.key->blob == loaded(directory / "other").key->blob);
    CHECK_FALSE(named.has_private);
}

TEST_CASE("stored key: an encrypted PEM file is told by its .pub") {
    const TempDirectory directory;
    make_key(directory / "id", {"-t", "rsa", "-m", "PEM"}, "a passphrase");
    const StoredKey told = loaded(directory / "id");
    REQUIRE(told.key);
    CHECK(told.encrypted);
    CHECK_FALSE(told.misleading);
    REQUIRE(unlink((directory / "id.pub").c_str()) == 0);
    const StoredKey hidden = loaded(directory / "id");
    CHECK_FALSE(hidden.key);
    CHECK(hidden.label == Algorithm::rsa);
}

TEST_CASE("stored key: public files") {
    const TempDirectory directory;
    make_key(directory / "id");
    const StoredKey both = loaded(directory / "id.pub");
    CHECK(both.has_private);
    CHECK(both.path == directory / "id");
    REQUIRE(unlink((directory / "id").c_str()) == 0);
    for (const char* name : {"id", "id.pub"}) {
        const StoredKey alone = loaded(directory / name);
        CHECK_FALSE(alone.has_private);
        CHECK(alone.path == directory / "id.pub");
        CHECK(alone.key);
    }
}

TEST_CASE("stored key: certificates") {
    const TempDirectory directory;
    make_key(directory / "id");
    make_key(directory / "other");
    certify(directory, "id");
    const StoredKey own = loaded(directory / "id");
    CHECK(own.certificate == directory / "id-cert.pub");
    CHECK_FALSE(own.misleading);
    const StoredKey named = loaded(directory / "id-cert.pub");
    CHECK(named.path == directory / "id");
    CHECK(named.certificate == directory / "id-cert.pub");

    certify(directory, "other");
    directory.write("id-cert.pub", directory.read("other-cert.pub"));
    const StoredKey foreign = loaded(directory / "id");
    CHECK(foreign.certificate.empty());
    CHECK(foreign.misleading);
}

TEST_CASE("stored key: paths that give none, and never block") {
    const TempDirectory directory;
    make_key(directory / "id");
    REQUIRE(mkfifo((directory / "fifo").c_str(), 0600) == 0);
    directory.write("large", std::string(70'000, 'x'));
    directory.write("text", "no key\n");
    CHECK(not_loaded(directory / "missing").kind == NotStored::Kind::missing);
    CHECK(not_loaded(directory / "id/below").kind == NotStored::Kind::missing);
    CHECK(not_loaded(directory / "fifo").kind == NotStored::Kind::unreadable);
    CHECK(not_loaded(directory.path()).kind == NotStored::Kind::unreadable);
    CHECK(not_loaded(directory / "large").kind == NotStored::Kind::unreadable);
    CHECK(not_loaded(directory / "text").kind == NotStored::Kind::no_key);
}

TEST_CASE("stored key: a private file that others may read") {
    const TempDirectory directory;
    make_key(directory / "id");
    CHECK_FALSE(loaded(directory / "id").exposed);
    REQUIRE(chmod((directory / "id").c_str(), 0644) == 0);
    CHECK(loaded(directory / "id").exposed);
}

TEST_CASE("wiping leaves nothing") {
    std::string text(100, 's');
    const char* bytes = text.data();
    wipe(text);
    CHECK(text.empty());
    CHECK(text.data() == bytes);
    CHECK(bytes[50] == 0);
}
