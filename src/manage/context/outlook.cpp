#include "hfssh/manage/context/outlook.hpp"

#include <chrono>
#include <utility>

#include "hfssh/settings/git_settings.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/transport/route.hpp"

namespace hfssh::manage {

Surroundings::Surroundings() {
    system::speak_for("hf-ssh");
    registration_ = find_registration();
    try {
        place_ = repository_here();
        if (place_) git_view_ = view_of_git();
    } catch (const system::Failure& failure) {
        unusable_ = failure;  // a URL that is named needs no repository
    }
    if (!place_) return;
    remotes_ = each_remote(repository::remotes_of(git_view_.configuration, git_view_.branch));
}

const std::optional<repository::Place>& Surroundings::place() const {
    if (unusable_) throw system::Failure(*unusable_);
    return place_;
}

const repository::Contents* Surroundings::contents() {
    if (!place()) return nullptr;
    if (!contents_) contents_ = repository::read_contents(*place_, git_view_);
    return &*contents_;
}

const std::optional<std::vector<Remote>>& Surroundings::remotes() const {
    if (unusable_) throw system::Failure(*unusable_);
    return remotes_;
}

std::vector<Remote> Surroundings::find(const std::string& named) const {
    std::vector<Remote> found;
    for (const Remote& remote : remotes_.value_or(std::vector<Remote>{})) {
        if (remote.name == named) found.push_back(remote);
    }
    if (!found.empty()) return found;
    const GitAnswer answer = ask_git({"ls-remote", "--get-url", "--", named});
    if (answer.status != 0 || answer.output.empty()) {
        throw system::Failure("git cannot read this as a remote or a URL: " +
                              system::printable(named));
    }
    if (answer.output == named && is_bare_path(named)) return {{{}, "git@hf.co:" + named, false}};
    return {{{}, answer.output, false}};
}

std::optional<transport::HubRequest> Surroundings::request(const std::vector<std::string>& words) {
    if (!standing_) {
        stand_where_git_runs_ssh(place_);
    }
    standing_ = true;
    return transport::find_request({registration_.via, words}, environment_key_);
}

std::unique_ptr<Outlook> Surroundings::look(const std::vector<std::string>& words) {
    auto request = this->request(words);
    if (!request) return nullptr;
    transport::Prospect prospect = transport::look_ahead(*request);
    transport::Survey survey = transport::survey(*request, prospect);
    return std::make_unique<Outlook>(
        Outlook{std::move(*request), std::move(prospect), std::move(survey)});
}

std::unique_ptr<Outlook> Surroundings::look_at(const GitUrl& url) {
    return look(ssh_words(url));
}

bool Surroundings::leads_to_hub(const GitUrl& url) {
    return request(ssh_words(url)).has_value();
}

std::unique_ptr<Outlook> Surroundings::look_here() {
    // Which key there is, and whose, can be told without a repository.
    if (unusable_ && !std::exchange(told_unusable_, true)) system::say(unusable_->what());
    for (const Remote& remote : remotes_.value_or(std::vector<Remote>{})) {
        const auto url = read_git_url(remote.url);
        if (!url) continue;
        if (auto outlook = look_at(*url)) return outlook;
    }
    return look({"-T", "git@hf.co"});
}

Destination Surroundings::destination_of_hub() {
    constexpr auto patience = std::chrono::seconds(5);
    auto request = this->request({"-T", "git@hf.co"});
    if (!request) throw system::Failure("git@hf.co does not lead to hf.co here");
    settings::GitQuery query;
    transport::Configured configured = transport::ConfiguredQuery(*request).wait();
    transport::Endpoint endpoint = transport::find_endpoint(*request, configured);
    settings::GitSettings git;
    const auto outcome = query.wait(std::chrono::steady_clock::now() + patience, git);
    const bool read = outcome == settings::GitQuery::Outcome::read;
    endpoint.wire = transport::choose_wire(*request, read ? std::optional(git) : std::nullopt);
    return {std::move(*request), std::move(configured), std::move(endpoint)};
}

}  // namespace hfssh::manage
