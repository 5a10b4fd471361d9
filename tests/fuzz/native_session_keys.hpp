#pragma once

// The keys of the recorded session: made for it, and of no use for anything else.
namespace hfssh::test {

inline constexpr const char* session_host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqe0Ot10QPogd3EdJ1KEuOez1kTwoDi5+7CrNi9vvYl";
inline constexpr const char* session_private_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACDEPQzfGVdo1THqAvCfdYicQN1KoYpg5T3SaZ8q66hiZwAAAIj27NQd9uzU\n"
    "HQAAAAtzc2gtZWQyNTUxOQAAACDEPQzfGVdo1THqAvCfdYicQN1KoYpg5T3SaZ8q66hiZw\n"
    "AAAEDQ6BJbBT3ICVzdDo5MY4aEaE8UnCwEozVF9F5ndBoEC8Q9DN8ZV2jVMeoC8J91iJxA\n"
    "3UqhimDlPdJpnyrrqGJnAAAAA2tleQEC\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

}  // namespace hfssh::test
