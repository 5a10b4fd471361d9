"""TAB in bash, zsh and fish, behind `git hf-ssh` and behind `git-hf-ssh`: real shells at a terminal,
with the completions where meson installs them. And what they ask the program."""

import os
import resource
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from shells import Bash, Fish, Zsh, install_completions, installed_places      # noqa: E402


class OffersTest(ManagerCase):
    """`git-hf-ssh complete`, which the scripts ask."""

    def offers(self, *words, **options):
        result = self.box.run("git-hf-ssh", "complete", "--", *words, **options)
        self.assertEqual((result.status, result.stderr), (0, ""))
        return dict(line.split("\t", 1) for line in result.stdout.splitlines())

    def test_verbs_are_those_of_the_help(self):
        help_text = self.manage("-h").stdout
        first = list(dict.fromkeys(line.split()[0] for line in help_text.splitlines()
                                   if line.startswith("    ")))
        self.assertEqual(list(self.offers("")), first)
        self.assertEqual(list(self.offers("who")), ["whoami"])
        self.assertEqual(self.offers("nonsense", ""), {})
        self.assertEqual(list(self.offers("--v")), ["--version"])

    def test_second_words(self):
        two = [line.split()[:2] for line in self.manage("-h").stdout.splitlines()
               if line.startswith("    ") and not line[4:].split("  ")[0].count(" ") == 0]
        self.assertIn(["keys", "new"], two)
        for first, second in two:
            self.assertIn(second, self.offers(first, ""))
            self.assertIn(second, self.offers(first, second[:1]))

    def test_options_once(self):
        self.assertEqual(set(self.offers("use", "x", "-")), {"--for", "--unset", "--json", "-h", "--help"})
        self.assertNotIn("--json", self.offers("use", "--json", "-"))
        self.assertNotIn("--for", self.offers("use", "--for=acme", "-"))
        self.assertEqual(self.offers("use", "x", "--", "-"), {})

    def test_keys(self):
        box = self.box
        box.make_key("work")
        held = box.make_key("held")
        box.agent(held)
        for path in (held.path, held.path + ".pub"):
            os.remove(path)
        self.manage("whoami", status=0)
        offered = self.offers("use", "")
        self.assertEqual(set(offered), {"~/.ssh/id_ed25519", "~/.ssh/work", held.fingerprint})
        self.assertIn("alice", offered["~/.ssh/id_ed25519"])
        self.assertEqual(set(self.offers("use", "SHA256:")),
                         {held.fingerprint, box.key.fingerprint} | set(self.offers("use", "SHA")))
        whole = os.path.join(box.home, ".ssh", "w")
        self.assertEqual(list(self.offers("use", whole)), [whole + "ork"])
        self.assertEqual(self.offers("use", "/elsewhere/"), {"": "files"})

    def test_remotes_and_patterns(self):
        box = self.box
        box.git("init", "-q", "repo")
        box.git("remote", "add", "origin", "git@hf.co:datasets/acme/corpus", cwd="repo")
        box.git("remote", "add", "web", "https://me:secret@huggingface.co/acme/model", cwd="repo")
        offered = self.offers("explain", "", cwd="repo")
        self.assertEqual(offered["origin"], "git@hf.co:datasets/acme/corpus")
        self.assertNotIn("secret", repr(offered))
        self.manage("whoami")
        self.assertEqual(list(self.offers("use", "x", "--for", "", cwd="repo"))[:5],
                         ["acme", "datasets/acme", "acme/corpus", "datasets/acme/corpus", "alice"])
        self.assertEqual(list(self.offers("use", "--for=datasets/acme/", cwd="repo")),
                         ["--for=datasets/acme/corpus"])

    def test_nothing_is_asked_and_nothing_said(self):
        before = self.hub.genuine().arrivals()
        broken = self.box.folder("broken")
        os.makedirs(os.path.join(broken, ".git"))
        self.box.write(os.path.join(broken, ".git", "config"), "[")
        for words in ((), ("",), ("use", ""), ("explain", ""), ("forget", ""), ("\x1b", ""),
                      ("use", "--for", ""), ("--", "--"), ("x" * 5000,)):
            for options in ({}, {"cwd": broken}, {"env": {"SSH_AUTH_SOCK": "/nowhere"}},
                            {"env": {"HOME": "/nowhere", "PATH": self.box.bin}}):
                self.offers(*words, **options)
        self.assertEqual(self.hub.genuine().arrivals(), before)

    def test_quick_with_many_keys(self):
        for number in range(60):
            path = self.box.key.path + str(number)
            self.box.write(path, self.box.read(self.box.key.path))
            self.box.write(path + ".pub", self.box.read(self.box.key.path + ".pub"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertIn("~/.ssh/id_ed25519", self.offers("use", ""))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Not by the clock: another program may have the processor.
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 0.5)

    def test_called_by_hand(self):
        self.assertIn("shells", self.manage("complete", status=129).stderr)


class ShellTests:
    """What each shell shows in the same way."""

    shell = None

    @classmethod
    def setUpClass(cls):
        if not cls.shell.here():
            raise unittest.SkipTest("%s or its completions are not here" % cls.__name__)
        super().setUpClass()
        cls.places = installed_places()

    def setUp(self):
        super().setUp()
        self.box.git("init", "-q", ".")
        self.box.git("remote", "add", "upstream", "git@hf.co:acme/model")
        self.running = self.shell(self.box, install_completions(self.box, self.places))
        self.addCleanup(self.running.close)

    def assert_completed(self, text, wanted):
        with self.subTest(text=text):
            self.assertEqual(self.running.line(text).rstrip(), wanted)

    def test_both_programs(self):
        box = self.box
        box.make_key("work key")
        for program in ("git hf-ssh", "git-hf-ssh"):
            for text, wanted in (
                    ("whoa", "whoami"), ("forg", "forget"), ("explain --js", "explain --json"),
                    ("explain up", "explain upstream"),
                    ("use ~/.ssh/id", "use ~/.ssh/id_ed25519"),
                    ("use ~/.ssh/w", "use ~/.ssh/work\\ key"),
                    ("use --fo", "use --for"), ("use x --for ac", "use x --for acme"),
                    ("use x --for acme/", "use x --for acme/model"),
                    ("use x --for=acme/", "use x --for=acme/model")):
                self.assert_completed(program + " " + text, program + " " + wanted)
        self.assert_completed("git hf-s", "git hf-ssh")

    def test_fingerprints_keep_their_colon(self):
        wanted = "git hf-ssh use " + self.box.key.fingerprint
        self.assert_completed("git hf-ssh use SHA", wanted)
        self.assert_completed(wanted[:-20], wanted)

    def test_files_where_there_is_no_key(self):
        self.box.write("some-file", "")
        self.assert_completed("git hf-ssh use some-f", "git hf-ssh use some-file")
        self.assert_completed("git-hf-ssh use some-f", "git-hf-ssh use some-file")

    def test_another_directory(self):
        self.box.git("init", "-q", "other")
        self.box.git("remote", "add", "elsewhere", "git@hf.co:a/b", cwd="other")
        if self.shell is Bash:  # the others' completions of git do not pass it on
            self.assert_completed("git -C other hf-ssh explain else",
                                  "git -C other hf-ssh explain elsewhere")
        self.running.say("cd other && echo arri''ved\n", "arrived")
        self.assert_completed("git hf-ssh explain else", "git hf-ssh explain elsewhere")


class BashTest(ShellTests, ManagerCase):
    shell = Bash


class ZshTest(ShellTests, ManagerCase):
    shell = Zsh


class FishTest(ShellTests, ManagerCase):
    shell = Fish

    def test_list(self):
        for program in ("git hf-ssh ", "git-hf-ssh "):
            self.assertIn("explain", self.running.offers(program))
            self.assertIn("upstream", self.running.offers(program + "explain "))
            self.assertEqual(self.running.offers(program + "nonsense "), [])


if __name__ == "__main__":
    unittest.main()
