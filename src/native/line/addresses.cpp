#include "hfssh/native/line/addresses.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "connecting.hpp"
#include "name_lookup.hpp"
#include "proxy.hpp"

namespace hfssh::native {
namespace {

using Clock = std::chrono::steady_clock;

// RFC 8305 section 5, "Connection Attempt Delay".
constexpr auto attempt_delay = std::chrono::milliseconds(250);
// More addresses than this are a mistake or an attack.
constexpr std::size_t most_addresses = 32;

Deadline earlier(const Place& place, Deadline deadline) {
    if (place.connect_timeout.count() == 0) return deadline;
    return std::min(deadline, Clock::now() + place.connect_timeout);
}

std::variant<std::vector<Address>, Unreached> find_addresses(const Place& place, Deadline deadline,
                                                             const GiveUp& give_up) {
    auto found = look_up(place.host, place.port, place.family, deadline, give_up);
    if (auto* addresses = std::get_if<std::vector<Address>>(&found)) {
        if (addresses->size() > most_addresses) addresses->resize(most_addresses);
    }
    return found;
}

// Waits for the pending ones, and settles those that are ready.
Waited wait_for_some(std::vector<Attempt>& attempts, Deadline until, const GiveUp& give_up) {
    std::vector<pollfd> watched;
    std::vector<Attempt*> owners;
    for (Attempt& attempt : attempts) {
        if (!attempt.pending()) continue;
        watched.push_back({attempt.socket.get(), POLLOUT, 0});
        owners.push_back(&attempt);
    }
    const Waited waited = wait_for(watched, until, give_up);
    for (std::size_t i = 0; waited == Waited::ready && i < owners.size(); ++i) {
        if (watched[i].revents != 0) settle(*owners[i]);
    }
    return waited;
}

bool any_pending(const std::vector<Attempt>& attempts) {
    return std::any_of(attempts.begin(), attempts.end(),
                       [](const Attempt& attempt) { return attempt.pending(); });
}

void abandon_pending(std::vector<Attempt>& attempts, Reach reach) {
    for (Attempt& attempt : attempts) {
        if (attempt.pending()) abandon(attempt, reach);
    }
}

// The most informative failure: an answer before silence, silence before no route.
const Attempt& most_telling(const std::vector<Attempt>& attempts) {
    const auto weight = [](const Attempt& attempt) {
        switch (attempt.reach) {
            case Reach::refused:
                return 0;
            case Reach::timed_out:
                return 1;
            case Reach::failed:
            case Reach::no_source:
                return 2;
            default:
                return 3;
        }
    };
    return *std::min_element(
        attempts.begin(), attempts.end(),
        [&](const Attempt& a, const Attempt& b) { return weight(a) < weight(b); });
}

Unreached explain(const std::vector<Attempt>& attempts) {
    const Attempt& attempt = most_telling(attempts);
    std::string text = attempt.text;
    const std::size_t others = attempts.size() - 1;
    if (others == 1) text += " (the other address failed too)";
    if (others > 1) text += " (" + std::to_string(others) + " other addresses failed too)";
    return {attempt.reach, text};
}

class Race {
  public:
    Race(Source source, std::vector<Address> addresses)
        : source_(std::move(source)), addresses_(std::move(addresses)) {}

    std::variant<Stream, Unreached> run(Deadline deadline, const GiveUp& give_up) {
        while (next_ < addresses_.size() || any_pending(attempts_)) {
            start_if_due();
            if (auto stream = winner()) return std::move(*stream);
            if (!any_pending(attempts_)) continue;
            const bool more = next_ < addresses_.size();
            const Deadline until = more ? std::min(deadline, due_) : deadline;
            const Waited waited = wait_for_some(attempts_, until, give_up);
            if (auto stream = winner()) return std::move(*stream);
            if (waited == Waited::given_up) {
                return Unreached{Reach::given_up, std::string(describe(Reach::given_up))};
            }
            if (Clock::now() >= deadline) abandon_rest();
        }
        return explain(attempts_);
    }

  private:
    void start_if_due() {
        if (next_ == addresses_.size()) return;
        if (any_pending(attempts_) && Clock::now() < due_ && !just_failed()) return;
        failures_ = count_failures();
        attempts_.push_back(start_attempt(source_, addresses_[next_++]));
        due_ = Clock::now() + attempt_delay;
    }

    // Has one failed since the last was started? Then the next need not wait.
    [[nodiscard]] bool just_failed() const { return count_failures() > failures_; }

    [[nodiscard]] std::ptrdiff_t count_failures() const {
        return std::count_if(attempts_.begin(), attempts_.end(), [](const Attempt& attempt) {
            return !attempt.pending() && !attempt.connected();
        });
    }

    std::optional<Stream> winner() {
        for (Attempt& attempt : attempts_) {
            if (attempt.connected()) return Stream(std::move(attempt.socket), attempt.text);
        }
        return std::nullopt;
    }

    void abandon_rest() {
        abandon_pending(attempts_, Reach::timed_out);
        next_ = addresses_.size();
    }

    Source source_;
    std::vector<Address> addresses_;
    std::vector<Attempt> attempts_;
    std::size_t next_ = 0;
    std::ptrdiff_t failures_ = 0;
    Deadline due_;
};

using Clock = std::chrono::steady_clock;

// How long a caller's "give up" may have to wait to be heard.
constexpr int moment = 50;

int milliseconds_until(Deadline deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30));
}

}  // namespace

std::string_view describe(Reach reach) {
    switch (reach) {
        case Reach::connected:
            return "connected";
        case Reach::no_such_name:
            return "no such host name";
        case Reach::no_address:
            return "the host name has no address that could be used";
        case Reach::name_failed:
            return "the host name could not be looked up";
        case Reach::name_timed_out:
            return "the host name was not looked up in time";
        case Reach::refused:
            return "connection refused";
        case Reach::unreachable:
            return "no route there";
        case Reach::timed_out:
            return "no answer in time";
        case Reach::no_source:
            return "BindAddress or BindInterface cannot be used";
        case Reach::proxy_failed:
            return "the ProxyCommand could not be run";
        case Reach::given_up:
            return "interrupted";
        case Reach::failed:
            break;
    }
    return "no connection";
}

std::variant<Stream, Unreached> connect(const Place& place, Deadline deadline,
                                        const GiveUp& give_up) {
    const Deadline limit = earlier(place, deadline);
    if (place.has_proxy()) return start_proxy(place, limit, give_up);
    auto found = find_addresses(place, limit, give_up);
    if (auto* problem = std::get_if<Unreached>(&found)) return std::move(*problem);
    return Race(find_source(place, limit, give_up), in_turns(std::get<std::vector<Address>>(found)))
        .run(limit, give_up);
}

AddressReport look_at_addresses(const Place& place, Deadline deadline, const GiveUp& give_up) {
    const Deadline limit = earlier(place, deadline);
    AddressReport report;
    auto found = find_addresses(place, limit, give_up);
    if (auto* problem = std::get_if<Unreached>(&found)) {
        report.name = problem->reach;
        report.text = std::move(problem->text);
        return report;
    }
    const Source source = find_source(place, limit, give_up);
    std::vector<Attempt> attempts;
    std::vector<Clock::time_point> ends;
    for (const Address& address : std::get<std::vector<Address>>(found)) {
        attempts.push_back(start_attempt(source, address));
        ends.push_back(Clock::now());
    }
    while (any_pending(attempts)) {
        std::vector<bool> pending;
        for (const Attempt& attempt : attempts)
            pending.push_back(attempt.pending());
        const Waited waited = wait_for_some(attempts, limit, give_up);
        if (waited == Waited::given_up) abandon_pending(attempts, Reach::given_up);
        if (waited == Waited::timed_out) abandon_pending(attempts, Reach::timed_out);
        for (std::size_t i = 0; i < attempts.size(); ++i) {
            if (pending[i] && !attempts[i].pending()) ends[i] = Clock::now();
        }
    }
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const Attempt& attempt = attempts[i];
        report.addresses.push_back(
            {host_text(attempt.address), attempt.address.family() == AF_INET6, attempt.reach,
             attempt.text,
             std::chrono::duration_cast<std::chrono::milliseconds>(ends[i] - attempt.start)});
    }
    return report;
}

Waited wait_for(std::vector<pollfd>& watched, Deadline deadline, const GiveUp& give_up) {
    for (;;) {
        if (give_up && give_up()) return Waited::given_up;
        const int left = milliseconds_until(deadline);
        const int ready =
            ::poll(watched.data(), watched.size(), give_up ? std::min(left, moment) : left);
        if (ready > 0) return Waited::ready;
        if (ready < 0 && errno != EINTR && errno != EAGAIN) return Waited::timed_out;
        if (left == 0) return Waited::timed_out;
    }
}

Waited wait_for(int socket, short events, Deadline deadline, const GiveUp& give_up) {
    std::vector<pollfd> watched = {{socket, events, 0}};
    return wait_for(watched, deadline, give_up);
}

}  // namespace hfssh::native
