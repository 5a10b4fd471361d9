#include "scope_choice.hpp"

namespace hfssh::manage {

void ScopeChoice::declare(Options& options) {
    options.flag("--system", system_, "for everybody on this machine");
    options.flag("--global", global_, "for this user; so it is without one of the three");
    options.flag("--local", local_, "for this repository");
}

Scope ScopeChoice::get() const {
    if (int{system_} + int{global_} + int{local_} > 1) {
        throw UsageError{"--system, --global and --local exclude each other"};
    }
    if (system_) return Scope::system;
    return local_ ? Scope::local : Scope::global;
}

}  // namespace hfssh::manage
