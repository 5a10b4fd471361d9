#include "hfssh/ssh/without/resolve.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hfssh/ssh/config/match_line.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "printed.hpp"
#include "setting_line.hpp"
#include "so_far.hpp"
#include "typed.hpp"

namespace hfssh::ssh {
namespace {

constexpr std::string_view install = "install OpenSSH's client, which can tell";
constexpr std::string_view correct = "correct the line; ssh stops at it, too";

std::string place_text(const ConfigPlace& place) {
    return system::display_path(place.path) + " line " + std::to_string(place.line);
}

// ssh(1): others must not be able to write what it reads from a home, or by an Include.
bool is_trusted(const std::string& path) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return true;  // read_config_files judges it
    return (status.st_uid == 0 || status.st_uid == ::getuid()) && (status.st_mode & 022) == 0;
}

// The files, once for each pass over them.
class FileReader : public ConfigVisitor {
  public:
    FileReader(SettingsSoFar& so_far, const Destination& destination, bool file_typed)
        : so_far_(so_far),
          original_host_(destination.host),
          host_(destination.host),
          file_typed_(file_typed) {}

    // The second pass, in which Host and Match look at the name found.
    void begin_final_pass(const std::string& host_name) {
        final_pass_ = true;
        host_ = host_name;
    }
    [[nodiscard]] bool wants_final_pass() const { return wants_final_; }

    bool opens(const ConfigFile& file, bool included) override {
        const bool needed = included || file_typed_;
        if (needed && ::access(file.path.c_str(), R_OK) != 0 && !(included && errno == ENOENT)) {
            so_far_.refuse(system::display_path(file.path) + ": " + std::strerror(errno),
                           "ssh stops at it, too");
            return false;
        }
        const bool from_home = file.owner == ConfigFile::Owner::user && !file_typed_;
        if ((!included && !from_home) || is_trusted(file.path)) return true;
        so_far_.refuse(
            system::display_path(file.path) + ": others can write it",
            "ssh does not read it either; try: chmod go-w " + system::shell_path(file.path));
        return false;
    }

    [[nodiscard]] bool looks_everywhere() const override { return true; }

    ConfigBlock opened(const ConfigLine& line, const ConfigPlace& place) override {
        return line.keyword == "host" ? read_host(line, place) : read_match(line, place);
    }

    bool visit(const ConfigLine& line, const ConfigPlace& place,
               const ConfigBlock& block) override {
        if (so_far_.refused()) return false;
        so_far_.take(line, place_text(place), block.doubt);
        return !so_far_.refused();
    }

  private:
    ConfigBlock read_host(const ConfigLine& line, const ConfigPlace& place) {
        const auto patterns = split_arguments(line.rest);
        if (!patterns || line.rest.empty()) {
            so_far_.refuse(place_text(place) + ": Host: a line that can't be read",
                           std::string(correct));
            return {false};
        }
        return {host_patterns_match(*patterns, host_)};
    }

    ConfigBlock read_match(const ConfigLine& line, const ConfigPlace& place) {
        const MatchAnswer answer = judge_match(line.rest, facts());
        wants_final_ = wants_final_ || answer.wants_final;
        const std::string text = place_text(place) + ": Match " + system::printable(answer.detail);
        switch (answer.verdict) {
            case MatchAnswer::Verdict::applies:
                return {true};
            case MatchAnswer::Verdict::does_not:
                return {false};
            case MatchAnswer::Verdict::unknown:
                return {true, text};
            case MatchAnswer::Verdict::malformed:
                break;
        }
        so_far_.refuse(text, std::string(correct));
        return {false};
    }

    [[nodiscard]] MatchFacts facts() const {
        const GatheredSettings& settings = so_far_.settings();
        MatchFacts facts;
        facts.host = final_pass_ ? host_ : so_far_.host_name(original_host_);
        facts.original_host = original_host_;
        facts.user = settings.has("user") ? settings.first("user") : system::login_name();
        facts.local_user = system::login_name();
        facts.final_pass = final_pass_;
        return facts;
    }

    SettingsSoFar& so_far_;
    std::string original_host_;
    std::string host_;
    bool file_typed_;
    bool final_pass_ = false;
    bool wants_final_ = false;
};

void read_files(const std::vector<ConfigFile>& files, const Destination& destination,
                FileReader& reader, SettingsSoFar& so_far) {
    const ConfigReading reading = read_config_files(files, destination.host, reader);
    if (reading.end == ConfigReading::End::doubtful) {
        so_far.refuse(system::printable(reading.detail), std::string(install));
    }
}

bool canonicalizes(const GatheredSettings& settings) {
    const std::string value = settings.first("canonicalizehostname");
    return value == "yes" || value == "true" || value == "always";
}

}  // namespace

std::variant<Resolved, NotHonoured> resolve_without_ssh(const CommandLine& typed,
                                                        const CommandLine& via,
                                                        const Destination& destination,
                                                        const std::vector<ConfigFile>& files) {
    SettingsSoFar so_far;
    take_command_line(typed, via, destination, so_far);
    FileReader reader(so_far, destination, typed.has('F') || via.has('F'));
    if (!so_far.refused()) read_files(files, destination, reader, so_far);
    const std::string host_name = system::lower(so_far.host_name(destination.host));
    if (!so_far.refused() && (reader.wants_final_pass() || canonicalizes(so_far.settings()))) {
        reader.begin_final_pass(host_name);
        read_files(files, destination, reader, so_far);
    }
    if (so_far.refused()) return *so_far.refused();
    return print_settings(so_far.settings(), destination.host, host_name);
}

}  // namespace hfssh::ssh
