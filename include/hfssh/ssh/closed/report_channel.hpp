#pragma once

#include <string>
#include <string_view>

#include "hfssh/system/unique_fd.hpp"

namespace hfssh::ssh {

// What the KnownHostsCommand helper tells the hf-ssh that waits for ssh: ssh stands between them
// and passes neither descriptors nor more than an exit status. It says only who has explained a
// failure; no trust rests on it.
enum class Report {
    none,       // nothing was judged, or nothing could be told
    accepted,   // the host key was trusted
    refused,    // it was not, and the helper has explained it
    explained,  // the native transport could not begin, or went wrong after the login, and said why
};

// The waiting side: a pipe that others open by its name in /proc.
class ReportChannel {
  public:
    ReportChannel();

    // What the helper is given; empty where there is no pipe, or no /proc (not Linux).
    [[nodiscard]] std::string path() const;

    // To be kept open while the helper may run; -1 where there is no pipe.
    [[nodiscard]] int descriptor() const { return pipe_.get(); }

    // What has arrived by now; never waits. One refusal outweighs everything, an explanation that
    // the key was trusted.
    [[nodiscard]] Report read();

  private:
    system::UniqueFd pipe_;
    Report report_ = Report::none;
};

// The helper's side. Silent where PATH is empty, is no pipe or can't be written at once.
void send_report(const std::string& path, Report report);

}  // namespace hfssh::ssh
