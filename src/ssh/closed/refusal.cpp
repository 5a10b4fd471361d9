#include "hfssh/ssh/closed/refusal.hpp"

#include <string_view>

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::ssh {
namespace {

using hub::Verdict;

std::string first_line(Verdict verdict) {
    std::string what;
    switch (verdict) {
        case Verdict::revoked:
            what = "a key that is revoked";
            break;
        case Verdict::never_accepted:
            what = "a DSA key, which is never accepted";
            break;
        case Verdict::malformed:
            what = "something that is not a host key";
            break;
        case Verdict::trusted:  // not asked for; still no reason to say yes
        case Verdict::not_published:
            what = "a key that Hugging Face has not published";
            break;
    }
    return "REFUSED: hf.co presented " + what + "; nothing of yours was sent\n";
}

std::string label(std::string_view type) {
    constexpr std::size_t most = 60;
    const std::string_view known = hub::key_type_label(type);
    if (type == "ssh-dss") return "DSA - deprecated";
    return known.empty() ? system::printable(type.substr(0, most)) : std::string(known);
}

std::string place(const hub::Origin& origin) {
    return system::display_path(origin.file) + ":" + std::to_string(origin.line);
}

std::string presented(const hub::Judgement& judgement) {
    const std::string fingerprint = judgement.fingerprint();
    std::string line = "  presented  " + (fingerprint.empty() ? "(unreadable)" : fingerprint) +
                       " (" + label(judgement.type) + ")";
    if (judgement.verdict == Verdict::revoked && judgement.match != nullptr) {
        line += ", revoked in " + place(judgement.match->origin);
    }
    return line + "\n";
}

std::string known_line(const hub::TrustedSet& set, const hub::KnownKey& known) {
    const bool published = known.origin.is_published();
    std::string line = published ? "  published  " : "  added      ";
    line += known.key.fingerprint() + " (" + label(known.key.type) + ")";
    if (!published) line += ", " + place(known.origin);
    const hub::Judgement state = set.judge(known.key);
    if (state.verdict == Verdict::never_accepted) line += ", never accepted";
    if (state.verdict == Verdict::revoked) line += ", revoked in " + place(state.match->origin);
    return line + "\n";
}

std::string_view what_it_may_mean(Verdict verdict) {
    switch (verdict) {
        case Verdict::revoked:
            return "whoever answered holds a key that was withdrawn on this machine: it may be in "
                   "the wrong hands\n"
                   "ask whoever wrote that line before you go on\n";
        case Verdict::never_accepted:
            return "DSA is too weak to prove who answered, and hf-ssh does not let ssh ask for it\n"
                   "if the ssh in use is a wrapper, see whether it sets HostKeyAlgorithms\n";
        case Verdict::malformed:
            return "neither hf.co nor ssh behave like that\n"
                   "if the ssh in use is a wrapper, see whether it sets KnownHostsCommand\n";
        case Verdict::trusted:
        case Verdict::not_published:
            break;
    }
    return "who answered may be the login page of a network (captive portal), a proxy or a DNS "
           "server that leads elsewhere,\n"
           "an attacker between you and hf.co, or hf.co itself with a new key\n";
}

}  // namespace

std::string explain_refusal(const hub::TrustedSet& set, const hub::Judgement& judgement) {
    std::string text = first_line(judgement.verdict) + presented(judgement);
    for (const hub::KnownKey& known : set.known())
        text += known_line(set, known);
    text += what_it_may_mean(judgement.verdict);
    text += "compare the presented fingerprint with those on " + std::string(hub::host_keys_page) +
            ",\nread over another network if you can";
    return text;
}

}  // namespace hfssh::ssh
