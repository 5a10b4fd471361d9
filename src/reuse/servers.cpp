#include "hfssh/reuse/servers.hpp"

#include <charconv>

#include "hfssh/system/own_directory.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::reuse {
namespace {

using system::OwnDirectory;

constexpr const char* file_name = "servers";
constexpr std::size_t largest = 16384;

// "beside 1700000000 SHA256:… hf.co 22"
struct Line {
    Experience experience;
    Time when;
    Server server;
};

std::optional<Line> read_line(std::string_view text) {
    const auto words = system::words(text);
    if (words.size() != 5) return std::nullopt;
    const auto allowed = allowed_by_name(words[0]);
    long long seconds = 0;
    const auto [end, error] =
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), seconds);
    if (!allowed || error != std::errc() || end != words[1].data() + words[1].size()) {
        return std::nullopt;
    }
    return Line{{*allowed, std::string(words[2])},
                Time(std::chrono::seconds(seconds)),
                {std::string(words[3]), std::string(words[4])}};
}

bool counts(const Line& line, Time now) {
    using std::chrono::hours;
    const auto age = now - line.when;
    return age >= hours(0) &&
           age < (line.experience.allowed == Allowed::beside ? hours(7 * 24) : hours(24));
}

bool is_of(const Line& line, const Server& server) {
    return line.server.host == server.host && line.server.port == server.port;
}

std::string read_file(const OwnDirectory& state) {
    const auto read = state.read(file_name, largest);
    const auto* text = std::get_if<std::string>(&read);
    return text == nullptr ? std::string() : *text;
}

}  // namespace

std::optional<Experience> read_experience(std::string_view text, const Server& server, Time now) {
    for (const std::string_view each : system::lines(text)) {
        const auto line = read_line(each);
        if (line && is_of(*line, server) && counts(*line, now)) return line->experience;
    }
    return std::nullopt;
}

std::string add_experience(std::string_view text, const Server& server,
                           const Experience& experience, Time now) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    std::string result = std::string(name_of(experience.allowed)) + " " + std::to_string(seconds) +
                         " " + (experience.host_key.empty() ? "-" : experience.host_key) + " " +
                         server.host + " " + server.port + "\n";
    for (const std::string_view each : system::lines(text)) {
        const auto line = read_line(each);
        if (!line || is_of(*line, server) || !counts(*line, now)) continue;
        if (result.size() + each.size() < largest) result += std::string(each) + "\n";
    }
    return result;
}

std::optional<Experience> recall_server(const Server& server) {
    return read_experience(read_file(OwnDirectory::open(system::state_directory())), server,
                           std::chrono::system_clock::now());
}

void remember_server(const Server& server, const Experience& experience) {
    const auto state = OwnDirectory::open(system::state_directory(), OwnDirectory::Missing::make);
    (void)state.replace(file_name, add_experience(read_file(state), server, experience,
                                                  std::chrono::system_clock::now()));
}

bool forget_servers() {
    return OwnDirectory::open(system::state_directory()).remove(file_name);
}

}  // namespace hfssh::reuse
