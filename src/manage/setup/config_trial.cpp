#include "config_trial.hpp"

#include <unistd.h>

#include <variant>

#include "hfssh/manage/context/git.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/temporary_directory.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Failure;

constexpr std::size_t largest_file = std::size_t{32} << 20;
constexpr int attempts = 20;
constexpr useconds_t pause = 50'000;

std::string complaint(const GitAnswer& answer) {
    return system::printable(system::trim(answer.errors));
}

// Another git may be writing this very moment: its lock is there for milliseconds.
bool is_locked(const GitAnswer& answer) {
    return answer.status != 0 && answer.errors.find("could not lock") != std::string::npos &&
           answer.errors.find("File exists") != std::string::npos;
}

std::string written(system::TemporaryDirectory& directory,
                    const std::optional<std::string>& content) {
    const std::string path =
        content ? directory.write("config", *content) : directory.path() + "/config";
    if (path.empty() || directory.path().empty()) {
        throw Failure("there is no room for a temporary file");
    }
    return path;
}

// include.path, as git reads it in FILE.
std::string included_path(const std::string& value, const std::string& file) {
    const std::string path = system::expand_tilde(value);
    return path.starts_with('/') ? path : file.substr(0, file.rfind('/') + 1) + path;
}

bool sets_another_command(const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0) return false;
    const GitAnswer answer =
        ask_git({"config", "--file", path, "--includes", "--get", "core.sshCommand"});
    if (answer.status != 0) return false;
    const Registration reading = read_command(answer.output);
    // One that is hf-ssh with a --via of its own must go on counting, too.
    return reading.kind != Registration::Kind::hf_ssh || reading.via;
}

}  // namespace

std::string try_edits(const std::optional<std::string>& content,
                      const std::vector<ConfigEdit>& edits) {
    system::TemporaryDirectory directory;
    const std::string path = written(directory, content);
    if (const auto problem = make_edits({"--file", path}, edits)) {
        throw Failure("git cannot change a copy of its configuration: " + *problem);
    }
    auto text = system::read_file(path, largest_file);
    if (auto* found = std::get_if<std::string>(&text)) return std::move(*found);
    return {};  // every line has gone, or there was nothing to do
}

std::optional<std::string> make_edits(const std::vector<std::string>& to,
                                      const std::vector<ConfigEdit>& edits) {
    for (const ConfigEdit& edit : edits) {
        std::vector<std::string> words = {"config"};
        words.insert(words.end(), to.begin(), to.end());
        words.insert(words.end(), edit.words.begin(), edit.words.end());
        GitAnswer answer = ask_git(words);
        for (int i = 0; i < attempts && is_locked(answer); ++i) {
            ::usleep(pause);
            answer = ask_git(words);
        }
        if (answer.status != 0) {
            return answer.errors.empty()
                       ? "git config ended with status " + std::to_string(answer.status)
                       : complaint(answer);
        }
    }
    return std::nullopt;
}

Neighbours find_neighbours(const std::string& text, const std::string& file,
                           const SetupPlan& plan) {
    system::TemporaryDirectory directory;
    const std::vector<ConfigLine> lines = own_lines(written(directory, text));
    std::size_t ours = lines.size();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const ConfigLine& line = lines[i];
        const bool is_include = line.key == "include.path" && line.value == plan.include;
        const bool is_command = line.key == "core.sshcommand" && line.value == plan.value;
        if (plan.value.empty() ? is_include : is_command) ours = i;
    }
    Neighbours neighbours;
    for (std::size_t i = 0; i < lines.size() && ours < lines.size(); ++i) {
        ConfigLine line = lines[i];
        const bool conditional = line.key.starts_with("includeif.");
        if (i == ours || (!conditional && (line.key != "include.path" || i < ours))) continue;
        line.file = included_path(line.value, file);
        if (!sets_another_command(line.file)) continue;
        (!conditional ? neighbours.later
         : i < ours   ? neighbours.hidden
                      : neighbours.apart)
            .push_back(std::move(line));
    }
    return neighbours;
}

}  // namespace hfssh::manage
