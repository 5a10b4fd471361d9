#include "hfssh/manage/report/report.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "hfssh/system/text.hpp"

using namespace hfssh::manage;

TEST_CASE("report: text and JSON come from the same fields") {
    Report report("demo");
    report.whole().add("agent", "agent", "answered");
    Record& record = report.add("keys");
    record.heading("~/.ssh/id_ed25519")
        .add({"bits", "type", 256, "ED25519, 256 bits", Tone::plain})
        .json("path", nullptr)
        .text("note", "one\ntwo");
    report.empty_list("others");

    CHECK(report.to_json().dump() == R"({"version":1,"command":"demo","agent":"answered",)"
                                     R"("keys":[{"bits":256,"path":null}],"others":[]})");
    CHECK(report.to_text(Style{}) ==
          "    agent  answered\n"
          "\n"
          "~/.ssh/id_ed25519\n"
          "    type  ED25519, 256 bits\n"
          "    note  one\n"
          "          two\n");
}

TEST_CASE("report: colour where it is asked for, and only there") {
    Report report("demo");
    report.whole().heading("alice", Tone::good).text("key", "x", Tone::bad);
    CHECK(report.to_text(Style{}).find('\x1b') == std::string::npos);
    CHECK(report.to_text(Style{true, false}) ==
          "\x1b[32malice\x1b[0m\n    key  \x1b[31mx\x1b[0m\n");
}

TEST_CASE("report: rows have columns, whole in a pipe, and one line of a terminal") {
    Report report("demo");
    report.add("keys").row(Mark::ok, {"alice", "~/.ssh/id_ed25519", "ED25519", "ready"});
    report.add("keys").row(Mark::skipped, {"?", "~/.ssh/x", "RSA", "locked"});
    CHECK(report.to_text(Style{}) ==
          "ok       alice  ~/.ssh/id_ed25519  ED25519  ready\n"
          "-        ?      ~/.ssh/x           RSA      locked\n");
    const std::string name(90, 'x');
    const std::string words = "a last column that would need a second line, or a third one";
    report.add("keys").row(Mark::failure, {"anonymous", name, "ED25519", words});
    CHECK(report.to_text(Style{}).find(name + "  ED25519  " + words + "\n") != std::string::npos);
    for (const std::size_t width : {40U, 80U}) {
        const std::string text = report.to_text(Style{false, true, width, true});
        CHECK(std::ranges::count(text, '\n') == 3);
        for (const std::string_view line : hfssh::system::lines(text)) {
            const auto shown = std::ranges::count_if(
                line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
            CHECK(static_cast<std::size_t>(shown) <= width);
        }
    }
    CHECK(report.to_text(Style{false, true, 80, true}).find("xxx\xE2\x80\xA6xxx") !=
          std::string::npos);
    CHECK(report.to_text(Style{false, false, 80, true}).find("xxx...xxx") != std::string::npos);
}

TEST_CASE("report: marked records stand close, with words in a pipe and symbols at a terminal") {
    Report report("demo");
    const auto add = [&](Mark mark, const char* label) -> Record& {
        return report.add("checks").mark(mark, label, "found");
    };
    add(Mark::ok, "a  ");
    add(Mark::failure, "bcd").text("fix", "this");
    add(Mark::warning, "b  ");
    add(Mark::skipped, "c  ");
    report.last().heading("end").json("count", 4);
    CHECK(report.to_text(Style{}) ==
          "ok       a    found\n"
          "FAILED   bcd  found\n"
          "         fix  this\n"
          "warning  b    found\n"
          "skipped  c    found\n"
          "\n"
          "end\n");
    CHECK(report.to_text(Style{false, true}) ==
          "\xE2\x9C\x93 a    found\n"
          "\xE2\x9C\x97 bcd  found\n"
          "    fix  this\n"
          "! b    found\n"
          "- c    found\n"
          "\n"
          "end\n");
    CHECK(report.to_text(Style{true, false}).starts_with("\x1b[32mok\x1b[0m       \x1b[1ma  "));
    CHECK(report.to_json().dump() ==
          R"({"version":1,"command":"demo","checks":[{},{},{},{}],"count":4})");
}

TEST_CASE("report: a command is not broken into lines") {
    Report report("demo");
    const std::string command = "git " + std::string(60, 'x') + " " + std::string(60, 'y');
    report.whole().add({"fix", "fix", command, command, Tone::plain, true});
    CHECK(report.to_text(Style{}) == "    fix  " + command + "\n");
}

TEST_CASE("report: lines end before the 80th column, words stay whole") {
    Report report("demo");
    const std::string longest(100, 'x');
    report.whole().text("label",
                        "word word word word word word word word word word word word word "
                        "word word word word " +
                            longest + " word\nnext");
    std::size_t longer = 0;
    for (std::size_t start = 0, end = 0; start < report.to_text(Style{}).size(); start = end + 1) {
        end = report.to_text(Style{}).find('\n', start);
        if (end - start > 80) ++longer;
    }
    CHECK(longer == 1);
    CHECK(report.to_text(Style{}).find(longest) != std::string::npos);
    CHECK(report.to_text(Style{}).find("\n           next\n") != std::string::npos);
}

TEST_CASE("report: its JSON is ASCII, so that a terminal shows what is there") {
    struct Row {
        const char* text;
        const char* json;
    };
    for (const Row& row : {
             Row{"\x1b[2J", R"("\u001b[2J")"}, Row{"a\x7f", R"("a\u007f")"},  // DEL
             Row{"\xC2\x9B", R"("\u009b")"},                                  // C1: CSI
             Row{"\xE2\x80\xAE", R"("\u202e")"},                    // right-to-left override
             Row{"\xE2\x81\xA6", R"("\u2066")"},                    // isolate
             Row{"\xE2\x80\x8F", R"("\u200f")"},                    // right-to-left mark
             Row{"\xD8\x9C", R"("\u061c")"},                        // Arabic letter mark
             Row{"\xE2\x80\xA8\xE2\x80\xA9", R"("\u2028\u2029")"},  // separators
             Row{"caf\xC3\xA9", R"("caf\u00e9")"},
             Row{"caf\xe9", R"("caf\ufffd")"},  // invalid UTF-8
         }) {
        CHECK(ascii(row.text) == row.json);
    }
    CHECK(ascii({{"\xE2\x80\xAE", 1}}) == R"({"\u202e":1})");
}

TEST_CASE("report: nothing from outside reaches a terminal as it is") {
    Report report("demo");
    report.whole()
        .heading("a\x1b[2J\nb")
        .text("key", "\x1b]0;x\x07 two")
        .add({"", "fix", {}, "chmod \x1b", Tone::plain, true});
    report.add("checks").mark(Mark::ok, "c", "found \x1b");
    CHECK(report.to_text(Style{}) ==
          "a\\x1b[2J\nb\n    key  \\x1b]0;x\\x07 two\n    fix  chmod \\x1b\n\n"
          "ok       c  found \\x1b\n");
}
