#include "hfssh/manage/context/git_config.hpp"

#include <algorithm>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

constexpr std::string_view file_origin = "file:";
constexpr std::size_t fields = 3;  // scope, origin, key and value

std::optional<ConfigLine> read_line(std::string_view scope, std::string_view origin,
                                    std::string_view pair) {
    if (scope.empty() || pair.empty()) return std::nullopt;
    ConfigLine line;
    line.scope = scope;
    if (origin.starts_with(file_origin)) line.file = origin.substr(file_origin.size());
    const auto end = pair.find('\n');
    line.key = pair.substr(0, end);
    if (end != std::string_view::npos) line.value = pair.substr(end + 1);
    return line;
}

// git names a file of the repository here from its top, wherever one stands below that.
void make_absolute(std::vector<ConfigLine>& lines) {
    const auto is_relative = [](const ConfigLine& line) {
        return !line.file.empty() && !line.file.starts_with('/');
    };
    if (std::ranges::none_of(lines, is_relative)) return;
    const GitAnswer top = ask_git({"rev-parse", "--show-toplevel"});  // none in a bare one
    for (ConfigLine& line : lines) {
        if (!is_relative(line)) continue;
        line.file =
            top.status == 0 ? top.output + "/" + line.file : system::absolute_path(line.file);
    }
}

}  // namespace

std::optional<std::vector<ConfigLine>> read_config_lines(std::string_view output) {
    std::vector<ConfigLine> lines;
    if (output.empty()) return lines;
    if (!output.ends_with('\0')) return std::nullopt;
    output.remove_suffix(1);
    const auto pieces = system::split(output, '\0');
    if (pieces.size() % fields != 0) return std::nullopt;
    for (std::size_t i = 0; i < pieces.size(); i += fields) {
        auto line = read_line(pieces[i], pieces[i + 1], pieces[i + 2]);
        if (!line) return std::nullopt;
        lines.push_back(std::move(*line));
    }
    return lines;
}

std::vector<ConfigLine> config_lines(const std::string& pattern,
                                     const std::vector<std::string>& options,
                                     const std::string& directory) {
    std::vector<std::string> words;
    if (!directory.empty()) words = {"-C", directory};
    words.emplace_back("config");
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--null", "--show-scope", "--show-origin", "--get-regexp", pattern});
    const GitAnswer answer = ask_git(words);
    if (answer.status == 1) return {};  // there is none
    auto lines = read_config_lines(answer.output);
    if (answer.status != 0 || !lines) {
        throw system::Failure(
            "git cannot read its configuration: " + system::printable_lines(answer.errors), {},
            system::Code::git);
    }
    if (directory.empty()) make_absolute(*lines);
    return std::move(*lines);
}

std::string exact_pattern(std::string_view value) {
    constexpr std::string_view special = "\\^$.|?*+()[{";  // what closes is itself
    std::string pattern = "^";
    for (const char c : value) {
        if (special.find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern + "$";
}

}  // namespace hfssh::manage
