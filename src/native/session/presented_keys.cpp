#include "hfssh/native/session/presented_keys.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "clear_channel.hpp"
#include "hfssh/system/encode.hpp"
#include "hfssh/system/message.hpp"
#include "library.hpp"
#include "rsa_exchange.hpp"
#include "server_offer.hpp"

namespace hfssh::native {
namespace {

using Outcome = PresentedKey::Outcome;

// What all connections to the place have in common.
struct Bounds {
    const Place& place;
    Deadline deadline;
    const GiveUp& give_up;
};

// Reads what was presented into KEY, whose outcome stands already; it becomes `unreadable` where
// that is no key.
void take_key(PresentedKey& key, std::string_view blob) {
    auto read = hub::read_server_key(key.type, system::base64_encode(blob));
    if (auto* found = std::get_if<hub::ServerKey>(&read)) {
        key.key = std::move(*found);
        return;
    }
    key.outcome = Outcome::unreadable;
    key.text = hub::describe(std::get<hub::KeyProblem>(read));
}

void fail(PresentedKey& key, const std::string& text) {
    key.outcome = Outcome::failed;
    key.text = text;
}

void judge_handshake(LibrarySession& session, int result, PresentedKey& key) {
    if (!session.proven_host_key().empty()) {
        key.outcome = Outcome::proven;  // whatever came of the service that the library asks for
        take_key(key, session.proven_host_key());
    } else if (result == LIBSSH2_ERROR_TIMEOUT) {
        fail(key, "the server did not answer in time");
    } else if (result == LibrarySession::gave_up) {
        fail(key, "interrupted");
    } else {
        std::size_t length = 0;
        int type = 0;
        const char* blob = ::libssh2_session_hostkey(session.get(), &length, &type);
        if (blob == nullptr || length == 0) return fail(key, session.last_error());
        // The library has one error for all that goes wrong in a key exchange.
        key.outcome = Outcome::false_proof;
        key.text = "the server did not prove that it has this key";
        take_key(key, std::string_view(blob, length));
    }
}

void ask_with_library(Stream stream, const std::string& algorithm, const Bounds& bounds,
                      PresentedKey& key) {
    LibrarySession session(std::move(stream));
    if (!session.allow(LIBSSH2_METHOD_HOSTKEY, algorithm)) {
        key.outcome = Outcome::not_checked;
        key.text = "libssh2 " LIBSSH2_VERSION " does not know " + system::printable(algorithm);
        return;
    }
    if (!allow_modern_only(session)) {
        key.outcome = Outcome::not_checked;
        key.text = "libssh2 " LIBSSH2_VERSION " knows no modern algorithms";
        return;
    }
    const int result = session.run(
        [&] { return ::libssh2_session_handshake(session.get(), session.stream().socket()); },
        bounds.deadline, bounds.give_up);
    judge_handshake(session, result, key);
    if (key.outcome == Outcome::proven && algorithm == "ssh-rsa") {
        key.outcome = Outcome::presented;
        key.text = "the server proves it with SHA-1 only, which is no proof";
    }
}

void ask_for_rsa(Stream stream, const Bounds& bounds, PresentedKey& key) {
    const RsaExchange answer = ask_for_rsa_key(stream, bounds.deadline, bounds.give_up);
    if (answer.host_key.empty()) {
        fail(key, answer.problem);
        return;
    }
    key.outcome = answer.proven ? Outcome::proven : Outcome::false_proof;
    key.text = answer.problem;
    take_key(key, answer.host_key);
}

void ask(const OfferedType& offered, const Bounds& bounds, PresentedKey& key) {
    auto reached = connect(bounds.place, bounds.deadline, bounds.give_up);
    if (auto* problem = std::get_if<Unreached>(&reached)) {
        fail(key, problem->text);
        return;
    }
    Stream& stream = std::get<Stream>(reached);
    const bool is_modern_rsa = offered.type == "ssh-rsa" &&
                               std::any_of(offered.algorithms.begin(), offered.algorithms.end(),
                                           [](const auto& name) { return name != "ssh-rsa"; });
    if (is_modern_rsa) {
        ask_for_rsa(std::move(stream), bounds, key);
    } else {
        ask_with_library(std::move(stream), offered.algorithms.front(), bounds, key);
    }
}

void try_to_ask(const OfferedType& offered, const Bounds& bounds, PresentedKey& key) {
    try {
        ask(offered, bounds, key);
    } catch (const std::exception& error) {
        fail(key, system::printable(error.what()));
    }
}

PresentedKey key_of(const OfferedType& offered) {
    PresentedKey key;
    key.type = offered.type;
    if (offered.is_known) return key;
    key.outcome = Outcome::not_checked;
    key.text = offered.is_certificate ? "a certificate, which hf-ssh never asks for"
                                      : "a type that hf-ssh does not know";
    return key;
}

void ask_in_turn(const std::vector<OfferedType>& offered, const Bounds& bounds,
                 std::vector<PresentedKey>& keys) {
    for (std::size_t i = 0; i < offered.size(); ++i) {
        if (keys[i].outcome != Outcome::not_checked) try_to_ask(offered[i], bounds, keys[i]);
    }
}

// A thread for each type that can be asked for. GIVE_UP is the caller's alone: the others look at a
// flag.
void ask_side_by_side(const std::vector<OfferedType>& offered, const Bounds& bounds,
                      std::vector<PresentedKey>& keys) {
    std::atomic<bool> stop = false;
    const GiveUp stopped = [&stop] { return stop.load(); };
    const Bounds inside{bounds.place, bounds.deadline, stopped};
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t running = 0;
    const auto work = [&](std::size_t i) {
        try_to_ask(offered[i], inside, keys[i]);
        const std::lock_guard<std::mutex> lock(mutex);
        --running;
        ended.notify_all();
    };
    std::vector<std::thread> threads;
    threads.reserve(offered.size());
    for (std::size_t i = 0; i < offered.size(); ++i) {
        if (keys[i].outcome == Outcome::not_checked) continue;
        const std::lock_guard<std::mutex> lock(mutex);
        try {
            threads.emplace_back(work, i);
            ++running;
        } catch (const std::system_error& error) {
            fail(keys[i], error.what());
        }
    }
    constexpr auto moment = std::chrono::milliseconds(50);
    std::unique_lock<std::mutex> lock(mutex);
    while (running > 0) {
        ended.wait_for(lock, moment);
        if (bounds.give_up && bounds.give_up()) stop = true;
    }
    lock.unlock();
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace

PresentedKeys look_at_presented_keys(const Place& place, Deadline deadline, const GiveUp& give_up) {
    PresentedKeys result;
    auto reached = connect(place, deadline, give_up);
    if (auto* problem = std::get_if<Unreached>(&reached)) {
        result.reach = problem->reach;
        result.problem = std::move(problem->text);
        return result;
    }
    Stream& stream = std::get<Stream>(reached);
    result.reach = Reach::connected;
    result.peer = stream.peer();
    ServerOffer offer;
    result.problem = ClearChannel(stream, deadline, give_up).greet(offer);
    stream.close();
    if (!result.problem.empty()) return result;
    result.version = system::printable(offer.version);
    const std::vector<OfferedType> offered = offered_types(offer.host_key_algorithms);
    for (const OfferedType& type : offered)
        result.keys.push_back(key_of(type));
    const Bounds bounds{place, deadline, give_up};
    // A bastion that logs in several times at once may take that for an attack.
    if (place.has_proxy()) {
        ask_in_turn(offered, bounds, result.keys);
    } else {
        ask_side_by_side(offered, bounds, result.keys);
    }
    return result;
}

}  // namespace hfssh::native
