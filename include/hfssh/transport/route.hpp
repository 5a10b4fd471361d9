#pragma once

#include <optional>
#include <variant>

#include "hfssh/ssh/config/resolved.hpp"
#include "hfssh/transport/typed.hpp"

// Second station: does it lead to hf.co?
namespace hfssh::transport {

struct ToHub {
    ssh::CommandLine line;               // the reading that leads there
    std::optional<ssh::Resolved> alias;  // what `ssh -G` says of a name that is the person's own
};

struct ToOther {};  // hf-ssh becomes ssh: another host, or what is about ssh itself

struct Answered {  // nothing is left to run
    int status = 0;
};

using Route = std::variant<ToHub, ToOther, Answered>;

// May ask `ssh -G`, with the very words that would be run. Throws a system::Failure where the two
// readings differ and one leads to hf.co, or what was read and what ssh says differ about hf.co.
[[nodiscard]] Route find_route(const Typed& typed);

// Replaces this process by the underlying ssh with the arguments as they were given.
[[noreturn]] void become(const Typed& typed);

}  // namespace hfssh::transport
