#include "hfssh/system/text.hpp"
#include "options.hpp"

namespace hfssh::ssh {

std::variant<ClosedConfiguration, ClosedError> native_configuration(const ClosedRequest& request) {
    ClosedConfiguration closed;
    Options options;
    const std::vector<std::string> algorithms =
        common_host_key_algorithms(request.trust.algorithms, request.resolved);
    if (algorithms.empty()) return ClosedError::no_host_key_algorithm;
    options.set("HostKeyAlgorithms", system::join(algorithms, ","));
    if (!add_identity(request, options)) return ClosedError::identity_path;
    add_session(request, options);
    add_connection(request, options, closed.left_out);
    closed.options = options.take();
    return closed;
}

std::vector<std::string> native_words(const HostTrust& trust) {
    std::vector<std::string> words;
    if (!trust.report.empty()) words = {"--report", trust.report};
    for (const std::string& file : trust.files)
        words.insert(words.end(), {"--trusted", file});
    return words;
}

}  // namespace hfssh::ssh
