#include "hfssh/ssh/config/files.hpp"

#include <unistd.h>

#include <cstdlib>

#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "include_paths.hpp"

namespace hfssh::ssh {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20;
constexpr std::size_t total_limit = std::size_t{4} << 20;
constexpr int count_limit = 256;
constexpr int depth_limit = 16;

using End = ConfigReading::End;

class Reader {
  public:
    Reader(std::string_view destination, ConfigVisitor& visitor)
        : destination_(destination), visitor_(visitor) {}

    // False ends the reading; RESULT says why.
    bool read_file(const ConfigFile& file, const ConfigBlock& around, int depth);
    ConfigReading result;

  private:
    bool read_text(const ConfigFile& file, std::string_view text, const ConfigBlock& around,
                   int depth);
    bool include(const ConfigFile& from, const ConfigLine& line, const ConfigBlock& block,
                 int depth);
    bool stop();
    bool doubt(const std::string& path, std::string_view why);

    std::string_view destination_;
    ConfigVisitor& visitor_;
    int count_ = 0;
    std::size_t total_ = 0;
};

bool Reader::stop() {
    result.end = End::stopped;
    return false;
}

bool Reader::doubt(const std::string& path, std::string_view why) {
    result.end = End::doubtful;
    result.detail = system::display_path(path) + ": " + std::string(why);
    return false;
}

bool Reader::read_file(const ConfigFile& file, const ConfigBlock& around, int depth) {
    using Kind = system::FileError::Kind;
    if (file.path == "/dev/null") return true;  // the usual way to say "no configuration"
    if (!visitor_.opens(file, depth > 0)) return stop();
    if (depth > depth_limit) return doubt(file.path, "included too deep");
    if (++count_ > count_limit) return doubt(file.path, "too many configuration files");
    const auto read = system::read_file(file.path, file_limit);
    if (const auto* error = std::get_if<system::FileError>(&read)) {
        if (error->kind == Kind::missing || error->kind == Kind::unreadable) return true;
        return doubt(file.path, error->detail.empty() ? "can't be judged" : error->detail);
    }
    const std::string& text = std::get<std::string>(read);
    total_ += text.size();
    if (total_ > total_limit) return doubt(file.path, "too much configuration");
    return read_text(file, text, around, depth);
}

bool Reader::read_text(const ConfigFile& file, std::string_view text, const ConfigBlock& around,
                       int depth) {
    ConfigBlock block = around;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::optional<ConfigLine> line = read_config_line(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++number;
        if (!line) continue;
        const ConfigPlace place = {file.path, number};
        if (line->keyword == "host" || line->keyword == "match") {
            block = visitor_.opened(*line, place);
            if (block.doubt.empty()) block.doubt = around.doubt;
            block.applies = block.applies && around.applies;
        } else if (!block.applies && (line->keyword != "include" || !visitor_.looks_everywhere())) {
            continue;
        } else if (line->keyword == "include") {
            if (!include(file, *line, block, depth)) return false;
        } else if (!visitor_.visit(*line, place, block)) {
            return stop();
        }
    }
    return true;
}

bool Reader::include(const ConfigFile& from, const ConfigLine& line, const ConfigBlock& block,
                     int depth) {
    const std::optional<std::vector<std::string>> arguments = split_arguments(line.rest);
    if (!arguments) return doubt(from.path, "Include with a quote that does not end");
    for (const std::string& argument : *arguments) {
        const IncludePaths paths = include_paths(argument, from, destination_);
        if (!paths.known && !block.applies) continue;
        if (!paths.known) return doubt(from.path, "can't expand Include " + argument);
        for (const std::string& path : paths.found) {
            if (!read_file({path, from.owner, from.relative_base()}, block, depth + 1)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

bool ConfigVisitor::opens(const ConfigFile& /*file*/, bool /*included*/) {
    return true;
}

std::vector<ConfigFile> config_files(const std::optional<std::string>& typed,
                                     const std::string& home) {
    if (typed) {
        if (system::equal_ignoring_case(*typed, "none")) return {};
        return {{*typed, ConfigFile::Owner::user}};
    }
    std::vector<ConfigFile> files;
    if (!home.empty()) files.push_back({home + "/.ssh/config", ConfigFile::Owner::user});
    files.push_back({"/etc/ssh/ssh_config", ConfigFile::Owner::system});
    return files;
}

ConfigReading read_config_files(const std::vector<ConfigFile>& files, std::string_view destination,
                                ConfigVisitor& visitor) {
    Reader reader(destination, visitor);
    for (const ConfigFile& file : files) {
        if (!reader.read_file(file, {}, 0)) break;
    }
    return reader.result;
}

}  // namespace hfssh::ssh
