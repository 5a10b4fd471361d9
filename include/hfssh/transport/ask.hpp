#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hfssh/identity/memory_store.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/transport/decision.hpp"
#include "hfssh/transport/facts.hpp"
#include "hfssh/transport/plan.hpp"

// Asking hf.co about keys, each by a verified connection of its own: the one way for all that do.
namespace hfssh::transport {

// COMMAND asks whether a key may fetch from a repository ("git-upload-pack 'acme/model'"), or push
// to it ("git-receive-pack …"): hf.co is told "nothing" (a flush packet) where git would name what
// it wants, so nothing is changed there. Before a push hf.co tells no more than this; a branch that
// only some may write is not seen. Without COMMAND: whom does hf.co take the key for?
struct Question {
    Person person = Person::told;
    std::string command = {};
    // A greeting also shows how many sessions the server allows at once, where that is not known.
    // Not one that explains a failure: it is as the connection that failed, and it is waited for.
    bool learns = true;
};

struct Answer {
    enum class Kind {
        greeted,     // as ACCOUNT
        served,      // the repository: hf.co lists what there is
        declined,    // likewise; WORDS are hf.co's own
        refused,     // the host key: REFUSAL says why, and so does SAID
        unchecked,   // something came, but the ssh that was run had nobody look at the host key
        unanswered,  // WORDS say how
    };
    Kind kind = Kind::unanswered;
    std::string account;        // "anonymous" where hf.co does not know the key; else empty
    std::string words;          // why there is no other answer; printable
    std::string said;           // by ssh, the helper and hf.co meanwhile: printable lines
    ssh::Refusal refusal = {};  // of the host key
    ssh::Report report = ssh::Report::none;  // what the helper said
    bool in_time = true;                     // it ended by itself
    std::string unlock;  // the command for a key that was not unlocked; else empty
    [[nodiscard]] bool verified() const { return report == ssh::Report::accepted; }
    [[nodiscard]] bool served() const { return kind == Kind::served; }
    [[nodiscard]] bool refused() const { return kind == Kind::refused; }
    // Of the failure that it is to have no other answer.
    [[nodiscard]] system::Code code() const {
        if (!unlock.empty()) return system::Code::key_locked;
        return refused() || kind == Kind::unchecked ? system::Code::host_key_refused
                                                    : system::Code::no_connection;
    }
    // What to do about it, as a hint; empty if nothing is known to help.
    [[nodiscard]] std::string next_step() const {
        if (refused()) return refusal.hint;
        if (!unlock.empty()) return "give the key to the ssh-agent: " + unlock;
        if (kind == Kind::unchecked) return "see which ssh is run: git hf-ssh doctor";
        return kind == Kind::unanswered ? "to see why: git hf-ssh doctor" : "";
    }
};

// Does what ssh printed at DEBUG1 show that an HTTP server answered? Pure.
[[nodiscard]] bool shows_http(std::string_view printed);

// Until then, or until a signal has come; else for as long as an answer may take, which is longer
// where a person has to type.
struct Patience {
    std::function<bool()> give_up;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
    bool retry = true;  // try again if hf.co is too busy
};

class Trial;

// One question about one key, on its way. What is learned of its account is remembered.
class Asked {
  public:
    // FACTS and CANDIDATE live as long as this. Throws a system::Failure where it cannot be asked.
    Asked(const Facts& facts, const identity::Candidate& candidate, const Question& question);
    // Once.
    [[nodiscard]] Answer wait(identity::MemoryStore& store, const Patience& patience);

    ~Asked();

  private:
    void start();
    [[nodiscard]] Answer judge(const system::Capture::Result& result);
    const Facts& facts_;
    const identity::Candidate& candidate_;
    Question question_;
    Plan plan_;
    std::unique_ptr<Trial> trial_;  // null if nothing is to be learned of the server
    std::optional<system::Capture> capture_;
};

// QUESTION about each of KEYS, of the inventory's: the first alone, so that an impostor is met and
// explained once; then files, up to four at a time; then, one at a time, keys that an agent alone
// has, or a person signs with. EACH gets every answer as it comes, and says whether to go on.
using Each = std::function<bool(std::size_t key, const Answer& answer)>;
void ask_each(const Facts& facts, const std::vector<std::size_t>& keys, const Question& question,
              identity::MemoryStore& store, const Patience& patience, const Each& each);

// KEYS in these turns. Pure.
[[nodiscard]] std::vector<std::vector<std::size_t>> turns_for(const std::vector<std::size_t>& keys,
                                                              const identity::Inventory& inventory);

// Before a key is chosen: asks hf.co, once, whose the keys of DECISION.ask_first are, and has FACTS
// remember it; five seconds in all. Nobody is ever asked anything. Of parallel commands one asks,
// and the others wait for what it learns. Without an answer it is tried again by the next command,
// but not within a minute. False where the host key was refused, which has been explained then.
[[nodiscard]] bool ask_first(Facts& facts, const Decision& decision,
                             const std::function<bool()>& give_up);

// What is found out about the key that was offered, after a failure.
struct Remembered {
    std::optional<identity::Asked> answer;  // hf.co's; nullopt if it was never asked
    bool asked_now = false;
    std::chrono::seconds age{0};  // of ANSWER
    std::optional<Answer> look;   // of a second, silent attempt, if ssh itself failed
    std::string proxy_hint;       // what has ssh use the user's HTTPS proxy
    bool terminal = false;        // is there one to ask for a passphrase?
};

// After a failure of the remote command: what hf.co says now, or what is remembered. hf.co is not
// asked if a person would have to unlock the key, nor within a minute of its last answer; but in
// that minute "anonymous" is asked again, since the user may be adding the key, except for git-lfs,
// which repeats its attempts.
[[nodiscard]] Remembered find_account(Facts& facts, const Decision& decision,
                                      const std::function<bool()>& give_up);

// After a failure of ssh itself: tries the same once more, silently, within five seconds.
[[nodiscard]] Remembered look_again(Facts& facts, const Decision& decision,
                                    const std::function<bool()>& give_up);

}  // namespace hfssh::transport
