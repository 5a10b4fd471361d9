#include "hfssh/manage/outlook.hpp"

#include <utility>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/transport/route.hpp"

namespace hfssh::manage {

Surroundings::Surroundings() {
    system::speak_for("hf-ssh");
    registration_ = find_registration();
    if (repository_here()) remotes_ = remotes_here();
}

Remote Surroundings::find(const std::string& named) const {
    const GitAnswer answer = ask_git({"ls-remote", "--get-url", "--", named});
    if (answer.status != 0 || answer.output.empty()) {
        throw system::Failure("git cannot read this as a remote or a URL: " +
                              system::printable(named));
    }
    if (answer.output != named) return {{}, answer.output, false};
    if (is_bare_path(named)) return {{}, "git@hf.co:" + named, false};
    return {{}, named, false};
}

std::unique_ptr<Outlook> Surroundings::look(const std::vector<std::string>& words) {
    if (!standing_) stand_where_git_runs_ssh();
    standing_ = true;
    auto request = transport::find_request({registration_.via, words}, environment_key_);
    if (!request) return nullptr;
    transport::Prospect prospect = transport::look_ahead(*request);
    transport::Survey survey = transport::survey(*request, prospect);
    return std::make_unique<Outlook>(
        Outlook{std::move(*request), std::move(prospect), std::move(survey)});
}

std::unique_ptr<Outlook> Surroundings::look_at(const GitUrl& url) {
    return look(ssh_words(url));
}

std::unique_ptr<Outlook> Surroundings::look_here() {
    for (const Remote& remote : remotes_.value_or(std::vector<Remote>{})) {
        const auto url = read_git_url(remote.url);
        if (!url) continue;
        if (auto outlook = look_at(*url)) return outlook;
    }
    return look({"-T", "git@hf.co"});
}

}  // namespace hfssh::manage
