"""How git hf-ssh prints: in 80 columns, into a pipe, at a narrow terminal, without colour where none
is wanted; and what it reports of keys and settings, as text, as JSON and in git-hf-ssh(1)."""

import glob
import json
import re
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from reporting import ReportingCase      # noqa: E402
from verb_table import command, verbs      # noqa: E402


class PrintingTest(ReportingCase):
    def test_first_line_alone(self):
        for verb in verbs(self.box):
            with self.subTest(verb=verb):
                self.make(None)
                alone = self.box.run("git-hf-ssh", *command(self.box, verb), cwd="repo")
                self.make(None)
                words = " ".join("'%s'" % word for word in command(self.box, verb))
                result = self.box.run(
                    "bash", "-c", "git-hf-ssh %s | head -n 1; exit ${PIPESTATUS[0]}" % words,
                    cwd="repo")
                self.assertEqual(result.status, alone.status, result)
                self.assertLessEqual(result.stdout.count("\n"), 1)
                self.assertNotIn("ipe", result.stderr)

    def shown(self, *words, columns=100, env=None):
        terminal = self.box.terminal(*words, cwd=os.path.join(self.box.work, "repo"), env=dict(
            {"TERM": "xterm", "COLUMNS": str(columns)}, **(env or {})))
        terminal.wait(30)
        return terminal.screen.replace("\r\n", "\n")

    def test_colour_is_for_terminals_that_want_it(self):
        self.make(None)
        words = ("git-hf-ssh", "keys")
        self.assertIn("\x1b[", self.shown(*words))
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            self.assertNotIn("\x1b[", self.shown(*words, env=env))
        self.assertNotIn("\x1b[", self.box.run(*words, cwd="repo").stdout)
        self.assertIn("\x1b[", self.shown(*words, env={"NO_COLOR": ""}))
        json.loads(self.shown(*words, "--json"))

    def test_narrow_terminal(self):
        self.make(None)
        words = ("git-hf-ssh", "explain", "git@hf.co:alice/model")
        counts = {}
        for columns, widest in ((60, 60), (80, 80), (200, 80), (10, 40), ("x", 80)):
            lines = self.shown(*words, columns=columns, env={"NO_COLOR": "1"}).split("\n")
            counts[columns] = len(lines)
            lines = [line for line in lines if len(line.split()) > 2 and "/" not in line]
            self.assertLessEqual(max(map(len, lines)), widest)
        self.assertGreater(counts[10], counts[80])
        self.assertEqual((counts[80], counts[80]), (counts[200], counts["x"]))

    def test_any_locale(self):
        self.make(None)
        for locale in ("C", "POSIX", "C.UTF-8", "nonsense"):
            result = self.box.run("git-hf-ssh", "keys", cwd="repo", env={"LC_ALL": locale})
            self.assertEqual((result.status, result.stderr), (0, ""))
            self.assertTrue(result.stdout.isascii())

    def test_every_verb_has_a_test(self):
        self.assertEqual(set(self.schema.members), set(verbs(self.box)))
        tested = set()
        for path in glob.glob(os.path.join(os.path.dirname(__file__), "test_manager_reports*.py")):
            with open(path, encoding="utf-8") as file:
                tested |= set(re.findall(r'\bself\.every\("([a-z -]+)"', file.read()))
        self.assertEqual(tested, set(verbs(self.box)))


class ReportsTest(ReportingCase):
    def test_keys(self):
        def many(box):
            box.make_key("locked", passphrase="secret")
            box.run("ssh-keygen", "-q", "-m", "PEM", "-t", "rsa", "-b", "2048", "-N", "secret",
                    "-f", os.path.join(box.home, ".ssh", "id_rsa"))
            os.remove(os.path.join(box.home, ".ssh", "id_rsa.pub"))
            held = box.make_key("held")
            box.agent(held)
            for path in (held.path, held.path + ".pub"):
                os.remove(path)
            box.git("hf-ssh", "whoami", cwd="repo")
            box.run("ssh-keygen", "-q", "-c", "-C", "", "-f", box.key.path)
        self.both("keys", status=0)
        self.both("keys", prepare=many, status=0)
        self.both("keys", prepare=lambda box: os.rename(box.key.path, box.path("away")), status=1)
        self.every("keys", "keys[].path (null)", kinds=("key",))

    def test_whoami(self):
        self.both("whoami", status=0)
        self.both("whoami", cwd=".", status=0)
        self.both("whoami", prepare=lambda box: self.hub.add_stranger(box.key), status=1)
        # The table has a key's state, and below it how to unlock one; the rest says why it was not
        # asked: tests/e2e/test_manager_whoami.py
        self.both("whoami", "--all", status=0)
        self.both("whoami", "--all", "--verbose", status=0,
                  prepare=lambda box: box.make_key("locked", passphrase="x"))
        self.every("whoami")

    def test_use(self):
        self.both("use", "~/.ssh/id_ed25519", status=0)
        self.both("use", "~/.ssh/id_ed25519", "--for", "acme", status=0)
        self.both("use", "~/.ssh/gone", status=2)
        self.both("use", "--unset", "--for", "acme", status=0,
                  prepare=lambda box: box.git("config", "--global", "hf-ssh.acme.identity", "~/k"))
        self.every("use")

    def test_ssh_config(self):
        self.both("ssh-config", status=0)
        self.both("ssh-config", "--install", status=0)
        self.both("ssh-config", "--remove", status=0)
        self.every("ssh-config", "lines", "lines[]")  # of an OpenSSH before 8.5

    def test_help_and_version(self):
        self.both("help", "keys", "new", status=0)
        self.both("help", "version", status=0)
        self.every("help")
        self.both("version", status=0)
        self.every("version")

    def test_forget(self):
        self.both("forget", "--all", prepare=lambda box: (
            box.git("clone", "-q", "git@hf.co:alice/model", "c"),
            box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="c"),
            box.git("push", "-q", cwd="c"), box.git("hf-ssh", "whoami"))[:0] or None, status=0)
        self.both("forget", "nobody", status=1)
        self.every("forget", "keys[].account (null)")

    def test_keys_check(self):
        self.both("keys", "check", "--verbose", status=0)
        self.both("keys", "check", "--verbose", "~/.ssh/gone", status=1)
        self.both("keys", "check", "--verbose", prepare=lambda box: self.hub.add_stranger(box.key), status=1)
        self.both("keys", "check", "--verbose", "--open", prepare=self.desktop, status=1)
        self.every("keys check")

    def desktop(self, box):
        """A clipboard and a browser; and hf.co does not know the key."""
        self.hub.add_stranger(box.key)
        box.env.update(WAYLAND_DISPLAY="x", BROWSER=box.script("browser", "#!/bin/sh\n"))
        box.script("wl-copy", "#!/bin/sh\ncat >/dev/null\n")

    def test_keys_new(self):
        self.both("keys", "new", "--no-passphrase", "~/.ssh/new", status=0)
        self.both("keys", "new", "--no-passphrase", "--no-agent", "--no-copy", "~/.ssh/new")
        self.both("keys", "new", "--no-passphrase", "--open", "~/.ssh/new", prepare=self.desktop)
        self.both("keys", "new", "--no-passphrase", "~/.ssh/id_ed25519", status=2)
        self.every("keys new")


if __name__ == "__main__":
    unittest.main()
