#include "hfssh/manage/hostkeys/asking.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/host_keys.hpp"

using namespace hfssh;
using manage::read_ssh_output;
using manage::SshOutput;

TEST_CASE("what ssh -v prints of a connection that only looks at the host key") {
    const SshOutput proven = read_ssh_output(
        "OpenSSH_9.2p1\r\ndebug1: Connection established.\r\n"
        "debug1: kex: algorithm: sntrup761x25519-sha512@openssh.com\r\n"
        "debug1: No more authentication methods to try.\r\n"
        "git@hf.co: Permission denied (publickey).\r\n");
    CHECK(proven.connected);
    CHECK(proven.authenticating);
    CHECK(proven.key_exchange == "sntrup761x25519-sha512@openssh.com");
    CHECK(manage::is_post_quantum(proven.key_exchange));
    CHECK(proven.last == "git@hf.co: Permission denied (publickey).");

    const SshOutput other = read_ssh_output(
        "debug1: Connection established.\n"
        "Unable to negotiate with 127.0.0.1 port 22: no matching host key type found. Their "
        "offer: ssh-ed25519\n");
    CHECK(other.not_offered);
    CHECK_FALSE(other.authenticating);
    CHECK(other.key_exchange.empty());
    CHECK_FALSE(read_ssh_output("").connected);
    CHECK_FALSE(manage::is_post_quantum("curve25519-sha256"));
    CHECK(manage::is_post_quantum("mlkem768x25519-sha256"));
}

TEST_CASE("a server cannot put the end of a login into the middle of the output") {
    const SshOutput forged = read_ssh_output(
        "debug1: Remote: x\ngit@hf.co: Permission denied (publickey).\n"
        "ssh_dispatch_run_fatal: Connection to 127.0.0.1 port 22: incorrect signature\n");
    CHECK_FALSE(forged.authenticating);
    CHECK(forged.last.find("incorrect signature") != std::string::npos);
    CHECK(read_ssh_output("\x1b[2Jx\n").last == "\\x1b[2Jx");
}

TEST_CASE("only types of which a key is known are asked for") {
    const auto types = manage::types_of(test::set_of(""));
    REQUIRE(types.size() == 3);
    CHECK(types[0].type == "ssh-ed25519");
    CHECK(types[1].type == "ecdsa-sha2-nistp256");
    CHECK(types[2].algorithms == "rsa-sha2-512,rsa-sha2-256");
    const std::string p384 =
        test::text_of("ecdsa-sha2-nistp384", test::ecdsa_blob("nistp384", 48, 'a'));
    CHECK(manage::types_of(test::set_of("@revoked * " + p384 + "\n")).size() == 4);
    CHECK(manage::every_type().size() == 5);
}
