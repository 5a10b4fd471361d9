#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "file.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {

// ${XDG_CONFIG_HOME:-~/.config}/hf-ssh/known_hosts, held (flock(2) on its directory) against others
// that would change it while it is read, judged and replaced. A link is followed: what it leads to
// is replaced, and the link stays. Signals wait meanwhile.
class OwnTrustedFile {
  public:
    // Throws a system::Failure where there is no home, where any of the trusted files can't be
    // relied on, and where somebody else holds the file for five seconds. A file that is not there
    // is empty.
    OwnTrustedFile();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const hub::KnownHosts& content() const { return content_; }
    // What all the trusted files together make.
    [[nodiscard]] const hub::TrustedSet& set() const { return trusted_.set; }

    // Replaces the whole text, with its mode kept, or 0600 in a directory of 0700, and reads all
    // files again. Throws a system::Failure where that can't be done, or where TEXT would be read
    // as anything but the CHANGE that is meant; then nothing was written.
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
