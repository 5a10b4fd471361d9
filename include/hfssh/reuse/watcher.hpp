#pragma once

#include <string>

#include "hfssh/reuse/command.hpp"

// The watcher: a process of ours that keeps a master's connection for as long as its git command
// runs, and no longer.
namespace hfssh::reuse {

// A master ends when no client has been there for this long (ControlPersist), in seconds.
inline constexpr int linger = 1;

// Starts it. It waits for the master's SOCKET, then is one of its clients: that alone keeps the
// master, which ends within `linger` of the watcher's own end, however that came. When COMMAND has
// ended, or the connection was not used for long, it ends the master, also a stopped one, and
// removes the socket. It has no stream, directory or descriptor of ours. Nothing is said if it
// cannot be started: then the master just does not last.
void start_watcher(const std::string& socket, const GitCommand& command);

}  // namespace hfssh::reuse
