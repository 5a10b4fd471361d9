#pragma once

#include <string>

#include "hfssh/manage/outlook.hpp"
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
    // PERSON: ssh may ask for what it needs, and talks to the terminal itself.
    HubQuestion(const Outlook& outlook, const identity::Candidate& candidate, bool person);

    // The account. Empty where none was told: then why_not() says why. An answer is remembered.
    [[nodiscard]] std::string wait(identity::MemoryStore& memory, const Surroundings& surroundings);
    // The host key was refused: what the helper says of it has been shown.
    [[nodiscard]] bool refused() const { return refused_; }
    [[nodiscard]] const std::string& why_not() const { return why_not_; }
    [[nodiscard]] const identity::Candidate& candidate() const { return candidate_; }

  private:
    void judge(const system::Capture::Result& answer, std::string& account);

    const identity::Candidate& candidate_;
    bool person_;
    transport::ClosedSession session_;
    system::Capture capture_;
    bool refused_ = false;
    std::string why_not_;
};

}  // namespace hfssh::manage
