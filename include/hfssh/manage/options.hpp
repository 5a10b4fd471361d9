#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hfssh::manage {

// A command line that does not fit: exit status 129, as git's.
struct UsageError {
    std::string message;
};

// What one verb takes on its command line. The variables that are handed in are filled by read().
class Options {
  public:
    Options(const std::string& verb, const std::string& summary);
    ~Options();
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // "--all", alone.
    void flag(const std::string& name, bool& value, const std::string& help);
    // "--for PATTERN"
    void option(const std::string& name, const std::string& what, std::optional<std::string>& value,
                const std::string& help);
    // The one word that is no option.
    void argument(const std::string& what, std::optional<std::string>& value, bool required,
                  const std::string& help);

    // All the words that are no option.
    void arguments(const std::string& what, std::vector<std::string>& values, bool required,
                   const std::string& help);

    // Throws UsageError. True: `-h` was among them, and usage() is all that is wanted.
    [[nodiscard]] bool read(const std::vector<std::string>& words);
    [[nodiscard]] std::string usage() const;

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace hfssh::manage
