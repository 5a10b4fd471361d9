"""A key with a passphrase on the native transport: asked for as ssh asks, by the person who is there,
and by nobody in batch mode."""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402
from standin.program import built  # noqa: E402

GREETING = "Hi alice, welcome to Hugging Face."


@unittest.skipUnless(built("native"), "built without the native transport")
class PassphraseCase(HubCase):
    def setUp(self):
        super().setUp()
        self.box.env["HF_SSH_TRANSPORT"] = "native"
        self.locked = self.box.make_key("locked", passphrase="open sesame")
        self.hub.add_account("alice", self.locked)

    def words(self):
        return ["--via", self.box.ssh_command(), "-i", self.locked.path, "-T", "git@hf.co"]


class TerminalTest(PassphraseCase):
    def start(self):
        terminal = self.box.terminal(self.box.hf_ssh, *self.words())
        self.addCleanup(terminal.close)
        terminal.expect("Enter passphrase for key '~/.ssh/locked': ")
        return terminal

    def test_right(self):
        terminal = self.start()
        terminal.send("open sesame\n")
        self.assertEqual(terminal.wait(), 0, terminal.screen)
        self.assertIn(GREETING, terminal.screen)
        self.assertNotIn("sesame", terminal.screen)

    def test_wrong_and_then_right(self):
        terminal = self.start()
        terminal.send("wrong\n")
        terminal.expect("Bad passphrase, try again for key '~/.ssh/locked': ")
        terminal.send("open sesame\n")
        self.assertEqual(terminal.wait(), 0, terminal.screen)

    def test_three_times_wrong(self):
        terminal = self.start()
        for turn in range(3):
            terminal.send("wrong%d\n" % turn)
            while turn < 2 and terminal.screen.count("Bad passphrase") <= turn:
                self.assertTrue(terminal.read(), terminal.screen)
        self.assertEqual(terminal.wait(), 255, terminal.screen)
        self.assertIn("Permission denied (publickey).", terminal.screen)
        self.assertEqual(self.hub.connections(), [])

    def test_interrupted(self):
        terminal = self.start()
        self.assertEqual(terminal.interrupt(), -signal.SIGINT, terminal.screen)
        self.assertEqual(self.box.processes(), set())


class NobodyTest(PassphraseCase):
    def test_batch_mode(self):
        result = self.box.hf("-o", "BatchMode=yes", "-i", self.locked.path, "-T", "git@hf.co")
        self.assert_failed(result, "has a passphrase, and BatchMode forbids asking for it")
        self.assertEqual(result.status, 255)

    def test_askpass(self):
        asked = self.box.path("asked")
        self.box.script("askpass", "#!/bin/sh\nprintf '%%s\\n' \"$1\" >>'%s'\necho 'open sesame'\n"
                        % asked)
        result = self.box.run(self.box.hf_ssh, *self.words(), env={
            "SSH_ASKPASS": os.path.join(self.box.bin, "askpass"), "SSH_ASKPASS_REQUIRE": "force"})
        self.assertEqual(self.assert_ok(result).stdout, GREETING + "\n")
        self.assertEqual(self.box.read(asked).decode(),
                         "Enter passphrase for key '~/.ssh/locked': \n")

    def test_impostor_asks_for_nothing(self):
        """The host key is refused before anybody is asked."""
        impostor = self.hub.sshd("impostor", [self.hub.host_key("ed25519", "impostor")])
        self.box.point_at(impostor)
        asked = self.box.path("asked")
        self.box.script("askpass", "#!/bin/sh\n: >'%s'\n" % asked)
        result = self.box.run(self.box.hf_ssh, *self.words(), env={
            "SSH_ASKPASS": os.path.join(self.box.bin, "askpass"), "SSH_ASKPASS_REQUIRE": "force"})
        self.assert_failed(result, "REFUSED")
        self.assertFalse(os.path.exists(asked))


if __name__ == "__main__":
    unittest.main()
