#include <algorithm>

#include "hfssh/hub/server_key.hpp"
#include "hfssh/manage/hostkeys/asking.hpp"
#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "hostkeys.hpp"

namespace hfssh::manage {
namespace {

using hub::Judgement;
using hub::Verdict;
using native::PresentedKey;
using Result = Check::Result;

// What is reported of one host key.
struct Line {
    Result result = Result::ok;
    std::string text;
    Standing standing;
};

// Is KEY, which the server offers, what ssh would ask for by ALGORITHM?
bool is_asked_for(const PresentedKey& key, const std::string& algorithm) {
    if (key.outcome == PresentedKey::Outcome::not_offered) return false;
    return key.type == algorithm || (key.type == "ssh-rsa" && algorithm.starts_with("rsa-sha2-"));
}

const PresentedKey* used_key(const std::vector<PresentedKey>& keys,
                             const std::vector<std::string>& algorithms) {
    for (const std::string& algorithm : algorithms) {
        const auto found = std::ranges::find_if(
            keys, [&](const PresentedKey& key) { return is_asked_for(key, algorithm); });
        if (found != keys.end()) return &*found;
    }
    return nullptr;
}

std::string words_for(const Judgement& judgement, bool used) {
    const auto where = [&] { return settings::describe(judgement.match->origin); };
    if (judgement.verdict == Verdict::trusted) {
        return judgement.match->origin.is_published() ? "published" : "added in " + where();
    }
    if (judgement.verdict == Verdict::never_accepted) return "never asked for";
    if (judgement.verdict != Verdict::revoked) return "not published by Hugging Face";
    return "revoked in " + where() + (used ? "" : ", not asked for");
}

bool is_revoked(const Line& line) {
    return line.standing.judgement.verdict == Verdict::revoked && line.standing.judgement.match;
}

// As `git hf-ssh host-keys check` judges it. A revoked key that ssh does not ask for does not
// prevent a connection.
Result result_of(const Line& line, bool used) {
    switch (line.standing.kind) {
        case Standing::Kind::trusted:
        case Standing::Kind::passed_over:
            return Result::ok;
        case Standing::Kind::not_trusted:
            return is_revoked(line) && !used ? Result::warning : Result::failure;
        case Standing::Kind::unknown:
            break;
    }
    return Result::warning;
}

Line line_of(const PresentedKey& key, const hub::TrustedSet& trusted, bool used) {
    Line line;
    line.standing = standing_of(trusted, key);
    line.result = result_of(line, used);
    line.text = type_label(key.type) + ": ";
    if (key.key) {
        line.text += words_for(trusted.judge(*key.key), used);
        if (!key.text.empty()) line.text += "; " + key.text;
        if (line.result != Result::ok) line.text += "\n" + key.key->fingerprint();
    } else {
        line.text += key.text;
    }
    return line;
}

bool is_worse(Result result, Result than) {
    return (result == Result::failure && than != Result::failure) ||
           (result == Result::warning && than == Result::ok);
}

bool is_refused(const Line& line) {
    return line.result == Result::failure && !line.standing.judgement.blob.empty();
}

std::string who_revoked(const Line& line) {
    return "ask who wrote " + settings::describe(line.standing.judgement.match->origin);
}

// No command would help, and none may make a wrong key a right one.
void explain(const std::vector<Line>& lines, const hub::TrustedSet& trusted, Check& check) {
    const auto refused = std::ranges::find_if(lines, is_refused);
    const auto revoked = std::ranges::find_if(lines, is_revoked);
    if (refused != lines.end()) {
        check.why = ssh::explain_refusal(trusted, refused->standing.judgement).text;
        check.fix = is_revoked(*refused) ? who_revoked(*refused)
                                         : "compare with " + std::string(hub::host_keys_page);
    } else if (check.result == Result::failure) {
        check.why = "the server does not prove that it is hf.co";
        check.fix = "try another network";
    } else if (check.result == Result::warning && revoked != lines.end()) {
        check.why = "a revoked key is still served; ssh asks for one of another type";
        check.fix = who_revoked(*revoked);
    } else if (check.result == Result::warning) {
        check.why = "not every key could be compared";
        check.fix = "git hf-ssh host-keys check";
    }
}

}  // namespace

Check judge_host_keys(const native::PresentedKeys& presented, const hub::TrustedSet& trusted,
                      const std::vector<std::string>& algorithms) {
    const PresentedKey* used = used_key(presented.keys, algorithms);
    std::vector<Line> lines;
    std::vector<std::string> texts;
    Check check{"host-keys", Result::ok};
    for (const PresentedKey& key : presented.keys) {
        if (key.outcome == PresentedKey::Outcome::not_offered) continue;
        lines.push_back(line_of(key, trusted, &key == used));
        texts.push_back(lines.back().text);
        if (is_worse(lines.back().result, check.result)) check.result = lines.back().result;
    }
    check.found = system::join(texts, "\n");
    explain(lines, trusted, check);
    if (lines.empty()) {
        return {"host-keys", Result::failure, "the server has no host key of a published type",
                "it does not prove that it is hf.co",
                "see what it presents: git hf-ssh host-keys check"};
    }
    const bool verified = std::ranges::any_of(
        lines, [](const Line& line) { return line.standing.kind == Standing::Kind::trusted; });
    if (used != nullptr && !verified && check.result == Result::ok) {
        check.result = Result::failure;
        check.why = "no key of the server can be verified by the transport in use";
        check.fix = system::environment("HF_SSH_TRANSPORT")
                        ? "unset HF_SSH_TRANSPORT"
                        : "git config --global hf-ssh.transport auto";
    }
    if (used == nullptr && check.result != Result::failure) {
        check.result = Result::failure;
        check.why = "none of these types is one that ssh may ask for here";
        check.fix = "see which ssh may ask for: ssh -G hf.co | grep hostkeyalgorithms";
    }
    return check;
}

}  // namespace hfssh::manage
