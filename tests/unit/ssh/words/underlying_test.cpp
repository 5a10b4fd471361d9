#include "hfssh/ssh/words/underlying.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "hfssh/system/paths.hpp"
#include "ssh/words/via_words.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::ssh;
using Words = std::vector<std::string>;
using Outcome = Underlying::Outcome;

namespace {

CommandShape shape(std::string_view text) {
    return scan_command(text).shape;
}

// A PATH with an ssh of its own and one hf-ssh, which is this very program.
class Place {
  public:
    Place() {
        // A mistake that ran "hf-ssh" would run this program again, and so on without an end.
        if (std::getenv("HFSSH_TEST_INSIDE") != nullptr) _exit(99);
        setenv("HFSSH_TEST_INSIDE", "1", 1);
        program("bin/ssh");
        program("bin/my-ssh");
        mkdir((directory_ / "own").c_str(), 0700);
        for (const char* name : {"own/hf-ssh", "own/ssh"}) {
            REQUIRE(symlink(hfssh::system::executable_path().c_str(),
                            (directory_ / name).c_str()) == 0);
        }
        unsetenv("HF_SSH_COMMAND");
        path(bin() + ":/usr/bin:/bin");
    }
    ~Place() {
        setenv("PATH", saved_.c_str(), 1);
        unsetenv("HFSSH_TEST_INSIDE");
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void program(const std::string& name, const std::string& script = "") const {
        directory_.write(name, "#!/bin/sh\n" + script + "\n", 0700);
    }
    [[nodiscard]] std::string bin() const { return directory_ / "bin"; }
    [[nodiscard]] std::string own() const { return directory_ / "own"; }
    static void path(const std::string& value) { setenv("PATH", value.c_str(), 1); }

  private:
    hfssh::test::TempDirectory directory_;
    std::string saved_ = std::getenv("PATH");
};

std::string output(const hfssh::system::Command& command) {
    hfssh::system::Capture capture(command);
    return capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(20)).output;
}

Words argv(const Underlying& underlying, const Words& typed) {
    return command_for(underlying, typed).argv;
}

}  // namespace

TEST_CASE("command text: its shape") {
    for (const char* text : {"ssh", "/usr/bin/ssh -4", "  ssh\t-i  key ", "nice -n 5 ssh\n"}) {
        INFO(std::string(text));
        CHECK(shape(text) == CommandShape::plain);
    }
    for (const char* text :
         {"ssh -i ~/.ssh/a", "ssh -i \"$HOME/a b\"", "ssh -i 'a;b'", "A=1 ssh",
          "ssh -i $(printf k)", "ssh -o \"ProxyCommand=nc %h %p | cat\"", "ssh -i ${KEY:-\"a b\"}",
          "ssh -i `echo \\`x\\``", "ssh -o 'a\"b'", "ssh -i a\\;b", "ssh -i ${#KEY}",
          "ssh -i $((1+(2)))", "ssh -i a#b", "A='x y' B=$(echo ')' ) ssh",
          "ssh -i \"$(echo \"a)b\")\"", "ssh -F $", "ssh -o x=$$"}) {
        INFO(std::string(text));
        CHECK(shape(text) == CommandShape::simple);
    }
    for (const char* text : {"ssh -4; true",
                             "cd / && ssh",
                             "ssh | cat",
                             "ssh &",
                             "ssh\n-4",
                             "ssh <x",
                             "ssh 2>/dev/null",
                             "(ssh)",
                             "{ ssh; }",
                             "f() { ssh \"$@\"; }; f",
                             "ssh \"$@\"",
                             "ssh $*",
                             "ssh $1",
                             "ssh ${1:-x}",
                             "ssh ${@}",
                             "ssh \"${*}\"",
                             "ssh $#",
                             "ssh # mine",
                             "if true",
                             "! ssh",
                             "eval 'ssh -4'",
                             "A=1",
                             ". x",
                             "ssh $(echo \"$1\")",
                             "ssh `echo $1`",
                             "time ssh",
                             "while",
                             "A=1 for",
                             "ssh {a,b}",
                             "ssh ${#}"}) {
        INFO(std::string(text));
        CHECK(shape(text) == CommandShape::compound);
    }
}

TEST_CASE("command text: what does not end") {
    CHECK(scan_command("ssh -i 'a").open == "'");
    CHECK(scan_command("ssh -i \"a").open == "\"");
    CHECK(scan_command("ssh -i `a").open == "`");
    CHECK(scan_command("ssh -i $(a").open == "$(");
    CHECK(scan_command("ssh -i ${a").open == "${");
    CHECK(scan_command("ssh -i \"$(a)").open == "\"");
    CHECK(scan_command("ssh -i \"${a'}\"").open == "'");
    CHECK(scan_command("ssh a\\").open == "\\");
    CHECK(shape("ssh 'a") == CommandShape::unbalanced);
    CHECK(shape(std::string(1000, '\"') + "'") == CommandShape::unbalanced);
    std::string deep = "ssh ";
    for (int i = 0; i < 10000; ++i)
        deep += "$(";
    CHECK(shape(deep) != CommandShape::simple);
}

TEST_CASE("command text: leading assignments") {
    const CommandScan scan = scan_command(" A=1 B2_=\"x y\"  ssh C=3");
    REQUIRE(scan.assignments.size() == 2);
    CHECK(scan.assignments[1] == "B2_=\"x y\"");
    CHECK(scan.words == "ssh C=3");
    CHECK(scan_command("2A=1 ssh").assignments.empty());
    CHECK(scan_command("'A'=1 ssh").assignments.empty());
}

TEST_CASE("command words: taken apart at the ssh") {
    const auto apart = [](const Words& words) {
        const CommandWords result = take_apart(words);
        std::string text;
        for (const std::string& word : result.launcher)
            text += word + ' ';
        text += '[' + result.program + ']';
        for (const std::string& word : result.arguments)
            text += ' ' + word;
        return result.apart ? text : "NOT " + text;
    };
    CHECK(apart({"ssh"}) == "[ssh]");
    CHECK(apart({"/opt/ssh", "-4", "-i", "key"}) == "[/opt/ssh] -4 -i key");
    CHECK(apart({"my-ssh", "-v"}) == "[my-ssh] -v");
    CHECK(apart({"nice", "-n", "5", "ssh", "-4"}) == "nice -n 5 [ssh] -4");
    CHECK(apart({"env", "A=1", "/x/ssh"}) == "env A=1 [/x/ssh]");
    CHECK(apart({"sshpass", "-f", "/x/ssh", "ssh", "-4"}) == "sshpass -f /x/ssh [ssh] -4");
    CHECK(apart({"flatpak-spawn", "--host", "ssh"}) == "flatpak-spawn --host [ssh]");
    CHECK(apart({"C:\\OpenSSH\\ssh.exe", "-4"}) == "[C:\\OpenSSH\\ssh.exe] -4");
    CHECK(apart({"/bin/sh", "/x/my-ssh", "-4"}) == "/bin/sh [/x/my-ssh] -4");
    CHECK(apart({"bash", "-e", "wrapper"}) == "bash -e [wrapper]");
    CHECK(apart({"nice", "-n", "0", "/x/my-ssh"}) == "nice -n 0 [/x/my-ssh]");
    CHECK(apart({"sh", "-c", "ssh"}) == "sh -c [ssh]");
    CHECK(apart({"sh", "-c", "ssh -4"}) == "NOT [sh] -c ssh -4");
    CHECK(apart({"ssh", "host"}) == "NOT [ssh] host");
    CHECK(apart({"ssh", "-4", "host", "-p", "22"}) == "NOT [ssh] -4 host -p 22");
    CHECK(apart({"ssh", "-i"}) == "NOT [ssh] -i");
    CHECK(apart({"ssh", "--"}) == "NOT [ssh] --");
    CHECK(apart({"wrapper", "work"}) == "NOT [wrapper] work");
    CHECK(apart({"wrapper", "--flag"}) == "NOT [wrapper] --flag");
}

TEST_CASE("underlying: words are evaluated once, as the shell does") {
    const Place place;
    setenv("HFSSH_TEST_KEY", "a b", 1);
    const Underlying found = find_underlying(
        "X=\"1 $HFSSH_TEST_KEY\" Y=$X ssh -i \"$HFSSH_TEST_KEY\" -i ${HFSSH_TEST_KEY}"
        "key$(printf 9) -o 'a  \"b' -E ''");
    CHECK(found.outcome == Outcome::not_apart);  // the unquoted one falls apart: "b…" is a host
    CHECK(found.arguments == Words{"-i", "a b", "-i", "a", "bkey9", "-o", "a  \"b", "-E", ""});
    REQUIRE(found.assignments.size() == 2);
    CHECK(found.assignments[0].second == "1 a b");
    CHECK(found.assignments[1].second == "1 a b");
    CHECK(found.program == place.bin() + "/ssh");
    put_assignments(found);
    CHECK(std::string(std::getenv("Y")) == "1 a b");
    for (const char* name : {"X", "Y", "HFSSH_TEST_KEY"})
        unsetenv(name);
}

TEST_CASE("underlying: where it comes from") {
    const Place place;
    CHECK(find_underlying(std::nullopt).program == place.bin() + "/ssh");
    CHECK(find_underlying(std::nullopt).source == Underlying::Source::path);
    setenv("HF_SSH_COMMAND", "my-ssh -4", 1);
    CHECK(find_underlying(" ").program == place.bin() + "/my-ssh");
    CHECK(find_underlying(" ").source == Underlying::Source::environment);
    CHECK(find_underlying("ssh -6").source == Underlying::Source::via);
    CHECK(find_underlying("ssh -6").arguments == Words{"-6"});
    unsetenv("HF_SSH_COMMAND");
    CHECK(find_underlying("exec ssh -6").arguments == Words{"-6"});
    CHECK(find_underlying("command ssh").program == place.bin() + "/ssh");
    CHECK(find_underlying("exec -a x ssh").outcome == Outcome::compound);
}

TEST_CASE("underlying: what can't be run") {
    const Place place;
    CHECK(find_underlying("no-such-program -4").outcome == Outcome::missing);
    CHECK(find_underlying("no-such-program -4").detail == "no-such-program");
    CHECK(find_underlying("$HFSSH_TEST_NOTHING").outcome == Outcome::not_evaluated);
    CHECK(find_underlying("ssh ${HFSSH_TEST_NOTHING?}").outcome == Outcome::not_evaluated);
    CHECK(find_underlying("ssh -i 'x").outcome == Outcome::unbalanced);
    CHECK(find_underlying("ssh -i 'x").detail == "'");
    Place::path(place.own());
    CHECK(find_underlying(std::nullopt).outcome == Outcome::missing);
    CHECK(find_underlying(std::nullopt).detail == "ssh");
}

TEST_CASE("underlying: never hf-ssh itself") {
    const Place place;
    Place::path(place.own() + ":" + place.bin() + ":/usr/bin:/bin");
    CHECK(find_underlying(std::nullopt).program == place.bin() + "/ssh");
    CHECK(find_underlying("ssh -4").program == place.bin() + "/ssh");
    CHECK(find_underlying("env ssh").program == place.bin() + "/ssh");
    for (const std::string& text :
         {std::string("hf-ssh"), std::string("hf-ssh --via 'ssh -4'"), place.own() + "/hf-ssh",
          place.own() + "/ssh -4", "env " + place.own() + "/ssh",
          std::string("hf-ssh --via ssh -4"), std::string("exec hf-ssh")}) {
        INFO(std::string(text));
        CHECK(find_underlying(text).outcome == Outcome::itself);
    }
}

TEST_CASE("underlying: the command for another host") {
    const Place place;
    const Words typed = {"-p", "22", "a b", "git-upload-pack 'x'"};
    CHECK(argv(find_underlying(std::nullopt), typed) ==
          Words{place.bin() + "/ssh", "-p", "22", "a b", "git-upload-pack 'x'"});
    const Underlying launched = find_underlying("env A=1 ssh -4");
    CHECK(argv(launched, {"host"}) == Words{"env", "A=1", "ssh", "-4", "host"});
    CHECK(command_for(launched, {}).file.ends_with("/env"));
    CHECK(argv(find_underlying("wrapper-less() { ssh; }; x"), {"h"}) ==
          Words{"/bin/sh", "-c", "wrapper-less() { ssh; }; x \"$@\"", "wrapper-less() { ssh; }; x",
                "h"});
    CHECK(argv(find_underlying("my-ssh work"), {"h"}) ==
          Words{place.bin() + "/my-ssh", "work", "h"});
    CHECK(argv(find_underlying("PATH=/elsewhere A='x y' ssh -4"), {"h"}) ==
          Words{"env", "PATH=/elsewhere", "A=x y", "ssh", "-4", "h"});
}

// What a program at PLACE's bin/ssh is started with, when git's own sh -c runs TEXT, and when
// command_for()'s command runs.
TEST_CASE("underlying: the program gets what it would get from git") {
    const Place place;
    place.program("bin/ssh", "for w; do printf '<%s>' \"$w\"; done; printf '%s|%s' \"$A\" \"$B\"");
    setenv("HFSSH_TEST_KEY", "a  b", 1);
    for (const std::string text : {"ssh",
                                   "ssh -4\t-v",
                                   "ssh -i \"$HFSSH_TEST_KEY\"",
                                   "ssh -i ~/x -i '~/x'",
                                   "exec ssh -4",
                                   "A=1 B=\"$HFSSH_TEST_KEY\" ssh",
                                   "A=$HFSSH_TEST_KEY B=$A ssh",
                                   "env A=2 ssh -4",
                                   "ssh -o a\\ b -o \"c\\\"d\" -o 'e\"f'",
                                   "ssh -i $(printf 'x y' | tr ' ' _)",
                                   "ssh -o `echo z`",
                                   "ssh -i ${HFSSH_TEST_NO:-'d e'}",
                                   "ssh -i \"\" -i ''",
                                   "ssh -o '*' -i /nowhere*",
                                   "ssh $HFSSH_TEST_NO -4",
                                   "ssh host -4",
                                   "ssh -o a=$((1+1))",
                                   "ssh -4; true",
                                   "f() { ssh -6 \"$@\"; }; f",
                                   "if :; then ssh \"$@\"; fi; :"}) {
        INFO(text);
        const Words typed = {"-p", "22", "a b", "git-upload-pack 'x;y'"};
        const Underlying found = find_underlying(text);
        REQUIRE(found.runs());
        Words by_git = {"/bin/sh", "-c", text + " \"$@\"", text};
        by_git.insert(by_git.end(), typed.begin(), typed.end());
        const std::string expected = output({"/bin/sh", by_git});
        CHECK_FALSE(expected.empty());
        put_assignments(found);
        CHECK(output(command_for(found, typed)) == expected);
        for (const char* name : {"A", "B"})
            unsetenv(name);
    }
    unsetenv("HFSSH_TEST_KEY");
}

TEST_CASE("words that no shell may see") {
    const auto words = [](const char* text) { return literal_words(text).value_or(Words{"none"}); };
    CHECK(words("'/a b/ssh' --via \"ssh -4\" x\\ y") ==
          Words{"/a b/ssh", "--via", "ssh -4", "x y"});
    CHECK(words("a '' \"$\"") == Words{"none"});
    CHECK(words("a ''") == Words{"a", ""});
    CHECK(words("'$(x) `y`'\\'' ;'") == Words{"$(x) `y`' ;"});
    for (const char* text :
         {"$(x) ssh", "`x`", "\"$(x)\"", "\"`x`\"", "ssh; x", "ssh\nx", "ssh | x", "ssh & x",
          "~/ssh", "ssh *", "X=1 ssh", "ssh >x", "{a,b}", "'a", "\"a", "a\\", "# a", "", " "}) {
        CAPTURE(text);
        CHECK_FALSE(literal_words(text));
    }
    CHECK(read_underlying("$(exit 3) ssh").outcome == Outcome::not_evaluated);
    CHECK(read_underlying("'ssh' -4").arguments == Words{"-4"});
    CHECK(read_underlying("ssh; x").outcome == Outcome::compound);
}
