#include "message_watch.hpp"

namespace hfssh::native {
namespace {

// RFC 4254 section 9.
constexpr char channel_open_confirmation = 91;
constexpr char channel_request = 98;
constexpr std::size_t behind_channel = 5;  // the message's number and the channel's

}  // namespace

void MessageWatch::look_at(std::string_view freed) {
    using std::string_view_literals::operator""sv;
    constexpr std::string_view exit_status =
        "\0\0\0\x0b"
        "exit-status"sv;
    if (freed.empty()) return;
    if (freed.front() == channel_open_confirmation) works_ = true;
    if (freed.front() != channel_request || freed.size() < behind_channel) return;
    if (freed.substr(behind_channel).starts_with(exit_status)) status_told_ = true;
}

}  // namespace hfssh::native
