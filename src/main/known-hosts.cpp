// libexec/hf-ssh/known-hosts, ssh's KnownHostsCommand: may the key that the server has just
// presented be trusted? Called as
//     known-hosts %I %t %K %f [REPORT [FILE...]]
// it prints the presented key and exits 0, or explains why not, prints nothing and exits 1, which
// ends the connection whatever the rest of the configuration says (ssh_config(5)).
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/refusal.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/trace.hpp"

namespace {

using namespace hfssh;

struct Question {
    std::string_view reason;  // ORDER, HOSTNAME or ADDRESS
    std::string_view type;
    std::string_view base64;
    std::vector<settings::TrustedFile> files;
};

void print(std::string_view line) {
    while (!line.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, line.data(), line.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw system::Failure("ssh did not take the answer on the host key");
        line.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool accept(const Question& question) {
    const settings::TrustedHostKeys keys = settings::load_host_keys(question.files);
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity == hub::Problem::Severity::broken) {
            system::say(settings::describe(problem) + "; the line is passed over");
        }
    }
    const hub::Judgement judgement = keys.set.judge(question.type, question.base64);
    if (judgement.verdict != hub::Verdict::trusted) {
        system::say(ssh::explain_refusal(keys.set, judgement));
        return false;
    }
    const hub::KnownKey& trusted = *judgement.match;
    print("* " + trusted.key.type + " " + trusted.key.base64() + "\n");
    if (system::tracing()) {
        system::trace("host key " + judgement.fingerprint() + " (" + trusted.key.type +
                      ") trusted: " + settings::describe(trusted.origin));
    }
    return true;
}

bool answer(const Question& question) {
    // Asked for every key, to order the algorithms: they are given to ssh by name.
    if (question.reason == "ORDER") return true;
    if (question.reason == "HOSTNAME" || question.reason == "ADDRESS") return accept(question);
    throw system::Failure("known-hosts: asked for an unknown reason: " +
                          system::printable(question.reason));
}

// FILES as hf-ssh read them; of somebody who gives none, those of the environment.
bool answer_or_explain(Question& question, const std::vector<std::string>& files) {
    try {
        question.files =
            files.empty() ? settings::trusted_files() : settings::from_arguments(files);
        return answer(question);
    } catch (const system::Failure& failure) {
        system::say(failure.what());
        if (!failure.hint().empty()) system::hint(failure.hint());
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return false;
}

}  // namespace

int main(int argc, char* argv[]) {
    std::signal(SIGPIPE, SIG_IGN);
    if (argc < 5) {
        system::say("known-hosts is what hf-ssh gives to ssh as KnownHostsCommand; see hf-ssh(1)");
        return 1;
    }
    system::start_trace("known-hosts", system::Complain::no);
    Question question{argv[1], argv[2], argv[3], {}};
    const bool accepted = answer_or_explain(question, {argv + std::min(argc, 6), argv + argc});
    const bool judged = question.reason != "ORDER";
    if (argc > 5 && judged) {
        ssh::send_report(argv[5], accepted ? ssh::Report::accepted : ssh::Report::refused);
    }
    return accepted ? 0 : 1;
}
