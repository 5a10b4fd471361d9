#include <algorithm>
#include <iterator>

#include "hfssh/system/text.hpp"
#include "words.hpp"

namespace hfssh::manage {
namespace {

using hub::Problem;
using Form = NamedKey::Form;
using Words = std::vector<std::string_view>;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_type(std::string_view word) {
    return !hub::key_type_label(word).empty() || word.starts_with("ssh-") ||
           word.starts_with("ecdsa-sha2-") || word.starts_with("sk-");
}

Form form_of(const Words& words) {
    if (!words.empty() && words[0].starts_with('@')) return Form::revocation;
    return !words.empty() && is_type(words[0]) ? Form::key : Form::addition;
}

// Where the type stands: before it a marker and hosts, or hosts, or nothing.
std::size_t type_index(const Words& words) {
    const Form form = form_of(words);
    return form == Form::key ? 0 : form == Form::addition ? 1 : 2;
}

std::string comment_of(const Words& words) {
    std::vector<std::string> rest;
    for (std::size_t i = type_index(words) + 2; i < words.size(); ++i)
        rest.emplace_back(words[i]);
    return system::join(rest, " ");
}

bool has_type(const Words& words, std::string_view type) {
    const std::size_t index = type_index(words);
    return words.size() > index && words[index] == type;
}

bool is_line(const std::string& word) {
    const Words parts = system::words(word);
    return word.find('\n') != std::string::npos ||
           (parts.size() > 1 &&
            (parts[0].starts_with('@') || is_type(parts[0]) || is_type(parts[1])));
}

// Of two keys on one line the second would be taken for a comment.
bool has_second_key(const Words& words) {
    return std::ranges::count_if(words,
                                 [](auto word) { return !hub::key_type_label(word).empty(); }) > 1;
}

// A host list that has the name is still not to be taken where it has more than names.
bool has_pattern(const Words& words) {
    return form_of(words) == Form::addition &&
           words[0].find_first_of("*?!|[") != std::string_view::npos;
}

}  // namespace

NamedKeys read_key_lines(const std::string& name, std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const auto lines = system::lines(text);
    std::vector<Words> words;
    std::string full;  // the same lines with the host put in front where it was left out
    for (std::string_view line : lines) {
        if (form_of(system::words(line)) == Form::key) full += "hf.co ";
        full += std::string(line) + "\n";
        if (line.ends_with('\r')) line.remove_suffix(1);
        words.push_back(system::words(line));
    }
    hub::KnownHosts read = hub::read_known_hosts(name, full);
    NamedKeys named;
    std::vector<hub::KnownKey> keys = std::move(read.additions);
    std::ranges::move(read.revocations, std::back_inserter(keys));
    std::ranges::stable_sort(keys, {}, [](const hub::KnownKey& key) { return key.origin.line; });
    for (hub::KnownKey& known : keys) {
        const Words& line = words[known.origin.line - 1];
        if (name.empty() && has_second_key(line)) {
            named.problems.push_back({Problem::Severity::broken, known.origin,
                                      "it has two keys; quote the line of each"});
            continue;
        }
        if (has_pattern(line)) {
            named.problems.push_back({Problem::Severity::broken, known.origin,
                                      "a key is added for the name hf.co, not for a pattern"});
            continue;
        }
        named.keys.push_back({std::move(known.key), form_of(line), comment_of(line)});
    }
    for (Problem& problem : read.problems) {
        const bool dsa = problem.severity == Problem::Severity::broken &&
                         has_type(words[problem.where.line - 1], "ssh-dss");
        (dsa ? named.dsa : named.problems).push_back(std::move(problem));
    }
    std::ranges::stable_sort(named.problems, {}, [](const Problem& p) { return p.where.line; });
    return named;
}

std::string typed_lines(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += is_line(word) ? '\n' : ' ';
        text += word;
    }
    return text;
}

WordsKind kind_of(const std::vector<std::string>& words) {
    const auto is_fingerprint = [](const std::string& word) {
        const std::string low = system::lower(word);
        return low.starts_with("sha256:") || low.starts_with("md5:");
    };
    if (std::ranges::all_of(words, is_fingerprint)) return WordsKind::fingerprints;
    if (words.size() > 1) return WordsKind::lines;
    const std::string& word = words.front();
    if (word == "-") return WordsKind::standard_input;
    return is_line(word) ? WordsKind::lines : WordsKind::file;
}

}  // namespace hfssh::manage
