#include <unistd.h>

#include <algorithm>
#include <memory>

#include "hfssh/manage/command/verb.hpp"
#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/context/turns.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/transport/probe.hpp"
#include "report.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;
using Wish = AccessQuestion::Wish;

void show(const std::string& lines) {
    if (lines.empty()) return;
    const std::string whole = lines + "\n";
    // Nobody is left to tell where this fails.
    if (::write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;
}

// What was said meanwhile belongs above our own words.
AccessAnswer told(AccessAnswer answer) {
    using Kind = AccessAnswer::Kind;
    if (answer.kind == Kind::refused || answer.kind == Kind::unknown) show(answer.said);
    if (answer.kind == Kind::refused) throw Failure(answer.words);
    return answer;
}

// where it leads ---------------------------------------------------------------------------------

// Empty where it does not lead to hf.co through ssh.
std::unique_ptr<Outlook> outlook_of(Surroundings& surroundings, const Remote& remote,
                                    std::string& path) {
    const auto url = read_git_url(remote.url);
    if (!url) return nullptr;
    path = url->path;
    return surroundings.look_at(*url);
}

std::vector<AccessTarget> targets_in(Surroundings& surroundings,
                                     const std::vector<Remote>& remotes) {
    std::vector<AccessTarget> targets;
    for (const Remote& remote : remotes) {
        // Of several remotes the first on hf.co, with all its URLs.
        if (!targets.empty() && targets.front().remote.name != remote.name) break;
        AccessTarget target{remote, !remote.push, remote.pushed, {}, nullptr};
        target.outlook = outlook_of(surroundings, remote, target.path);
        if (!target.outlook) continue;
        targets.push_back(std::move(target));
    }
    return targets;
}

std::vector<AccessTarget> find_targets(Surroundings& surroundings,
                                       const std::optional<std::string>& named) {
    constexpr const char* name_it = "name a URL: git hf-ssh access git@hf.co:NAME/REPOSITORY";
    std::vector<Remote> remotes;
    if (named) {
        remotes = surroundings.find(*named);
    } else if (surroundings.remotes()) {
        remotes = *surroundings.remotes();
    } else {
        throw Failure("not in a git repository", name_it);
    }
    auto targets = targets_in(surroundings, remotes);
    if (!targets.empty()) return targets;
    const std::string shown = named ? system::printable(without_password(remotes.front().url))
                                    : "none of this repository's remotes";
    const auto over_ssh = named ? ssh_form(remotes.front().url) : std::nullopt;
    throw Failure(shown + (named ? " does not lead" : " leads") + " to hf.co through ssh",
                  over_ssh ? "over ssh it is " + system::printable(*over_ssh) : name_it);
}

// what hf.co says --------------------------------------------------------------------------------

class Round {
  public:
    Round(Surroundings& surroundings, const AccessTarget& target)
        : surroundings_(surroundings), target_(target), outlook_(*target.outlook) {}

    std::vector<KeyAccess> chosen(std::size_t index) {
        const Candidate& candidate = outlook_.survey.inventory.candidates[index];
        keys_ = {{index, {}, {}, {}}};
        ask({index}, ask_with_person(candidate, outlook_.survey));
        return std::move(keys_);
    }

    std::vector<KeyAccess> all() {
        const identity::Inventory& inventory = outlook_.survey.inventory;
        const bool person = person_is_here();
        std::vector<std::size_t> asked;
        for (std::size_t i = 0; i < inventory.candidates.size(); ++i) {
            keys_.push_back(
                {i, {}, {}, reason_not_to_ask(inventory.candidates[i], inventory, person)});
            if (keys_.back().why_not.empty()) asked.push_back(i);
        }
        for (const std::vector<std::size_t>& turn : turns_for(asked, inventory)) {
            ask(turn, needs_person(inventory.candidates[turn.front()], inventory));
        }
        return std::move(keys_);
    }

    // Side by side with nothing: one question, and nobody is asked.
    bool serves(const Candidate& candidate, const std::string& path) {
        AccessQuestion question(outlook_, candidate, Wish::read, path);
        return question.wait(surroundings_).served();
    }

  private:
    void ask(const std::vector<std::size_t>& turn, bool person) {
        if (person && target_.read && target_.write) {
            // The user is asked once for each key: an account that may write may read.
            ask(turn, Wish::write, &KeyAccess::write, person);
            for (KeyAccess& access : keys_) {
                if (access.write && access.write->served()) access.read = access.write;
            }
            return;
        }
        if (target_.read) ask(turn, Wish::read, &KeyAccess::read, person);
        if (target_.write) ask(turn, Wish::write, &KeyAccess::write, person);
    }

    void ask(const std::vector<std::size_t>& turn, Wish wish,
             std::optional<AccessAnswer> KeyAccess::*answer, bool person) {
        if (surroundings_.told_to_end()) throw Failure("interrupted");
        std::vector<std::unique_ptr<AccessQuestion>> questions;
        for (const std::size_t index : turn) {
            questions.push_back(std::make_unique<AccessQuestion>(
                outlook_, outlook_.survey.inventory.candidates[index], wish, target_.path, person));
        }
        for (std::size_t i = 0; i < turn.size(); ++i) {
            KeyAccess& access = *std::ranges::find(keys_, turn[i], &KeyAccess::index);
            access.*answer = told(questions[i]->wait(surroundings_));
            if (surroundings_.told_to_end()) throw Failure("interrupted");  // not a verdict
        }
    }

    Surroundings& surroundings_;
    const AccessTarget& target_;
    const Outlook& outlook_;
    std::vector<KeyAccess> keys_;
};

// As a connection would: keys that were never asked about are, before one is chosen.
void settle_choice(Surroundings& surroundings, Outlook& outlook) {
    const auto keys = keys_to_ask_first(outlook.request, outlook.prospect, outlook.survey);
    if (keys.empty()) return;
    const transport::Prospect& prospect = outlook.prospect;
    const transport::ProbeTarget target{
        outlook.request,  prospect.configured,     prospect.endpoint,
        prospect.trusted, prospect.agent.usable(), [&] { return surroundings.told_to_end(); }};
    const auto probed =
        transport::probe(target, outlook.survey.inventory, keys, outlook.prospect.memory);
    if (probed == transport::Probed::refused) {
        throw Failure("the host key was refused, so hf.co was not asked");
    }
    choose_again(outlook.survey, outlook.prospect.memory);
}

// Whom hf.co greets, where that helps to explain a no; as far as it is known otherwise.
std::string account_of(Surroundings& surroundings, Outlook& outlook, const Candidate& candidate,
                       bool granted) {
    const auto known = outlook.survey.memory.accounts.find(candidate.fingerprint());
    const std::string before = known == outlook.survey.memory.accounts.end() ? "" : known->second;
    if (granted || needs_person(candidate, outlook.survey.inventory)) return before;
    HubQuestion question(outlook, candidate, false);
    return question.wait(outlook.prospect.memory, surroundings);
}

std::string find_elsewhere(const AccessTarget& target, const KeyAccess& access, Round& round) {
    const Candidate& candidate = target.outlook->survey.inventory.candidates[access.index];
    const auto declined = [](const std::optional<AccessAnswer>& answer) {
        return answer && answer->kind == AccessAnswer::Kind::declined;
    };
    const bool not_there = target.read ? declined(access.read) : declined(access.write);
    if (!not_there || needs_person(candidate, target.outlook->survey.inventory)) return {};
    for (const std::string& path : namesakes(target.path)) {
        if (round.serves(candidate, path)) return path;
    }
    return {};
}

AccessResult find_out(Surroundings& surroundings, AccessTarget& target, bool all_keys) {
    Outlook& outlook = *target.outlook;
    settle_choice(surroundings, outlook);
    const transport::Selection selection = transport::selection_of(outlook.survey);
    AccessResult result;
    result.chosen = std::get<identity::Chosen>(outlook.survey.choice).index;
    Round round(surroundings, target);
    result.keys = all_keys ? round.all() : round.chosen(result.chosen);
    const bool answered = std::ranges::any_of(result.keys, &KeyAccess::answered);
    const KeyAccess& chosen = result.of_chosen();
    if (!answered) {
        const auto& answer = chosen.read ? chosen.read : chosen.write;
        throw Failure(
            (answer ? answer->words : "no key could be checked: each needs a passphrase") +
                " (key: " + key_name(selection.candidate, outlook.survey.request) + ", " +
                selection.reason.text + ")",
            "to see why: git hf-ssh doctor");
    }
    result.account = account_of(surroundings, outlook, selection.candidate, chosen.granted());
    result.elsewhere = find_elsewhere(target, chosen, round);
    return result;
}

Status check_access(const std::optional<std::string>& named, bool all_keys, Report& report) {
    Surroundings surroundings;
    std::vector<AccessTarget> targets = find_targets(surroundings, named);
    warn_unless_registered(surroundings.registration());
    report.empty_list("destinations");
    bool yes = true;
    for (AccessTarget& target : targets) {
        const AccessResult result = find_out(surroundings, target, all_keys);
        describe_access(target, result, all_keys, report.add("destinations"));
        advise_on_access(target, result, all_keys);
        yes = yes && (all_keys ? std::ranges::any_of(result.keys, &KeyAccess::granted)
                               : result.of_chosen().granted());
    }
    return yes ? Status::yes : Status::no;
}

}  // namespace

Action access(Options& options) {
    const auto url = std::make_shared<std::optional<std::string>>();
    const auto all_keys = std::make_shared<bool>(false);
    options.argument("URL", *url, false,
                     "a URL, a remote or a repository's path on hf.co; without it,\n"
                     "this repository's first remote there");
    options.flag("--all-keys", *all_keys, "check every usable key, not just the selected one");
    return [url, all_keys](Report& report) { return check_access(*url, *all_keys, report); };
}

}  // namespace hfssh::manage
