#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace hfssh::identity {

// keys/ or namespaces/: small files called NAME.json, and what may lie beside them:
// NAME.json.broken that was set aside, and NAME.json.XXXXXX of a write that was killed.
class MemoryDirectory {
  public:
    // WARNED becomes true with the first warning, and there is no second one.
    MemoryDirectory(std::string parent, const char* name, bool read_only, bool& warned)
        : parent_(std::move(parent)),
          path_(parent_ + "/" + name),
          read_only_(read_only),
          warned_(warned) {}

    struct File {
        enum class State {
            missing,  // or set aside just now
            present,
            closed,  // it is there and can't be read, not by us, not now
        };
        State state = State::missing;
        std::string text;
        dev_t device = 0;
        ino_t inode = 0;
    };
    // What is no regular file (a link too), or too large, is set aside.
    [[nodiscard]] File read(const std::string& name) const;

    // Renames the file that was read to NAME.broken, and says so.
    void set_aside(const std::string& name, const File& file, std::string_view problem) const;

    // Makes the directory if it is not there, and clears what killed writes left in it.
    [[nodiscard]] bool write(const std::string& name, std::string_view text) const;

    // With what lies beside it. True where nothing is left.
    [[nodiscard]] bool remove(const std::string& name) const;
    [[nodiscard]] bool remove_all() const;

    // The files' names, sorted.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
    void warn(const std::string& name, std::string_view problem) const;
    void sweep() const;

    std::string parent_;
    std::string path_;
    bool read_only_;
    bool& warned_;
};

}  // namespace hfssh::identity
