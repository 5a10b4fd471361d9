// ssh's own default identities differ by version (OpenSSH 10.5 has id_mldsa44_ed25519 and lost
// id_xmss), and nobody has configured them: no list of their names is kept here.
#include "default_identities.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

constexpr std::string_view keyword = "identityfile ";

std::vector<std::string> identities_in(std::string_view output) {
    std::vector<std::string> found;
    for (const std::string_view line : system::lines(output)) {
        if (line.starts_with(keyword)) found.emplace_back(line.substr(keyword.size()));
    }
    return found;
}

// As every version prints its defaults: several, each once, all of them "~/.ssh/id_…".
bool may_be_default(std::vector<std::string> files) {
    constexpr std::string_view prefix = "~/.ssh/id_";
    const auto has_prefix = [&](const std::string& file) { return file.starts_with(prefix); };
    std::ranges::sort(files);
    return files.size() >= 2 && std::ranges::all_of(files, has_prefix) &&
           std::ranges::adjacent_find(files) == files.end();
}

bool names_identity(const ssh::CommandLine& line) {
    return std::ranges::any_of(line.flags, [](const ssh::Flag& flag) {
        return flag.letter == 'i' || (flag.letter == 'o' && flag.value &&
                                      system::lower(*flag.value).starts_with("identityfile"));
    });
}

// Is there an IdentityFile anywhere in the files, in a block that applies or not?
class IdentitySearch final : public ssh::ConfigVisitor {
  public:
    [[nodiscard]] bool looks_everywhere() const override { return true; }
    [[nodiscard]] ssh::ConfigBlock opened(const ssh::ConfigLine& /*line*/,
                                          const ssh::ConfigPlace& /*place*/) override {
        return {};
    }
    [[nodiscard]] bool visit(const ssh::ConfigLine& line, const ssh::ConfigPlace& /*place*/,
                             const ssh::ConfigBlock& /*block*/) override {
        found_ = found_ || line.keyword.starts_with("identityfile");
        return !found_;
    }
    [[nodiscard]] bool found() const { return found_; }

  private:
    bool found_ = false;
};

bool is_configured_somewhere(const ssh::CommandLine& typed, const ssh::CommandLine& via,
                             const std::vector<ssh::ConfigFile>& files) {
    if (names_identity(typed) || names_identity(via)) return true;
    IdentitySearch search;
    const auto reading = ssh::read_config_files(files, "hf.co", search);
    return search.found() || reading.end == ssh::ConfigReading::End::doubtful;
}

std::vector<std::string> defaults_of(ssh::Underlying underlying) {
    underlying.arguments.clear();
    system::Capture capture(ssh::command_for(underlying, {"-G", "-F", "none", "hf.co"}),
                            system::Capture::Errors::discard);
    const auto answer = capture.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    return answer.succeeded() ? identities_in(answer.output) : std::vector<std::string>();
}

}  // namespace

std::string without_default_identities(std::string output, const ssh::Underlying& underlying,
                                       const ssh::CommandLine& typed, const ssh::CommandLine& via,
                                       const std::vector<ssh::ConfigFile>& files) {
    const std::vector<std::string> identities = identities_in(output);
    if (!may_be_default(identities)) return output;
    if (is_configured_somewhere(typed, via, files) && defaults_of(underlying) != identities) {
        return output;
    }
    system::trace("no IdentityFile is configured");
    std::string rest;
    for (const std::string_view line : system::lines(output)) {
        if (!line.starts_with(keyword)) rest.append(line).append("\n");
    }
    return rest;
}

}  // namespace hfssh::transport
