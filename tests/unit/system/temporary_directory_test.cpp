#include "hfssh/system/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "support/temp_directory.hpp"

using hfssh::system::TemporaryDirectory;
using hfssh::test::TempDirectory;

namespace {

// $XDG_RUNTIME_DIR for the length of a test.
class RuntimeDirectory {
  public:
    explicit RuntimeDirectory(const std::string& path) {
        if (const char* value = ::getenv("XDG_RUNTIME_DIR")) before_ = value;
        ::setenv("XDG_RUNTIME_DIR", path.c_str(), 1);
    }
    ~RuntimeDirectory() { ::setenv("XDG_RUNTIME_DIR", before_.c_str(), 1); }
    RuntimeDirectory(const RuntimeDirectory&) = delete;
    RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;

  private:
    std::string before_;
};

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

TEST_CASE("temporary directory: private, and gone with its files") {
    const TempDirectory base;
    const RuntimeDirectory runtime(base.path());
    std::string made, file;
    {
        TemporaryDirectory temporary;
        file = temporary.write("key", "secret");
        made = temporary.path();
        REQUIRE(!file.empty());
        struct stat info = {};
        REQUIRE(::stat(made.c_str(), &info) == 0);
        CHECK((info.st_mode & 07777U) == 0700U);
        REQUIRE(::stat(file.c_str(), &info) == 0);
        CHECK((info.st_mode & 07777U) == 0600U);
        CHECK(made.starts_with(base.path() + "/hf-ssh-" + std::to_string(::geteuid()) + "/"));
    }
    CHECK(!exists(file));
    CHECK(!exists(made));
}

TEST_CASE("temporary directory: never made where others could swap it") {
    const TempDirectory base;
    REQUIRE(::chmod(base.path().c_str(), 0777) == 0);
    const RuntimeDirectory runtime(base.path());
    TemporaryDirectory temporary;
    CHECK(!temporary.path().starts_with(base.path()));
    CHECK(!temporary.path().empty());
}

TEST_CASE("temporary directory: what a killed process left is cleared, what lives stays") {
    const TempDirectory base;
    const RuntimeDirectory runtime(base.path());
    TemporaryDirectory living;
    const std::string kept = living.write("key", "in use");

    int told[2];
    REQUIRE(::pipe(told) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        TemporaryDirectory doomed;
        const std::string file = doomed.write("key", "secret");
        if (::write(told[1], file.data(), file.size()) < 0) ::_exit(1);
        ::pause();
    }
    char buffer[4096];
    const ssize_t length = ::read(told[0], buffer, sizeof buffer);
    REQUIRE(length > 0);
    const std::string left(buffer, static_cast<std::size_t>(length));
    REQUIRE(exists(left));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(told[0]);
    ::close(told[1]);
    CHECK(exists(left));

    hfssh::system::clear_left_behind();
    CHECK(!exists(left));
    CHECK(exists(kept));
}

TEST_CASE("temporary directory: the next place is tried, TMPDIR last, and the causes are named") {
    const TempDirectory base;
    const RuntimeDirectory runtime(base / "missing");
    ::setenv("TMPDIR", base.path().c_str(), 1);
    TemporaryDirectory temporary;
    std::vector<std::string> tried;
    CHECK(temporary.fill([&](const std::string& directory) {
        tried.push_back(directory);
        return directory.starts_with(base.path()) ? 0 : ENOSPC;
    }));
    CHECK(tried.size() >= 2);  // /tmp, and /dev/shm if there is one
    CHECK(temporary.path() == tried.back());
    CHECK_FALSE(exists(tried.front()));

    CHECK_FALSE(temporary.fill([](const std::string&) { return ENOSPC; }));
    CAPTURE(temporary.problem());
    CHECK(temporary.problem().find(base / "missing" + ": No such file") != std::string::npos);
    CHECK(temporary.problem().find("/tmp: No space left on device") != std::string::npos);
    CHECK_FALSE(exists(tried.back()));
    ::unsetenv("TMPDIR");
    CHECK(std::filesystem::is_empty(base.path()));
}
