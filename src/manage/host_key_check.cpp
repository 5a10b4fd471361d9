#include "hfssh/manage/host_key_check.hpp"

#include <algorithm>
#include <optional>

#include "hfssh/hub/host_keys.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/refusal.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using hub::Judgement;
using hub::Verdict;
using native::PresentedKey;
using Outcome = PresentedKey::Outcome;
using Result = Check::Result;

// What is to be said of one host key.
struct Standing {
    Result result = Result::ok;
    std::string line;
    std::optional<Judgement> judgement;  // where it was read
};

std::string label(const std::string& type) {
    const std::string_view known = hub::key_type_label(type);
    return known.empty() ? system::printable(type) : std::string(known);
}

// Is this what ssh comes to ask for, of all that the server offers?
bool is_type_of(const std::string& type, const std::string& algorithm) {
    return type == algorithm || (type == "ssh-rsa" && algorithm.starts_with("rsa-sha2-"));
}

const PresentedKey* used_key(const std::vector<PresentedKey>& keys,
                             const std::vector<std::string>& algorithms) {
    for (const std::string& algorithm : algorithms) {
        const auto found = std::ranges::find_if(
            keys, [&](const PresentedKey& key) { return is_type_of(key.type, algorithm); });
        if (found != keys.end()) return &*found;
    }
    return nullptr;
}

void judge_read(const hub::ServerKey& key, const hub::TrustedSet& trusted, bool used,
                Standing& standing) {
    standing.judgement = trusted.judge(key);
    const Judgement& judgement = *standing.judgement;
    const auto where = [&] { return settings::describe(judgement.match->origin); };
    switch (judgement.verdict) {
        case Verdict::trusted:
            standing.line +=
                judgement.match->origin.is_published() ? "published" : "added in " + where();
            return;
        case Verdict::never_accepted:
            standing.line += "never asked for";
            return;
        case Verdict::revoked:
            standing.result = used ? Result::failure : Result::ok;
            standing.line += "revoked in " + where() + (used ? "" : ", not asked for");
            return;
        case Verdict::not_published:
        case Verdict::malformed:
            standing.result = Result::failure;
            standing.line += "not published by Hugging Face";
            return;
    }
}

Standing stand(const PresentedKey& key, const hub::TrustedSet& trusted, bool used) {
    Standing standing;
    standing.line = label(key.type) + ": ";
    if (key.key) {
        judge_read(*key.key, trusted, used, standing);
        if (!key.text.empty()) standing.line += "; " + key.text;
        if (standing.result != Result::ok) standing.line += "\n" + key.key->fingerprint();
    } else {
        standing.line += key.text;
    }
    if (key.outcome == Outcome::false_proof || key.outcome == Outcome::unreadable) {
        standing.result = Result::failure;
    } else if (key.outcome == Outcome::failed) {
        standing.result = Result::warning;
    }
    return standing;
}

bool is_worse(Result result, Result than) {
    return (result == Result::failure && than != Result::failure) ||
           (result == Result::warning && than == Result::ok);
}

bool is_refused(const Standing& standing) {
    return standing.result == Result::failure && standing.judgement &&
           standing.judgement->verdict != Verdict::trusted;
}

// No command would help, and none may make a wrong key a right one.
void explain(const std::vector<Standing>& standings, const hub::TrustedSet& trusted, Check& check) {
    const auto refused = std::ranges::find_if(standings, is_refused);
    if (refused != standings.end()) {
        const Judgement& judgement = *refused->judgement;
        check.means = ssh::explain_refusal(trusted, judgement);
        check.mend = judgement.verdict == Verdict::revoked
                         ? "ask who wrote " + settings::describe(judgement.match->origin)
                         : "compare with " + std::string(hub::host_keys_page);
    } else if (check.result == Result::failure) {
        check.means = "who answered does not prove to be hf.co";
        check.mend = "try another network";
    } else if (check.result == Result::warning) {
        check.means = "not every key could be compared";
        check.mend = "git hf-ssh host-keys check";
    }
}

}  // namespace

Check judge_host_keys(const native::PresentedKeys& presented, const hub::TrustedSet& trusted,
                      const std::vector<std::string>& algorithms) {
    const PresentedKey* used = used_key(presented.keys, algorithms);
    std::vector<Standing> standings;
    std::vector<std::string> lines;
    Check check{"host-keys", Result::ok, {}, {}, {}};
    for (const PresentedKey& key : presented.keys) {
        standings.push_back(stand(key, trusted, &key == used));
        lines.push_back(standings.back().line);
        if (is_worse(standings.back().result, check.result)) {
            check.result = standings.back().result;
        }
    }
    check.found = system::join(lines, "\n");
    explain(standings, trusted, check);
    if (used == nullptr && check.result != Result::failure) {
        check.result = Result::failure;
        check.means = "none of these types is one that ssh may ask for here";
        check.mend = "git hf-ssh host-keys, and HostKeyAlgorithms of ssh_config(5)";
    }
    return check;
}

}  // namespace hfssh::manage
