#include "transport/causes.hpp"

#include <doctest/doctest.h>

#include "hfssh/transport/ask.hpp"
#include "hfssh/transport/https_proxy.hpp"

using namespace hfssh::transport;

namespace {

Cause cause_of(const char* said) {
    Answer look;
    look.said = said;
    return cause_in(look);
}

}  // namespace

TEST_CASE("causes: what OpenSSH, and other systems' resolvers, print") {
    struct Row {
        const char* said;
        Cause cause;
    };
    for (const Row& row : {
             Row{"ssh: Could not resolve hostname hf.co: Name or service not known",
                 Cause::no_name},
             {"ssh: Could not resolve hostname hf.co: nodename nor servname provided, or not known",
              Cause::no_name},
             {"ssh: connect to host hf.co port 22: No route to host", Cause::no_route},
             {"ssh: connect to host hf.co port 22: Network is unreachable", Cause::no_route},
             {"ssh: connect to host hf.co port 22: Invalid argument", Cause::no_route},
             {"ssh: connect to host hf.co port 22: Host is down", Cause::no_route},
             {"ssh: connect to host hf.co port 22: Cannot assign requested address",
              Cause::no_route},
             {"no route there: 192.0.2.1 port 22", Cause::no_route},
             {"ssh: connect to host hf.co port 22: Permission denied", Cause::forbidden},
             {"ssh: connect to host hf.co port 22: Operation not permitted", Cause::forbidden},
             {"ssh: connect to host hf.co port 22: Connection refused", Cause::shut},
             {"ssh: connect to host hf.co port 22: Connection timed out", Cause::silent},
             {"no answer in time: 192.0.2.1 port 22", Cause::silent},
             {"ssh: connect to host hf.co port 22: Operation timed out", Cause::silent},
             {"kex_exchange_identification: Connection closed by remote host", Cause::busy},
             {"kex_exchange_identification: read: Connection reset by peer", Cause::busy},
             {"Connection closed by 127.0.0.1 port 22", Cause::busy},
             {"ssh: Error loading RevokedHostKeys", Cause::revoked},
             {"Host key ED25519 SHA256:x revoked by file /x", Cause::revoked},
             {"Unable to negotiate with 127.0.0.1 port 22: no matching cipher found",
              Cause::policy},
             {"KnownHostsCommand /x failed, status 1", Cause::helper},
             {"KnownHostsCommand /x was killed by signal 9", Cause::helper},
             {"sign_and_send_pubkey: signing failed for ED25519 from agent: agent refused "
              "operation\n"
              "git@hf.co: Permission denied (publickey).",
              Cause::agent},
             {"git@hf.co: Permission denied (publickey).", Cause::not_accepted},
             {"", Cause::unknown},
             {"something else", Cause::unknown},
         }) {
        CAPTURE(row.said);
        CHECK(cause_of(row.said) == row.cause);
    }
}

TEST_CASE("causes: an answer, and none in time") {
    Answer look;
    look.in_time = false;
    CHECK(cause_in(look) == Cause::silent);
    look.said = "Connection refused";
    CHECK(cause_in(look) == Cause::shut);
    look = {};
    look.kind = Answer::Kind::greeted;
    CHECK(cause_in(look) == Cause::busy);  // a moment ago it did not serve
}

TEST_CASE("the hint for an https_proxy is a command that can work, or says why there is none") {
    const auto line = [](const char* url, const char* tool) {
        const std::string hint = proxy_hint(url, tool);
        constexpr std::string_view before =
            "go through your HTTPS proxy: mkdir -p -m 700 ~/.ssh && printf '\\n%s\\n%s\\n' 'Host "
            "hf.co huggingface.co' "
            "'    ProxyCommand ";
        constexpr std::string_view after = "' >> ~/.ssh/config";
        if (!hint.starts_with(before) || !hint.ends_with(after)) return hint;
        return hint.substr(before.size(), hint.size() - before.size() - after.size());
    };
    CHECK(line("http://proxy.example:3128/", "nc") == "nc -X connect -x proxy.example:3128 %h %p");
    CHECK(line("proxy.example:3128", "ncat") ==
          "ncat --proxy proxy.example:3128 --proxy-type http %h %p");
    CHECK(line("HTTP://proxy.example:8080", "socat") ==
          "socat - PROXY:proxy.example:%h:%p,proxyport=8080");
    CHECK(line("http://proxy.example", "connect-proxy") ==
          "connect-proxy -H proxy.example:1080 %h %p");
    CHECK(line("socks5h://proxy:1080", "nc") == "nc -X 5 -x proxy:1080 %h %p");
    CHECK(line("http://[fd00::1]:3128/", "nc") == "nc -X connect -x \"[fd00::1]:3128\" %h %p");
    CHECK(line("http://[::1]:3128", "socat") == "socat - \"PROXY:[::1]:%h:%p,proxyport=3128\"");
    CHECK(line("https://proxy:443", "ncat") ==
          "ssh cannot use your HTTPS proxy: it is itself reached by TLS (https://)");
    CHECK(line("socks4://proxy:1", "nc") ==
          "ssh cannot use your HTTPS proxy: it is a socks4 proxy");
    for (const char* tool : {"", "telnet"}) {
        CHECK(line("http://proxy:1", tool).starts_with("to go through your HTTPS proxy, install"));
    }
    CHECK(line("http://[::1]:1", "connect-proxy").starts_with("to go through"));
    const std::string secret = line("http://me:secret@proxy.example:8080", "socat");
    CHECK(secret.starts_with("your HTTPS proxy has a password"));
    CHECK(secret.find("secret") == std::string::npos);
    for (const char* unusable : {"http://pro xy:1", "http://-x:1", "http://proxy:1;id",
                                 "http://$(id):1", "", "http://", "http://[::1", "http://[$x]:1"}) {
        CAPTURE(unusable);
        CHECK(proxy_hint(unusable, "nc").empty());
    }
}

TEST_CASE("no_proxy exempts hf.co by its name, a domain above it, or all") {
    for (const char* list : {"hf.co", "x, hf.co", "HF.CO:22", ".hf.co", "huggingface.co", "*",
                             "localhost *.huggingface.co"}) {
        CAPTURE(list);
        CHECK(exempts_hub(list));
    }
    for (const char* list : {"", "localhost,127.0.0.1", "nothf.co", "f.co", "api.hf.co"}) {
        CAPTURE(list);
        CHECK_FALSE(exempts_hub(list));
    }
}
