#include "transport/causes.hpp"

#include <doctest/doctest.h>

#include "hfssh/transport/ask.hpp"

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
             {"ssh: connect to host hf.co port 22: Connection refused", Cause::shut},
             {"ssh: connect to host hf.co port 22: Connection timed out", Cause::silent},
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

TEST_CASE("the ProxyCommand of an https_proxy") {
    CHECK(proxy_command("http://proxy.example:3128/", "nc") ==
          "nc -X connect -x proxy.example:3128 %h %p");
    CHECK(proxy_command("proxy.example:3128", "ncat") ==
          "ncat --proxy proxy.example:3128 --proxy-type http %h %p");
    CHECK(proxy_command("http://me:secret@proxy.example:8080", "socat") ==
          "socat - PROXY:proxy.example:%h:%p,proxyport=8080");
    CHECK(proxy_command("http://proxy.example", "connect-proxy") ==
          "connect-proxy -H proxy.example:1080 %h %p");
    for (const char* unusable :
         {"socks5://proxy:1080", "https://proxy:443", "http://pro xy:1", "http://-x:1",
          "http://proxy:1;id", "http://$(id):1", "", "http://"}) {
        CAPTURE(unusable);
        CHECK(proxy_command(unusable, "nc").empty());
    }
    CHECK(proxy_command("http://proxy:1", "telnet").empty());
}
