
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/encode.hpp"
#include "support/host_keys.hpp"

using namespace hfssh;
using hub::KeyProblem;

namespace {

// As the page prints them, under "HuggingFace's SSH key fingerprints".
const std::map<std::string_view, std::string_view> page = {
    {"ecdsa-sha2-nistp256", "SHA256:aBG5R7IomF4BSsx/h6tNAUVLhEkkaNGB8Sluyh/Q/qY"},
    {"ssh-dss", "SHA256:skgQjK2+RuzvdmHr24IIAJ6uLWQs0TGtEUt3FtzqirQ"},
    {"ssh-ed25519", "SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao"},
    {"ssh-rsa", "SHA256:uqjYymysBGCXXiMVebB8L8RIuWbPSKGBxQQNhcT5a3Q"},
};

// None where BLOB is read as a key of TYPE.
std::optional<KeyProblem> problem_of(std::string_view type, const std::string& blob) {
    const auto key = hub::read_server_key(type, system::base64_encode(blob));
    if (const auto* problem = std::get_if<KeyProblem>(&key)) return *problem;
    CHECK(std::get<hub::ServerKey>(key).blob == blob);
    return std::nullopt;
}

}  // namespace

TEST_CASE("the published keys are the page's, by the fingerprint of each") {
    std::map<std::string_view, std::string_view> compiled_in;
    for (const hub::HostKey& key : hub::published_host_keys()) {
        CAPTURE(key.type);
        compiled_in[key.type] = key.fingerprint;
        const auto read = hub::read_server_key(key.type, key.base64);
        REQUIRE(std::holds_alternative<hub::ServerKey>(read));
        CHECK(std::get<hub::ServerKey>(read).fingerprint() == key.fingerprint);
        CHECK(std::get<hub::ServerKey>(read).base64() == key.base64);
    }
    CHECK(compiled_in == page);
}

TEST_CASE("the order of preference") {
    CHECK(hub::published_host_keys()[0].type == "ssh-ed25519");
    CHECK(hub::published_host_keys()[1].type == "ecdsa-sha2-nistp256");
    CHECK(hub::published_host_keys()[2].type == "ssh-rsa");
}

TEST_CASE("keys of every type that ssh may present are read") {
    const std::string sk = "sk-ssh-ed25519@openssh.com";
    const std::string sk_ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
    CHECK_FALSE(problem_of("ssh-ed25519", test::ed25519_blob('a')));
    CHECK_FALSE(problem_of("ssh-rsa", test::rsa_blob('a')));
    CHECK_FALSE(problem_of("ssh-dss", test::dsa_blob('a')));
    CHECK_FALSE(problem_of("ecdsa-sha2-nistp256", test::ecdsa_blob("nistp256", 32, 'a')));
    CHECK_FALSE(problem_of("ecdsa-sha2-nistp384", test::ecdsa_blob("nistp384", 48, 'a')));
    CHECK_FALSE(problem_of("ecdsa-sha2-nistp521", test::ecdsa_blob("nistp521", 66, 'a')));
    CHECK_FALSE(
        problem_of(sk, test::field(sk) + test::field(std::string(32, 'a')) + test::field("ssh:")));
    CHECK_FALSE(problem_of(sk_ecdsa, test::field(sk_ecdsa) + test::field("nistp256") +
                                         test::field("\x04" + std::string(64, 'a')) +
                                         test::field("ssh:")));
}

TEST_CASE("a key has one spelling") {
    const std::string good = test::ed25519_blob('a');
    SUBCASE("what stands before the blob is the blob's type") {
        CHECK(problem_of("ssh-rsa", good) == KeyProblem::other_type);
        CHECK(problem_of("rsa-sha2-512", test::rsa_blob('a')) == KeyProblem::other_type);
        CHECK(problem_of("SSH-ED25519", good) == KeyProblem::other_type);
        CHECK(problem_of("", good) == KeyProblem::other_type);
        for (const std::string type :
             {"", "SSH-ED25519", "ssh-ed25519-cert-v01@openssh.com", "ssh-ed448"}) {
            CHECK(problem_of(type, test::field(type) + test::field(std::string(32, 'a'))) ==
                  KeyProblem::unknown_type);
        }
    }
    SUBCASE("nothing is missing or left over") {
        for (std::size_t length = 0; length < good.size(); ++length) {
            CHECK(problem_of("ssh-ed25519", good.substr(0, length)) == KeyProblem::not_whole);
        }
        CHECK(problem_of("ssh-ed25519", good + "x") == KeyProblem::not_whole);
        CHECK(problem_of("ssh-ed25519", test::field("ssh-ed25519") + "\xff\xff\xff\xff") ==
              KeyProblem::not_whole);
        CHECK(problem_of("ssh-ed25519",
                         test::field("ssh-ed25519") + test::field(std::string(33, 'a'))) ==
              KeyProblem::not_whole);
    }
    SUBCASE("numbers are positive and in their shortest form") {
        using namespace std::string_view_literals;
        for (const std::string_view number : {""sv, "\0"sv, "\0\x01"sv, "\x80"sv, "\0\0\x80"sv}) {
            CHECK(problem_of("ssh-rsa", test::field("ssh-rsa") + test::field("\x03") +
                                            test::field(number)) == KeyProblem::not_whole);
        }
        CHECK_FALSE(problem_of(
            "ssh-rsa", test::field("ssh-rsa") + test::field("\x03") + test::field("\0\x80"sv)));
    }
    SUBCASE("points are uncompressed, on the curve that the type says") {
        const std::string type = "ecdsa-sha2-nistp256";
        CHECK(problem_of(type, test::field(type) + test::field("nistp384") +
                                   test::field("\x04" + std::string(64, 'a'))) ==
              KeyProblem::not_whole);
        CHECK(problem_of(type, test::field(type) + test::field("nistp256") +
                                   test::field("\x02" + std::string(32, 'a'))) ==
              KeyProblem::not_whole);
        CHECK(problem_of(type, test::field(type) + test::field("nistp256") +
                                   test::field("\x06" + std::string(64, 'a'))) ==
              KeyProblem::not_whole);
    }
    SUBCASE("base64 is canonical") {
        const std::string text = system::base64_encode(good);
        for (const std::string& other :
             {text + "=", text + "\n", " " + text, text.substr(0, 8) + " " + text.substr(8),
              text.substr(0, text.size() - 1), text + "!", std::string("-") + text.substr(1)}) {
            CAPTURE(other);
            const auto key = hub::read_server_key("ssh-ed25519", other);
            REQUIRE(std::holds_alternative<KeyProblem>(key));
            CHECK(std::get<KeyProblem>(key) == KeyProblem::not_base64);
        }
        // The last character of a padded text has bits that decode to nothing.
        std::string bent = system::base64_encode(test::ecdsa_blob("nistp256", 32, 'a'));
        REQUIRE(bent.ends_with("="));
        REQUIRE(bent[bent.size() - 2] != '/');
        ++bent[bent.size() - 2];
        CHECK(
            std::holds_alternative<KeyProblem>(hub::read_server_key("ecdsa-sha2-nistp256", bent)));
    }
}

TEST_CASE("types are named as the page names them") {
    CHECK(hub::key_type_label("ssh-ed25519") == "ED25519");
    CHECK(hub::key_type_label("ecdsa-sha2-nistp256") == "ECDSA");
    CHECK(hub::key_type_label("ssh-rsa") == "RSA");
    CHECK(hub::key_type_label("ssh-dss") == "DSA");
    CHECK(hub::key_type_label("sk-ssh-ed25519@openssh.com") == "ED25519-SK");
    CHECK(hub::key_type_label("rsa-sha2-512").empty());
}
