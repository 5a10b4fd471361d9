#pragma once

#include <string>
#include <string_view>

namespace hfssh::hub {

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
