#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hfssh::system {

// A program to run: FILE is executed as it is (no search), ARGV has its name first. ENVIRONMENT
// ("NAME=VALUE") comes before what we have of these names ourselves. ARGV is never empty.
struct Command {
    std::string file;
    std::vector<std::string> argv;
    std::vector<std::string> environment = {};
};

// Replaces this process. Returns only on failure, with errno.
[[nodiscard]] int execute(const Command& command);

// A child whose standard output (and, if asked, standard error) is collected while we go on:
// started by the constructor, ended at the latest by the destructor, which kills and reaps it. Its
// standard input is /dev/null, or INPUT and then the end: a few bytes, which a pipe holds at once.
// The constructor throws Failure where a limit on processes or descriptors is reached.
class Capture {
  public:
    enum class Errors { inherit, collect, discard };
    struct Result {
        enum class End { exited, signalled, timed_out, too_long, not_started };
        End end = End::not_started;
        int status = 0;  // exit status, or the signal, or errno if it was not started
        std::string output;
        std::string errors;
        [[nodiscard]] bool succeeded() const { return end == End::exited && status == 0; }
    };

    explicit Capture(const Command& command, Errors errors = Errors::inherit,
                     std::string_view input = {});
    Capture(Capture&&) noexcept;
    Capture& operator=(Capture&&) = delete;
    Capture(const Capture&) = delete;
    ~Capture();

    // Reads to the child's end, at most LIMIT bytes of each stream, until DEADLINE: then the child
    // is killed. GIVE_UP, asked every now and then, can bring the deadline forward. Called once.
    [[nodiscard]] Result wait(std::chrono::steady_clock::time_point deadline,
                              std::size_t limit = std::size_t{4} << 20,
                              const std::function<bool()>& give_up = {});

  private:
    struct Child;
    void kill();
    Result::End read_all(Result& result, std::chrono::steady_clock::time_point deadline,
                         std::size_t limit, const std::function<bool()>& give_up);
    std::unique_ptr<Child> child_;
};

}  // namespace hfssh::system
