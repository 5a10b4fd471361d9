#include "hfssh/ssh/config/match_line.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hfssh::ssh;
using Verdict = MatchAnswer::Verdict;

namespace {

const MatchFacts facts = {
    .host = "hf.co", .original_host = "HF-work", .user = "git", .local_user = "ann"};

Verdict verdict(const char* rest) {
    return judge_match(rest, facts).verdict;
}

}  // namespace

TEST_CASE("match: what can be told") {
    for (const char* rest :
         {"all", "ALL", "\"all\"", "host hf.co", "host=hf.co", "host = HF.*", "host a,hf.co",
          "host \"a,hf.co\"", "host *,!github.com", "originalhost hf-work", "user git",
          "localuser ann", "!host github.com", "!user root user g?t", "host hf.co # work",
          "all # x", "!final host hf.co", "!canonical", "Host hf.co USER git"}) {
        INFO(std::string(rest));
        CHECK(verdict(rest) == Verdict::applies);
    }
    for (const char* rest :
         {"!all", "host github.com", "host hf", "host hf.co,!hf.*", "!host hf.co", "user GIT",
          "localuser root", "originalhost hf.co", "host hf.co user root", "final", "canonical",
          "final all", "host a exec true", "exec true host a", "exec \"test -e /x\" user root",
          "tagged x !host hf.co"}) {
        INFO(std::string(rest));
        CHECK(verdict(rest) == Verdict::does_not);
    }
}

TEST_CASE("match: what only ssh can tell") {
    const struct {
        std::string rest;
        std::string criterion;
    } table[] = {
        {"exec true", "exec"},
        {"host hf.co exec \"test -e /x\"", "exec"},
        {"!exec true user git", "exec"},
        {"localnetwork 10.0.0.0/8", "localnetwork"},
        {"tagged x exec true", "tagged"},
        {"version OpenSSH_10*", "version"},
        {"wifi home", "wifi"},
        {"host 'hf.co'", "host"},
        {"exec 'true' host github.com", "exec"},
        {"exec \"a \\\" host github.com \"", "exec"},
        {"host hf\\.co", "host"},
    };
    for (const auto& row : table) {
        INFO(row.rest);
        const MatchAnswer answer = judge_match(row.rest, facts);
        CHECK(answer.verdict == Verdict::unknown);
        CHECK(answer.detail == row.criterion);
    }
}

TEST_CASE("match: what ssh stops at") {
    for (const char* rest : {"", "# all", "host", "host # hf.co", "host \"hf.co", "exec",
                             "all host a", "host a user b all", "user \"\"", "= host a"}) {
        INFO(std::string(rest));
        const MatchAnswer answer = judge_match(rest, facts);
        CHECK(answer.verdict == Verdict::malformed);
        CHECK_FALSE(answer.detail.empty());
    }
}

TEST_CASE("match: the final pass") {
    MatchFacts final_facts = facts;
    final_facts.final_pass = true;
    CHECK(judge_match("final", facts).wants_final);
    CHECK(judge_match("host nobody !final", facts).wants_final);
    CHECK_FALSE(judge_match("canonical", facts).wants_final);
    for (const char* rest : {"final", "canonical", "final all", "final host hf.co"}) {
        INFO(std::string(rest));
        CHECK(judge_match(rest, final_facts).verdict == Verdict::applies);
    }
    CHECK(judge_match("!final", final_facts).verdict == Verdict::does_not);
    CHECK(judge_match("final host github.com", final_facts).verdict == Verdict::does_not);
}
