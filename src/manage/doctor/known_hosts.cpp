#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"

// The check "known-hosts": what plain ssh believes of hf.co, as `ssh-keygen -F` reads its files.
// hf-ssh never reads them: a wrong line in them harms other programs, and causes ssh's loudest
// message.
namespace hfssh::manage {
namespace {

using hub::Verdict;

constexpr const char* name = "known-hosts";
constexpr std::size_t most_lines = 6;

struct File {
    std::string path;
    bool system_wide = false;
};

// ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile, as they are by default.
std::vector<File> default_files() {
    std::vector<File> files;
    if (const std::string own = transport::ssh_directory(); !own.empty()) {
        files.push_back({own + "/known_hosts"});
        files.push_back({own + "/known_hosts2"});
    }
    files.push_back({"/etc/ssh/ssh_known_hosts", true});
    files.push_back({"/etc/ssh/ssh_known_hosts2", true});
    return files;
}

// And those that are configured. `ssh -G` prints them expanded and without quotes, so that a name
// with a blank in it is not found. Those in the passwd entry's home are the default ones, which are
// looked for in HOME.
std::vector<File> known_hosts_files(const ssh::Resolved& configured) {
    std::vector<File> files = default_files();
    const std::string defaults = system::passwd_home() + "/.ssh/known_hosts";
    const auto add = [&](std::string_view keyword, bool system_wide) {
        for (const std::string_view path : system::words(configured.first(keyword))) {
            if (!path.starts_with('/') || path == defaults || path == defaults + "2") continue;
            const auto known = std::ranges::find(files, path, &File::path);
            if (known == files.end()) files.push_back({std::string(path), system_wide});
        }
    };
    add("userknownhostsfile", false);
    add("globalknownhostsfile", true);
    return files;
}

// As ssh looks them up; many remotes still name huggingface.co.
std::vector<std::string> looked_up(const transport::Endpoint& endpoint) {
    std::vector<std::string> names = {std::string(hub::host), "huggingface.co"};
    if (endpoint.port == "22") return names;
    for (std::size_t i = 0; i < 2; ++i)
        names.push_back("[" + names[i] + "]:" + endpoint.port);
    return names;
}

// What is wrong with a key that plain ssh accepts as hf.co's; empty if nothing is.
std::string fault(const hub::Judgement& judgement) {
    const std::string_view known = hub::key_type_label(judgement.type);
    const std::string label = known.empty() ? "host" : std::string(known);
    if (judgement.verdict == Verdict::never_accepted) {
        return "a DSA key, too weak to prove anything";
    }
    if (judgement.verdict == Verdict::not_published) {
        return "the " + label + " key was not published by Hugging Face";
    }
    if (judgement.verdict != Verdict::revoked) return {};
    return "the " + label + " key is revoked in " + settings::describe(judgement.match->origin);
}

class Search {
  public:
    explicit Search(const Connection& connection)
        : names_(looked_up(connection.facts.endpoint)), trusted_(connection.facts.trusted) {}

    void look_into(const File& file) {
        struct stat info = {};
        // ssh-keygen would wait for a pipe.
        if (::stat(file.path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
        std::map<std::size_t, KnownHostsLine> lines;
        for (const std::string& host : names_) {
            for (KnownHostsLine& line : find(host, file.path)) {
                const auto [known, added] = lines.emplace(line.number, line);
                if (!added && known->second.name.empty()) known->second = std::move(line);
            }
        }
        std::vector<std::string> removed;
        for (const auto& [number, line] : lines)
            judge(file, line, removed);
    }

    [[nodiscard]] Check check() const {
        if (!unanswered_.empty() && wrong_.empty()) return skipped(name, unanswered_);
        if (wrong_.empty()) return {name, Check::Result::ok, nothing_wrong()};
        std::vector<std::string> shown = wrong_;
        if (shown.size() > most_lines) {
            shown.resize(most_lines);
            shown.push_back("and " + std::to_string(wrong_.size() - most_lines) + " more");
        }
        return {name, Check::Result::warning, system::join(shown, "\n"),
                std::string("hf-ssh does not use these lines, plain ssh does; ") +
                    (commands_.empty() ? ""
                                       : "ssh-keygen -R removes every line of the name, also the "
                                         "right ones and those shared with other names; ") +
                    "the right lines: git hf-ssh host-keys --known-hosts",
                fix()};
    }

  private:
    std::vector<KnownHostsLine> find(const std::string& host, const std::string& path) {
        constexpr auto patience = std::chrono::seconds(5);
        const std::string program = system::find_program("ssh-keygen");
        if (program.empty()) {
            unanswered_ = "there is no ssh-keygen to look into known_hosts with";
            return {};
        }
        system::Capture keygen({program, {"ssh-keygen", "-F", host, "-f", path}},
                               system::Capture::Errors::discard);
        const auto answer = keygen.wait(std::chrono::steady_clock::now() + patience);
        return read_found_lines(answer.output, host);
    }

    void judge(const File& file, const KnownHostsLine& line, std::vector<std::string>& removed) {
        const hub::Judgement judgement = trusted_.judge(line.type, line.base64);
        // hf-ssh heeds a revocation, too: the check of the trusted files reports it.
        if (judgement.verdict == Verdict::malformed || line.marker == "@revoked") return;
        std::string wrong;
        if (line.marker == "@cert-authority") {
            wrong = "@cert-authority: plain ssh trusts whatever that key certifies";
        } else if (wrong = fault(judgement); wrong.empty()) {
            ++good_;
        }
        if (wrong.empty()) return;
        const std::string where =
            system::display_path(file.path) + ":" + std::to_string(line.number);
        wrong_.push_back(where + ": " + wrong);
        if (line.name.empty()) {
            by_hand_.push_back(where);
        } else if (std::ranges::count(removed, line.name) == 0) {
            removed.push_back(line.name);
            const bool usual = file.path == system::passwd_home() + "/.ssh/known_hosts";
            commands_.push_back((file.system_wide ? "sudo ssh-keygen -R " : "ssh-keygen -R ") +
                                system::shell_word(line.name) +
                                (usual ? "" : " -f " + shell_path(file.path)));
        }
    }

    [[nodiscard]] std::string nothing_wrong() const {
        if (good_ == 0) return "no hf.co entries in ssh's known_hosts";
        return counted(good_, "line") + " for hf.co in ssh's known_hosts, all with trusted keys";
    }

    [[nodiscard]] std::string fix() const {
        if (!commands_.empty()) return system::join(commands_, " && ");
        return "look at " + system::join(by_hand_, ", ") + " and remove what is wrong";
    }

    const std::vector<std::string> names_;
    const hub::TrustedSet& trusted_;
    std::size_t good_ = 0;
    std::string unanswered_;
    std::vector<std::string> wrong_;
    std::vector<std::string> by_hand_;
    std::vector<std::string> commands_;
};

}  // namespace

Checks check_known_hosts(const Situation& situation) {
    if (!situation.connection) return {skipped(name, no_connection)};
    Search search(*situation.connection);
    const ssh::Resolved& configured = situation.connection->facts.endpoint.settings;
    for (const File& file : known_hosts_files(configured))
        search.look_into(file);
    return {search.check()};
}

// "# Host hf.co found: line 3 REVOKED", and then the line itself.
std::vector<KnownHostsLine> read_found_lines(std::string_view output, const std::string& host) {
    std::vector<KnownHostsLine> found;
    std::size_t number = 0;
    for (const std::string_view text : system::lines(output)) {
        auto words = system::words(system::trim(text));
        if (words.size() >= 6 && words[0] == "#" && words[3] == "found:" && words[4] == "line") {
            number = 0;
            for (const char c : words[5].substr(0, 9)) {
                if (c >= '0' && c <= '9') number = 10 * number + static_cast<std::size_t>(c - '0');
            }
            continue;
        }
        if (number == 0) continue;
        KnownHostsLine line;
        line.number = std::exchange(number, 0);
        if (!words.empty() && words[0].starts_with('@')) {
            line.marker = words[0];
            words.erase(words.begin());
        }
        if (words.size() < 3) continue;
        const std::string hosts = system::lower(words[0]);
        const auto names = system::split(hosts, ',');
        const bool named = hosts.starts_with('|') || std::ranges::count(names, host) != 0;
        if (named && line.marker.empty()) line.name = host;
        line.type = words[1];
        line.base64 = words[2];
        found.push_back(std::move(line));
    }
    return found;
}

}  // namespace hfssh::manage
