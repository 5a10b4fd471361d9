#include "hfssh/manage/context/registration.hpp"

#include <doctest/doctest.h>

using namespace hfssh::manage;

TEST_CASE("program version: what git says") {
    CHECK(read_git_version("git version 2.39.5") == Version{2, 39});
    CHECK(read_git_version("git version 2.39.5 (Apple Git-154)") == Version{2, 39});
    CHECK(read_git_version("git version 2.20.1.windows.1\n") == Version{2, 20});
    CHECK(read_git_version("git version 3.0") == Version{3, 0});
    for (const char* text : {"", "git", "git version", "git version ", "git version x.y",
                             "git version 2", "git version 2.", "git version -2.1",
                             "git version 2.-1", "git version 99999999999.1", "hub version 2.1"}) {
        CAPTURE(text);
        CHECK_FALSE(read_git_version(text));
    }
}

TEST_CASE("program version: what ssh says") {
    CHECK(read_openssh_version("OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.15") == Version{9, 2});
    CHECK(read_openssh_version("OpenSSH_10.0p2, LibreSSL 3.3.6\n") == Version{10, 0});
    CHECK(read_openssh_version("OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2") == Version{8, 1});
    for (const char* text : {"", "OpenSSH", "OpenSSH_", "plink: Release 0.78", "Dropbear v2022.83",
                             "OpenSSH_p1", "openssh_9.2"}) {
        CAPTURE(text);
        CHECK_FALSE(read_openssh_version(text));
    }
}

TEST_CASE("program version: order") {
    CHECK(Version{2, 9} < Version{2, 26});
    CHECK(Version{7, 6} < Version{7, 10});
    CHECK(Version{9, 9} < Version{10, 0});
    CHECK_FALSE(Version{7, 6} < Version{7, 6});
    CHECK_FALSE(Version{8, 0} < Version{7, 6});
}

TEST_CASE("program version: for a person") {
    CHECK(version_words("OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.15\n") == "9.2p1 Debian-2");
    CHECK(version_words("git version 2.39.5\n") == "2.39.5");
    CHECK(version_words("Dropbear v2022.83\n") == "Dropbear v2022.83");
    CHECK(version_words("") == "");
}
