#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/check.hpp"

namespace hfssh::manage {

// Every key: the candidates of a connection, the files that settings for other repositories name,
// and perhaps one more.
struct KeyView {
    identity::Request request;
    identity::Inventory inventory;
    identity::Memory memory;
};
// PATH: absolute, or empty.
[[nodiscard]] KeyView view_keys(const Connection& connection, const std::string& path = {});

// IDENTITY of a command line: a key's file, or its fingerprint.
struct KeyWord {
    std::string path;         // absolute, or empty
    std::string fingerprint;  // "SHA256:…", or empty
};
// Relative to the working directory, so before Surroundings::look_at(). Throws a system::Failure
// for a word that can be neither.
[[nodiscard]] KeyWord read_key_word(const std::string& word);

// Its index in VIEW's candidates; or a failed check if the path has no key, or no key here has the
// fingerprint.
[[nodiscard]] std::variant<std::size_t, Check> find_key(const KeyView& view, const KeyWord& word);

}  // namespace hfssh::manage
