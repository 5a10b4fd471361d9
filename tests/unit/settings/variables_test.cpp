// A value that must not be printed is known before anything quotes it.
#include "hfssh/settings/variables.hpp"

#include <doctest/doctest.h>

#include <string>

#include "hfssh/system/failure.hpp"

using namespace hfssh;

TEST_CASE("settings: the text of a key is no path, in whatever form it is given") {
    for (const std::string text :
         {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
          "-----BEGIN RSA PRIVATE KEY-----\\nMIIE", "/x\nsecret", "secret\rsecret",
          "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"}) {
        CAPTURE(text);
        CHECK(settings::holds_key_text(text));
        try {
            settings::refuse_key_text("HF_SSH_IDENTITY", text);
            FAIL("not refused");
        } catch (const system::Failure& failure) {
            CHECK(std::string(failure.what()) ==
                  "HF_SSH_IDENTITY holds the text of a key, not a path: use HF_SSH_KEY");
            CHECK(failure.hint().empty());
        }
    }
    for (const std::string value : {"", "/home/alice/.ssh/id_ed25519", "~/private key", "alice",
                                    "SHA256:CG7MGyRp2nSi5BLMeI4QEaADHZnJaPD9PtrSYmiKqJk"}) {
        CAPTURE(value);
        CHECK_FALSE(settings::holds_key_text(value));
        CHECK_NOTHROW(settings::refuse_key_text("HF_SSH_IDENTITY", value));
    }
}

TEST_CASE("a time is one of ssh_config's") {
    CHECK(settings::read_seconds("90") == 90);
    CHECK(settings::read_seconds("15m") == 900);
    CHECK(settings::read_seconds("1h30M5s") == 5405);
    CHECK(settings::read_seconds("1w") == 604800);
    for (const char* text : {"", "0", "m", "15x", "-5", "15 m", "2w", "often", "99999999999999"}) {
        CAPTURE(text);
        CHECK(!settings::read_seconds(text));
    }
}
