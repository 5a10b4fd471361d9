#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "old_known_hosts.hpp"

// What plain ssh believes of hf.co. hf-ssh never reads these files: a wrong line in them harms the
// other programs, and is what a person is told of by ssh's loudest message.
namespace hfssh::manage {
namespace {

constexpr const char* name = "known-hosts";
constexpr std::size_t largest_file = std::size_t{16} << 20;
constexpr std::size_t most_lines = 6;

struct File {
    std::string path;
    bool system_wide = false;
};

// ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile, as they are by default.
std::vector<File> default_files() {
    std::vector<File> files;
    if (const std::string& home = system::home(); !home.empty()) {
        files.push_back({home + "/.ssh/known_hosts"});
        files.push_back({home + "/.ssh/known_hosts2"});
    }
    files.push_back({"/etc/ssh/ssh_known_hosts", true});
    files.push_back({"/etc/ssh/ssh_known_hosts2", true});
    return files;
}

// And as they are configured; `ssh -G` prints them expanded, and without quotes: of a name with a
// blank in it nothing is found. Those of the passwd entry's home are the default ones, which are
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

// As ssh looks them up; the name of huggingface.co is still in many a remote.
std::vector<std::string> looked_up(const transport::Endpoint& endpoint) {
    std::vector<std::string> names = {std::string(hub::host), "huggingface.co"};
    if (endpoint.port == "22") return names;
    for (std::size_t i = 0; i < 2; ++i)
        names.push_back("[" + names[i] + "]:" + endpoint.port);
    return names;
}

// ssh-keygen -R for each name that has a wrong line.
void add_commands(const File& file, const PlainKnownHosts& content,
                  std::vector<std::string>& commands) {
    std::vector<std::string> done;
    for (const OldLine& line : content.old) {
        if (line.name.empty() || std::ranges::count(done, line.name) != 0) continue;
        done.push_back(line.name);
        const bool default_file = file.path == system::passwd_home() + "/.ssh/known_hosts";
        commands.push_back((file.system_wide ? "sudo ssh-keygen -R " : "ssh-keygen -R ") +
                           system::shell_word(line.name) +
                           (default_file ? "" : " -f " + shell_path(file.path)));
    }
}

class Search {
  public:
    explicit Search(const Outlook& outlook)
        : names_(looked_up(outlook.prospect.endpoint)), trusted_(outlook.prospect.trusted) {}

    void look_into(const File& file) {
        const auto content = system::read_file(file.path, largest_file);
        const auto* text = std::get_if<std::string>(&content);
        if (text == nullptr) return;  // nothing there for ssh either
        const PlainKnownHosts found = read_plain_known_hosts(*text, names_, trusted_);
        good_ += found.good;
        for (const OldLine& line : found.old) {
            const std::string where =
                system::display_path(file.path) + ":" + std::to_string(line.number);
            old_.push_back(where + ": " + line.text);
            if (line.name.empty()) by_hand_.push_back(where);
        }
        add_commands(file, found, commands_);
    }

    [[nodiscard]] Check check() const {
        if (old_.empty()) return {name, Check::Result::ok, nothing_wrong(), {}, {}};
        std::vector<std::string> shown = old_;
        if (shown.size() > most_lines) {
            shown.resize(most_lines);
            shown.push_back("and " + std::to_string(old_.size() - most_lines) + " more");
        }
        return {name, Check::Result::warning, system::join(shown, "\n"),
                std::string("hf-ssh does not go by these lines, plain ssh does; ") +
                    (commands_.empty() ? ""
                                       : "ssh-keygen -R takes every line of the name away, the "
                                         "right ones and those shared with other names, too; ") +
                    "the published keys for it: git hf-ssh setup --known-hosts",
                fix()};
    }

  private:
    [[nodiscard]] std::string nothing_wrong() const {
        if (good_ == 0) return "nothing on hf.co in the known_hosts of plain ssh";
        return std::to_string(good_) + (good_ == 1 ? " line" : " lines") +
               " on hf.co in the known_hosts of plain ssh, with trusted keys alone";
    }

    [[nodiscard]] std::string fix() const {
        if (!commands_.empty()) return system::join(commands_, " && ");
        return "look at " + system::join(by_hand_, ", ") + " and remove what is wrong";
    }

    const std::vector<std::string> names_;
    const hub::TrustedSet& trusted_;
    std::size_t good_ = 0;
    std::vector<std::string> old_;
    std::vector<std::string> by_hand_;
    std::vector<std::string> commands_;
};

}  // namespace

Checks check_known_hosts(const Situation& situation) {
    if (!situation.outlook) return {skipped(name, no_connection)};
    Search search(*situation.outlook);
    const ssh::Resolved& configured = situation.outlook->prospect.configured.effective();
    for (const File& file : known_hosts_files(configured))
        search.look_into(file);
    return {search.check()};
}

}  // namespace hfssh::manage
