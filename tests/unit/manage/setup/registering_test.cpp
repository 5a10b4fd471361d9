#include "manage/setup/registering.hpp"

#include <doctest/doctest.h>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/text.hpp"

using namespace hfssh::manage;
using Kind = Registration::Kind;

namespace {

const Installation installed{"/p/libexec/hf-ssh/ssh", "/p/share/hf-ssh/gitconfig", ""};

Command command(Kind kind, const std::string& text, const std::string& scope = "global") {
    Command made;
    made.line = {scope, "/h/.gitconfig", "core.sshcommand", text};
    made.reading.kind = kind;
    made.reading.command = text;
    if (kind == Kind::hf_ssh || kind == Kind::missing) {
        made.reading.program = text.substr(0, text.find(' '));
        made.reading.alone = true;
        const auto via = text.find(" --via ");
        if (via != std::string::npos) made.reading.via = text.substr(via + 7);
    }
    return made;
}

ScopeState state_of(const std::vector<Command>& commands) {
    ScopeState state;
    state.path = "/h/.gitconfig";
    state.commands = commands;
    for (const Command& one : commands)
        state.own.push_back(one.line);
    if (!commands.empty()) state.effective = commands.back();
    return state;
}

std::vector<std::string> edits(const ScopeState& state, Form form = Form::best) {
    std::vector<std::string> words;
    for (const ConfigEdit& edit : plan_setup(state, installed, false, form).edits) {
        words.push_back(hfssh::system::join(edit.words, " "));
    }
    return words;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what setup writes") {
    SUBCASE("nothing stood there") {
        CHECK(edits({}) == Lines{"--add include.path /p/share/hf-ssh/gitconfig"});
        CHECK(edits({}, Form::direct) == Lines{"core.sshCommand /p/libexec/hf-ssh/ssh"});
        ScopeState local;
        local.scope = Scope::local;
        CHECK(edits(local) == Lines{"core.sshCommand /p/libexec/hf-ssh/ssh"});
    }
    SUBCASE("a former command is kept") {
        CHECK(edits(state_of({command(Kind::other, "ssh -4")})) ==
              Lines{"core.sshCommand /p/libexec/hf-ssh/ssh --via 'ssh -4'"});
    }
    SUBCASE("of several the last one counts") {
        const auto words =
            edits(state_of({command(Kind::other, "ssh -4"), command(Kind::other, "ssh (6)")}));
        REQUIRE(words.size() == 0 + 1);
        CHECK(words[0] ==
              "--replace-all core.sshCommand /p/libexec/hf-ssh/ssh --via 'ssh (6)' "
              "^ssh \\(6\\)$");
    }
    SUBCASE("one that is blank is no command to be kept") {
        CHECK(edits(state_of({command(Kind::other, "")})) ==
              Lines{"core.sshCommand /p/libexec/hf-ssh/ssh"});
    }
    SUBCASE("an older hf-ssh makes way, and its --via stays one") {
        CHECK(edits(state_of({command(Kind::missing, "/o/libexec/hf-ssh/ssh --via ssh")})) ==
              Lines{"core.sshCommand /p/libexec/hf-ssh/ssh --via ssh"});
        CHECK(edits(state_of({command(Kind::missing, "/o/libexec/hf-ssh/ssh")})) ==
              Lines{"--add include.path /p/share/hf-ssh/gitconfig",
                    "--unset-all core.sshCommand ^/o/libexec/hf-ssh/ssh$"});
        ScopeState state;
        state.includes = {"/o/share/hf-ssh/gitconfig"};
        CHECK(edits(state) == Lines{"--replace-all include.path /p/share/hf-ssh/gitconfig "
                                    "^/o/share/hf-ssh/gitconfig$"});
    }
    SUBCASE("by hand is as good") {
        CHECK(edits(state_of({command(Kind::hf_ssh, "hf-ssh")})).empty());
        Command traced = command(Kind::hf_ssh, "/o/hf-ssh");
        traced.reading.alone = false;
        CHECK(edits(state_of({traced})).empty());
    }
    SUBCASE("pushes") {
        CHECK(plan_setup({}, installed, true, Form::best).pushes.size() == 2);
        ScopeState state;
        state.own = {{"global", "", "url.git@hf.co:.pushinsteadof", "https://hf.co/"}};
        CHECK(plan_setup(state, installed, true, Form::best).pushes ==
              Lines{"https://huggingface.co/"});
    }
}

TEST_CASE("what cannot be kept") {
    const auto declined = [](const std::string& text, Kind kind = Kind::other,
                             const std::optional<std::string>& variant = {}) {
        return why_not_kept(command(kind, text).reading, variant).has_value();
    };
    CHECK_FALSE(declined("ssh -i ~/.ssh/work"));
    CHECK_FALSE(declined("/opt/splink/ssh"));
    CHECK_FALSE(declined("my-ssh", Kind::other, "SSH"));
    CHECK_FALSE(declined("my-ssh", Kind::other, "auto"));
    CHECK(declined("plink"));
    CHECK(declined("\"C:\\Programs\\PLINK.EXE\" -batch"));
    CHECK(declined("'/a b/TortoisePlink'"));
    CHECK(declined("X=1 plink"));
    CHECK(declined("my-ssh", Kind::other, "putty"));
    CHECK(declined("ssh; true", Kind::unknown));
    CHECK_THROWS_AS((void)plan_setup(state_of({command(Kind::unknown, "ssh; true")}), installed,
                                     false, Form::best),
                    hfssh::system::Failure);
}

TEST_CASE("what unsetup takes away") {
    const auto words = [](const ScopeState& state, bool former) {
        Lines lines;
        for (const ConfigEdit& edit : plan_unsetup(state, {}, former)) {
            lines.push_back(hfssh::system::join(edit.words, " "));
        }
        return lines;
    };
    const auto kept = state_of({command(Kind::missing, "/o/hf-ssh --via ssh")});
    CHECK(words(kept, true) == Lines{"--replace-all core.sshCommand ssh ^/o/hf-ssh --via ssh$"});
    CHECK(words(kept, false) == Lines{"--unset-all core.sshCommand ^/o/hf-ssh --via ssh$"});
    CHECK(words(state_of({command(Kind::other, "ssh")}), true).empty());
}
