#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hfssh::ssh {

// What `ssh -G` printed: one "keyword value" a line, in its order, some keywords repeatedly
// (identityfile, certificatefile, sendenv, setenv …). Keywords are asked for in lower case.
class Resolved {
  public:
    // Empty if the keyword was not printed.
    [[nodiscard]] std::string_view first(std::string_view keyword) const;
    [[nodiscard]] std::vector<std::string_view> all(std::string_view keyword) const;
    [[nodiscard]] bool has(std::string_view keyword) const;

    void remove(std::string_view keyword);

    // Was FIRST printed, and SECOND before it?
    [[nodiscard]] bool comes_after(std::string_view first, std::string_view second) const;

    // Does this ssh know the option? It prints those it knows and that have a value.
    [[nodiscard]] bool supports(std::string_view keyword) const { return has(keyword); }
    // OpenSSH 8.5 or later, which renamed pubkeyacceptedkeytypes, and where it can start one.
    [[nodiscard]] bool has_known_hosts_command() const {
        return starts_commands_ && has("pubkeyacceptedalgorithms");
    }
    void starts_no_commands() { starts_commands_ = false; }

    // Not what ssh prints: no host name, a line of another form, a control character, output cut
    // off, a keyword twice that is printed once, or one between user, host name and port. A value
    // with a newline in it makes such a line (a user name can come from a clone's URL), so nothing
    // of a malformed result may be carried over.
    [[nodiscard]] bool malformed() const { return !defect_.empty(); }
    [[nodiscard]] const std::string& defect() const { return defect_; }

  private:
    friend Resolved read_resolved(std::string_view output);
    void add(std::string_view line);
    void check();
    void blame(std::string_view defect);

    std::vector<std::pair<std::string, std::string>> lines_;
    std::string defect_;
    bool starts_commands_ = true;
};

[[nodiscard]] Resolved read_resolved(std::string_view output);

}  // namespace hfssh::ssh
