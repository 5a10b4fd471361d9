// The fourth station: the eight rules, the first that applies. A new rule is one more function in
// the table of Chooser::choose(), and its words in reasons.cpp.
#include "hfssh/transport/decision.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <variant>

#include "hfssh/system/failure.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "reasons.hpp"

namespace hfssh::transport {
namespace {

using identity::Candidate;
using identity::Inventory;
using identity::Memory;
using identity::Place;
using identity::Request;
using identity::Setting;

constexpr std::string_view anonymous = "anonymous";

struct Choice {
    Reason reason;
    std::variant<std::size_t, NoKey> key;
};

class Chooser {
  public:
    Chooser(const Inventory& inventory, const Request& request, const Memory& memory)
        : inventory_(inventory),
          request_(request),
          memory_(memory),
          accounts_(inventory.candidates.size()) {
        if (memory.accounts.empty() && memory.learned.empty()) return;  // spares the hashing
        for (std::size_t i = 0; i < accounts_.size(); ++i) {
            fingerprints_.push_back(inventory.candidates[i].fingerprint());
            const auto known = memory.accounts.find(fingerprints_[i]);
            if (known != memory.accounts.end()) accounts_[i] = known->second;
        }
    }

    [[nodiscard]] Choice choose() const {
        const identity::Wrapper& wrapper = request_.wrapper;
        if (!wrapper.problem.empty()) {
            return none(7, {NoKey::Cause::wrapper, true, wrapper.problem, wrapper.hint});
        }
        using Rule = std::optional<Choice> (Chooser::*)() const;
        constexpr std::array<Rule, 8> rules = {
            &Chooser::by_command_line, &Chooser::by_environment,   &Chooser::by_alias,
            &Chooser::by_setting,      &Chooser::by_wrapper,       &Chooser::by_namespace,
            &Chooser::by_learning,     &Chooser::by_configuration,
        };
        for (const Rule rule : rules) {
            if (std::optional<Choice> choice = (this->*rule)()) return unless_overruled(*choice);
        }
        return by_order();
    }

    [[nodiscard]] const std::string& account(std::size_t index) const { return accounts_[index]; }

    // Of each candidate, its place in the order of rule 8.
    [[nodiscard]] std::vector<std::size_t> ranks() const;

  private:
    std::optional<Choice> by_command_line() const {
        if (request_.typed) return named_path(1, "typed with -i", *request_.typed);
        if (!request_.provider_typed) return std::nullopt;
        const auto index = of_token();
        if (!index) return none(1, no_token_key("typed with -I", request_.provider));
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
        if (setting->kind == Setting::Kind::account)
            return of_account(4, setting->source, setting->value);
        Choice choice = named(4, setting->source, setting->value);
        if (auto* none = std::get_if<NoKey>(&choice.key);
            none != nullptr &&
            (none->cause == NoKey::Cause::not_there || none->cause == NoKey::Cause::unknown_key)) {
            none->hint = setting->removal;
        }
        return choice;
    }

    // What the ssh that is run offers in any case is an IdentityFile of its configuration that
    // nothing after rule 4 can win over.
    std::optional<Choice> by_wrapper() const {
        if (request_.wrapper.files.empty()) return std::nullopt;
        return named_path(7, "the ssh that is run offers it itself",
                          request_.wrapper.files.front());
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
        if (!index) return none(8, nothing_to_offer(inventory_, request_));
        return chosen(*index, 8, words_for(*index));
    }

    // A path or a fingerprint.
    Choice named(int rule, const std::string& who, const std::string& identity) const {
        if (!identity::is_fingerprint(identity)) return named_path(rule, who, identity);
        const std::string wanted = identity.substr(0, identity.find('='));
        const std::vector<Candidate>& all = inventory_.candidates;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].fingerprint() == wanted) return if_usable(rule, who, i);
        }
        return none(rule, unknown_fingerprint(who, wanted, inventory_.agent));
    }

    Choice named_path(int rule, const std::string& who, const std::string& path) const {
        const Place* place = inventory_.place(path);
        // Not looked at is as bad as missing: never fall to another key.
        if (place == nullptr) return none(rule, not_stored(who, Place{path, std::nullopt, {}}));
        if (!place->candidate) return none(rule, not_stored(who, *place));
        return if_usable(rule, who, *place->candidate);
    }

    Choice if_usable(int rule, const std::string& who, std::size_t index) const {
        const Candidate& candidate = inventory_.candidates[index];
        if (candidate.usable()) return chosen(index, rule, who);
        return none(rule, not_usable(who, candidate, inventory_.agent));
    }

    Choice of_account(int rule, const std::string& who, const std::string& name) const {
        const auto index = best([&](std::size_t i) { return belongs_to(i, name); });
        if (!index) return none(rule, unknown_account(who, name));
        return chosen(*index, rule, who);
    }

    static Choice chosen(std::size_t index, int rule, std::string text) {
        return {{rule, std::move(text)}, index};
    }

    static Choice none(int rule, NoKey why) { return {{rule, {}}, std::move(why)}; }

    // A key that the ssh that is run adds would be offered too, and whichever hf.co takes first
    // counts.
    Choice unless_overruled(Choice choice) const {
        const auto* index = std::get_if<std::size_t>(&choice.key);
        if (index == nullptr) return choice;
        for (const std::string& added : request_.wrapper.files) {
            const Place* place = inventory_.place(added);
            if (place != nullptr && place->candidate == *index) continue;
            return none(choice.reason.rule,
                        overruled(added, inventory_.candidates[*index], choice.reason));
        }
        return choice;
    }

    std::string name_space() const {
        return request_.repository ? request_.repository->name_space : std::string();
    }

    // hf.co's names differ by more than their letters' case. Nobody's account is "anonymous".
    bool belongs_to(std::size_t index, const std::string& name) const {
        const std::string& known = account(index);
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
        const std::string& known = account(index);
        if (known.empty()) return 1;
        return known == anonymous ? 2 : 0;
    }

    // The order of rule 8, smaller is better: what is known, then ready to use, then where (the
    // page's files, other files, the agent alone), then the page's order of types.
    auto rank(std::size_t index) const {
        const Candidate& candidate = inventory_.candidates[index];
        const int place = candidate.origin == identity::Origin::agent        ? 2
                          : candidate.origin == identity::Origin::other_file ? 1
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

    std::string words_for(std::size_t index) const {
        const std::vector<Candidate>& all = inventory_.candidates;
        if (standing(index) == 0) return "it belongs to " + account(index);
        if (std::ranges::count_if(all, &Candidate::usable) == 1) return "the only key there is";
        if (standing(index) == 2) return "hf.co knows none of the keys here; this is the first";
        switch (all[index].origin) {
            case identity::Origin::agent:
                return "the first key in the agent";
            case identity::Origin::other_file:
                return "the first key in ~/.ssh that is ready to use";
            default:
                return "the first of the default keys in ~/.ssh that is ready to use";
        }
    }

    const Inventory& inventory_;
    const Request& request_;
    const Memory& memory_;
    std::vector<std::string> accounts_;      // of each candidate; empty where it was never asked
    std::vector<std::string> fingerprints_;  // of each candidate; none without a memory
};

std::vector<std::size_t> Chooser::ranks() const {
    std::vector<std::size_t> order(accounts_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](auto a, auto b) { return rank(a) < rank(b); });
    std::vector<std::size_t> ranks(order.size(), 0);
    std::size_t next = 0;
    for (const std::size_t index : order) {
        if (inventory_.candidates[index].usable()) ranks[index] = ++next;
    }
    return ranks;
}

std::vector<std::size_t> keys_to_ask(const Inventory& inventory, const Decision& decision,
                                     const Memory& memory) {
    if (!decision.chosen || decision.reason.rule <= 4) return {};
    std::vector<std::size_t> files;
    std::vector<std::size_t> agent_only;
    for (std::size_t i = 0; i < inventory.candidates.size(); ++i) {
        const Candidate& candidate = inventory.candidates[i];
        if (!candidate.usable() || needs_person(candidate, inventory) || !candidate.key) continue;
        if (memory.accounts.contains(candidate.fingerprint())) continue;
        (candidate.path.empty() ? agent_only : files).push_back(i);
    }
    if (std::ranges::count_if(inventory.candidates, &Candidate::usable) < 2) return {};
    files.insert(files.end(), agent_only.begin(), agent_only.end());
    return files;
}

}  // namespace

Decision decide(const Request& request, const Inventory& inventory, const Memory& memory) {
    const Chooser chooser(inventory, request, memory);
    Choice choice = chooser.choose();
    Decision decision;
    decision.reason = std::move(choice.reason);
    if (const auto* index = std::get_if<std::size_t>(&choice.key)) decision.chosen = *index;
    if (auto* none = std::get_if<NoKey>(&choice.key)) decision.none = std::move(*none);
    const std::vector<std::size_t> ranks = chooser.ranks();
    const std::vector<Candidate>& all = inventory.candidates;
    for (std::size_t i = 0; i < all.size(); ++i) {
        Standing standing = fitness(all[i]);
        standing.rank = ranks[i];
        standing.account = chooser.account(i);
        if (decision.chosen == i) {
            standing.verdict = Verdict::chosen;
            standing.reason = decision.reason.text;
        } else if (standing.verdict == Verdict::passed_over) {
            standing.reason =
                decision.chosen
                    ? why_passed_over({request, all[i], standing.account, all[*decision.chosen],
                                       chooser.account(*decision.chosen), decision.reason})
                    : "rule " + std::to_string(decision.reason.rule) + " asks for another key";
        }
        decision.keys.push_back(std::move(standing));
    }
    decision.ask_first = keys_to_ask(inventory, decision, memory);
    return decision;
}

Decision decide(const Facts& facts) {
    Decision decision = decide(facts.request, facts.inventory, facts.memory);
    if (!facts.may_ask) decision.ask_first.clear();
    return decision;
}

const Candidate& chosen_key(const Facts& facts, const Decision& decision) {
    if (!decision.chosen)
        throw system::Failure(decision.none.message, decision.none.hint, system::Code::no_key);
    const Candidate& candidate = facts.inventory.candidates[*decision.chosen];
    if (system::tracing()) {
        system::trace("identity " + identity::describe(candidate) + " " + candidate.fingerprint() +
                      " (rule " + std::to_string(decision.reason.rule) + ": " +
                      decision.reason.text + "), of " +
                      std::to_string(facts.inventory.candidates.size()) + " candidates");
    }
    return candidate;
}

bool needs_person(const Candidate& candidate, const Inventory& inventory) {
    return !candidate.ready() || candidate.hardware ||
           (candidate.in_agent && inventory.agent_asks_person);
}

std::string known_account(const Memory& memory, const Candidate& candidate) {
    const auto known = memory.accounts.find(candidate.fingerprint());
    return known == memory.accounts.end() ? std::string() : known->second;
}

}  // namespace hfssh::transport
