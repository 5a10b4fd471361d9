#include "hfssh/hub/known_hosts.hpp"

#include <algorithm>
#include <utility>

#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::hub {
namespace {

using Severity = Problem::Severity;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// LINE holds what an editor may show as the end of a line, or as nothing at all.
bool hides_something(std::string_view line) {
    const auto hidden = [](char c) { return c != '\t' && system::has_control_character({&c, 1}); };
    return std::ranges::any_of(line, hidden) || contains(line, "\xC2\x85") ||  // NEL
           contains(line, "\xE2\x80\xA8") || contains(line, "\xE2\x80\xA9");   // LS, PS
}

// A line that does not begin with the marker, but whose writer had a revocation in mind.
bool seems_to_revoke(std::string_view line, std::string_view first_word) {
    return contains(system::lower(line), "@revoked") ||
           contains(system::lower(first_word), "revoke");
}

enum class Concerns { us, us_by_pattern, others };

// A host list of known_hosts(5): patterns between commas, "!" negates.
Concerns whom_concerns(std::string_view host_list) {
    bool literal = false;
    bool pattern = host_list.starts_with('|');  // hashed, so the name is unknown
    for (std::string_view entry : system::split(host_list, ',')) {
        const bool negated = entry.starts_with('!');
        if (negated) entry.remove_prefix(1);
        const bool matches = system::matches_pattern(host, system::lower(entry));
        if (negated && matches) return Concerns::others;
        if (negated) continue;
        literal = literal || entry == host;
        pattern = pattern || matches || entry.starts_with("[hf.co]:") || is_hub_name(entry);
    }
    if (literal) return Concerns::us;
    return pattern ? Concerns::us_by_pattern : Concerns::others;
}

class Reader {
  public:
    explicit Reader(const std::string& file) { where_.file = file; }

    void read_line(std::string_view line) {
        ++where_.line;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (hides_something(line)) {
            return report(Severity::fatal, "the line has a control character in it");
        }
        const std::vector<std::string_view> words = system::words(line);
        if (words.empty() || words[0].starts_with('#')) return;
        if (words[0] == "@revoked") return read_revocation(words);
        if (seems_to_revoke(line, words[0])) {
            return report(Severity::fatal,
                          "this seems to revoke a key, but \"@revoked\" (lower case, with a blank "
                          "after it) is not what the line begins with");
        }
        if (words[0] == "@cert-authority") {
            return report(Severity::broken,
                          "@cert-authority is not supported: hf-ssh trusts plain keys alone");
        }
        if (words[0].starts_with('@')) {
            return report(Severity::fatal, "unknown marker " + shown(words[0]));
        }
        read_addition(words);
    }

    [[nodiscard]] KnownHosts take_result() { return std::move(result_); }

  private:
    // The words are: @revoked HOSTS TYPE KEY [COMMENT]. The host list does not matter.
    void read_revocation(const std::vector<std::string_view>& words) {
        if (words.size() < 4) {
            return report(Severity::fatal, "a @revoked line needs a host, a type and a key");
        }
        auto key = read_server_key(words[2], words[3]);
        if (const auto* problem = std::get_if<KeyProblem>(&key)) {
            return report(Severity::fatal,
                          "this @revoked line can't be read: " + std::string(describe(*problem)));
        }
        result_.revocations.push_back({std::get<ServerKey>(std::move(key)), where_});
    }

    // The words are: HOSTS TYPE KEY [COMMENT].
    void read_addition(const std::vector<std::string_view>& words) {
        if (words.size() < 3)
            return report(Severity::broken, "a line needs a host, a type and a key");
        const Concerns concerns = whom_concerns(words[0]);
        if (concerns == Concerns::others) return report(Severity::passed_over, "not for hf.co");
        if (concerns == Concerns::us_by_pattern) {
            return report(Severity::passed_over,
                          "only the literal name hf.co adds a key, not " + shown(words[0]));
        }
        auto key = read_server_key(words[1], words[2]);
        if (const auto* problem = std::get_if<KeyProblem>(&key)) {
            return report(Severity::broken, std::string(describe(*problem)));
        }
        if (words[1] == "ssh-dss") return report(Severity::broken, "a DSA key is never accepted");
        result_.additions.push_back({std::get<ServerKey>(std::move(key)), where_});
    }

    void report(Severity severity, std::string text) {
        result_.problems.push_back({severity, where_, std::move(text)});
    }

    // Enough of a word to find it again.
    static std::string shown(std::string_view word) {
        constexpr std::size_t most = 60;
        if (word.size() <= most) return system::printable(word);
        return system::printable(word.substr(0, most)) + "...";
    }

    Origin where_;
    KnownHosts result_;
};

}  // namespace

KnownHosts read_known_hosts(const std::string& file, std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    Reader reader(file);
    for (const std::string_view line : system::lines(text))
        reader.read_line(line);
    return reader.take_result();
}

}  // namespace hfssh::hub
