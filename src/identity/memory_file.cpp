// The content and the names of the memory's files.
#include "memory_file.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#define JSON_NO_IO  // no streams
#include <nlohmann/json.hpp>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::identity {

namespace {

using nlohmann::json;

constexpr std::int64_t our_version = 1;
constexpr std::size_t longest_account = 96;
constexpr std::size_t longest_comment = 256;

// One object of our version, else null.
json read_object(std::string_view text) {
    if (text.size() > largest_memory_file) return {};
    json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return {};
    const auto version = object.find("version");
    const bool ours =
        version != object.end() && version->is_number_integer() && *version == our_version;
    return ours ? object : json();
}

// Empty if there is no such field, or it is not a text.
std::string field(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string text_of(const json& object) {
    return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string public_key_text(const PublicKey& key) {
    std::string line = public_file_text(key, {});
    line.pop_back();  // the newline
    return line;
}

}  // namespace

std::optional<RememberedKey> parse_key_file(std::string_view text) {
    const json object = read_object(text);
    const std::optional<PublicLine> line = read_public_line(field(object, "public_key"));
    RememberedKey entry;
    entry.asked.account = field(object, "account");
    if (!line || line->key.is_certificate() || !line->comment.empty()) return std::nullopt;
    if (!is_account(entry.asked.account)) return std::nullopt;
    entry.key = line->key;
    entry.asked.when = parse_time(field(object, "asked"));
    entry.comment = stored_comment(field(object, "comment"));
    return entry;
}

std::optional<RememberedPush> parse_push_file(std::string_view text) {
    const json object = read_object(text);
    RememberedPush entry = {field(object, "namespace"), field(object, "key"),
                            parse_time(field(object, "when"))};
    if (!push_file_name(entry.name_space) || !key_file_name(entry.fingerprint)) return std::nullopt;
    return entry;
}

std::string format_key_file(const RememberedKey& entry) {
    json object = {{"version", our_version},
                   {"public_key", public_key_text(entry.key)},
                   {"account", entry.asked.account},
                   {"asked", format_time(entry.asked.when)}};
    const std::string comment = stored_comment(entry.comment);
    if (!comment.empty()) object["comment"] = comment;
    return text_of(object);
}

std::string format_push_file(const RememberedPush& entry) {
    return text_of({{"version", our_version},
                    {"namespace", entry.name_space},
                    {"key", entry.fingerprint},
                    {"when", format_time(entry.when)}});
}

std::optional<std::string> key_file_name(std::string_view fingerprint) {
    constexpr std::string_view prefix = "SHA256:";
    if (!fingerprint.starts_with(prefix)) return std::nullopt;
    const std::string padded = std::string(fingerprint.substr(prefix.size())) + "=";
    const std::optional<std::string> digest = system::base64_decode(padded);
    if (!digest || digest->size() != 32) return std::nullopt;
    return system::hexadecimal(*digest) + ".json";
}

std::optional<std::string> push_file_name(std::string_view name_space) {
    constexpr std::size_t longest_namespace = 255;
    constexpr std::size_t longest_name = 160;
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    if (name_space.empty() || name_space.size() > longest_namespace) return std::nullopt;
    if (system::printable(name_space) != name_space) return std::nullopt;
    std::string name;
    for (std::size_t i = 0; i < name_space.size(); ++i) {
        const std::string_view character = name_space.substr(i, 1);
        const bool inner_dot = character == "." && i > 0;
        if (inner_dot || plain.find(character) != std::string_view::npos) {
            name += character;
        } else {
            name += "%" + system::hexadecimal(character);
        }
    }
    // "%s" is not an escape: a hashed name never equals a spelled one.
    if (name.size() > longest_name)
        name = "%sha256-" + system::hexadecimal(system::sha256(name_space));
    return name + ".json";
}

bool is_account(std::string_view account) {
    const auto visible = [](char c) { return c > ' ' && c <= '~' && c != ','; };
    return !account.empty() && account.size() <= longest_account &&
           std::ranges::all_of(account, visible);
}

std::string stored_comment(std::string_view comment) {
    std::string text = system::printable(comment.substr(0, longest_comment * 4));
    if (text.size() <= longest_comment) return text;
    std::size_t end = longest_comment;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;  // never half a character
    return text.substr(0, end);
}

constexpr std::time_t end_of_time = 7258118400;  // the year 2200; 64 bits of ns reach 2262

SystemTime parse_time(std::string_view text) {
    std::tm parts = {};
    const std::string copy(text);
    const int count =
        std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ", &parts.tm_year, &parts.tm_mon,
                    &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec);
    if (count != 6) return {};
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    const std::time_t seconds = ::timegm(&parts);
    if (seconds < 0 || seconds >= end_of_time) return {};
    const SystemTime time = std::chrono::system_clock::from_time_t(seconds);
    return format_time(time) == text ? time : SystemTime();
}

std::string format_time(SystemTime time) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    if (seconds < 0 || seconds >= end_of_time) seconds = 0;
    std::tm parts = {};
    char text[32] = {};
    ::gmtime_r(&seconds, &parts);
    (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace hfssh::identity
