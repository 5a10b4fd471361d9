"""git hf-ssh keys new at a terminal: ssh-keygen and ssh-add ask for the passphrase, and Ctrl-C ends
all of it cleanly."""

import json
import os
import re
import signal
import sys
import termios
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PASSPHRASE, KeyMakingCase  # noqa: E402


class TerminalTest(KeyMakingCase):
    """ssh-keygen and ssh-add ask at the terminal; nothing of ours has the passphrase."""

    def watched(self, name):
        """NAME is run through a script that notes its words and its environment."""
        self.script_around(name, "{ echo \"${0##*/} $*\"; env; } >>'%s'" % self.note("seen"))

    def test_from_nothing_to_the_agent(self):
        self.watched("ssh-keygen")
        self.watched("ssh-add")
        self.box.agent()
        trace = self.box.path("run", "trace")
        terminal = self.at_terminal("new", env={"HF_SSH_TRACE": trace})
        self.type_passphrase(terminal)
        terminal.expect("ssh-add asks for the passphrase once more")
        terminal.expect("Enter passphrase for /")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(terminal.wait(), 0)
        for path in (trace, self.note("seen")):
            self.assertNotIn(PASSPHRASE, self.box.read(path).decode())
        self.assertIn("ssh-add -q", self.noted("seen"))
        self.assertNotIn(PASSPHRASE, terminal.screen)
        self.assertEqual(self.box.run("grep", "-r", PASSPHRASE, self.box.home).stdout, "")
        self.assertEqual(self.files(), {"id_ed25519": 0o600, "id_ed25519.pub": 0o644})
        self.assertIn(self.key().fingerprint, self.box.run("ssh-add", "-l").stdout)
        unlock = ["ssh-keygen", "-y", "-f", self.ssh("id_ed25519"), "-P"]
        self.assertEqual(self.box.run(*unlock, PASSPHRASE).status, 0)
        self.assertNotEqual(self.box.run(*unlock, "").status, 0)
        self.assert_nothing_left()

    def test_standard_input_is_no_terminal(self):
        """There is a terminal all the same: nobody takes silence for an empty passphrase."""
        terminal = self.box.terminal("sh", "-c", "git hf-ssh keys new --json </dev/null >out",
                                     env={"TERM": "dumb", "SSH_ASKPASS": "/bin/true",
                                          "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":99"})
        self.addCleanup(terminal.close)
        self.type_passphrase(terminal)
        self.assertEqual(terminal.wait(), 0)
        self.assertTrue(json.loads(self.box.read("out"))["passphrase"])

    def test_two_that_differ_and_an_empty_one(self):
        terminal = self.at_terminal("new")
        terminal.expect("(empty for no passphrase)")
        terminal.send("one of them\n")
        terminal.expect("again")
        terminal.send("the other one\n")
        terminal.expect("do not match")
        terminal.screen = terminal.screen.partition("do not match")[2]
        self.type_passphrase(terminal, "")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("it has no passphrase", terminal.screen)
        self.assertIn("ssh-keygen -p -f ~/.ssh/id_ed25519", terminal.screen)

    def test_no_agent_is_running(self):
        terminal = self.at_terminal("new")
        self.type_passphrase(terminal)
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("no ssh-agent is in use", terminal.screen)
        self.assertIn('eval "$(ssh-agent -s)" && ssh-add ~/.ssh/id_ed25519', terminal.screen)

    def test_ssh_keygen_fails_in_the_end(self):
        self.script_around("ssh-keygen", "case \"$*\" in *-N*) ;; *) exit 1;; esac")
        terminal = self.at_terminal("new")
        self.assertEqual(terminal.wait(), 2)
        self.assertIn("ssh-keygen failed; its message is above", terminal.screen)
        self.assert_nothing_made()

    def test_the_agent_is_declined_with_an_empty_line(self):
        self.box.agent()
        terminal = self.at_terminal("new")
        self.type_passphrase(terminal)
        terminal.expect("Enter passphrase for /")
        terminal.send("\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("the key is not in the ssh-agent", terminal.screen)

    # Ctrl-C ------------------------------------------------------------------------------------

    def end(self, terminal, how, asking):
        """Tells all to end, or git-hf-ssh alone. Not before ASKING sleeps: what comes between its
        prompt and its read is lost (readpassphrase(3))."""
        self.wait_until_asleep(asking)
        if how == "Ctrl-C":
            terminal.send("\x03")
        else:
            os.kill(self.pid_of("git-hf-ssh"), signal.SIGTERM)
        status = terminal.wait()
        self.assertIn(status, (-2, 130) if how == "Ctrl-C" else (-15, 143), terminal.screen)

    def echoes(self, terminal):
        return bool(termios.tcgetattr(terminal.master)[3] & termios.ECHO)

    def test_while_ssh_keygen_asks(self):
        for how in ("Ctrl-C", "TERM"):
            for prompt in ("(empty for no passphrase)", "same passphrase again"):
                with self.subTest(how=how, prompt=prompt):
                    terminal = self.at_terminal("new")
                    terminal.expect("(empty for no passphrase)")
                    if prompt.startswith("same"):
                        terminal.send(PASSPHRASE + "\n")
                        terminal.expect(prompt)
                    self.assertFalse(self.echoes(terminal))
                    self.end(terminal, how, "ssh-keygen")
                    self.assertTrue(self.echoes(terminal))
                    self.assertIn("no key was made", terminal.screen)
                    self.assert_nothing_made()

    def test_while_ssh_add_asks(self):
        """The key is whole by then, and stays."""
        self.box.agent()
        for how in ("Ctrl-C", "TERM"):
            with self.subTest(how):
                terminal = self.at_terminal("new")
                self.type_passphrase(terminal)
                terminal.expect("Enter passphrase for /")
                self.end(terminal, how, "ssh-add")
                self.assertTrue(self.echoes(terminal))
                self.assertIn("stopped; the key has been made", terminal.screen)
                self.assertEqual(sorted(self.files()), ["id_ed25519", "id_ed25519.pub"])
                self.assertFalse(re.search(r"clipboard|ssh-ed25519 ", terminal.screen))
                self.assert_nothing_left()
                for name in self.files():
                    os.unlink(self.ssh(name))


if __name__ == "__main__":
    unittest.main()
