// Before a key is chosen: whose are the keys that hf.co was never asked about? The answers are
// remembered; that there was none is not an answer, and is only kept from being sought too often.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "causes.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/https_proxy.hpp"

namespace hfssh::transport {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr auto limit = seconds(5);

// STATE/asking is locked by the command that asks. It holds a byte where the last that asked had
// no answer, and its time says when that was.
class Turn {
  public:
    explicit Turn(bool may_write) {
        if (!may_write) return;
        using system::OwnDirectory;
        const auto state =
            OwnDirectory::open(system::state_directory(), OwnDirectory::Missing::make);
        if (!state) return;
        constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
        file_ = system::UniqueFd(::openat(state.fd(), "asking", flags, 0600));
    }

    enum class Outcome { ours, waited, no_time };
    // Without a file each command is on its own.
    Outcome take(const std::function<bool()>& give_up) const {
        constexpr useconds_t moment = 20'000;
        const auto until = steady_clock::now() + limit + seconds(1);
        Outcome outcome = Outcome::ours;
        while (file_ && ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) return Outcome::ours;
            if (steady_clock::now() >= until || give_up()) return Outcome::no_time;
            outcome = Outcome::waited;
            ::usleep(moment);
        }
        return outcome;
    }

    // Was it within the last minute that hf.co gave no answer?
    [[nodiscard]] bool in_vain_lately() const {
        struct stat info = {};
        if (!file_ || ::fstat(file_.get(), &info) != 0 || info.st_size == 0) return false;
        const auto now = ::time(nullptr);
        return info.st_mtime <= now && now - info.st_mtime < 60;
    }

    void note(bool answered) const {
        if (!file_) return;
        const bool noted =
            answered ? ::ftruncate(file_.get(), 0) == 0 : ::pwrite(file_.get(), "?", 1, 0) == 1;
        if (!noted) system::trace("the state directory cannot be written");
    }

  private:
    system::UniqueFd file_;
};

bool is_fresh(const identity::Asked& asked, identity::SystemTime now) {
    return asked.when <= now && now - asked.when < std::chrono::minutes(1);
}

// hf.co, or ssh, did not take the key; that says nothing of the others.
bool was_reached(const Answer& answer) {
    return answer.in_time && (answer.verified() || answer.report == ssh::Report::explained);
}

enum class Round { answered, unanswered, refused, interrupted };

Round ask_about(Facts& facts, const std::vector<std::size_t>& keys,
                const std::function<bool()>& give_up) {
    system::say("asking hf.co, once, which account " +
                (keys.size() == 1 ? "a key belongs to"
                                  : "each of " + std::to_string(keys.size()) + " keys belongs to"));
    const auto until = steady_clock::now() + limit;
    Round round = Round::answered;
    std::size_t asked = 0;
    ask_each(facts, keys, {Person::silent}, facts.store, {give_up, until},
             [&](std::size_t key, const Answer& answer) {
                 ++asked;
                 if (give_up()) {
                     round = Round::interrupted;
                     return false;
                 }
                 if (answer.refused()) {
                     ssh::tell(answer.refusal);
                     round = Round::refused;
                     return false;
                 }
                 if (answer.kind == Answer::Kind::greeted) return true;
                 system::trace("hf.co on " + identity::describe(facts.inventory.candidates[key]) +
                               ": no answer");
                 round = Round::unanswered;
                 return was_reached(answer);
             });
    if (round == Round::answered && asked < keys.size()) round = Round::unanswered;
    return round;
}

}  // namespace

bool ask_first(Facts& facts, const Decision& decision, const std::function<bool()>& give_up) {
    std::vector<std::size_t> keys = decision.ask_first;
    if (keys.empty()) return true;
    const Turn turn(facts.store.remembers());
    const auto outcome = turn.take(give_up);
    if (outcome == Turn::Outcome::no_time) return true;
    if (outcome == Turn::Outcome::waited) {
        // Another command has asked meanwhile.
        facts.memory = recall(facts.inventory, facts.request.repository, facts.store);
        keys = decide(facts).ask_first;
        if (keys.empty()) return true;
    }
    // Whoever waited for an answer that did not come does not wait for another.
    if (outcome == Turn::Outcome::waited && turn.in_vain_lately()) {
        system::trace("hf.co gave no answer a moment ago, and is not asked again yet");
        return true;
    }
    const Round round = ask_about(facts, keys, give_up);
    if (round == Round::refused) return false;
    if (round != Round::interrupted) turn.note(round == Round::answered);
    facts.memory = recall(facts.inventory, facts.request.repository, facts.store);
    return true;
}

Remembered find_account(Facts& facts, const Decision& decision,
                        const std::function<bool()>& give_up) {
    const identity::Candidate& candidate = facts.inventory.candidates[*decision.chosen];
    const auto now = std::chrono::system_clock::now();
    Remembered remembered;
    remembered.answer = facts.store.asked(candidate.fingerprint());
    const bool repeats = facts.remote.service == hub::Service::lfs_authenticate;
    if (remembered.answer) {
        remembered.age = std::chrono::duration_cast<seconds>(now - remembered.answer->when);
        const bool may_have_changed = remembered.answer->account == "anonymous" && !repeats;
        if (is_fresh(*remembered.answer, now) && !may_have_changed) return remembered;
    }
    if (needs_person(candidate, facts.inventory) || !facts.request.wrapper.files.empty()) {
        return remembered;
    }
    const Turn turn(facts.store.remembers());
    // git-lfs repeats what fails, a dozen times.
    if (repeats && turn.in_vain_lately()) return remembered;
    const Answer answer = Asked(facts, candidate, {.person = Person::silent, .learns = false})
                              .wait(facts.store, {give_up, steady_clock::now() + limit});
    if (give_up()) return {};
    turn.note(answer.kind == Answer::Kind::greeted);
    if (answer.kind != Answer::Kind::greeted) return remembered;
    remembered.answer = identity::Asked{answer.account, std::chrono::system_clock::now()};
    remembered.asked_now = true;
    remembered.age = seconds(0);
    return remembered;
}

Remembered look_again(Facts& facts, const Decision& decision,
                      const std::function<bool()>& give_up) {
    const identity::Candidate& candidate = facts.inventory.candidates[*decision.chosen];
    Remembered remembered;
    remembered.proxy_hint = proxy_hint_here();
    if (!facts.request.wrapper.files.empty()) return remembered;
    const Patience patience = {give_up, steady_clock::now() + seconds(5), false};
    // Longer than the three seconds after which Linux knows that no machine has an address of its
    // own network. Not silent: ssh's own messages are collected, and show the cause. It asks for
    // nothing.
    Answer look = Asked(facts, candidate, {.person = Person::told, .learns = false})
                      .wait(facts.store, patience);
    if (!give_up()) remembered.look = std::move(look);
    return remembered;
}

}  // namespace hfssh::transport
