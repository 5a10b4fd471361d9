#!/usr/bin/env python3
"""Records what a real sshd sends in a session of the native transport, for native_session_fuzz.

    python3 tests/fuzz/record_native_session.py BUILD

BUILD has the fuzzers (meson setup -Dfuzzers=true, with clang). Writes native_session_keys.hpp with
keys of its own, which the fuzzer has to be built with; then, called again with --session, the
corpus. Both are to be made anew where what the client offers changes: a key exchange is signed."""

import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from standin import Relay, Stage  # noqa: E402
from standin.key import make_key  # noqa: E402

KEYS = os.path.join(HERE, "native_session_keys.hpp")
HOST_KEY = "native_session_host_key"  # beside BUILD, between the two steps
HEADER = '''#pragma once

// The keys of the recorded session: made for it, and of no use for anything else.
namespace hfssh::test {

inline constexpr const char* session_host_key =
    "%s";
inline constexpr const char* session_private_key =
%s;

}  // namespace hfssh::test
'''


def make_keys(build):
    host = make_key(os.path.join(build, HOST_KEY), "ed25519")
    person = make_key(os.path.join(build, HOST_KEY + ".person"), "ed25519")
    with open(person.path, encoding="ascii") as file:
        lines = ['    "%s\\n"' % line.rstrip("\n") for line in file]
    with open(KEYS, "w", encoding="ascii") as header:
        header.write(HEADER % (" ".join(host.public.split()[:2]), "\n".join(lines)))


def record(build):
    stage = Stage()
    try:
        hub = stage.hub()
        hub.add_repository("alice/model")
        host = load(os.path.join(build, HOST_KEY))
        person = load(os.path.join(build, HOST_KEY + ".person"))
        hub.add_account("alice", person)
        relay = Relay(hub.sshd("recorded", [host]), capturing=True)
        stage.to_close.append(relay.close)
        done = subprocess.run(
            [os.path.join(build, "tests", "fuzz", "native_session_fuzz")], check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env=dict(os.environ, HF_SSH_FUZZ_RECORD=str(relay.port), ASAN_OPTIONS="detect_leaks=0"))
        print("status", done.returncode)
        folder = os.path.join(HERE, "corpus", "native_session")
        with open(os.path.join(folder, "upload-pack"), "wb") as file:
            file.write(relay.captured["down"])
    finally:
        stage.close()


def load(path):
    from standin.key import Key
    return Key(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("build")
    parser.add_argument("--session", action="store_true")
    options = parser.parse_args()
    (record if options.session else make_keys)(os.path.abspath(options.build))
