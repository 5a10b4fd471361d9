#include "hfssh/manage/keys/view.hpp"

#include <vector>

#include "hfssh/identity/candidates.hpp"
#include "hfssh/manage/command/identity_word.hpp"
#include "hfssh/manage/keys/checks.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "hfssh/system/text.hpp"

namespace hfssh::manage {
namespace {

using identity::Candidate;
using system::Failure;

identity::Memory recall(const identity::Inventory& inventory, const identity::MemoryStore& store) {
    std::vector<std::string> fingerprints;
    for (const Candidate& candidate : inventory.candidates) {
        if (candidate.key) fingerprints.push_back(candidate.fingerprint());
    }
    return store.load(fingerprints, {});
}

}  // namespace

KeyView view_keys(const Outlook& outlook, const std::string& path) {
    KeyView view;
    view.request = outlook.survey.request;
    for (const settings::GitSetting& setting :
         outlook.prospect.git.value_or(settings::GitSettings{}).all) {
        if (!setting.key.ends_with(".identity") || identity::is_fingerprint(setting.value))
            continue;
        const std::string file = system::expand_tilde(setting.value);
        if (file.starts_with('/')) view.request.configured.push_back(file);
    }
    if (!path.empty()) view.request.configured.push_back(path);
    const std::string& home = system::home();
    view.inventory = identity::gather(view.request, outlook.prospect.agent,
                                      home.empty() ? std::string() : home + "/.ssh");
    view.memory = recall(view.inventory, outlook.prospect.memory);
    return view;
}

KeyWord read_key_word(const std::string& word) {
    if (identity::is_fingerprint(word)) {
        if (auto fingerprint = normal_fingerprint(word)) return {{}, *fingerprint};
        throw Failure("this is no fingerprint: " + system::printable(word),
                      "it has SHA256: in front and 43 characters behind, as ssh-keygen -l and git "
                      "hf-ssh keys print it");
    }
    if (word.empty() || system::has_control_character(word)) {
        throw Failure("this is no key's file: '" + system::printable(word) + "'",
                      "git hf-ssh keys lists those that there are");
    }
    const std::string path = system::absolute_path(system::expand_tilde(word));
    if (!path.starts_with('/')) {
        throw Failure("the working directory is gone; give the key's whole path");
    }
    return {path, {}};
}

std::variant<std::size_t, Check> find_key(const KeyView& view, const KeyWord& word) {
    if (!word.path.empty()) {
        const identity::Place* place = view.inventory.place(word.path);
        if (place != nullptr && place->candidate) return *place->candidate;
        return check_place(place != nullptr ? *place : identity::Place{word.path, {}, {}});
    }
    for (std::size_t i = 0; i < view.inventory.candidates.size(); ++i) {
        if (view.inventory.candidates[i].fingerprint() == word.fingerprint) return i;
    }
    return Check{"unknown-key",
                 Check::Result::failure,
                 "no key here has the fingerprint " + word.fingerprint,
                 {},
                 "git hf-ssh keys"};
}

}  // namespace hfssh::manage
