#include "hfssh/identity/key_text.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <string>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/system/encode.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::system::base64_encode;
using hfssh::test::make_key;
using hfssh::test::TempDirectory;

namespace {

std::string replaced(const std::string& text, const std::string& end) {
    std::string result;
    for (const char c : text)
        result += c == '\n' ? end : std::string(1, c);
    return result;
}

std::string folded(const std::string& text, const std::string& end) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); at += 76)
        result += text.substr(at, 76) + end;
    return result;
}

std::string in_form(const TempDirectory& directory, const std::string& name,
                    const std::vector<std::string>& options, const std::string& form) {
    make_key(directory / name, options);
    if (!form.empty()) {
        (void)hfssh::test::run(
            {"ssh-keygen", "-q", "-p", "-P", "", "-N", "", "-m", form, "-f", directory / name});
    }
    return directory.read(name);
}

}  // namespace

TEST_CASE("key text: every shape in which a secret store hands out a key") {
    const TempDirectory directory;
    struct Row {
        const char* name;
        std::vector<std::string> options;
        const char* form;
    };
    const std::array rows = {
        Row{"openssh", {"-t", "ed25519"}, ""},
        Row{"pkcs1", {"-t", "rsa", "-b", "2048"}, "PEM"},
        Row{"sec1", {"-t", "ecdsa"}, "PEM"},
        Row{"pkcs8-rsa", {"-t", "rsa", "-b", "2048"}, "PKCS8"},
        Row{"pkcs8-ec", {"-t", "ecdsa"}, "PKCS8"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const std::string key = in_form(directory, row.name, row.options, row.form);
        REQUIRE(key.ends_with("PRIVATE KEY-----\n"));
        const std::string bare = key.substr(0, key.size() - 1);
        const std::string base64 = base64_encode(key);
        const std::array texts = {
            key,
            bare,
            replaced(key, "\r\n"),
            replaced(bare, "\r\n"),
            replaced(key, "\r"),
            replaced(key, "\r\r\n"),
            replaced(key, " \t\n"),
            "\n \t\r\n" + key + "\n\n  ",
            "    " + replaced(bare, "\n    "),
            "\xef\xbb\xbf" + key,
            "Bag Attributes: none\n" + key,
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key,
            key + "and more\n",
            replaced(bare, " "),
            replaced(bare, "  "),
            replaced(key, "\\n"),
            replaced(bare, "\\r\\n"),
            "\"" + replaced(key, "\\n") + "\"",
            "'" + bare + "'",
            "\"" + replaced(bare, " ") + "\"\n",
            base64,
            base64 + "\n",
            "\"" + base64 + "\"",
            folded(base64, "\n"),
            folded(base64, "\r\n"),
            folded(base64, " "),
            "  " + base64,
            base64_encode(bare),
            base64_encode(replaced(bare, "\r\n")),
        };
        for (const std::string& text : texts) {
            CAPTURE(text);
            CHECK(normalise_private_key(text) == key);
        }
    }
}

TEST_CASE("key text: ssh reads what is accepted") {
    const TempDirectory directory;
    make_key(directory / "key");
    const std::string key = directory.read("key");
    const auto text = normalise_private_key("note\r\n  " + replaced(key, "\r\n  "));
    REQUIRE(text);
    directory.write("again", *text);
    REQUIRE(::chmod((directory / "again").c_str(), 0600) == 0);
    const std::string line = hfssh::test::run({"ssh-keygen", "-y", "-f", directory / "again"});
    const auto own = read_key_file(key);
    const auto theirs = read_key_file(line);
    REQUIRE((own && own->key && theirs && theirs->key));
    CHECK(own->key->blob == theirs->key->blob);
}

TEST_CASE("key text: why there is no private key in it") {
    const TempDirectory directory;
    make_key(directory / "key");
    const std::string key = directory.read("key");
    const auto says = [](const std::string& text, std::string_view words) {
        CAPTURE(text);
        CHECK_FALSE(normalise_private_key(text));
        CHECK(no_private_key_in(text).find(words) != std::string::npos);
    };
    for (const char* empty : {"", " \n", "\"\"", "''"})
        says(empty, "is empty");
    says(directory.read("key.pub"), "a public key");
    says("\"" + directory.read("key.pub") + "\"", "a public key");
    for (const char* path : {"/run/secrets/key", "~/.ssh/id_ed25519", "./key", "\"/run/key\"\n"})
        says(path, "a path");
    says(key.substr(0, key.size() / 2), "cut short");
    says(key.substr(0, 60) + key.substr(key.rfind("-----END")), "damaged");
    says("PuTTY-User-Key-File-3: ssh-ed25519\n", "PuTTY");
    CHECK_FALSE(normalise_private_key("hunter2"));
    CHECK(no_private_key_in("hunter2").empty());
}

TEST_CASE("key text: a key with a passphrase is recognised as one") {
    const TempDirectory directory;
    for (const char* form : {"RFC4716", "PEM", "PKCS8"}) {
        CAPTURE(form);
        const std::string path = directory / form;
        (void)hfssh::test::run(
            {"ssh-keygen", "-q", "-t", "ecdsa", "-N", "secret", "-m", form, "-f", path});
        const auto text = normalise_private_key(replaced(directory.read(form), "\r\n"));
        REQUIRE(text);
        const auto joined = normalise_private_key(replaced(directory.read(form), " "));
        REQUIRE(joined);
        for (const std::string& each : {*text, *joined}) {
            const auto file = read_key_file(each);
            REQUIRE(file);
            CHECK(file->encrypted);
        }
    }
}

TEST_CASE("key text: no private key") {
    const TempDirectory directory;
    make_key(directory / "key");
    const std::string key = directory.read("key");
    const std::string public_line = directory.read("key.pub");
    const std::size_t first = key.find('\n') + 1;
    const std::size_t last = key.rfind("-----END");
    const std::array texts = {
        std::string(),
        std::string(" \r\n\t"),
        std::string("garbage"),
        std::string("Z2FyYmFnZQ=="),
        std::string("\0\0\0\0", 4),
        std::string("-----BEGIN OPENSSH PRIVATE KEY-----"),
        std::string("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        public_line,
        base64_encode(public_line),
        key.substr(0, last),
        key.substr(first),
        key.substr(0, first) + key.substr(last),
        key.substr(0, last - 5) + "*" + key.substr(last),
        base64_encode(base64_encode(key)),
        base64_encode(key).substr(0, 100),
        base64_encode(key) + "=",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK(normalise_private_key(text) == std::nullopt);
    }
}
