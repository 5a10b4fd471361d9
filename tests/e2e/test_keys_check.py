"""git hf-ssh keys check: each thing that can be wrong with a key, broken exactly so, is called by
its name, with the command that fixes it; and that command fixes it."""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from checkup import words_of_fix  # noqa: E402
from key_making import PASSPHRASE, KeyMakingCase  # noqa: E402


class CheckCase(KeyMakingCase):
    def make(self, name="id_ed25519", kind="ed25519", account="alice", passphrase=""):
        key = self.box.make_key(name, kind, passphrase)
        if account:
            self.hub.add_account(account, key)
        return key

    def check(self, *words, status, **options):
        """The report; its text has the same."""
        words = ("keys", "check") + words
        report = self.command_report(*words, status=status, **options)
        text = self.manage(*words, "--verbose", status=status, **options).stdout
        unfolded = " ".join(text.split())
        marks = {"ok": "ok", "warning": "warning", "failure": "FAILED"}
        for finding in report["findings"]:
            finding["fix"] = words_of_fix(finding["fix"])
            mark = marks[finding["result"]]
            self.assertIn("\n%s%s  " % (mark.ljust(9), finding["name"]), "\n" + text)
            told = ("found",) if mark == "ok" else ("found", "why", "fix")
            for member in told:
                self.assertIn(" ".join((finding[member] or "").split()), unfolded)
        fixes = [finding["fix"] for finding in report["findings"] if finding["fix"]]
        if fixes:
            self.assertIn("\n    start with  ", text)
            self.assertIn(words_of_fix(report["first"]["fix"]), fixes)
        for line in text.splitlines():
            self.assertTrue(len(line) <= 80 or " " not in line.strip() or
                            re.search("/|git config ", line), line)
        return report

    def findings(self, report):
        return [(finding["result"], finding["name"]) for finding in report["findings"]]

    def assert_finds(self, report, *expected, problem=None):
        self.assertEqual(self.findings(report), list(expected))
        self.assertEqual(report["problem"], problem)

    def fix(self, report):
        """Does what it says, as the person would."""
        command = report["findings"][0]["fix"]
        self.assertEqual(self.box.run("sh", "-c", command).status, 0, command)


class CauseTest(CheckCase):
    def test_all_is_well(self):
        key = self.make()
        report = self.check(status=0)
        self.assert_finds(report)
        self.assertEqual((report["usable"], report["ready"], report["asked"]), (True, True, True))
        self.assertEqual((report["account"], report["key"]["fingerprint"]),
                         ("alice", key.fingerprint))
        self.assertEqual(report["reason"]["rule"], 8)
        self.assertEqual(self.remembered(), {key.fingerprint: "alice"})
        self.assertEqual(self.check("~/.ssh/id_ed25519", status=0)["reason"], None)
        self.assertEqual(self.check(key.fingerprint, status=0)["account"], "alice")

    def test_the_key_that_is_named(self):
        self.make()
        self.make("other", account="bob")
        self.assertEqual(self.check(self.ssh("other"), status=0)["account"], "bob")
        self.assertEqual(self.check("other", status=0, cwd=self.ssh())["account"], "bob")
        elsewhere = self.box.make_key(self.box.path("work", "key"))
        self.hub.add_account("carol", elsewhere)
        self.assertEqual(self.check("key", status=0)["account"], "carol")

    def test_offline(self):
        self.make()
        report = self.check("--offline", status=0)
        self.assertEqual((report["account"], report["asked"]), (None, False))
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_missing(self):
        self.make()
        report = self.check("~/.ssh/no-such", status=1)
        self.assert_finds(report, ("failure", "missing"), problem="missing")
        self.assertEqual(report["key"], None)

    def test_unreadable(self):
        self.make()
        os.mkdir(self.ssh("folder"))
        self.assert_finds(self.check("~/.ssh/folder", status=1), ("failure", "unreadable"),
                          problem="unreadable")

    def test_no_key_in_it(self):
        self.make()
        self.box.write(self.ssh("config"), "Host x\n")
        self.assert_finds(self.check("~/.ssh/config", status=1), ("failure", "no-key"),
                          problem="no-key")

    def test_others_may_read_it(self):
        self.make()
        os.chmod(self.ssh("id_ed25519"), 0o640)
        for words in (("~/.ssh/id_ed25519",), ()):
            report = self.check(*words, status=1)
            self.assert_finds(report, ("failure", "exposed"), problem="exposed")
        report = self.check("~/.ssh/id_ed25519", status=1)
        self.assertFalse(report["usable"])
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.fix(report)
        self.assert_finds(self.check(status=0))

    def test_types_that_are_never_offered(self):
        self.make("short", "rsa1024")
        report = self.check("~/.ssh/short", status=1)
        self.assert_finds(report, ("failure", "short-rsa"), problem="short-rsa")
        self.assertIn("1024 bits", report["findings"][0]["found"])
        self.make("id_dsa", "dsa")
        report = self.check("~/.ssh/id_dsa", status=1)
        self.assert_finds(report, ("failure", "dsa"), problem="dsa")
        self.assertEqual(report["findings"][0]["fix"], "git hf-ssh keys new")
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_rsa(self):
        self.make("id_rsa", "rsa")
        self.assert_finds(self.check(status=0), ("ok", "rsa"))

    def test_locked(self):
        self.make(passphrase=PASSPHRASE)
        self.box.agent()
        report = self.check(status=1)
        self.assert_finds(report, ("warning", "locked"))
        self.assertEqual(report["findings"][0]["fix"], "ssh-add ~/.ssh/id_ed25519")
        self.assertEqual((report["usable"], report["ready"], report["asked"]),
                         (True, False, False))
        self.assertIn("the key has a passphrase and there is no terminal", self.manage("keys", "check").stderr)
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.check("--offline", status=0)
        askpass = self.box.script("askpass", "#!/bin/sh\necho '%s'\n" % PASSPHRASE)
        self.box.env.update(SSH_ASKPASS=askpass, SSH_ASKPASS_REQUIRE="force", DISPLAY=":99")
        self.fix(report)
        self.assert_finds(self.check(status=0))

    def test_locked_and_no_agent(self):
        self.make(passphrase=PASSPHRASE)
        report = self.check(status=1)
        self.assert_finds(report, ("warning", "no-agent"))
        self.assertEqual(report["findings"][0]["fix"],
                         'eval "$(ssh-agent -s)" && ssh-add ~/.ssh/id_ed25519')

    def test_a_command_stays_on_its_line(self):
        """A break within a quoted path would be pasted with it."""
        key = self.make("a key with a name of several words", passphrase=PASSPHRASE)
        self.box.agent()
        report = self.check(key.path, status=1)
        self.assertIn('several words"', report["findings"][0]["fix"])
        text = self.manage("keys", "check", key.path, status=1).stdout
        self.assertIn("         fix  %s\n" % report["findings"][0]["fix"], text)

    def test_locked_and_the_agent_is_gone(self):
        self.make(passphrase=PASSPHRASE)
        self.assert_finds(self.check(status=1, env={"SSH_AUTH_SOCK": "/nonexistent/agent"}),
                          ("warning", "agent-unreachable"))

    def test_locked_at_a_terminal(self):
        """ssh asks, once."""
        self.make(passphrase=PASSPHRASE)
        terminal = self.at_terminal("check")
        terminal.expect("Enter passphrase for")
        terminal.send(PASSPHRASE + "\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("alice", terminal.screen)

    def test_only_the_public_half(self):
        self.make()
        os.unlink(self.ssh("id_ed25519"))
        self.assert_finds(self.check("~/.ssh/id_ed25519", status=1), ("failure", "no-agent"),
                          problem="no-agent")
        self.box.agent()
        for words in (("~/.ssh/id_ed25519.pub",), ("~/.ssh/id_ed25519",), ()):
            with self.subTest(words):
                self.assert_finds(self.check(*words, status=1), ("failure", "public-only"),
                                  problem="public-only")
        self.assert_finds(self.check("~/.ssh/id_ed25519", status=1,
                                     env={"SSH_AUTH_SOCK": "/nonexistent/agent"}),
                          ("failure", "agent-unreachable"), problem="agent-unreachable")

    def test_in_the_agent_alone(self):
        key = self.make("held")
        self.box.agent(key)
        os.unlink(key.path)
        os.unlink(key.path + ".pub")
        report = self.check(key.fingerprint, status=0)
        self.assert_finds(report)
        self.assertEqual((report["key"]["where"], report["account"]), ("agent", "alice"))

    def test_a_public_half_that_misleads(self):
        self.make()
        other = self.box.make_key("other")
        os.rename(other.path + ".pub", self.ssh("id_ed25519.pub"))
        report = self.check("~/.ssh/id_ed25519", status=0)  # hf-ssh is not misled
        self.assert_finds(report, ("warning", "misleading-public"))
        self.assertEqual(report["account"], "alice")
        self.fix(report)
        self.assert_finds(self.check("~/.ssh/id_ed25519", status=0))

    def test_a_certificate_that_misleads(self):
        self.make()
        other = self.box.make_key("other")
        subprocess.run(["ssh-keygen", "-q", "-s", other.path, "-I", "x", "-n", "x",
                        other.path + ".pub"], check=True, stdin=subprocess.DEVNULL)
        os.rename(other.path + "-cert.pub", self.ssh("id_ed25519-cert.pub"))
        report = self.check("~/.ssh/id_ed25519", status=0)
        self.assert_finds(report, ("warning", "misleading-certificate"))
        self.fix(report)
        self.assert_finds(self.check("~/.ssh/id_ed25519", status=0))

    def test_a_fingerprint_that_nobody_has(self):
        self.make()
        self.assert_finds(self.check("SHA256:" + "A" * 43, status=1), ("failure", "unknown-key"),
                          problem="unknown-key")

    def test_nothing_to_choose(self):
        report = self.check(status=1)
        self.assert_finds(report, ("failure", "none"), problem="none")
        self.assertEqual(report["findings"][0]["fix"], "git hf-ssh keys new")
        self.box.git("config", "--global", "hf-ssh.identity", "~/.ssh/no-such")
        self.assert_finds(self.check(status=1), ("failure", "missing"), problem="missing")
        self.box.git("config", "--global", "hf-ssh.identity", "SHA256:" + "A" * 43)
        self.assert_finds(self.check(status=1), ("failure", "unknown-key"), problem="unknown-key")

    def test_anonymous(self):
        key = self.make(account=None)
        report = self.check(status=1)
        self.assert_finds(report, ("failure", "anonymous"), problem="anonymous")
        self.assertEqual(report["account"], "anonymous")
        self.assertEqual(report["findings"][0]["fix"],
                         "git hf-ssh keys check --open ~/.ssh/id_ed25519")
        result = self.manage("keys", "check", status=1)
        self.assertIn("\n%s id_ed25519\n" % key.public, result.stderr)  # a line to be pasted
        self.assertIn("https://huggingface.co/settings/keys", result.stderr)
        self.assert_finds(self.check("--offline", status=1), ("failure", "anonymous"),
                          problem="anonymous")


class NotAskedTest(CheckCase):
    """The question could not be put."""

    def test_an_impostor(self):
        self.make()
        self.box.point_at(self.hub.impostor())
        result = self.manage("keys", "check", status=2)
        self.assertEqual(result.stdout, "")
        self.assertIn("REFUSED", result.stderr)
        self.assertEqual(self.remembered(), {self.key().fingerprint: None})

    def test_nobody_is_there(self):
        self.make()
        self.box.point_at(9)
        self.assertIn("no connection to hf.co", self.manage("keys", "check", status=2).stderr)

    def test_bad_words(self):
        self.make()
        for word in ("", "a\nb", "SHA256:short"):
            result = self.manage("keys", "check", word, status=2)
            self.assertTrue(result.stderr.startswith("hf-ssh: "), result)
            self.assertEqual(result.stdout, "")
        for words in (("a", "b"), ("--timeout", "-1"), ("--bogus",)):
            self.manage("keys", "check", *words, status=129)


class KeysTest(CheckCase):
    def test_no_key_says_how_to_make_one(self):
        self.assertIn("hint: make one: git hf-ssh keys new\n",
                      self.manage("keys", status=1).stderr)

    def test_each_has_all_that_is_known(self):
        key = self.make(account="alice")
        self.manage("keys", "check", status=0)
        text = self.manage("keys", "-v", status=0).stdout
        for part in ("~/.ssh/id_ed25519", "ED25519, 256 bits", key.fingerprint, "id_ed25519",
                     "file, ready", "alice"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
