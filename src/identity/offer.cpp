// The files through which ssh is given one key and no other.
#include "hfssh/identity/offer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {

namespace {

// What no quoting carries through every version of ssh_config(5): its own escapes, ${VAR}.
bool is_awkward(const std::string& path) {
    return path.find_first_of("\"\\") != std::string::npos ||
           path.find("${") != std::string::npos || system::has_control_character(path);
}

// The file's name for a key: its fingerprint, without what a file's name can't have everywhere. A
// private file that hides its key has its path hashed: two of them must never share a name.
std::string file_name(const Candidate& candidate) {
    std::string name = candidate.key
                           ? candidate.fingerprint()
                           : "path-" + system::fingerprint(system::absolute_path(candidate.path));
    std::replace(name.begin(), name.end(), '/', '_');
    std::replace(name.begin(), name.end(), ':', '-');
    return name;
}

int write_public(const std::string& path, const PublicKey& key) {
    const std::string text = public_file_text(key, {});
    struct stat info = {};
    if (::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & 07777U) == 0600U) {
        const auto present = system::read_file(path, system::largest_small_file);
        const auto* content = std::get_if<std::string>(&present);
        if (content != nullptr && *content == text) return 0;
    }
    return system::replace_file(path, text, 0600);
}

int write_link(const std::string& path, const std::string& target) {
    std::array<char, PATH_MAX> present = {};
    const ssize_t length = ::readlink(path.c_str(), present.data(), present.size());
    if (length > 0 &&
        target == std::string_view(present.data(), static_cast<std::size_t>(length))) {
        return 0;
    }
    const std::string fresh = path + "." + std::to_string(::getpid());
    (void)::unlink(fresh.c_str());  // of a process that had our number
    if (::symlink(target.c_str(), fresh.c_str()) != 0) return errno;
    if (::rename(fresh.c_str(), path.c_str()) == 0) return 0;
    const int error = errno;
    (void)::unlink(fresh.c_str());
    return error;
}

// Puts what WAY needs into DIRECTORY. errno, 0 on success.
int fill(const std::string& directory, const Candidate& candidate, Way way, Offer& offer) {
    const std::string link = directory + "/" + file_name(candidate);
    const std::string copy = link + ".pub";
    offer.identity_file = way == Way::linked ? link : copy;
    if (candidate.key) {
        if (const int error = write_public(copy, *candidate.key)) return error;
    }
    return way == Way::linked ? write_link(link, system::absolute_path(candidate.path)) : 0;
}

// errno, 0 on success.
int fill_state(const std::string& state, const Candidate& candidate, Way way, Offer& offer) {
    using system::OwnDirectory;
    if (is_awkward(state)) return ENOENT;
    const OwnDirectory own = OwnDirectory::open(state, OwnDirectory::Missing::make);
    const OwnDirectory directory = own.child("identities", OwnDirectory::Missing::make);
    return directory ? fill(directory.path(), candidate, way, offer) : EPERM;
}

bool is_made_of(std::string_view text, bool (*fits)(char)) {
    return std::ranges::all_of(text, fits);
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool is_offer_name(std::string_view name) {
    constexpr std::string_view by_path = "path-";
    constexpr std::string_view begin = "SHA256-";
    constexpr std::size_t digest = 43;  // characters of base64, for 32 bytes
    constexpr std::size_t random = 6;   // of mkstemp(3), see replace_file()
    if (name.starts_with(by_path)) name.remove_prefix(by_path.size());
    if (!name.starts_with(begin)) return false;
    name.remove_prefix(begin.size());
    const auto fits = [](char c) { return is_alphanumeric(c) || c == '+' || c == '_'; };
    if (name.size() < digest || !is_made_of(name.substr(0, digest), fits)) return false;
    name.remove_prefix(digest);
    if (name.empty() || name == ".pub") return true;
    if (name.starts_with(".pub.")) {
        name.remove_prefix(5);
        return name.size() == random && is_made_of(name, is_alphanumeric);
    }
    return name.size() > 1 && name.front() == '.' && is_made_of(name.substr(1), is_digit);
}

Way way_of(const Candidate& candidate) {
    if (!candidate.file_serves()) return Way::public_copy;
    // Before OpenSSH 8.3 only a .pub showed which of the agent's keys a private file is.
    const bool nameless = candidate.in_agent && candidate.encrypted && !candidate.has_public;
    const bool linked =
        candidate.misleading || nameless || is_awkward(system::absolute_path(candidate.path));
    return linked ? Way::linked : Way::as_it_is;
}

std::variant<Offer, NoPlace> prepare_offer(const Candidate& candidate,
                                           const std::string& state_directory,
                                           system::TemporaryDirectory& temporary) {
    Offer offer;
    const Way way = way_of(candidate);
    if (!candidate.certificate.empty() &&
        !is_awkward(system::absolute_path(candidate.certificate))) {
        offer.certificate_file = system::absolute_path(candidate.certificate);
    }
    if (way == Way::as_it_is) {
        offer.identity_file = system::absolute_path(candidate.path);
        return offer;
    }
    if (fill_state(state_directory, candidate, way, offer) == 0) return offer;
    const auto put = [&](const std::string& directory) {
        return is_awkward(directory) ? ENOENT : fill(directory, candidate, way, offer);
    };
    if (!temporary.fill(put)) return NoPlace{temporary.problem()};
    return offer;
}

}  // namespace hfssh::identity
