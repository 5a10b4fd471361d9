"""libexec/hf-ssh/known-hosts, the KnownHostsCommand, as ssh calls it: without hf-ssh around it."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402

UNPUBLISHED = ("hf-ssh: REFUSED: hf.co presented a key that Hugging Face has not published;\n"
               "hf-ssh: nothing of yours was sent\n")
ALGORITHMS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")


class KnownHostsCommandCase(HubCase):
    def setUp(self):
        super().setUp()
        self.program = os.path.join(self.box.libexec, "known-hosts")

    def ask(self, *arguments, **options):
        return self.box.run(self.program, *arguments, **options)

    def assert_silent_failure(self, result, *texts):
        self.assertEqual((result.status, result.out), (1, b""), result)
        for text in texts:
            self.assertIn(text, result.stderr)


class WithSshTest(KnownHostsCommandCase):
    def ssh_to(self, server, *options):
        """ssh with no other source of host keys than the command. Checking is off, as a wrapper
        could have it: the command's word is final all the same."""
        self.box.point_at(server)
        command = "KnownHostsCommand=\"%s\" %%I %%t %%K" % self.program
        return self.box.ssh("-o", command, "-o", "StrictHostKeyChecking=no", *options,
                            "-o", "IdentitiesOnly=yes", "-i", self.box.key.path, "-T",
                            "git@hf.co", config=self.box.ssh_config)

    def test_genuine(self):
        for options in ((), *(("-o", "HostKeyAlgorithms=" + name) for name in ALGORITHMS)):
            with self.subTest(options):
                self.assert_ok(self.ssh_to(self.hub.genuine(), *options))

    def test_impostor(self):
        server = self.hub.impostor()
        for name in ALGORITHMS:
            with self.subTest(name):
                result = self.ssh_to(server, "-o", "HostKeyAlgorithms=" + name)
                self.assert_failed(result, UNPUBLISHED)
                self.assertEqual(result.stderr.count("REFUSED"), 1, result)
        self.assertEqual(self.hub.connections(), [])

    def test_revoked(self):
        keys = self.hub.genuine_keys()
        self.box.write(self.box.known_hosts, "".join(key.known_hosts_line() for key in keys) +
                       "@revoked * " + keys[0].public + "\n")
        result = self.ssh_to(self.hub.genuine(), "-o", "HostKeyAlgorithms=ssh-ed25519")
        self.assert_failed(result, "presented a key that is revoked", keys[0].fingerprint,
                           "known_hosts:4")
        self.assert_ok(self.ssh_to(self.hub.genuine(), "-o", "HostKeyAlgorithms=" + ALGORITHMS[1]))


class AloneTest(KnownHostsCommandCase):
    def setUp(self):
        super().setUp()
        self.key = self.hub.host_key("ed25519")
        self.question = ("HOSTNAME", self.key.type, self.key.base64)

    def test_answers(self):
        line = b"* " + self.key.public.encode() + b"\n"
        for reason in ("HOSTNAME", "ADDRESS"):
            result = self.assert_ok(self.ask(reason, *self.question[1:]))
            self.assertEqual((result.out, result.err), (line, b""))
        result = self.assert_ok(self.ask("ORDER", "NONE", "NONE"))
        self.assertEqual((result.out, result.err), (b"", b""))

    def test_an_impostor(self):
        other = self.hub.host_key("ed25519", "impostor")
        result = self.ask("HOSTNAME", other.type, other.base64)
        self.assert_silent_failure(result, UNPUBLISHED, "presented  ED25519 " + other.fingerprint)

    def test_questions_that_are_none(self):
        for words in ((), ("HOSTNAME",), self.question[:2], (*self.question, "x", "y"),
                      ("hostname", *self.question[1:]), ("", *self.question[1:]),
                      ("HOSTNAME", "NONE", "NONE"), ("HOSTNAME", "", "")):
            with self.subTest(words):
                self.assert_silent_failure(self.ask(*words), "hf-ssh: ")

    def test_files_that_cannot_be_relied_on(self):
        os.chmod(self.box.known_hosts, 0o666)
        self.assert_silent_failure(self.ask(*self.question), self.box.known_hosts, "chmod go-w")
        self.box.write(self.box.known_hosts, self.key.known_hosts_line() + "@Revoked hf.co x y\n")
        self.assert_silent_failure(self.ask(*self.question), "known_hosts:2: ")
        os.unlink(self.box.known_hosts)
        self.assert_silent_failure(self.ask(*self.question), "HF_SSH_KNOWN_HOSTS")

    def test_a_broken_line_is_named(self):
        self.box.write(self.box.known_hosts, "hf.co ssh-rsa AAAA\n" + self.key.known_hosts_line())
        result = self.assert_ok(self.ask(*self.question))
        self.assertIn("known_hosts:1: ", result.stderr)

    def test_an_answer_that_nobody_takes(self):
        for where in (">/dev/full", ">&-"):
            result = self.box.run("sh", "-c", 'exec "$0" "$@" ' + where, self.program,
                                  *self.question)
            self.assert_silent_failure(result, "did not read the answer")

    @unittest.skipUnless(sys.platform == "linux", "needs /proc")
    def test_report(self):
        reading, writing = os.pipe()
        try:
            path = "/proc/%d/fd/%d" % (os.getpid(), reading)
            self.assert_ok(self.ask(*self.question, path))
            key = " ".join(self.question[1:3])
            self.assertEqual(os.read(reading, 9000).decode(), "accepted %s\n" % key)
            # The parent explains a refusal.
            result = self.ask("HOSTNAME", "ssh-ed25519", "AAAA", path)
            self.assertEqual((result.status, result.out, result.err), (1, b"", b""))
            self.assertEqual(os.read(reading, 9000), b"refused ssh-ed25519 AAAA\n")
            os.chmod(self.box.known_hosts, 0o666)
            self.assert_silent_failure(self.ask(*self.question, path), "chmod go-w")
            self.assertEqual(os.read(reading, 9000), b"explained\n")
            os.chmod(self.box.known_hosts, 0o600)
            self.assert_ok(self.ask(*self.question, "/nonexistent"))
        finally:
            os.close(reading)
            os.close(writing)


if __name__ == "__main__":
    unittest.main()
