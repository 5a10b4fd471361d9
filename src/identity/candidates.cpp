// The keys there are to choose from, each once.
#include "hfssh/identity/candidates.hpp"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "hfssh/identity/policy.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::identity {

namespace {

constexpr std::size_t most_entries = 2000;  // of a directory
constexpr std::size_t most_pairs = 64;

// The page's own, then those that OpenSSH has by default: 10.5 has id_mldsa44_ed25519.
constexpr std::array<std::string_view, 7> default_names = {
    "id_ed25519", "id_ecdsa",           "id_rsa", "id_ed25519_sk", "id_ecdsa_sk",
    "id_dsa",     "id_mldsa44_ed25519",
};

bool is_default_name(std::string_view name) {
    return std::find(default_names.begin(), default_names.end(), name) != default_names.end();
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

Candidate from_stored(StoredKey stored, Origin origin) {
    Candidate candidate;
    candidate.key = std::move(stored.key);
    candidate.comment = std::move(stored.comment);
    candidate.path = std::move(stored.path);
    candidate.certificate = std::move(stored.certificate);
    candidate.origin = origin;
    candidate.has_private = stored.has_private;
    candidate.encrypted = stored.encrypted;
    candidate.exposed = stored.exposed;
    candidate.form = stored.form;
    candidate.label = stored.label;
    candidate.has_public = stored.has_public;
    candidate.misleading = stored.misleading;
    candidate.hardware = candidate.key && candidate.key->is_hardware();
    if (candidate.key) {
        candidate.refusal = refusal_of(*candidate.key);
    } else if (stored.label == Algorithm::dsa) {
        candidate.refusal = Refusal::dsa;
    }
    return candidate;
}

class Gathering {
  public:
    explicit Gathering(const std::string& ssh_directory) : directory_(ssh_directory) {}

    // A path that was named: a problem with it is kept.
    void add_named(const std::string& path, Origin origin) {
        if (path.empty() || inventory_.place(path) != nullptr) return;
        auto loaded = load_key(path);
        Place place{path, std::nullopt, {}};
        if (auto* problem = std::get_if<NotStored>(&loaded)) {
            place.problem = std::move(*problem);
        } else {
            place.candidate = add(from_stored(std::get<StoredKey>(std::move(loaded)), origin));
        }
        inventory_.places.push_back(std::move(place));
    }

    // A path where a key may be, or not.
    void add_possible(const std::string& path, Origin origin) {
        if (const Place* known = inventory_.place(path)) {
            if (known->candidate) return;
        }
        auto loaded = load_key(path);
        if (auto* stored = std::get_if<StoredKey>(&loaded)) {
            (void)add(from_stored(std::move(*stored), origin));
        } else if (auto& problem = std::get<NotStored>(loaded);
                   problem.kind != NotStored::Kind::missing) {
            inventory_.unread.push_back({path, std::nullopt, std::move(problem)});
        }
    }

    void add_default_files() {
        for (const std::string_view name : default_names) {
            add_possible(directory_ + "/" + std::string(name), Origin::default_file);
        }
    }

    void add_other_pairs();

    void add_token(const std::string& provider, const std::vector<PublicLine>& keys) {
        for (const PublicLine& line : keys) {
            Candidate candidate;
            candidate.key = line.key;
            candidate.comment = line.comment;
            candidate.refusal = refusal_of(line.key);
            candidate.origin = Origin::configuration;
            candidate.provider = provider;
            (void)add(std::move(candidate));
        }
    }

    // ALL: also keys that no file here has.
    void add_agent(const AgentAnswer& agent, bool all, const std::string& fingerprint) {
        inventory_.agent = agent.state;
        inventory_.agent_asks_person = agent.asks_person;
        for (const AgentKey& held : agent.keys) {
            // The agent holds a certificate's key too, which is the one that hf.co knows.
            if (held.key.is_certificate()) continue;
            if (!all && !has(held.key) && held.key.fingerprint() != fingerprint) continue;
            Candidate candidate;
            candidate.key = held.key;
            candidate.comment = held.comment;
            candidate.refusal = refusal_of(held.key);
            candidate.hardware = held.key.is_hardware();
            candidate.in_agent = true;
            (void)add(std::move(candidate));
        }
    }

    Inventory take(const Policy& policy) {
        look_at_those_alone();
        for (Candidate& candidate : inventory_.candidates) {
            if (candidate.refusal != Refusal::none) continue;
            candidate.refusal = refusal_by(policy, candidate);
        }
        return std::move(inventory_);
    }

  private:
    bool has(const PublicKey& key) const {
        return std::ranges::any_of(inventory_.candidates, [&](const Candidate& known) {
            return known.key && known.key->blob == key.blob;
        });
    }
    std::size_t add(Candidate candidate);
    void look_at_those_alone();
    std::string directory_;
    std::vector<std::string> alone_;  // names in it that have no .pub file next to them
    Inventory inventory_;
};

// The same key met again: what is missing is filled in. A private file is better than a .pub.
void merge(Candidate& known, Candidate&& again) {
    known.in_agent = known.in_agent || again.in_agent;
    if (known.comment.empty()) known.comment = std::move(again.comment);
    if (known.provider.empty()) known.provider = std::move(again.provider);
    const bool better = (again.file_serves() && !known.file_serves()) ||
                        (known.path.empty() && !again.path.empty());
    if (!better) return;
    again.in_agent = known.in_agent;
    again.comment = std::move(known.comment);
    again.provider = std::move(known.provider);
    again.origin = known.origin;
    if (again.certificate.empty()) again.certificate = std::move(known.certificate);
    known = std::move(again);
}

std::size_t Gathering::add(Candidate candidate) {
    std::vector<Candidate>& all = inventory_.candidates;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool same = candidate.key ? all[i].key && all[i].key->blob == candidate.key->blob
                                        : !all[i].key && all[i].path == candidate.path;
        if (!same) continue;
        merge(all[i], std::move(candidate));
        return i;
    }
    all.push_back(std::move(candidate));
    return all.size() - 1;
}

// Names that have a .pub beside them, in order, whatever order the directory has.
void Gathering::add_other_pairs() {
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(directory_.c_str()));
    if (!directory) return;
    std::set<std::string> names;
    while (const dirent* entry = ::readdir(directory.get())) {
        if (names.size() == most_entries) break;
        names.insert(entry->d_name);
    }
    std::size_t pairs = 0;
    for (const std::string& name : names) {
        if (name.ends_with(".pub") || name.ends_with("-cert") || is_default_name(name)) continue;
        if (!names.contains(name + ".pub")) {
            alone_.push_back(name);
            continue;
        }
        if (++pairs > most_pairs) break;
        add_possible(directory_ + "/" + name, Origin::other_file);
    }
}

// ssh does not look for these either; but a user without any other key should know of them.
void Gathering::look_at_those_alone() {
    if (!inventory_.candidates.empty()) return;
    alone_.resize(std::min(alone_.size(), most_pairs));
    for (const std::string& name : alone_) {
        std::string path = directory_ + "/" + name;
        const auto loaded = load_key(path);
        const auto* stored = std::get_if<StoredKey>(&loaded);
        if (stored == nullptr || !stored->has_private) continue;
        inventory_.unread.push_back({std::move(path),
                                     std::nullopt,
                                     {NotStored::Kind::alone, "there is no .pub file next to it"}});
    }
}

}  // namespace

const Place* Inventory::place(std::string_view path) const {
    for (const Place& known : places) {
        if (known.path == path) return &known;
    }
    return nullptr;
}

std::string describe(const Candidate& candidate) {
    // A memfd: the path means nothing to the user.
    if (candidate.origin == Origin::secret && candidate.path.starts_with("/proc/")) {
        return "the key in the environment";
    }
    if (!candidate.path.empty()) return system::display_path(candidate.path);
    const std::string name =
        candidate.comment.empty() ? candidate.fingerprint() : system::printable(candidate.comment);
    return name + (candidate.in_agent ? " (in the agent)" : " (in a token)");
}

namespace {

// The fingerprint that rules 2 and 4 name, if they do.
std::string named_fingerprint(const Request& request, const Setting* setting) {
    if (request.environment_identity) return *request.environment_identity;
    return setting != nullptr && setting->kind == Setting::Kind::identity ? setting->value
                                                                          : std::string();
}

}  // namespace

Inventory gather(const Request& request, const AgentAnswer& agent,
                 const std::string& ssh_directory) {
    Gathering gathering(ssh_directory);
    if (request.typed) gathering.add_named(*request.typed, Origin::command_line);
    const std::optional<std::string>& environment = request.environment_identity;
    if (environment && !is_fingerprint(*environment)) {
        gathering.add_named(*environment, Origin::environment);
    }
    if (request.environment_key) {
        gathering.add_named(*request.environment_key, Origin::secret);
    }
    for (const std::string& path : request.alias_files) {
        gathering.add_named(path, Origin::configuration);
    }
    const Setting* setting = setting_for(request);
    if (setting != nullptr && setting->kind == Setting::Kind::identity &&
        !is_fingerprint(setting->value)) {
        gathering.add_named(setting->value, Origin::settings);
    }
    for (const std::string& path : request.wrapper.files) {
        gathering.add_named(path, Origin::configuration);
    }
    for (const std::string& path : request.configured) {
        gathering.add_named(path, Origin::configuration);
    }
    gathering.add_token(request.provider, request.token_keys);
    const bool only = request.policy.identities_only;
    if (!ssh_directory.empty()) {
        if (!only || !request.policy.files_configured) gathering.add_default_files();
        if (!only) gathering.add_other_pairs();
    }
    gathering.add_agent(agent, !only, named_fingerprint(request, setting));
    return gathering.take(request.policy);
}

}  // namespace hfssh::identity
