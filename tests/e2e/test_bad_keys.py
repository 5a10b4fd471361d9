"""Keys and agents that cannot be used, and a trace that cannot be written. Each is said, or does no
harm; nothing waits for a person who is not there."""

import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase, in_time  # noqa: E402

HELLO = ("-T", "git@hf.co")
GREETING = "Hi alice, welcome to Hugging Face.\n"


class KeysCase(HubCase):
    def assert_greeted(self, result):
        self.assertEqual((result.status, result.stdout), (0, GREETING), result)
        return result

    def assert_refused(self, result, *texts):
        self.assertEqual((result.status, result.out), (255, b""), result)
        for text in texts:
            self.assertIn(text, result.stderr, result)
        return result


class KeyTest(KeysCase):
    def assert_not_offered(self, *texts, **options):
        self.assert_refused(self.box.hf(*HELLO, **options), *texts)
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_none(self):
        """What to do is said too."""
        os.unlink(self.box.key.path)
        os.unlink(self.box.key.path + ".pub")
        self.assert_not_offered("hf-ssh: there is no SSH key to offer to hf.co", "hint: ",
                                "make one: git hf-ssh keys new")
        os.rmdir(os.path.dirname(self.box.key.path))
        self.assert_not_offered("hf-ssh: there is no SSH key to offer to hf.co")

    def test_only_the_public_half(self):
        os.unlink(self.box.key.path)
        self.assert_not_offered("only its public half", "ssh-add")

    def test_readable_by_others(self):
        os.chmod(self.box.key.path, 0o644)
        self.assert_not_offered("can be read by others", "hint: to fix it: chmod 600 ")

    def test_named_and_missing(self):
        """Never another one instead."""
        for words, env in ((("-i", "/no/such", *HELLO), {}),
                           (HELLO, {"HF_SSH_IDENTITY": "/no/such"}),
                           (HELLO, {"HF_SSH_IDENTITY": "SHA256:" + "A" * 43})):
            self.assert_refused(self.box.hf(*words, env=env), "hf-ssh: ")
        self.box.git("config", "--global", "hf-ssh.identity", "~/.ssh/no-such")
        self.assert_not_offered("hf-ssh: there is no key ~/.ssh/no-such",
                                "hf-ssh.identity in git's configuration")

    def test_not_a_key(self):
        for content in ("", "nonsense\n", b"\0" * 100000, "-----BEGIN OPENSSH PRIVATE KEY-----\n"):
            self.box.write(self.box.key.path, content)
            os.path.exists(self.box.key.path + ".pub") and os.unlink(self.box.key.path + ".pub")
            self.assert_not_offered("hf-ssh: ", env={"HF_SSH_IDENTITY": self.box.key.path})
        os.unlink(self.box.key.path)
        os.mkfifo(self.box.key.path)
        self.assert_not_offered("hf-ssh: ", env={"HF_SSH_IDENTITY": self.box.key.path})
        self.assert_not_offered("hf-ssh: the key ~/.ssh/id_ed25519 cannot be used: is a FIFO")

    def test_locked(self):
        """Nobody can be asked for the passphrase, and nobody waits."""
        key = self.box.make_key("locked", passphrase="secret")
        self.hub.add_account("alice", key)
        for prompt, text in (("0", "cannot be asked for here"), (None, "could not be unlocked")):
            result = self.box.hf(*HELLO, timeout=10, env={"HF_SSH_IDENTITY": key.path,
                                                          "GIT_TERMINAL_PROMPT": prompt})
            self.assert_refused(result, "Permission denied", "hf-ssh: key: ~/.ssh/locked", text,
                                "ssh-add ")
        self.assertEqual(self.hub.connections(), [])

    def test_locked_at_a_terminal_without_prompts(self):
        """A terminal is there, but git was told not to use it."""
        key = self.box.make_key("locked", passphrase="secret")
        self.box.env["HF_SSH_IDENTITY"] = key.path
        terminal = self.box.terminal(self.box.hf_ssh, "--via", self.box.ssh_command(), *HELLO,
                                     env={"GIT_TERMINAL_PROMPT": "0"})
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.wait(), 255)
        self.assertIn("cannot be asked for here", terminal.screen)
        self.assertNotIn("Enter passphrase", terminal.screen)


class AgentTest(KeysCase):
    """The key's file is there: an agent that is of no use costs a second at most."""

    def listening(self, serve=True):
        path = self.box.path("run", "socket")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(path)
        if serve:
            listener.listen(8)
        return path

    def test_hangs(self):
        result = self.box.hf(*HELLO, env={"SSH_AUTH_SOCK": self.listening()})
        self.assertLess(self.assert_greeted(result).seconds, in_time(10))

    def test_is_gone(self):
        for path in (self.listening(serve=False), "/no/such/agent", self.box.key.path, "relative",
                     "/tmp", "/" + "a" * 200, "/" + "a" * 70000):
            with self.subTest(path[:20]):
                self.assert_greeted(self.box.hf(*HELLO, env={"SSH_AUTH_SOCK": path}))

    def test_hangs_and_has_the_key(self):
        """… or so the person says."""
        path = self.listening()
        os.unlink(self.box.key.path)
        result = self.box.hf(*HELLO, env={"SSH_AUTH_SOCK": path})
        self.assert_refused(result, "the ssh-agent did not answer in time")
        self.assertEqual(self.hub.genuine().arrivals(), 0)


class TraceTest(KeysCase):
    def test_bad_values(self):
        """They are said, and git's work goes on."""
        for value, text in (("yes", "HF_SSH_TRACE takes"), ("trace", "HF_SSH_TRACE takes"),
                            ("a/relative/path", "HF_SSH_TRACE takes"),
                            ("/tmp", "cannot open the trace file"),
                            ("/no/such/file", "cannot open the trace file")):
            with self.subTest(value):
                result = self.assert_greeted(self.box.hf(*HELLO, env={"HF_SSH_TRACE": value}))
                self.assertIn("hf-ssh: " + text, result.stderr)
        self.assertEqual(os.listdir(self.box.work), [])

    def test_nobody_reads_it(self):
        fifo = self.box.path("fifo")
        os.mkfifo(fifo)
        for value in ("/dev/full", fifo, "0", "false", ""):
            with self.subTest(value):
                self.assert_greeted(self.box.hf(*HELLO, timeout=10, env={"HF_SSH_TRACE": value}))

    def test_no_secret(self):
        """Keys, passphrases and tokens in the environment stay out of it."""
        key = self.box.make_key("locked", passphrase="correct horse")
        self.hub.add_account("alice", key)
        askpass = self.box.script("askpass", "#!/bin/sh\necho 'correct horse'\n")
        path = self.box.path("trace")
        self.box.write(path, "")
        os.chmod(path, 0o600)
        self.box.point_at(self.hub.genuine(), extra="SetEnv HF_SSH_SEEN_A=value\n")
        env = {"HF_SSH_TRACE": path, "SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force",
               "HF_SSH_IDENTITY": key.path, "HF_TOKEN": "hf_abcdefghijklmnop"}
        self.assert_greeted(self.box.hf(*HELLO, env=env))
        trace = self.box.read(path).decode()
        private = self.box.read(key.path).decode().split("\n")[1]
        for secret in ("correct horse", "hf_abcdefghijklmnop", private):
            self.assertNotIn(secret, trace)
        for expected in ("identity ~/.ssh/locked", key.fingerprint, "running ", " +", "trusted"):
            self.assertIn(expected, trace)

    def test_a_new_trace_is_private(self):
        path = self.box.path("trace")
        self.assert_greeted(self.box.hf(*HELLO, env={"HF_SSH_TRACE": path}))
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
