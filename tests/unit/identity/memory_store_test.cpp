#include "hfssh/identity/memory_store.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "identity/memory_file.hpp"
#include "support/memory_keys.hpp"
#include "support/temp_directory.hpp"

using namespace hfssh::identity;
using hfssh::test::numbered_key;
using hfssh::test::TempDirectory;
using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

const PublicKey& key() {
    static const PublicKey one = numbered_key(1);
    return one;
}

SystemTime ago(seconds time) {
    return system_clock::now() - time;
}

std::string file_of_key() {
    return "keys/" + *key_file_name(key().fingerprint());
}

mode_t mode_of(const std::string& path) {
    struct stat info = {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
}

ino_t inode_of(const std::string& path) {
    struct stat info = {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_ino;
}

bool exists(const std::string& path) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

TEST_CASE("memory store: what is remembered is loaded") {
    const TempDirectory home;
    const std::string directory = home / "a/state/hf-ssh";
    MemoryStore store(directory, false);
    CHECK(store.load({key().fingerprint()}, "acme").accounts.empty());
    CHECK_FALSE(exists(directory));

    CHECK(store.remember_answer(key(), "me@here", {"alice", ago(seconds(5))}));
    CHECK(store.remember_push("Acme", key()));
    const Memory memory =
        MemoryStore(directory, false)
            .load({numbered_key(2).fingerprint(), key().fingerprint(), "nonsense"}, "Acme");
    CHECK(memory.accounts.size() == 1);
    CHECK(memory.accounts.at(key().fingerprint()) == "alice");
    CHECK(memory.learned.at("Acme") == key().fingerprint());
    CHECK(store.load({}, "acme").learned.empty());
    CHECK(store.load({}, "").learned.empty());

    CHECK(mode_of(directory) == 0700);
    CHECK(mode_of(directory + "/keys") == 0700);
    CHECK(mode_of(directory + "/namespaces") == 0700);
    CHECK(mode_of(directory + "/" + file_of_key()) == 0600);

    REQUIRE(store.keys().size() == 1);
    CHECK(store.keys()[0].comment == "me@here");
    REQUIRE(store.pushes().size() == 1);
    CHECK(store.pushes()[0].name_space == "Acme");
}

TEST_CASE("memory store: a certificate is remembered as its plain key") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    PublicKey certificate = key();
    certificate.certified = key().blob;
    certificate.blob = "the whole certificate";
    CHECK(store.remember_answer(certificate, "", {"alice", ago(seconds(5))}));
    REQUIRE(store.keys().size() == 1);
    CHECK(store.keys()[0].key.blob == key().blob);
}

TEST_CASE("memory store: nothing is written where nothing changed") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    const std::string path = home / file_of_key();
    REQUIRE(store.remember_answer(key(), "c", {"alice", ago(seconds(90))}));
    const ino_t first = inode_of(path);

    SUBCASE("a few seconds later") {
        CHECK(store.remember_answer(key(), "c", {"alice", ago(seconds(60))}));
        CHECK(inode_of(path) == first);
    }
    SUBCASE("a minute later") {
        CHECK(store.remember_answer(key(), "c", {"alice", ago(seconds(10))}));
        CHECK(inode_of(path) != first);
    }
    SUBCASE("another account") {
        CHECK(store.remember_answer(key(), "c", {"anonymous", ago(seconds(85))}));
        CHECK(store.asked(key().fingerprint())->account == "anonymous");
    }
    SUBCASE("an earlier answer that comes late") {
        CHECK(store.remember_answer(key(), "c", {"anonymous", ago(seconds(200))}));
        CHECK(store.asked(key().fingerprint())->account == "alice");
    }
    SUBCASE("a push with the same key") {
        REQUIRE(store.remember_push("acme", key()));
        const ino_t push = inode_of(home / "namespaces/acme.json");
        CHECK(store.remember_push("acme", key()));
        CHECK(inode_of(home / "namespaces/acme.json") == push);
        CHECK(store.remember_push("acme", numbered_key(2)));
        CHECK(store.load({}, "acme").learned.at("acme") == numbered_key(2).fingerprint());
    }
}

TEST_CASE("memory store: no answer is not an answer") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    CHECK_FALSE(store.remember_answer(key(), "", {"", ago(seconds(30))}));
    CHECK(store.load({key().fingerprint()}, "").accounts.empty());
    CHECK_FALSE(exists(home / file_of_key()));
    REQUIRE(store.remember_answer(key(), "c", {"alice", ago(seconds(20))}));
    CHECK_FALSE(store.remember_answer(key(), "", {"", ago(seconds(1))}));
    CHECK(store.asked(key().fingerprint())->account == "alice");
    CHECK(store.asked(key().fingerprint())->when < ago(seconds(10)));
}

TEST_CASE("memory store: a time in the future is an old one") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    REQUIRE(store.remember_answer(key(), "", {"alice", system_clock::now() + hours(1000)}));
    CHECK(store.asked(key().fingerprint())->when == SystemTime());
    CHECK(store.remember_answer(key(), "", {"bob", ago(seconds(1))}));
    CHECK(store.asked(key().fingerprint())->account == "bob");
}

TEST_CASE("memory store: a directory that others own or can write is ignored") {
    const TempDirectory home;
    const std::string state = home / "hf-ssh";
    MemoryStore store(state, false);
    REQUIRE(store.remember_answer(key(), "", {"alice", ago(seconds(90))}));
    REQUIRE(store.remember_push("acme", key()));
    const auto read = [&] { return store.load({key().fingerprint()}, "acme"); };
    REQUIRE(read().accounts.size() == 1);
    const std::string text = home.read("hf-ssh/" + file_of_key());

    std::string changed = state;
    SUBCASE("the state directory, writable by all") {
        REQUIRE(::chmod(changed.c_str(), 0777) == 0);
    }
    SUBCASE("the state directory, writable by a group") {
        REQUIRE(::chmod(changed.c_str(), 0770) == 0);
    }
    SUBCASE("the directory above it, writable by all") {
        changed = home.path();
        REQUIRE(::chmod(changed.c_str(), 0777) == 0);
    }
    SUBCASE("one directory of it") {
        changed = state + "/keys";
        REQUIRE(::chmod(changed.c_str(), 0777) == 0);
    }
    SUBCASE("another user's") {
        if (::geteuid() != 0) return;
        REQUIRE(::chown(changed.c_str(), 65534, 65534) == 0);
    }
    CHECK(read().accounts.empty());
    CHECK_FALSE(store.remember_answer(key(), "", {"bob", ago(seconds(1))}));
    CHECK(home.read("hf-ssh/" + file_of_key()) == text);

    // As it should be, it counts again.
    REQUIRE(::chmod(changed.c_str(), 0700) == 0);
    if (::geteuid() == 0) REQUIRE(::chown(changed.c_str(), 0, 0) == 0);
    CHECK(MemoryStore(state, false).load({key().fingerprint()}, "acme").accounts.size() == 1);
}

TEST_CASE("memory store: what is not remembered") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    for (const std::string& name : {std::string(), std::string("a\nb"), std::string(300, 'a')}) {
        CHECK_FALSE(store.remember_push(name, key()));
    }
    CHECK_FALSE(store.remember_answer(key(), "", {"two words", ago(seconds(1))}));
    for (const char* directory : {"", "relative/state"}) {
        MemoryStore nowhere(directory, false);
        CHECK_FALSE(nowhere.remember_push("acme", key()));
        CHECK_FALSE(nowhere.remember_answer(key(), "", {"alice", ago(seconds(1))}));
        CHECK(MemoryStore(directory, false).load({key().fingerprint()}, "acme").accounts.empty());
        CHECK(nowhere.forget_all());
    }
    CHECK(std::filesystem::is_empty(home.path()));
    CHECK_FALSE(exists("relative"));
}

TEST_CASE("memory store: read-only") {
    const TempDirectory home;
    MemoryStore writer(home.path(), false);
    REQUIRE(writer.remember_answer(key(), "", {"alice", ago(hours(1))}));
    home.write("namespaces/acme.json", "damaged");

    MemoryStore store(home.path(), true);
    CHECK(store.asked(key().fingerprint())->account == "alice");
    CHECK_FALSE(store.remember_answer(key(), "", {"bob", ago(seconds(1))}));
    CHECK_FALSE(store.remember_push("other", key()));
    CHECK(store.load({}, "acme").learned.empty());
    CHECK(home.read("namespaces/acme.json") == "damaged");
    CHECK_FALSE(store.forget_key(key().fingerprint()));
    CHECK_FALSE(store.forget_namespace("acme"));
    CHECK(store.forget_namespace("unheard-of"));
    CHECK_FALSE(store.forget_all());
    CHECK(store.asked(key().fingerprint())->account == "alice");
}

TEST_CASE("memory store: an answer that could not be written counts for this store") {
    const TempDirectory home;
    MemoryStore writer(home.path(), false);
    REQUIRE(writer.remember_answer(key(), "", {"alice", ago(hours(1))}));

    const std::string fingerprint = key().fingerprint();
    for (const std::string& directory : {home.path(), std::string(), std::string("/proc/none")}) {
        CAPTURE(directory);
        MemoryStore store(directory, true);
        CHECK_FALSE(store.remember_answer(key(), "", {"bob", ago(seconds(1))}));
        CHECK(store.load({fingerprint}, "acme").accounts[fingerprint] == "bob");
        (void)store.forget_key(fingerprint);
        CHECK(store.load({fingerprint}, "acme").accounts[fingerprint] != "bob");
    }
    CHECK(writer.load({fingerprint}, "acme").accounts[fingerprint] == "alice");
}

TEST_CASE("memory store: forgetting") {
    const TempDirectory home;
    MemoryStore store(home.path(), false);
    for (const unsigned number : {1U, 2U}) {
        REQUIRE(store.remember_answer(numbered_key(number), "", {"alice", ago(seconds(1))}));
        REQUIRE(store.remember_push("acme-" + std::to_string(number), numbered_key(number)));
    }
    SUBCASE("a namespace") {
        CHECK(store.forget_namespace("acme-1"));
        CHECK(store.forget_namespace("acme-1"));
        CHECK(store.pushes().size() == 1);
        CHECK(store.keys().size() == 2);
    }
    SUBCASE("a key, with the namespaces it served") {
        CHECK(store.forget_key(key().fingerprint()));
        REQUIRE(store.keys().size() == 1);
        REQUIRE(store.pushes().size() == 1);
        CHECK(store.pushes()[0].name_space == "acme-2");
    }
    SUBCASE("everything, and nothing of others") {
        home.write("keys/old.json.aB3dEf", "x");
        home.write("namespaces/notes.txt", "mine");
        home.write("identities/key.pub", "x");
        CHECK(store.forget_all());
        CHECK_FALSE(exists(home / "keys"));
        CHECK(home.read("namespaces/notes.txt") == "mine");
        CHECK(home.read("identities/key.pub") == "x");
        CHECK(store.pushes().empty());
    }
}
