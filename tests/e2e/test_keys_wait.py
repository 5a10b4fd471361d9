"""git hf-ssh keys check --wait and keys new --wait: until hf.co greets the key by name, and no
longer than anybody wants."""

import os
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PASSPHRASE, KeyMakingCase  # noqa: E402
from standin import Relay  # noqa: E402


class WaitCase(KeyMakingCase):
    def asked(self):
        return len(self.hub.connections())

    def after(self, asks, action):
        """Runs ACTION once hf.co has been asked so often."""
        def watch():
            for _ in range(1500):
                if self.asked() >= asks:
                    return action()
                time.sleep(0.02)
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 35)

    def relay(self):
        """In front of the genuine one; its target may be changed."""
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        return relay

    def wait_until_asked(self, times):
        for _ in range(1500):
            if self.asked() >= times:
                return
            time.sleep(0.02)
        self.fail("hf.co was asked %d times" % self.asked())


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
        terminal.expect("Enter passphrase for")
        terminal.send(PASSPHRASE + "\n")
        self.wait_until_asked(2)
        self.hub.add_account("newcomer", self.key())
        self.assertEqual(terminal.wait(30), 0)
        self.assertIn("hf.co knows this key as newcomer", terminal.screen)
        self.assertIn("\rhf-ssh: waiting until hf.co knows the key (1 s", terminal.screen)
        self.assertEqual(terminal.screen.count("\nhf-ssh: waiting until"), 1)  # one line, rewritten
        self.assertEqual(self.running(), [])

    def test_a_dumb_terminal(self):
        self.box.make_key("id_ed25519")
        self.after(3, lambda: self.hub.add_account("newcomer", self.key()))
        terminal = self.at_terminal("check", "--wait")
        self.assertEqual(terminal.wait(30), 0)
        self.assertEqual(terminal.screen.count("waiting until"), 1)


class NotForeverTest(WaitCase):
    def test_time_is_up(self):
        key = self.box.make_key("id_ed25519")
        started = time.monotonic()
        result = self.manage("keys", "check", "--wait", "--timeout", "3", status=1)
        self.assertLess(time.monotonic() - started, 15)
        self.assertIn("hf.co still does not know this key", result.stderr)
        self.assertIn("hint: to go on: git hf-ssh keys check --wait ~/.ssh/id_ed25519\n",
                      result.stderr)
        self.assertEqual(self.remembered(), {key.fingerprint: "anonymous"})
        self.made("~/.ssh/second", "--wait", "--timeout", "1", status=1)

    def test_it_asks_now_and_then(self):
        self.box.make_key("id_ed25519")
        self.manage("keys", "check", "--wait", "--timeout", "9", status=1)
        self.assertTrue(3 <= self.asked() <= 7, self.asked())

    def test_an_impostor_ends_it_at_once(self):
        self.box.make_key("id_ed25519")
        impostor, relay = self.hub.impostor(), self.relay()
        started = time.monotonic()
        self.after(2, lambda: setattr(relay, "target", impostor.port))
        result = self.manage("keys", "check", "--wait", status=2)
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual(result.stderr.count("REFUSED"), 1)
        self.assertIn("host key was refused", result.stderr)
        self.assertEqual(self.hub.connections(impostor), [])

    def test_no_connection_to_begin_with(self):
        self.box.point_at(9)
        result = self.made("--wait", status=2)
        self.assertIn("no connection to hf.co", result.stderr)
        self.assertEqual(result.stderr.count("Connection refused"), 1)
        self.assertIn("git hf-ssh keys check --wait ~/.ssh/id_ed25519", result.stderr)
        self.assertEqual(sorted(self.files()), ["id_ed25519", "id_ed25519.pub"])

    def test_a_network_that_is_gone_for_a_moment(self):
        key, relay = self.box.make_key("id_ed25519"), self.relay()

        def go_and_come_back():
            self.hub.add_account("newcomer", key)
            relay.target = 9
            time.sleep(4)
            relay.target = self.hub.genuine().port

        self.after(2, go_and_come_back)
        result = self.manage("keys", "check", "--wait", status=0)
        self.assertNotIn("onnection", result.stderr)

    def test_a_network_that_stays_away(self):
        self.box.make_key("id_ed25519")
        relay = self.relay()
        self.after(2, lambda: setattr(relay, "target", 9))
        result = self.manage("keys", "check", "--wait", status=2)
        self.assertIn("no connection to hf.co", result.stderr)
        self.assertIn("git hf-ssh keys check --wait", result.stderr)

    def test_a_locked_key_is_not_waited_for(self):
        self.hub.add_account("alice", self.box.make_key("id_ed25519", passphrase=PASSPHRASE))
        terminal = self.at_terminal("check", "--wait")
        self.assertEqual(terminal.wait(), 2)
        self.assertNotIn("Enter passphrase", terminal.screen)
        self.assertIn("waiting needs a key that asks for nothing", terminal.screen)
        self.assertIn("ssh-add ~/.ssh/id_ed25519", terminal.screen)
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_what_cannot_be_used_is_not_waited_for(self):
        self.box.make_key("id_ed25519")
        os.chmod(self.ssh("id_ed25519"), 0o644)
        self.manage("keys", "check", "--wait", status=1)
        self.assertEqual(self.hub.genuine().arrivals(), 0)


class EndedTest(WaitCase):
    """Ctrl-C, or TERM to it alone: it ends by the signal, at once, and nothing is left."""

    def end(self, terminal, how):
        started = time.monotonic()
        if how == "Ctrl-C":
            terminal.send("\x03")
        else:
            os.kill(self.pid_of("git-hf-ssh"), signal.SIGTERM)
        status = terminal.wait()
        self.assertIn(status, (-2, 130) if how == "Ctrl-C" else (-15, 143), terminal.screen)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(terminal.screen.count("the waiting was ended; the key is as it was"), 1)
        self.assertIn("\rhf-ssh: the waiting was ended", terminal.screen)  # on a line of its own
        self.assertIn("git hf-ssh keys check --wait ~/.ssh/id_ed25519", terminal.screen)
        self.assert_nothing_left()

    def test_between_two_questions(self):
        self.box.make_key("id_ed25519")
        for how in ("Ctrl-C", "TERM"):
            with self.subTest(how):
                terminal = self.at_terminal("check", "--wait", env={"TERM": "xterm"})
                terminal.expect("(1 s")
                self.end(terminal, how)

    def test_while_hf_co_is_asked(self):
        self.box.make_key("id_ed25519")
        for how in ("Ctrl-C", "TERM"):
            with self.subTest(how):
                self.hub.forget()
                relay = self.relay()
                terminal = self.at_terminal("check", "--wait", env={"TERM": "xterm"})
                self.wait_until_asked(2)
                relay.freeze()
                time.sleep(4)  # the next question hangs now
                self.assertIn("ssh", self.running())
                self.end(terminal, how)

    def test_a_new_key_stays(self):
        terminal = self.at_terminal("new", "--no-passphrase", "--wait", env={"TERM": "xterm"})
        terminal.expect("(1 s")
        self.end(terminal, "Ctrl-C")
        self.assertEqual(sorted(self.files()), ["id_ed25519", "id_ed25519.pub"])


if __name__ == "__main__":
    unittest.main()
