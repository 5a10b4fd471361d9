"""On which transport the tests run, and what the native one does otherwise than OpenSSH."""

import functools
import os
import shlex
import subprocess
import unittest

from standin.program import transport


def on_native():
    """Whether every sandbox has HF_SSH_TRANSPORT=native."""
    return transport() == "native"


def openssh_only(reason):
    """Skips a test, or a class of them, where the native transport carries the session."""
    return unittest.skipIf(on_native(), reason)


@functools.lru_cache(maxsize=None)
def native_does_rsa():
    """libssh2 signs with RSA keys, and knows RSA host keys, by SHA-2 since 1.11."""
    version = subprocess.run(["pkg-config", "--modversion", "libssh2"], stdout=subprocess.PIPE,
                             check=True).stdout.decode()
    return tuple(int(number) for number in version.split(".")[:2]) >= (1, 11)


def without_rsa():
    return on_native() and not native_does_rsa()


def wrap_native(box, lines):
    """Puts a shell script in the place of a sandbox's libexec/hf-ssh/native: LINES, in which
    <native> is the real one, and then that one."""
    path, real = os.path.join(box.libexec, "native"), os.path.join(box.libexec, "real-native")
    if not os.path.exists(real):
        os.rename(path, real)
    text = "#!/bin/sh\n%s\nexec <native> \"$@\"\n" % lines
    box.write(path, text.replace("<native>", shlex.quote(real)), 0o755)
