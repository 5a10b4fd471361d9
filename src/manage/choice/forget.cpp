// git hf-ssh forget: drops what is remembered about keys and namespaces.

#include "hfssh/identity/memory_store.hpp"
#include "hfssh/identity/request.hpp"
#include "hfssh/identity/stored_key.hpp"
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/git.hpp"
#include "hfssh/reuse/servers.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using identity::MemoryStore;
using identity::RememberedKey;
using identity::RememberedPush;
using system::Failure;
using system::printable;

// What was removed.
struct Forgotten {
    std::vector<RememberedKey> keys;
    std::vector<RememberedPush> pushes;
};

bool names_a_key(const std::string& word) {
    return identity::is_fingerprint(word) || word.starts_with('~') ||
           word.find('/') != std::string::npos;
}

std::string fingerprint_of(const std::string& word) {
    if (identity::is_fingerprint(word)) return word.substr(0, word.find('='));
    const std::string path = system::expand_tilde(word);
    const auto loaded = identity::load_key(path);
    if (const auto* problem = std::get_if<identity::NotStored>(&loaded)) {
        throw Failure(system::display_path(path) + " is not a key: " +
                          (problem->detail.empty() ? "there is no such file" : problem->detail),
                      "give a key's file, or the fingerprint of one that is gone; of a repository, "
                      "the namespace alone",
                      system::Code::bad_argument);
    }
    const auto& key = std::get<identity::StoredKey>(loaded).key;
    if (!key)
        throw Failure(system::display_path(path) +
                          " is encrypted and has no .pub, so its fingerprint is "
                          "not known",
                      {}, system::Code::bad_argument);
    return key->fingerprint();
}

Forgotten forget_key(MemoryStore& store, const std::string& word) {
    const std::string fingerprint = fingerprint_of(word);
    Forgotten found;
    for (RememberedKey& key : store.keys()) {
        if (key.key.fingerprint() == fingerprint) found.keys.push_back(std::move(key));
    }
    for (RememberedPush& push : store.pushes()) {
        if (push.fingerprint == fingerprint) found.pushes.push_back(std::move(push));
    }
    if (!store.forget_key(fingerprint))
        throw Failure("what is remembered about " + fingerprint + " could not be removed", {},
                      system::Code::bad_argument);
    return found;
}

Forgotten forget_namespace(MemoryStore& store, const std::string& name) {
    Forgotten found;
    for (RememberedPush& push : store.pushes()) {
        if (system::equal_ignoring_case(push.name_space, name)) {
            found.pushes.push_back(std::move(push));
        }
    }
    bool gone = store.forget_namespace(name);
    for (const RememberedPush& push : found.pushes) {
        gone = store.forget_namespace(push.name_space) && gone;
    }
    if (!gone)
        throw Failure("what is remembered about " + printable(name) + " could not be removed", {},
                      system::Code::file);
    return found;
}

Forgotten forget_all(MemoryStore& store) {
    Forgotten found{store.keys(), store.pushes()};
    if (!store.forget_all() || !reuse::forget_servers()) {
        throw Failure("not all of it could be removed from " +
                          system::display_path(system::state_directory()),
                      {}, system::Code::file);
    }
    return found;
}

void describe(const Forgotten& forgotten, Report& report) {
    report.empty_list("keys");
    report.empty_list("namespaces");
    for (const RememberedKey& key : forgotten.keys) {
        const std::string& account = key.asked.account;
        report.add("keys")
            .heading("forgotten: " + key.key.fingerprint(), Tone::plain)
            .json("fingerprint", key.key.fingerprint())
            .add("comment", key.comment.empty() ? "" : "comment", printable(key.comment))
            .add({"account", "account", or_null(account),
                  account.empty() ? "not known" : printable(account)});
    }
    for (const RememberedPush& push : forgotten.pushes) {
        report.add("namespaces")
            .heading("forgotten: which key served the last push to " + printable(push.name_space),
                     Tone::plain)
            .json("namespace", push.name_space)
            .add("fingerprint", "key", push.fingerprint);
    }
}

// The name may be meant as an account.
void hint_at_account(const MemoryStore& store, const std::string& name) {
    for (const RememberedKey& key : store.keys()) {
        if (!system::equal_ignoring_case(key.asked.account, name)) continue;
        system::hint("a key is known to belong to " + printable(name) + ": git hf-ssh forget " +
                     key.key.fingerprint());
        return;
    }
}

// What is remembered decides only if no setting does.
void report_settings(const std::optional<std::string>& word, const Forgotten& forgotten) {
    for (const ConfigLine& line : config_lines("^hf-ssh\\.(.*\\.)?(identity|account)$")) {
        bool concerns = !word || line.key == "hf-ssh.identity" || line.key == "hf-ssh.account";
        if (word && !concerns) {
            const std::string key = system::lower(line.key);
            concerns = ("/" + key).find(system::lower(*word)) != std::string::npos;
            for (const RememberedKey& known : forgotten.keys)
                concerns = concerns || line.value == known.key.fingerprint();
        }
        if (!concerns) continue;
        system::say("a setting goes on deciding: " + printable(line.key + " = " + line.value) +
                    " (" + line.scope + ")");
    }
}

Status run_forget(const std::optional<std::string>& word, bool all, Report& report) {
    if (all == word.has_value()) {
        throw UsageError{all ? "--all takes no argument"
                             : "name a namespace or a key to forget, or --all"};
    }
    const std::string directory = system::state_directory();
    if (directory.empty())
        throw Failure("there is no home directory, so nothing is remembered", {},
                      system::Code::file);
    MemoryStore store(directory, false);
    const Forgotten forgotten = all                  ? forget_all(store)
                                : names_a_key(*word) ? forget_key(store, *word)
                                                     : forget_namespace(store, *word);
    describe(forgotten, report);
    report_settings(all ? std::nullopt : word, forgotten);
    if (!forgotten.keys.empty() || !forgotten.pushes.empty()) return Status::yes;
    system::say("nothing is remembered" + (all ? "" : " about " + printable(*word)));
    if (all) return Status::yes;
    hint_at_account(store, *word);
    return Status::no;
}

}  // namespace

Action forget(Options& options) {
    const auto& word = options.argument(
        "NAMESPACE|KEY", "a namespace, or a key by its file or its SHA256: fingerprint");
    const bool& all = options.flag("--all", "everything that is remembered");
    return [&](Report& report) { return run_forget(word, all, report); };
}

}  // namespace hfssh::manage
