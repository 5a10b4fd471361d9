"""git hf-ssh keys check --wait and keys new --wait: until hf.co greets the key by name."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PASSPHRASE, WaitCase  # noqa: E402


class UntilKnownTest(WaitCase):
    def test_a_key_that_is_added_meanwhile(self):
        key = self.box.make_key("id_ed25519")
        self.after(3, lambda: self.hub.add_account("newcomer", key))
        result = self.manage("keys", "check", "--wait", status=0)
        self.assertIn("hf-ssh: hf.co knows this key as newcomer\n", result.stderr)
        self.assertIn("\n%s id_ed25519\n" % key.public, result.stderr)
        self.assertEqual(result.stderr.count("waiting until"), 1)  # in a pipe a line a minute
        self.assertNotIn("\r", result.stderr)
        self.assertIn("newcomer", result.stdout)
        self.assertLessEqual(self.asked(), 6)
        for session in self.hub.connections():
            self.assertEqual(session["fingerprint"], key.fingerprint)
        self.assertEqual(self.remembered(), {key.fingerprint: "newcomer"})

    def test_a_new_one(self):
        self.after(2, lambda: self.hub.add_account("newcomer", self.key()))
        report = self.command_report("keys", "new", "--no-passphrase", "--wait", status=0)
        self.assertEqual(report["key"]["account"], "newcomer")
        self.assertEqual(self.remembered(), {self.key().fingerprint: "newcomer"})

    def test_known_already(self):
        self.hub.add_account("alice", self.box.make_key("id_ed25519"))
        self.manage("keys", "check", "--wait", status=0)
        self.assertEqual(self.asked(), 1)

    def test_this_key_and_no_other(self):
        other = self.box.make_key("id_ed25519")
        self.hub.add_account("alice", other)
        self.box.agent(other)
        self.after(2, lambda: self.hub.add_account("newcomer", self.key("second")))
        report = self.command_report("keys", "new", "--no-passphrase", "--wait", "~/.ssh/second",
                                     status=0)
        self.assertEqual(report["key"]["account"], "newcomer")
        self.assertNotIn(other.fingerprint, str(self.hub.genuine().offers()))

    def test_with_a_passphrase_through_the_agent(self):
        """From nothing to a name, as a person does it."""
        self.box.agent()
        terminal = self.at_terminal("new", "--wait", env={"TERM": "xterm"})
        self.type_passphrase(terminal)
        terminal.expect("Enter passphrase for /")
        terminal.send(PASSPHRASE + "\n")
        self.wait_until_asked(2)
        self.hub.add_account("newcomer", self.key())
        self.assertEqual(terminal.wait(30), 0)
        self.assertIn("hf.co knows this key as newcomer", terminal.screen)
        self.assertIn("\rhf-ssh: waiting until hf.co knows the key (1 s", terminal.screen)
        self.assertEqual(terminal.screen.count("\nhf-ssh: waiting until"), 1)  # one line, rewritten
        self.assertEqual(self.running(), [])

    def test_with_a_passphrase_and_no_agent(self):
        """What the page recommends: Enter when it is added, and one connection."""
        terminal = self.at_terminal("new", "--wait", "--open")
        self.type_passphrase(terminal)
        terminal.expect("press Enter when the key is added")
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.hub.add_account("newcomer", self.key())
        terminal.send("\n")
        terminal.expect("Enter passphrase for key")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(terminal.wait(30), 0)
        self.assertIn("hf.co knows this key as newcomer", terminal.screen)
        self.assertEqual(self.hub.genuine().arrivals(), 1)
        self.assertEqual(self.running(), [])

    def test_a_dumb_terminal(self):
        self.box.make_key("id_ed25519")
        self.after(3, lambda: self.hub.add_account("newcomer", self.key()))
        terminal = self.at_terminal("check", "--wait")
        self.assertEqual(terminal.wait(30), 0)
        self.assertEqual(terminal.screen.count("waiting until"), 1)


if __name__ == "__main__":
    unittest.main()
