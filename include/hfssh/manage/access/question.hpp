#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/transport/closed_session.hpp"

namespace hfssh::manage {

// What hf.co answers who wants to fetch from a repository, or to push to it.
struct AccessAnswer {
    enum class Kind {
        served,    // it lists what there is
        declined,  // WORDS are hf.co's own
        refused,   // the host key: WORDS say so, and SAID is the helper's explanation
        unknown,   // WORDS say why there is no answer
    };
    Kind kind = Kind::unknown;
    std::string words;  // printable
    std::string said;   // by ssh, the helper and hf.co: printable lines
    [[nodiscard]] bool served() const { return kind == Kind::served; }
};

// May a key fetch from a repository, or push to it? git-upload-pack or git-receive-pack is asked
// for by a verified connection that the constructor starts, and told "nothing" (a flush packet)
// where git would name what it wants: nothing is changed there. Before a push hf.co tells no more
// than this; a branch that only some may write is not seen.
class AccessQuestion {
  public:
    enum class Wish { read, write };

    // OUTLOOK and CANDIDATE, one of its inventory, live as long as this. PATH is that of the
    // repository as it is sent: "acme/model". PERSON: ssh may ask for what it needs.
    AccessQuestion(const Outlook& outlook, const identity::Candidate& candidate, Wish wish,
                   const std::string& path, bool person = false);

    // Once. Until DEADLINE, or GIVE_UP.
    [[nodiscard]] AccessAnswer wait(std::chrono::steady_clock::time_point deadline,
                                    const std::function<bool()>& give_up);
    // … for as long as an answer may take, or until a signal comes.
    [[nodiscard]] AccessAnswer wait(const Surroundings& surroundings);

  private:
    [[nodiscard]] AccessAnswer judge(const system::Capture::Result& result);

    bool person_;
    transport::ClosedSession session_;
    system::Capture capture_;
};

// The paths that may have been meant by PATH: the same name as a model, a dataset or a Space. Pure.
[[nodiscard]] std::vector<std::string> namesakes(const std::string& path);

}  // namespace hfssh::manage
