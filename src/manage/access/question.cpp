#include "hfssh/manage/access/question.hpp"

#include "hfssh/hub/advertisement.hpp"
#include "hfssh/hub/repository.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using Asking = transport::ClosedSession::Asking;
using Kind = AccessAnswer::Kind;
using system::Capture;
using End = Capture::Result::End;

constexpr auto alone = std::chrono::seconds(10);
constexpr auto with_person = std::chrono::minutes(2);
// The references of a large repository; more of them is an answer too.
constexpr std::size_t enough = std::size_t{16} << 20;
constexpr int ssh_itself = 255;
constexpr std::string_view flush = "0000";

std::string command_for(AccessQuestion::Wish wish, const std::string& path) {
    return service_command(
        wish == AccessQuestion::Wish::read ? "git-upload-pack" : "git-receive-pack", path);
}

// On one line, without what a server may put in front.
std::string words_in(std::string_view said) {
    constexpr std::string_view prefix = "remote: ";
    std::vector<std::string> words;
    for (std::string_view line : system::lines(said)) {
        if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
        words.emplace_back(system::trim(line));
    }
    return system::join(words, " ");
}

}  // namespace

AccessQuestion::AccessQuestion(const Outlook& outlook, const identity::Candidate& candidate,
                               Wish wish, const std::string& path, bool person)
    : person_(person),
      session_(outlook.request, outlook.prospect.configured, outlook.prospect.endpoint, candidate,
               outlook.prospect.trusted, outlook.prospect.agent.usable()),
      capture_(session_.service_command(command_for(wish, path),
                                        person ? Asking::with_person : Asking::aloud),
               person ? Capture::Errors::inherit : Capture::Errors::collect, flush) {}

AccessAnswer AccessQuestion::wait(std::chrono::steady_clock::time_point deadline,
                                  const std::function<bool()>& give_up) {
    return judge(capture_.wait(deadline, enough, give_up));
}

AccessAnswer AccessQuestion::wait(const Surroundings& surroundings) {
    const auto limit = person_ ? std::chrono::seconds(with_person) : alone;
    return wait(std::chrono::steady_clock::now() + limit,
                [&] { return surroundings.told_to_end(); });
}

AccessAnswer AccessQuestion::judge(const Capture::Result& result) {
    using hub::Advertisement;
    const ssh::Report report = session_.report();
    AccessAnswer answer{Kind::unknown, {}, system::printable_lines(result.errors)};
    if (report == ssh::Report::refused) {
        answer.kind = Kind::refused;
        answer.words = "the host key was refused, so hf.co was not asked";
        answer.said += ssh::as_printed(session_.refusal());
        return answer;
    }
    const Advertisement advertised = hub::read_advertisement(result.output);
    const bool ran =
        !result.output.empty() || (result.end == End::exited && result.status != ssh_itself);
    if (ran && report == ssh::Report::none && session_.reports()) {
        answer.words = "the ssh that was run did not have the host key of hf.co checked";
    } else if (advertised.kind == Advertisement::Kind::references) {
        answer.kind = Kind::served;
    } else if (result.end == End::timed_out) {
        answer.words = "hf.co did not answer in time";
    } else if (ran) {
        answer.kind = Kind::declined;
        answer.words = advertised.kind == Advertisement::Kind::error
                           ? system::printable(advertised.error)
                           : words_in(answer.said);
        if (answer.words.empty()) answer.words = "hf.co gave no reason";
    } else if (report == ssh::Report::accepted) {
        answer.words = "hf.co proved its identity, but the key did not serve";
    } else {
        answer.words = "no connection to hf.co";
    }
    return answer;
}

std::vector<std::string> namesakes(const std::string& path) {
    const auto repository = hub::read_repository_path(path);
    if (!repository) return {};
    std::vector<std::string> found;
    for (const char* type : {"", "datasets", "spaces"}) {
        hub::Repository other = *repository;
        other.type = type;
        if (other.type != repository->type) found.push_back(other.path());
    }
    return found;
}

}  // namespace hfssh::manage
