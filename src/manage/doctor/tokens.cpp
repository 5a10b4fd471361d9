#include <algorithm>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "netrc.hpp"

// git-xet, which moves large files for git-lfs, logs in by the first of these: a name and a
// password in the remote's URL, HF_TOKEN, ~/.netrc, SSH, git's credential helpers. What comes
// before SSH may belong to another account than the key. Values are never shown.
namespace hfssh::manage {
namespace {

using Result = Check::Result;

constexpr std::size_t largest = std::size_t{1} << 20;

bool git_xet_is_here(const Situation& situation) {
    if (!system::find_program("git-xet").empty()) return true;
    return situation.surroundings &&
           ask_git({"config", "--get", "lfs.customtransfer.xet.path"}).status == 0;
}

std::string netrc_path() {
    if (const auto named = system::environment("NETRC")) return *named;
    return system::home().empty() ? std::string() : system::home() + "/.netrc";
}

// The name of hf.co that it has something for; empty if none.
std::string hub_in_netrc(const std::string& path) {
    const auto read = system::read_file(path, largest);
    const auto* text = std::get_if<std::string>(&read);
    if (text == nullptr) return {};
    const auto hosts = netrc_hosts(*text);
    const auto found = std::ranges::find_if(hosts, hub::is_hub_name);
    return found == hosts.end() ? std::string() : *found;
}

// Where `hf auth login` keeps its token (huggingface_hub, constants.HF_TOKEN_PATH).
std::string login_token_path() {
    if (const auto path = system::environment("HF_TOKEN_PATH")) return *path;
    if (const auto base = system::environment("HF_HOME")) return *base + "/token";
    if (const auto cache = system::environment("XDG_CACHE_HOME")) {
        return *cache + "/huggingface/token";
    }
    return system::home().empty() ? std::string() : system::home() + "/.cache/huggingface/token";
}

// What does not come before SSH, but makes people wonder.
std::string beside() {
    std::string text;
    if (system::environment("HUGGING_FACE_HUB_TOKEN")) text = "HUGGING_FACE_HUB_TOKEN is set";
    const std::string path = login_token_path();
    const auto read = system::read_file(path, largest);
    if (const auto* token = std::get_if<std::string>(&read); token != nullptr && !token->empty()) {
        text += (text.empty() ? "" : " and ") + ("there is " + system::display_path(path));
    }
    return text.empty() ? text : "; " + text + ", which git over SSH does not look at";
}

Check preferred(bool here, const std::string& found, const std::string& fix) {
    if (!here) {
        return {"tokens",
                Result::ok,
                found + "; git-xet would prefer that to SSH, and is not installed here",
                {},
                {}};
    }
    return {"tokens", Result::warning, found,
            "git-xet prefers that to SSH: large files are sent as whoever it belongs to, not as "
            "the account of the key",
            fix};
}

}  // namespace

Checks check_tokens(const Situation& situation) {
    Checks checks;
    const bool here = git_xet_is_here(situation);
    if (system::environment("HF_TOKEN")) {
        checks.push_back(preferred(here, "HF_TOKEN is set", "unset HF_TOKEN"));
    }
    const std::string path = netrc_path();
    if (const std::string host = hub_in_netrc(path); !host.empty()) {
        const std::string shown = system::display_path(path);
        checks.push_back(
            preferred(here, shown + " has an entry for " + system::printable(host),
                      "remove the entry for " + system::printable(host) + " from " + shown));
        if (checks.size() > 1) checks.back().name = "netrc";
    }
    if (checks.empty()) {
        checks.push_back(
            {"tokens", Result::ok, "none that git-xet would prefer to SSH" + beside(), {}, {}});
    }
    return checks;
}

}  // namespace hfssh::manage
