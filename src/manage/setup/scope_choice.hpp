#pragma once

#include "config_scope.hpp"
#include "hfssh/manage/command/options.hpp"

namespace hfssh::manage {

// --system, --global or --local.
class ScopeChoice {
  public:
    void declare(Options& options);
    // Throws UsageError for two of them.
    [[nodiscard]] Scope get() const;

  private:
    bool system_ = false;
    bool global_ = false;
    bool local_ = false;
};

}  // namespace hfssh::manage
