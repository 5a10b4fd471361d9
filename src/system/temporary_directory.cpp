#include "hfssh/system/temporary_directory.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "hfssh/system/files.hpp"
#include "hfssh/system/paths.hpp"

namespace hfssh::system {
namespace {

std::string make_below(std::string base) {
    if (base.empty() || base.front() != '/') return {};
    base += "/hf-ssh.XXXXXX";
    return ::mkdtemp(base.data()) != nullptr ? base : std::string();
}

}  // namespace

std::string TemporaryDirectory::write(const std::string& name, std::string_view content) {
    if (path_.empty()) path_ = make_below(environment("XDG_RUNTIME_DIR").value_or(""));
    if (path_.empty()) path_ = make_below("/tmp");
    if (path_.empty()) return {};
    const std::string file = path_ + "/" + name;
    return replace_file(file, content, 0600) == 0 ? file : std::string();
}

TemporaryDirectory::~TemporaryDirectory() {
    if (path_.empty()) return;
    if (DIR* directory = ::opendir(path_.c_str())) {
        while (const dirent* entry = ::readdir(directory)) {
            ::unlinkat(::dirfd(directory), entry->d_name, 0);
        }
        ::closedir(directory);
    }
    ::rmdir(path_.c_str());
}

}  // namespace hfssh::system
