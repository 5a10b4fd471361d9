#include <cstdint>
#include <cstdlib>

#include "hfssh/hub/repository.hpp"

using namespace hfssh::hub;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto command = read_remote_command({text});
    if (command.repository && patterns_for(*command.repository).empty()) std::abort();
    // A path that was read is read the same again, but for a ".git" that was part of the name.
    const auto repository = read_repository_path(text);
    if (!repository || repository->name.ends_with(".git")) return 0;
    const auto again = read_repository_path(repository->path());
    if (!again || again->path() != repository->path()) std::abort();
    return 0;
}
