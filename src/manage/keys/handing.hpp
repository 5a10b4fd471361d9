#pragma once

#include <string_view>

#include "hfssh/identity/candidate.hpp"
#include "hfssh/manage/context/outlook.hpp"
#include "hfssh/manage/report/report.hpp"

// How a public key comes from here to an account on hf.co: through the hands of a person.
namespace hfssh::manage {

struct Handing {
    bool show = false;  // on standard error, as a line to be pasted
    bool copy = false;  // to the clipboard
    bool open = false;  // the page in a browser
};

// Does it, and says what came of it. RECORD gets public_key, page, clipboard and browser.
void hand_over(const identity::Candidate& candidate, const Handing& handing,
               const Surroundings& surroundings, Record& record);

}  // namespace hfssh::manage
