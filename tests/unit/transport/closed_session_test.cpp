#include "hfssh/ssh/closed/configuration.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/closed_scene.hpp"

using namespace hfssh::ssh;
using namespace hfssh::test;

TEST_CASE("closed configuration: before 8.7 the session is a matter of flags") {
    Scene scene;
    scene.resolved = head + "pubkeyacceptedalgorithms ssh-ed25519\n";
    for (const char* keyword : {"SessionType", "StdinNull", "ForkAfterAuthentication"}) {
        CHECK(first(scene, keyword) == "(not set)");
    }
    for (const char* flag : {"-N", "-n", "-s"}) {
        CHECK_FALSE(has_flag(scene, flag));
        scene.typed = {flag, "git@hf.co", "x"};
        CHECK(has_flag(scene, flag));
    }
}

TEST_CASE("closed configuration: the session as typed") {
    Scene scene;
    scene.typed = {"-N", "git@hf.co"};
    CHECK(first(scene, "SessionType") == "none");
    scene.typed = {"-s", "git@hf.co", "sftp"};
    CHECK(first(scene, "SessionType") == "subsystem");
    scene.typed = {"-sN", "git@hf.co"};
    CHECK(first(scene, "SessionType") == "none");
    scene.typed = {"-n", "git@hf.co"};
    CHECK(first(scene, "StdinNull") == "yes");
    scene.typed = {"-y", "-E", "/l o g", "git@hf.co"};
    CHECK(has_flag(scene, "-y"));
    CHECK(has_flag(scene, "/l o g"));
}

TEST_CASE("closed configuration: the one identity") {
    Scene scene;
    scene.identity = {"/a b/100%", "/a b/100%-cert", {}, false};
    scene.resolved += "identityagent /run/agent\n";
    const auto words = options(scene);
    CHECK(values(words, "IdentityFile") == std::vector<std::string>{"\"/a b/100%%\""});
    CHECK(values(words, "CertificateFile") == std::vector<std::string>{"\"/a b/100%%-cert\""});
    CHECK(values(words, "IdentityAgent").front() == "none");
    scene.identity.agent_answers = true;
    CHECK(values(options(scene), "IdentityAgent") == std::vector<std::string>{"/run/agent"});
    for (const char* path : {"", "id", "~/id", "/a/${HOME}", "none"}) {
        INFO(std::string(path));
        scene.identity.file = path;
        CHECK(error(scene) == ClosedError::Kind::identity_path);
    }
    scene.identity = {"/a", "relative", {}, true};
    CHECK(error(scene) == ClosedError::Kind::identity_path);
}

TEST_CASE("closed configuration: the way there") {
    Scene scene;
    scene.proxy_command = "sh -c 'nc %h \"%p\"' \\ # %n";
    CHECK(first(scene, "ProxyCommand") == scene.proxy_command);
    scene.batch_mode = true;
    scene.resolved += "batchmode no\nproxycommand elsewhere\n";
    CHECK(first(scene, "BatchMode") == "yes");
    CHECK(values(options(scene), "ProxyCommand").size() == 1);
}

TEST_CASE("closed configuration: what cannot be carried is harmless, or an error") {
    Scene scene;
    scene.resolved += "setenv A=50%\n";
    const auto closed = std::get<ClosedConfiguration>(close(scene));
    CHECK(closed.left_out == std::vector<std::string>{"SetEnv"});
    for (const char* line : {"identityagent /run/${x}\n", "revokedhostkeys /%\n"}) {
        INFO(std::string(line));
        scene.resolved = modern + line;
        CHECK(error(scene) == ClosedError::Kind::setting);
    }
    scene.resolved = modern + "identityagent /run/${x}\n";
    scene.identity.agent_answers = false;  // it is none anyway
    CHECK(std::holds_alternative<ClosedConfiguration>(close(scene)));
}
