#pragma once

// The keys of the recorded session: made for it, and of no use for anything else.
namespace hfssh::test {

inline constexpr const char* session_host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGhgeuZQEnHB7aDufGnJzk6xyGtDWmf+twVTXY5lKwx";
inline constexpr const char* session_private_key =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACBOwq360J4IHvr5ZhvhAoaf5E7EXdQV1W+S6yYcjfcRCQAAAIhWXDE6Vlwx\n"
    "OgAAAAtzc2gtZWQyNTUxOQAAACBOwq360J4IHvr5ZhvhAoaf5E7EXdQV1W+S6yYcjfcRCQ\n"
    "AAAECFc53NN3VJHE+LDSWa+8oJTUyjkwsiuDPc3uSmGQ3UZE7CrfrQngge+vlmG+EChp/k\n"
    "TsRd1BXVb5LrJhyN9xEJAAAAA2tleQEC\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

}  // namespace hfssh::test
