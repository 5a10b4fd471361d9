#pragma once

#include <string>

namespace hfssh::manage {

// Where a new key pair is to stand: PATH and PATH.pub. Throws a system::Failure where nothing can
// be written. ~/.ssh (0700) is made where it is missing, and is gone again if no key came into it.
class KeyPlace {
  public:
    explicit KeyPlace(std::string path);
    ~KeyPlace();
    KeyPlace(const KeyPlace&) = delete;
    KeyPlace& operator=(const KeyPlace&) = delete;

    // Copies the pair at MADE there, the public half first, and never over a file. 0, or errno
    // (EEXIST: a file is there), and then nothing of it stays.
    [[nodiscard]] int put(const std::string& made);

  private:
    std::string path_;
    std::string new_directory_;  // that we made
};

}  // namespace hfssh::manage
