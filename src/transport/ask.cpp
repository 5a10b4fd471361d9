// Asking hf.co about keys: one question, its answer, and the turns in which several are asked.
#include "hfssh/transport/ask.hpp"

#include "causes.hpp"
#include "hfssh/hub/greeting.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/hint.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/system/trace.hpp"
#include "retry.hpp"
#include "sharing.hpp"

namespace hfssh::transport {
namespace {

using identity::Candidate;
using Kind = Answer::Kind;
using system::Capture;
using End = Capture::Result::End;
using std::chrono::steady_clock;

constexpr std::size_t files_at_a_time = 4;
constexpr std::size_t longest_greeting = 65536;
// The references of a large repository; more of them is an answer too.
constexpr std::size_t longest_list = std::size_t{16} << 20;
constexpr int ssh_itself = 255;
constexpr std::string_view flush = "0000";

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

// What ssh printed at DEBUG1, without what it would not have printed at INFO.
std::string as_at_info(std::string_view printed) {
    std::string text;
    for (const std::string_view line : system::lines(printed)) {
        if (!line.starts_with("debug1: ") && !line.starts_with("Authenticated to ") &&
            !line.starts_with("Transferred: ") && !line.starts_with("Bytes per second: ")) {
            text.append(line).append("\n");
        }
    }
    return shows_http(printed) ? text + speaks_http : text;
}

// An ssh that offers a key of its own gets that key's answers, whichever is asked about.
void require_alone(const Facts& facts, const Candidate& candidate) {
    const identity::Wrapper& wrapper = facts.request.wrapper;
    if (!wrapper.problem.empty())
        throw system::Failure(wrapper.problem, wrapper.hint, system::Code::ssh_configuration);
    for (const std::string& added : wrapper.files) {
        if (added == candidate.path) continue;
        throw system::Failure("hf.co is not asked about " + identity::describe(candidate) +
                                  ": the ssh that is run offers " + system::display_path(added) +
                                  " itself",
                              {}, system::Code::ssh_configuration);
    }
}

}  // namespace

bool shows_http(std::string_view printed) {
    constexpr std::string_view banner = "exchange_identification: ";
    constexpr std::string_view numbered = "banner line 0: ";  // since OpenSSH 8.0
    for (const std::string_view line : system::lines(printed)) {
        const auto at = line.find(banner);
        if (!line.starts_with("debug1: ") || at == std::string_view::npos) continue;
        std::string_view first = line.substr(at + banner.size());
        if (first.starts_with(numbered)) first.remove_prefix(numbered.size());
        if (first.starts_with("HTTP/") || first.starts_with("<")) return true;
    }
    return false;
}

Asked::Asked(const Facts& facts, const Candidate& candidate, const Question& question)
    : facts_(facts), candidate_(candidate), question_(question) {
    require_alone(facts, candidate);
    system::trace("asking hf.co about " + identity::describe(candidate));
    start();
}

Asked::~Asked() = default;

void Asked::start() {
    plan_ = make_question(facts_, candidate_, question_.person, question_.command);
    const bool is_greeting = question_.command.empty();
    trial_ = is_greeting && question_.learns ? Trial::of(facts_, candidate_, plan_) : nullptr;
    capture_.emplace(
        trial_ ? trial_->command(plan_) : plan_.command,
        question_.person == Person::asked ? Capture::Errors::inherit : Capture::Errors::collect,
        is_greeting ? std::string_view() : flush);
}

Answer Asked::wait(identity::MemoryStore& store, const Patience& patience) {
    constexpr auto alone = std::chrono::seconds(10);
    constexpr auto with_person = std::chrono::seconds(120);
    auto until = patience.until;
    if (until == steady_clock::time_point::max()) {
        until = steady_clock::now() + (question_.person == Person::asked ? with_person : alone);
    }
    const std::size_t longest = question_.command.empty() ? longest_greeting : longest_list;
    const auto give_up = [&] { return patience.give_up && patience.give_up(); };
    Answer answer = judge(capture_->wait(until, longest, patience.give_up));
    Retry retry(facts_);
    while (patience.retry && was_too_busy(answer) && retry.again(give_up, until)) {
        start();
        answer = judge(capture_->wait(until, longest, patience.give_up));
    }
    if (trial_ && answer.kind == Kind::greeted) trial_->learn(plan_, give_up);
    if (answer.kind == Kind::greeted && candidate_.key) {
        system::trace("hf.co greets " + identity::describe(candidate_) + " as " + answer.account);
        store.remember_answer(*candidate_.key, candidate_.comment,
                              {answer.account, std::chrono::system_clock::now()});
    }
    return answer;
}

Answer Asked::judge(const Capture::Result& result) {
    Answer answer;
    answer.report = plan_.channel.read();
    answer.said = system::printable_lines(as_at_info(result.errors));
    answer.in_time = result.end != End::timed_out;
    if (answer.report == ssh::Report::refused) {
        answer.kind = Kind::refused;
        answer.refusal = ssh::explain_refusal(facts_.trusted, plan_.channel.reported());
        answer.said = ssh::as_printed(answer.refusal);  // ssh's words name the helper's call
        while (answer.said.ends_with('\n'))
            answer.said.pop_back();
        answer.words = "the host key was refused, so hf.co was not asked";
        return answer;
    }
    const auto greeting = hub::read_greeting(result.output);
    const hub::Advertisement advertised = hub::read_advertisement(result.output);
    const bool is_greeting = question_.command.empty();
    const bool ran = is_greeting ? greeting.has_value()
                                 : !result.output.empty() ||
                                       (result.end == End::exited && result.status != ssh_itself);
    if (ran && answer.report == ssh::Report::none && plan_.reports) {
        answer.kind = Kind::unchecked;
        answer.words = "the ssh that was run did not have the host key of hf.co checked";
    } else if (is_greeting && ran) {
        answer.kind = Kind::greeted;
        answer.account = greeting->account;
    } else if (advertised.kind == hub::Advertisement::Kind::references) {
        answer.kind = Kind::served;
    } else if (!answer.in_time) {
        answer.words = "hf.co did not answer in time";
    } else if (ran) {
        answer.kind = Kind::declined;
        answer.words = advertised.kind == hub::Advertisement::Kind::error
                           ? system::printable(advertised.error)
                           : words_in(answer.said);
        // A person has seen it.
        if (answer.words.empty() && question_.person != Person::asked) {
            answer.words = "hf.co gave no reason";
        }
    } else if (answer.verified() && question_.person == Person::asked && candidate_.encrypted) {
        answer.words = "the key was not unlocked, or the connection broke";
        answer.unlock = system::with_agent("ssh-add " + system::shell_path(candidate_.path),
                                           facts_.agent.usable());
    } else if (answer.verified()) {
        answer.words = cause_in(answer) == Cause::not_accepted && facts_.endpoint.user != "git"
                           ? "hf.co takes no login name but git, and this one is \"" +
                                 system::printable(facts_.endpoint.user) + "\""
                           : "hf.co's host key is right, but the login failed";
    } else {
        answer.words = "no connection to hf.co";
        if (cause_in(answer) == Cause::portal) answer.words += ": " + std::string(speaks_http);
    }
    return answer;
}

std::vector<std::vector<std::size_t>> turns_for(const std::vector<std::size_t>& keys,
                                                const identity::Inventory& inventory) {
    std::vector<std::vector<std::size_t>> turns;
    std::vector<std::size_t> singly;
    for (const std::size_t key : keys) {
        const Candidate& candidate = inventory.candidates[key];
        if (candidate.path.empty() || needs_person(candidate, inventory)) {
            singly.push_back(key);
        } else if (turns.size() < 2 || turns.back().size() == files_at_a_time) {
            turns.push_back({key});
        } else {
            turns.back().push_back(key);
        }
    }
    for (const std::size_t key : singly)
        turns.push_back({key});
    return turns;
}

void ask_each(const Facts& facts, const std::vector<std::size_t>& keys, const Question& question,
              identity::MemoryStore& store, const Patience& patience, const Each& each) {
    for (const std::vector<std::size_t>& turn : turns_for(keys, facts.inventory)) {
        std::vector<std::unique_ptr<Asked>> running;
        for (const std::size_t key : turn) {
            const Candidate& candidate = facts.inventory.candidates[key];
            Question about = question;
            if (about.person == Person::told && needs_person(candidate, facts.inventory)) {
                about.person = Person::asked;
            }
            running.push_back(std::make_unique<Asked>(facts, candidate, about));
        }
        for (std::size_t i = 0; i < turn.size(); ++i) {
            if (!each(turn[i], running[i]->wait(store, patience))) return;
        }
    }
}

}  // namespace hfssh::transport
