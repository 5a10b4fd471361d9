#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace hfssh::test {

// A directory of a test's own below ${TMPDIR:-/tmp}, mode 0700, gone with all that is in it when
// the test ends.
class TempDirectory {
  public:
    TempDirectory() {
        const char* base = std::getenv("TMPDIR");
        path_ = std::string(base != nullptr && *base == '/' ? base : "/tmp") + "/hfssh-test.XXXXXX";
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
    }
    ~TempDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(std::string_view name) const {
        return path_ + "/" + std::string(name);
    }

    // Writes the file NAME, the directories above it included; its path.
    std::string write(std::string_view name, std::string_view text, mode_t mode = 0600) const {
        const std::string path = *this / name;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file || ::chmod(path.c_str(), mode) != 0) throw std::runtime_error("write " + path);
        return path;
    }

    // The content of the file NAME, empty if there is none.
    [[nodiscard]] std::string read(std::string_view name) const {
        std::ifstream file(*this / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

  private:
    std::string path_;
};

}  // namespace hfssh::test
