#include "hfssh/native/session/presented_keys.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/message.hpp"
#include "library.hpp"

namespace hfssh::native {
namespace {

using Outcome = PresentedKey::Outcome;

// Shared by all connections to the place.
struct Bounds {
    const Place& place;
    Deadline deadline;
    const GiveUp& give_up;
};

// The outcome is set already; it becomes `unreadable` if BLOB is not a key.
void take_key(PresentedKey& key, std::string_view blob) {
    auto read = hub::read_server_key(key.type, system::base64_encode(blob));
    if (auto* found = std::get_if<hub::ServerKey>(&read)) {
        key.key = std::move(*found);
        return;
    }
    key.outcome = Outcome::unreadable;
    key.text = hub::describe(std::get<hub::KeyProblem>(read));
}

void miss(PresentedKey& key, Outcome outcome, const std::string& text) {
    key.outcome = outcome;
    key.text = text;
}

void judge_handshake(LibrarySession& session, int result, PresentedKey& key) {
    if (!session.proven_host_key().empty()) {
        key.outcome = Outcome::proven;  // whatever happened to the service that was asked for next
        const char* name = ::libssh2_session_methods(session.get(), LIBSSH2_METHOD_KEX);
        if (name != nullptr) key.key_exchange = system::printable(name);
        return take_key(key, session.proven_host_key());
    }
    if (result == LIBSSH2_ERROR_TIMEOUT)
        return miss(key, Outcome::failed, "the server did not answer in time");
    if (result == LibrarySession::gave_up) return miss(key, Outcome::failed, "interrupted");
    std::size_t length = 0;
    int type = 0;
    const char* blob = ::libssh2_session_hostkey(session.get(), &length, &type);
    if (blob != nullptr && length > 0) {
        // The library has one error for everything that can go wrong in a key exchange.
        miss(key, Outcome::false_proof, "the server did not prove that it has this key");
        return take_key(key, {blob, length});
    }
    // Nothing in common, of this type or of the other algorithms: the library does not say which.
    const bool differs = result == LIBSSH2_ERROR_KEX_FAILURE && !session.hung_up();
    miss(
        key, differs ? Outcome::not_offered : Outcome::failed,
        differs ? "not offered, or the server supports no modern algorithm" : session.last_error());
}

// Returns whether the server was reached.
bool ask(const AskedType& asked, const Bounds& bounds, PresentedKey& key) {
    auto reached = connect(bounds.place, bounds.deadline, bounds.give_up);
    if (auto* problem = std::get_if<Unreached>(&reached)) {
        miss(key, Outcome::failed, problem->text);
        return false;
    }
    LibrarySession session(std::move(std::get<Stream>(reached)));
    if (!session.allow(LIBSSH2_METHOD_HOSTKEY, std::string(asked.algorithms))) {
        miss(key, Outcome::not_checked,
             "libssh2 " LIBSSH2_VERSION " cannot check keys of this type; ssh can");
    } else if (!allow_modern_only(session)) {
        miss(key, Outcome::not_checked, "libssh2 " LIBSSH2_VERSION " has no modern algorithms");
    } else {
        const int result = session.run(
            [&] { return ::libssh2_session_handshake(session.get(), session.stream().socket()); },
            bounds.deadline, bounds.give_up);
        judge_handshake(session, result, key);
    }
    return true;
}

bool try_to_ask(const AskedType& asked, const Bounds& bounds, PresentedKey& key) {
    try {
        return ask(asked, bounds, key);
    } catch (const std::exception& error) {
        miss(key, Outcome::failed, system::printable(error.what()));
    }
    return false;
}

// A thread for each type. GIVE_UP is called by this thread only: the others look at a flag.
bool ask_side_by_side(const std::vector<AskedType>& types, const Bounds& bounds,
                      std::vector<PresentedKey>& keys) {
    constexpr auto moment = std::chrono::milliseconds(20);
    std::atomic<bool> stop = false;
    std::atomic<bool> reached = false;
    std::atomic<std::size_t> running = 0;
    const GiveUp stopped = [&stop] { return stop.load(); };
    const Bounds inside{bounds.place, bounds.deadline, stopped};
    std::vector<std::thread> threads;
    threads.reserve(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        try {
            ++running;
            threads.emplace_back([&, i] {
                if (try_to_ask(types[i], inside, keys[i])) reached = true;
                --running;
            });
        } catch (const std::system_error& error) {
            --running;
            miss(keys[i], Outcome::failed, error.what());
        }
    }
    while (running > 0) {
        std::this_thread::sleep_for(moment);
        if (bounds.give_up && bounds.give_up()) stop = true;
    }
    for (std::thread& thread : threads)
        thread.join();
    return reached;
}

}  // namespace

PresentedKeys summarise(std::vector<PresentedKey> keys, bool reached) {
    PresentedKeys result{reached, {}, std::move(keys)};
    const auto failed = std::ranges::find(result.keys, Outcome::failed, &PresentedKey::outcome);
    const auto shows_nothing = [](const PresentedKey& key) {
        return key.outcome == Outcome::failed || key.outcome == Outcome::not_checked;
    };
    if (failed == result.keys.end() || !std::ranges::all_of(result.keys, shows_nothing)) {
        return result;
    }
    result.problem = failed->text;
    result.keys.clear();
    return result;
}

PresentedKeys look_at_presented_keys(const Place& place, const std::vector<AskedType>& types,
                                     Deadline deadline, const GiveUp& give_up) {
    std::vector<PresentedKey> keys;
    for (const AskedType& asked : types)
        keys.push_back({Outcome::failed, std::string(asked.type), {}, {}, {}});
    const Bounds bounds{place, deadline, give_up};
    bool reached = false;
    if (!place.has_proxy()) {
        reached = ask_side_by_side(types, bounds, keys);
    } else {
        for (std::size_t i = 0; i < types.size(); ++i) {
            reached = try_to_ask(types[i], bounds, keys[i]) || reached;
            if (keys[i].outcome != Outcome::failed) continue;
            for (std::size_t rest = i + 1; rest < keys.size(); ++rest)
                miss(keys[rest], Outcome::failed, "not asked");  // it would fail alike
            break;
        }
    }
    return summarise(std::move(keys), reached);
}

PresentedKeys look_at_presented_keys(const Place& place, Deadline deadline, const GiveUp& give_up) {
    return look_at_presented_keys(place, {askable_types.begin(), askable_types.end()}, deadline,
                                  give_up);
}

}  // namespace hfssh::native
