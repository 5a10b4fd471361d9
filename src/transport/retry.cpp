#include "retry.hpp"

#include <unistd.h>

#include <algorithm>
#include <random>

#include "causes.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int most_tries = 3;
constexpr int ssh_itself = 255;

// ConnectionAttempts of ssh_config(5) tries again at once, as often as the user asked for. What
// ends on the way through a proxy says nothing of hf.co.
bool is_allowed(const Facts& facts) {
    if (!facts.endpoint.proxy_command.empty()) return false;
    const auto said = facts.endpoint.user_settings.made("connectionattempts");
    const std::string_view attempts = facts.endpoint.settings.first("connectionattempts");
    const bool set = said == ssh::UserSettings::Made::yes || (!attempts.empty() && attempts != "1");
    return !set && (!facts.git || facts.git->boolean("retry", true));
}

}  // namespace

bool was_too_busy(const Answer& answer) {
    return answer.kind == Answer::Kind::unanswered && answer.in_time &&
           answer.report == ssh::Report::none && cause_in(answer) == Cause::busy;
}

bool was_too_busy(const Ended& ended, const std::optional<Answer>& look) {
    if (!ended.reports || ended.report != ssh::Report::none) return false;
    if (ended.ssh.status != ssh_itself || ended.ssh.signal != 0 || ended.ssh.interrupted || !look) {
        return false;
    }
    // It may answer by now.
    return look->verified() || look->kind == Answer::Kind::greeted || was_too_busy(*look);
}

Retry::Retry(const Facts& facts)
    : allowed_(is_allowed(facts)), last_(steady_clock::now() + std::chrono::minutes(1)) {}

bool Retry::again(const std::function<bool()>& give_up, steady_clock::time_point until) {
    if (!allowed_ || tries_ == most_tries) return false;
    ++tries_;
    std::random_device random;
    const long longest = 1000L << static_cast<unsigned>(tries_);
    const milliseconds wait(std::uniform_int_distribution<long>(0, longest)(random));
    const auto then = steady_clock::now() + wait;
    if (then >= std::min(last_, until)) return false;
    static bool said = false;
    if (!said) system::say("hf.co is busy, trying again");
    said = true;
    system::trace("trying again in " + std::to_string(wait.count()) + " ms");
    while (steady_clock::now() < then) {
        if (give_up()) return false;
        ::usleep(20'000);
    }
    return true;
}

}  // namespace hfssh::transport
