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

}  // namespace hfssh::hub
