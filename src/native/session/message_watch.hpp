#pragma once

#include <string_view>

namespace hfssh::native {

// libssh2 gives 0 for the exit status of a command whose server told none, as if it had succeeded.
// Each message of the server's stands in memory of the library's own, which comes past here when it
// is freed; that is enough to see whether there was a status (RFC 4254 section 6.10).
class MessageWatch {
  public:
    void look_at(std::string_view freed);

    // Were messages seen at all? A later library may keep them elsewhere.
    [[nodiscard]] bool works() const { return works_; }
    [[nodiscard]] bool status_told() const { return status_told_; }

  private:
    bool works_ = false;
    bool status_told_ = false;
};

}  // namespace hfssh::native
