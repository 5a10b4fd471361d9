// HF_SSH_KEY: what people and CI systems do to the text of a private key on its way to a variable.
#include "hfssh/identity/key_text.hpp"

#include <algorithm>

#include "hfssh/identity/key_file.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::identity {
namespace {

constexpr std::string_view begin = "-----BEGIN ";
constexpr std::string_view end = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view private_mark = "PRIVATE KEY-----";
constexpr std::size_t longest_line = 76;  // ssh-keygen writes 64 or 70
constexpr std::size_t line_length = 64;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// "\n" and "\r" as two characters -> a line end.
std::string with_line_ends(std::string_view text) {
    std::string plain;
    plain.reserve(text.size() + 1);  // never moved: no copy escapes the wiping
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r');
        plain += escape ? '\n' : text[i];
        if (escape) ++i;
    }
    return plain;
}

// The mark "-----WHAT …-----" at the front of TEXT; empty if there is none.
std::string_view mark_at(std::string_view text, std::string_view what) {
    if (!text.starts_with(what)) return {};
    const std::size_t close = text.find(dashes, what.size());
    const std::size_t line = text.find_first_of("\r\n");
    if (close == std::string_view::npos || close > line) return {};
    return text.substr(0, close + dashes.size());
}

// Where a private key's BEGIN mark is; npos if there is none.
std::size_t find_begin(std::string_view text) {
    for (std::size_t at = text.find(begin); at != std::string_view::npos;
         at = text.find(begin, at + 1)) {
        if (mark_at(text.substr(at), begin).ends_with(private_mark)) return at;
    }
    return std::string_view::npos;
}

// A line of base64 as OpenSSL's reader takes it: not longer than a key's own.
void append_line(std::string& result, std::string_view line) {
    const bool header = line.find(':') != std::string_view::npos;
    while (!line.empty()) {
        const std::size_t length =
            header || line.size() <= longest_line ? line.size() : line_length;
        const std::string_view piece = system::trim(line.substr(0, length));
        if (!piece.empty()) result.append(piece).append("\n");
        line.remove_prefix(length);
    }
}

// The lines between the marks; if they were joined, the words.
void append_body(std::string& result, std::string_view body) {
    const bool joined = system::trim(body).find_first_of("\r\n") == std::string_view::npos;
    const std::string_view ends = joined ? " \t\r\n" : "\r\n";
    while (!body.empty()) {
        std::size_t stop = std::min(body.find_first_of(ends), body.size());
        // "Proc-Type: 4,ENCRYPTED" is one line.
        if (joined && body.substr(0, stop).ends_with(':') && stop < body.size()) {
            stop = std::min(body.find_first_of(ends, stop + 1), body.size());
        }
        append_line(result, system::trim(body.substr(0, stop)));
        body.remove_prefix(std::min(stop + 1, body.size()));
    }
}

// From BEGIN to END, as ssh(1) takes it: nothing before BEGIN, a line end after END.
std::string only_the_key(std::string_view text) {
    std::string plain = with_line_ends(text);
    const Secret kept(std::move(plain));
    const std::string_view all = kept.view();
    const std::size_t start = find_begin(all);
    if (start == std::string_view::npos) return {};
    const std::string_view first = mark_at(all.substr(start), begin);
    const std::string_view rest = all.substr(start + first.size());
    const std::size_t stop = rest.find(end);
    if (stop == std::string_view::npos) return {};
    const std::string_view last = mark_at(rest.substr(stop), end);
    if (last.empty()) return {};
    const std::string_view body = rest.substr(0, stop);
    std::string result;
    result.reserve(all.size() + all.size() / line_length + 4);
    result.append(first).append("\n");
    append_body(result, body);
    return result.append(last).append("\n");
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (const char c : text) {
        if (!is_blank(c) && c != '"' && c != '\'') folded += c;
    }
    auto decoded = system::base64_decode(folded);
    wipe(folded);
    return decoded;
}

bool is_private_key(std::string_view text) {
    const auto file = read_key_file(text);
    return file && file->kind == KeyFile::Kind::private_key;
}

KeyForm damage_of(std::string_view text) {
    text = system::trim(text);
    if (find_begin(text) == std::string_view::npos) return KeyForm::base64;
    if (text.find('\n') != std::string_view::npos) return KeyForm::surrounded;
    if (text.find('\r') != std::string_view::npos) return KeyForm::cr;
    return text.find("\\n") != std::string_view::npos ? KeyForm::escaped : KeyForm::joined;
}

// What normalise_private_key() or an END line makes of TEXT.
std::optional<KeyFile> read_damaged(std::string_view text) {
    if (auto whole = normalise_private_key(text)) {
        auto file = read_key_file(*whole);
        wipe(*whole);
        file->form = damage_of(text);
        return file;
    }
    const std::size_t start = find_begin(text);
    if (start == std::string_view::npos || text.find(end) != std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view mark = mark_at(text.substr(start), begin);
    mark.remove_prefix(begin.size());
    std::string completed;
    completed.reserve(text.size() + mark.size() + 16);  // never moved
    completed.append(text).append("\n").append(end).append(mark).append("\n");
    const Secret kept(std::move(completed));
    auto file = read_key_file(kept.view());
    if (file) file->form = file->form == KeyForm::good ? KeyForm::no_end : KeyForm::damaged;
    return file;
}

std::string_view without_quotes(std::string_view text) {
    text = system::trim(text);
    const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                        (text.front() == '"' || text.front() == '\'');
    return quoted ? system::trim(text.substr(1, text.size() - 2)) : text;
}

bool looks_like_path(std::string_view text) {
    if (text.find('\n') != std::string_view::npos || text.size() > 4096) return false;
    return text.starts_with('/') || text.starts_with("~") || text.starts_with("./") ||
           text.starts_with("../") || text.starts_with(".ssh/");
}

}  // namespace

std::optional<std::string> normalise_private_key(std::string_view text) {
    std::string plain = only_the_key(text);
    if (is_private_key(plain)) return plain;
    wipe(plain);
    auto decoded = from_base64(text);
    if (!decoded) return std::nullopt;
    plain = only_the_key(*decoded);
    wipe(*decoded);
    if (is_private_key(plain)) return plain;
    wipe(plain);
    return std::nullopt;
}

std::optional<KeyFile> read_stored_text(std::string_view text) {
    if (auto file = read_key_file(text)) return file;
    const bool wide = text.find('\0') != std::string_view::npos;
    std::string narrow(text);
    if (wide) std::erase_if(narrow, [](char c) { return c == '\0' || c == '\xfe' || c == '\xff'; });
    const Secret kept(std::move(narrow));
    if (auto file = read_damaged(kept.view())) {
        if (wide) file->form = KeyForm::utf16;
        return file;
    }
    if (kept.view().find("PRIVATE KEY") == std::string_view::npos) return std::nullopt;
    KeyFile file;
    file.form = KeyForm::damaged;
    return file;
}

std::string no_private_key_in(std::string_view text) {
    const std::string_view bare = without_quotes(text);
    if (bare.empty()) return "it is empty";
    if (bare.find(begin) != std::string_view::npos &&
        bare.find(private_mark) != std::string_view::npos) {
        return "the key is cut short or damaged";
    }
    if (read_public_file(bare) || bare.find("-----BEGIN PUBLIC KEY-----") == 0 ||
        bare.starts_with("---- BEGIN SSH2 PUBLIC KEY ----")) {
        return "it is a public key";
    }
    if (bare.starts_with("PuTTY-User-Key-File-")) {
        return "it is a key in PuTTY's format, which ssh cannot read";
    }
    if (looks_like_path(bare)) return "it is a path";
    return {};
}

}  // namespace hfssh::identity
