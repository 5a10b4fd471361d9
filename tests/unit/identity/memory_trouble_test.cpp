#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "hfssh/identity/memory_store.hpp"
#include "identity/memory_file.hpp"
#include "support/memory_keys.hpp"
#include "support/temp_directory.hpp"

// What a memory meets: many processes, sudden ends, file systems that do not write, hostile files.

using namespace hfssh::identity;
using hfssh::test::numbered_key;
using hfssh::test::TempDirectory;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

SystemTime now() {
    return system_clock::now() - seconds(1);
}

std::string key_path(const TempDirectory& home, const PublicKey& key) {
    return home / ("keys/" + *key_file_name(key.fingerprint()));
}

pid_t start(const std::function<bool()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    REQUIRE(child > 0);
    return child;
}

bool succeeded(pid_t child) {
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::size_t entries(const std::string& path) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path))
        ++count;
    return count;
}

// What WORK, done by a child, prints to standard error.
std::string errors_of(const TempDirectory& home, const std::function<bool()>& work) {
    const std::string path = home / "errors";
    CHECK(succeeded(start([&] {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        return fd >= 0 && ::dup2(fd, STDERR_FILENO) >= 0 && work();
    })));
    return home.read("errors");
}

}  // namespace

TEST_CASE("memory store: five hundred processes at once lose nothing") {
    const TempDirectory home;
    constexpr unsigned processes = 500;
    const PublicKey shared = numbered_key(9999);
    std::vector<pid_t> children;
    for (unsigned i = 0; i < processes; ++i) {
        children.push_back(start([&] {
            MemoryStore store(home / "hf-ssh", false);
            return store.remember_answer(numbered_key(i), "", {"u" + std::to_string(i), now()}) &&
                   store.remember_push("n" + std::to_string(i), numbered_key(i)) &&
                   store.remember_answer(shared, "", {"u" + std::to_string(i), now()});
        }));
    }
    unsigned good = 0;
    for (const pid_t child : children)
        good += succeeded(child) ? 1 : 0;
    CHECK(good == processes);

    const MemoryStore store(home / "hf-ssh", true);
    CHECK(store.keys().size() == processes + 1);
    CHECK(store.pushes().size() == processes);
    CHECK(store.asked(numbered_key(77).fingerprint())->account == "u77");
    CHECK(entries(home / "hf-ssh/keys") == processes + 1);
    CHECK(entries(home / "hf-ssh/namespaces") == processes);
}

TEST_CASE("memory store: a killed write leaves the old or the new file") {
    const TempDirectory home;
    const PublicKey key = numbered_key(1);
    MemoryStore store(home.path(), false);
    REQUIRE(store.remember_answer(key, "", {"start", now()}));
    std::mt19937 random(7);
    for (int i = 0; i < 150; ++i) {
        const pid_t child = start([&] {
            for (unsigned n = 0;; ++n) {
                (void)store.remember_answer(key, "", {"account" + std::to_string(n), now()});
            }
            return true;
        });
        ::usleep(random() % 4000);
        REQUIRE(::kill(child, SIGKILL) == 0);
        CHECK_FALSE(succeeded(child));
        REQUIRE(parse_key_file(home.read("keys/" + *key_file_name(key.fingerprint()))));
    }
}

TEST_CASE("memory store: the next write clears what a killed one left an hour ago") {
    const TempDirectory home;
    const std::string stale = home.write("keys/ab.json.aB3dEf", "half");
    const std::string fresh = home.write("keys/ab.json.aB3dEg", "half");
    const std::string other = home.write("keys/notes.aB3dEf", "not ours");
    const timespec old = {::time(nullptr) - 4000, 0};
    const timespec times[2] = {old, old};
    for (const std::string& path : {stale, other}) {
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }
    MemoryStore store(home.path(), false);
    CHECK(store.remember_answer(numbered_key(1), "", {"alice", now()}));
    CHECK_FALSE(std::filesystem::exists(stale));
    CHECK(std::filesystem::exists(fresh));
    CHECK(std::filesystem::exists(other));
}

TEST_CASE("memory store: a file system that does not write costs nothing but the memory") {
    const TempDirectory home;
    const PublicKey key = numbered_key(1);
    MemoryStore store(home.path(), false);
    REQUIRE(store.remember_answer(key, "", {"alice", now()}));

    SUBCASE("full") {
        const std::string errors = errors_of(home, [&] {
            const rlimit none = {0, 0};
            ::signal(SIGXFSZ, SIG_IGN);
            return ::setrlimit(RLIMIT_FSIZE, &none) == 0 &&
                   !store.remember_answer(key, "", {"bob", now()}) &&
                   !store.remember_push("acme", key);
        });
        CHECK(errors.empty());
        CHECK(entries(home / "keys") == 1);
        CHECK(entries(home / "namespaces") == 0);
    }
    SUBCASE("read-only") {
        REQUIRE(::chmod((home / "keys").c_str(), 0500) == 0);
        REQUIRE(::chmod(home.path().c_str(), 0500) == 0);
        CHECK(succeeded(start([&] {
            // Modes do not stop root: for it a user without rights does the writing.
            if (::geteuid() == 0) {
                return ::chown(home.path().c_str(), 65534, 65534) == 0 &&
                       ::chown((home / "keys").c_str(), 65534, 65534) == 0 &&
                       ::chown(key_path(home, key).c_str(), 65534, 65534) == 0 &&
                       ::setuid(65534) == 0 && !store.remember_answer(key, "", {"bob", now()}) &&
                       !store.remember_push("acme", key) && !store.forget_all();
            }
            return !store.remember_answer(key, "", {"bob", now()}) &&
                   !store.remember_push("acme", key) && !store.forget_all();
        })));
        REQUIRE(::chmod(home.path().c_str(), 0700) == 0);
        REQUIRE(::chmod((home / "keys").c_str(), 0700) == 0);
        for (const std::string& path : {home.path(), home / "keys", key_path(home, key)}) {
            REQUIRE(::chown(path.c_str(), ::geteuid(), ::getegid()) == 0);
        }
    }
    SUBCASE("a file where a directory should be") {
        home.write("namespaces", "a file");
        CHECK_FALSE(store.remember_push("acme", key));
        CHECK(store.load({}, "acme").learned.empty());
        CHECK(store.pushes().empty());
        CHECK(store.forget_namespace("acme"));
    }
    CHECK(store.asked(key.fingerprint())->account == "alice");
}

TEST_CASE("memory store: damaged and hostile files are ignored and overwritten") {
    const TempDirectory home;
    const PublicKey key = numbered_key(1);
    const std::string path = key_path(home, key);
    const std::string name = "keys/" + *key_file_name(key.fingerprint());
    const std::string secret = home.write("secret", "precious");
    std::filesystem::create_directories(home / "keys");
    home.write("namespaces/acme.json", "damaged as well");

    SUBCASE("empty") {
        home.write(name, "");
    }
    SUBCASE("nested deeply") {
        home.write(name, std::string(60000, '['));
    }
    SUBCASE("a hundred megabytes") {
        home.write(name, "");
        REQUIRE(::truncate(path.c_str(), 100'000'000) == 0);
    }
    SUBCASE("wrong types") {
        home.write(name, R"({"version":1,"public_key":[1]})");
    }
    SUBCASE("another key's content") {
        MemoryStore(home.path(), false).remember_answer(numbered_key(2), "", {"mallory", now()});
        std::filesystem::rename(key_path(home, numbered_key(2)), path);
    }
    SUBCASE("a link to elsewhere") {
        REQUIRE(::symlink(secret.c_str(), path.c_str()) == 0);
    }
    SUBCASE("a link to nowhere") {
        REQUIRE(::symlink("/nonexistent/x", path.c_str()) == 0);
    }
    SUBCASE("a FIFO") {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    }

    const std::string errors = errors_of(home, [&] {
        MemoryStore store(home.path(), false);
        return store.load({key.fingerprint()}, "acme").accounts.empty() &&
               store.remember_answer(key, "", {"alice", now()}) &&
               store.asked(key.fingerprint())->account == "alice";
    });
    CHECK(errors.empty());
    CHECK(entries(home / "keys") == 1);
    CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)));
    CHECK(home.read("namespaces/acme.json") == "damaged as well");
    MemoryStore store(home.path(), false);
    CHECK(store.remember_push("acme", key));
    CHECK(store.load({}, "acme").learned.at("acme") == key.fingerprint());
    CHECK(home.read("secret") == "precious");
}

TEST_CASE("memory store: namespaces that would climb out") {
    const TempDirectory home;
    MemoryStore store(home / "hf-ssh", false);
    for (const char* name : {"..", ".", "../../escaped", "/etc/passwd", "a/../../b"}) {
        CAPTURE(name);
        CHECK(store.remember_push(name, numbered_key(1)));
        CHECK(store.load({}, name).learned.at(name) == numbered_key(1).fingerprint());
    }
    CHECK(entries(home.path()) == 1);
    CHECK(entries(home / "hf-ssh") == 1);
    CHECK(entries(home / "hf-ssh/namespaces") == 5);
}
