#include <sys/stat.h>

#include "hfssh/hub/names.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/manage/report/key.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/text.hpp"
#include "keys.hpp"

// `git hf-ssh keys new`: a key, in the agent, on the clipboard, and on the way to an account.
namespace hfssh::manage {
namespace {

using system::Failure;

struct Wish {
    const std::optional<std::string>& file;
    const std::optional<std::string>& comment;
    const bool& no_passphrase;
    const bool& no_agent;
    const bool& no_copy;
    const bool& open;
    const bool& wait;
    const std::optional<std::string>& timeout;
};

// Relative to the working directory, which changes later.
std::string named_file(const Wish& wish) {
    if (!wish.file) return {};
    const std::string path = read_key_word(*wish.file).path;
    struct stat info = {};
    const bool directory = ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    if (path.empty() || path.ends_with('/') || directory || path.ends_with(".pub")) {
        throw Failure("not a file for a private key: " + system::printable(*wish.file), {},
                      system::Code::bad_argument);
    }
    return path;
}

// As on the page, the user's address; ssh-keygen's own comment if git knows none.
std::string comment_of(const Wish& wish) {
    if (wish.comment) {
        if (system::has_control_character(*wish.comment)) {
            throw Failure("a comment cannot contain control characters", {},
                          system::Code::bad_argument);
        }
        return *wish.comment;
    }
    const GitAnswer answer = ask_git({"config", "--get", "user.email"});
    const bool fits = answer.status == 0 && !system::has_control_character(answer.output);
    return fits ? answer.output : std::string();
}

void require_terminal() {
    if (person_is_here()) return;
    throw Failure("no terminal: ssh-keygen cannot ask for a passphrase",
                  "for an unattended machine: git hf-ssh keys new --no-passphrase",
                  system::Code::key_locked);
}

// hf-ssh searches ~/.ssh only.
void say_if_elsewhere(const std::string& path) {
    if (path.substr(0, path.rfind('/')) == transport::ssh_directory()) return;
    system::say("hf-ssh only searches ~/.ssh; select this key explicitly");
    system::hint("to use it for everything on hf.co: git config --global hf-ssh.identity " +
                 shell_path(path));
}

void describe(const identity::Candidate& candidate, const KeyView& view, const std::string& account,
              bool shown, Record& record) {
    const std::string name = key_name(candidate, view.request);
    // The line to paste comes first, unbroken, if it has not been shown.
    record.heading(shown ? name : system::printable(public_line(candidate)));
    record.add({"key", shown ? "" : "key", key_json(candidate, view.request, account), name});
    record.text("type", key_type(candidate)).text("fingerprint", candidate.fingerprint());
    record.text("where", key_place(candidate));
    if (account.empty()) return;
    record.text("account", account_text(account), account == "anonymous" ? Tone::bad : Tone::good);
}

Status finish(const std::string& path, const Wish& wish, std::chrono::seconds limit,
              Surroundings& surroundings, Report& report) {
    const auto connection = surroundings.look_here();  // again: the agent may have it now
    const KeyView view = view_keys(*connection, path);
    const auto found = find_key(view, {path});
    if (const auto* check = std::get_if<Check>(&found))
        throw Failure(check->found, {}, system::Code::bad_argument);
    const auto& candidate = view.inventory.candidates[std::get<std::size_t>(found)];
    Record& record = report.whole();
    const Handing handing{wish.wait, !wish.no_copy, wish.open};
    hand_over(candidate, handing, surroundings, record);
    std::string account;
    if (wish.wait && !surroundings.told_to_end()) {
        account = wait_until_known(*connection, candidate, view.inventory, surroundings, limit);
    } else if (!wish.wait) {
        system::say("add it to your account: " + std::string(hub::key_page));
        system::hint("when it is added: git hf-ssh keys check " + shell_path(path));
    }
    describe(candidate, view, account, wish.wait, record);
    return account == "anonymous" ? Status::no : Status::yes;
}

Status make(const Wish& wish, Report& report) {
    const std::chrono::seconds limit = read_wait_limit(wish.timeout, wish.wait);
    const std::string file = named_file(wish);
    const std::string comment = comment_of(wish);
    Surroundings surroundings;
    if (!wish.no_passphrase) require_terminal();
    const auto connection = surroundings.look_here();
    const std::string path = make_key({file, comment, !wish.no_passphrase}, surroundings);
    if (path.empty()) {
        system::say("no key was made");
        return Status::no;
    }
    const KeyView view = view_keys(*connection, path);
    const auto found = find_key(view, {path});
    const auto* index = std::get_if<std::size_t>(&found);
    if (index == nullptr)
        throw Failure("the new key cannot be read: " + system::display_path(path), {},
                      system::Code::file);
    const identity::Candidate& made = view.inventory.candidates[*index];
    system::say("made " + system::display_path(path) + " and " +
                system::display_path(path + ".pub"));
    if (!made.encrypted && !wish.no_passphrase) {
        system::say("it has no passphrase: anyone who can read the file can use it");
        system::hint("to set one: ssh-keygen -p -f " + shell_path(path));
    }
    report.whole().json("key", key_json(made, view.request, {})).json("passphrase", made.encrypted);
    report.whole().json(
        "agent",
        wish.no_agent
            ? Json()
            : Json(name_of(add_to_agent(path, made.encrypted, *connection, surroundings))));
    say_if_elsewhere(path);
    if (surroundings.told_to_end()) {
        system::say("stopped; the key has been made");
        system::hint("to go on: git hf-ssh keys check --open " + shell_path(path));
        return Status::no;
    }
    return finish(path, wish, limit, surroundings, report);
}

}  // namespace

Action keys_new(Options& options) {
    const Wish wish{
        .file = options.argument("FILE", "the private key's file (default ~/.ssh/id_ed25519)"),
        .comment =
            options.option("-C,--comment", "TEXT", "the key's comment (default: git's user.email)"),
        .no_passphrase = options.flag("--no-passphrase", "no passphrase, for unattended machines"),
        .no_agent = options.flag("--no-agent", "do not add it to the ssh-agent"),
        .no_copy = options.flag("--no-copy", "do not copy it to the clipboard"),
        .open = options.flag("--open", "open the page to add it to your account"),
        .wait = options.flag("--wait", "wait until hf.co knows it"),
        .timeout = options.option("--timeout", "SECONDS", "seconds to wait (default 600)")};
    return [wish](Report& report) { return make(wish, report); };
}

}  // namespace hfssh::manage
