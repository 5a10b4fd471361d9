#include "hfssh/ssh/config/files.hpp"

#include <glob.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

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

// $HOME before the passwd entry: glob(3)'s own "~", which ssh uses for Include alone.
std::string glob_home() {
    const char* home = std::getenv("HOME");
    return home != nullptr ? std::string(home) : system::passwd_home();
}

std::optional<std::string> token(char letter, std::string_view destination) {
    switch (letter) {
        case '%':
            return "%";
        case 'd':
            return system::passwd_home();
        case 'i':
            return std::to_string(getuid());
        case 'n':
            return std::string(destination);
        case 'u':
            return system::login_name();
        default:
            return std::nullopt;
    }
}

std::optional<std::string> variable(std::string_view text, std::size_t& position) {
    const std::size_t end = text.find('}', position);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string name(text.substr(position, end - position));
    position = end + 1;
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

std::optional<std::string> expand(std::string_view text, std::string_view destination) {
    std::string expanded;
    std::size_t position = 0;
    while (position < text.size()) {
        std::optional<std::string> piece;
        if (text.substr(position).starts_with("${")) {
            position += 2;
            piece = variable(text, position);
        } else if (text[position] == '%' && position + 1 < text.size()) {
            piece = token(text[position + 1], destination);
            position += 2;
        } else if (text[position] != '%') {
            piece = std::string(1, text[position++]);
        }
        if (!piece) return std::nullopt;
        expanded += *piece;
    }
    return expanded;
}

std::string absolute(const std::string& path, const ConfigFile& from) {
    if (path.starts_with('/')) return path;
    if (path == "~" || path.starts_with("~/")) return glob_home() + path.substr(1);
    if (path.starts_with('~')) return system::expand_tilde(path);
    if (from.owner == ConfigFile::Owner::user) return glob_home() + "/.ssh/" + path;
    return from.relative_base() + path;
}

bool add_matches(const std::string& pattern, std::vector<std::string>& found) {
    if (pattern.find_first_of("*?[\\") == std::string::npos) {  // nothing to look for
        found.push_back(pattern);
        return true;
    }
    glob_t matches = {};
    const int status = glob(pattern.c_str(), 0, nullptr, &matches);
    for (std::size_t i = 0; status == 0 && i < matches.gl_pathc; ++i) {
        found.emplace_back(matches.gl_pathv[i]);
    }
    globfree(&matches);
    return status == 0 || status == GLOB_NOMATCH;
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

IncludePaths include_paths(const std::string& argument, const ConfigFile& from,
                           std::string_view destination) {
    IncludePaths paths;
    if (argument.empty()) return paths;  // ssh stops at it
    paths.known = add_matches(absolute(argument, from), paths.found);
    if (argument.find('%') == std::string::npos && argument.find("${") == std::string::npos) {
        return paths;
    }
    const std::optional<std::string> expanded = expand(argument, destination);
    if (!expanded || expanded->empty()) {
        paths.known = false;
    } else if (*expanded != argument) {
        paths.known = paths.known && add_matches(absolute(*expanded, from), paths.found);
    }
    return paths;
}

}  // namespace hfssh::ssh
