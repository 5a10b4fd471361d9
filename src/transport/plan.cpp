// The fifth station: the program to run with its arguments, the files that these name, and the
// channel on which the helper reports.
#include "hfssh/transport/plan.hpp"

#include <functional>

#include "causes.hpp"
#include "closed.hpp"
#include "hfssh/identity/offer.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"
#include "sharing.hpp"
#include "unlock.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

identity::Offer offer_of(const Facts& facts, const identity::Candidate& candidate,
                         system::TemporaryDirectory& files) {
    // A container's layer is no place for it.
    const std::string state =
        facts.typed.variables.in_ci ? std::string() : system::state_directory();
    auto prepared = identity::prepare_offer(candidate, state, files);
    if (const auto* no_place = std::get_if<identity::NoPlace>(&prepared)) {
        throw Failure(
            "no directory can be written for the public key to offer: " + no_place->problem, {},
            system::Code::file);
    }
    return std::get<identity::Offer>(std::move(prepared));
}

ssh::OfferedIdentity offered(const Facts& facts, const identity::Candidate& candidate,
                             const identity::Offer& offer) {
    return {offer.identity_file, offer.certificate_file,
            // Where the agent has the key too, nobody has to type a PIN.
            candidate.in_agent || candidate.provider.empty() ? std::nullopt
                                                             : std::optional(candidate.provider),
            facts.agent.usable()};
}

Enclosure enclosure_of(const Facts& facts) {
    return {facts.typed, facts.endpoint, facts.trusted, facts.trusted_files};
}

// The native transport gets the key itself as a word, so that nothing has to be written for it.
Order native_order(const Facts& facts, const identity::Candidate& candidate,
                   const std::string& report) {
    const std::string file =
        candidate.file_serves() ? system::absolute_path(candidate.path) : std::string();
    Order order = make_order(enclosure_of(facts), offered(facts, candidate, {file, {}}), report);
    if (candidate.key) {
        order.public_key = system::trim(identity::public_file_text(*candidate.key, {}));
    }
    return order;
}

// For the native transport; ADJUST makes a question of the session that was typed.
Plan native_plan(const Facts& facts, const identity::Candidate& candidate,
                 const std::function<void(Order&)>& adjust) {
    Plan plan;
    plan.files = std::make_unique<system::TemporaryDirectory>();
    plan.sharing.why_not = "the native transport shares none";
    const std::string report = plan.channel.path();
    Order order = native_order(facts, candidate, report);
    adjust(order);
    const std::string program = native_program();
    plan.command = {program, words_of(order)};
    plan.command.argv.insert(plan.command.argv.begin(), program);
    plan.reports = !report.empty();
    return plan;
}

// Everything but the words that come behind the options; FIRST wins over them.
Plan plan_for(const Facts& facts, const identity::Candidate& candidate,
              const std::vector<std::string>& first) {
    Plan plan;
    plan.files = std::make_unique<system::TemporaryDirectory>();
    const std::string report = plan.channel.path();
    const Closed closed = close(enclosure_of(facts),
                                offered(facts, candidate, offer_of(facts, candidate, *plan.files)),
                                report, *plan.files);
    plan.command = closed.command(first);
    plan.options_at = closed.program.size();
    plan.reports = closed.can_report && !report.empty();
    return plan;
}

}  // namespace

Plan make_plan(const Facts& facts, const Decision& decision) {
    if (facts.wire == Wire::native) {
        return native_plan(facts, chosen_key(facts, decision), [](Order&) {});
    }
    const ssh::CommandLine& line = facts.endpoint.line;
    // A key for one command must not stay in an agent.
    std::vector<std::string> first;
    if (facts.key_for_once) first = {"-o", "AddKeysToAgent=no"};
    if (explains_alone(facts)) first.insert(first.end(), {"-o", "LogLevel=FATAL"});
    const identity::Candidate& chosen = chosen_key(facts, decision);
    if (const std::string time = unlock_time(facts, chosen); !time.empty()) {
        first.insert(first.end(), {"-o", "AddKeysToAgent=" + time});
    }
    Plan plan = plan_for(facts, chosen, first);
    plan.sharing = plan_sharing(facts, chosen, plan.reports);
    std::vector<std::string>& words = plan.command.argv;
    // Flags assign: -v and -q as typed, over the LogLevel that was configured.
    for (const ssh::Flag& flag : line.flags) {
        if (flag.letter == 'v' || flag.letter == 'q' || flag.letter == 'G') {
            words.push_back({'-', flag.letter});
        }
    }
    // As typed, so that %n in a ProxyCommand is what the person wrote.
    words.insert(words.end(), {"--", facts.endpoint.name()});
    words.insert(words.end(), line.command.begin(), line.command.end());
    return plan;
}

Plan make_question(const Facts& facts, const identity::Candidate& candidate, Person person,
                   const std::string& remote_command) {
    const bool silent = person == Person::silent;
    if (facts.wire == Wire::native) {
        return native_plan(facts, candidate, [&](Order& order) {
            order.place.connect_timeout = std::chrono::seconds(5);
            order.loudness = silent ? Order::Loudness::quiet : Order::Loudness::normal;
            order.batch_mode = order.batch_mode || person != Person::asked;
            order.session =
                remote_command.empty() ? Order::Session::shell : Order::Session::command;
            order.command = remote_command;
        });
    }
    std::vector<std::string> first = {"-o", "ConnectTimeout=5", "-o", "AddKeysToAgent=no"};
    // At DEBUG1 ssh also says why a key exchange failed, and what is no SSH server: ask.cpp
    first.insert(first.end(), {"-o", silent                    ? "LogLevel=QUIET"
                                     : person == Person::asked ? "LogLevel=ERROR"
                                                               : "LogLevel=DEBUG1"});
    if (person != Person::asked) first.insert(first.end(), {"-o", "BatchMode=yes"});
    Plan plan = plan_for(facts, candidate, first);
    std::vector<std::string>& words = plan.command.argv;
    words.insert(words.end(), {"-T", "--", facts.endpoint.name()});
    if (!remote_command.empty()) words.push_back(remote_command);
    return plan;
}

}  // namespace hfssh::transport
