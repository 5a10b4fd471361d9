#include "hfssh/manage/asking.hpp"

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

HubQuestion::HubQuestion(const Outlook& outlook, const identity::Candidate& candidate, bool person)
    : candidate_(candidate),
      person_(person),
      session_(outlook.request, outlook.prospect.configured, outlook.prospect.endpoint, candidate,
               outlook.prospect.trusted, outlook.prospect.agent.usable()),
      capture_(session_.greeting_command(person ? Asking::with_person : Asking::aloud),
               person ? Capture::Errors::inherit : Capture::Errors::collect) {}

std::string HubQuestion::wait(identity::MemoryStore& memory, const Surroundings& surroundings) {
    const auto deadline =
        std::chrono::steady_clock::now() + (person_ ? std::chrono::seconds(with_person) : alone);
    const auto answer =
        capture_.wait(deadline, longest, [&] { return surroundings.told_to_end(); });
    std::string account;
    judge(answer, account);
    if (!account.empty() && candidate_.key) {
        memory.remember_answer(*candidate_.key, candidate_.comment,
                               {account, std::chrono::system_clock::now()});
    }
    return account;
}

void HubQuestion::judge(const Capture::Result& answer, std::string& account) {
    const ssh::Report report = session_.report();
    refused_ = report == ssh::Report::refused;
    if (const auto greeting = hub::read_greeting(answer.output); greeting && !refused_) {
        if (report == ssh::Report::none && session_.reports()) {
            why_not_ = "the ssh that was run did not have the host key of hf.co checked";
            return;
        }
        account = greeting->account;
        return;
    }
    // The helper's words, and ssh's own.
    for (const std::string_view line : system::lines(answer.errors)) {
        const std::string text = system::printable(line) + "\n";
        if (::write(STDERR_FILENO, text.data(), text.size()) < 0) break;
    }
    if (refused_) {
        why_not_ = "the host key was refused, so hf.co was not asked";
    } else if (answer.end == Capture::Result::End::timed_out) {
        why_not_ = "hf.co did not answer in time";
    } else if (report == ssh::Report::accepted) {
        why_not_ = "hf.co proved its identity, but did not greet the key";
    } else {
        why_not_ = "no connection to hf.co";
    }
}

}  // namespace hfssh::manage
