#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hfssh::hub {

// Which account hf.co takes us for: "Hi NAME, welcome to Hugging Face.", its answer to `ssh -T`.
// Exit status proves nothing: a key that hf.co does not know is greeted as "anonymous".
struct Greeting {
    std::string account;
    [[nodiscard]] bool anonymous() const { return account == "anonymous"; }
};

// The first line of OUTPUT that is a greeting and nothing else. The name is of visible ASCII
// characters without a comma, at most 96: it is shown, stored and compared.
[[nodiscard]] std::optional<Greeting> read_greeting(std::string_view output);

// What git-upload-pack or git-receive-pack says first (gitprotocol-pack(5), gitprotocol-v2(5)): the
// references, or that it will not.
struct Advertisement {
    enum class Kind {
        references,  // "003f<name> refs/heads/main…", none ("0000"), "version 1" or "version 2"
        error,       // "ERR why"
        none,        // nothing, or nothing of git's
    };
    Kind kind = Kind::none;
    std::string error;  // as it was sent
};

// OUTPUT may have been cut off. Only its first line counts. Pure.
[[nodiscard]] Advertisement read_advertisement(std::string_view output);

}  // namespace hfssh::hub
