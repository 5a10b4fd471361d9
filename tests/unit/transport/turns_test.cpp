// In which turns several keys are asked about.

#include <doctest/doctest.h>

#include <vector>

#include "hfssh/transport/ask.hpp"
#include "unit/transport/decision_world.hpp"

using namespace hfssh;
using Turns = std::vector<std::vector<std::size_t>>;

TEST_CASE("turns: the first alone, files up to four at once, others one at a time") {
    test::World world;
    for (const char* path : {"a", "b", "c", "d", "e", "f", "g"})
        world.add(path);
    world.add_agent_key("held");
    world.inventory.candidates[2].hardware = true;
    world.inventory.candidates[3].encrypted = true;
    CHECK(transport::turns_for({}, world.inventory).empty());
    CHECK(transport::turns_for({1}, world.inventory) == Turns{{1}});
    CHECK(transport::turns_for({7, 0, 1, 2, 3, 4, 5, 6}, world.inventory) ==
          Turns{{0}, {1, 4, 5, 6}, {7}, {2}, {3}});
}
