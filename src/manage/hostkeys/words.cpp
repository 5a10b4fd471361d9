#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "hfssh/manage/command/options.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hostkeys.hpp"

namespace hfssh::manage {
namespace {

using hub::Problem;
using system::Failure;
using system::printable;
using Form = NamedKey::Form;
using Words = std::vector<std::string_view>;

constexpr const char* forms =
    "give a line of known_hosts (hf.co ssh-ed25519 AAAA...), a file of such lines, - for standard "
    "input, or a fingerprint (SHA256:...)";

std::string read_named_file(const std::string& path) {
    auto content = system::read_file(path, settings::largest_trusted_file);
    if (auto* text = std::get_if<std::string>(&content)) return std::move(*text);
    throw Failure(system::display_path(path) +
                      " cannot be read: " + printable(std::get<system::FileError>(content).detail),
                  forms, system::Code::file);
}

std::string read_standard_input() {
    std::string text;
    std::array<char, 65536> buffer = {};
    for (;;) {
        const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            throw Failure("standard input cannot be read: " + std::string(std::strerror(errno)), {},
                          system::Code::bad_argument);
        }
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > settings::largest_trusted_file) {
            throw Failure("standard input is larger than " +
                              std::to_string(settings::largest_trusted_file) + " bytes",
                          {}, system::Code::bad_argument);
        }
    }
}

// Where the problem is; of a line on the command line only what.
std::string told(const Problem& problem) {
    if (problem.where.file.empty()) return "this line cannot be used: " + problem.text;
    if (problem.where.file == "-") {
        return "standard input, line " + std::to_string(problem.where.line) + ": " + problem.text;
    }
    return settings::describe(problem);
}

// The keys that TEXT names, all of them or none.
std::vector<NamedKey> read_text(const std::string& name, const std::string& text) {
    NamedKeys named = read_key_lines(name, text);
    const bool typed = name.empty();
    for (const Problem& problem : named.problems) {
        const bool for_others = problem.severity == Problem::Severity::passed_over;
        if (typed || !for_others || named.keys.empty())
            throw Failure(told(problem), forms, system::Code::bad_argument);
    }
    if (named.keys.empty()) {
        if (!named.dsa.empty())
            throw Failure(told(named.dsa.front()), {}, system::Code::bad_argument);
        throw Failure("there is no host key in " + (typed         ? "this line"
                                                    : name == "-" ? "standard input"
                                                                  : system::display_path(name)),
                      forms, system::Code::bad_argument);
    }
    for (const Problem& problem : named.dsa)
        system::say(told(problem) + "; the line is ignored");
    return std::move(named.keys);
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_type(std::string_view word) {
    return !hub::key_type_label(word).empty() || word.starts_with("ssh-") ||
           word.starts_with("ecdsa-sha2-") || word.starts_with("sk-");
}

Form form_of(const Words& words) {
    if (!words.empty() && words[0].starts_with('@')) return Form::revocation;
    return !words.empty() && is_type(words[0]) ? Form::key : Form::addition;
}

// The index of the type: before it are a marker and hosts, or hosts, or nothing.
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

// A host list that has the name is not accepted if it has patterns, too.
bool has_pattern(const Words& words) {
    return form_of(words) == Form::addition &&
           words[0].find_first_of("*?!|[") != std::string_view::npos;
}

}  // namespace

Named read_key_words(const std::vector<std::string>& words) {
    Named named;
    switch (kind_of(words)) {
        case WordsKind::fingerprints:
            for (const std::string& word : words)
                named.fingerprints.push_back(read_fingerprint(word, "host-keys"));
            break;
        case WordsKind::lines:
            named.keys = read_text({}, typed_lines(words));
            break;
        case WordsKind::file:
            named.keys = read_text(words.front(), read_named_file(words.front()));
            break;
        case WordsKind::standard_input:
            named.keys = read_text("-", read_standard_input());
            break;
    }
    return named;
}

NamedKeys read_key_lines(const std::string& name, std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const auto lines = system::lines(text);
    std::vector<Words> words;
    std::string full;  // the same lines, with the host added if it was left out
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
