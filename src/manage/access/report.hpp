#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/transport/ask.hpp"

// What `access` found out, and how it is reported.
namespace hfssh::manage {

// A URL, and what it is for: of a remote one may be for fetches, another for pushes.
struct AccessTarget {
    Remote remote;
    bool read = true;
    bool write = true;
    std::string path;  // "acme/model", as it is sent
    std::unique_ptr<Connection> connection;
};

// What came of one key.
struct KeyAccess {
    std::size_t index = 0;  // in the inventory
    std::optional<transport::Answer> read = {};
    std::optional<transport::Answer> write = {};
    std::string why_not = {};  // it was not asked about, or there was no answer

    [[nodiscard]] bool answered() const;
    // All that was asked for is granted.
    [[nodiscard]] bool granted() const;
};

struct AccessResult {
    std::vector<KeyAccess> keys;
    std::size_t chosen = 0;  // in the inventory
    std::string account;     // of the chosen key; empty: not known
    std::string elsewhere;   // a namesake that hf.co serves, if it does not serve the path
    [[nodiscard]] const KeyAccess& of_chosen() const;
};

// One record of "destinations".
void describe_access(const AccessTarget& target, const AccessResult& result, bool all_keys,
                     Record& record);

// On standard error: why not, and what would help.
void advise_on_access(const AccessTarget& target, const AccessResult& result, bool all_keys);

}  // namespace hfssh::manage
