#include "hfssh/manage/context/surroundings.hpp"

#include <chrono>
#include <utility>

#include "hfssh/settings/git_settings.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/transport/route.hpp"

namespace hfssh::manage {
namespace {

// Null for another host.
const transport::ToHub* to_hub(const transport::Route& route) {
    if (std::holds_alternative<transport::Answered>(route)) {
        throw system::Failure("ssh cannot be given this destination", {},
                              system::Code::bad_argument);
    }
    return std::get_if<transport::ToHub>(&route);
}

}  // namespace

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
    // From 2.46 on git reads no URL either where it cannot read the repository: without one, then.
    std::vector<std::string> environment;
    if (unusable_) environment.emplace_back("GIT_DIR=/dev/null");
    const GitAnswer answer = ask_git({"ls-remote", "--get-url", "--", named}, environment);
    if (answer.status != 0 || answer.output.empty()) {
        throw system::Failure(
            "git cannot read this as a remote or a URL: " + system::printable(named), {},
            system::Code::bad_argument);
    }
    if (answer.output == named && is_bare_path(named)) return {{{}, "git@hf.co:" + named, false}};
    return {{{}, answer.output, false}};
}

// As git would hand them over, from where it would stand.
transport::Typed Surroundings::typed(const std::vector<std::string>& words) {
    if (!standing_) {
        stand_where_git_runs_ssh(place_);
    }
    standing_ = true;
    return transport::read_typed(registration_.via, words);
}

std::unique_ptr<Connection> Surroundings::look(const std::vector<std::string>& words) {
    const transport::Typed typed = this->typed(words);
    const transport::Route route = transport::find_route(typed);
    const auto* hub = to_hub(route);
    if (hub == nullptr) return nullptr;
    transport::Facts facts =
        transport::find_facts(typed, *hub, environment_key_, [this] { return told_to_end(); });
    system::silence_hints(!facts.hints());
    if (facts.git) system::set_colour(facts.git->colour());
    transport::Decision decision = transport::decide(facts);
    return std::make_unique<Connection>(Connection{std::move(facts), std::move(decision)});
}

std::unique_ptr<Connection> Surroundings::look_at(const GitUrl& url) {
    return look(ssh_words(url));
}

bool Surroundings::leads_to_hub(const GitUrl& url) {
    return to_hub(transport::find_route(typed(ssh_words(url)))) != nullptr;
}

std::unique_ptr<Connection> Surroundings::look_here() {
    // Which key there is, and whose, can be told without a repository.
    if (unusable_ && !std::exchange(told_unusable_, true)) system::say(unusable_->what());
    for (const Remote& remote : remotes_.value_or(std::vector<Remote>{})) {
        const auto url = read_git_url(remote.url);
        if (!url) continue;
        if (auto connection = look_at(*url)) return connection;
    }
    return look({"-T", "git@hf.co"});
}

Destination Surroundings::destination_of_hub() {
    constexpr auto patience = std::chrono::seconds(5);
    transport::Typed typed = this->typed({"-T", "git@hf.co"});
    const transport::Route route = transport::find_route(typed);
    const auto* hub = to_hub(route);
    if (hub == nullptr)
        throw system::Failure("git@hf.co does not lead to hf.co here", {}, system::Code::not_hf_co);
    transport::EndpointQuery endpoint_query(typed, *hub);
    settings::GitQuery query;
    settings::GitSettings read;
    std::optional<settings::GitSettings> git;
    const auto outcome = query.wait(std::chrono::steady_clock::now() + patience, read);
    if (outcome == settings::GitQuery::Outcome::read) git = read;
    const transport::Wire wire = transport::choose_wire(typed, hub->line, git);
    transport::Endpoint endpoint =
        endpoint_query.wait([this] { return told_to_end(); }, settings::transport(git));
    return {std::move(typed), std::move(endpoint), wire};
}

}  // namespace hfssh::manage
