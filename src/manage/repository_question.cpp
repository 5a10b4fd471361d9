#include "hfssh/manage/repository_question.hpp"

#include "hfssh/manage/asking.hpp"
#include "hfssh/manage/key_report.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using system::Capture;

// More than git says before it wants an answer, unless there are very many branches and tags.
constexpr std::size_t enough = std::size_t{1} << 20;
constexpr int ssh_failed = 255;

system::Command asking_nobody(const Outlook& outlook, const transport::ClosedSession& session) {
    system::Command command = session.command();
    // Of an option given twice the first counts.
    const auto behind_program =
        command.argv.begin() +
        static_cast<std::ptrdiff_t>(outlook.request.underlying.launcher.size() + 1);
    command.argv.insert(behind_program, {"-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o",
                                         "LogLevel=ERROR", "-o", "AddKeysToAgent=no"});
    return command;
}

// The last line that hf.co, or ssh, said.
std::string last_words(std::string_view errors) {
    std::string words;
    for (std::string_view line : system::lines(errors)) {
        line = system::trim(line);
        if (line.starts_with("remote: ")) line.remove_prefix(8);
        if (!line.empty()) words = system::printable(line);
    }
    return words;
}

}  // namespace

RepositoryQuestion::RepositoryQuestion(std::unique_ptr<Outlook> outlook)
    : outlook_(std::move(outlook)) {
    const transport::Survey& survey = outlook_->survey;
    const auto* chosen = std::get_if<identity::Chosen>(&survey.choice);
    if (chosen == nullptr) {
        why_not_ = "there is no key for it";
        return;
    }
    const identity::Candidate& candidate = survey.inventory.candidates[chosen->index];
    if (needs_person(candidate, survey.inventory)) {
        why_not_ = key_name(candidate, survey.request) + " needs somebody";
        return;
    }
    const transport::Prospect& prospect = outlook_->prospect;
    session_ = std::make_unique<transport::ClosedSession>(
        outlook_->request, prospect.configured, prospect.endpoint, candidate, prospect.trusted,
        prospect.agent.usable());
    capture_.emplace(asking_nobody(*outlook_, *session_), Capture::Errors::collect);
}

RepositoryQuestion::Answer RepositoryQuestion::wait(const Situation& situation) {
    if (!capture_) return {Answer::Kind::unknown, why_not_};
    return judge(
        capture_->wait(situation.deadline, enough, [&] { return situation.told_to_end(); }));
}

RepositoryQuestion::Answer RepositoryQuestion::judge(const Capture::Result& result) {
    using End = Capture::Result::End;
    using Kind = Answer::Kind;
    const ssh::Report report = session_->report();
    if (report == ssh::Report::refused) return {Kind::unknown, "the host key was refused"};
    if (report == ssh::Report::none && session_->reports()) {
        return {Kind::unknown, "there was no connection"};
    }
    if (!result.output.empty()) return {Kind::served, {}};
    if (result.end == End::timed_out) return {Kind::unknown, "hf.co did not answer in time"};
    const std::string words = last_words(result.errors);
    if (result.end != End::exited || result.status == ssh_failed) {
        return {Kind::unknown, words.empty() ? "the connection failed" : words};
    }
    return {Kind::refused, words.empty() ? "no word of why" : words};
}

}  // namespace hfssh::manage
