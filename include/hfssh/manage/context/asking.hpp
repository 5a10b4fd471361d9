#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/transport/closed_session.hpp"

namespace hfssh::manage {

// Can a passphrase be asked for, or a touch, here?
[[nodiscard]] bool person_is_here();

// Does signing with this key need a person?
[[nodiscard]] bool needs_person(const identity::Candidate& candidate,
                                const identity::Inventory& inventory);

// hf.co, asked whom it takes a key for, by a verified connection that the constructor starts.
class HubQuestion {
  public:
    // Why there is no answer.
    enum class Obstacle {
        none,
        refused,      // the host key: what the helper says of it is among the words
        unchecked,    // an answer came, but the ssh that was run let nobody look at the host key
        not_greeted,  // hf.co proved its identity, and then said nothing of the key
        not_reached,
    };
    // What ssh and the helper have to say where there is no answer: shown on standard error, or
    // kept for words().
    enum class Words { shown, kept };

    // PERSON: ssh may ask for what it needs, and talks to the terminal itself.
    HubQuestion(const Outlook& outlook, const identity::Candidate& candidate, bool person,
                Words words = Words::shown);

    // The account. Empty where none was told: then why_not() says why. An answer is remembered.
    // Without UNTIL it waits for as long as an answer may take.
    [[nodiscard]] std::string wait(
        identity::MemoryStore& memory, const Surroundings& surroundings,
        std::optional<std::chrono::steady_clock::time_point> until = std::nullopt);
    [[nodiscard]] Obstacle obstacle() const { return obstacle_; }
    [[nodiscard]] bool refused() const { return obstacle_ == Obstacle::refused; }
    [[nodiscard]] const std::string& why_not() const { return why_not_; }
    [[nodiscard]] const std::string& words() const { return words_; }  // printable lines
    [[nodiscard]] const identity::Candidate& candidate() const { return candidate_; }

  private:
    void judge(const system::Capture::Result& answer, std::string& account);
    void miss(Obstacle obstacle, const std::string& why);

    const identity::Candidate& candidate_;
    bool person_;
    transport::ClosedSession session_;
    system::Capture capture_;
    bool show_words_;
    Obstacle obstacle_ = Obstacle::none;
    std::string why_not_;
    std::string words_;
};

}  // namespace hfssh::manage
