#include "hfssh/manage/context/surroundings.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "hfssh/manage/report/key.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/settings/git_settings.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "hfssh/transport/route.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using transport::Person;

[[noreturn]] void fail_not_hub() {
    throw system::Failure("git@hf.co does not lead to hf.co here", {}, system::Code::not_hf_co);
}

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
    // Since 2.46 git reads no URL either if it cannot read the repository: so without one.
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

// As git would pass them, from its working directory.
transport::Typed Surroundings::typed(const std::vector<std::string>& words) {
    if (!standing_) {
        stand_where_git_runs_ssh(place_);
    }
    standing_ = true;
    std::vector<std::string> typed = registration_.options;
    typed.insert(typed.end(), words.begin(), words.end());
    return transport::read_typed(registration_.via, typed);
}

std::unique_ptr<Connection> Surroundings::look(const std::vector<std::string>& words) {
    const transport::Typed typed = this->typed(words);
    const transport::Route route = transport::find_route(typed);
    const auto* hub = to_hub(route);
    if (hub == nullptr) return nullptr;
    transport::Facts facts =
        transport::find_facts(typed, *hub, environment_key_, [this] { return told_to_end(); });
    system::silence_hints(!facts.hints());
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
    // The keys and their accounts can be reported without a repository.
    if (unusable_ && !std::exchange(told_unusable_, true)) system::say(unusable_->what());
    for (const Remote& remote : remotes_.value_or(std::vector<Remote>{})) {
        const auto url = read_git_url(remote.url);
        if (!url) continue;
        if (auto connection = look_at(*url)) return connection;
    }
    auto connection = look({"-T", "git@hf.co"});
    if (!connection) fail_not_hub();
    return connection;
}

Destination Surroundings::destination_of_hub() {
    constexpr auto patience = std::chrono::seconds(5);
    transport::Typed typed = this->typed({"-T", "git@hf.co"});
    const transport::Route route = transport::find_route(typed);
    const auto* hub = to_hub(route);
    if (hub == nullptr) fail_not_hub();
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

bool person_is_here() {
    if (settings::nobody_to_ask() || ::isatty(STDERR_FILENO) != 1) return false;
    const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    return terminal.get() >= 0;
}

bool passphrase_can_be_asked() {
    return settings::askpass_can_ask() || person_is_here();
}

std::string reason_not_to_ask(const Candidate& candidate, const transport::Facts& facts,
                              bool person) {
    if (!candidate.usable()) return key_place(candidate);
    for (const std::string& added : facts.request.wrapper.files) {
        if (added != candidate.path) {
            return "the ssh that is run offers " + system::display_path(added) + " itself";
        }
    }
    if (!facts.request.wrapper.problem.empty()) return facts.request.wrapper.problem;
    if (!candidate.ready())
        return "it is locked: " + how_to_unlock(candidate, facts.inventory.agent);
    if (transport::needs_person(candidate, facts.inventory) && !person) {
        return "it needs a touch or a confirmation, and there is no terminal";
    }
    return {};
}

Person person_for(const Candidate& candidate, const transport::Facts& facts) {
    const bool person =
        transport::needs_person(candidate, facts.inventory) && passphrase_can_be_asked();
    if (!candidate.ready() && !person) {
        throw system::Failure(
            key_name(candidate, facts.request) +
                " is locked, and there is no terminal to unlock it at",
            "give the key to the ssh-agent: " + how_to_unlock(candidate, facts.inventory.agent),
            system::Code::key_locked);
    }
    return person ? Person::asked : Person::told;
}

namespace {

// The signal ends this program as soon as its handling is restored.
void say_interrupted() {
    static const bool once = (system::say("interrupted, so hf.co was not asked"), true);
    (void)once;
}

}  // namespace

transport::Answer ask_account(Connection& connection, const Candidate& candidate, Person person,
                              const Surroundings& surroundings) {
    Progress progress;
    if (person != Person::asked) progress.show("asking hf.co about the key ...");
    const transport::Answer answer =
        transport::Asked(connection.facts, candidate, {person})
            .wait(connection.facts.store, {[&] { return surroundings.told_to_end(); }});
    progress.erase();
    if (surroundings.told_to_end()) say_interrupted();
    if (answer.kind != transport::Answer::Kind::greeted) show_lines(answer.said);
    return answer;
}

void ask_about(Connection& connection, const std::vector<std::size_t>& keys,
               const transport::Question& question, const transport::Patience& patience,
               const transport::Each& each) {
    transport::Facts& facts = connection.facts;
    Progress progress;
    // ssh may ask for a passphrase on the same line.
    const bool quiet = std::ranges::any_of(keys, [&](std::size_t key) {
        return transport::needs_person(facts.inventory.candidates[key], facts.inventory);
    });
    std::size_t next = 1;
    const auto show = [&] {
        if (quiet || next > keys.size()) return;
        progress.show("asking hf.co about key " + std::to_string(next) + " of " +
                      std::to_string(keys.size()) + " ...");
    };
    show();
    transport::ask_each(facts, keys, question, facts.store, patience,
                        [&](std::size_t key, const transport::Answer& answer) {
                            progress.erase();
                            ++next;
                            if (patience.give_up()) say_interrupted();
                            const bool go_on = each(key, answer);
                            show();
                            return go_on;
                        });
}

void show_lines(const std::string& lines) {
    static std::string last;  // what every key, or every question, meets alike
    if (lines.empty() || lines == last) return;
    last = lines;
    const std::string whole = lines + "\n";
    // There is no one to report a failure to.
    if (::write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;
}

}  // namespace hfssh::manage
