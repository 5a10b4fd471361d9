#pragma once

#include <string>

namespace hfssh::manage {

// What is being waited for: one line on standard error, replaced by the next one and erased at the
// end. Only at a terminal that can do that. Whoever writes to the terminal erases it first.
class Progress {
  public:
    Progress();
    ~Progress() { erase(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    [[nodiscard]] bool is_shown() const { return rewrites_; }  // else nothing is ever written
    void show(const std::string& text);
    void erase();

  private:
    bool rewrites_;
    std::string shown_;
};

}  // namespace hfssh::manage
