#include "manage/hostkeys/hostkeys.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/system/failure.hpp"
#include "support/host_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using manage::NamedKey;
using manage::NamedKeys;
using manage::WordsKind;
using test::ed25519;
using Form = NamedKey::Form;

namespace {

NamedKeys read(const std::string& text) {
    return manage::read_key_lines("f", text);
}

// What the words are refused with; empty where they are taken.
std::string refusal(const std::vector<std::string>& words) {
    try {
        static_cast<void>(manage::read_key_words(words));
    } catch (const system::Failure& failure) {
        return failure.what();
    }
    return {};
}

bool has(const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the forms of a line") {
    struct Row {
        std::string line;
        Form form;
        std::string comment;
    };
    const std::string a = ed25519('a');
    for (const Row& row : std::vector<Row>{
             {"hf.co " + a, Form::addition, ""},
             {"hf.co\t" + a + "  of  May ", Form::addition, "of May"},
             {"hf.co,huggingface.co " + a, Form::addition, ""},
             {a, Form::key, ""},
             {a + " root@server", Form::key, "root@server"},
             {"  " + a + "\r", Form::key, ""},
             {"@revoked hf.co " + a + " stolen", Form::revocation, "stolen"},
             {"@revoked * " + a, Form::revocation, ""},
         }) {
        CAPTURE(row.line);
        const NamedKeys named = read(row.line);
        CHECK(named.problems.empty());
        REQUIRE(named.keys.size() == 1);
        CHECK(named.keys[0].key.blob == test::ed25519_blob('a'));
        CHECK(named.keys[0].form == row.form);
        CHECK(named.keys[0].comment == row.comment);
    }
}

TEST_CASE("lines that name no key to be taken") {
    struct Row {
        std::string line;
        std::string_view problem;
    };
    const std::string a = ed25519('a');
    for (const Row& row : std::vector<Row>{
             {"github.com " + a, "not for hf.co"},
             {"*.co " + a, "only the literal name hf.co"},
             {"HF.CO " + a, "only the literal name hf.co"},
             {"huggingface.co " + a, "only the literal name hf.co"},
             {"|1|x|y " + a, "only the literal name hf.co"},
             {"hf.co,*.co " + a, "not for a pattern"},
             {"hf.co,!x " + a, "not for a pattern"},
             {"hf.co,[hf.co]:443 " + a, "not for a pattern"},
             {"!hf.co " + a, "not for hf.co"},
             {"@cert-authority hf.co " + a, "@cert-authority is not supported"},
             {"@Revoked hf.co " + a, "lower case"},
             {"@bogus hf.co " + a, "unknown marker"},
             {"hf.co " + a.substr(0, a.size() - 4), "cut short"},
             {a.substr(0, a.size() - 4), "cut short"},
             {"hf.co ssh-rsa " + a.substr(a.find(' ') + 1), "not of the type"},
             {"hf.co ssh-ed25519 not!base64", "not base64"},
             {"hf.co ssh-unknown AAAA", "cut short"},
             {"ssh-ed25519-cert-v01@openssh.com " +
                  test::text_of("", test::field("ssh-ed25519-cert-v01@openssh.com")).substr(1),
              "does not support this key type"},
             {"hf.co", "needs a host, a type and a key"},
             {"ssh-ed25519", "needs a host, a type and a key"},
             {a + " \x1b[2J", "control character"},
             {a + std::string(" \0", 2), "control character"},
         }) {
        CAPTURE(row.line);
        const NamedKeys named = read(row.line);
        CHECK(named.keys.empty());
        REQUIRE(named.problems.size() == 1);
        CHECK(has(named.problems[0].text, row.problem));
        CHECK(has(refusal({row.line + "\n"}), row.problem));
    }
}

TEST_CASE("lines keep their order and their numbers") {
    const NamedKeys named =
        read("\xEF\xBB\xBF# head\r\n\r\n@revoked hf.co " + ed25519('a') + "\r\n" + ed25519('b') +
             "\r\nother " + ed25519('x') + "\r\nhf.co " + ed25519('c'));
    REQUIRE(named.keys.size() == 3);
    CHECK(named.keys[0].form == Form::revocation);
    CHECK(named.keys[1].form == Form::key);
    CHECK(named.keys[2].form == Form::addition);
    REQUIRE(named.problems.size() == 1);
    CHECK(named.problems[0].where.line == 5);
}

TEST_CASE("DSA keys stand apart") {
    const std::string dsa = test::published("ssh-dss");
    for (const std::string& line : {dsa, "hf.co " + dsa}) {
        const NamedKeys named = read(line + "\n" + ed25519('a'));
        CHECK(named.dsa.size() == 1);
        CHECK(named.problems.empty());
        CHECK(named.keys.size() == 1);
        CHECK(has(refusal({line}), "a DSA key is never accepted"));
    }
}

TEST_CASE("what kind of thing the words are") {
    const std::string a = ed25519('a');
    CHECK(manage::kind_of({"SHA256:x"}) == WordsKind::fingerprints);
    CHECK(manage::kind_of({"sha256:x", "MD5:00"}) == WordsKind::fingerprints);
    CHECK(manage::kind_of({"-"}) == WordsKind::standard_input);
    CHECK(manage::kind_of({"known_hosts"}) == WordsKind::file);
    CHECK(manage::kind_of({"a file of lines"}) == WordsKind::file);
    CHECK(manage::kind_of({"ssh-ed25519"}) == WordsKind::file);
    CHECK(manage::kind_of({""}) == WordsKind::file);
    CHECK(manage::kind_of({a}) == WordsKind::lines);
    CHECK(manage::kind_of({"hf.co " + a}) == WordsKind::lines);
    CHECK(manage::kind_of({"@revoked x"}) == WordsKind::lines);
    CHECK(manage::kind_of({"x\ny"}) == WordsKind::lines);
    CHECK(manage::kind_of({"hf.co", "ssh-ed25519", "AAAA"}) == WordsKind::lines);
    CHECK(manage::kind_of({"SHA256:x", "y"}) == WordsKind::lines);
}

TEST_CASE("words that are refused") {
    CHECK(has(refusal({"SHA256:x"}), "not a fingerprint"));
    CHECK(
        has(refusal({"MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"}), "not a fingerprint"));
    CHECK(has(refusal({"SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao", "x"}), "cannot be"));
    CHECK(has(refusal({""}), "No such file"));
    CHECK(has(refusal({"/"}), "is a directory"));
    CHECK(has(refusal({"\n"}), "no host key in this line"));
    const test::TempDirectory directory;
    CHECK(has(refusal({directory / "gone"}), "No such file"));
    CHECK(has(refusal({directory.write("none", "# nothing\n")}), "there is no host key in"));
    CHECK(has(refusal({directory.write("others", "other " + ed25519('a'))}), "not for hf.co"));
    CHECK(has(refusal({directory.write("binary", std::string("\x7f"
                                                             "ELF\0",
                                                             5))}),
              "binary:1: the line has a control character"));
    CHECK(has(refusal({directory.write("huge", std::string((1 << 20) + 1, '#'))}), "larger than"));
    CHECK(has(refusal({directory.write("mixed", ed25519('a') + "\nhf.co ssh-ed25519 AAAA\n")}),
              "mixed:2: "));
}

TEST_CASE("of a file, lines for others are passed over") {
    const test::TempDirectory directory;
    const auto named = manage::read_key_words(
        {directory.write("f", "other " + ed25519('x') + "\nhf.co " + ed25519('a') + "\n")});
    REQUIRE(named.keys.size() == 1);
    CHECK(named.keys[0].key.blob == test::ed25519_blob('a'));
    CHECK(manage::read_key_words({"hf.co", "ssh-ed25519", ed25519('a').substr(12)}).keys.size() ==
          1);
}
