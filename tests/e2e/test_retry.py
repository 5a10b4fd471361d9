"""A server that is too busy closes connections before the key exchange: the same is tried again, and
only as long as nothing was sent."""

import os
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase  # noqa: E402
from standin.program import built  # noqa: E402

BUSY = "hf-ssh: hf.co is busy, trying again"
MODEL = "git@hf.co:alice/model"


class RetryTest(GitCase):
    @classmethod
    def set_up_hub(cls):
        cls.busy = cls.hub.sshd("busy", cls.hub.genuine_keys(), options=["MaxStartups 2:60:4"])

    def many(self, number, **env):
        self.box.point_at(self.busy)
        running = [subprocess.Popen(["git", "ls-remote", MODEL], env=self.box.merged(env),
                                    cwd=self.box.work, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for _ in range(number)]
        return [(*process.communicate(timeout=120), process.returncode) for process in running]

    def test_many_at_once(self):
        ended = self.many(12)
        self.assertEqual([status for _, _, status in ended], [0] * 12, ended)
        said = [err.decode().count(BUSY) for _, err, _ in ended]
        self.assertTrue(any(said), ended)
        self.assertLessEqual(max(said), 1)

    def test_switched_off(self):
        self.box.git("config", "--global", "hf-ssh.retry", "false")
        ended = self.many(12)
        self.assertTrue(any(status for _, _, status in ended))
        self.assertNotIn(BUSY, "".join(err.decode() for _, err, _ in ended))

    def test_not_after_the_key_exchange(self):
        """A key that is not accepted, a port that is shut, a server of another kind."""
        self.hub.refuse("*")
        self.assertNotIn(BUSY, self.box.git("ls-remote", MODEL, check=False).stderr)
        self.box.point_at(9)
        self.assertNotIn(BUSY, self.box.git("ls-remote", MODEL, check=False).stderr)
        self.box.point_at(self.hub.impostor())
        self.assertNotIn(BUSY, self.box.git("ls-remote", MODEL, check=False).stderr)

    def test_not_through_a_proxy(self):
        """Who closed the connection is not known there; a manager's question is no exception."""
        self.box.point_at(9, extra="Host hf.co\n    ProxyCommand false\n")
        for words in (("ls-remote", MODEL), ("hf-ssh", "whoami"), ("hf-ssh", "doctor")):
            with self.subTest(words=words):
                result = self.box.git(*words, check=False)
                self.assertNotEqual(result.status, 0, result)
                self.assertNotIn(BUSY, result.stderr)


class PortalTest(GitCase):
    """The login page of a network answers in hf.co's place: it is not busy, and is named."""

    def setUp(self):
        super().setUp()
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        threading.Thread(target=self.serve, args=(listener,), daemon=True).start()
        self.box.point_at(listener.getsockname()[1])

    def serve(self, listener):
        while True:
            try:
                client = listener.accept()[0]
            except OSError:
                return
            with client:
                try:
                    client.recv(256)
                    client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno\n")
                except OSError:
                    pass

    def test_named(self):
        self.box.git("init", "-q", ".")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x")
        for transport in ("openssh", "native") if built("native") else ("openssh",):
            for words in (("ls-remote", MODEL), ("push", MODEL, "HEAD:main"), ("hf-ssh", "whoami"),
                          ("hf-ssh", "whoami", "--all"), ("hf-ssh", "keys", "check"),
                          ("hf-ssh", "access", MODEL), ("hf-ssh", "host-keys", "check"),
                          ("hf-ssh", "doctor")):
                with self.subTest(transport=transport, words=words):
                    self.box.env["HF_SSH_TRANSPORT"] = transport
                    result = self.box.git(*words, check=False)
                    self.assertNotEqual(result.status, 0, result)
                    said = result.stderr + result.stdout
                    self.assertIn("what answers there speaks HTTP, not SSH", said)
                    self.assertNotIn("busy", said)


if __name__ == "__main__":
    unittest.main()
