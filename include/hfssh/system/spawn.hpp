#pragma once

#include <signal.h>
#include <sys/types.h>

#include <functional>

#include "hfssh/system/process.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::system {

// How a child starts. A stream of -1 is inherited.
struct SpawnOptions {
    int standard_input = -1;
    int standard_output = -1;
    int standard_error = -1;
    int parent_death_signal = SIGKILL;  // where the system has such a thing; 0: none
    const char* directory = nullptr;    // where it starts; null: where we are
    bool own_session = false;           // without a terminal, the head of a process group
};

// A started child. The caller reaps it.
struct Spawned {
    pid_t pid = -1;
    int error = 0;         // errno if not even fork(2) succeeded
    UniqueFd exec_result;  // see exec_error()
};

[[nodiscard]] Spawned spawn(const Command& command, const SpawnOptions& options);
// Likewise, but the child goes on as a copy of this process, with the signals as a new program has
// them, and ends with what BODY returns. No destructor runs in it.
[[nodiscard]] Spawned spawn(const std::function<int()>& body, const SpawnOptions& options);

// Waits until the child has become the program; 0, or the errno of exec(3). It comes through a
// close-on-exec pipe, so that no exit status has to stand for it.
[[nodiscard]] int exec_error(Spawned& child);

struct Pipe {
    UniqueFd read, write;
};
[[nodiscard]] Pipe make_pipe();  // both ends close-on-exec, empty on failure

// /dev/null, for reading and writing.
[[nodiscard]] UniqueFd open_null();

// A stream socket of unix(7): close-on-exec, not blocking, without SIGPIPE where the system can be
// told so (else see no_signal in platform.hpp). Empty on failure.
[[nodiscard]] UniqueFd open_local_socket();

}  // namespace hfssh::system
