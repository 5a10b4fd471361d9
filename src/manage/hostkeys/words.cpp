#include "words.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "hfssh/manage/command/values.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using hub::Problem;
using system::Failure;
using system::printable;

constexpr const char* forms =
    "give a line of known_hosts (hf.co ssh-ed25519 AAAA...), a file of such lines, - for standard "
    "input, or a fingerprint (SHA256:...)";

std::string read_fingerprint(const std::string& word) {
    if (const auto fingerprint = normal_fingerprint(word)) return *fingerprint;
    throw Failure("not a fingerprint: " + printable(word),
                  "expected SHA256: followed by 43 characters, as ssh-keygen -l prints it",
                  system::Code::bad_argument);
}

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

}  // namespace

Named read_key_words(const std::vector<std::string>& words) {
    Named named;
    switch (kind_of(words)) {
        case WordsKind::fingerprints:
            for (const std::string& word : words)
                named.fingerprints.push_back(read_fingerprint(word));
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

}  // namespace hfssh::manage
