#include "hfssh/identity/offer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "hfssh/identity/candidates.hpp"
#include "support/ssh_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::test::make_key;
using hfssh::test::TempDirectory;

namespace {

Candidate candidate_at(const std::string& path) {
    Request request;
    request.typed = path;
    const Inventory inventory = gather(request, {}, "");
    REQUIRE(inventory.candidates.size() == 1);
    return inventory.candidates[0];
}

Candidate agent_candidate(const std::string& public_text) {
    Candidate candidate;
    candidate.key = read_public_file(public_text)->key;
    candidate.in_agent = true;
    return candidate;
}

Offer offered(const Candidate& candidate, const std::string& state,
              hfssh::system::TemporaryDirectory& temporary) {
    auto result = prepare_offer(candidate, state, temporary);
    REQUIRE(std::holds_alternative<Offer>(result));
    return std::get<Offer>(result);
}

Offer offered(const Candidate& candidate, const std::string& state) {
    hfssh::system::TemporaryDirectory none;
    return offered(candidate, state, none);
}

unsigned mode_of(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

// ssh(1) reads PATH.pub before PATH: the key that it would ask the agent for.
std::string seen_by_ssh(const std::string& identity_file) {
    const bool beside = ::access((identity_file + ".pub").c_str(), R_OK) == 0;
    return hfssh::test::keygen_fingerprint(beside ? identity_file + ".pub" : identity_file);
}

void certify(const TempDirectory& directory, const std::string& name) {
    if (directory.read("ca").empty()) make_key(directory / "ca");
    (void)hfssh::test::run({"ssh-keygen", "-q", "-s", directory / "ca", "-I", "me", "-n", "git",
                            directory / (name + ".pub")});
}

// Sets a variable for as long as it lives.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { old_.empty() ? ::unsetenv(name_) : ::setenv(name_, old_.c_str(), 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::string old_;
};

}  // namespace

TEST_CASE("offer: a private file as it is") {
    const TempDirectory directory;
    make_key(directory / "a key");
    const Offer offer = offered(candidate_at(directory / "a key"), directory / "state");
    CHECK(offer.identity_file == directory / "a key");
    CHECK(offer.certificate_file.empty());
    CHECK(::access((directory / "state").c_str(), F_OK) != 0);  // nothing had to be written
}

TEST_CASE("offer: a key that only the agent has") {
    const TempDirectory directory;
    make_key(directory / "id");
    const Candidate candidate = agent_candidate(directory.read("id.pub"));
    const Offer offer = offered(candidate, directory / "state");
    CHECK(offer.identity_file.starts_with(directory / "state/identities/SHA256-"));
    CHECK(offer.identity_file.ends_with(".pub"));
    CHECK(mode_of(offer.identity_file) == 0600);
    CHECK(mode_of(directory / "state") == 0700);
    CHECK(mode_of(directory / "state/identities") == 0700);
    CHECK(seen_by_ssh(offer.identity_file) == candidate.fingerprint());

    SUBCASE("written only once") {
        struct stat before = {};
        struct stat after = {};
        REQUIRE(::stat(offer.identity_file.c_str(), &before) == 0);
        CHECK(offered(candidate, directory / "state").identity_file == offer.identity_file);
        REQUIRE(::stat(offer.identity_file.c_str(), &after) == 0);
        CHECK(before.st_ino == after.st_ino);
    }
    SUBCASE("put right where its mode was changed") {
        REQUIRE(::chmod(offer.identity_file.c_str(), 0644) == 0);
        (void)offered(candidate, directory / "state");
        CHECK(mode_of(offer.identity_file) == 0600);
    }
    SUBCASE("put right where it was changed") {
        make_key(directory / "other");
        directory.write(offer.identity_file.substr(directory.path().size() + 1),
                        directory.read("other.pub"), 0644);
        (void)offered(candidate, directory / "state");
        CHECK(seen_by_ssh(offer.identity_file) == candidate.fingerprint());
        CHECK(mode_of(offer.identity_file) == 0600);
    }
}

TEST_CASE("offer: neighbours that would mislead ssh") {
    const TempDirectory directory;
    make_key(directory / "id");
    make_key(directory / "other");
    const std::string right = hfssh::test::keygen_fingerprint(directory / "id.pub");
    const auto check = [&] {
        const Candidate candidate = candidate_at(directory / "id");
        CHECK(way_of(candidate) == Way::linked);
        const Offer offer = offered(candidate, directory / "state");
        CHECK(offer.certificate_file.empty());
        CHECK(seen_by_ssh(offer.identity_file) == right);
        CHECK(std::filesystem::equivalent(offer.identity_file, directory / "id"));
        for (const char* suffix : {"-cert", "-cert.pub"}) {
            CHECK(::access((offer.identity_file + suffix).c_str(), F_OK) != 0);
        }
        CHECK(offered(candidate, directory / "state").identity_file == offer.identity_file);
    };
    SUBCASE("a stale .pub") {
        directory.write("id.pub", directory.read("other.pub"));
        check();
    }
    SUBCASE("a .pub that is no key") {
        directory.write("id.pub", "nonsense\n");
        check();
    }
    SUBCASE("another key's certificate") {
        certify(directory, "other");
        directory.write("id-cert.pub", directory.read("other-cert.pub"));
        check();
    }
    SUBCASE("a certificate under the name without .pub") {
        directory.write("id-cert", directory.read("other.pub"));
        check();
    }
}

TEST_CASE("offer: its own certificate goes with it") {
    const TempDirectory directory;
    make_key(directory / "id");
    certify(directory, "id");
    const Offer offer = offered(candidate_at(directory / "id"), directory / "state");
    CHECK(offer.identity_file == directory / "id");
    CHECK(offer.certificate_file == directory / "id-cert.pub");
}

TEST_CASE("offer: names that no configuration can carry") {
    const TempDirectory directory;
    make_key(directory / "id");
    for (const char* name : {"quo\"te", "back\\slash", "${HOME}", "new\nline"}) {
        CAPTURE(name);
        const std::string path = directory.write(name, directory.read("id"));
        const Candidate candidate = candidate_at(path);
        const Offer offer = offered(candidate, directory / "state");
        CHECK(offer.identity_file.starts_with(directory / "state/identities/"));
        CHECK(std::filesystem::equivalent(offer.identity_file, path));
    }
    // What quoting carries needs no link.
    CHECK(way_of(candidate_at(directory.write("a 100% key", directory.read("id")))) ==
          Way::as_it_is);
}

TEST_CASE("offer: a relative path becomes absolute") {
    Candidate candidate;
    candidate.path = "none";
    candidate.has_private = true;
    const Offer offer = offered(candidate, "");
    CHECK(offer.identity_file.starts_with("/"));
    CHECK(offer.identity_file.ends_with("/none"));
}

TEST_CASE("offer: what the agent signs for although a file is there") {
    const TempDirectory directory;
    make_key(directory / "id", {"-t", "ed25519"}, "a passphrase");
    Candidate candidate = candidate_at(directory / "id");
    candidate.in_agent = true;
    CHECK(way_of(candidate) == Way::as_it_is);
    candidate.exposed = true;
    CHECK(way_of(candidate) == Way::public_copy);
    candidate.exposed = false;
    candidate.has_public = false;
    CHECK(way_of(candidate) == Way::linked);
}

TEST_CASE("offer: a state directory that cannot be used") {
    const TempDirectory directory;
    make_key(directory / "id");
    const Candidate candidate = agent_candidate(directory.read("id.pub"));
    directory.write("runtime/x", "");
    const Variable runtime("XDG_RUNTIME_DIR", directory / "runtime");
    std::string state = directory / "state";
    SUBCASE("none") {
        state.clear();
    }
    SUBCASE("a file") {
        directory.write("state", "");
    }
    SUBCASE("its directory open to others") {
        directory.write("state/identities/x", "");
        REQUIRE(::chmod((directory / "state/identities").c_str(), 0777) == 0);
    }
    SUBCASE("a link to elsewhere") {
        directory.write("state/x", "");
        directory.write("elsewhere/x", "");
        REQUIRE(::symlink((directory / "elsewhere").c_str(),
                          (directory / "state/identities").c_str()) == 0);
    }
    std::string made;
    {
        hfssh::system::TemporaryDirectory temporary;
        const Offer offer = offered(candidate, state, temporary);
        made = temporary.path();
        CHECK(made.starts_with(directory / "runtime/hf-ssh-"));
        CHECK(offer.identity_file.starts_with(made + "/"));
        CHECK(mode_of(made) == 0700);
        CHECK(mode_of(offer.identity_file) == 0600);
        CHECK(seen_by_ssh(offer.identity_file) == candidate.fingerprint());
    }
    CHECK(::access(made.c_str(), F_OK) != 0);
}

TEST_CASE("the names of what is written for ssh, and no others") {
    const std::string digest(43, 'a');
    for (const std::string& name :
         {"SHA256-" + digest, "SHA256-" + digest + ".pub", "SHA256-+_0Z" + digest.substr(4),
          "path-SHA256-" + digest, "path-SHA256-" + digest + ".pub", "SHA256-" + digest + ".4711",
          "SHA256-" + digest + ".pub.aB3xYz"}) {
        CAPTURE(name);
        CHECK(is_offer_name(name));
    }
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("thesis.txt"),
          std::string("SHA256-"), "SHA256-" + digest.substr(1), "SHA256-" + digest + "a",
          "SHA256-" + digest + ".", "SHA256-" + digest + ".txt", "SHA256-" + digest + ".12a",
          "SHA256-" + digest + ".pub.", "SHA256-" + digest + ".pub.bak",
          "SHA256-" + digest + ".pub/abcde", "SHA256:" + digest, "sha256-" + digest,
          "path-" + digest, "SHA256-/" + digest.substr(1), "path-path-SHA256-" + digest}) {
        CAPTURE(name);
        CHECK_FALSE(is_offer_name(name));
    }
    const TempDirectory home;
    std::vector<std::string> written;
    make_key(home / "key");
    Candidate alone = candidate_at(home / "key");
    alone.has_private = false;
    const std::string state = home.path() + "/state";
    (void)offered(alone, state);
    for (const auto& entry : std::filesystem::directory_iterator(state + "/identities"))
        written.push_back(entry.path().filename());
    REQUIRE(written.size() == 1);
    CHECK(is_offer_name(written.front()));
}
