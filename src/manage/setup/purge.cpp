#include "purge.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "hfssh/identity/memory_store.hpp"
#include "hfssh/identity/offer.hpp"
#include "hfssh/manage/context/git_config.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

void tell(const std::string& path, const std::string& what, Report& report) {
    report.add("purged")
        .heading("removed: " + what + " (" + system::display_path(path) + ")", Tone::plain)
        .json("path", path)
        .json("what", what);
}

// True where it was there.
bool remove_file(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw Failure("cannot remove " + system::display_path(path) + ": " + std::strerror(errno));
}

// The files in DIRECTORY that hf-ssh wrote for ssh. It wrote none through a link, and others than
// its own stay. True where there were some.
bool remove_offers(const std::string& directory) {
    const int fd =
        ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(fd), &::closedir);
    if (!open) {
        ::close(fd);
        return false;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(open.get())) {
        if (identity::is_offer_name(entry->d_name)) names.emplace_back(entry->d_name);
    }
    for (const std::string& name : names) {
        if (::unlinkat(fd, name.c_str(), 0) == 0 || errno == ENOENT) continue;
        throw Failure("cannot remove " + system::display_path(directory + "/" + name) + ": " +
                      std::strerror(errno));
    }
    return !names.empty();
}

void purge_offers(const std::string& directory, Report& report) {
    if (remove_offers(directory)) tell(directory, "public keys that were written for ssh", report);
    if (::rmdir(directory.c_str()) == 0 || errno == ENOENT) return;
    const bool is_other = errno == ENOTDIR;
    system::say(system::display_path(directory) +
                (is_other ? " is not a directory of hf-ssh's, and stays"
                          : " stays: hf-ssh did not write all that is in it"));
}

void purge_memory(const std::string& state, Report& report) {
    identity::MemoryStore store(state, false);
    const std::size_t count = store.keys().size() + store.pushes().size();
    if (!store.forget_all()) {
        throw Failure("what is remembered could not be removed from " +
                      system::display_path(state));
    }
    if (count > 0) tell(state, "what was remembered of keys and pushes", report);
}

// Settings are the person's own.
void tell_of_settings() {
    const auto lines = config_lines("^hf-ssh\\.");
    if (lines.empty()) return;
    system::say(lines.size() == 1 ? "a setting of yours stays in git's configuration: " +
                                        system::printable(lines.front().key)
                                  : std::to_string(lines.size()) +
                                        " settings of yours stay in git's "
                                        "configuration");
    system::hint("git config --show-origin --get-regexp '^hf-ssh\\.' lists what is left");
}

}  // namespace

void purge_all(Report& report) {
    report.empty_list("purged");
    const std::string state = system::state_directory();
    const std::string config = system::config_directory();
    if (state.empty()) throw Failure("there is no home directory, so nothing is kept");
    purge_memory(state, report);
    purge_offers(state + "/identities", report);
    (void)remove_file(state + "/asking");    // which command asks hf.co about keys
    (void)remove_file(state + "/ssh-seen");  // which ssh has no options of its own
    if (remove_file(config + "/known_hosts")) {
        tell(config + "/known_hosts", "host keys that you added or revoked", report);
    }
    (void)::rmdir(config.c_str());  // both only where nothing is left in them
    (void)::rmdir(state.c_str());
    tell_of_settings();
}

}  // namespace hfssh::manage
