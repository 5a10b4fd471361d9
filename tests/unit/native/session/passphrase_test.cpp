#include "native/session/passphrase.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <optional>
#include <string>
#include <utility>

#include "support/temp_directory.hpp"

using namespace hfssh::native;
using hfssh::test::TempDirectory;

namespace {

// Sets a variable of the environment, or takes it away, and puts back what it was.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = ::getenv(name)) old_ = old;
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { set(old_ ? old_->c_str() : nullptr); }

  private:
    void set(const char* value) {
        value != nullptr ? ::setenv(name_, value, 1) : ::unsetenv(name_);
    }
    const char* name_;
    std::optional<std::string> old_;
};

// SCRIPT asks in a terminal's place, whether there is one or not.
class Askpass {
  public:
    explicit Askpass(const std::string& script)
        : program_("SSH_ASKPASS", directory_.write("askpass", script, 0700).c_str()) {}

    // What is given, "(not given)" or "(nobody)".
    [[nodiscard]] static std::string ask(const std::string& prompt = "passphrase: ") {
        const auto answer = ask_passphrase(prompt);
        if (const auto* passphrase = std::get_if<Passphrase>(&answer)) {
            return std::string(passphrase->view());
        }
        const auto none = std::get<NoPassphrase>(answer);
        return none == NoPassphrase::not_given ? "(not given)" : "(nobody)";
    }

  private:
    TempDirectory directory_;
    Variable program_;
    Variable require_{"SSH_ASKPASS_REQUIRE", "force"};
};

WayToAsk way(const char* require, bool display, bool program, bool terminal) {
    return way_to_ask({require, display, program}, terminal);
}

}  // namespace

TEST_CASE("who is asked for a passphrase") {
    constexpr auto terminal = WayToAsk::terminal;
    constexpr auto program = WayToAsk::program;
    constexpr auto nobody = WayToAsk::nobody;
    SUBCASE("the terminal, where there is one") {
        CHECK(way("", true, true, true) == terminal);
        CHECK(way("", false, false, true) == terminal);
        CHECK(way("never", true, true, true) == terminal);
        CHECK(way("whatever", true, true, true) == terminal);
    }
    SUBCASE("a program without a terminal, where it has a display") {
        CHECK(way("", true, true, false) == program);
        CHECK(way("", false, true, false) == nobody);
        CHECK(way("", true, false, false) == nobody);
        CHECK(way("never", true, true, false) == nobody);
        CHECK(way("prefer", false, true, false) == nobody);
    }
    SUBCASE("a program before the terminal") {
        CHECK(way("prefer", true, true, true) == program);
        CHECK(way("Prefer", true, true, true) == program);
        CHECK(way("prefer", false, true, true) == terminal);
        CHECK(way("prefer", true, false, true) == nobody);
    }
    SUBCASE("a program in any case") {
        CHECK(way("force", false, true, true) == program);
        CHECK(way("FORCE", false, true, false) == program);
        CHECK(way("force", true, false, true) == nobody);
    }
}

TEST_CASE("a program gives the passphrase") {
    SUBCASE("its first line") {
        CHECK(Askpass("#!/bin/sh\necho 'correct horse'\necho more\n").ask() == "correct horse");
        CHECK(Askpass("#!/bin/sh\nprintf 'a\\r\\nb'").ask() == "a");
        CHECK(Askpass("#!/bin/sh\nprintf ' no end '").ask() == " no end ");
    }
    SUBCASE("it has the prompt for an argument, printable, and no input of ours") {
        CHECK(Askpass("#!/bin/sh\necho \"$#$1$(cat)\"\n").ask("key \x1b[1m: ") ==
              "1key \\x1b[1m: ");
    }
    SUBCASE("it is found on PATH") {
        const TempDirectory directory;
        directory.write("hfssh-test-askpass", "#!/bin/sh\necho found\n", 0700);
        const std::string path = directory.path() + ":" + ::getenv("PATH");
        const Variable places("PATH", path.c_str());
        const Variable require("SSH_ASKPASS_REQUIRE", "force");
        const Variable program("SSH_ASKPASS", "hfssh-test-askpass");
        CHECK(Askpass::ask() == "found");
    }
    SUBCASE("it is a script without an interpreter") {
        CHECK(Askpass("echo \"$1\"\n").ask("plain") == "plain");
    }
}

TEST_CASE("a program gives none") {
    SUBCASE("it declines, whatever it says") {
        CHECK(Askpass("#!/bin/sh\necho secret\nexit 1\n").ask() == "(not given)");
        CHECK(Askpass("#!/bin/sh\necho secret\nkill -9 $$\n").ask() == "(not given)");
    }
    SUBCASE("an empty line, or nothing") {
        CHECK(Askpass("#!/bin/sh\necho\necho secret\n").ask() == "(not given)");
        CHECK(Askpass("#!/bin/sh\n").ask() == "(not given)");
    }
    SUBCASE("it does not stop") {
        CHECK(Askpass("#!/bin/sh\nexec yes\n").ask() == "(not given)");
    }
    SUBCASE("it is not there, or not named") {
        const Variable require("SSH_ASKPASS_REQUIRE", "force");
        for (const char* name : {"/no/such/askpass", "hfssh-no-such-askpass", ""}) {
            const Variable program("SSH_ASKPASS", name);
            CHECK(Askpass::ask() == "(nobody)");
        }
        const Variable program("SSH_ASKPASS", nullptr);
        CHECK(Askpass::ask() == "(nobody)");
    }
}

TEST_CASE("a passphrase stays in one place") {
    Passphrase first;
    const char* place = first.data();
    first.data()[0] = 'x';
    const Passphrase second(std::move(first));
    CHECK(second.c_str() == place);
    CHECK(second.view() == "x");
}
