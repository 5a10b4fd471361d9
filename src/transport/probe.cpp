#include "hfssh/transport/probe.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "hfssh/hub/greeting.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/transport/closed_session.hpp"

namespace hfssh::transport {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::size_t files_at_a_time = 4;
constexpr std::size_t longest_answer = 65536;

// One key's connection, running.
class Question {
  public:
    Question(const ProbeTarget& target, const identity::Candidate& candidate)
        : candidate_(candidate),
          session_(target.request, target.configured, target.endpoint, candidate, target.trusted,
                   target.agent_answers),
          capture_(session_.greeting_command(), system::Capture::Errors::collect) {}

    // Empty where no greeting came.
    std::string account(steady_clock::time_point deadline, const std::function<bool()>& give_up) {
        answer_ = capture_.wait(deadline, longest_answer, give_up);
        const auto greeting = hub::read_greeting(answer_.output);
        return greeting ? greeting->account : std::string();
    }

    [[nodiscard]] ssh::Report report() { return session_.report(); }
    [[nodiscard]] ssh::Refusal refusal() const { return session_.refusal(); }
    [[nodiscard]] const identity::Candidate& candidate() const { return candidate_; }

  private:
    const identity::Candidate& candidate_;
    ClosedSession session_;
    system::Capture capture_;
    system::Capture::Result answer_;
};

void remember(identity::MemoryStore& store, const identity::Candidate& candidate,
              const std::string& account) {
    system::trace("hf.co on " + identity::describe(candidate) + ": " +
                  (account.empty() ? "no answer" : account));
    store.remember_answer(*candidate.key, candidate.comment, {account, system_clock::now()});
}

// Where the group ends that begins with NEXT: the first key is alone, and so is each of the agent.
std::size_t end_of_group(const std::vector<const identity::Candidate*>& keys, std::size_t next) {
    std::size_t end = next + 1;
    if (next == 0 || keys[next]->path.empty()) return end;
    while (end < keys.size() && !keys[end]->path.empty() && end - next < files_at_a_time)
        ++end;
    return end;
}

}  // namespace

Probed probe(const ProbeTarget& target, const identity::Inventory& inventory,
             const std::vector<std::size_t>& indices, identity::MemoryStore& store) {
    const auto deadline = steady_clock::now() + std::chrono::seconds(5);
    std::vector<const identity::Candidate*> keys;
    for (const std::size_t index : indices)
        keys.push_back(&inventory.candidates[index]);
    system::say("asking hf.co, once, which account " +
                (keys.size() == 1 ? "a key belongs to"
                                  : "each of " + std::to_string(keys.size()) + " keys belongs to"));
    bool reached = true;
    std::size_t next = 0;
    while (reached && next < keys.size() && steady_clock::now() < deadline) {
        const std::size_t end = end_of_group(keys, next);
        std::vector<std::unique_ptr<Question>> running;
        for (; next < end; ++next) {
            running.push_back(std::make_unique<Question>(target, *keys[next]));
        }
        for (const auto& question : running) {
            const std::string account = question->account(deadline, target.told_to_end);
            // No answer, then, is not hf.co's silence.
            if (target.told_to_end()) return Probed::silent;
            const ssh::Report report = question->report();
            if (report == ssh::Report::refused) {
                ssh::tell(question->refusal());
                return Probed::refused;
            }
            remember(store, question->candidate(), account);
            // A key that hf.co, or ssh, does not take says nothing of the others.
            reached = reached && (!account.empty() || report == ssh::Report::accepted ||
                                  report == ssh::Report::explained);
        }
    }
    const bool answered = reached && next == keys.size();
    for (; next < keys.size(); ++next)
        remember(store, *keys[next], {});
    return answered ? Probed::answered : Probed::silent;
}

}  // namespace hfssh::transport
