#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/hub/known_hosts.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {

// Changes to the user's own file of host keys: a line is added or removed, and every other byte
// stays, comments, blank lines and line ends included. Pure.

// "hf.co ssh-ed25519 AAAA… COMMENT", and the same after "@revoked ".
[[nodiscard]] std::string addition_line(const hub::ServerKey& key, std::string_view comment);
[[nodiscard]] std::string revocation_line(const hub::ServerKey& key, std::string_view comment);

// TEXT with LINE after its last one, ended as that one is: CRLF, LF, or not at all.
[[nodiscard]] std::string with_line(std::string_view text, std::string_view line);

// TEXT without the lines of these NUMBERS, counted from 1 as Origin does. A text whose last line
// has no end has none afterwards either. without_lines(with_line(t, l), {its number}) is t.
[[nodiscard]] std::string without_lines(std::string_view text,
                                        const std::vector<std::size_t>& numbers);

struct Change {
    std::vector<hub::ServerKey> additions;    // to add
    std::vector<hub::ServerKey> revocations;  // to add
    std::vector<std::size_t> gone;            // lines to remove
};
// Does AFTER, without a fatal problem, mean what BEFORE does, but for CHANGE? Else it must not be
// written.
[[nodiscard]] bool is_as_meant(const hub::KnownHosts& before, const hub::KnownHosts& after,
                               const Change& change);

// ${XDG_CONFIG_HOME:-~/.config}/hf-ssh/known_hosts, held (flock(2) on its directory) against others
// that would change it while it is read, judged and replaced. A link is followed: what it leads to
// is replaced, and the link stays. Signals wait meanwhile.
class OwnTrustedFile {
  public:
    // Throws a system::Failure if there is no home, if a trusted file cannot be relied on, or if
    // another process holds the file for five seconds. A missing file is empty.
    OwnTrustedFile();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const hub::KnownHosts& content() const { return content_; }
    // What all the trusted files together make.
    [[nodiscard]] const hub::TrustedSet& set() const { return trusted_.set; }

    // Replaces the text, keeps the mode (0600 in a directory of 0700 if it is new), and reads all
    // files again. Throws a system::Failure, and writes nothing, if that is impossible or TEXT
    // would not have the effect of CHANGE.
    void replace(const std::string& text, const Change& change);

  private:
    void hold();
    void read();
    void make_directory();

    system::SignalWatch signals_;  // first: a signal acts when all is done
    std::string path_;
    std::string real_path_;  // links resolved
    system::UniqueFd lock_;
    mode_t mode_ = 0600;
    std::string text_;
    hub::KnownHosts content_;
    settings::TrustedHostKeys trusted_;
};

}  // namespace hfssh::manage
