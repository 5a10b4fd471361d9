#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/system/temporary_directory.hpp"

// How ssh is given the one key, so that it offers that key and no other.
namespace hfssh::identity {

// ssh(1) takes PATH.pub for the truth about PATH, before the private file's own header, and offers
// PATH-cert.pub whatever it certifies (measured with 9.2). A stale one therefore makes it offer
// another key. So a path is given as it is only if its neighbours agree with it.
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

// No directory could be written: every place and its cause (TemporaryDirectory::problem()).
struct NoPlace {
    std::string problem;
};

// CANDIDATE must be usable(). Files go to STATE_DIRECTORY/identities, each only if it is not there
// already; if that directory cannot be used (or STATE_DIRECTORY is empty), to TEMPORARY, which has
// to stay as long as ssh may run.
[[nodiscard]] std::variant<Offer, NoPlace> prepare_offer(const Candidate& candidate,
                                                         const std::string& state_directory,
                                                         system::TemporaryDirectory& temporary);

// Is NAME, of a file in STATE_DIRECTORY/identities, one that prepare_offer() gives, or gives on the
// way there? Pure.
[[nodiscard]] bool is_offer_name(std::string_view name);

}  // namespace hfssh::identity
