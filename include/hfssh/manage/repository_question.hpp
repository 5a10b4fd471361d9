#pragma once

#include <memory>
#include <string>

#include "hfssh/manage/doctor.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/transport/closed_session.hpp"

namespace hfssh::manage {

// Does hf.co serve a repository to the key that would be offered for it? Asked as `git fetch` does,
// through a verified connection; nothing is changed there, and nobody is asked for anything.
class RepositoryQuestion {
  public:
    // OUTLOOK is of a fetch from it. Starts the connection.
    explicit RepositoryQuestion(std::unique_ptr<Outlook> outlook);

    struct Answer {
        enum class Kind {
            served,
            refused,  // WORDS are what hf.co said
            unknown,  // WORDS say why: no key that could be used without somebody, no connection
        };
        Kind kind = Kind::unknown;
        std::string words;  // printable
    };
    [[nodiscard]] Answer wait(const Situation& situation);

  private:
    [[nodiscard]] Answer judge(const system::Capture::Result& result);

    std::unique_ptr<Outlook> outlook_;
    std::unique_ptr<transport::ClosedSession> session_;
    std::optional<system::Capture> capture_;
    std::string why_not_;
};

}  // namespace hfssh::manage
