#include "completion_values.hpp"

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
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/facts.hpp"

namespace hfssh::manage {
namespace {

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
        // By its fingerprint where there is no file, or that is what is being typed.
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

Values values_of(std::string_view what, const std::string& typed) {
    if (is_literal(what)) return {{{std::string(what), {}}}, false};
    const Source* source = find_source(what);
    return source != nullptr ? source->values(typed) : Values();
}

bool is_known_value(std::string_view what) {
    return is_literal(what) || find_source(what) != nullptr;
}

}  // namespace hfssh::manage
