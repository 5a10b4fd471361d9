#pragma once

#include <string>
#include <string_view>

#include "hfssh/system/unique_fd.hpp"

// How the KnownHostsCommand helper reports to the hf-ssh that waits for ssh. ssh is between them
// and passes on neither descriptors nor more than an exit status. Only messages depend on a report;
// no trust does: the helper's exit status is what ends a connection.
namespace hfssh::ssh {

enum class Report {
    none,       // no key was judged, or the report did not arrive
    accepted,   // the host key was trusted
    refused,    // it was not; the parent explains it
    explained,  // the process that reports has already printed why it failed
};

// A report, and the host key that it is about as ssh(1) gave it in %t and %K: neither checked nor
// printable, and empty if there is none or it is too long to be reported.
struct Reported {
    Report report = Report::none;
    std::string type;
    std::string base64;
};

// The reports in TEXT, one a line: "accepted TYPE BASE64". One refusal outweighs everything, an
// explanation outweighs an acceptance, and of equals the first counts. Unknown lines are ignored.
// Pure.
[[nodiscard]] Reported read_reports(std::string_view text);

// The waiting side: a pipe that others open by its name in /proc.
class ReportChannel {
  public:
    ReportChannel();

    // The helper's argument; empty if there is no pipe, or no /proc (not Linux).
    [[nodiscard]] std::string path() const;

    // To be kept open while the helper may run; -1 if there is no pipe.
    [[nodiscard]] int descriptor() const { return pipe_.get(); }

    // What has arrived by now; never waits.
    [[nodiscard]] Report read();
    // Before another program reports.
    void forget() { text_.clear(); }
    // The same with the host key, as of the last read().
    [[nodiscard]] const Reported& reported() const { return reported_; }

  private:
    system::UniqueFd pipe_;
    std::string text_;
    Reported reported_;
};

// The helper's side. Returns false if the report did not get through: PATH is empty, is not a pipe
// or cannot be written at once.
bool send_report(const std::string& path, Report report, std::string_view type = {},
                 std::string_view base64 = {});

}  // namespace hfssh::ssh
