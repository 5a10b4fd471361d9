#include "old_known_hosts.hpp"

#include <optional>

#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/hmac.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using hub::Verdict;

// For whom a line counts.
struct Concerned {
    bool at_all = false;
    std::string name;  // the one that stands there itself, not as a pattern
};

// "|1|SALT|HASH", both in base64, the hash of one name.
bool is_hash_of(std::string_view entry, const std::string& name) {
    const auto parts = system::split(entry, '|');
    if (parts.size() != 4 || parts[1] != "1") return false;
    const auto salt = system::base64_decode(parts[2]);
    const auto hash = system::base64_decode(parts[3]);
    return salt && hash && *hash == system::hmac_sha1(*salt, name);
}

Concerned concerns(std::string_view host_list, const std::string& name) {
    if (host_list.starts_with('|')) {
        return is_hash_of(host_list, name) ? Concerned{true, name} : Concerned{};
    }
    Concerned concerned;
    for (std::string_view entry : system::split(host_list, ',')) {
        const bool negated = entry.starts_with('!');
        if (negated) entry.remove_prefix(1);
        const std::string pattern = system::lower(entry);
        if (!system::matches_pattern(name, pattern)) continue;
        if (negated) return {};
        concerned.at_all = true;
        if (pattern == name) concerned.name = name;
    }
    return concerned;
}

Concerned concerns_any(std::string_view host_list, const std::vector<std::string>& names) {
    Concerned found;
    for (const std::string& name : names) {
        Concerned concerned = concerns(host_list, name);
        if (!concerned.name.empty()) return concerned;
        found.at_all = found.at_all || concerned.at_all;
    }
    return found;
}

std::string label(const hub::Judgement& judgement) {
    const std::string_view known = hub::key_type_label(judgement.type);
    return known.empty() ? std::string("host") : std::string(known);
}

// What is wrong with a key that plain ssh would take for hf.co's; empty where nothing is.
std::string fault(const hub::Judgement& judgement) {
    switch (judgement.verdict) {
        case Verdict::never_accepted:
            return "a DSA key, too weak to prove anything";
        case Verdict::not_published:
            return "the " + label(judgement) + " key is none that Hugging Face has published";
        case Verdict::revoked:
            return "the " + label(judgement) + " key is revoked in " +
                   settings::describe(judgement.match->origin);
        case Verdict::trusted:
        case Verdict::malformed:
            break;
    }
    return {};
}

class Reader {
  public:
    Reader(const std::vector<std::string>& names, const hub::TrustedSet& trusted)
        : names_(names), trusted_(trusted) {}

    void read_line(std::string_view line) {
        ++number_;
        auto words = system::words(system::trim(line));
        if (words.empty() || words[0].starts_with('#')) return;
        std::string_view marker;
        if (words[0].starts_with('@')) {
            marker = words[0];
            words.erase(words.begin());
        }
        if (words.size() < 3) return;
        const Concerned concerned = concerns_any(words[0], names_);
        if (!concerned.at_all) return;
        const hub::Judgement judgement = trusted_.judge(words[1], words[2]);
        if (judgement.verdict == Verdict::malformed) return;
        if (marker == "@cert-authority") {
            add({}, "@cert-authority: plain ssh trusts whatever that key certifies");
        } else if (marker == "@revoked" && judgement.verdict == Verdict::trusted) {
            add({}, "@revoked: plain ssh refuses the " + label(judgement) + " key of hf.co");
        } else if (marker.empty()) {
            read_key(concerned, judgement);
        }
    }

    [[nodiscard]] PlainKnownHosts take_result() { return std::move(result_); }

  private:
    void read_key(const Concerned& concerned, const hub::Judgement& judgement) {
        const std::string text = fault(judgement);
        if (text.empty()) {
            ++result_.good;
        } else {
            add(concerned.name, text);
        }
    }

    void add(const std::string& name, std::string text) {
        result_.old.push_back({number_, name, std::move(text)});
    }

    const std::vector<std::string>& names_;
    const hub::TrustedSet& trusted_;
    std::size_t number_ = 0;
    PlainKnownHosts result_;
};

}  // namespace

PlainKnownHosts read_plain_known_hosts(std::string_view text, const std::vector<std::string>& names,
                                       const hub::TrustedSet& trusted) {
    Reader reader(names, trusted);
    for (const std::string_view line : system::lines(text))
        reader.read_line(line);
    return reader.take_result();
}

}  // namespace hfssh::manage
