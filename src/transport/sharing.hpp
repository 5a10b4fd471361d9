#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "closed.hpp"
#include "hfssh/reuse/mux.hpp"
#include "hfssh/reuse/room.hpp"
#include "hfssh/system/process.hpp"
#include "hfssh/transport/facts.hpp"
#include "hfssh/transport/plan.hpp"

// Part of the plan and of its run: is the connection shared, and which way does this session go?
namespace hfssh::transport {

// For a connection with CANDIDATE. REPORTS: would the helper's word reach us?
[[nodiscard]] Sharing plan_sharing(const Facts& facts, const identity::Candidate& candidate,
                                   bool reports);

// PLAN's command, so that ssh becomes the master at SOCKET for LINGER seconds after its last use.
// LOGIN_ONLY: without a session of its own.
[[nodiscard]] system::Command as_master(const Plan& plan, const std::string& socket, long linger,
                                        bool login_only);

// The ways that a session may go, one after another until one serves.
class Ways {
  public:
    // All live as long as this. NEEDS_PERSON: a login asks for a passphrase or a touch.
    Ways(const Facts& facts, const Plan& plan, bool needs_person,
         const std::function<bool()>& give_up);
    ~Ways();
    Ways(const Ways&) = delete;
    Ways& operator=(const Ways&) = delete;

    struct Way {
        std::optional<reuse::Slot> slot;  // none: a connection of its own
        std::optional<reuse::Mux> mux;    // a session of the slot's master; none: become it
        bool beside = false;              // other sessions run there
        bool login_only = false;          // become the master, and call next() again
    };
    [[nodiscard]] Way next();
    // It did not serve, and nothing was sent: REFUSED by the server, or the master is gone.
    void did_not_serve(const Way& way, bool refused);
    // The connection of a session that had begun is lost.
    void lost(const Way& way);

  private:
    [[nodiscard]] std::optional<Way> use_idle(reuse::Slot slot);
    [[nodiscard]] std::optional<Way> use_running(reuse::Slot slot, bool& wait);
    [[nodiscard]] Way become_master();
    [[nodiscard]] reuse::Allowed allowed_by(const reuse::Slot& slot);
    void remember(reuse::Allowed allowed, const std::string& host_key);
    [[nodiscard]] Way alone(const std::string& reason);

    const Facts& facts_;
    const Sharing& sharing_;
    bool needs_person_;
    const std::function<bool()>& give_up_;
    std::optional<reuse::Room> room_;
    std::string why_alone_;
    int refusals_ = 0;  // on an idle connection
    bool logged_in_ = false;
    bool beside_ = false;   // this server is known to allow a session beside another
    std::string host_key_;  // … with this host key
};

// A greeting on whose connection it is learned how many sessions the server allows at once.
class Trial {
  public:
    // Null if that is known, or nothing could be made of it.
    [[nodiscard]] static std::unique_ptr<Trial> of(const Facts& facts,
                                                   const identity::Candidate& candidate,
                                                   const Plan& plan);
    ~Trial() { reuse::remove_slot(slot_.socket()); }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    [[nodiscard]] system::Command command(const Plan& plan) const;
    // Once the greeting has come.
    void learn(Plan& plan, const std::function<bool()>& give_up) const;

  private:
    Trial(const Facts& facts, reuse::Slot slot) : facts_(facts), slot_(std::move(slot)) {}
    const Facts& facts_;
    reuse::Slot slot_;
};

// Runs the session of MUX with our standard streams, as ssh would: its exit status. Reports to
// CHANNEL when it has begun; `way_refused` and `way_lost` only before that.
inline constexpr int way_refused = 1;
inline constexpr int way_lost = 2;
[[nodiscard]] int run_session(reuse::Mux& mux, const reuse::Session& session,
                              const std::string& channel);

// The fingerprint of the host key that was accepted; empty if none was.
[[nodiscard]] std::string accepted_key(const ssh::ReportChannel& channel);

[[nodiscard]] reuse::Session session_of(const Facts& facts);

}  // namespace hfssh::transport
