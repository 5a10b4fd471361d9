#include "memory_file.hpp"

#include <algorithm>

#define JSON_NO_IO  // no streams
#include <nlohmann/json.hpp>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::identity {

namespace {

using nlohmann::json;

constexpr std::int64_t our_version = 1;
constexpr int deepest = 16;
constexpr std::size_t longest_account = 96;
constexpr std::size_t longest_comment = 256;

// The library writes nested values by recursion: what is too deep never reaches it.
bool is_shallow(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\') ++i;
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if ((c == '{' || c == '[') && ++depth > deepest) return false;
        if (c == '}' || c == ']') --depth;
    }
    return true;
}

// Reads the fields of one object. The first that is wrong is the problem.
class Fields {
  public:
    explicit Fields(std::string_view text) : problem_(read_object(text)) {}

    // Empty where there is no such field, or an earlier one was wrong.
    std::string text(const char* name) {
        if (!problem_.empty()) return {};
        const auto field = object_.find(name);
        if (field == object_.end()) return {};
        if (field->is_string()) return field->get_ref<const std::string&>();
        fail("has a field of the wrong type");
        return {};
    }

    void fail(std::string_view problem) {
        if (problem_.empty()) problem_ = problem;
    }
    [[nodiscard]] bool good() const { return problem_.empty(); }

    // ENTRY if all was well.
    template <typename Entry>
    Parsed<Entry> result(Entry entry) const {
        if (problem_.empty()) return {std::move(entry), newer_, {}};
        return {std::nullopt, newer_, newer_ ? std::string_view() : problem_};
    }

    // What is to be written over: the fields as they stand, none where they can't be kept.
    [[nodiscard]] json base() const {
        return problem_.empty() && !newer_ ? object_ : json(json::object());
    }

  private:
    // The problem, empty if there is none.
    std::string_view read_object(std::string_view text) {
        if (text.size() > largest_memory_file) return "is too large";
        if (!is_shallow(text)) return "is nested too deeply";
        object_ = json::parse(text, nullptr, false);
        if (!object_.is_object()) return "is not a JSON object";
        const auto version = object_.find("version");
        if (version == object_.end() || !version->is_number_integer()) return "has no version";
        newer_ = *version > our_version;
        return *version < our_version ? "has a version that never was" : "";
    }

    json object_;
    bool newer_ = false;
    std::string_view problem_;
};

void set_or_drop(json& object, const char* name, const std::string& value) {
    if (value.empty()) {
        object.erase(name);
    } else {
        object[name] = value;
    }
}

template <typename Fill>
std::string text_of(json base, Fill fill) {
    base["version"] = our_version;
    fill(base);
    return base.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

// With the former fields, or without them if that were larger than what is read back.
template <typename Fill>
std::string written_over(std::string_view former, Fill fill) {
    std::string text = text_of(Fields(former).base(), fill);
    if (text.size() <= largest_memory_file) return text;
    return text_of(json::object(), fill);
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string public_key_text(const PublicKey& key) {
    std::string line = public_file_text(key, {});
    line.pop_back();  // the newline
    return line;
}

}  // namespace

Parsed<RememberedKey> parse_key_file(std::string_view text) {
    Fields fields(text);
    RememberedKey entry;
    std::optional<PublicLine> line = read_public_line(fields.text("public_key"));
    if (!line || line->key.is_certificate() || !line->comment.empty()) {
        fields.fail("has no public key");
    } else {
        entry.key = std::move(line->key);
    }
    entry.asked.account = fields.text("account");
    if (!entry.asked.account.empty() && !is_account(entry.asked.account)) {
        fields.fail("has an account that can't be one");
    }
    entry.asked.when = parse_time(fields.text("asked"));
    entry.comment = stored_comment(fields.text("comment"));
    return fields.result(std::move(entry));
}

Parsed<RememberedPush> parse_push_file(std::string_view text) {
    Fields fields(text);
    RememberedPush entry;
    entry.name_space = fields.text("namespace");
    if (!push_file_name(entry.name_space)) fields.fail("has no namespace");
    entry.fingerprint = fields.text("key");
    if (!key_file_name(entry.fingerprint)) fields.fail("has no fingerprint");
    entry.when = parse_time(fields.text("when"));
    return fields.result(std::move(entry));
}

std::string format_key_file(const RememberedKey& entry, std::string_view former) {
    return written_over(former, [&](json& object) {
        object["public_key"] = public_key_text(entry.key);
        set_or_drop(object, "account", entry.asked.account);
        object["asked"] = format_time(entry.asked.when);
        set_or_drop(object, "comment", stored_comment(entry.comment));
    });
}

std::string format_push_file(const RememberedPush& entry, std::string_view former) {
    return written_over(former, [&](json& object) {
        object["namespace"] = entry.name_space;
        object["key"] = entry.fingerprint;
        object["when"] = format_time(entry.when);
    });
}

std::optional<std::string> key_file_name(std::string_view fingerprint) {
    constexpr std::string_view prefix = "SHA256:";
    if (!fingerprint.starts_with(prefix)) return std::nullopt;
    const std::string padded = std::string(fingerprint.substr(prefix.size())) + "=";
    const std::optional<std::string> digest = system::base64_decode(padded);
    if (!digest || digest->size() != 32) return std::nullopt;
    return hexadecimal(*digest) + ".json";
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
            name += "%" + hexadecimal(character);
        }
    }
    // "%s" is no escape: a hashed name never meets a spelled one.
    if (name.size() > longest_name) name = "%sha256-" + hexadecimal(system::sha256(name_space));
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
        --end;  // never a part of a character
    return text.substr(0, end);
}

}  // namespace hfssh::identity
