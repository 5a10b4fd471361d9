// Part of the lesson: hf.co let the key in, and the git command failed. Names the account, and only
// commands that can change what happens next time.
#include "advice.hpp"

#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using identity::Candidate;
using identity::Setting;
using Kind = Lesson::Line::Kind;

const Candidate& offered(const Facts& facts, const Decision& decision) {
    return facts.inventory.candidates[*decision.chosen];
}

std::string word_for(const Candidate& key) {
    return key.path.empty() ? key.fingerprint() : system::shell_path(key.path);
}

// The setting that chose the key, as git has it; null if none did.
const settings::GitSetting* deciding(const Facts& facts, const Decision& decision) {
    const Setting* setting =
        decision.reason.rule == 4 ? identity::setting_for(facts.request) : nullptr;
    if (setting == nullptr || !facts.git) return nullptr;
    const char* variable = setting->kind == Setting::Kind::identity ? "identity" : "account";
    return setting->pattern.empty() ? facts.git->find(variable)
                                    : facts.git->find(setting->pattern, variable);
}

// What chose the key and outranks every setting; empty if a setting can win.
std::string outranks_settings(const Facts& facts, const Decision& decision) {
    const int rule = decision.reason.rule;
    if (rule >= 1 && rule <= 3) return decision.reason.text;
    const settings::GitSetting* setting = deciding(facts, decision);
    if (setting != nullptr && setting->scope == "command") return setting->key + " of git's -c";
    return facts.request.wrapper.files.empty() ? std::string() : "the ssh that is run";
}

// The key that is known to belong to the namespace, if it is another one.
const Candidate* better_key(const Facts& facts, const Decision& decision) {
    const auto& repository = facts.remote.repository;
    if (!repository || repository->name_space.empty()) return nullptr;
    for (std::size_t i = 0; i < facts.inventory.candidates.size(); ++i) {
        const Candidate& key = facts.inventory.candidates[i];
        if (i == *decision.chosen || !key.usable() || !key.key) continue;
        if (system::equal_ignoring_case(known_account(facts.memory, key), repository->name_space)) {
            return &key;
        }
    }
    return nullptr;
}

bool has_other_keys(const Facts& facts, const Decision& decision) {
    for (std::size_t i = 0; i < facts.inventory.candidates.size(); ++i) {
        if (i != *decision.chosen && facts.inventory.candidates[i].usable()) return true;
    }
    return false;
}

class Advising {
  public:
    Advising(Lesson& lesson, const Facts& facts, const Decision& decision)
        : lesson_(lesson), facts_(facts), decision_(decision), key_(offered(facts, decision)) {}

    void explain(const Remembered& remembered) {
        const std::string& account = remembered.answer->account;
        if (account.empty()) return;
        const bool anonymous = account == "anonymous";
        const bool now =
            remembered.age < std::chrono::minutes(1) && !needs_person(key_, facts_.inventory);
        const std::string when = now ? "" : " (" + system::age_text(remembered.age) + ")";
        std::string text;
        if (anonymous && now) {
            text = "hf.co does not know this key (it answered \"Hi anonymous\")";
        } else if (anonymous) {
            text = "hf.co did not know this key when it was asked" + when +
                   ": it answered \"Hi anonymous\"";
        } else {
            text = "hf.co knows this key as \"" + account + "\"" + when;
        }
        text += "\n" + key_line(facts_, decision_);
        // The reason names what was remembered before this answer.
        const std::string before = known_account(facts_.memory, key_);
        if (before != account && decision_.reason.text.ends_with(" " + before)) {
            text += ", by an earlier answer";
        }
        const std::string chooser = outranks_settings(facts_, decision_);
        if (!chooser.empty()) text += "\n" + choice(chooser);
        lesson_.lines.push_back({Kind::message, std::move(text)});
        if (chooser.empty()) propose_other_key();
        if (anonymous) {
            hint("add the key to your account", check_command(key_, "--open"));
        } else {
            propose_access(account);
        }
    }

  private:
    void hint(const std::string& purpose, const std::string& command) {
        lesson_.lines.push_back({Kind::hint, purpose + ": " + command});
    }

    // With the key that was offered: an alias keeps its host, and what was typed is named.
    [[nodiscard]] std::string asking(const hub::Repository& repository) const {
        const int rule = decision_.reason.rule;
        const auto& typed = facts_.endpoint.line.destination;
        return (rule == 1 && key_.origin != identity::Origin::secret
                    ? "HF_SSH_IDENTITY=" + word_for(key_) + " "
                    : "") +
               "git hf-ssh access " +
               (rule == 3 && typed
                    ? system::shell_word("git@" + typed->host + ":" + repository.path())
                    : url_word(repository));
    }

    [[nodiscard]] std::string choice(const std::string& chooser) const {
        const bool typed = chooser.starts_with("typed") || chooser.starts_with("in the token");
        if (typed) return "the command line chose this key, and no setting can change that";
        return chooser + " chose this key, and no setting can change that";
    }

    void propose_other_key() {
        if (const Candidate* better = better_key(facts_, decision_)) {
            hint("use the key of " + system::printable(known_account(facts_.memory, *better)),
                 use_command(facts_, decision_, *better));
        } else if (facts_.remote.repository && has_other_keys(facts_, decision_)) {
            hint("see which of your keys may do this",
                 "git hf-ssh access --all-keys " + url_word(*facts_.remote.repository));
        }
    }

    // A repository that is private to others is said not to be found; so is a dataset's path
    // without "datasets/".
    void propose_access(const std::string& account) {
        if (!facts_.remote.repository) {
            lesson_.lines.push_back({Kind::hint, path_hint});
            return;
        }
        const hub::Repository& repository = *facts_.remote.repository;
        hint("see what " + system::printable(account) + " may do there", asking(repository));
        if (system::equal_ignoring_case(account, repository.name_space)) {
            lesson_.lines.push_back({Kind::hint, create_hint(repository)});
        }
        if (!repository.type.empty()) return;
        for (const auto& [type, name] : {std::pair("datasets", "dataset"), {"spaces", "Space"}}) {
            hint(std::string("if it is a ") + name,
                 asking({type, repository.name_space, repository.name}));
        }
    }

    Lesson& lesson_;
    const Facts& facts_;
    const Decision& decision_;
    const Candidate& key_;
};

}  // namespace

std::string use_command(const Facts& facts, const Decision& decision, const Candidate& key) {
    const settings::GitSetting* setting = deciding(facts, decision);
    const Setting* read = setting == nullptr ? nullptr : identity::setting_for(facts.request);
    const auto& repository = facts.remote.repository;
    std::string pattern = read != nullptr ? read->pattern : "";
    if (!pattern.empty() && (setting->scope == "local" || setting->scope == "worktree")) {
        return "git config --" + setting->scope + " " +
               system::shell_word("hf-ssh." + pattern + ".identity") + " " + word_for(key);
    }
    if (pattern.empty() && repository) pattern = repository->name_space;
    return "git hf-ssh use " + word_for(key) +
           (pattern.empty() ? "" : " --for " + system::shell_word(pattern));
}

std::string create_hint(const hub::Repository& repository) {
    return "if it does not exist yet, create it: https://huggingface.co/new" +
           std::string(repository.type == "datasets" ? "-dataset"
                       : repository.type == "spaces" ? "-space"
                                                     : "");
}

std::string key_line(const Facts& facts, const Decision& decision) {
    const Candidate& key = offered(facts, decision);
    std::string text = "key: " + identity::describe(key);
    if (key.key) text += " (" + key.key->label() + " " + key.fingerprint() + ")";
    return text + ", " + decision.reason.text;
}

std::string check_command(const Candidate& key, const std::string& option) {
    const std::string command = "git hf-ssh keys check" + (option.empty() ? "" : " " + option);
    if (key.origin == identity::Origin::secret) {
        return option.empty() ? "git hf-ssh whoami" : command;
    }
    return command + " " + word_for(key);
}

std::string url_word(const hub::Repository& repository) {
    return system::shell_word("git@hf.co:" + repository.path());
}

void explain_account(Lesson& lesson, const Facts& facts, const Decision& decision,
                     const Remembered& remembered) {
    Advising(lesson, facts, decision).explain(remembered);
}

}  // namespace hfssh::transport
