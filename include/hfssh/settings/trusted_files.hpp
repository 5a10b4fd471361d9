#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/trusted_set.hpp"
#include "hfssh/system/failure.hpp"

// The files that add host keys to the published ones, or revoke them: /etc/hf-ssh/known_hosts,
// ${XDG_CONFIG_HOME:-~/.config}/hf-ssh/known_hosts and the one that HF_SSH_KNOWN_HOSTS names. The
// files that ssh itself reads count too, but only for their @revoked lines: a key that ssh would
// refuse is refused.
namespace hfssh::settings {

// In bytes; a larger one is not read.
inline constexpr std::size_t largest_trusted_file = std::size_t{1} << 20;

struct TrustedFile {
    std::string path;
    bool must_exist = false;        // somebody named it
    bool only_revocations = false;  // ssh's own: whatever else is wrong with it is ssh's affair
};

// From the environment. Throws system::Failure where HF_SSH_KNOWN_HOSTS is not an absolute path.
[[nodiscard]] std::vector<TrustedFile> trusted_files();

// Adds ssh's known_hosts files NAMES (separated by blanks, as `ssh -G` prints UserKnownHostsFile),
// for their revocations.
void add_revocations_of(std::string_view names, std::vector<TrustedFile>& files);

// ${XDG_CONFIG_HOME:-~/.config}/hf-ssh/known_hosts; empty where there is no home.
[[nodiscard]] std::string own_trusted_file();

// The list as arguments of the helper, and back: "PATH", "=PATH" for a file that must exist,
// "@PATH" for one of which only the revocations count.
[[nodiscard]] std::vector<std::string> as_arguments(const std::vector<TrustedFile>& files);
[[nodiscard]] std::vector<TrustedFile> from_arguments(const std::vector<std::string>& arguments);

// One that is there (or was named) and can't be relied on: its hint in two parts.
class UnreliableFile : public system::Failure {
  public:
    UnreliableFile(const std::string& message, std::string requirement, std::string command);
    [[nodiscard]] const std::string& requirement() const { return requirement_; }
    // What brings that about, as a shell reads it; empty where no command is sure to.
    [[nodiscard]] const std::string& command() const { return command_; }

  private:
    std::string requirement_;
    std::string command_;
};

struct TrustedHostKeys {
    hub::TrustedSet set;
    std::vector<hub::Problem> problems;  // none of them fatal; broken ones are to be shown
};

// Throws system::Failure, naming the file (and line) and the fix: an UnreliableFile for one
// that exists but cannot be read, or must not be relied on (system::read_trusted_file),
// another for a line that may have lost a revocation. A file that does not exist is ignored
// unless it must.
[[nodiscard]] TrustedHostKeys load_host_keys(const std::vector<TrustedFile>& files);

// The command that opens the file at the line.
[[nodiscard]] std::string edit_command(const hub::Origin& origin);

// "~/.config/hf-ssh/known_hosts:3: the key is cut short or damaged", printable.
[[nodiscard]] std::string describe(const hub::Problem& problem);
// "~/.config/hf-ssh/known_hosts:3", printable; "published" for the keys that are compiled in.
[[nodiscard]] std::string describe(const hub::Origin& origin);

}  // namespace hfssh::settings
