#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/config/files.hpp"

// What the files of ssh_config(5) may say of a destination, read without running ssh. When
// unsure, both answer "maybe": Match counts as matching, a pattern matches in any letter case (as
// some versions do), and a line that versions of OpenSSH split differently counts as whatever it
// may be.
namespace hfssh::ssh {

// Whether a destination that is not literally hf.co may be an alias of it ("Host hf-work",
// "HostName hf.co"), so that `ssh -G` must be asked. Every other host pays only for this reading.
enum class MayBeHub { no, ask };

struct AliasAnswer {
    MayBeHub answer = MayBeHub::no;
    std::string reason;  // ask: for the trace, "~/.ssh/config line 3: HostName hf.co"
};

// A typed -o HostName or -o CanonicalizeHostname is the caller's to see.
[[nodiscard]] AliasAnswer may_be_hub(std::string_view destination,
                                     const std::vector<ConfigFile>& files);

// Which settings the user or this machine's administrator made. `ssh -G` prints defaults like
// settings, but some defaults are not to be carried over: a KexAlgorithms that anybody sets
// silences OpenSSH's post-quantum warning, and hf-ssh has bounds of its own where there are none.
class UserSettings {
  public:
    enum class Made { no, yes, unknown };

    // Nothing is known: a wrapper may add configuration of its own, a file could not be read.
    UserSettings() = default;
    // TYPED are the keywords of the command line (CommandLine::add_keywords) and of the underlying
    // ssh's options. FILES are read for each of NAMES, the names by which a Host line may mean the
    // destination.
    UserSettings(std::set<std::string, std::less<>> typed, const std::vector<std::string>& names,
                 const std::vector<ConfigFile>& files);

    // KEYWORD in lower case.
    [[nodiscard]] Made made(std::string_view keyword) const;

  private:
    bool complete_ = false;
    std::set<std::string, std::less<>> keywords_;
};

}  // namespace hfssh::ssh
