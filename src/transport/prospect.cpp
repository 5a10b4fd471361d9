#include "hfssh/transport/prospect.hpp"

#include <utility>

#include "hfssh/settings/trusted_files.hpp"
#include "hfssh/settings/variables.hpp"
#include "hfssh/system/failure.hpp"
#include "hfssh/system/message.hpp"
#include "hfssh/system/paths.hpp"
#include "preparation.hpp"

namespace hfssh::transport {
namespace {

using system::Failure;

void refuse_unsuitable(const HubRequest& request) {
    if (request.underlying.outcome != ssh::Underlying::Outcome::simple &&
        !request.underlying.lacks_ssh()) {
        throw Failure("the command that runs ssh is more than an ssh with options: " +
                          system::printable(request.underlying.text),
                      "for hf.co its words are taken apart; put the command into a script of its "
                      "own that ends with: exec ssh \"$@\"");
    }
    for (const char flag : {'W', 'O'}) {
        if (request.typed.has(flag)) {
            throw Failure(std::string("-") + flag + " is not supported for hf.co");
        }
    }
}

// Only a person's git: never inside git-lfs's repeated attempts.
bool may_probe(const HubRequest& request, const Prospect& prospect) {
    if (request.typed.has('G')) return false;
    const hub::Service service = prospect.remote.service;
    const bool is_git =
        service == hub::Service::upload_pack || service == hub::Service::receive_pack;
    return is_git && settings::may_ask_hub(prospect.git);
}

}  // namespace

Prospect look_ahead(const HubRequest& request) {
    refuse_unsuitable(request);
    Preparation preparation(request);
    Prospect prospect{settings::load_host_keys(settings::trusted_files()).set,
                      hub::read_remote_command(request.typed.command),
                      identity::MemoryStore(system::state_directory(),
                                            settings::in_ci() || request.environment_key->is_set()),
                      preparation.configured(),
                      {},
                      {},
                      {}};
    prospect.endpoint = find_endpoint(request, prospect.configured);
    prospect.git = preparation.git();
    const auto& git = prospect.git;
    system::silence_hints(request.typed.has('q') || (git && !git->boolean("hints", true)));
    prospect.endpoint.wire = choose_wire(request, git);
    prospect.agent = preparation.agent(prospect.configured.effective());
    return prospect;
}

Survey survey(const HubRequest& request, const Prospect& prospect) {
    return survey_identities(request, prospect.configured, prospect.endpoint,
                             prospect.remote.repository, prospect.git, prospect.agent,
                             prospect.memory);
}

std::vector<std::size_t> keys_to_ask_first(const HubRequest& request, const Prospect& prospect,
                                           const Survey& survey) {
    const auto* chosen = std::get_if<identity::Chosen>(&survey.choice);
    if (chosen == nullptr || !may_probe(request, prospect)) return {};
    return identity::keys_to_ask(survey.inventory, *chosen, survey.memory);
}

}  // namespace hfssh::transport
