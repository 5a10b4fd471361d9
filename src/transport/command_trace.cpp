#include "command_trace.hpp"

#include <string>

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {

void trace_command(std::string_view what, const system::Command& command) {
    if (!system::tracing()) return;
    std::string line(what);
    for (const std::string& word : command.argv) {
        const auto at = system::lower(word).find("setenv");
        line += " ";
        line +=
            at == std::string::npos ? system::shell_quote(word) : word.substr(0, at) + "SetEnv=[…]";
    }
    system::trace(line);
}

}  // namespace hfssh::transport
