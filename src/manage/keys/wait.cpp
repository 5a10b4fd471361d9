#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>

#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/manage/report/report.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/unique_fd.hpp"
#include "keys.hpp"

// --wait of `keys new` and `keys check`: until hf.co knows a key that is being added to an account.
namespace hfssh::manage {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using system::Failure;

constexpr auto shortest_pause = seconds(2);
constexpr auto longest_pause = seconds(10);
constexpr int most_misses = 5;  // in a row: a network may be gone for a moment

std::string to_go_on(const identity::Candidate& candidate) {
    return "to go on: " + check_command("--wait", candidate);
}

// That it goes on: one line that is rewritten, at a terminal; elsewhere a line a minute.
class Sign {
  public:
    void show(seconds waited) {
        const std::string text = "waiting until hf.co knows the key (" +
                                 std::to_string(waited.count()) + " s; Ctrl-C stops)";
        if (progress_.is_shown()) {
            progress_.show(text);
        } else if (waited >= next_line_) {
            system::say(text);
            next_line_ = waited + seconds(60);
        }
    }
    void erase() { progress_.erase(); }

  private:
    Progress progress_;
    seconds next_line_{0};
};

// Asks again and again, about a key that signs without the user.
class Waiting {
  public:
    Waiting(Connection& connection, const identity::Candidate& candidate,
            const Surroundings& surroundings, seconds limit)
        : connection_(connection),
          candidate_(candidate),
          surroundings_(surroundings),
          start_(steady_clock::now()),
          end_(start_ + limit) {}

    std::string run() {
        for (;;) {
            sign_.show(waited());
            const std::string account = ask();
            if (surroundings_.told_to_end()) return {};
            const bool known = !account.empty() && account != "anonymous";
            if (known || steady_clock::now() >= end_) return known ? account : "anonymous";
            pause();
            if (surroundings_.told_to_end()) return {};
        }
    }

  private:
    [[nodiscard]] seconds waited() const {
        return std::chrono::duration_cast<seconds>(steady_clock::now() - start_);
    }

    std::string ask() {
        transport::Patience patience = {[this] { return surroundings_.told_to_end(); }};
        patience.retry = !answered_;  // from then on this is what tries again
        const transport::Answer answer = transport::Asked(connection_.facts, candidate_, {})
                                             .wait(connection_.facts.store, patience);
        if (!answer.account.empty()) {
            misses_ = 0;
            answered_ = true;
            return answer.account;
        }
        if (surroundings_.told_to_end()) return {};
        ++misses_;
        const bool gone = answer.kind == transport::Answer::Kind::unanswered && !answer.verified();
        if (!gone || !answered_ || misses_ >= most_misses) {
            sign_.erase();
            show_lines(answer.said);
            throw Failure(answer.words, answer.refused() ? std::string() : to_go_on(candidate_),
                          answer.code());
        }
        return {};
    }

    // Longer as time goes on.
    void pause() {
        constexpr useconds_t moment = 50'000;
        const auto length =
            std::min<steady_clock::duration>(longest_pause, shortest_pause + waited() / 20);
        const auto until = std::min(steady_clock::now() + length, end_);
        seconds shown = waited();
        while (steady_clock::now() < until && !surroundings_.told_to_end()) {
            ::usleep(moment);
            if (waited() == shown) continue;
            shown = waited();
            sign_.show(shown);
        }
    }

    Connection& connection_;
    const identity::Candidate& candidate_;
    const Surroundings& surroundings_;
    steady_clock::time_point start_;
    steady_clock::time_point end_;
    Sign sign_;
    int misses_ = 0;
    bool answered_ = false;
};

// False if a signal told us to end, the terminal is gone, or LIMIT has passed.
bool wait_for_enter(const Surroundings& surroundings, seconds limit) {
    const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) return false;
    ::tcflush(terminal.get(), TCIFLUSH);  // an Enter of before does not count
    system::say("press Enter when the key is added to your account (Ctrl-C stops)");
    const auto end = steady_clock::now() + limit;
    constexpr int moment = 100;  // ms
    while (!surroundings.told_to_end() && steady_clock::now() < end) {
        pollfd ready = {terminal.get(), POLLIN, 0};
        if (::poll(&ready, 1, moment) <= 0) continue;
        char c = 0;
        if (::read(terminal.get(), &c, 1) <= 0) return false;
        if (c == '\n') return true;
    }
    return false;
}

// A key that needs the user for each signature: the user says when it is added, and one connection
// asks for the passphrase or the touch.
std::string ask_when_added(Connection& connection, const identity::Candidate& candidate,
                           const Surroundings& surroundings, seconds limit) {
    if (!wait_for_enter(surroundings, limit)) return {};
    const transport::Answer answer =
        ask_account(connection, candidate, transport::Person::asked, surroundings);
    if (answer.account.empty() && !surroundings.told_to_end()) {
        throw Failure(answer.words, answer.refused() ? std::string() : to_go_on(candidate),
                      answer.code());
    }
    return answer.account;
}

}  // namespace

void require_wait_works(const identity::Candidate& candidate,
                        const identity::Inventory& inventory) {
    if (!transport::needs_person(candidate, inventory) || person_is_here()) return;
    if (candidate.ready()) {
        throw Failure("cannot wait: each use of the key needs a touch or a confirmation",
                      "when it is added, at a terminal: " + check_command("", candidate),
                      system::Code::key_locked);
    }
    const KeyJudgement judgement = judge_key(candidate, inventory);
    throw Failure(
        "cannot wait: the key has a passphrase and no ssh-agent holds it",
        "to go on: " + judgement.findings.front().fix + " && " + check_command("--wait", candidate),
        system::Code::key_locked);
}

std::string wait_until_known(Connection& connection, const identity::Candidate& candidate,
                             const identity::Inventory& inventory, const Surroundings& surroundings,
                             seconds limit) {
    require_wait_works(candidate, inventory);
    std::string account = transport::needs_person(candidate, inventory)
                              ? ask_when_added(connection, candidate, surroundings, limit)
                              : Waiting(connection, candidate, surroundings, limit).run();
    if (account.empty()) {
        system::say("stopped waiting; the key is unchanged");
        system::hint(to_go_on(candidate));
    } else if (account == "anonymous") {
        system::say("hf.co still does not know this key");
        system::hint(to_go_on(candidate));
    } else {
        system::say("hf.co knows this key as " + system::printable(account));
    }
    return account;
}

}  // namespace hfssh::manage
