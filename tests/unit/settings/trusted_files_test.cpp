#include "hfssh/settings/trusted_files.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/failure.hpp"
#include "support/host_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh;
using settings::TrustedFile;
using test::ed25519;

namespace {

// Somebody's configuration directory with a known_hosts in it.
struct Scratch {
    test::TempDirectory directory;
    std::string config = directory / "hf-ssh";
    std::string file = config + "/known_hosts";

    Scratch() { REQUIRE(::mkdir(config.c_str(), 0700) == 0); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { ::chmod(config.c_str(), 0700); }

    void write(const std::string& text, mode_t mode = 0600) const {
        directory.write("hf-ssh/known_hosts", text, mode);
    }
};

// The message and hint that loading ends with; none where it succeeds.
std::optional<std::string> failure(const std::vector<TrustedFile>& files) {
    try {
        static_cast<void>(settings::load_host_keys(files));
    } catch (const system::Failure& stopped) {
        CHECK_FALSE(stopped.hint().empty());
        return std::string(stopped.what()) + "\n" + stopped.hint();
    }
    return std::nullopt;
}

bool has(const std::optional<std::string>& text, std::string_view part) {
    INFO(text.value_or("(no failure)"));
    return text && text->find(part) != std::string::npos;
}

bool trusts(const std::vector<TrustedFile>& files, char seed) {
    const std::string key = ed25519(seed);
    const auto loaded = settings::load_host_keys(files);
    return loaded.set.judge("ssh-ed25519", key.substr(key.find(' ') + 1)).verdict ==
           hub::Verdict::trusted;
}

// Sets a variable of the environment and puts back what it was.
class Environment {
  public:
    Environment(const char* name, const char* value) : name_(name) {
        if (const char* old = ::getenv(name)) old_ = old;
        ::setenv(name, value, 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() {
        if (old_) {
            ::setenv(name_, old_->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }

  private:
    const char* name_;
    std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("files that exist add their keys") {
    const Scratch a, b;
    a.write("hf.co " + ed25519('a') + "\n", 0644);
    b.write("hf.co " + ed25519('b') + "\n", 0400);
    const std::vector<TrustedFile> files = {{a.file}, {"/nonexistent/known_hosts"}, {b.file, true}};
    CHECK(trusts(files, 'a'));
    CHECK(trusts(files, 'b'));
    CHECK_FALSE(trusts(files, 'c'));
    ::chmod(b.file.c_str(), 0600);
    b.write("@revoked * " + ed25519('a') + "\n");
    CHECK_FALSE(trusts(files, 'a'));
}

TEST_CASE("only a file that does not exist is absent") {
    const Scratch scratch;
    SUBCASE("no file, no directory, a file where the directory should be") {
        CHECK_FALSE(failure({{scratch.file}}));
        CHECK_FALSE(failure({{scratch.directory / "gone/known_hosts"}}));
        scratch.write("");
        CHECK_FALSE(failure({{scratch.file + "/known_hosts"}}));
    }
    SUBCASE("one that somebody named must exist") {
        CHECK(has(failure({{scratch.file, true}}), scratch.file + " (HF_SSH_KNOWN_HOSTS)"));
    }
    SUBCASE("a link that leads nowhere") {
        REQUIRE(::symlink("nowhere", scratch.file.c_str()) == 0);
        CHECK(has(failure({{scratch.file}}), scratch.file));
    }
    SUBCASE("a directory that is a link that leads nowhere") {
        ::rmdir(scratch.config.c_str());
        REQUIRE(::symlink("nowhere", scratch.config.c_str()) == 0);
        CHECK(has(failure({{scratch.file}}), "leads nowhere"));
    }
    SUBCASE("a link to itself") {
        REQUIRE(::symlink("known_hosts", scratch.file.c_str()) == 0);
        CHECK(has(failure({{scratch.file}}), scratch.file));
    }
    SUBCASE("one that may not be read") {
        if (::geteuid() == 0) return;  // root may read everything
        scratch.write("", 0000);
        CHECK(has(failure({{scratch.file}}), "Permission denied"));
        ::chmod(scratch.config.c_str(), 0000);
        CHECK(has(failure({{scratch.file}}), "Permission denied"));
    }
}

TEST_CASE("what is not a regular file of a sensible size") {
    const Scratch scratch;
    SUBCASE("a directory") {
        REQUIRE(::mkdir(scratch.file.c_str(), 0700) == 0);
        CHECK(has(failure({{scratch.file}}), "is a directory"));
    }
    SUBCASE("a FIFO, without waiting for a writer") {
        REQUIRE(::mkfifo(scratch.file.c_str(), 0600) == 0);
        CHECK(has(failure({{scratch.file}}), "is a FIFO"));
    }
    SUBCASE("100 MB") {
        scratch.write("");
        REQUIRE(::truncate(scratch.file.c_str(), 100'000'000) == 0);
        CHECK(has(failure({{scratch.file}}), "is larger than 1048576 bytes"));
    }
    SUBCASE("1 MiB to the byte, and one more") {
        scratch.write("#" + std::string((1 << 20) - 1, 'x'));
        CHECK_FALSE(failure({{scratch.file}}));
        scratch.write("#" + std::string(1 << 20, 'x'));
        CHECK(failure({{scratch.file}}));
    }
}

TEST_CASE("what somebody else could have written") {
    const Scratch scratch;
    scratch.write("hf.co " + ed25519('a') + "\n");
    for (const mode_t mode : {0620U, 0602U, 0666U, 0777U}) {
        ::chmod(scratch.file.c_str(), mode);
        const auto stopped = failure({{scratch.file}});
        CHECK(has(stopped, "can be written by others"));
        CHECK(has(stopped, "write them: chmod go-w " + scratch.file));
    }
    ::chmod(scratch.file.c_str(), 0600);
    for (const mode_t mode : {0720U, 0702U, 01777U}) {
        ::chmod(scratch.config.c_str(), mode);
        const auto stopped = failure({{scratch.file}});
        CHECK(has(stopped, "its directory can be written by others"));
        const bool shared = (mode & 01000U) != 0;
        CHECK(has(stopped, shared ? "move the file" : "write them: chmod go-w " + scratch.config));
        CHECK(has(stopped, "chmod") != shared);
    }
    ::chmod(scratch.config.c_str(), 0755);
    CHECK_FALSE(failure({{scratch.file}}));

    if (::geteuid() != 0) return;  // only root can give files away
    REQUIRE(::chown(scratch.file.c_str(), 12345, 0) == 0);
    CHECK(has(failure({{scratch.file}}), "another user (uid 12345)"));
    REQUIRE(::chown(scratch.file.c_str(), 0, 0) == 0);
    REQUIRE(::chown(scratch.config.c_str(), 12345, 0) == 0);
    CHECK(has(failure({{scratch.file}}), "another user (uid 12345)"));
    REQUIRE(::chown(scratch.config.c_str(), 0, 12345) == 0);
    CHECK_FALSE(failure({{scratch.file}}));
}

TEST_CASE("a link is judged by what it leads to, and by where it stands") {
    const Scratch scratch, elsewhere;
    elsewhere.write("hf.co " + ed25519('a') + "\n");
    REQUIRE(::symlink(elsewhere.file.c_str(), scratch.file.c_str()) == 0);
    CHECK(trusts({{scratch.file}}, 'a'));
    ::chmod(elsewhere.config.c_str(), 0777);
    CHECK(failure({{scratch.file}}));
    ::chmod(elsewhere.config.c_str(), 0700);
    ::chmod(elsewhere.file.c_str(), 0666);
    CHECK(failure({{scratch.file}}));
    ::chmod(elsewhere.file.c_str(), 0600);
    ::chmod(scratch.config.c_str(), 0777);
    CHECK(failure({{scratch.file}}));
}

TEST_CASE("broken lines are named by file and line") {
    const Scratch scratch;
    SUBCASE("one that should add a key is reported and passed over") {
        scratch.write("\nhf.co ssh-ed25519 AAAA\nhf.co " + ed25519('a') + "\n");
        const auto loaded = settings::load_host_keys({{scratch.file}});
        REQUIRE(loaded.problems.size() == 1);
        CHECK(settings::describe(loaded.problems[0]).starts_with(scratch.file + ":2: "));
        CHECK(trusts({{scratch.file}}, 'a'));
    }
    SUBCASE("one that should revoke a key ends it") {
        scratch.write("hf.co " + ed25519('a') + "\n@revoked hf.co ssh-ed25519 AAAA\n");
        CHECK(has(failure({{scratch.file}}), scratch.file + ":2: "));
        const Scratch good;
        good.write("hf.co " + ed25519('b') + "\n");
        CHECK(failure({{good.file}, {scratch.file}}));
        CHECK(failure({{scratch.file}, {good.file}}));
    }
}

TEST_CASE("a name with control characters is shown harmlessly") {
    const auto stopped = failure({{"/nonexistent/\x1b[2J\nhf-ssh: fine", true}});
    CHECK(has(stopped, "\\x1b[2J\\x0ahf-ssh: fine"));
}

TEST_CASE("which files, from the environment") {
    const Environment config("XDG_CONFIG_HOME", "/conf");
    SUBCASE("the system's, then one's own") {
        const Environment named("HF_SSH_KNOWN_HOSTS", "");
        const auto files = settings::trusted_files();
        REQUIRE(files.size() >= 2);
        CHECK(files[0].path.ends_with("/hf-ssh/known_hosts"));
        CHECK(files[1].path == "/conf/hf-ssh/known_hosts");
        CHECK_FALSE(files[1].must_exist);
    }
    SUBCASE("then the one that HF_SSH_KNOWN_HOSTS names") {
        const Environment named("HF_SSH_KNOWN_HOSTS", "/pinned/known_hosts");
        const auto files = settings::trusted_files();
        REQUIRE(files.size() >= 3);
        CHECK(files[2].path == "/pinned/known_hosts");
        CHECK(files[2].must_exist);
    }
    SUBCASE("and ssh's own, for their revocations") {
        const Environment named("HF_SSH_KNOWN_HOSTS", "");
        auto files = settings::trusted_files();
        CHECK(std::ranges::count(files, true, &settings::TrustedFile::only_revocations) == 4);
        CHECK(files.back().path == "/etc/ssh/ssh_known_hosts2");
        settings::add_revocations_of("/a /etc/ssh/ssh_known_hosts none /b", files);
        CHECK(std::ranges::count(files, true, &settings::TrustedFile::only_revocations) == 6);
        CHECK(
            settings::as_arguments(
                {files[0], {"/named", true}, {"/", false, true}, {"/is not there", false, true}}) ==
            std::vector<std::string>{files[0].path, "=/named", "@/"});
        const auto back = settings::from_arguments({"@/a", "=/b", "/c"});
        CHECK((back[0].only_revocations && back[0].path == "/a" && !back[0].must_exist));
        CHECK((back[1].must_exist && !back[1].only_revocations && !back[2].only_revocations));
    }
    SUBCASE("which has to be a whole path") {
        for (const char* path : {"known_hosts", "./x", "~/x", " /x"}) {
            const Environment named("HF_SSH_KNOWN_HOSTS", path);
            CHECK_THROWS_AS(static_cast<void>(settings::trusted_files()), system::Failure);
        }
    }
}
