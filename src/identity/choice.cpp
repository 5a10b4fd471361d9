#include "hfssh/identity/choice.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "choice_problems.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {

namespace {

constexpr std::string_view anonymous = "anonymous";

class Chooser {
  public:
    Chooser(const Inventory& inventory, const Request& request, const Memory& memory)
        : inventory_(inventory), request_(request), memory_(memory) {
        if (memory.accounts.empty() && memory.learned.empty()) return;  // spares the hashing
        for (const Candidate& candidate : inventory.candidates) {
            fingerprints_.push_back(candidate.fingerprint());
        }
    }

    Choice choose() const {
        using Rule = std::optional<Choice> (Chooser::*)() const;
        constexpr std::array<Rule, 7> rules = {
            &Chooser::by_command_line,  &Chooser::by_environment, &Chooser::by_alias,
            &Chooser::by_setting,       &Chooser::by_namespace,   &Chooser::by_learning,
            &Chooser::by_configuration,
        };
        for (const Rule rule : rules) {
            if (std::optional<Choice> choice = (this->*rule)()) return *choice;
        }
        return by_order();
    }

  private:
    std::optional<Choice> by_command_line() const {
        if (request_.typed) return named_path(1, "typed with -i", *request_.typed);
        if (!request_.provider_typed) return std::nullopt;
        const auto index = of_token();
        if (!index) return no_token_key(1, "typed with -I", request_.provider);
        return chosen(*index, 1, "in the token typed with -I");
    }

    std::optional<Choice> by_environment() const {
        if (request_.environment_identity) {
            return named(2, "HF_SSH_IDENTITY", *request_.environment_identity);
        }
        if (request_.environment_account) {
            return of_account(2, "HF_SSH_ACCOUNT", *request_.environment_account);
        }
        if (!request_.environment_key) return std::nullopt;
        return named_path(2, request_.environment_key_name, *request_.environment_key);
    }

    std::optional<Choice> by_alias() const {
        if (request_.alias_files.empty()) return std::nullopt;
        const std::string who = "IdentityFile of " + request_.alias + " in your ssh configuration";
        if (const auto index = first_usable(request_.alias_files)) return chosen(*index, 3, who);
        return named_path(3, who, request_.alias_files.front());
    }

    std::optional<Choice> by_setting() const {
        const Setting* setting = setting_for(request_);
        if (setting == nullptr) return std::nullopt;
        if (setting->kind == Setting::Kind::identity)
            return named(4, setting->source, setting->value);
        return of_account(4, setting->source, setting->value);
    }

    std::optional<Choice> by_namespace() const {
        const std::string name = name_space();
        if (name.empty()) return std::nullopt;
        const auto index = best([&](std::size_t i) { return belongs_to(i, name); });
        if (!index) return std::nullopt;
        return chosen(*index, 5, "its account is " + account(*index));
    }

    std::optional<Choice> by_learning() const {
        const auto learned = memory_.learned.find(name_space());
        if (name_space().empty() || learned == memory_.learned.end()) return std::nullopt;
        const auto index = best([&](std::size_t i) {
            return fingerprints_[i] == learned->second && account(i) != anonymous;
        });
        if (!index) return std::nullopt;
        return chosen(*index, 6, "it served the last push to " + name_space());
    }

    std::optional<Choice> by_configuration() const {
        if (const auto index = first_usable(request_.configured)) {
            return chosen(*index, 7, "IdentityFile in your ssh configuration");
        }
        const auto index = of_token();
        if (!index) return std::nullopt;
        return chosen(*index, 7, "in the token of PKCS11Provider in your ssh configuration");
    }

    // The first key of the token, one that hf.co does not know last.
    std::optional<std::size_t> of_token() const {
        return best([&](std::size_t i) { return !inventory_.candidates[i].provider.empty(); });
    }

    Choice by_order() const {
        const auto index = best([](std::size_t) { return true; });
        if (!index) return nothing_to_offer(inventory_, request_);
        return chosen(*index, 8, words_for(*index));
    }

    // A path or a fingerprint.
    Choice named(int rule, const std::string& who, const std::string& identity) const {
        if (!is_fingerprint(identity)) return named_path(rule, who, identity);
        const std::string wanted = identity.substr(0, identity.find('='));
        const std::vector<Candidate>& all = inventory_.candidates;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].fingerprint() == wanted) return if_usable(rule, who, i);
        }
        return unknown_fingerprint(rule, who, wanted, inventory_.agent);
    }

    Choice named_path(int rule, const std::string& who, const std::string& path) const {
        const Place* place = inventory_.place(path);
        // Not looked at is as bad as missing: never fall to another key.
        if (place == nullptr) return not_stored(rule, who, Place{path, std::nullopt, {}});
        if (!place->candidate) return not_stored(rule, who, *place);
        return if_usable(rule, who, *place->candidate);
    }

    Choice if_usable(int rule, const std::string& who, std::size_t index) const {
        const Candidate& candidate = inventory_.candidates[index];
        if (candidate.usable()) return chosen(index, rule, who);
        return not_usable(rule, who, candidate, inventory_.agent);
    }

    Choice of_account(int rule, const std::string& who, const std::string& name) const {
        const auto index = best([&](std::size_t i) { return belongs_to(i, name); });
        if (!index) return unknown_account(rule, who, name);
        return chosen(*index, rule, who);
    }

    static Chosen chosen(std::size_t index, int rule, std::string text) {
        return {index, {rule, std::move(text)}};
    }

    std::string name_space() const {
        return request_.repository ? request_.repository->name_space : std::string();
    }

    // Empty where it was never asked about.
    std::string account(std::size_t index) const {
        if (fingerprints_.empty()) return {};
        const auto known = memory_.accounts.find(fingerprints_[index]);
        return known == memory_.accounts.end() ? std::string() : known->second;
    }

    // hf.co's names differ by more than their letters' case. Nobody's account is "anonymous".
    bool belongs_to(std::size_t index, const std::string& name) const {
        const std::string known = account(index);
        return known != anonymous && !known.empty() && system::equal_ignoring_case(known, name);
    }

    // Of several configured files the first that serves, one that hf.co does not know last.
    std::optional<std::size_t> first_usable(const std::vector<std::string>& paths) const {
        std::optional<std::size_t> unknown;
        for (const std::string& path : paths) {
            const Place* place = inventory_.place(path);
            if (place == nullptr || !place->candidate) continue;
            const std::size_t index = *place->candidate;
            if (!inventory_.candidates[index].usable()) continue;
            if (account(index) != anonymous) return index;
            if (!unknown) unknown = index;
        }
        return unknown;
    }

    // 0: its account is known; 1: never asked; 2: unknown to hf.co.
    int standing(std::size_t index) const {
        const std::string known = account(index);
        if (known.empty()) return 1;
        return known == anonymous ? 2 : 0;
    }

    // The order of rule 8, smaller is better: what is known, then ready to use, then where (the
    // page's files, other files, the agent alone), then the page's order of types.
    auto rank(std::size_t index) const {
        const Candidate& candidate = inventory_.candidates[index];
        const int place = candidate.origin == Origin::agent        ? 2
                          : candidate.origin == Origin::other_file ? 1
                                                                   : 0;
        const int type = candidate.key ? static_cast<int>(candidate.key->algorithm) : 100;
        return std::tuple(standing(index), !candidate.ready(), place, type, index);
    }

    template <typename Condition>
    std::optional<std::size_t> best(Condition condition) const {
        std::optional<std::size_t> found;
        for (std::size_t i = 0; i < inventory_.candidates.size(); ++i) {
            if (!inventory_.candidates[i].usable() || !condition(i)) continue;
            if (!found || rank(i) < rank(*found)) found = i;
        }
        return found;
    }

    std::string words_for(std::size_t index) const;

    const Inventory& inventory_;
    const Request& request_;
    const Memory& memory_;
    std::vector<std::string> fingerprints_;  // of each candidate; none without a memory
};

std::string Chooser::words_for(std::size_t index) const {
    const auto usable = [](const Candidate& candidate) { return candidate.usable(); };
    const std::vector<Candidate>& all = inventory_.candidates;
    if (standing(index) == 0) return "it belongs to an account, " + account(index);
    if (std::count_if(all.begin(), all.end(), usable) == 1) return "the only key there is";
    if (standing(index) == 2) return "hf.co knows none of the keys here; this is the first";
    switch (all[index].origin) {
        case Origin::agent:
            return "the first key in the agent";
        case Origin::other_file:
            return "the first key in ~/.ssh that is ready to use";
        default:
            return "the first of the default keys in ~/.ssh that is ready to use";
    }
}

}  // namespace

Choice choose(const Inventory& inventory, const Request& request, const Memory& memory) {
    return Chooser(inventory, request, memory).choose();
}

std::vector<std::size_t> keys_to_ask(const Inventory& inventory, const Chosen& chosen,
                                     const Memory& memory) {
    std::vector<std::size_t> files;
    std::vector<std::size_t> agent_only;
    std::size_t usable = 0;
    for (std::size_t i = 0; i < inventory.candidates.size(); ++i) {
        const Candidate& candidate = inventory.candidates[i];
        if (candidate.usable()) ++usable;
        const bool asks = candidate.in_agent && inventory.agent_asks_person;
        if (!candidate.ready() || candidate.hardware || asks || !candidate.key) continue;
        if (memory.accounts.contains(candidate.fingerprint())) continue;
        (candidate.path.empty() ? agent_only : files).push_back(i);
    }
    if (chosen.reason.rule <= 4 || usable < 2) return {};
    files.insert(files.end(), agent_only.begin(), agent_only.end());
    return files;
}

std::string describe(const Candidate& candidate) {
    if (!candidate.path.empty()) return system::display_path(candidate.path);
    const std::string name =
        candidate.comment.empty() ? candidate.fingerprint() : system::printable(candidate.comment);
    return name + (candidate.in_agent ? " (in the agent)" : " (in a token)");
}

}  // namespace hfssh::identity
