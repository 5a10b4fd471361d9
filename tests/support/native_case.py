"""Sessions of the native transport with an ordinary shell."""

import hashlib
import unittest

from shelled import ShelledCase
from standin.program import built

MEGABYTE = 1 << 20


def digest(data):
    return hashlib.sha256(data).hexdigest()


@unittest.skipUnless(built("native"), "built without the native transport")
class NativeCase(ShelledCase):
    def setUp(self):
        super().setUp()
        self.box.env["HF_SSH_TRANSPORT"] = "native"

    def words(self, way, *remote):
        """`way` is "hf-ssh", or a tuple of the options to be typed."""
        options = () if way == "hf-ssh" else way
        return [self.box.hf_ssh, "--via", self.box.ssh_command(), *options, "git@hf.co", *remote]

    def through(self, remote, options=(), stdin=b"", timeout=120):
        """status, out, err."""
        result = self.box.run(*self.words(tuple(options), remote), stdin=stdin, timeout=timeout)
        return result.status, result.out, result.err

    def rekeying_server(self):
        """As `server`, but with new keys after each megabyte; its log counts
        them, and part of it comes as standard error."""
        server = self.hub.sshd("rekeying", self.hub.genuine_keys(), shell="/bin/sh",
                               authorized=[self.box.key],
                               options=["RekeyLimit 1M", "LogLevel DEBUG1"])
        self.addCleanup(server.stop)
        self.box.point_at(server)
        return server
