#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/known_hosts.hpp"

// The words behind `git hf-ssh host-keys add`, `revoke` and `remove`: how a person names host keys.
namespace hfssh::manage {

struct NamedKey {
    enum class Form { key, addition, revocation };  // "TYPE KEY", "HOSTS TYPE KEY", "@revoked …"
    hub::ServerKey key;
    Form form = Form::key;
    std::string comment;
};

// What a text of such lines names. A line that begins with a key's type is one for hf.co. Problems
// are those of hub::read_known_hosts, and a pattern in the host list beside the name.
struct NamedKeys {
    std::vector<NamedKey> keys;
    std::vector<hub::Problem> problems;  // in the order of the lines
    std::vector<hub::Problem> dsa;       // DSA keys, which are no slip of the pen: the page has one
};
[[nodiscard]] NamedKeys read_key_lines(const std::string& name, std::string_view text);

// What kind of thing the words are, at least one of which there is. One with a blank in it is a
// line if it has a key's type or a marker where a line has them, and otherwise a file's name.
enum class WordsKind { fingerprints, lines, file, standard_input };
[[nodiscard]] WordsKind kind_of(const std::vector<std::string>& words);

// The lines among WORDS: one that was quoted begins a line, and the others go on with it.
[[nodiscard]] std::string typed_lines(const std::vector<std::string>& words);

struct Named {
    std::vector<std::string> fingerprints;  // "SHA256:…", where only those were given
    std::vector<NamedKey> keys;
};
// Reads the file or standard input where the words are that. Throws a system::Failure where any of
// it cannot be used, naming what and why; of a file, lines for other hosts are passed over, and DSA
// keys with a word on standard error, unless there is nothing else in it.
[[nodiscard]] Named read_key_words(const std::vector<std::string>& words);

}  // namespace hfssh::manage
