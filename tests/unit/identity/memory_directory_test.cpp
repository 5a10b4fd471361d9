#include "identity/memory_directory.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/temp_directory.hpp"

using hfssh::identity::MemoryDirectory;
using hfssh::test::TempDirectory;
using State = MemoryDirectory::File::State;

TEST_CASE("memory directory: a good file that took a broken one's place is not set aside") {
    const TempDirectory home;
    bool warned = false;
    const MemoryDirectory directory(home.path(), "keys", false, warned);
    home.write("keys/a.json", "broken");
    const MemoryDirectory::File broken = directory.read("a.json");
    REQUIRE(broken.state == State::present);

    REQUIRE(directory.write("a.json", "good"));
    directory.set_aside("a.json", broken, "is broken");
    CHECK(home.read("keys/a.json") == "good");
    CHECK(home.read("keys/a.json.broken").empty());
    CHECK_FALSE(warned);
}

TEST_CASE("memory directory: names are those of whole files, sorted") {
    const TempDirectory home;
    bool warned = false;
    const MemoryDirectory directory(home.path(), "keys", false, warned);
    CHECK(directory.names().empty());
    for (const char* name : {"b.json", "a.json", ".json", "a.json.broken", "a.json.aB3dEf", "x"}) {
        home.write(std::string("keys/") + name, "");
    }
    CHECK(directory.names() == std::vector<std::string>{"a.json", "b.json"});
    CHECK(directory.remove("a.json"));
    CHECK(home.read("keys/a.json.broken").empty());
    CHECK(directory.names() == std::vector<std::string>{"b.json"});
}
