// Shuts ssh, or the native transport, in: nothing but what is decided here, and the settings of the
// allow-list, is heeded. The plan and the question to a wrapper have the same from here.
#include "closed.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/trace.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

// ssh shrugs off a helper that is missing, and goes on without it.
std::string find_helper() {
    const std::string helper = system::libexec_program("known-hosts");
    struct stat info = {};
    const bool file = ::stat(helper.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (!file || ::access(helper.c_str(), X_OK) != 0) {
        const int error = file || !S_ISDIR(info.st_mode) ? errno : EISDIR;
        throw Failure("the program that checks host keys cannot be run: " +
                          system::display_path(helper) + ": " + std::strerror(error),
                      "install hf-ssh again");
    }
    return helper;
}

ssh::ClosedConfiguration take(std::variant<ssh::ClosedConfiguration, ssh::ClosedError> closed) {
    if (const auto* error = std::get_if<ssh::ClosedError>(&closed)) throw Failure(error->text);
    auto& configuration = std::get<ssh::ClosedConfiguration>(closed);
    for (const std::string& keyword : configuration.left_out) {
        system::trace("left out, since this ssh cannot be told: " + keyword);
    }
    return std::move(configuration);
}

}  // namespace

Closed close(const Enclosure& enclosure, Wire wire, const ssh::OfferedIdentity& identity,
             const std::string& report, system::TemporaryDirectory& files) {
    const Endpoint& endpoint = enclosure.endpoint;
    if (!ssh::is_plain_user(endpoint.user)) {
        throw Failure("refused: the user name contains shell metacharacters: " +
                      system::printable(ssh::shown_user(endpoint.user)));
    }
    ssh::HostTrust trust;
    trust.report = report;
    // Whatever becomes of the environment on the way, the same files are read that we read.
    trust.files = enclosure.trusted_files;
    for (const std::string_view name : enclosure.trusted.acceptable_host_key_algorithms()) {
        trust.algorithms.emplace_back(name);
    }
    const ssh::ClosedRequest request{endpoint.line,
                                     endpoint.settings,
                                     trust,
                                     identity,
                                     endpoint.host,
                                     endpoint.user,
                                     endpoint.port,
                                     endpoint.proxy_command,
                                     enclosure.typed.variables.nobody_to_ask,
                                     endpoint.user_settings,
                                     endpoint.expansion};
    Closed closed;
    if (wire == Wire::native) {
        closed.program = {native_program()};
        for (std::string& word : ssh::native_words(trust))
            closed.program.push_back(std::move(word));
        closed.options = take(ssh::native_configuration(request)).options;
        closed.can_report = true;
        return closed;
    }
    const ssh::Underlying& underlying = enclosure.typed.underlying;
    closed.program = underlying.launcher;
    closed.program.push_back(underlying.program);
    trust.helper = find_helper();
    closed.can_report = endpoint.settings.has_known_hosts_command();
    if (!closed.can_report) {
        closed.known_hosts = files.write("known_hosts", enclosure.trusted.known_hosts_text());
        trust.known_hosts = closed.known_hosts;
    }
    ssh::ClosedConfiguration configuration = take(ssh::close_configuration(request));
    closed.options = std::move(configuration.options);
    closed.known_hosts_command = std::move(configuration.known_hosts_command);
    return closed;
}

system::Command Closed::command(const std::vector<std::string>& first) const {
    std::vector<std::string> words = program;
    words.insert(words.end(), first.begin(), first.end());
    words.insert(words.end(), options.begin(), options.end());
    const std::string file = system::find_program(words.front());
    if (file.empty()) throw Failure("no such program: " + system::printable(words.front()));
    return {file, words};
}

}  // namespace hfssh::transport
