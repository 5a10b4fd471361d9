#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hfssh/identity/key_file.hpp"

namespace hfssh::native {

// What the user typed: in one place in memory only, which is wiped when its time is over.
class Passphrase {
  public:
    // With the NUL at its end, as with ssh(1). Far more than a string keeps in itself: moving one
    // leaves nothing behind.
    static constexpr std::size_t capacity = 1024;

    Passphrase() : bytes_(capacity, '\0') {}
    Passphrase(Passphrase&& other) noexcept : bytes_(std::move(other.bytes_)) {}
    Passphrase& operator=(Passphrase&&) = delete;
    Passphrase(const Passphrase&) = delete;
    Passphrase& operator=(const Passphrase&) = delete;
    ~Passphrase() { identity::wipe(bytes_); }

    [[nodiscard]] const char* c_str() const { return bytes_.c_str(); }
    [[nodiscard]] std::string_view view() const { return c_str(); }
    // The caller fills it, up to CAPACITY bytes.
    [[nodiscard]] char* data() { return bytes_.data(); }

  private:
    std::string bytes_;
};

enum class NoPassphrase {
    nobody_to_ask,  // no terminal, and no SSH_ASKPASS that may be run
    not_given,      // declined, broken off, or an empty line
};

// Asks for a passphrase as ssh(1) does: at the terminal, or by the program SSH_ASKPASS. PROMPT is
// made printable. At the terminal a signal that ends this process (INT, TERM, HUP, QUIT) puts the
// echo back first, and then acts as it would have: for that it must be neither blocked nor ignored.
[[nodiscard]] std::variant<Passphrase, NoPassphrase> ask_passphrase(const std::string& prompt);

// What the environment says of SSH_ASKPASS, see ssh(1).
struct AskpassSettings {
    std::string require;       // SSH_ASKPASS_REQUIRE
    bool has_display = false;  // DISPLAY or WAYLAND_DISPLAY
    bool has_program = false;  // SSH_ASKPASS; OpenSSH's own default is not ours to run
};

enum class WayToAsk { terminal, program, nobody };

// Pure.
[[nodiscard]] WayToAsk way_to_ask(const AskpassSettings& settings, bool has_terminal);

}  // namespace hfssh::native
