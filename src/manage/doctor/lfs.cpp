#include "doctor.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using Result = Check::Result;

constexpr const char* name = "git-lfs";

// "git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)"
std::string version(const std::string& program) {
    system::Capture capture({program, {"git-lfs", "version"}}, system::Capture::Errors::discard);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    const auto words = system::words(system::trim(answer.output));
    return words.empty() ? "git-lfs" : system::printable(words.front());
}

bool repository_uses_lfs(const Situation& situation) {
    const auto* contents = situation.surroundings ? situation.surroundings->contents() : nullptr;
    return contents != nullptr && contents->uses_lfs();
}

}  // namespace

Checks check_lfs(const Situation& situation) {
    const bool used = repository_uses_lfs(situation);
    const std::string program = system::find_program("git-lfs");
    if (program.empty()) {
        return {{name, used ? Result::failure : Result::warning, "git-lfs is not installed",
                 used ? "this repository has files in git-lfs: they stay pointers, and a push "
                        "of them fails"
                      : "repositories on hf.co keep large files in git-lfs",
                 "install git-lfs"}};
    }
    const std::string found = version(program) + ", " + system::display_path(program);
    const bool set_up = !situation.surroundings ||
                        ask_git({"config", "--get", "filter.lfs.process"}).status == 0 ||
                        ask_git({"config", "--get", "filter.lfs.clean"}).status == 0;
    if (!set_up) {
        return {{name, used ? Result::failure : Result::warning, found + "; not set up",
                 "git does not run it: large files stay pointers, or are committed as they are",
                 "git lfs install"}};
    }
    return {{name, Result::ok, found, {}, {}}};
}

}  // namespace hfssh::manage
