#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "hfssh/system/process.hpp"

// A program that is given something and then left to itself: a clipboard, a browser.
namespace hfssh::system {

enum class ErrandEnd {
    done,     // status 0
    failed,   // another status, or a signal
    late,     // it still ran at the deadline
    no_start  // or the input did not fit into a pipe
};

// What happens to one that is late.
enum class Late { killed, left_running };

// Runs COMMAND in a session of its own, away from our terminal and its Ctrl-C, with INPUT (at most
// a few thousand bytes) on its standard input and nothing on the others, and waits until it ends,
// until DEADLINE, or until GIVE_UP says so. What it leaves running in the background (xclip serves
// the clipboard like that) is not waited for.
[[nodiscard]] ErrandEnd run_errand(const Command& command, std::string_view input,
                                   std::chrono::steady_clock::time_point deadline, Late late,
                                   const std::function<bool()>& give_up);

}  // namespace hfssh::system
