#include <algorithm>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

// What moves large files: git-lfs, and git-xet, which does it for git-lfs and logs in by the first
// of these: a name and a password in the remote's URL, HF_TOKEN, ~/.netrc, SSH, git's credential
// helpers. What comes before SSH may belong to another account than the key. Values are never
// shown.
namespace hfssh::manage {
namespace {

using Result = Check::Result;

// "git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)"
std::string version(const std::string& program) {
    system::Capture capture({program, {"git-lfs", "version"}}, system::Capture::Errors::discard);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    const auto words = system::words(system::trim(answer.output));
    return words.empty() ? "git-lfs" : system::printable(words.front());
}

bool repository_uses_lfs(const Situation& situation) {
    const auto* contents = situation.surroundings ? situation.surroundings->contents() : nullptr;
    return contents != nullptr && contents->uses_lfs();
}

// tokens -----------------------------------------------------------------------------------------

bool takes_value(std::string_view token) {
    return token == "machine" || token == "login" || token == "password" || token == "account";
}

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

// The name of hf.co for which it has an entry; empty if none.
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

// Tokens that git over SSH ignores, though people expect otherwise.
std::string ignored_tokens() {
    std::string text;
    if (system::environment("HUGGING_FACE_HUB_TOKEN")) text = "HUGGING_FACE_HUB_TOKEN is set";
    const std::string path = login_token_path();
    const auto read = system::read_file(path, largest);
    if (const auto* token = std::get_if<std::string>(&read); token != nullptr && !token->empty()) {
        text += (text.empty() ? "" : " and ") + (system::display_path(path) + " exists");
    }
    return text.empty() ? text : "; " + text + ", which git over SSH ignores";
}

Check preferred(bool here, const std::string& found, const std::string& fix) {
    if (!here) {
        return {"tokens", Result::ok,
                found + "; git-xet would prefer that to SSH, but is not installed"};
    }
    return {"tokens", Result::warning, found,
            "git-xet prefers that to SSH: large files are sent as the token's account, not as the "
            "account of the key",
            fix};
}

}  // namespace

std::vector<std::string> netrc_hosts(std::string_view text) {
    std::vector<std::string> hosts;
    std::string_view open;  // the word whose value comes next, on this line or a later one
    bool in_macro = false;
    for (const std::string_view line : system::lines(text)) {
        if (in_macro) {  // up to an empty line
            in_macro = !system::trim(line).empty();
            continue;
        }
        for (const std::string_view word : system::words(system::trim(line))) {
            if (!open.empty()) {
                if (open == "machine") hosts.emplace_back(word);
                open = {};
            } else if (word.starts_with('#')) {
                break;
            } else if (word == "macdef") {
                in_macro = true;
                break;
            } else if (takes_value(word)) {
                open = word;
            }
        }
    }
    return hosts;
}

Checks check_lfs(const Situation& situation) {
    constexpr const char* name = "git-lfs";
    const bool used = repository_uses_lfs(situation);
    const std::string program = system::find_program("git-lfs");
    if (program.empty()) {
        if (!used) return {does_not_apply(name, "not installed, and no repository here needs it")};
        return {{name, Result::failure, "git-lfs is not installed",
                 "this repository keeps files in git-lfs: they stay pointers, and a push of them "
                 "fails",
                 "install git-lfs"}};
    }
    const std::string found = version(program) + ", " + system::display_path(program);
    const bool set_up = !situation.surroundings ||
                        ask_git({"config", "--get", "filter.lfs.process"}).status == 0 ||
                        ask_git({"config", "--get", "filter.lfs.clean"}).status == 0;
    if (set_up) return {{name, Result::ok, found}};
    if (!used) return {{name, Result::ok, found + "; not set up, not needed here"}};
    return {{name, Result::failure, found + "; not set up",
             "git does not run it: large files stay pointers, or are committed as they are",
             "git lfs install"}};
}

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
            {"tokens", Result::ok, "none that git-xet would prefer to SSH" + ignored_tokens()});
    }
    return checks;
}

}  // namespace hfssh::manage
