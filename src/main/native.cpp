// libexec/hf-ssh/native, the transport where there is no ssh: hf-ssh runs it in ssh's place. It
// connects to hf.co and to nothing else, whatever its arguments say: see transport/order.hpp.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "hfssh/native/session/session.hpp"
#include "hfssh/native/session/unusable.hpp"
#include "hfssh/ssh/closed/report_channel.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/platform.hpp"
#include "hfssh/system/signal_watch.hpp"
#include "hfssh/system/trace.hpp"
#include "hfssh/system/unique_fd.hpp"

namespace {

using namespace hfssh;

int fail(const system::Failure& failure, const transport::Order& order) {
    if (order.loudness == transport::Order::Loudness::quiet) return native::own_failure;
    system::say(failure.what());
    if (!failure.hint().empty()) system::hint(failure.hint());
    return native::own_failure;
}

int carry_out(const transport::Order& order) {
    if (!order.only_asked) return native::run_session(order);
    // As `ssh -G`, for the settings that are known here.
    std::string text = "host " + order.typed_host + "\nuser " + order.user + "\nhostname " +
                       order.place.host + "\nport " + order.place.port + "\nidentityagent " +
                       (order.agent_socket.empty() ? "none" : order.agent_socket) +
                       "\nhostkeyalgorithms " + order.host_key_algorithms + "\n";
    if (!order.identity_file.empty()) text += "identityfile " + order.identity_file + "\n";
    if (order.place.has_proxy()) text += "proxycommand " + order.place.proxy_command + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

int connect(const transport::Order& order) {
    try {
        return carry_out(order);
    } catch (const native::Unusable& failure) {
        ssh::send_report(order.report, ssh::Report::explained);
        return fail(failure, order);
    } catch (const system::Failure& failure) {
        return fail(failure, order);
    }
}

// libssh2 1.10 meets some malformed data with an assertion, which anyone on the line can make fail.
extern "C" void end_by_abort(int /*number*/) {
    constexpr std::string_view text = "hf-ssh: protocol error: malformed data from the server\n";
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) ::_exit(native::own_failure);
    ::_exit(native::own_failure);
}

int run(const std::vector<std::string>& words) {
    if (const auto order = transport::read_order(words)) return connect(*order);
    system::say("native is what hf-ssh runs where there is no ssh; see hf-ssh(1)");
    return native::own_failure;
}

}  // namespace

int main(int argc, char** argv) {
    system::open_standard_streams();
    try {
        system::outlive_readers();
        // As ssh(1), which keeps nothing that was left open for it: its end would be seen late.
        system::close_from(STDERR_FILENO + 1, {});
        std::signal(SIGABRT, end_by_abort);
        system::start_trace("native", system::Complain::no);
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        system::say(system::printable(error.what()));
    }
    return native::own_failure;
}
