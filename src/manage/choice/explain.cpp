
#include "hfssh/manage/command/options.hpp"
#include "hfssh/manage/context/surroundings.hpp"
#include "hfssh/ssh/words/shown.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "report.hpp"

namespace hfssh::manage {
namespace {

using system::printable;

struct Described {
    bool hub = false;
    bool key = false;
};

// One that is explained: a URL of a remote, of a submodule, or of git-lfs's configuration.
struct Destination {
    Remote remote;
    std::string submodule = {};  // its path
    std::string lfs = {};        // the setting: "lfs.url"
};

std::string origin_of(const Destination& destination) {
    if (!destination.submodule.empty()) return "submodule " + destination.submodule;
    return destination.lfs.empty() ? destination.remote.name : destination.lfs;
}

Described describe(Surroundings& surroundings, const Destination& destination, Report& report) {
    const Remote& remote = destination.remote;
    const auto url = read_git_url(remote.url);
    const auto connection = url ? surroundings.look_at(*url) : nullptr;
    // Other URLs than remotes are explained only if they are on hf.co.
    const bool is_remote = destination.submodule.empty() && destination.lfs.empty();
    if (!connection && !is_remote) return {};
    Record& record = report.add("destinations");
    const std::string shown = without_password(remote.url);
    record.json("remote", or_null(remote.name)).json("submodule", or_null(destination.submodule));
    record.json("lfs", or_null(destination.lfs)).json("url", shown).json("push", remote.push);
    const std::string origin = origin_of(destination);
    record.heading(printable((origin.empty() ? "" : origin + "  ") + shown) +
                   (remote.push ? "  (push)" : ""));
    record.json("hub", connection != nullptr);
    if (connection) {
        describe_connection(*connection, record);
        return {true, connection->decision.chosen.has_value()};
    }
    const auto over_ssh = ssh_form(remote.url);
    record.text("not ours", url ? "not hf.co: plain ssh is used"
                                : "git does not use ssh for this" +
                                      (over_ssh ? "; over ssh it is " + printable(*over_ssh) : ""));
    return {};
}

void describe_git(const Registration& registration, Report& report) {
    const bool ours = registration.kind == Registration::Kind::hf_ssh;
    report.whole().add(
        {"git",
         "git runs",
         {{"command", registration.command}, {"source", registration.source}, {"registered", ours}},
         printable(ssh::shown_text(registration.command) + ", by " + registration.source)});
    warn_unless_registered(registration);
}

std::vector<Destination> destinations_of(const std::vector<Remote>& remotes,
                                         const repository::Contents& contents) {
    std::vector<Destination> destinations;
    for (const Remote& remote : remotes)
        destinations.push_back({remote});
    for (const repository::Submodule& submodule : contents.submodules)
        destinations.push_back({{{}, submodule.url, false}, submodule.path});
    for (const repository::LfsEndpoint& endpoint : contents.lfs_endpoints)
        destinations.push_back({{{}, endpoint.url, false}, {}, endpoint.key});
    return destinations;
}

Status explain_all(const std::optional<std::string>& named, Report& report) {
    constexpr const char* name_it = "name a URL, for example: git hf-ssh explain git@hf.co:gpt2";
    Surroundings surroundings;
    std::vector<Destination> destinations;
    if (named) {
        for (Remote& remote : surroundings.find(*named))
            destinations.push_back({std::move(remote)});
    } else if (const auto* contents = surroundings.contents()) {
        destinations = destinations_of(*surroundings.remotes(), *contents);
        if (destinations.empty()) {
            throw system::Failure("this repository has no remotes", name_it,
                                  system::Code::no_repository);
        }
        tell_if_not_opened(*contents);
    } else {
        throw system::Failure("not in a git repository", name_it, system::Code::no_repository);
    }
    describe_git(surroundings.registration(), report);
    if (!named) describe_contents(*surroundings.contents(), report.whole());
    report.empty_list("destinations");
    // Yes if there is a destination on hf.co, and a key for each.
    bool some = false;
    bool all = true;
    for (const Destination& destination : destinations) {
        const Described described = describe(surroundings, destination, report);
        some = some || described.hub;
        all = all && (!described.hub || described.key);
    }
    return some && all ? Status::yes : Status::no;
}

}  // namespace

Action explain(Options& options) {
    const auto& url = options.argument("URL",
                                       "a URL, a remote or a repository's path on hf.co; without "
                                       "it,\neach remote and submodule of this repository");
    return [&](Report& report) { return explain_all(url, report); };
}

}  // namespace hfssh::manage
