// What `ssh -G` would print, for the few settings that the native transport honours: the command
// line first, then the files, then the defaults. In each the first value of a keyword counts.
#include "hfssh/ssh/without/resolve.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "hfssh/ssh/config/path.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "setting.hpp"

namespace hfssh::ssh {
namespace {

constexpr const char* install = "remove it for hf.co, or install OpenSSH's client";
constexpr const char* correct = "correct the line; ssh stops at it too";

std::string place_text(const ConfigPlace& place) {
    return system::display_path(place.path) + " line " + std::to_string(place.line);
}

// ssh(1): others must not be able to write what it reads from a home, or by an Include.
bool is_trusted(const std::string& path) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return true;  // read_config_files judges it
    return (status.st_uid == 0 || status.st_uid == ::getuid()) && (status.st_mode & 022) == 0;
}

// What the lines set, one after the other. The first problem ends it.
class Gathering {
  public:
    void refuse(std::string text, std::string hint) {
        if (!problem_) problem_ = NotHonoured{std::move(text), std::move(hint)};
    }
    [[nodiscard]] const std::optional<NotHonoured>& problem() const { return problem_; }

    // PLACE names the line in messages; DOUBT is the Match block around it, or empty.
    void take(const ConfigLine& line, const std::string& place, const std::string& doubt) {
        const Setting setting = read_setting(line);
        if (setting.kind == Setting::Kind::harmless || !has_effect(setting)) return;
        if (setting.kind == Setting::Kind::malformed) {
            refuse(place + ": " + line.keyword + ": " + setting.fault, correct);
        } else if (!doubt.empty()) {
            refuse(doubt, "it sets " + setting.keyword +
                              ", and only ssh can tell whether it applies: move the line into a "
                              "Host block, or install OpenSSH's client");
        } else if (setting.keyword == "proxyjump" && is_none(setting)) {
            values_["proxyjump"] = {"none"};
        } else if (setting.kind == Setting::Kind::not_honoured) {
            refuse(place + ": " + system::printable(line.keyword + " " + std::string(line.rest)),
                   setting.keyword == "proxyjump"
                       ? "write it as a ProxyCommand, or install OpenSSH's client"
                       : install);
        } else if (setting.keyword == "proxycommand" && has("proxyjump") && !is_none(setting)) {
            refuse(place +
                       ": a ProxyCommand after \"ProxyJump none\", which only some versions of "
                       "ssh use",
                   "write \"ProxyCommand none\" in place of \"ProxyJump none\"");
        } else {
            add(setting);
        }
    }

    void add_value(const std::string& keyword, const std::string& value) {
        add({Setting::Kind::honoured, keyword, {value}});
    }
    // A flag assigns, over an earlier -o too.
    void assign(const std::string& keyword, const std::string& value) {
        values_[keyword] = {value};
    }

    [[nodiscard]] bool has(std::string_view keyword) const { return values_.contains(keyword); }
    [[nodiscard]] const std::vector<std::string>& all(std::string_view keyword) const {
        static const std::vector<std::string> none;
        const auto found = values_.find(keyword);
        return found == values_.end() ? none : found->second;
    }
    [[nodiscard]] std::string first(std::string_view keyword, std::string_view fallback) const {
        const std::vector<std::string>& found = all(keyword);
        return found.empty() ? std::string(fallback) : found.front();
    }

  private:
    static bool is_none(const Setting& setting) {
        return setting.values.size() == 1 &&
               system::equal_ignoring_case(setting.values.front(), "none");
    }
    static bool adds_up(const Setting& setting) {
        return setting.keyword == "identityfile" || setting.keyword == "sendenv";
    }

    // ProxyCommand and ProxyJump compete: the first of the two counts. ssh checks the values of a
    // line that has no effect as well.
    [[nodiscard]] bool has_effect(const Setting& setting) const {
        using Kind = Setting::Kind;
        if (setting.kind == Kind::malformed || adds_up(setting)) return true;
        if (setting.keyword == "proxycommand") return !has("proxycommand");
        if (setting.keyword == "proxyjump") return !has("proxycommand") && !has("proxyjump");
        return setting.kind == Kind::not_honoured ||
               (!setting.values.empty() && !has(setting.keyword));
    }

    // "-PATTERN" of SendEnv takes back what was named before.
    static void send(const std::string& value, std::vector<std::string>& present) {
        if (!value.starts_with('-')) {
            present.push_back(value);
            return;
        }
        std::erase_if(present, [&](const std::string& name) {
            return system::matches_pattern(name, std::string_view(value).substr(1));
        });
    }

    void add(const Setting& setting) {
        std::vector<std::string>& present = values_[setting.keyword];
        for (const std::string& value : setting.values) {
            if (setting.keyword == "sendenv") {
                send(value, present);
            } else if (std::find(present.begin(), present.end(), value) == present.end()) {
                present.push_back(value);
            }
        }
    }

    std::map<std::string, std::vector<std::string>, std::less<>> values_;
    std::optional<NotHonoured> problem_;
};

void take_option(const std::string& value, Gathering& gathering) {
    const std::optional<ConfigLine> line = read_config_line(value);
    if (!line) return;
    if (line->keyword == "host" || line->keyword == "match" || line->keyword == "include") {
        gathering.refuse("-o " + system::printable(value) + ": only allowed in configuration files",
                         "correct the command line");
    } else {
        gathering.take(*line, "-o " + system::printable(value), {});
    }
}

void take_port(const std::string& value, Gathering& gathering) {
    if (gathering.has("port")) return;
    if (const std::optional<int> port = read_port(value)) {
        gathering.add_value("port", std::to_string(*port));
    } else {
        gathering.refuse("-p " + system::printable(value) + ": no such port",
                         "correct the command line");
    }
}

// "~" and "~user" in front, as ssh expands them: with the home of the passwd entry, whatever HOME
// says. An unknown user leaves PATH unchanged.
std::string without_tilde(const std::string& path) {
    if (!path.starts_with('~')) return path;
    if (path != "~" && path[1] != '/') return system::expand_tilde(path);
    const std::size_t rest = std::min(path.find_first_not_of('/', 1), path.size());
    std::string home = system::passwd_home();
    if (!home.ends_with('/')) home += '/';
    return home + path.substr(rest);
}

// ssh warns of a file that it cannot find, and goes on without.
void take_identity(const std::string& value, Gathering& gathering) {
    const std::string path = without_tilde(value);
    struct stat status = {};
    if (::stat(path.c_str(), &status) == 0) gathering.add_value("identityfile", path);
}

void take_flag(const Flag& flag, Gathering& gathering) {
    const std::string value = flag.value.value_or("");
    switch (flag.letter) {
        case '4':
            return gathering.assign("addressfamily", "inet");
        case '6':
            return gathering.assign("addressfamily", "inet6");
        case 'C':
            return gathering.assign("compression", "yes");
        case 'i':
            return take_identity(value, gathering);
        case 'l':
            if (!gathering.has("user")) gathering.add_value("user", value);
            return;
        case 'o':
            return take_option(value, gathering);
        case 'p':
            return take_port(value, gathering);
        case 'J':
            if (system::equal_ignoring_case(value, "none")) {
                return gathering.assign("proxyjump", "none");
            }
            [[fallthrough]];
        case 'b':
        case 'B':
        case 'c':
        case 'I':
        case 'm':
            return gathering.refuse(
                std::string("-") + flag.letter + " " + system::printable(value),
                flag.letter == 'J' ? "use a ProxyCommand, or install OpenSSH's client" : install);
        default:
            return;
    }
}

// The options of --via, then the typed ones; the destination's user and port in their place.
void take_command_line(const CommandLine& typed, const CommandLine& via,
                       const Destination& destination, Gathering& gathering) {
    std::vector<Flag> flags = via.flags;
    flags.insert(flags.end(), typed.flags.begin(), typed.flags.end());
    const std::size_t before = via.flags.size() + typed.flags_before;
    for (std::size_t i = 0; i <= flags.size(); ++i) {
        if (i == before) {
            if (destination.user && !gathering.has("user"))
                gathering.add_value("user", *destination.user);
            if (destination.port && !gathering.has("port"))
                gathering.add_value("port", std::to_string(*destination.port));
        }
        if (i < flags.size()) take_flag(flags[i], gathering);
    }
}

class FileReader : public ConfigVisitor {
  public:
    FileReader(Gathering& gathering, std::string host, bool file_typed, bool final)
        : gathering_(gathering), host_(std::move(host)), file_typed_(file_typed), final_(final) {}

    // ssh_config(5), Match final: asks for a second reading, and applies in that.
    [[nodiscard]] bool saw_final() const { return saw_final_; }

    bool opens(const ConfigFile& file, bool included) override {
        const bool needed = included || file_typed_;
        if (needed && ::access(file.path.c_str(), R_OK) != 0 && !(included && errno == ENOENT)) {
            gathering_.refuse(system::display_path(file.path) + ": " + std::strerror(errno),
                              "ssh stops at it too");
            return false;
        }
        const bool from_home = file.owner == ConfigFile::Owner::user && !file_typed_;
        if ((!included && !from_home) || is_trusted(file.path)) return true;
        gathering_.refuse(system::display_path(file.path) + ": others can write it",
                          "nor does ssh read it; take the permission away: chmod go-w " +
                              system::shell_path(file.path));
        return false;
    }

    ConfigBlock opened(const ConfigLine& line, const ConfigPlace& place) override {
        if (line.keyword == "match") {
            const std::string condition = system::lower(line.rest);
            const auto criteria = system::words(condition);
            const auto is = [&](std::initializer_list<std::string_view> words) {
                return std::ranges::equal(criteria, words);
            };
            if (is({"all"})) return {true};
            const bool final = is({"final"}) || is({"final", "all"});
            saw_final_ = saw_final_ || final;
            if (final || is({"canonical"}) || is({"canonical", "all"})) return {final_};
            return {true, place_text(place) + ": Match " + system::printable(line.rest)};
        }
        const auto patterns = split_arguments(line.rest);
        if (!patterns || line.rest.empty()) {
            gathering_.refuse(place_text(place) + ": Host: a line that cannot be read", correct);
            return {false};
        }
        return {host_patterns_match(*patterns, host_)};
    }

    bool visit(const ConfigLine& line, const ConfigPlace& place,
               const ConfigBlock& block) override {
        if (!gathering_.problem()) gathering_.take(line, place_text(place), block.doubt);
        return !gathering_.problem();
    }

  private:
    Gathering& gathering_;
    std::string host_;
    bool file_typed_;
    bool final_;
    bool saw_final_ = false;
};

// HostName with its tokens expanded: %h and %%, as read_setting() lets no other through.
std::string expand_host_name(const std::string& raw, const std::string& typed) {
    std::string expanded;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            expanded += raw[i];
        } else if (++i < raw.size() && raw[i] == 'h') {
            expanded += typed;
        } else {
            expanded += '%';
        }
    }
    return system::lower(expanded);
}

// The algorithms of signatures that every ssh prints if nothing is set, without certificates and
// security keys.
constexpr const char* own_signatures =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
    "rsa-sha2-256";

class Printer {
  public:
    Printer(const Gathering& gathering, const std::string& original_host)
        : gathering_(gathering), original_host_(original_host) {}

    std::variant<Resolved, NotHonoured> result() {
        const std::string host =
            expand_host_name(gathering_.first("hostname", "%h"), original_host_);
        const std::string user = gathering_.first("user", system::login_name());
        const std::string port = gathering_.first("port", "22");
        line("host", original_host_);
        line("user", user);
        line("hostname", host);
        line("port", port);
        line("addressfamily", gathering_.first("addressfamily", "any"));
        line("batchmode", gathering_.first("batchmode", "no"));
        line("compression", gathering_.first("compression", "no"));
        line("identitiesonly", gathering_.first("identitiesonly", "no"));
        line("connecttimeout", gathering_.first("connecttimeout", "none"));
        line("serveraliveinterval", gathering_.first("serveraliveinterval", "0"));
        line("serveralivecountmax", gathering_.first("serveralivecountmax", "3"));
        for (const char* const keyword : {"hostkeyalgorithms", "pubkeyacceptedalgorithms"}) {
            const std::string list = gathering_.first(keyword, own_list);
            line(keyword, list == own_list ? own_signatures : list);
        }
        for (const char* const keyword : {"ciphers", "kexalgorithms", "macs", "requiredrsasize"}) {
            const std::string limit = gathering_.first(keyword, own_list);
            if (limit != own_list) line(keyword, limit);
        }
        for (const char* const keyword : {"identityfile", "sendenv", "setenv"}) {
            for (const std::string& value : gathering_.all(keyword))
                line(keyword, value);
        }
        PathTokens tokens = tokens_here(system::passwd_home());
        tokens.host = host;
        tokens.original_host = tokens.host_key_alias = original_host_;
        tokens.remote_user = user;
        tokens.port = port;
        for (const char* const keyword :
             {"identityagent", "userknownhostsfile", "globalknownhostsfile"}) {
            if (gathering_.has(keyword)) print_paths(keyword, tokens);
        }
        const std::string proxy = gathering_.first("proxycommand", "none");
        if (!system::equal_ignoring_case(proxy, "none")) line("proxycommand", proxy);
        if (problem_) return *problem_;
        Resolved resolved = read_resolved(text_);
        if (resolved.malformed()) {
            return NotHonoured{"the ssh configuration: " + resolved.defect(), "correct it"};
        }
        return resolved;
    }

  private:
    void print_paths(const std::string& keyword, const PathTokens& tokens) {
        std::string paths;
        for (const std::string& value : gathering_.all(keyword)) {
            const std::string raw = without_tilde(value);
            const auto path = expand_path(raw, tokens);
            if (raw.starts_with('~')) {
                refuse(keyword + ": an unknown user");
            } else if (const auto* problem = std::get_if<PathProblem>(&path)) {
                refuse(keyword + ": cannot expand " + system::printable(problem->detail));
            } else {
                paths += (paths.empty() ? "" : " ") + std::get<std::string>(path);
            }
        }
        line(keyword, paths);
    }

    // With a newline in it, a value would make a setting of what follows.
    void line(const std::string& keyword, const std::string& value) {
        if (std::any_of(value.begin(), value.end(), [](char c) {
                return c != '\t' && system::has_control_character(std::string_view(&c, 1));
            })) {
            refuse(keyword + ": a control character");
            return;
        }
        text_ += keyword + " " + value + "\n";
    }

    void refuse(const std::string& text) {
        if (!problem_) problem_ = NotHonoured{text, "change it in your ssh configuration"};
    }

    const Gathering& gathering_;
    const std::string& original_host_;
    std::string text_;
    std::optional<NotHonoured> problem_;
};

}  // namespace

std::variant<Resolved, NotHonoured> resolve_without_ssh(const CommandLine& typed,
                                                        const CommandLine& via,
                                                        const Destination& destination,
                                                        const std::vector<ConfigFile>& files) {
    Gathering gathering;
    take_command_line(typed, via, destination, gathering);
    const auto read = [&](const std::string& host, bool final) {
        FileReader reader(gathering, host, typed.has('F') || via.has('F'), final);
        if (gathering.problem()) return false;
        const ConfigReading reading = read_config_files(files, destination.host, reader);
        if (reading.end == ConfigReading::End::doubtful) {
            gathering.refuse(system::printable(reading.detail), install);
        }
        return reader.saw_final();
    };
    if (read(destination.host, false)) {
        // The second time, Host means the name after HostName, and that stays.
        const std::string host =
            expand_host_name(gathering.first("hostname", "%h"), destination.host);
        gathering.assign("hostname", host);
        (void)read(host, true);
    }
    if (gathering.problem()) return *gathering.problem();
    return Printer(gathering, destination.host).result();
}

}  // namespace hfssh::ssh
