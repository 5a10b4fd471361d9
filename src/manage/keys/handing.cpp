#include "handing.hpp"

#include <unistd.h>

#include <string>

#include "browser.hpp"
#include "clipboard.hpp"
#include "hfssh/hub/names.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/message.hpp"

namespace hfssh::manage {
namespace {

const std::string page(hub::key_page);

// By itself, so that a double click takes it whole.
void show(const std::string& line) {
    system::say("add this public key to your account:\n" + page);
    const std::string text = system::printable(line) + "\n";
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

Json copied(const std::string& line, const Surroundings& surroundings) {
    const Copied result = copy(line, surroundings);
    switch (result.how) {
        case Copied::How::tool:
            system::say("the public key is on the clipboard (" + result.tool + ")");
            return result.tool;
        case Copied::How::terminal:
            system::say("the public key was sent to your terminal's clipboard, if it has one");
            return "terminal";
        case Copied::How::not_copied:
            break;
    }
    system::say("the public key could not be put on the clipboard; copy its line by hand");
    return {};
}

Json opened(const Surroundings& surroundings) {
    const std::string program = open_page(page, surroundings);
    if (program.empty()) {
        system::say("no browser can be opened from here; open the page yourself");
        return {};
    }
    system::say("the page is opened in your browser (" + system::printable(program) + ")");
    return program;
}

}  // namespace

void hand_over(const identity::Candidate& candidate, const Handing& handing,
               const Surroundings& surroundings, Record& record) {
    const std::string line = candidate.key ? public_line(candidate) : std::string();
    if (line.empty()) {
        system::say("its public half is not known before its passphrase is");
        system::hint("ssh-keygen -y -f " + shell_path(candidate.path) + " > " +
                     shell_path(candidate.path + ".pub"));
    } else if (handing.show) {
        show(line);
    }
    record.json("public_key", line.empty() ? Json() : Json(line)).json("page", page);
    const bool copies = handing.copy && !line.empty();
    record.json("clipboard", copies ? copied(line, surroundings) : Json());
    record.json("browser", handing.open ? opened(surroundings) : Json());
}

}  // namespace hfssh::manage
