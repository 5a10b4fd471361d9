#include "record.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <variant>

#include "hfssh/system/encode.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/files.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::manage {
namespace {

using Json = nlohmann::json;

constexpr std::size_t largest_file = std::size_t{32} << 20;
constexpr int version = 1;
constexpr const char* made_file = "/made";
constexpr useconds_t pause = 20'000;
constexpr int most_pauses = 1500;  // half a minute

std::string name_for(Scope scope, const std::string& file) {
    std::string name = name_of(scope) + "-" + system::fingerprint(file).substr(7, 20);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

// Any bytes in JSON, which takes UTF-8 alone.
Json bytes(const std::string& text) {
    return system::base64_encode(text);
}

std::string text_of(const Json& json) {
    return system::base64_decode(json.get<std::string>()).value();
}

std::string format(const SetupRecord& record) {
    Json json = {{"version", version},
                 {"scope", name_of(record.scope)},
                 {"file", bytes(record.file)},
                 {"existed", record.existed},
                 {"copied", record.before.has_value()},
                 {"after", record.after},
                 {"former_was_here", record.former_was_here},
                 {"pushes", record.pushes}};
    if (const auto& keys = record.host_keys) {
        json["host_keys"] = {{"file", bytes(keys->file)},
                             {"added", bytes(keys->added)},
                             {"existed", keys->existed},
                             {"made_directory", keys->made_directory}};
    }
    return json.dump(2) + "\n";
}

SetupRecord parse(const Json& json, Scope scope) {
    SetupRecord record;
    record.scope = scope;
    record.file = text_of(json.at("file"));
    record.existed = json.at("existed").get<bool>();
    record.after = json.at("after").get<std::string>();
    record.former_was_here = json.at("former_was_here").get<bool>();
    record.pushes = json.at("pushes").get<std::vector<std::string>>();
    if (json.at("copied").get<bool>()) record.before.emplace();
    if (const auto keys = json.find("host_keys"); keys != json.end()) {
        record.host_keys =
            AddedHostKeys{text_of(keys->at("file")), text_of(keys->at("added")),
                          keys->at("existed").get<bool>(), keys->at("made_directory").get<bool>()};
    }
    return record;
}

std::optional<std::string> content_of(const std::string& path) {
    auto content = system::read_file(path, largest_file);
    if (auto* text = std::get_if<std::string>(&content)) return std::move(*text);
    return std::nullopt;
}

// Of the directories that lead to PATH, the first one that is not there; empty where all are.
std::string first_missing(std::string path) {
    std::string missing;
    while (!path.empty() && ::access(path.c_str(), F_OK) != 0) {
        missing = path;
        path.resize(path.rfind('/'));
    }
    return missing;
}

// The shorter one of two ways of which each is part of the other, or the one that there is.
void keep_first(std::string& made, const std::string& other) {
    if (!other.empty() && (made.empty() || other.size() < made.size())) made = other;
}

// One that was removed while we waited for its lock is not the one that others find. MADE: see
// SetupRecords.
system::UniqueFd lock_directory(const std::string& directory, std::string& made) {
    for (int i = 0; i < most_pauses; ++i) {
        system::UniqueFd fd;
        keep_first(made, first_missing(directory));
        if (system::make_directories(system::state_directory(), 0700) == 0 &&
            system::make_directories(directory, 0700) == 0) {
            fd = system::UniqueFd(
                ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
        }
        if (!fd) return fd;  // no copy can be kept then; setup says so
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
            struct stat ours = {}, found = {};
            if (::fstat(fd.get(), &ours) == 0 && ::stat(directory.c_str(), &found) == 0 &&
                ours.st_ino == found.st_ino && ours.st_dev == found.st_dev) {
                return fd;
            }
        } else if (errno != EWOULDBLOCK && errno != EINTR) {
            return fd;  // no locks on this file system
        }
        ::usleep(pause);
    }
    throw system::Failure("another git hf-ssh setup or unsetup is at work here");
}

}  // namespace

SetupRecords::SetupRecords() {
    const std::string state = system::state_directory();
    if (state.empty()) return;
    directory_ = state + "/setup";
    lock_ = lock_directory(directory_, made_);
    if (!lock_) return;
    // Another one may have made them, or made those above the ones that we made.
    keep_first(made_, content_of(directory_ + made_file).value_or(std::string()));
    note_made();
}

SetupRecords::~SetupRecords() {
    if (!lock_) return;
    (void)::unlink((directory_ + made_file).c_str());
    std::string directory = directory_;
    if (::rmdir(directory.c_str()) != 0) {  // there are records
        note_made();
        return;
    }
    const std::string state = system::state_directory();
    while (directory != made_) {
        directory.resize(directory.rfind('/'));
        // Those above the state directory belong to others unless they were made here.
        if (directory != state && (made_.empty() || !directory.starts_with(made_))) return;
        if (::rmdir(directory.c_str()) != 0) return;
    }
}

void SetupRecords::note_made() const {
    if (!made_.empty()) (void)system::replace_file(directory_ + made_file, made_, 0600);
}

std::optional<SetupRecord> SetupRecords::find(Scope scope, const std::string& file) const {
    if (directory_.empty()) return std::nullopt;
    const std::string path = directory_ + "/" + name_for(scope, file);
    const auto text = content_of(path + ".json");
    if (!text) return std::nullopt;
    try {
        SetupRecord record = parse(Json::parse(*text), scope);
        if (record.file != file) return std::nullopt;
        if (record.before) record.before = content_of(path + ".before");
        return record;
    } catch (const Json::exception&) {
    } catch (const std::bad_optional_access&) {
    }
    system::say("warning: what setup wrote down in " + system::display_path(path + ".json") +
                " cannot be read, and is passed over");
    return std::nullopt;
}

bool SetupRecords::save(const SetupRecord& record) const {
    if (directory_.empty()) return false;
    const std::string path = directory_ + "/" + name_for(record.scope, record.file);
    bool written =
        !record.before || system::replace_file(path + ".before", *record.before, 0600) == 0;
    written = written && system::replace_file(path + ".json", format(record), 0600) == 0;
    if (!written) remove(record.scope, record.file);
    return written;
}

void SetupRecords::remove(Scope scope, const std::string& file) const {
    if (directory_.empty()) return;
    const std::string path = directory_ + "/" + name_for(scope, file);
    (void)::unlink((path + ".json").c_str());
    (void)::unlink((path + ".before").c_str());
}

}  // namespace hfssh::manage
