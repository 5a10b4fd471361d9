#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/config/lines.hpp"
#include "hfssh/system/paths.hpp"

// Reading the files of ssh_config(5) line by line, Include followed, for those who look for one
// keyword without asking ssh. What a Host or Match line means is the visitor's decision.
namespace hfssh::ssh {

struct ConfigFile {
    // Where a relative Include is looked for: ~/.ssh, or beside the system's own file (/etc/ssh),
    // also by the files that it includes.
    enum class Owner { user, system };
    std::string path;
    Owner owner = Owner::user;
    std::string base = {};  // of an included file: that of the first one
    [[nodiscard]] std::string relative_base() const {
        return base.empty() ? path.substr(0, path.rfind('/') + 1) : base;
    }
};

// The files ssh(1) reads for "-F TYPED"; for none typed ~/.ssh/config of HOME (ssh's own choice is
// the passwd entry's) and /etc/ssh/ssh_config.
[[nodiscard]] std::vector<ConfigFile> config_files(const std::optional<std::string>& typed,
                                                   const std::string& home = system::passwd_home());

// Where a line is: "FILE line N" for a message.
struct ConfigPlace {
    std::string_view path;
    int line = 0;
};

// What a Host or Match line says of the lines below it.
struct ConfigBlock {
    bool applies = true;
    std::string doubt = {};  // if it may apply, or not: why that is unknown. For a message
};

class ConfigVisitor {
  public:
    virtual ~ConfigVisitor() = default;
    // A file that is about to be read, if it is there. False ends the reading.
    [[nodiscard]] virtual bool opens(const ConfigFile& file, bool included);
    // Are files included from a block that does not apply to be read? Nothing in them applies, but
    // ssh sees whether a Match line there asks for a second pass.
    [[nodiscard]] virtual bool looks_everywhere() const { return false; }
    // The block that this Host or Match line opens. What it says of applying counts only where the
    // line itself is not inside an Include of a block that does not apply.
    [[nodiscard]] virtual ConfigBlock opened(const ConfigLine& line, const ConfigPlace& place) = 0;
    // Every other line of the blocks that apply or may apply, and those before the first block.
    // What is included from a block that may apply is in doubt as a whole. False ends the reading.
    [[nodiscard]] virtual bool visit(const ConfigLine& line, const ConfigPlace& place,
                                     const ConfigBlock& block) = 0;

  protected:
    ConfigVisitor() = default;
    ConfigVisitor(const ConfigVisitor&) = default;
    ConfigVisitor& operator=(const ConfigVisitor&) = default;
};

struct ConfigReading {
    enum class End {
        complete,
        stopped,   // by the visitor
        doubtful,  // ssh may read what we did not: too much, not a file, an Include we can't expand
    };
    End end = End::complete;
    std::string detail;  // doubtful: which file and why
};

// Bounded: 1 MiB a file, 4 MiB and 256 files in all, an Include depth of 16. A file that can't be
// opened is ignored: ssh does so as well, or explains it itself. DESTINATION serves %n.
[[nodiscard]] ConfigReading read_config_files(const std::vector<ConfigFile>& files,
                                              std::string_view destination, ConfigVisitor& visitor);

struct IncludePaths {
    bool known = true;  // false: a variable or token that only ssh can expand, or glob(3) failed
    std::vector<std::string> found;
};

// The files that one argument of an Include line in the file FROM means: "~", relative names,
// glob(7) patterns. OpenSSH expands ${VARIABLE} and %-tokens here from 9.9 on and takes them
// literally before: both readings are followed.
[[nodiscard]] IncludePaths include_paths(const std::string& argument, const ConfigFile& from,
                                         std::string_view destination);

}  // namespace hfssh::ssh
