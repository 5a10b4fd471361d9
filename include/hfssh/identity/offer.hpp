#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/system/temporary_directory.hpp"

// How ssh is told of the one key, so that it offers that key and no other.
namespace hfssh::identity {

// ssh(1) takes PATH.pub for the truth about PATH, before the private file's own header, and offers
// PATH-cert.pub whatever it certifies (measured with 9.2). A stale one therefore makes it offer
// another key. So a path is given as it is only where its neighbours agree with it.
enum class Way {
    as_it_is,     // the private file
    public_copy,  // a .pub of our own: the agent signs
    linked,       // a link of our own to the private file, with the right .pub beside it
};
[[nodiscard]] Way way_of(const Candidate& candidate);

struct Offer {
    std::string identity_file;     // for IdentityFile: absolute; `%` and blanks as they are
    std::string certificate_file;  // for CertificateFile, empty if there is none
};

// No directory could be written; errno says why.
struct NoPlace {
    int error = 0;
};

// CANDIDATE must be usable(). What has to be written goes to STATE_DIRECTORY/identities, each file
// only if it is not there already, or, where that can't be (or STATE_DIRECTORY is empty), to
// TEMPORARY, which has to stay as long as ssh may run.
[[nodiscard]] std::variant<Offer, NoPlace> prepare_offer(const Candidate& candidate,
                                                         const std::string& state_directory,
                                                         system::TemporaryDirectory& temporary);

// Is NAME, of a file in STATE_DIRECTORY/identities, one that prepare_offer() gives, or gives on the
// way there? Pure.
[[nodiscard]] bool is_offer_name(std::string_view name);

}  // namespace hfssh::identity
