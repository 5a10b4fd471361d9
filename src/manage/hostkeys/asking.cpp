#include "hfssh/manage/hostkeys/asking.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/ssh/closed/configuration.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/system/text.hpp"
#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/order.hpp"

// Asks the installed ssh for hf.co's host keys: the very path that git's connections take.
namespace hfssh::manage {
namespace {

using native::AskedType;
using native::PresentedKey;
using Outcome = PresentedKey::Outcome;

constexpr std::size_t longest_output = std::size_t{1} << 18;

// Of an option given twice the first counts, so that these come before the closed configuration.
std::vector<std::string> first_options(const AskedType& asked) {
    std::vector<std::string> words;
    for (const std::string& option :
         {std::string("LogLevel=DEBUG1"), std::string("BatchMode=yes"),
          std::string("ConnectTimeout=10"), std::string("PreferredAuthentications=none"),
          std::string("PubkeyAuthentication=no"), std::string("IdentityAgent=none"),
          std::string("PKCS11Provider=none"),
          "HostKeyAlgorithms=" + std::string(asked.algorithms)}) {
        words.insert(words.end(), {"-o", option});
    }
    return words;
}

// One connection, running.
class Question {
  public:
    Question(const HubLine& line, const hub::TrustedSet& set, const AskedType& asked)
        : type_(asked.type), command_(command_for(line, set, asked)) {}

    void start() {
        capture_ = std::make_unique<system::Capture>(command_, system::Capture::Errors::collect);
    }

    [[nodiscard]] PresentedKey wait(const native::Deadline deadline, const native::GiveUp& give_up,
                                    bool& reached, bool& helper_not_run) {
        PresentedKey key;
        key.type = type_;
        const auto answer = capture_->wait(deadline, longest_output, give_up);
        const SshOutput output = read_ssh_output(answer.errors);
        const ssh::Report report = channel_.read();
        reached = reached || output.connected || report != ssh::Report::none;
        key.key_exchange = output.key_exchange;
        const bool ended = answer.end == system::Capture::Result::End::exited;
        const bool logged_in = ended && answer.status != ssh_itself;
        take_key(key, report);
        const bool revoked = answer.errors.find("revoked by file") != std::string::npos;
        const bool unreadable = answer.errors.find("revoked keys file") != std::string::npos;
        if (report == ssh::Report::none && (revoked || unreadable)) {
            miss(key, Outcome::failed,
                 std::string("RevokedHostKeys of your ssh configuration ") +
                     (revoked ? "revokes it" : "cannot be read, so ssh refuses every host key"));
        } else if (report == ssh::Report::none && (logged_in || output.presented)) {
            helper_not_run = true;
            miss(key, Outcome::failed, "the host key was not checked");
        } else if (report == ssh::Report::none && output.not_offered) {
            miss(key, Outcome::not_offered, "the server has no key of this type");
        } else if (report == ssh::Report::accepted && key.key) {
            judge_proof(key, ended, output.authenticating || logged_in, output.last);
        } else if (report != ssh::Report::refused) {
            miss(key, Outcome::failed,
                 transport::shows_http(answer.errors) ? transport::speaks_http
                 : ended                              ? output.last
                                                      : "the server did not answer in time");
        }
        return key;
    }

  private:
    static constexpr int ssh_itself = 255;

    system::Command command_for(const HubLine& line, const hub::TrustedSet& set,
                                const AskedType& asked) {
        ssh::HostTrust trust;
        trust.helper = system::libexec_program("known-hosts");
        trust.report = channel_.path();
        trust.files = settings::as_arguments(settings::trusted_files());
        for (const std::string_view name : set.acceptable_host_key_algorithms())
            trust.algorithms.emplace_back(name);
        // The first options override this one: a set that trusts nothing can be looked at, too.
        if (trust.algorithms.empty()) trust.algorithms.emplace_back("ssh-ed25519");
        ssh::OfferedIdentity nothing;
        nothing.file = "/dev/null";
        const transport::Endpoint& endpoint = line.endpoint;
        const auto closed = ssh::close_configuration({endpoint.line, endpoint.settings, trust,
                                                      nothing, endpoint.host, endpoint.user,
                                                      endpoint.port, endpoint.proxy_command, true});
        const auto* configuration = std::get_if<ssh::ClosedConfiguration>(&closed);
        if (configuration == nullptr) {
            throw system::Failure(
                "ssh cannot be asked for host keys: no matching HostKeyAlgorithms", {},
                system::Code::ssh_configuration);
        }
        std::vector<std::string> words = line.typed.underlying.launcher;
        words.push_back(line.typed.underlying.program);
        const std::string file = system::find_program(words.front());
        const auto add = [&](const std::vector<std::string>& more) {
            words.insert(words.end(), more.begin(), more.end());
        };
        add(first_options(asked));
        add(configuration->options);
        add({"-T", "--", endpoint.name()});
        return {file, words, {"SSH_ASKPASS_REQUIRE=never", "SSH_ASKPASS=false"}};
    }

    void take_key(PresentedKey& key, ssh::Report report) const {
        if (report != ssh::Report::accepted && report != ssh::Report::refused) return;
        const ssh::Reported& reported = channel_.reported();
        auto read = hub::read_server_key(reported.type, reported.base64);
        if (auto* found = std::get_if<hub::ServerKey>(&read)) {
            key.key = std::move(*found);
            key.outcome = Outcome::presented;
        } else {
            miss(key, Outcome::unreadable,
                 std::string(hub::describe(std::get<hub::KeyProblem>(read))));
        }
    }

    // ssh asks the helper before it checks the server's signature, and ends at once if that is
    // wrong. Only if it came to the login was the key proven.
    static void judge_proof(PresentedKey& key, bool ended, bool proven, const std::string& last) {
        if (proven) {
            key.outcome = Outcome::proven;
        } else if (last.find("signature") != std::string::npos) {
            miss(key, Outcome::false_proof, "the server did not prove that it has this key");
        } else {
            miss(key, Outcome::failed,
                 ended ? last : "the server did not answer in time after it presented its key");
        }
    }

    static void miss(PresentedKey& key, Outcome outcome, const std::string& text) {
        key.outcome = outcome;
        key.text = text.empty() ? "no connection" : text;
    }

    std::string type_;
    ssh::ReportChannel channel_;
    system::Command command_;
    std::unique_ptr<system::Capture> capture_;
};

native::PresentedKeys ask_ssh(const HubLine& line, const hub::TrustedSet& set,
                              const std::vector<AskedType>& types, native::Deadline deadline,
                              const native::GiveUp& give_up) {
    // A bastion that logs in several times at once may take that for an attack.
    const bool in_turn = !line.endpoint.proxy_command.empty();
    std::vector<std::unique_ptr<Question>> questions;
    for (const AskedType& asked : types) {
        questions.push_back(std::make_unique<Question>(line, set, asked));
        if (!in_turn) questions.back()->start();
    }
    bool reached = false;
    bool helper_not_run = false;
    std::vector<PresentedKey> keys;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (in_turn) questions[i]->start();
        keys.push_back(questions[i]->wait(deadline, give_up, reached, helper_not_run));
        if (in_turn && keys.back().outcome == Outcome::failed) break;  // the next would fail alike
    }
    for (std::size_t i = keys.size(); i < types.size(); ++i) {
        keys.push_back({Outcome::failed, std::string(types[i].type), {}, "not asked", {}});
    }
    if (!helper_not_run) return native::summarise(std::move(keys), reached);
    return {reached,
            "the ssh that is run did not run hf-ssh's check of the host key: it is a wrapper with "
            "host key settings of its own, or runs where hf-ssh's programs are not",
            {},
            true};
}

bool ssh_can_report(const HubLine& line) {
    return line.wire == transport::Wire::openssh &&
           line.endpoint.settings.has_known_hosts_command() && !ssh::ReportChannel().path().empty();
}

}  // namespace

std::vector<AskedType> every_type() {
    return {native::askable_types.begin(), native::askable_types.end()};
}

std::vector<AskedType> types_of(const hub::TrustedSet& set) {
    std::vector<AskedType> types;
    for (const AskedType& asked : native::askable_types) {
        for (const auto* keys : {&set.known(), &set.revoked()}) {
            const bool named = std::ranges::any_of(
                *keys, [&](const hub::KnownKey& known) { return known.key.type == asked.type; });
            if (!named) continue;
            types.push_back(asked);
            break;
        }
    }
    return types;
}

native::PresentedKeys ask_for_host_keys(const HubLine& line, const hub::TrustedSet& set,
                                        const std::vector<AskedType>& types,
                                        native::Deadline deadline, const native::GiveUp& give_up) {
    if (ssh_can_report(line)) return ask_ssh(line, set, types, deadline, give_up);
    const auto place = transport::place_of(line.endpoint);
    if (const auto* problem = std::get_if<transport::PlaceProblem>(&place))
        return {false, problem->text, {}};
    return native::look_at_presented_keys(std::get<native::Place>(place), types, deadline, give_up);
}

SshOutput read_ssh_output(std::string_view text) {
    constexpr std::string_view algorithm = "debug1: kex: algorithm: ";
    SshOutput output;
    std::string_view final;
    for (std::string_view line : system::lines(text)) {
        line = system::trim(line);
        if (line.empty()) continue;
        if (line.starts_with("debug1: Connection established")) output.connected = true;
        if (line.starts_with("debug1: Server host key: ")) output.presented = true;
        if (line.starts_with(algorithm)) {
            output.key_exchange = system::printable(line.substr(algorithm.size()));
        }
        if (!line.starts_with("debug1: ")) output.last = system::printable(line);
        final = line;
    }
    // A server can put text of its own into the middle of the output, but not at its end.
    output.authenticating = final.find(": Permission denied (") != std::string_view::npos;
    output.not_offered = final.find("no matching host key type found") != std::string_view::npos;
    return output;
}

bool is_post_quantum(std::string_view key_exchange) {
    return key_exchange.find("mlkem") != std::string_view::npos ||
           key_exchange.find("sntrup") != std::string_view::npos;
}

}  // namespace hfssh::manage
