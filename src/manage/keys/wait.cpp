#include "wait.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "hfssh/manage/context/asking.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::manage {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using system::Failure;

constexpr auto shortest_pause = seconds(2);
constexpr auto longest_pause = seconds(10);
constexpr int most_misses = 5;  // in a row: a network may be gone for a moment

void write_error(const std::string& text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

// What fits on one line of the terminal.
std::size_t width() {
    constexpr std::size_t usual = 80;
    winsize size = {};
    const bool told = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return (told ? size.ws_col : usual) - 1;
}

// That it goes on: one line, rewritten, at a terminal; elsewhere a line a minute.
class Progress {
  public:
    Progress()
        : rewrites_(::isatty(STDERR_FILENO) == 1 &&
                    system::environment("TERM").value_or("dumb") != "dumb") {}
    ~Progress() { erase(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(seconds waited) {
        const std::string text = "waiting until hf.co knows the key (" +
                                 std::to_string(waited.count()) + " s; Ctrl-C stops it)";
        if (rewrites_) {
            erase();
            shown_ = ("hf-ssh: " + text).substr(0, width());
            write_error(shown_);
        } else if (waited >= next_line_) {
            system::say(text);
            next_line_ = waited + seconds(60);
        }
    }
    void erase() {
        if (!shown_.empty()) write_error("\r" + std::string(shown_.size(), ' ') + "\r");
        shown_.clear();
    }

  private:
    bool rewrites_;
    std::string shown_;
    seconds next_line_{0};
};

class Waiting {
  public:
    Waiting(Outlook& outlook, const identity::Candidate& candidate,
            const Surroundings& surroundings, seconds limit)
        : outlook_(outlook),
          candidate_(candidate),
          surroundings_(surroundings),
          start_(steady_clock::now()),
          end_(start_ + limit) {}

    std::string run() {
        for (;;) {
            progress_.show(waited());
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
        HubQuestion question(outlook_, candidate_, false, HubQuestion::Words::kept);
        std::string account = question.wait(outlook_.prospect.memory, surroundings_);
        if (!account.empty()) {
            misses_ = 0;
            answered_ = true;
            return account;
        }
        if (surroundings_.told_to_end()) return {};
        ++misses_;
        const bool gone = question.obstacle() == HubQuestion::Obstacle::not_reached;
        if (!gone || !answered_ || misses_ >= most_misses) {
            progress_.erase();
            write_error(question.words());
            throw Failure(question.why_not(),
                          question.refused() ? std::string()
                                             : "to go on: " + check_command("--wait", candidate_));
        }
        return {};
    }

    // Slower as time goes on.
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
            progress_.show(shown);
        }
    }

    Outlook& outlook_;
    const identity::Candidate& candidate_;
    const Surroundings& surroundings_;
    steady_clock::time_point start_;
    steady_clock::time_point end_;
    Progress progress_;
    int misses_ = 0;
    bool answered_ = false;
};

}  // namespace

void require_signs_alone(const identity::Candidate& candidate,
                         const identity::Inventory& inventory) {
    if (!candidate.ready()) {
        const KeyJudgement judgement = judge_key(candidate, inventory);
        throw Failure(
            "waiting needs a key that asks for nothing: " + judgement.findings.front().found,
            judgement.findings.front().fix);
    }
    if (needs_person(candidate, inventory)) {
        throw Failure("waiting needs a key that asks for nothing, and this one needs you each time",
                      "when it is added: git hf-ssh keys check " + key_word(candidate));
    }
}

std::string wait_until_known(Outlook& outlook, const identity::Candidate& candidate,
                             const Surroundings& surroundings, seconds limit) {
    std::string account = Waiting(outlook, candidate, surroundings, limit).run();
    if (account.empty()) {
        system::say("the waiting was ended; the key is as it was");
        system::hint("to go on: " + check_command("--wait", candidate));
    } else if (account == "anonymous") {
        system::say("hf.co still does not know this key");
        system::hint("to go on: " + check_command("--wait", candidate));
    } else {
        system::say("hf.co knows this key as " + system::printable(account));
    }
    return account;
}

}  // namespace hfssh::manage
