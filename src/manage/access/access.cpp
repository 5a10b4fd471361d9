#include <unistd.h>

#include <algorithm>
#include <memory>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "report.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;
using transport::Answer;

// Other messages come before our own.
Answer told(Answer answer) {
    if (answer.kind != Answer::Kind::served && answer.kind != Answer::Kind::declined) {
        show_lines(answer.said);
    }
    if (answer.refused()) throw Failure(answer.words, answer.next_step(), answer.code());
    return answer;
}

// where it leads ---------------------------------------------------------------------------------

// Null if it does not lead to hf.co through ssh.
std::unique_ptr<Connection> connection_to(Surroundings& surroundings, const Remote& remote,
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
        target.connection = connection_to(surroundings, remote, target.path);
        if (!target.connection) continue;
        targets.push_back(std::move(target));
    }
    return targets;
}

std::vector<AccessTarget> find_targets(Surroundings& surroundings,
                                       const std::optional<std::string>& named) {
    constexpr const char* name_it = "name a URL, for example: git hf-ssh access git@hf.co:gpt2";
    std::vector<Remote> remotes;
    if (named) {
        remotes = surroundings.find(*named);
    } else if (surroundings.remotes()) {
        remotes = *surroundings.remotes();
    } else {
        throw Failure("not in a git repository", name_it, system::Code::no_repository);
    }
    auto targets = targets_in(surroundings, remotes);
    if (!targets.empty()) return targets;
    const std::string shown = named ? system::printable(without_password(remotes.front().url))
                                    : "none of this repository's remotes";
    const auto over_ssh = named ? ssh_form(remotes.front().url) : std::nullopt;
    throw Failure(shown + (named ? " does not lead" : " leads") + " to hf.co through ssh",
                  over_ssh ? "over ssh it is " + system::printable(*over_ssh) : name_it,
                  system::Code::not_hf_co);
}

// what hf.co says --------------------------------------------------------------------------------

class Round {
  public:
    Round(Surroundings& surroundings, const AccessTarget& target)
        : target_(target), connection_(*target.connection), patience_{[&surroundings] {
              return surroundings.told_to_end();
          }} {}

    std::vector<KeyAccess> chosen(std::size_t index) {
        (void)person_for(connection_.facts.inventory.candidates[index], connection_.facts);
        keys_ = {{index}};
        ask({index});
        return std::move(keys_);
    }

    std::vector<KeyAccess> all() {
        const identity::Inventory& inventory = connection_.facts.inventory;
        const bool person = passphrase_can_be_asked();
        std::vector<std::size_t> asked;
        for (std::size_t i = 0; i < inventory.candidates.size(); ++i) {
            keys_.push_back(
                {i, {}, {}, reason_not_to_ask(inventory.candidates[i], connection_.facts, person)});
            if (keys_.back().why_not.empty()) asked.push_back(i);
        }
        ask(asked);
        return std::move(keys_);
    }

    // One question at a time; the user is not asked for anything.
    bool serves(const Candidate& candidate, const std::string& path) {
        return transport::Asked(connection_.facts, candidate,
                                {transport::Person::told, service_command("git-upload-pack", path)})
            .wait(connection_.facts.store, patience_)
            .served();
    }

  private:
    void ask(const std::vector<std::size_t>& keys) {
        std::vector<std::size_t> with_person, alone;
        for (const std::size_t key : keys) {
            const Candidate& candidate = connection_.facts.inventory.candidates[key];
            const bool person = transport::needs_person(candidate, connection_.facts.inventory);
            (person && target_.read && target_.write ? with_person : alone).push_back(key);
        }
        if (target_.read) ask(alone, "git-upload-pack", &KeyAccess::read);
        if (target_.write) ask(keys, "git-receive-pack", &KeyAccess::write);
        // The user is asked once for each key: an account that may write may read.
        for (const std::size_t key : with_person) {
            KeyAccess& access = *std::ranges::find(keys_, key, &KeyAccess::index);
            if (access.write && access.write->served()) access.read = access.write;
        }
    }

    void ask(const std::vector<std::size_t>& keys, const char* service,
             std::optional<Answer> KeyAccess::*access) {
        ask_about(connection_, keys,
                  {transport::Person::told, service_command(service, target_.path)}, patience_,
                  [&](std::size_t key, const Answer& answer) {
                      if (patience_.give_up())
                          throw Failure("interrupted", {}, system::Code::interrupted);
                      (*std::ranges::find(keys_, key, &KeyAccess::index)).*access = told(answer);
                      return true;
                  });
    }

    const AccessTarget& target_;
    Connection& connection_;
    transport::Patience patience_;
    std::vector<KeyAccess> keys_;
};

// As a connection would: keys that were never asked about are, before one is chosen.
void settle_choice(Surroundings& surroundings, Connection& connection) {
    if (!transport::ask_first(connection.facts, connection.decision,
                              [&] { return surroundings.told_to_end(); })) {
        throw Failure("the host key was refused, so hf.co was not asked", {},
                      system::Code::host_key_refused);
    }
    connection.decision = transport::decide(connection.facts);
}

// The account, asked for if that helps to explain a no; else as far as it is known.
std::string account_of(Surroundings& surroundings, Connection& connection,
                       const Candidate& candidate, bool granted) {
    if (granted || transport::needs_person(candidate, connection.facts.inventory)) {
        return transport::known_account(connection.facts.memory, candidate);
    }
    return ask_account(connection, candidate, transport::Person::told, surroundings).account;
}

std::string find_elsewhere(const AccessTarget& target, const KeyAccess& access, Round& round) {
    const Candidate& candidate = target.connection->facts.inventory.candidates[access.index];
    const auto declined = [](const std::optional<Answer>& answer) {
        return answer && answer->kind == Answer::Kind::declined;
    };
    const bool not_there = target.read ? declined(access.read) : declined(access.write);
    if (!not_there || transport::needs_person(candidate, target.connection->facts.inventory))
        return {};
    for (const std::string& path : namesakes(target.path)) {
        if (round.serves(candidate, path)) return path;
    }
    return {};
}

AccessResult find_out(Surroundings& surroundings, AccessTarget& target, bool all_keys) {
    Connection& connection = *target.connection;
    settle_choice(surroundings, connection);
    const Candidate& candidate = transport::chosen_key(connection.facts, connection.decision);
    AccessResult result;
    result.chosen = *connection.decision.chosen;
    Round round(surroundings, target);
    result.keys = all_keys ? round.all() : round.chosen(result.chosen);
    const bool answered = std::ranges::any_of(result.keys, &KeyAccess::answered);
    const KeyAccess& chosen = result.of_chosen();
    if (!answered) {
        const auto& answer = chosen.read ? chosen.read : chosen.write;
        const std::string unlock =
            answer ? std::string() : how_to_unlock(candidate, connection.facts.inventory.agent);
        throw Failure(
            (answer ? answer->words : "no key could be checked: each needs a passphrase") +
                " (key: " + key_name(candidate, connection.facts.request) + ", " +
                connection.decision.reason.text + ")",
            answer ? answer->next_step() : "to unlock it: " + unlock,
            answer ? answer->code() : system::Code::key_locked);
    }
    result.account = account_of(surroundings, connection, candidate, chosen.granted());
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
        print_so_far(report);  // the next step comes last
        advise_on_access(target, result, all_keys);
        yes = yes && (all_keys ? std::ranges::any_of(result.keys, &KeyAccess::granted)
                               : result.of_chosen().granted());
    }
    return yes ? Status::yes : Status::no;
}

}  // namespace

Action access(Options& options) {
    const auto& url = options.argument("URL",
                                       "a URL, a remote or a repository's path on hf.co; without "
                                       "it,\nthis repository's first remote there");
    const bool& all_keys =
        options.flag("--all-keys", "check every usable key, not just the selected one");
    return [&](Report& report) { return check_access(url, all_keys, report); };
}

}  // namespace hfssh::manage
