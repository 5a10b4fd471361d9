#include "hfssh/ssh/closed/refusal.hpp"

#include <algorithm>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

// Every line is at most 72 columns: system::say puts "hf-ssh: " before it.
namespace hfssh::ssh {
namespace {

using hub::Verdict;

constexpr const char* nothing_sent = "nothing of yours was sent";
constexpr const char* list_keys =
    "see which host keys are trusted and revoked: git hf-ssh host-keys";
constexpr const char* find_wrapper = "check which ssh is in use: git hf-ssh doctor";

std::string place(const hub::Origin& origin) {
    return system::display_path(origin.file) + ":" + std::to_string(origin.line);
}

// A type from outside may be unknown, long, and full of control characters.
std::string presented_line(const hub::Judgement& judgement) {
    constexpr std::size_t most = 60;
    const std::string fingerprint = judgement.fingerprint();
    const std::string shown = fingerprint.empty() ? "(unreadable)" : fingerprint;
    const std::string_view label = hub::key_type_label(judgement.type);
    if (!label.empty()) return "presented  " + std::string(label) + " " + shown + "\n";
    std::string type = system::printable(judgement.type);
    std::size_t end = std::min(most, type.size());
    while (end < type.size() && (static_cast<unsigned char>(type[end]) & 0xc0U) == 0x80U)
        --end;  // a character of UTF-8 stays whole
    return "presented  " + shown + "\nof type    " + type.substr(0, end) + "\n";
}

std::string line_of(const hub::TrustedSet& set, const hub::KnownKey& known) {
    std::string line = known.origin.is_published() ? "published  " : "added      ";
    line += std::string(hub::key_type_label(known.key.type)) + " " + known.key.fingerprint() + "\n";
    const hub::Judgement state = set.judge(known.key);
    if (state.verdict == Verdict::revoked) {
        line += "           revoked in " + place(state.match->origin) + "\n";
    }
    return line;
}

// What was published of the same type, else what was added first: `git hf-ssh host-keys` lists the
// others.
std::string known_lines(const hub::TrustedSet& set, const std::string& type) {
    std::string text;
    for (const hub::KnownKey& known : set.known()) {
        if (known.key.type != type) continue;
        if (known.origin.is_published()) return line_of(set, known);
        if (text.empty()) text = line_of(set, known);
    }
    return text.empty() ? "published  no key of this type\n" : text;
}

Refusal refused(std::string evidence, const std::string& what, const char* hint) {
    return {std::move(evidence) + "REFUSED: hf.co presented " + what + ";\n" + nothing_sent, hint};
}

Refusal unknown(std::string evidence) {
    return refused(std::move(evidence) +
                       "a login page (captive portal), a proxy or an attacker may have answered,\n"
                       "or its keys changed: " +
                       std::string(hub::host_keys_page) + "\n",
                   "a key that Hugging Face has not published",
                   "compare all host keys: git hf-ssh host-keys check");
}

Refusal explain_revoked(const hub::Judgement& judgement) {
    std::string text = presented_line(judgement);
    if (judgement.match != nullptr) text += "revoked in " + place(judgement.match->origin) + "\n";
    return refused(text +
                       "its private half may be in the wrong hands; before you change that\n"
                       "line, ask its author\n",
                   "a key that is revoked", list_keys);
}

}  // namespace

Refusal explain_refusal(const hub::TrustedSet& set, const hub::Judgement& judgement) {
    switch (judgement.verdict) {
        case Verdict::revoked:
            return explain_revoked(judgement);
        case Verdict::never_accepted:
            return refused(presented_line(judgement) +
                               "DSA is too weak to prove anything, and hf-ssh never lets ssh ask\n"
                               "for it; if your ssh is a wrapper, it may set HostKeyAlgorithms\n",
                           "a DSA key, which is never accepted", find_wrapper);
        case Verdict::malformed:
            return refused(presented_line(judgement) +
                               "neither hf.co nor ssh does that; if your ssh is a wrapper, it may\n"
                               "set KnownHostsCommand\n",
                           "something that is not a host key", find_wrapper);
        case Verdict::trusted:  // not asked for; still no reason to accept it
        case Verdict::not_published:
            break;
    }
    return unknown(presented_line(judgement) + known_lines(set, judgement.type));
}

Refusal explain_refusal(const hub::TrustedSet& set, const Reported& reported) {
    const hub::Judgement judgement = set.judge(reported.type, reported.base64);
    // The files may have changed since the helper read them.
    if (!reported.type.empty() && judgement.verdict != Verdict::trusted) {
        return explain_refusal(set, judgement);
    }
    return {std::string("REFUSED: hf.co presented a key that is not trusted;\n") + nothing_sent,
            "compare all host keys: git hf-ssh host-keys check"};
}

Refusal explain_banner(const hub::TrustedSet& set, std::string_view said) {
    // "The fingerprint for the ED25519 key sent by the remote host is", and in the next line
    // "SHA256:… ."; or "The ED25519 host key for hf.co is marked as revoked."
    std::string label;
    std::string fingerprint;
    for (const std::string_view line : system::lines(said)) {
        const auto words = system::words(line);
        const auto is = [&](std::size_t at, std::string_view word) {
            return words.size() > at && words[at] == word;
        };
        if (is(0, "The") && is(2, "host") && is(3, "key")) label = words[1];
        if (is(1, "fingerprint") && is(5, "key") && is(6, "sent")) label = words[4];
        if (fingerprint.empty() && line.starts_with("SHA256:")) {
            fingerprint = line.substr(0, line.find_last_not_of(". \r") + 1);
        }
    }
    if (said.find("marked as revoked") != std::string_view::npos) {
        return refused("presented  " + system::printable(label) + "\n", "a key that is revoked",
                       list_keys);
    }
    std::string known;
    for (const hub::KnownKey& key : set.known())
        if (hub::key_type_label(key.key.type) == label && known.empty())
            known = known_lines(set, key.key.type);
    const std::string presented = system::printable(label + " " + fingerprint);
    return unknown("presented  " + presented + "\n" + known);
}

Refusal explain_revoked_by(const std::string& file, const hub::ServerKey& key) {
    return {"hf.co has    " + std::string(hub::key_type_label(key.type)) + " " + key.fingerprint() +
                "\n" + "revoked in   " + system::display_path(file) +
                "\nREFUSED: RevokedHostKeys of your ssh configuration revokes a key of\n"
                "hf.co, so ssh does not connect; " +
                nothing_sent,
            list_keys};
}

void tell(const Refusal& refusal) {
    system::say(refusal.text);
    if (!refusal.hint.empty()) system::hint(refusal.hint);
}

std::string as_printed(const Refusal& refusal) {
    std::string text;
    for (const std::string_view line : system::lines(refusal.text))
        text += "hf-ssh: " + std::string(line) + "\n";
    return text;
}

bool names_key(std::string_view text, std::string_view blob) {
    const auto lines = system::lines(text);
    return std::ranges::any_of(lines, [&](std::string_view line) {
        if (system::trim(line).starts_with('#')) return false;
        const auto words = system::words(line);
        // Options may come before the type, as in authorized_keys.
        return std::ranges::any_of(words, [&](std::string_view word) {
            const auto decoded = system::base64_decode(word);
            return decoded && *decoded == blob;
        });
    });
}

}  // namespace hfssh::ssh
