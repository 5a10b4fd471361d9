// Our reading of a command line against that of the ssh installed here: "ssh -G -F none" says which
// host, user and port it read, and its usage which lines it does not take.

#include <doctest/doctest.h>
#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hfssh/ssh/words/command_line.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "unit/ssh/words/command_line_generator.hpp"

using namespace hfssh;
using hfssh::tests::CommandLineGenerator;
using hfssh::tests::Words;

namespace {

// What "-G" prints.
struct Answer {
    bool succeeded = false;
    bool usage = false;  // it failed and printed its usage, because of the words and not a value
    std::string host, user, port;
};

class InstalledSsh {
  public:
    // Nothing on a machine without ssh.
    InstalledSsh() : file_(system::find_program("ssh")) {
        if (file_.empty()) return;
        plain_ = ask({"host"});
        tag_flag_ = ask({"host", "-P"}).succeeded ? ssh::TagFlag::plain : ssh::TagFlag::takes_value;
        refuses_dash_ = !ask({"--", "-host"}).succeeded;
        splits_as_shell_ = ask({"-oUser='a b'", "host"}).user == "a b";
    }

    [[nodiscard]] bool found() const { return !file_.empty(); }
    [[nodiscard]] ssh::TagFlag tag_flag() const { return tag_flag_; }
    [[nodiscard]] const std::string& login() const { return plain_.user; }
    [[nodiscard]] bool refuses_dash() const { return refuses_dash_; }        // since 9.6
    [[nodiscard]] bool splits_as_shell() const { return splits_as_shell_; }  // -o, since 8.7

    [[nodiscard]] static Words arguments(const Words& words) {
        Words all = {"-G", "-F", "none"};
        all.insert(all.end(), words.begin(), words.end());
        return all;
    }

    [[nodiscard]] Answer ask(const Words& words) const {
        system::Command command{.file = file_, .argv = arguments(words)};
        command.argv.insert(command.argv.begin(), "ssh");
        system::Capture child(command, system::Capture::Errors::collect);
        const auto result = child.wait(std::chrono::steady_clock::now() + std::chrono::seconds(10));
        Answer answer;
        answer.succeeded = result.succeeded();
        answer.usage = !answer.succeeded && result.errors.find("usage: ssh") != std::string::npos &&
                       result.errors.find("must specify a subsystem") == std::string::npos;
        for (const std::string_view line : system::lines(result.output)) {
            const auto blank = line.find(' ');
            if (blank == std::string_view::npos) continue;
            const std::string_view keyword = line.substr(0, blank), value = line.substr(blank + 1);
            if (keyword == "hostname") answer.host = value;
            if (keyword == "user") answer.user = value;
            if (keyword == "port") answer.port = value;
        }
        return answer;
    }

  private:
    std::string file_;
    Answer plain_;
    ssh::TagFlag tag_flag_ = ssh::TagFlag::plain;
    bool refuses_dash_ = false;
    bool splits_as_shell_ = false;
};

// "0" is an address, too, which ssh prints in full.
std::string as_address(const std::string& host) {
    addrinfo hints = {}, *found = nullptr;
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return host;
    char text[NI_MAXHOST] = "";
    ::getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    ::freeaddrinfo(found);
    return text;
}

enum class Verdict { agree, agree_on_refusal, value_refused, disagree };

// Where ssh refuses a value ("Bad port", "invalid quotes"), there is nothing to compare: such a
// line is ssh's to explain, and we may read it.
Verdict compare(const InstalledSsh& ssh, const Words& words) {
    const Answer theirs = ssh.ask(words);
    const ssh::Reading ours =
        ssh::read_command_line(InstalledSsh::arguments(words), ssh.tag_flag());
    const auto* line = std::get_if<ssh::CommandLine>(&ours);
    if (line == nullptr || !line->destination) {
        const bool dash = line == nullptr &&
                          std::get<ssh::Unreadable>(ours) == ssh::Unreadable::leading_dash_host;
        if (dash) {
            const bool as_expected = !theirs.succeeded || !ssh.refuses_dash();
            return as_expected ? Verdict::agree_on_refusal : Verdict::disagree;
        }
        if (theirs.usage) return Verdict::agree_on_refusal;
        // ssh takes an empty host, which leads nowhere; and it may stop at a value before it gets
        // to the words that we refuse.
        if (theirs.succeeded && theirs.host.empty()) return Verdict::agree_on_refusal;
        return theirs.succeeded ? Verdict::disagree : Verdict::value_refused;
    }
    const bool ipv6_uri = line->destination->typed.starts_with("ssh://") &&
                          line->destination->host.find(':') != std::string::npos;
    if (theirs.usage) return ipv6_uri ? Verdict::value_refused : Verdict::disagree;
    if (!theirs.succeeded) return Verdict::value_refused;
    const std::string host = line->option("HostName").value_or(line->destination->host);
    const bool agree = system::equal_ignoring_case(as_address(theirs.host), as_address(host)) &&
                       theirs.user == line->user().value_or(ssh.login()) &&
                       theirs.port == std::to_string(line->port().value_or(22));
    return agree ? Verdict::agree : Verdict::disagree;
}

std::string shown(const Words& words) {
    std::string text = "ssh";
    for (const std::string& word : words)
        text += ' ' + system::shell_quote(word);
    return text;
}

}  // namespace

TEST_CASE("the installed ssh reads command lines as we do") {
    const InstalledSsh ssh;
    if (!ssh.found()) {
        MESSAGE("skipped: there is no ssh on PATH");
        return;
    }
    SUBCASE("chosen by hand") {
        for (const std::string_view text : {"h",
                                            "",
                                            "--",
                                            "a@b@h",
                                            "@h",
                                            "a@",
                                            "h:22",
                                            "h.",
                                            "::1",
                                            "ssh://h.",
                                            "ssh://a@b@h",
                                            "ssh://a%40b@h:22",
                                            "ssh://a;b=c@h",
                                            "ssh://;b@h",
                                            "ssh://h:",
                                            "ssh://h/",
                                            "ssh://h:/",
                                            "ssh://h//",
                                            "ssh://h:22/",
                                            "ssh://h:22//",
                                            "ssh://h/p",
                                            "ssh://[h]:22",
                                            "ssh://[]",
                                            "ssh://",
                                            "-l a b@h",
                                            "b@h -l a",
                                            "-p1 -p2 h",
                                            "-p 1 ssh://h:2",
                                            "ssh://h:2 -p 1",
                                            "-oPort=3 -p1 h",
                                            "-p1 -p 0 h",
                                            "-- h -p 5",
                                            "h -- -p 5",
                                            "h -v -- -p 5",
                                            "h -p 5 x -l a",
                                            "-S -- h -p 5",
                                            "-S -- -v h -p 5",
                                            "- h",
                                            "-4- h",
                                            "h -4- -p 5",
                                            "h - -p 5",
                                            "--help",
                                            "h -z",
                                            "h -4-4",
                                            "h -P x",
                                            "-P x h",
                                            "-Pv h",
                                            "h -p",
                                            "-vvTp 22 -4l a h",
                                            "h -s x",
                                            "-NT h"}) {
            const auto pieces = system::words(text);
            const Words words(pieces.begin(), pieces.end());
            CHECK_MESSAGE(compare(ssh, words) != Verdict::disagree, shown(words));
        }
        CHECK(compare(ssh, {"-l", "", "b@h"}) != Verdict::disagree);
        CHECK(compare(ssh, {""}) != Verdict::disagree);
    }
    SUBCASE("generated") {
        constexpr int lines = 600;
        CommandLineGenerator generator(ssh.splits_as_shell());
        std::map<Verdict, int> count;
        for (int i = 0; i < lines; ++i) {
            const Words words = generator.line();
            const Verdict verdict = compare(ssh, words);
            ++count[verdict];
            CHECK_MESSAGE(verdict != Verdict::disagree, shown(words));
        }
        // The test is worth something only while most lines can be compared.
        CHECK(count[Verdict::agree] > lines / 3);
        CHECK(count[Verdict::agree_on_refusal] > lines / 10);
        MESSAGE("agreed on " << count[Verdict::agree] << ", both refused "
                             << count[Verdict::agree_on_refusal] << ", a value refused by ssh in "
                             << count[Verdict::value_refused]);
    }
}
