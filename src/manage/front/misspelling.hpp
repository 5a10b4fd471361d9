#pragma once

#include <string>
#include <vector>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/command/verb.hpp"

namespace hfssh::manage {

// "'kesy' is not one of the commands of git hf-ssh", with the one that was probably meant: of one
// word ("hostkeys"), of two ("keys chekc", "keys-check"), or named by its second alone ("revoke").
[[nodiscard]] UsageError unknown_verb(const std::vector<std::string>& words);

// VERB takes no such WORDS: "did you mean: git hf-ssh keys check" for "keys chekc". Empty where
// nothing was near.
[[nodiscard]] std::string misspelt_second_word(const Verb& verb,
                                               const std::vector<std::string>& words);

}  // namespace hfssh::manage
