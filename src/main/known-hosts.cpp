// libexec/hf-ssh/known-hosts, the KnownHostsCommand of ssh_config(5): may the key that the server
// has just presented be trusted? Called as
//     known-hosts %I %t %K [REPORT [FILE...]]
// If it may, it prints the presented key and exits 0. If not, it prints nothing on standard output
// and exits 1, which ends the connection whatever else is configured. REPORT names the pipe to the
// hf-ssh that waits (ssh/closed/report_channel.hpp), which then explains a refusal.
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
    std::string report;  // empty or "-": plain ssh, nobody waits for a report
    std::vector<settings::TrustedFile> files;
};

void print(std::string_view line) {
    while (!line.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, line.data(), line.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw system::Failure("ssh did not read the answer on the host key");
        line.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool accept(const Question& question) {
    const settings::TrustedHostKeys keys = settings::load_host_keys(question.files);
    for (const hub::Problem& problem : keys.problems) {
        if (problem.severity == hub::Problem::Severity::broken) {
            system::say(settings::describe(problem) + "; line ignored");
        }
    }
    const hub::Judgement judgement = keys.set.judge(question.type, question.base64);
    const bool trusted = judgement.verdict == hub::Verdict::trusted;
    const bool reported =
        ssh::send_report(question.report, trusted ? ssh::Report::accepted : ssh::Report::refused,
                         question.type, question.base64);
    if (!trusted) {
        // The parent explains it once ssh has printed its own errors. Plain ssh has no such parent.
        if (!reported) ssh::tell(ssh::explain_refusal(keys.set, judgement));
        return false;
    }
    const hub::KnownKey& match = *judgement.match;
    print("* " + match.key.type + " " + match.key.base64() + "\n");
    if (system::tracing()) {
        system::trace("host key " + judgement.fingerprint() + " (" + match.key.type +
                      ") trusted: " + settings::describe(match.origin));
    }
    return true;
}

bool answer(const Question& question) {
    // Asked for all keys, to order the algorithms; hf-ssh names those to ssh itself.
    if (question.reason == "ORDER") return true;
    if (question.reason == "HOSTNAME" || question.reason == "ADDRESS") return accept(question);
    throw system::Failure("known-hosts: unknown reason for the call: " +
                          system::printable(question.reason));
}

// FILES are those that hf-ssh read; if there are none, the environment names them.
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
    ssh::send_report(question.report, ssh::Report::explained);
    return false;
}

// ssh waits for its helper for ever, and a file of host keys may be on a file system that hangs.
// Exiting 1 refuses.
void give_up(int) {
    constexpr std::string_view words =
        "hf-ssh: the files with host keys could not be read within 30 seconds\n";
    if (::write(STDERR_FILENO, words.data(), words.size()) < 0) ::_exit(1);
    ::_exit(1);
}

}  // namespace

int main(int argc, char* argv[]) {
    std::signal(SIGALRM, give_up);
    ::alarm(30);
    std::signal(SIGPIPE, SIG_IGN);
    if (argc < 4) {
        system::say("known-hosts is the KnownHostsCommand that hf-ssh gives to ssh; see hf-ssh(1)");
        return 1;
    }
    system::start_trace("known-hosts", system::Complain::no);
    Question question{argv[1], argv[2], argv[3], argc > 4 ? argv[4] : "", {}};
    return answer_or_explain(question, {argv + std::min(argc, 5), argv + argc}) ? 0 : 1;
}
