#include "hfssh/manage/context/asking.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>

#include "hfssh/hub/greeting.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace hfssh::manage {
namespace {

using Asking = transport::ClosedSession::Asking;
using system::Capture;

constexpr auto alone = std::chrono::seconds(10);
constexpr auto with_person = std::chrono::minutes(2);
constexpr std::size_t longest = 65536;

}  // namespace

bool person_is_here() {
    if (settings::nobody_to_ask() || ::isatty(STDERR_FILENO) != 1) return false;
    const system::UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    return terminal.get() >= 0;
}

bool needs_person(const identity::Candidate& candidate, const identity::Inventory& inventory) {
    return !candidate.ready() || candidate.hardware ||
           (candidate.in_agent && inventory.agent_asks_person);
}

HubQuestion::HubQuestion(const Outlook& outlook, const identity::Candidate& candidate, bool person,
                         Words words)
    : candidate_(candidate),
      person_(person),
      session_(outlook.request, outlook.prospect.configured, outlook.prospect.endpoint, candidate,
               outlook.prospect.trusted, outlook.prospect.agent.usable()),
      capture_(session_.greeting_command(person ? Asking::with_person : Asking::aloud),
               person ? Capture::Errors::inherit : Capture::Errors::collect),
      show_words_(words == Words::shown) {}

std::string HubQuestion::wait(identity::MemoryStore& memory, const Surroundings& surroundings,
                              std::optional<std::chrono::steady_clock::time_point> until) {
    const auto enough =
        std::chrono::steady_clock::now() + (person_ ? std::chrono::seconds(with_person) : alone);
    const auto answer =
        capture_.wait(until.value_or(enough), longest, [&] { return surroundings.told_to_end(); });
    std::string account;
    judge(answer, account);
    if (!account.empty() && candidate_.key) {
        memory.remember_answer(*candidate_.key, candidate_.comment,
                               {account, std::chrono::system_clock::now()});
    }
    return account;
}

void HubQuestion::miss(Obstacle obstacle, const std::string& why) {
    obstacle_ = obstacle;
    why_not_ = why;
}

void HubQuestion::judge(const Capture::Result& answer, std::string& account) {
    const ssh::Report report = session_.report();
    const auto greeting = hub::read_greeting(answer.output);
    if (greeting && report != ssh::Report::refused) {
        if (report == ssh::Report::none && session_.reports()) {
            return miss(Obstacle::unchecked,
                        "the ssh that was run did not have the host key of hf.co checked");
        }
        account = greeting->account;
        return;
    }
    for (const std::string_view line : system::lines(answer.errors))
        words_ += system::printable(line) + "\n";
    if (report == ssh::Report::refused) words_ += ssh::as_printed(session_.refusal());
    if (show_words_ && ::write(STDERR_FILENO, words_.data(), words_.size()) < 0)
        show_words_ = false;
    const bool in_time = answer.end != Capture::Result::End::timed_out;
    const std::string late = "hf.co did not answer in time";
    if (report == ssh::Report::refused) {
        miss(Obstacle::refused, "the host key was refused, so hf.co was not asked");
    } else if (report == ssh::Report::accepted) {
        miss(Obstacle::not_greeted,
             in_time ? "hf.co proved its identity, but did not greet the key" : late);
    } else {
        miss(Obstacle::not_reached, in_time ? "no connection to hf.co" : late);
    }
}

}  // namespace hfssh::manage
