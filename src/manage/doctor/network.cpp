#include <string>
#include <variant>

#include "doctor.hpp"
#include "hfssh/native/line/addresses.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/transport/order.hpp"
#include "network_check.hpp"

// The way to hf.co, up to where somebody answers.
namespace hfssh::manage {
namespace {

using transport::Place;
using Result = Check::Result;

Checks none_looked_at(const std::string& reason) {
    return {skipped("dns", reason), skipped("ipv4", reason), skipped("ipv6", reason)};
}

Checks all_skipped(const std::string& reason) {
    Checks checks = none_looked_at(reason);
    checks.insert(checks.begin(), skipped("proxy", reason));
    return checks;
}

// With a proxy, who is asked for the name and for a way is the proxy.
Checks beside_proxy(const Check& proxy) {
    Checks checks = none_looked_at(proxy.result == Result::ok ? "the connection goes by a proxy"
                                                              : "the proxy cannot be used");
    checks.insert(checks.begin(), proxy);
    return checks;
}

Check proxy_in_use(const Connection& connection) {
    const std::string_view jump = connection.facts.endpoint.settings.first("proxyjump");
    const std::string how =
        jump.empty() || jump == "none"
            ? "ProxyCommand " + ssh::shown_command(connection.facts.endpoint.proxy_command)
            : "ProxyJump " + ssh::shown_jump(jump);
    return {"proxy", Result::ok, "in use: " + system::printable(how), {}, {}};
}

}  // namespace

PendingChecks check_network(const Situation& situation) {
    const auto now = [](Checks checks) {
        return std::async(std::launch::deferred, [checks = std::move(checks)] { return checks; });
    };
    if (!situation.connection) return now(all_skipped(no_connection));
    const Connection& connection = *situation.connection;
    const auto place = transport::place_of(connection.facts.endpoint);
    if (const auto* problem = std::get_if<transport::PlaceProblem>(&place)) {
        return now(beside_proxy({"proxy",
                                 Result::failure,
                                 problem->text,
                                 {},
                                 "correct that line of your ssh configuration"}));
    }
    if (std::get<Place>(place).has_proxy()) return now(beside_proxy(proxy_in_use(connection)));
    const Check none{"proxy", Result::ok, "none: the connection is a direct one", {}, {}};
    if (!situation.offline.empty()) {
        Checks checks = none_looked_at(situation.offline);
        checks.insert(checks.begin(), none);
        return now(std::move(checks));
    }
    return std::async(std::launch::async, [&situation, none, direct = std::get<Place>(place)] {
        const native::AddressReport report = native::look_at_addresses(
            direct, situation.deadline, [&] { return situation.told_to_end(); });
        Checks checks = judge_addresses(direct, report);
        checks.insert(checks.begin(), none);
        return checks;
    });
}

}  // namespace hfssh::manage
