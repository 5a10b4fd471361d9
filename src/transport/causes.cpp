// Part of the lesson: ssh made no connection, or lost it. What ssh printed went straight to the
// user's terminal; here the same is classified from a second, silent attempt.
#include "causes.hpp"

#include <array>
#include <utility>

#include "advice.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::transport {
namespace {

using Kind = Lesson::Line::Kind;

constexpr const char* doctor = "check each step on the way: git hf-ssh doctor";

class Explaining {
  public:
    Explaining(Lesson& lesson, const Facts& facts, const Remembered& remembered)
        : lesson_(lesson), facts_(facts), remembered_(remembered) {}

    void explain() {
        const std::string refusal(facts_.endpoint.settings.first("refuseconnection"));
        if (!refusal.empty() && refusal != "none") {
            return say("RefuseConnection of your ssh configuration forbids this connection");
        }
        if (!remembered_.look) {
            if (hides_proxy()) {
                say("no connection to hf.co by way of your proxy or jump host");
                return hint("see what it says: HF_SSH_REUSE=no git ls-remote " +
                            url_word(*facts_.remote.repository));
            }
            say(said_above);
            return hint(doctor);
        }
        switch (cause_in(*remembered_.look)) {
            case Cause::no_name:
                say("no connection to hf.co: the name " + host() + " was not found");
                return hint(doctor);
            case Cause::no_route:
                say("no connection to hf.co: there is no route to " + host() +
                    (hub::is_hub_name(facts_.endpoint.host)
                         ? "; is this machine online?"
                         : "; is this machine online, and the address right?"));
                return hint(doctor);
            case Cause::forbidden:
                say("no connection to hf.co: this machine (a firewall, a route, a sandbox) forbids "
                    "connections to port " +
                    facts_.endpoint.port + " of " + host());
                return propose_https();
            case Cause::shut:
                return explain_port("refuses the connection");
            case Cause::silent:
                return explain_port("does not answer");
            case Cause::portal:
                say("no connection to hf.co: " + std::string(speaks_http) +
                    "\nit may be the login page of a network (captive portal), or a proxy");
                return hint("log in to the network, then see: git hf-ssh doctor");
            case Cause::busy:
                return say(
                    "hf.co is busy: it closed the connection before the key exchange; try again in "
                    "a minute");
            case Cause::revoked:
                return explain_revoked();
            case Cause::policy:
                if (remembered_.look->said.find("no matching host key type") != std::string::npos) {
                    say("no connection to hf.co: the server has no host key of a type that can be "
                        "verified; nothing of yours was sent");
                    return hint("compare all host keys: git hf-ssh host-keys check");
                }
                say("no connection to hf.co: your ssh configuration and the server have no "
                    "algorithm in common");
                return hint("see the settings that count: ssh -G hf.co");
            case Cause::helper:
                say("no connection to hf.co: ssh could not run the program that checks the host "
                    "key, or it died; nothing of yours was sent");
                return hint("check the installation: git hf-ssh doctor");
            case Cause::host_key:
            case Cause::agent:
            case Cause::not_accepted:
            case Cause::unknown:
                break;
        }
        say(said_above);
        hint(doctor);
    }

  private:
    void say(std::string text) { lesson_.lines.push_back({Kind::message, std::move(text)}); }
    void hint(std::string text) { lesson_.lines.push_back({Kind::hint, std::move(text)}); }

    // A master of ssh puts the standard error of its ProxyCommand on /dev/null.
    [[nodiscard]] bool hides_proxy() const {
        return !facts_.endpoint.proxy_command.empty() && facts_.wire == Wire::openssh &&
               facts_.remote.repository &&
               settings::reuse(facts_.git).kind != settings::Reuse::Kind::no;
    }

    [[nodiscard]] std::string host() const { return system::printable(facts_.endpoint.host); }

    void explain_port(const std::string& what) {
        const bool other_port = facts_.endpoint.port != "22";
        const bool typed = facts_.endpoint.line.has('p');
        say("no connection to hf.co: port " + facts_.endpoint.port + " of " + host() + " " + what +
            (!other_port ? "; a firewall may block it"
             : typed     ? "; hf.co's port is 22, and the URL or command line names another one"
                         : "; hf.co's port is 22, and your ssh configuration sets another one"));
        if (other_port && !typed) hint("see which Port applies: ssh -G hf.co");
        propose_https();
    }

    void propose_https() {
        if (!remembered_.proxy_hint.empty()) hint(remembered_.proxy_hint);
        if (!facts_.remote.repository) return hint(doctor);
        const std::string url =
            system::shell_word("https://huggingface.co/" + facts_.remote.repository->path());
        const auto settings = facts_.git.value_or(settings::GitSettings{});
        // The longest prefix wins, and the whole URL is longer than what rewrites it.
        const auto as_it_is = [&](bool rewritten, const char* setting) {
            return rewritten ? "-c url." + url + "." + setting + "=" + url + " " : std::string();
        };
        if (facts_.remote.service == hub::Service::receive_pack) {
            const bool rewritten = settings.https_rewritten || settings.https_push_rewritten;
            hint("push over HTTPS: git " + as_it_is(rewritten, "pushInsteadOf") + "push " + url +
                 " HEAD");
        } else {
            hint("clone over HTTPS: git " + as_it_is(settings.https_rewritten, "insteadOf") +
                 "clone " + url);
        }
    }

    void explain_revoked() {
        const std::string file(facts_.endpoint.settings.first("revokedhostkeys"));
        // "Error checking host key ED25519 SHA256:… in revoked keys file FILE: No such file …"
        const std::string& said = remembered_.look->said;
        const bool unreadable = said.find("rror checking host key") != std::string::npos;
        for (const hub::KnownKey& known : facts_.trusted.known()) {
            if (unreadable || said.find(known.key.fingerprint()) == std::string::npos) continue;
            const ssh::Refusal refusal = ssh::explain_revoked_by(file, known.key);
            say(refusal.text);
            return hint(refusal.hint);
        }
        say("REFUSED: RevokedHostKeys of your ssh configuration (" + system::display_path(file) +
            (unreadable ? ")\ncannot be read, and ssh refuses every host key then"
                        : ")\nrevokes the server's key, or cannot be read") +
            "; nothing of yours was sent");
        hint("see which file it names: ssh -G hf.co | grep revokedhostkeys");
    }

    Lesson& lesson_;
    const Facts& facts_;
    const Remembered& remembered_;
};

}  // namespace

bool explains_alone(const Facts& facts) {
    const ssh::Resolved& settings = facts.endpoint.settings;
    return !settings.has_known_hosts_command() && settings.first("loglevel") == "INFO" &&
           !facts.endpoint.line.has('v') && facts.endpoint.proxy_command.empty();
}

Cause cause_in(const Answer& look) {
    // The first one that is found counts.
    static constexpr std::array table = {
        std::pair("ould not resolve", Cause::no_name),
        std::pair("ame or service not known", Cause::no_name),
        std::pair("o such host name", Cause::no_name),
        std::pair("nodename nor servname", Cause::no_name),
        std::pair("o route to host", Cause::no_route),
        std::pair("etwork is unreachable", Cause::no_route),
        std::pair("etwork is down", Cause::no_route),
        std::pair("ost is down", Cause::no_route),
        std::pair("assign requested address", Cause::no_route),
        std::pair("ddress family not supported", Cause::no_route),
        std::pair(": Invalid argument", Cause::no_route),  // a route of the type blackhole
        std::pair("o route there", Cause::no_route),       // the native transport
        std::pair("peration not permitted", Cause::forbidden),
        std::pair("onnection refused", Cause::shut),
        std::pair(speaks_http, Cause::portal),
        std::pair("KnownHostsCommand", Cause::helper),
        std::pair("marked as revoked", Cause::host_key),
        std::pair("evoked", Cause::revoked),
        std::pair("ost key verification failed", Cause::host_key),
        std::pair("nable to negotiate", Cause::policy),
        std::pair("nvalid key length", Cause::policy),
        std::pair("agent refused", Cause::agent),
        std::pair("communication with agent failed", Cause::agent),
        std::pair("ermission denied (", Cause::not_accepted),
        std::pair("ermission denied", Cause::forbidden),  // of connect(2)
        std::pair("timed out", Cause::silent),
        std::pair("o answer in time", Cause::silent),  // the native transport
        std::pair("kex_exchange_identification", Cause::busy),
        std::pair("onnection closed", Cause::busy),
        std::pair("onnection reset", Cause::busy),
        std::pair("closed the connection", Cause::busy),  // the native transport
    };
    if (look.kind == Answer::Kind::greeted) return Cause::busy;
    for (const auto& [words, cause] : table) {
        if (look.said.find(words) != std::string::npos) return cause;
    }
    return look.in_time ? Cause::unknown : Cause::silent;
}

void explain_no_connection(Lesson& lesson, const Facts& facts, const Remembered& remembered) {
    Explaining(lesson, facts, remembered).explain();
}

}  // namespace hfssh::transport
