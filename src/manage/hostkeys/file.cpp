#include "file.hpp"

#include <algorithm>

#include "hfssh/hub/names.hpp"

namespace hfssh::manage {
namespace {

using hub::KnownHosts;
using hub::KnownKey;
using hub::ServerKey;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The lines of TEXT with their ends, so that joined they are TEXT again.
std::vector<std::string_view> whole_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

// How the last line that has an end is ended.
std::string_view line_end(std::string_view text) {
    const auto end = text.rfind('\n');
    const bool carriage = end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
    return carriage ? "\r\n" : "\n";
}

std::string without_line_end(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

bool contains(const std::vector<std::size_t>& numbers, std::size_t number) {
    return std::ranges::find(numbers, number) != numbers.end();
}

// The keys in their order, without those of the lines that go, and with those that come.
std::vector<ServerKey> changed(const std::vector<KnownKey>& before,
                               const std::vector<std::size_t>& gone,
                               const std::vector<ServerKey>& come) {
    std::vector<ServerKey> keys;
    for (const KnownKey& known : before) {
        if (!contains(gone, known.origin.line)) keys.push_back(known.key);
    }
    keys.insert(keys.end(), come.begin(), come.end());
    return keys;
}

}  // namespace

std::string addition_line(const ServerKey& key, std::string_view comment) {
    std::string line = std::string(hub::host) + " " + key.type + " " + key.base64();
    if (!comment.empty()) line += " " + std::string(comment);
    return line;
}

std::string revocation_line(const ServerKey& key, std::string_view comment) {
    return "@revoked " + addition_line(key, comment);
}

std::string with_line(std::string_view text, std::string_view line) {
    const std::string_view end = line_end(text);
    std::string result(text);
    if (text.empty() || text == byte_order_mark || text.ends_with('\n')) {
        return result.append(line).append(end);
    }
    // A carriage return at the very end is the first half of a line's end already.
    return result.append(text.ends_with('\r') ? "\n" : end).append(line);
}

std::string without_lines(std::string_view text, const std::vector<std::size_t>& numbers) {
    const bool marked = text.starts_with(byte_order_mark);
    std::string result(marked ? byte_order_mark : std::string_view());
    const std::string_view rest = marked ? text.substr(byte_order_mark.size()) : text;
    std::size_t number = 0;
    for (const std::string_view line : whole_lines(rest)) {
        if (!contains(numbers, ++number)) result += line;
    }
    const bool was_open = !rest.empty() && !rest.ends_with('\n');
    return was_open ? without_line_end(std::move(result)) : result;
}

std::vector<std::size_t> lines_of(const std::vector<KnownKey>& keys, const ServerKey& key) {
    std::vector<std::size_t> numbers;
    for (const KnownKey& known : keys) {
        if (known.key == key) numbers.push_back(known.origin.line);
    }
    return numbers;
}

bool is_as_meant(const KnownHosts& before, const KnownHosts& after, const Change& change) {
    const auto agree = [](const std::vector<KnownKey>& read, const std::vector<ServerKey>& meant) {
        return std::ranges::equal(read, meant, {}, &KnownKey::key);
    };
    const auto is_fatal = [](const hub::Problem& problem) {
        return problem.severity == hub::Problem::Severity::fatal;
    };
    return std::ranges::none_of(after.problems, is_fatal) &&
           after.problems.size() == before.problems.size() &&
           agree(after.additions, changed(before.additions, change.gone, change.additions)) &&
           agree(after.revocations, changed(before.revocations, change.gone, change.revocations));
}

}  // namespace hfssh::manage
