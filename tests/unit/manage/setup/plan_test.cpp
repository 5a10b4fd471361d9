#include "manage/setup/plan.hpp"

#include <doctest/doctest.h>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/text.hpp"

using namespace hfssh::manage;
using Kind = Registration::Kind;

namespace {

const Installation installed{"/p/libexec/hf-ssh/ssh", "/p/share/hf-ssh/gitconfig", "",
                             "/p/share/hf-ssh/gitconfig-push"};

Command command(Kind kind, const std::string& text, const std::string& scope = "global") {
    Command made;
    made.line = {scope, "/h/.gitconfig", "core.sshcommand", text};
    made.own = true;
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

Command elsewhere(const std::string& text, const std::string& scope = "system") {
    Command made = command(Kind::other, text, scope);
    made.line.file = "/etc/gitconfig";
    made.own = false;
    return made;
}

// COMMANDS in the order in which git reads them.
ScopeState state_of(const std::vector<Command>& commands, const std::string& include = {}) {
    ScopeState state;
    state.all = commands;
    for (const Command& one : commands) {
        if (!one.own) continue;
        state.commands.push_back(one);
        state.own.push_back(one.line);
    }
    if (!include.empty()) {
        state.includes = {include};
        state.own.push_back({"global", "", "include.path", include});
        Command included = command(Kind::hf_ssh, "/p/libexec/hf-ssh/ssh");
        included.line.file = include;
        included.own = false;
        state.all.push_back(included);
    }
    if (!state.all.empty()) state.effective = state.all.back();
    return state;
}

using Lines = std::vector<std::string>;

Lines text_of(const std::vector<ConfigEdit>& edits) {
    Lines lines;
    for (const ConfigEdit& edit : edits)
        lines.push_back(hfssh::system::join(edit.words, " "));
    return lines;
}

Lines edits(const ScopeState& state, Form form = Form::include) {
    return text_of(plan_setup(state, installed, false, form).edits);
}

const std::string ours = "/p/share/hf-ssh/gitconfig";
const std::string old = "/o/share/hf-ssh/gitconfig";

}  // namespace

TEST_CASE("what setup writes") {
    const std::string include = "--add include.path " + ours;
    const std::string program = "/p/libexec/hf-ssh/ssh";
    SUBCASE("there was no command: ssh, which npm sees and git falls back to, then the include") {
        CHECK(edits({}) == Lines{"--add core.sshCommand ssh", include});
        CHECK(edits({}, Form::include_last) ==
              Lines{"--add hf-ssh-setup.sshCommand ssh", "--rename-section hf-ssh-setup core",
                    "--add hf-ssh-setup.path " + ours, "--rename-section hf-ssh-setup include"});
        CHECK(edits({}, Form::command) == Lines{"--add core.sshCommand " + program});
        CHECK(edits({}, Form::command_last) == Lines{"--add hf-ssh-setup.sshCommand " + program,
                                                     "--rename-section hf-ssh-setup core"});
        CHECK(edits(state_of({command(Kind::other, "")})) ==
              Lines{"--add core.sshCommand ssh", include});
    }
    SUBCASE("a former command is kept in its place") {
        CHECK(edits(state_of({command(Kind::other, "ssh -4")})) ==
              Lines{"--replace-all core.sshCommand " + program + " --via 'ssh -4' ^ssh -4$"});
        CHECK(edits(state_of({command(Kind::other, "ssh")})) ==
              Lines{"--replace-all core.sshCommand " + program + " --via ssh ^ssh$"});
        CHECK(edits(state_of({command(Kind::other, "ssh -4"), command(Kind::other, "ssh -6")})) ==
              Lines{"--replace-all core.sshCommand " + program + " --via 'ssh -6' ^ssh -6$"});
    }
    SUBCASE("a line that unsetup would not know to put back is left alone") {
        const Lines added = {"--add core.sshCommand " + program + " --via 'ssh -4'"};
        CHECK(edits(state_of({elsewhere("ssh -4")})) == added);
        CHECK(edits(state_of({elsewhere("ssh -4"), command(Kind::other, "ssh -4")})) == added);
        CHECK(edits(state_of({command(Kind::other, "ssh -4"), command(Kind::other, "ssh -4")})) ==
              added);
    }
    SUBCASE("an older hf-ssh is replaced, and its --via kept") {
        CHECK(edits(state_of({command(Kind::missing, "/o/libexec/hf-ssh/ssh --via ssh")})) ==
              Lines{"--replace-all core.sshCommand " + program +
                    " --via ssh ^/o/libexec/hf-ssh/ssh --via ssh$"});
        CHECK(edits(state_of({command(Kind::missing, "/o/libexec/hf-ssh/ssh")})) ==
              Lines{"--unset-all core.sshCommand ^/o/libexec/hf-ssh/ssh$",
                    "--add core.sshCommand ssh", include});
        CHECK(edits(state_of({command(Kind::other, "ssh")}, old)) ==
              Lines{"--unset-all include.path ^/o/share/hf-ssh/gitconfig$", include});
    }
    SUBCASE("an include alone gets the line that npm sees before it") {
        CHECK(edits(state_of({}, ours)) ==
              Lines{"--add core.sshCommand ssh",
                    "--unset-all include.path ^/p/share/hf-ssh/gitconfig$", include});
    }
    SUBCASE("a command that the user set after setup is the former one") {
        CHECK(edits(state_of({command(Kind::other, "ssh -4")}, ours)) ==
              Lines{"--replace-all core.sshCommand " + program + " --via 'ssh -4' ^ssh -4$",
                    "--unset-all include.path ^/p/share/hf-ssh/gitconfig$"});
    }
    SUBCASE("by hand is as good") {
        CHECK(edits(state_of({command(Kind::hf_ssh, "hf-ssh")})).empty());
        Command traced = command(Kind::hf_ssh, "/o/hf-ssh");
        traced.reading.alone = false;
        CHECK(edits(state_of({traced})).empty());
    }
    SUBCASE("twice") {
        ScopeState state = state_of({command(Kind::other, "ssh")}, ours);
        state.effective->reading.alone = false;  // whatever is installed here
        CHECK(edits(state).empty());
    }
    SUBCASE("pushes") {
        const std::string push = "--add include.path /p/share/hf-ssh/gitconfig-push";
        CHECK(text_of(plan_setup({}, installed, true, Form::include).edits).back() == push);
        ScopeState state;
        state.own = {{"global", "", "include.path", installed.pushes}};
        CHECK_FALSE(plan_setup(state, installed, true, Form::include).pushes);
    }
    SUBCASE("what an interrupted setup left is cleared") {
        ScopeState state;
        state.own = {{"global", "", "hf-ssh-setup.path", ours}};
        CHECK(edits(state).front() == "--remove-section hf-ssh-setup");
        CHECK(text_of(plan_unsetup(state)) == Lines{"--remove-section hf-ssh-setup"});
    }
}

TEST_CASE("which command the lines of a file add up to") {
    const auto effect = [](const std::vector<ConfigLine>& lines) {
        return effect_of(lines, [](const std::string& path) { return path.substr(1); });
    };
    const ConfigLine core{"", "", "core.sshcommand", "ssh"};
    const ConfigLine include{"", "", "include.path", "/ours"};
    const ConfigLine condition{"", "", "includeif.gitdir:x.path", "/theirs"};
    CHECK(effect({}).command.empty());
    CHECK(effect({core, include}).command == "ours");
    CHECK(effect({include, core}).command == "ssh");
    CHECK(effect({core, {"", "", "include.path", "/"}}).command == "ssh");
    CHECK(effect({core, condition}).command == "ssh");
    CHECK(effect({core, condition}).apart.size() == 1);
    CHECK(effect({condition, core}).hidden.size() == 1);
    CHECK(effect({condition, include, condition}).hidden.size() == 1);
    CHECK(effect({condition, include, condition}).apart.size() == 1);
}

TEST_CASE("an ssh that cannot run the check of the host key") {
    for (const char* text :
         {"ssh.exe", "/mnt/c/Windows/System32/OpenSSH/ssh.exe -4", "flatpak-spawn --host ssh",
          "distrobox-host-exec ssh", "docker exec -i box ssh", "'/mnt/c/a b/SSH.EXE'"}) {
        CAPTURE(text);
        CHECK(runs_elsewhere(text));
        CHECK(why_not_kept(command(Kind::other, text).reading, "ssh"));
    }
    for (const char* text : {"ssh", "ssh -J docker.example", "/opt/ssh.exec/ssh"}) {
        CAPTURE(text);
        CHECK_FALSE(runs_elsewhere(text));
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
    CHECK_FALSE(declined("plink", Kind::other, "ssh"));
    // git knows these words as they are written, and takes every other for OpenSSH.
    CHECK_FALSE(declined("plink", Kind::other, "Plink"));
    CHECK_FALSE(declined("plink", Kind::other, ""));
    CHECK(declined("my-ssh", Kind::other, "simple"));
    CHECK(declined("putty"));
    // The message claims no detection that git did not make: git looks at the first word.
    const auto reason = [](const std::string& text) {
        return why_not_kept(command(Kind::other, text).reading, {}).value_or("");
    };
    CHECK(reason("/opt/plink -batch").starts_with("git takes it for"));
    CHECK(reason("X=1 plink").starts_with("it runs"));
    CHECK(reason("putty").starts_with("it runs"));
    Registration compound = command(Kind::unknown, "ssh; true").reading;
    compound.compound = true;
    CHECK(why_not_kept(compound, {}));
    // A repository's own: it is kept as text, unless it may be hf-ssh already.
    Registration foreign = command(Kind::unknown, "ssh -F \"$HOME/x\"").reading;
    foreign.foreign = true;
    CHECK_FALSE(why_not_kept(foreign, {}));
    foreign.command = "\"$HOME/hf-ssh\"";
    CHECK(why_not_kept(foreign, {}));
    CHECK_THROWS_AS((void)plan_setup(state_of({command(Kind::unknown, "ssh; true")}), installed,
                                     false, Form::include),
                    hfssh::system::Failure);
}

TEST_CASE("what unsetup takes away") {
    const auto words = [](const ScopeState& state) { return text_of(plan_unsetup(state)); };
    const Command kept = command(Kind::missing, "/o/hf-ssh --via ssh -4");
    const std::string value = "^/o/hf-ssh --via ssh -4$";
    CHECK(words(state_of({kept})) == Lines{"--replace-all core.sshCommand ssh -4 " + value});
    // It counts from elsewhere again.
    CHECK(words(state_of({elsewhere("ssh -4"), kept})) ==
          Lines{"--unset-all core.sshCommand " + value});
    CHECK(words(state_of({elsewhere("ssh -6"), kept})) ==
          Lines{"--replace-all core.sshCommand ssh -4 " + value});
    CHECK(words(state_of({command(Kind::other, "ssh -4"), kept})) ==
          Lines{"--unset-all core.sshCommand " + value});
    CHECK(words(state_of({command(Kind::other, "ssh")})).empty());
    CHECK(words(state_of({command(Kind::other, "ssh")}, ours)) ==
          Lines{"--unset-all core.sshCommand ^ssh$",
                "--unset-all include.path ^/p/share/hf-ssh/gitconfig$"});
    // The user's own of a later time stays.
    CHECK(words(state_of({command(Kind::other, "ssh -4")}, ours)) ==
          Lines{"--unset-all include.path ^/p/share/hf-ssh/gitconfig$"});
}
