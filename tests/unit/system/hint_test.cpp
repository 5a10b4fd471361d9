#include "hfssh/system/hint.hpp"

#include <doctest/doctest.h>

using hfssh::system::Fix;
using hfssh::system::read_hint;
using hfssh::system::with_agent;
using hfssh::system::without_manager;

TEST_CASE("a hint in its printed form is a command with its purpose, or advice") {
    struct Row {
        const char* text;
        const char* purpose;
        const char* command;
    };
    for (const Row& row : {
             Row{"make one: git hf-ssh keys new", "make one", "git hf-ssh keys new"},
             Row{"chmod 600 '/keys/my: id'", "", "chmod 600 '/keys/my: id'"},
             Row{"see: HF_SSH_TRACE=1 git fetch", "see", "HF_SSH_TRACE=1 git fetch"},
             Row{"note: it is locked: ssh-add ~/.ssh/id", "note: it is locked",
                 "ssh-add ~/.ssh/id"},
             Row{"see: /usr/bin/ssh -G hf.co", "see", "/usr/bin/ssh -G hf.co"},
             Row{"edit it: ${EDITOR:-vi} +3 ~/.gitconfig", "edit it",
                 "${EDITOR:-vi} +3 ~/.gitconfig"},
         }) {
        CAPTURE(row.text);
        const Fix fix = read_hint(row.text);
        CHECK(fix.purpose == row.purpose);
        CHECK(fix.command == row.command);
        CHECK(fix.advice.empty());
        CHECK(fix.text() == row.text);
    }
    for (const char* text : {"install git", "look at ~/x:3 and remove it", "note: install git"}) {
        CHECK(read_hint(text) == Fix{{}, {}, text});
    }
    CHECK(read_hint("").empty());
}

TEST_CASE("a build without the manager names programs that exist") {
    CHECK(without_manager("make one: git hf-ssh keys new") == "make one: ssh-keygen -t ed25519");
    CHECK(without_manager("add it: git hf-ssh keys check --open ~/.ssh/id") ==
          "add it: https://huggingface.co/settings/keys");
    CHECK(without_manager("use the key of bob: git hf-ssh use ~/.ssh/bob --for acme") ==
          "use the key of bob: git config --global hf-ssh.acme.identity ~/.ssh/bob");
    CHECK(without_manager("check: git hf-ssh doctor\nchmod 600 ~/k\ngit hf-ssh whoami --all") ==
          "chmod 600 ~/k");
    CHECK(without_manager("install git") == "install git");
}

TEST_CASE("ssh-add is preceded by an agent if there is none") {
    CHECK(with_agent("ssh-add ~/k", true) == "ssh-add ~/k");
    CHECK(with_agent("ssh-add ~/k", false) == "eval \"$(ssh-agent -s)\" && ssh-add ~/k");
}
