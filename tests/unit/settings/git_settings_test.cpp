#include "hfssh/settings/git_settings.hpp"

#include <doctest/doctest.h>

#include <string>

using hfssh::settings::read_git_config;
using hfssh::system::Colour;

namespace {

std::string entry(const std::string& key, const std::string& value) {
    return "global" + std::string(1, '\0') + key + "\n" + value + std::string(1, '\0');
}

Colour colour(const std::string& output) {
    const auto settings = read_git_config(output);
    REQUIRE(settings);
    CHECK(settings->all.empty());
    return settings->colour();
}

}  // namespace

TEST_CASE("git settings: colour as git has it for its own hints") {
    CHECK(colour("") == Colour::on_terminals);
    CHECK(colour(entry("color.ui", "false")) == Colour::never);
    CHECK(colour(entry("color.ui", "never")) == Colour::never);
    CHECK(colour(entry("color.ui", "auto")) == Colour::on_terminals);
    CHECK(colour(entry("color.ui", "true")) == Colour::on_terminals);
    CHECK(colour(entry("color.ui", "always")) == Colour::always);
    CHECK(colour(entry("color.ui", "always") + entry("color.advice", "off")) == Colour::never);
    CHECK(colour(entry("color.advice", "auto") + entry("color.ui", "no")) == Colour::on_terminals);
}
