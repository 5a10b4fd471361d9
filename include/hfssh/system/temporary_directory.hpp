#pragma once

#include <string>
#include <string_view>

namespace hfssh::system {

// A private directory (0700) below $XDG_RUNTIME_DIR, mostly memory, else /tmp; made when something
// is first put into it, removed with its files at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory() = default;
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    // Puts a file of mode 0600 into it; its path, empty where that failed.
    [[nodiscard]] std::string write(const std::string& name, std::string_view content);

  private:
    std::string path_;
};

}  // namespace hfssh::system
