#include "typed.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "agent_path.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::ssh {
namespace {

class FlagReader {
  public:
    explicit FlagReader(SettingsSoFar& so_far) : so_far_(so_far) {}

    void read(const Flag& flag) {
        const std::string value = flag.value.value_or("");
        switch (flag.letter) {
            case '4':
                return so_far_.assign("addressfamily", "inet");
            case '6':
                return so_far_.assign("addressfamily", "inet6");
            case 'b':
                return so_far_.assign("bindaddress", value);
            case 'B':
                return so_far_.assign("bindinterface", value);
            case 'C':
                return so_far_.assign("compression", "yes");
            case 'c':
                return so_far_.assign("ciphers", value);
            case 'I':
                return so_far_.assign("pkcs11provider", value);
            case 'i':
                return read_identity(value);
            case 'J':
                return so_far_.take_jump_flag(value);
            case 'l':
                return so_far_.take_value("user", value);
            case 'm':
                return so_far_.assign("macs", value);
            case 'o':
                return read_option_line(value);
            case 'p':
                return read_port_flag(value);
            case 'q':
                return so_far_.assign("loglevel", "QUIET");
            case 'v':
                return read_verbose();
            default:
                return;
        }
    }

  private:
    // ssh warns of a file that it can't see, and goes on without.
    void read_identity(const std::string& value) {
        const std::string path = without_tilde(value);
        struct stat status = {};
        if (::stat(path.c_str(), &status) == 0) so_far_.take_value("identityfile", path);
    }

    void read_port_flag(const std::string& value) {
        if (so_far_.settings().has("port")) return;
        if (const std::optional<int> port = read_port(value)) {
            so_far_.take_value("port", std::to_string(*port));
        } else {
            so_far_.refuse("-p " + system::printable(value) + ": no such port",
                           "correct the command line");
        }
    }

    void read_option_line(const std::string& value) {
        const std::optional<ConfigLine> line = read_config_line(value);
        if (!line) return;
        if (line->keyword == "host" || line->keyword == "match" || line->keyword == "include") {
            so_far_.refuse("-o " + system::printable(value) + ": stands in files alone",
                           "correct the command line");
        } else {
            so_far_.take(*line, "-o " + system::printable(value));
        }
    }

    // The first sets, each further one adds to whatever stands there.
    void read_verbose() {
        constexpr std::array<const char*, 8> levels = {"QUIET",   "FATAL", "ERROR",  "INFO",
                                                       "VERBOSE", "DEBUG", "DEBUG2", "DEBUG3"};
        const std::string level = so_far_.settings().first("loglevel");
        const auto* const at = std::find(levels.begin(), levels.end(), level);
        if (!verbose_) {
            so_far_.assign("loglevel", "DEBUG");
        } else if (at < levels.end() - 1) {
            so_far_.assign("loglevel", *(at + 1));
        }
        verbose_ = true;
    }

    SettingsSoFar& so_far_;
    bool verbose_ = false;
};

}  // namespace

void take_command_line(const CommandLine& typed, const CommandLine& via,
                       const Destination& destination, SettingsSoFar& so_far) {
    std::vector<Flag> flags = via.flags;
    flags.insert(flags.end(), typed.flags.begin(), typed.flags.end());
    const std::size_t before = via.flags.size() + typed.flags_before;
    FlagReader reader(so_far);
    for (std::size_t i = 0; i <= flags.size(); ++i) {
        if (i == before) {
            if (destination.user) so_far.take_value("user", *destination.user);
            if (destination.port) so_far.take_value("port", std::to_string(*destination.port));
        }
        if (i < flags.size()) reader.read(flags[i]);
    }
}

}  // namespace hfssh::ssh
