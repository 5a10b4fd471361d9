#include "chain.hpp"

#include <algorithm>
#include <cstdlib>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

constexpr const char* variable = "HF_SSH_DEPTH";
constexpr int deepest = 8;

bool line_has_control(const ssh::Reading& reading) {
    const auto* line = std::get_if<ssh::CommandLine>(&reading);
    return line != nullptr && line->has_control_character();
}

}  // namespace

void enter_chain() {
    const long depth =
        std::strtol(system::environment(variable).value_or("0").c_str(), nullptr, 10);
    if (depth >= deepest) {
        throw system::Failure("the underlying ssh leads back to hf-ssh again and again",
                              "look at --via, HF_SSH_COMMAND, the ssh on PATH and ProxyCommand");
    }
    ::setenv(variable, std::to_string(std::max(depth, 0L) + 1).c_str(), 1);
}

void refuse_control_characters(const ssh::Reading& plain, const ssh::Reading& tagged,
                               const std::vector<std::string>& arguments) {
    bool found = line_has_control(plain) || line_has_control(tagged);
    // Where the line cannot be read, nobody knows where the remote command begins.
    if (std::holds_alternative<ssh::Unreadable>(plain)) {
        found |= std::any_of(arguments.begin(), arguments.end(), system::has_control_character);
    }
    if (!found) return;
    const auto word =
        std::find_if(arguments.begin(), arguments.end(), system::has_control_character);
    throw system::Failure("refused: a control character in an argument" +
                              (word != arguments.end() ? ": " + system::printable(*word)
                                                       : std::string(" (in the user name)")),
                          "a URL can carry one in disguise (%0a); nothing was run");
}

void refuse_shell_words(const ssh::Reading& plain, const ssh::Reading& tagged) {
    const auto unfit = ssh::unfit_name(plain, tagged);
    if (unfit) throw system::Failure("refused: " + *unfit, "a URL can carry one; nothing was run");
}

}  // namespace hfssh::transport
