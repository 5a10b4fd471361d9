
#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "doctor.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/transport/https_proxy.hpp"
#include "hfssh/transport/order.hpp"

// The way to hf.co, until a server answers.
namespace hfssh::manage {
namespace {

using native::LookedAt;
using native::Reach;
using transport::Place;
using Result = Check::Result;

constexpr const char* see_configuration =
    "see what your ssh configuration has for it: ssh -G hf.co | grep -E '^(hostname|port|proxy)'";

// PROXY, and the rest for which there is a REASON not to look.
Checks only_proxy(const Check& proxy, const std::string& reason) {
    return {proxy, skipped("dns", reason), skipped("ipv4", reason), skipped("ipv6", reason)};
}

Check proxy_in_use(const Connection& connection) {
    const std::string_view jump = connection.facts.endpoint.settings.first("proxyjump");
    const std::string how =
        jump.empty() || jump == "none"
            ? "ProxyCommand " + ssh::shown_command(connection.facts.endpoint.proxy_command)
            : "ProxyJump " + ssh::shown_jump(jump);
    return {"proxy", Result::ok, "in use: " + system::printable(how)};
}

bool all_are(const std::vector<LookedAt>& addresses, Reach reach) {
    return std::ranges::count(addresses, reach, &LookedAt::reach) == std::ssize(addresses);
}

bool some_is(const std::vector<LookedAt>& addresses, Reach reach) {
    return std::ranges::find(addresses, reach, &LookedAt::reach) != addresses.end();
}

// What is said of the addresses of one family.
struct Family {
    std::string check;  // "ipv6"
    std::string label;  // "IPv6"
    bool wanted = true;
    std::vector<LookedAt> addresses = {};
    std::vector<LookedAt> others = {};  // of the other family

    [[nodiscard]] bool all(Reach reach) const { return all_are(addresses, reach); }
    [[nodiscard]] bool connected() const { return some_is(addresses, Reach::connected); }
    [[nodiscard]] bool other_connected() const { return some_is(others, Reach::connected); }

    // This machine has the other family alone.
    [[nodiscard]] bool is_not_here() const {
        return all(Reach::unreachable) && !others.empty() && !all_are(others, Reach::unreachable);
    }
};

bool is_hub(const Place& place) {
    return hub::is_hub_name(place.host);
}

// A name that the user's ssh configuration has for hf.co, and that leads nowhere.
bool is_wrong_name(const Place& place, Reach reach) {
    return !is_hub(place) && (reach == Reach::no_such_name || reach == Reach::no_address);
}

bool is_address(const Place& place, const std::vector<LookedAt>& addresses) {
    return addresses.size() == 1 && addresses[0].address == place.host;
}

Check judge_name(const Place& place, const native::AddressReport& report) {
    if (report.name != Reach::connected) {
        const bool wrong = is_wrong_name(place, report.name);
        return {"dns", Result::failure, report.text,
                wrong ? "HostName of your ssh configuration leads nowhere"
                      : "this machine is offline, or its name servers fail",
                wrong ? see_configuration : "getent ahosts " + system::shell_word(place.host)};
    }
    const std::string host = system::printable(place.host);
    if (is_address(place, report.addresses)) {
        return {"dns", Result::ok, host + " is an address: there is nothing to look up"};
    }
    const auto count = report.addresses.size();
    return {"dns", Result::ok,
            host + " has " + (count == 1 ? "1 address" : std::to_string(count) + " addresses")};
}

// "192.0.2.1 port 22: connection refused", each on a line.
std::string each(const std::vector<LookedAt>& addresses) {
    std::string text;
    for (const LookedAt& address : addresses) {
        if (!text.empty()) text += "\n";
        text += address.reach == Reach::connected
                    ? address.address + ": connected in " + std::to_string(address.needed.count()) +
                          " ms"
                    : address.text;
    }
    return text;
}

std::string what_follows(const Family& family, const Place& place) {
    const std::string port = "port " + place.port;
    if (family.all(Reach::timed_out)) {
        return "nothing comes back: a firewall lets nothing out to " + port +
               (place.port == "22" ? ", as in many clusters and offices" : "") +
               ", or the host is down";
    }
    if (family.all(Reach::refused)) {
        return "the host answers, and has nothing on " + port +
               ": a firewall declines it, or the name leads to another host";
    }
    if (family.all(Reach::unreachable)) {
        return is_hub(place) ? "this machine has no way there: is it online?"
                             : "this machine has no way there: is the address right?";
    }
    if (family.all(Reach::failed)) return "this machine forbids it: a firewall, or a sandbox";
    return {};
}

std::string what_fixes(const Family& family, const Place& place) {
    if (!is_hub(place) || place.port != "22") return see_configuration;
    if (family.all(Reach::unreachable)) return "connect this machine to a network";
    const std::string proxy = transport::proxy_hint_here();
    if (!proxy.empty()) return proxy;
    return "have port 22 to hf.co let out, or use HTTPS instead: git config --global "
           "url.https://huggingface.co/.insteadOf git@hf.co:";
}

// Another family serves: ssh comes to it, after a while.
std::string what_goes_round(const Family& family) {
    return "have ssh try only the other: " +
           transport::configure_command(family.check == "ipv6" ? "AddressFamily inet"
                                                               : "AddressFamily inet6");
}

Check judge_family(const Family& family, const Place& place) {
    if (!family.wanted) {
        return skipped(family.check,
                       "AddressFamily in your ssh configuration, or -4 or -6, "
                       "leaves it out");
    }
    if (family.addresses.empty()) {
        return {family.check, Result::ok,
                system::printable(place.host) +
                    (is_address(place, family.others) ? " is no " : " has no ") + family.label +
                    " address"};
    }
    const std::string found = each(family.addresses);
    if (family.connected()) return {family.check, Result::ok, found};
    if (family.is_not_here()) {
        return {family.check, Result::ok, "this machine has no " + family.label};
    }
    if (!family.other_connected()) {
        return {family.check, Result::failure, found, what_follows(family, place),
                what_fixes(family, place)};
    }
    return {family.check, Result::warning, found,
            "ssh may wait for it before it takes the other one", what_goes_round(family)};
}

}  // namespace

PendingChecks check_network(const Situation& situation) {
    if (!situation.connection) {
        return at_once(only_proxy(skipped("proxy", no_connection), no_connection));
    }
    const Connection& connection = *situation.connection;
    const auto place = transport::place_of(connection.facts.endpoint);
    if (const auto* problem = std::get_if<transport::PlaceProblem>(&place)) {
        return at_once(only_proxy({"proxy", Result::failure, problem->text, {}, see_configuration},
                                  "the proxy cannot be used"));
    }
    if (std::get<Place>(place).has_proxy()) {
        return at_once(only_proxy(proxy_in_use(connection), "the connection goes by a proxy"));
    }
    const Check none{"proxy", Result::ok, "none: the connection is a direct one"};
    if (!situation.offline.empty()) return at_once(only_proxy(none, situation.offline));
    return std::async(std::launch::async, [&situation, none, direct = std::get<Place>(place)] {
        const native::AddressReport report = native::look_at_addresses(
            direct, situation.deadline, [&] { return situation.told_to_end(); });
        Checks checks = judge_addresses(direct, report);
        checks.insert(checks.begin(), none);
        return checks;
    });
}

Checks judge_addresses(const Place& place, const native::AddressReport& report) {
    Checks checks = {judge_name(place, report)};
    if (report.name != Reach::connected) {
        const std::string reason = "there is no address to connect to";
        checks.push_back(skipped("ipv4", reason));
        checks.push_back(skipped("ipv6", reason));
        return checks;
    }
    Family ipv4{"ipv4", "IPv4", place.family != Place::Family::ipv6};
    Family ipv6{"ipv6", "IPv6", place.family != Place::Family::ipv4};
    for (const LookedAt& address : report.addresses) {
        (address.is_ipv6 ? ipv6 : ipv4).addresses.push_back(address);
        (address.is_ipv6 ? ipv4 : ipv6).others.push_back(address);
    }
    checks.push_back(judge_family(ipv4, place));
    checks.push_back(judge_family(ipv6, place));
    return checks;
}

}  // namespace hfssh::manage
