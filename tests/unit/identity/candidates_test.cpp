#include "hfssh/identity/candidates.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "hfssh/hub/wire.hpp"
#include "hfssh/identity/policy.hpp"
#include "hfssh/ssh/config/path.hpp"
#include "hfssh/system/encode.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::test::make_key;
using hfssh::test::TempDirectory;

namespace {

AgentAnswer holding(const std::vector<std::string>& public_files) {
    AgentAnswer answer;
    answer.state = AgentState::answered;
    for (const std::string& text : public_files) {
        auto line = read_public_file(text);
        REQUIRE(line);
        answer.keys.push_back({std::move(line->key), "in the agent"});
    }
    return answer;
}

std::vector<std::string> paths(const Inventory& inventory, const TempDirectory& directory) {
    std::vector<std::string> names;
    for (const Candidate& candidate : inventory.candidates) {
        const bool below = candidate.path.starts_with(directory.path());
        names.push_back(below ? candidate.path.substr(directory.path().size() + 1)
                              : candidate.path);
    }
    return names;
}

Inventory all_of(const TempDirectory& directory, const Request& request = {},
                 const AgentAnswer& agent = {}) {
    return gather(request, agent, directory.path());
}

// As UTF-16 with its mark, with the low byte of each character at AT of the two.
std::string wide(const std::string& text, std::size_t at) {
    std::string bytes = at == 0 ? "\xff\xfe" : "\xfe\xff";
    for (const char c : text)
        bytes.append(at, '\0').append(1, c).append(1 - at, '\0');
    return bytes;
}

// TEXT with other line ends.
std::string replaced(const std::string& text, const std::string& end) {
    std::string result;
    for (const char c : text)
        result += c == '\n' ? end : std::string(1, c);
    return result;
}

}  // namespace

TEST_CASE("candidates: the order of the design, each key once") {
    const TempDirectory directory;
    make_key(directory / "id_rsa", {"-t", "rsa"});
    make_key(directory / "id_ecdsa", {"-t", "ecdsa"});
    make_key(directory / "id_ed25519");
    make_key(directory / "work", {"-t", "ed25519"}, "a passphrase");
    make_key(directory / "another");
    directory.write("elsewhere/readme", "");
    make_key(directory / "elsewhere/key");
    make_key(directory / "elsewhere/agent");
    directory.write("known_hosts", "hf.co ssh-ed25519 AAAA\n");
    directory.write("config", "Host *\n");
    directory.write("lonely.pub", directory.read("another.pub"));
    directory.write("no_pub", directory.read("elsewhere/agent"));

    Request request;
    request.configured = {directory / "elsewhere/key", directory / "work"};
    const Inventory found =
        all_of(directory, request,
               holding({directory.read("elsewhere/agent.pub"), directory.read("id_rsa.pub")}));
    CHECK(paths(found, directory) == std::vector<std::string>{"elsewhere/key", "work", "id_ed25519",
                                                              "id_ecdsa", "id_rsa", "another", ""});
    CHECK(found.candidates[0].origin == Origin::configuration);
    CHECK(found.candidates[1].encrypted);
    CHECK_FALSE(found.candidates[1].ready());
    CHECK(found.candidates[1].usable());
    CHECK(found.candidates[2].origin == Origin::default_file);
    CHECK_FALSE(found.candidates[2].in_agent);
    CHECK(found.candidates[4].in_agent);
    CHECK(found.candidates[5].origin == Origin::other_file);
    CHECK(found.candidates[6].origin == Origin::agent);
    CHECK(found.candidates[6].ready());
    REQUIRE(found.place(directory / "work") != nullptr);
    CHECK(found.place(directory / "work")->candidate == 1);
}

TEST_CASE("candidates: a locked key is ready where the agent has it") {
    const TempDirectory directory;
    make_key(directory / "id_ed25519", {"-t", "ed25519"}, "a passphrase");
    CHECK_FALSE(all_of(directory).candidates.at(0).ready());
    CHECK(all_of(directory, {}, holding({directory.read("id_ed25519.pub")}))
              .candidates.at(0)
              .ready());
}

TEST_CASE("candidates: what is never offered, and what nobody can sign with") {
    const TempDirectory directory;
    make_key(directory / "id_rsa", {"-t", "rsa", "-b", "1024"});
    // OpenSSH 10 makes no such key any more.
    const bool dsa = hfssh::test::succeeds(
        {"ssh-keygen", "-q", "-t", "dsa", "-N", "", "-f", directory / "id_dsa"});
    make_key(directory / "id_ecdsa", {"-t", "ecdsa"});
    REQUIRE(unlink((directory / "id_ecdsa").c_str()) == 0);
    make_key(directory / "id_ed25519");
    REQUIRE(chmod((directory / "id_ed25519").c_str(), 0640) == 0);

    const Inventory found = all_of(directory);
    REQUIRE(found.candidates.size() == (dsa ? 4 : 3));
    for (const Candidate& candidate : found.candidates) {
        CAPTURE(candidate.path);
        CHECK_FALSE(candidate.usable());
    }
    CHECK(found.candidates[0].exposed);
    CHECK(found.candidates[1].path == directory / "id_ecdsa.pub");
    CHECK(found.candidates[2].refusal == Refusal::short_rsa);
    if (dsa) CHECK(found.candidates[3].refusal == Refusal::dsa);
    CHECK(all_of(directory, {}, holding({directory.read("id_ecdsa.pub")})).candidates[1].usable());
}

TEST_CASE("candidates: a key that this ssh would not offer") {
    const TempDirectory directory;
    make_key(directory / "id_rsa", {"-t", "rsa", "-b", "2048"});
    make_key(directory / "id_ed25519");
    make_key(directory / "id_ecdsa", {"-t", "ecdsa"});
    const auto refusals = [&](const std::string& accepted, const std::string& bits = "1024") {
        Request request;
        request.policy =
            read_policy(hfssh::ssh::read_resolved("hostname hf.co\nport 22\nuser git\n"
                                                  "pubkeyacceptedalgorithms " +
                                                  accepted + "\nrequiredrsasize " + bits + "\n"));
        std::string found;
        for (const Candidate& candidate : all_of(directory, request).candidates) {
            found += candidate.usable()                                ? "u"
                     : candidate.refusal == Refusal::not_accepted      ? "a"
                     : candidate.refusal == Refusal::required_rsa_size ? "r"
                                                                       : "?";
        }
        return found;
    };
    CHECK(refusals("ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512") == "uuu");
    CHECK(refusals("ecdsa-sha2-nistp256,rsa-sha2-256") == "auu");  // FIPS
    CHECK(refusals("ecdsa-*,rsa-sha2-*") == "auu");
    CHECK(refusals("ssh-ed*") == "uaa");
    CHECK(refusals("*,!ssh-ed25519") == "auu");
    CHECK(refusals("ssh-ed25519-cert-v01@openssh.com") == "aaa");
    CHECK(refusals("*", "3072") == "uur");

    make_key(directory / "ca");
    (void)hfssh::test::run(
        {"ssh-keygen", "-q", "-s", directory / "ca", "-I", "me", directory / "id_ed25519.pub"});
    CHECK(refusals("ssh-ed25519-cert-v01@openssh.com") == "uaaa");
}

TEST_CASE("candidates: a type that only ssh may know") {
    const TempDirectory directory;
    const std::string type = "ssh-mldsa44-ed25519@openssh.com";
    const auto blob =
        hfssh::hub::wire_string(type) + hfssh::hub::wire_string(std::string(1344, 'm'));
    const auto key = read_public_key(blob);
    REQUIRE(key);
    const auto agent = holding({public_file_text(*key, "")});
    Request request;
    CHECK(all_of(directory, request, agent).candidates.at(0).refusal == Refusal::unsupported);
    request.policy.accepted = {"ssh-ed25519"};
    CHECK(all_of(directory, request, agent).candidates.at(0).refusal == Refusal::unsupported);
    request.policy.accepted = {"ssh-ed25519", type};
    CHECK(all_of(directory, request, agent).candidates.at(0).ready());
}

TEST_CASE("candidates: IdentitiesOnly means what it means in ssh") {
    const TempDirectory directory;
    for (const char* name : {"id_ed25519", "other", "agents", "configured"})
        make_key(directory / name);
    const auto agent = holding({directory.read("agents.pub"), directory.read("configured.pub")});
    REQUIRE(unlink((directory / "agents").c_str()) == 0);
    REQUIRE(rename((directory / "agents.pub").c_str(), (directory / "x").c_str()) == 0);
    Request request;
    CHECK(all_of(directory, request, agent).candidates.size() == 4);
    request.policy.identities_only = true;
    CHECK(paths(all_of(directory, request, agent), directory) ==
          std::vector<std::string>{"id_ed25519"});

    request.policy.files_configured = true;
    request.configured = {directory / "configured"};
    const Inventory found = all_of(directory, request, agent);
    CHECK(paths(found, directory) == std::vector<std::string>{"configured"});
    CHECK(found.candidates[0].in_agent);
    request.environment_identity = agent.keys[0].key.fingerprint();
    CHECK(all_of(directory, request, agent).candidates.size() == 2);
}

TEST_CASE("candidates: a private file that ssh cannot read") {
    const TempDirectory directory;
    make_key(directory / "id_ed25519");
    const std::string key = directory.read("id_ed25519");
    const std::string crlf = replaced(key, "\r\n"), indented = "  " + replaced(key, "\n  ");
    struct Row {
        std::string text;
        KeyForm form;
        const char* words;
    };
    const Row rows[] = {{crlf, KeyForm::crlf, "CRLF"},
                        {key.substr(0, key.size() - 1), KeyForm::no_final_newline, "newline"},
                        {indented, KeyForm::surrounded, "blanks"},
                        {"\xef\xbb\xbf" + key, KeyForm::surrounded, "text"},
                        {"note\n" + key, KeyForm::surrounded, "text"},
                        {"\"" + key + "\"", KeyForm::surrounded, "text"},
                        {"\n\n" + key, KeyForm::surrounded, "blanks"},
                        {wide(key, 0), KeyForm::utf16, "UTF-16"},
                        {wide(key, 1), KeyForm::utf16, "UTF-16"},
                        {wide(crlf, 0), KeyForm::utf16, "UTF-16"},
                        {replaced(key, "\r"), KeyForm::cr, "CR line ends"},
                        {replaced(key, " "), KeyForm::joined, "instead of line ends"},
                        {replaced(key, "\\n"), KeyForm::escaped, "instead of line ends"},
                        {"'" + replaced(key, "\\n") + "'\n", KeyForm::escaped, "line ends"},
                        {hfssh::system::base64_encode(key), KeyForm::base64, "base64"},
                        {key.substr(0, key.find("-----END")), KeyForm::no_end, "END"},
                        {key.substr(0, key.find("\n-----END")), KeyForm::no_end, "END"},
                        {key.substr(0, key.size() - 4), KeyForm::no_end, "END"},
                        {key + "\n\nnote\n", KeyForm::good, ""}};
    const std::string path = directory / "id_ed25519";
    for (const Row& row : rows) {
        CAPTURE(row.text);
        directory.write("id_ed25519", row.text);
        REQUIRE(chmod(path.c_str(), 0600) == 0);
        const Candidate candidate = all_of(directory).candidates.at(0);
        CHECK(candidate.form == row.form);
        CHECK(candidate.ready() == (row.form == KeyForm::good));
        CHECK(hfssh::test::succeeds({"ssh-keygen", "-y", "-P", "", "-f", path}) ==
              (row.form == KeyForm::good));
        const auto agent = holding({directory.read("id_ed25519.pub")});
        CHECK(all_of(directory, {}, agent).candidates.at(0).ready());
        if (row.form == KeyForm::good) continue;

        const auto obstacle = obstacle_of(candidate, AgentState::none);
        REQUIRE(obstacle);
        CHECK(obstacle->text.find(row.words) != std::string::npos);
        (void)hfssh::test::run({"sh", "-c", obstacle->fix});
        CHECK(directory.read("id_ed25519") == key);
        struct stat info = {};
        REQUIRE(stat(path.c_str(), &info) == 0);
        CHECK((info.st_mode & 07777) == 0600);
    }
}

TEST_CASE("a private key that is damaged is one, and no other is proposed") {
    const TempDirectory directory;
    make_key(directory / "id_ed25519");
    const std::string key = directory.read("id_ed25519");
    const std::string body = key.substr(key.find('\n') + 1);
    const std::string half = directory.read("id_ed25519.pub");
    for (const std::string& text :
         {key.substr(0, key.size() / 2), key.substr(1), body, wide(key, 0).substr(0, key.size())}) {
        CAPTURE(text);
        directory.write("id_ed25519", text);
        directory.write("id_ed25519.pub", half);
        for (const bool has_public : {true, false}) {
            if (!has_public) REQUIRE(unlink((directory / "id_ed25519.pub").c_str()) == 0);
            const Candidate candidate = all_of(directory).candidates.at(0);
            CHECK(candidate.form == KeyForm::damaged);
            CHECK_FALSE(candidate.usable());
            CHECK(candidate.key.has_value() == has_public);
            CHECK(obstacle_of(candidate, AgentState::none)->fix ==
                  "git hf-ssh keys new " + (directory / "id_ed25519-new"));
        }
    }
}

TEST_CASE("a file that gives no key is not forgotten") {
    const TempDirectory directory;
    directory.write("id_ecdsa", "");
    directory.write("id_rsa", "PuTTY-User-Key-File-3: ssh-rsa\n");
    make_key(directory / "alone");
    REQUIRE(unlink((directory / "alone.pub").c_str()) == 0);
    directory.write("config", "Host hf.co\n");
    const Inventory inventory = all_of(directory);
    CHECK(inventory.candidates.empty());
    REQUIRE(inventory.unread.size() == 3);
    CHECK(inventory.unread[0].problem.detail == "it is empty");
    CHECK(inventory.unread[1].problem.detail.find("PuTTY") != std::string::npos);
    CHECK(inventory.unread[2].problem.kind == NotStored::Kind::alone);
    CHECK(inventory.unread[2].path == directory / "alone");
    make_key(directory / "id_ed25519");
    CHECK(all_of(directory).unread.size() ==
          2);  // with a key, one without a .pub is of no interest
}

TEST_CASE("candidates: named paths, and the keys found there") {
    const TempDirectory directory;
    make_key(directory / "key");
    make_key(directory / "acme");
    make_key(directory / "bob");
    REQUIRE(symlink((directory / "key").c_str(), (directory / "link").c_str()) == 0);
    Request request;
    request.typed = directory / "link";
    request.environment_identity = "SHA256:" + std::string(43, 'x');
    request.settings = {{"bob", Setting::Kind::identity, directory / "bob", "bob's"},
                        {"acme", Setting::Kind::identity, directory / "missing", "acme's"}};
    request.repository = hfssh::hub::Repository{"", "acme", "model"};
    request.configured = {directory / "key"};

    const Inventory found = gather(request, {}, "");
    CHECK(paths(found, directory) == std::vector<std::string>{"link"});
    CHECK(found.place(directory / "key")->candidate == 0);
    REQUIRE(found.place(directory / "missing") != nullptr);
    CHECK(found.place(directory / "missing")->problem.kind == NotStored::Kind::missing);
    CHECK(found.place(directory / "bob") == nullptr);  // another namespace's business
    CHECK(found.place(*request.environment_identity) == nullptr);
}

TEST_CASE("candidates: certificates in the agent are not keys of their own") {
    const TempDirectory directory;
    make_key(directory / "ca");
    make_key(directory / "id");
    (void)hfssh::test::run(
        {"ssh-keygen", "-q", "-s", directory / "ca", "-I", "me", directory / "id.pub"});
    const auto agent = holding({directory.read("id-cert.pub"), directory.read("id.pub")});
    CHECK(gather({}, agent, "").candidates.size() == 1);
}

TEST_CASE("candidates: a large directory is bounded, a missing one is none") {
    const TempDirectory directory;
    make_key(directory / "id");
    for (int i = 0; i < 100; ++i) {
        const std::string name = "k" + std::to_string(i);
        directory.write(name, directory.read("id"));
        directory.write(name + ".pub", directory.read("id.pub"));
    }
    CHECK(all_of(directory).candidates.size() == 1);
    CHECK(gather({}, {}, directory / "missing").candidates.empty());
}

TEST_CASE("identity path: tokens and variables") {
    hfssh::ssh::PathTokens tokens{"/home/u", "me",        "git",  "hf.co", "hf-work", "hf-work",
                                  "22",      "box.local", "jump", 1000,    nullptr};
    tokens.environment = [](const char* name) -> std::optional<std::string> {
        if (std::strcmp(name, "KEYS") == 0) return "/keys %d";
        return std::nullopt;
    };
    const auto expand = [&](const char* raw) {
        const auto result = hfssh::ssh::expand_path(raw, tokens);
        const auto* path = std::get_if<std::string>(&result);
        return path != nullptr ? *path
                               : "problem: " + std::get<hfssh::ssh::PathProblem>(result).detail;
    };
    CHECK(expand("~/.ssh/id") == "/home/u/.ssh/id");
    CHECK(expand("~") == "/home/u");
    CHECK(expand("%d/%u-%r@%h-%n:%p") == "/home/u/me-git@hf.co-hf-work:22");
    CHECK(expand("/a/%i/%l/%L/%k/%j/%%") == "/a/1000/box.local/box/hf-work/jump/%");
    CHECK(expand("${KEYS}/a b") == "/keys %d/a b");
    CHECK(expand("$KEYS/$") == "$KEYS/$");
    CHECK(expand("a/~b") == "a/~b");
    CHECK(expand("%q") == "problem: %q");
    CHECK(expand("%C") == "problem: %C");
    CHECK(expand("x%") == "problem: %");
    CHECK(expand("${NONE}") == "problem: ${NONE}");
    CHECK(expand("${KEYS") == "problem: ${KEYS");
    tokens.home = "/home/100%u";
    CHECK(expand("~/%u") == "/home/100%u/me");
}

TEST_CASE("identity path: the files of an alias alone") {
    using List = std::vector<std::string>;
    const List work = {"~/.ssh/work", "~/.ssh/id_rsa"};
    CHECK(hfssh::ssh::own_files(work, {"~/.ssh/id_rsa"}) == List{"~/.ssh/work"});
    CHECK(hfssh::ssh::own_files(work, {}) == work);
    CHECK(hfssh::ssh::own_files(work, work).empty());
    CHECK(hfssh::ssh::own_files({"none"}, {}).empty());
    CHECK(hfssh::ssh::own_files({}, work).empty());
}
