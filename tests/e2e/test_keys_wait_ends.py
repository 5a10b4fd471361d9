"""git hf-ssh keys check --wait and keys new --wait wait no longer than anybody wants."""

import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PASSPHRASE, WaitCase  # noqa: E402
from standin import in_time, wait_for  # noqa: E402


class NotForeverTest(WaitCase):
    def test_time_is_up(self):
        key = self.box.make_key("id_ed25519")
        started = time.monotonic()
        result = self.manage("keys", "check", "--wait", "--timeout", "5", status=1)
        self.assertLess(time.monotonic() - started, in_time(20))
        self.assertTrue(3 <= self.asked() <= 5, self.asked())  # every two seconds, at first
        self.assertIn("hf.co still does not know this key", result.stderr)
        self.assertIn("hint: to go on: git hf-ssh keys check --wait ~/.ssh/id_ed25519\n",
                      result.stderr)
        self.assertEqual(self.remembered(), {key.fingerprint: "anonymous"})
        self.made("~/.ssh/second", "--wait", "--timeout", "1", status=1)

    def test_an_impostor_ends_it_at_once(self):
        self.box.make_key("id_ed25519")
        impostor, relay = self.hub.impostor(), self.relay()
        self.after(2, lambda: setattr(relay, "target", impostor.port))
        result = self.manage("keys", "check", "--wait", status=2)
        self.assertEqual(impostor.arrivals(), 1)
        self.assertEqual(result.stderr.count("REFUSED"), 1)
        self.assertIn("host key was refused", result.stderr)
        self.assertEqual(self.hub.connections(impostor), [])

    def test_no_connection_to_begin_with(self):
        """Tried again only as any question is that meets a busy hf.co: what is wrong is there to be
        read."""
        self.box.git("config", "--global", "hf-ssh.retry", "false")
        relay = self.relay()
        relay.target = 9
        result = self.made("--wait", status=2)
        self.assertEqual(relay.attempts, 1)
        self.assertIn("no connection to hf.co", result.stderr)
        self.assertIn("git hf-ssh keys check --wait ~/.ssh/id_ed25519", result.stderr)
        self.assertEqual(sorted(self.files()), ["id_ed25519", "id_ed25519.pub"])

    def test_a_busy_server_to_begin_with(self):
        key, relay = self.box.make_key("id_ed25519"), self.relay()
        self.hub.add_account("newcomer", key)
        relay.target = 9

        def come_back():
            wait_for(lambda: relay.attempts)
            relay.target = self.hub.genuine().port

        self.after(0, come_back)
        result = self.manage("keys", "check", "--wait", status=0)
        self.assertGreater(relay.attempts, 1)
        self.assertIn("hf-ssh: hf.co is busy, trying again", result.stderr)

    def test_the_new_key_is_told_of_all_the_same(self):
        self.box.git("config", "--global", "hf-ssh.retry", "false")
        self.relay().target = 9
        report = self.report("keys", "new", "--no-passphrase", "--wait", status=2)
        self.assertIn("no connection", report["error"]["message"])
        self.assertEqual(report["key"]["path"], self.ssh("id_ed25519"))
        self.assertIn(report["public_key"], self.box.read(self.ssh("id_ed25519.pub")).decode())

    def test_a_network_that_is_gone_for_a_moment(self):
        key, relay = self.box.make_key("id_ed25519"), self.relay()

        def go_and_come_back():
            self.hub.add_account("newcomer", key)
            relay.target = 9
            wait_for(lambda: relay.attempts > relay.connections)
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
        self.assertNotIn("trying again", result.stderr)  # not each of its questions
        self.assertIn("git hf-ssh keys check --wait", result.stderr)

    def test_a_locked_key_and_no_terminal(self):
        """How to go on is said, as one command."""
        self.box.make_key("id_ed25519", passphrase=PASSPHRASE)
        result = self.manage("keys", "check", "--wait", status=2)
        self.assertIn("cannot wait: the key has a passphrase and no ssh-agent holds it",
                      result.stderr)
        command = result.stderr.split("hint: to go on: ")[1].strip()
        self.assertTrue(command.endswith("&& git hf-ssh keys check --wait ~/.ssh/id_ed25519"))
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.hub.add_account("alice", self.key())
        askpass = self.box.script("askpass", "#!/bin/sh\necho '%s'\n" % PASSPHRASE)
        env = {"SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
        result = self.box.run("sh", "-c", command + "; status=$?; kill $SSH_AGENT_PID; "
                              "exit $status", env=env)
        self.assert_ok(result)
        self.assertIn("alice", result.stdout)

    def test_a_locked_key_at_a_terminal(self):
        """Enter when it is added, then one connection, with one prompt."""
        key = self.box.make_key("id_ed25519", passphrase=PASSPHRASE)
        terminal = self.at_terminal("check", "--wait")
        terminal.expect("press Enter when the key is added")
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.hub.add_account("alice", key)
        terminal.send("\n")
        terminal.expect("Enter passphrase for")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("hf.co knows this key as alice", terminal.screen)
        self.assertEqual(terminal.screen.count("Enter passphrase for"), 1)
        self.assertEqual(self.hub.genuine().arrivals(), 1)

    def test_enter_too_early(self):
        """It is said how to go on, and is no."""
        self.box.make_key("id_ed25519", passphrase=PASSPHRASE)
        terminal = self.at_terminal("check", "--wait")
        terminal.expect("press Enter when the key is added")
        terminal.send("\n")
        terminal.expect("Enter passphrase for")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(terminal.wait(), 1)
        self.assertIn("hf.co still does not know this key", terminal.screen)
        self.assertIn("to go on: git hf-ssh keys check --wait ~/.ssh/id_ed25519", terminal.screen)

    def test_ctrl_c_instead_of_enter(self):
        self.box.make_key("id_ed25519", passphrase=PASSPHRASE)
        terminal = self.at_terminal("check", "--wait")
        terminal.expect("press Enter when the key is added")
        terminal.send("\x03")
        self.assertNotIn(terminal.wait(), (0, 1))
        self.assertIn("stopped waiting; the key is unchanged", terminal.screen)
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_what_cannot_be_used_is_not_waited_for(self):
        self.box.make_key("id_ed25519")
        os.chmod(self.ssh("id_ed25519"), 0o644)
        result = self.manage("keys", "check", "--wait", status=1)
        self.assertIn("~/.ssh/id_ed25519", result.stdout + result.stderr)
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
        self.assertLess(time.monotonic() - started, in_time(5))
        self.assertEqual(terminal.screen.count("stopped waiting; the key is unchanged"), 1)
        self.assertIn("\rhf-ssh: stopped waiting", terminal.screen)  # on a line of its own
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
                self.wait_until_asleep("ssh")  # for an answer that does not come
                self.end(terminal, how)

    def test_a_new_key_stays(self):
        terminal = self.at_terminal("new", "--no-passphrase", "--wait", env={"TERM": "xterm"})
        terminal.expect("(1 s")
        self.end(terminal, "Ctrl-C")
        self.assertEqual(sorted(self.files()), ["id_ed25519", "id_ed25519.pub"])


if __name__ == "__main__":
    unittest.main()
