#pragma once

#include <span>
#include <string>
#include <vector>

#include "hfssh/manage/command/options.hpp"

// The verbs of git-hf-ssh(1): one table drives dispatch, usage, suggestions and completion. Each
// verb is defined in its room.
namespace hfssh::manage {

[[nodiscard]] Action access(Options& options);
[[nodiscard]] Action doctor(Options& options);
[[nodiscard]] Action explain(Options& options);
[[nodiscard]] Action forget(Options& options);
[[nodiscard]] Action help(Options& options);
[[nodiscard]] Action host_keys(Options& options);
[[nodiscard]] Action host_keys_add(Options& options);
[[nodiscard]] Action host_keys_check(Options& options);
[[nodiscard]] Action host_keys_remove(Options& options);
[[nodiscard]] Action host_keys_revoke(Options& options);
[[nodiscard]] Action keys(Options& options);
[[nodiscard]] Action keys_check(Options& options);
[[nodiscard]] Action keys_new(Options& options);
[[nodiscard]] Action setup(Options& options);
[[nodiscard]] Action ssh_config(Options& options);
[[nodiscard]] Action unsetup(Options& options);
[[nodiscard]] Action use(Options& options);
[[nodiscard]] Action version(Options& options);
[[nodiscard]] Action whoami(Options& options);

// A verb with the options that it takes; --json is one of each verb's.
class Prepared {
  public:
    explicit Prepared(const Verb& verb);
    [[nodiscard]] Options& options() { return options_; }
    [[nodiscard]] const Action& action() const { return action_; }
    [[nodiscard]] bool as_json() const { return as_json_; }

  private:
    Options options_;
    Action action_;
    const bool& as_json_;
};

[[nodiscard]] std::span<const Verb> verbs();

// The verb that WORDS begin with. "keys check" is a verb of two words, "keys" one of one; the
// longer name counts. Null if none.
[[nodiscard]] const Verb* find_verb(const std::vector<std::string>& words);

// All of them, with their summaries.
[[nodiscard]] std::string usage();

// WORDS, of which there is one at least, name no verb. The hint has those that were probably meant.
// Pure.
[[nodiscard]] UsageError unknown_verb(const std::vector<std::string>& words);

// "did you mean: ..." if WORDS, those after VERB, begin with a misspelt second word; else empty.
// Pure.
[[nodiscard]] std::string misspelt_second_word(const Verb& verb,
                                               const std::vector<std::string>& words);

}  // namespace hfssh::manage
