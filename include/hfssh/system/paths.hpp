#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::system {

// $HOME if it is an absolute path of a directory, then the passwd entry's, if that is one;
// empty if neither: a home that is not there is never made.
[[nodiscard]] const std::string& home();

// The passwd entry's home, whatever HOME says: where ssh(1) itself looks for ~/.ssh/config. Empty
// if there is none.
[[nodiscard]] const std::string& passwd_home();

// The login name of the effective user, empty if there is no passwd entry.
[[nodiscard]] const std::string& login_name();

// ${XDG_CONFIG_HOME:-~/.config}/hf-ssh and ${XDG_STATE_HOME:-~/.local/state}/hf-ssh; a relative
// XDG value is ignored, as the XDG specification asks. Empty if there is no home.
[[nodiscard]] std::string config_directory();
[[nodiscard]] std::string state_directory();

// "~" and "~/x" with home(); "~user/x" with that user's; anything else unchanged. An unknown user
// leaves the path unchanged.
[[nodiscard]] std::string expand_tilde(std::string_view path);

// The running program's own file, links resolved.
[[nodiscard]] const std::string& executable_path();

// From here on executable_path() is the program NAME beside ours: what the manager foretells, it
// must see as hf-ssh would.
void speak_for(std::string_view name);

// A program of libexec/hf-ssh, found from the bin directory of the running one, wherever the tree
// was moved to.
[[nodiscard]] std::string libexec_program(std::string_view name);
// Likewise a file of share/hf-ssh; from the directory BIN if one is given.
[[nodiscard]] std::string data_file(std::string_view name, const std::string& bin = {});

// The first executable regular file called NAME on PATH (or NAME itself if it has a slash) that
// is not the running program, by device and inode. Empty if none.
[[nodiscard]] std::string find_program(std::string_view name);

// The first executable of that name on PATH, the running program included; NAME itself where it has
// a slash. Empty if none.
[[nodiscard]] std::string first_on_path(const std::string& name);

// PATH as it is found from the working directory; "./PATH" if that directory is gone, so that it
// never becomes a bare word.
[[nodiscard]] std::string absolute_path(const std::string& path);

// Do both name the same file, by device and inode, links resolved?
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

// The environment variable, none if it is unset or empty.
[[nodiscard]] std::optional<std::string> environment(const char* name);

}  // namespace hfssh::system
