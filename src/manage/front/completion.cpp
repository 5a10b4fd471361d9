#include "completion.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "hfssh/hub/repository.hpp"
#include "hfssh/identity/agent.hpp"
#include "hfssh/identity/candidates.hpp"
#include "hfssh/identity/memory_store.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/git_url.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/facts.hpp"
#include "verbs.hpp"

namespace hfssh::manage {
namespace {

using Words = std::vector<std::string>;
using Kind = Declared::Kind;

constexpr std::string_view help_summary = "a short help";
constexpr std::string_view manual_summary = "the manual";

// The first words of the verbs, or the second ones of those that begin with FIRST.
std::vector<Offer> verb_words(std::string_view first) {
    std::vector<Offer> offers;
    for (const Verb& verb : verbs()) {
        const auto names = system::words(verb.name);
        if (first.empty()) {
            const bool again = !offers.empty() && offers.back().word == names[0];
            if (!again) offers.push_back({std::string(names[0]), std::string(verb.summary)});
        } else if (names.size() == 2 && names[0] == first) {
            offers.push_back({std::string(names[1]), std::string(verb.summary)});
        }
    }
    return offers;
}

std::vector<Offer> option_words(const std::vector<Declared>& declared, const CommandLine& line) {
    std::vector<Offer> offers;
    for (const Declared& one : declared) {
        const bool given = std::ranges::any_of(
            line.given, [&](const auto& other) { return other.declared == &one; });
        if (one.kind == Kind::word || given) continue;
        std::string help = one.help;
        std::ranges::replace(help, '\n', ' ');
        offers.push_back({one.name, help});
    }
    offers.push_back({"-h", std::string(help_summary)});
    offers.push_back({"--help", std::string(manual_summary)});
    return offers;
}

// After the words of LINE, WORD is being typed.
Position position_in(const std::vector<Declared>& declared, const CommandLine& line,
                     const std::string& word) {
    if (line.open != nullptr) return {{}, line.open->what, {}, word};
    const auto equals = word.find('=');
    const bool is_option = !line.words_only && word.starts_with('-');
    if (is_option && equals != std::string::npos) {
        const auto known = std::ranges::find(declared, word.substr(0, equals), &Declared::name);
        if (known == declared.end() || known->kind != Kind::option) return {};
        return {{}, known->what, word.substr(0, equals + 1), word.substr(equals + 1)};
    }
    if (is_option) return {option_words(declared, line), {}, {}, word};
    const auto wanted = std::ranges::find(declared, Kind::word, &Declared::kind);
    if (wanted != declared.end() && (wanted->many || line.words == 0))
        return {{}, wanted->what, {}, word};
    return {line.words_only ? std::vector<Offer>() : option_words(declared, line), {}, {}, word};
}

// One word on one line, of which no part is taken for the description.
void print_offer(const std::string& word, const std::string& description) {
    if (system::has_control_character(word)) return;
    print_out(word + "\t" + system::printable(description) + "\n");
}

void print_values(const Position& position) {
    bool files = false;
    bool any = false;
    for (const std::string_view what : system::split(position.what, '|')) {
        const Values values = values_of(what, position.typed);
        files = files || values.files;
        for (const Offer& offer : values.offers) {
            if (!offer.word.starts_with(position.typed)) continue;
            any = true;
            print_offer(position.prefix + offer.word, offer.description);
        }
    }
    if (files && !any) print_out("\tfiles\n");
}

constexpr auto agent_limit = std::chrono::milliseconds(300);

identity::Memory accounts_of(const identity::Inventory& inventory,
                             const identity::MemoryStore& memory) {
    std::vector<std::string> fingerprints;
    for (const identity::Candidate& candidate : inventory.candidates) {
        if (candidate.key) fingerprints.push_back(candidate.fingerprint());
    }
    return memory.load(fingerprints, {});
}

// As it was begun: with the whole path, or with "~".
std::string as_typed(const std::string& path, const std::string& typed) {
    const std::string& home = system::home();
    const bool below = home.size() > 1 && path.starts_with(home + "/");
    return below && !typed.starts_with('/') ? "~" + path.substr(home.size()) : path;
}

Values identities(const std::string& typed) {
    const std::string socket = identity::agent_socket(std::nullopt, system::environment);
    identity::AgentQuery agent(socket);
    const auto answer = agent.wait(std::chrono::steady_clock::now() + agent_limit);
    const auto inventory = identity::gather({}, answer, transport::ssh_directory());
    const identity::MemoryStore store(system::state_directory(), true);
    const identity::Memory memory = accounts_of(inventory, store);
    Values values;
    values.files = true;
    for (const identity::Candidate& candidate : inventory.candidates) {
        const auto account = memory.accounts.find(candidate.fingerprint());
        const std::string owner =
            account == memory.accounts.end() ? std::string() : ", " + account->second;
        const std::string about = key_type(candidate) + owner;
        if (!candidate.path.empty())
            values.offers.push_back({as_typed(candidate.path, typed), about});
        // By its fingerprint if there is no file, or one is being typed.
        if (candidate.key && (candidate.path.empty() || typed.starts_with('S')))
            values.offers.push_back({candidate.fingerprint(), about + ", " + candidate.comment});
    }
    return values;
}

// By one quick question; what a repository holds besides is not needed here.
std::vector<Remote> remotes() {
    std::vector<Remote> found;
    const GitAnswer answer = ask_git({"remote", "--verbose"});
    if (answer.status != 0) return found;
    for (const std::string_view line : system::lines(answer.output)) {
        const auto tab = line.find('\t');
        const auto end = line.rfind(" (");
        if (tab == std::string_view::npos || end == std::string_view::npos || end < tab) continue;
        found.push_back({std::string(line.substr(0, tab)),
                         std::string(line.substr(tab + 1, end - tab - 1)), false});
    }
    return found;
}

Values remote_names() {
    Values values;
    std::set<std::string> seen;
    for (const Remote& remote : remotes()) {
        if (seen.insert(remote.name).second)
            values.offers.push_back({remote.name, without_password(remote.url)});
    }
    return values;
}

// The most general patterns for what this repository's remotes are, and for what is remembered.
Values patterns() {
    Values values;
    std::set<std::string> seen;
    const auto add = [&](const std::string& name, const std::string& about) {
        if (!name.empty() && seen.insert(name).second) values.offers.push_back({name, about});
    };
    for (const Remote& remote : remotes()) {
        const auto url = read_git_url(remote.url);
        const auto repository =
            url ? hub::read_repository_path(url->path) : std::optional<hub::Repository>();
        if (!repository || repository->name_space.empty()) continue;
        auto all = hub::patterns_for(*repository);
        std::ranges::reverse(all);
        for (const std::string& pattern : all)
            add(pattern, "of the remote " + remote.name);
    }
    const identity::MemoryStore memory(system::state_directory(), true);
    for (const auto& push : memory.pushes())
        add(push.name_space, "pushed to before");
    for (const auto& key : memory.keys()) {
        if (key.asked.account != "anonymous") add(key.asked.account, "the account of a key");
    }
    return values;
}

Values remembered_namespaces() {
    Values values;
    for (const auto& push : identity::MemoryStore(system::state_directory(), true).pushes())
        values.offers.push_back({push.name_space, "pushed to before"});
    return values;
}

Values host_keys() {
    const auto trusted = settings::load_host_keys(settings::trusted_files());
    Values values;
    for (const auto& keys : {trusted.set.known(), trusted.set.revoked()}) {
        for (const hub::KnownKey& key : keys)
            values.offers.push_back(
                {key.key.fingerprint(), key.key.type + ", " + settings::describe(key.origin)});
    }
    return values;
}

Values files() {
    Values values;
    values.files = true;
    return values;
}

Values nothing() {
    return {};
}

struct Source {
    std::string_view what;
    Values (*values)(const std::string& typed);
};

constexpr std::array sources = {
    Source{"COMMAND", [](const std::string&) { return nothing(); }},  // see position_of()
    Source{"FILE", [](const std::string&) { return files(); }},
    Source{"HOST-KEY", [](const std::string&) { return host_keys(); }},
    Source{"IDENTITY", identities},
    Source{"KEY", identities},
    Source{"NAMESPACE", [](const std::string&) { return remembered_namespaces(); }},
    Source{"PATTERN", [](const std::string&) { return patterns(); }},
    Source{"SECONDS", [](const std::string&) { return nothing(); }},
    Source{"TEXT", [](const std::string&) { return nothing(); }},
    Source{"URL", [](const std::string&) { return remote_names(); }},
};

const Source* find_source(std::string_view what) {
    const auto found =
        std::ranges::find_if(sources, [&](const Source& source) { return source.what == what; });
    return found == sources.end() ? nullptr : found;
}

// "ed25519" of "ed25519|ecdsa|rsa" is itself.
bool is_literal(std::string_view what) {
    return !what.empty() && what.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == what.npos;
}

}  // namespace

Position position_of(const Words& words) {
    if (words.empty()) return {};
    const std::string& last = words.back();
    const Words before(words.begin(), words.end() - 1);
    if (before.empty()) {
        if (!last.starts_with('-')) return {verb_words({}), {}, {}, last};
        return {{{"-h", std::string(help_summary)},
                 {"--help", std::string(manual_summary)},
                 {"--version", "the version"}},
                {},
                {},
                last};
    }
    const Verb* verb = find_verb(before);
    if (verb == nullptr) return {verb_words(before.front()), {}, {}, last};
    if (verb->name == "help" && !last.starts_with('-')) {
        if (before.size() > 2) return {};
        return {verb_words(before.size() == 1 ? std::string_view() : before.back()), {}, {}, last};
    }
    const std::size_t used = system::words(verb->name).size();
    Prepared prepared(*verb);
    const auto& declared = prepared.options().declared();
    const auto first = before.begin() + static_cast<std::ptrdiff_t>(used);
    const CommandLine line = read_command_line(declared, {first, before.end()});
    Position position = position_in(declared, line, last);
    if (used == 1 && before.size() == 1 && !last.starts_with('-')) {
        std::vector<Offer> seconds = verb_words(before.front());
        if (!seconds.empty()) position.words = std::move(seconds);
    }
    return position;
}

int offer_completions(const Words& words) {
    if (words.empty() || words.front() != "--") {
        throw UsageError{
            "complete is for the completion of shells: git hf-ssh complete -- WORDS..."};
    }
    try {
        const Position position = position_of({words.begin() + 1, words.end()});
        for (const Offer& offer : position.words) {
            if (offer.word.starts_with(position.typed)) print_offer(offer.word, offer.description);
        }
        if (!position.what.empty()) print_values(position);
    } catch (const system::Failure&) {
        // The user is still typing: an error is reported when the command is run.
    }
    return 0;
}

Values values_of(std::string_view what, const std::string& typed) {
    if (is_literal(what)) return {{{std::string(what)}}, false};
    const Source* source = find_source(what);
    return source != nullptr ? source->values(typed) : Values();
}

bool is_known_value(std::string_view what) {
    return is_literal(what) || find_source(what) != nullptr;
}

}  // namespace hfssh::manage
