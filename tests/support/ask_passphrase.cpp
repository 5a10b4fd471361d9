// ask-passphrase PROMPT FILE [linger]: asks for a passphrase, and writes it into FILE. Ends with 0,
// with 1 where none was given, with 2 where nobody could be asked; with "linger" it says "asked",
// and does not end by itself.
#include <fcntl.h>
#include <unistd.h>

#include <variant>

#include "native/session/passphrase.hpp"

namespace {

using namespace hfssh::native;

int ask(const char* prompt, const char* file) {
    const auto answer = ask_passphrase(prompt);
    if (const auto* none = std::get_if<NoPassphrase>(&answer)) {
        return *none == NoPassphrase::not_given ? 1 : 2;
    }
    const std::string_view given = std::get<Passphrase>(answer).view();
    const int fd = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const ssize_t written = ::write(fd, given.data(), given.size());
    ::close(fd);
    return written == static_cast<ssize_t>(given.size()) ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 4;
    const int status = ask(argv[1], argv[2]);
    if (argc > 3 && ::write(STDOUT_FILENO, "asked\n", 6) == 6) ::pause();
    return status;
}
