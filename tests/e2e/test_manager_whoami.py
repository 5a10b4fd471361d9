"""git hf-ssh whoami: the account behind the chosen key, or behind each, on a verified connection."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from native import on_native         # noqa: E402


class WhoamiTest(ManagerCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model")

    def test_account(self):
        result = self.manage("whoami", status=0)
        self.assertEqual(result.stdout.split("\n")[0], "alice")
        self.assertEqual(result.stderr, "")
        self.assertEqual(self.last()["account"], "alice")
        report = self.report("whoami", status=0)
        self.assertEqual((report["account"], report["anonymous"]), ("alice", False))
        self.assertEqual(report["key"]["fingerprint"], self.box.key.fingerprint)
        self.assertIsNone(report["repository"])

    def test_it_is_remembered(self):
        self.manage("whoami", status=0)
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: "alice"})

    def test_nothing_is_remembered_in_ci(self):
        self.manage("whoami", status=0, env={"CI": "true"})
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: None})

    def test_anonymous(self):
        box = self.box
        stranger = box.make_key("id_stranger")
        box.git("config", "--global", "hf-ssh.identity", stranger.path)
        result = self.manage("whoami", status=1)
        self.assertEqual(result.stdout.split("\n")[0], "anonymous")
        self.assertIn("does not know this key", result.stderr)
        self.assertIn("git hf-ssh keys check --open ~/.ssh/id_stranger\n", result.stderr)
        report = self.report("whoami", status=1)
        self.assertEqual((report["account"], report["anonymous"]), ("anonymous", True))

    def test_anonymous_and_a_better_key_is_known(self):
        box = self.box
        self.manage("whoami", status=0)
        stranger = box.make_key("id_stranger")
        box.git("config", "--global", "hf-ssh.identity", stranger.path)
        result = self.manage("whoami", status=1)
        self.assertIn("key of alice: git hf-ssh use ~/.ssh/id_ed25519", result.stderr)

    def test_the_repository_counts(self):
        box = self.box
        work = box.make_key("id_work")
        self.hub.add_account("acme", work)
        box.git("config", "--global", "hf-ssh.acme.identity", "~/.ssh/id_work")
        box.git("init", "-q", "repo")
        box.git("remote", "add", "origin", "git@hf.co:acme/model", cwd="repo")
        report = self.report("whoami", status=0, cwd="repo")
        self.assertEqual((report["account"], report["repository"]), ("acme", "acme/model"))
        os.remove(work.path)
        os.remove(work.path + ".pub")
        self.assertEqual(self.report("whoami", status=0)["account"], "alice")

    def test_all(self):
        box = self.box
        work, locked = box.make_key("id_work"), box.make_key("id_rsa", "rsa", passphrase="secret")
        stranger, held = box.make_key("id_stranger"), box.make_key("held")
        self.hub.add_account("acme", work)
        self.hub.add_account("bob", held)
        box.agent(held)
        for path in (held.path, held.path + ".pub"):
            os.remove(path)
        result = self.manage("whoami", "--all", status=0)
        report = self.report("whoami", "--all", status=0)
        found = {key["fingerprint"]: (key["asked"], key["account"]) for key in report["keys"]}
        self.assertEqual(found, {
            box.key.fingerprint: (True, "alice"), work.fingerprint: (True, "acme"),
            stranger.fingerprint: (True, "anonymous"), held.fingerprint: (True, "bob"),
            locked.fingerprint: (False, None)})
        for text in ("alice", "acme", "bob"):
            self.assertIn(text, result.stdout)
        self.assertRegex(result.stdout, r"(?m)^-  +\?  +~/\.ssh/id_rsa +RSA +locked$")
        self.assertIn("hint: to ask about a locked key, too: ssh-add ~/.ssh/id_rsa && "
                      "git hf-ssh whoami --all\n", result.stderr)
        self.assertEqual(self.remembered()[work.fingerprint], "acme")

    @unittest.skipIf(on_native(), "which runs no wrapper")
    def test_all_and_a_wrapper_that_offers_one(self):
        """What is ready and was not asked about has its reason in the table, too."""
        work = self.box.make_key("id_work")
        self.hub.add_account("acme", work)
        wrapper = self.box.script("wrapped", "#!/bin/sh\nexec ssh -F '%s' -i '%s' \"$@\"\n"
                                  % (self.box.ssh_config, work.path))
        result = self.manage("whoami", "--all", status=0, env={"HF_SSH_COMMAND": wrapper})
        self.assertIn("acme", result.stdout)
        self.assertRegex(" ".join(result.stdout.split()), r"- \? ~/\.ssh/id_ed25519 ED25519 "
                         r"the ssh that is run offers ~/\.ssh/id_work itself")

    def test_all_are_strangers(self):
        box = self.box
        os.remove(box.key.path)
        os.remove(box.key.path + ".pub")
        box.make_key("id_one")
        box.make_key("id_two")
        report = self.report("whoami", "--all", status=1)
        self.assertEqual({key["account"] for key in report["keys"]}, {"anonymous"})

    # what goes wrong ----------------------------------------------------------------------------

    def test_impostor(self):
        impostor = self.hub.impostor()
        self.box.point_at(impostor)
        for words in (("whoami",), ("whoami", "--all")):
            with self.subTest(words=words):
                result = self.manage(*words, status=2)
                self.assertEqual(result.stdout, "")
                self.assertIn("REFUSED", result.stderr)
                self.assertIn("host key was refused", result.stderr)
        self.assertEqual(self.hub.connections(impostor), [])
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: None})

    def test_a_wrapper_that_takes_the_check_out(self):
        wrapper = self.box.script("careless", "#!/bin/sh\nexec ssh -o KnownHostsCommand=none "
                                  "-o VerifyHostKeyDNS=no -o UserKnownHostsFile=/dev/null -o "
                                  "StrictHostKeyChecking=no -F '%s' \"$@\"\n" % self.box.ssh_config)
        self.box.point_at(self.hub.impostor())
        result = self.manage("whoami", env={"HF_SSH_COMMAND": wrapper}, status=2)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: None})

    def test_nobody_is_there(self):
        self.box.point_at(9)
        result = self.manage("whoami", status=2)
        self.assertIn("no connection to hf.co", result.stderr)
        self.assertIn("Connection refused", result.stderr)
        error = self.report("whoami", status=2)["error"]
        self.assertIn("no connection to hf.co", error["message"])

    def test_no_key(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.assert_failed(self.manage("whoami", status=2), "no SSH key")

    def test_locked_key_and_nobody_to_ask(self):
        locked = self.box.make_key("id_locked", passphrase="secret")
        result = self.manage("whoami", status=2, env={"HF_SSH_IDENTITY": locked.path})
        self.assertIn("ssh-add ~/.ssh/id_locked", result.stderr)

    def test_locked_key_at_a_terminal(self):
        locked = self.box.make_key("id_locked", passphrase="secret words")
        self.hub.add_account("bob", locked)
        terminal = self.box.terminal("git", "hf-ssh", "whoami",
                                     env={"HF_SSH_IDENTITY": locked.path})
        try:
            terminal.expect("passphrase")
            terminal.send("secret words\n")
            terminal.expect("bob")
            self.assertEqual(terminal.wait(), 0)
        finally:
            terminal.close()

    @unittest.skipIf(on_native(), "which says it itself")
    def test_what_is_not_unlocked_is_said(self):
        """By three wrong passphrases, or Ctrl-C."""
        self.only_a_locked_key()
        question = "Enter passphrase for"
        for words in (("whoami",), ("whoami", "--all"), ("keys", "check"),
                      ("access", "git@hf.co:bob/model")):
            with self.subTest(words):
                status, lines = self.box.at_terminal("git", "hf-ssh", *words,
                                                     answers=[(question, "wrong\n")] * 3)
                self.assertEqual(status, 2, lines)
                text = " ".join(line.removeprefix("hf-ssh: ") for line in lines)
                self.assertIn("the key was not unlocked, or the connection broke", text)
                self.assertIn("hint: give the key to the ssh-agent: ", text)
                terminal = self.box.terminal("git", "hf-ssh", *words)
                self.addCleanup(terminal.close)
                terminal.expect(question)
                self.assertNotIn(terminal.interrupt(), (0, 1))
                self.assertIn("interrupted, so hf.co was not asked", terminal.screen)

    def only_a_locked_key(self):
        for name in os.listdir(os.path.join(self.box.home, ".ssh")):
            if name.startswith("id_"):
                os.remove(os.path.join(self.box.home, ".ssh", name))
        key = self.box.make_key("id_ed25519", passphrase="secret words")
        self.hub.add_account("bob", key)

    def test_all_of_one_locked_key(self):
        """At a terminal it is worth the question; elsewhere the next step is named."""
        self.only_a_locked_key()
        terminal = self.box.terminal("git", "hf-ssh", "whoami", "--all")
        self.addCleanup(terminal.close)
        terminal.expect("Enter passphrase for")
        terminal.send("secret words\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("bob", terminal.screen)
        result = self.manage("whoami", "--all", status=2)
        self.assertIn("no key could be checked: each needs a passphrase", result.stderr)
        self.assertIn('hint: to unlock one: eval "$(ssh-agent -s)" && ssh-add ~/.ssh/id_ed25519',
                      result.stderr)

    def test_told_to_end(self):
        self.assert_ends_when_told("git-hf-ssh", "whoami", "--all")

    def test_colour_at_a_terminal_alone(self):
        self.assertNotIn("\x1b", self.manage("whoami").stdout)
        for environment, coloured in (({"TERM": "xterm", "NO_COLOR": None}, True),
                                      ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                      ({"TERM": "dumb", "NO_COLOR": None}, False)):
            with self.subTest(environment=environment):
                terminal = self.box.terminal("git", "--no-pager", "hf-ssh", "whoami",
                                             env=environment)
                try:
                    terminal.expect("alice")
                    terminal.wait()
                    self.assertEqual("\x1b[" in str(terminal.screen), coloured)
                finally:
                    terminal.close()


if __name__ == "__main__":
    unittest.main()
