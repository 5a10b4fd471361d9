"""git hf-ssh, whatever it is given: a clear error, the right status, nothing on standard output."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from verb_table import verbs      # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")



VERBS = ("access", "explain", "whoami", "keys", "use", "forget")


class BadInputTest(ManagerCase):
    def refused(self, *words, status=129, **options):
        result = self.manage(*words, status=status, **options)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith("hf-ssh: "), result)
        self.assertNotIn("terminate called", result.stderr)
        return result.stderr

    def test_no_verb_and_unknown_verbs(self):
        bare = self.manage(status=0)
        self.assertEqual((bare.stdout, bare.stderr), (self.manage("-h").stdout, ""))
        self.assertIn("did you mean: git hf-ssh explain", self.refused("explian"))
        self.assertIn("did you mean: git hf-ssh whoami", self.refused("who"))
        self.assertIn("git hf-ssh -h", self.refused("banana"))
        for words, meant in ((("hostkeys",), "host-keys"), (("keys", "chekc"), "keys check"),
                             (("key", "new"), "keys new"), (("keys-check",), "keys check"),
                             (("hostkeys", "ad", "x"), "host-keys add"),
                             (("revoke", "SHA256:x"), "host-keys revoke"),
                             (("Setup",), "setup"), (("doctro", "--offline"), "doctor")):
            self.assertIn("did you mean: git hf-ssh %s\n" % meant, self.refused(*words))
        self.assertIn("git hf-ssh keys check\nhint: did you mean: git hf-ssh host-keys check",
                      self.refused("check"))
        self.assertIn("\\x1b", self.refused("\x1b[2J"))
        self.refused("--all")

    def test_missing_values(self):
        self.refused("use")
        self.refused("use", "x", "--for")
        self.refused("forget")

    def test_options_that_have_no_effect_together(self):
        for words in (("keys", "check", "--offline", "--open"), ("keys", "check", "--timeout", "5"),
                      ("keys", "check", "--wait", "--offline"), ("keys", "new", "--timeout", "5")):
            self.refused(*words)

    def test_help(self):
        result = self.manage("-h", status=0)
        self.assertEqual(result.stderr, "")
        self.assertLessEqual(result.stdout.count("\n"), 24)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80)
        version = self.manage("--version", status=0).stdout
        self.assertRegex(version, r"^git-hf-ssh \d")
        self.assertEqual(self.manage("version", status=0).stdout, version)
        self.assertEqual(self.manage("help", "keys", "new", status=0).stdout,
                         self.manage("keys", "new", "-h", status=0).stdout)
        self.assertIn("did you mean: git hf-ssh explain", self.refused("help", "explian"))

    def test_long_help_opens_the_manual(self):
        self.box.script("man", "#!/bin/sh\necho man \"$@\"\n")
        for words in (("git-hf-ssh", "--help"), ("git-hf-ssh", "keys", "--help"),
                      ("git", "hf-ssh", "keys", "new", "--help"), ("git-hf-ssh", "keys", "--jsno",
                                                                   "--help")):
            self.assertEqual(self.box.run(*words).stdout, "man git-hf-ssh\n")
        self.assertEqual(self.manage("--help").stdout, "man git-hf-ssh\n")
        self.assertEqual(self.manage("help").stdout, "man git-hf-ssh\n")

    def test_the_manual_has_the_same_verbs_and_options(self):
        with open(os.path.join(ROOT, "man", "git-hf-ssh.1"), encoding="utf-8") as file:
            page = file.read()
        usages = verbs(self.box)
        synopsis = page.split("\n.Sh SYNOPSIS\n")[1].split("\n.Sh ")[0]
        told = {}
        for entry in synopsis.split(".Nm git hf-ssh\n")[1:-1]:
            options = re.findall(r"\bFl -?(\w[\w-]*)(?: Ar (\w+))?", entry.replace(
                " | -", " Fl -").replace("Ar shell", "Ar fish").replace(
                    "Fl C", "Fl -comment").replace("Fl v , ", "Fl "))
            for verb in self.verbs_of(entry):
                told[verb] = {("--" + name, what) for name, what in options}
        self.assertEqual(sorted(told), sorted(usages))
        for verb, usage in usages.items():
            with self.subTest(verb=verb):
                self.assertEqual(told[verb], {(option.name, option.what.lower().split("|")[-1])
                                              for option in usage.options})
        commands = page.split("The commands are:")[1].split("\n.Sh ")[0]
        described = re.findall(r"^\.It Cm ([a-z-]+(?: [a-z-]+)*)", commands, flags=re.M)
        described = {re.sub(r" (No|Oo|Op|Ar|Fl)\b.*", "", name) for name in described}
        self.assertLessEqual(set(usages) - {"host-keys list"} | {"complete"}, described)
        known = set(usages) | {"complete"}
        for words in re.findall(r"git hf-ssh ([a-z][\w-]*(?: [a-z][\w-]*)?)", page):
            self.assertTrue(words in known or words.split()[0] in known, words)

    @staticmethod
    def verbs_of(entry):
        """"host-keys add | revoke" are two; "host-keys [list]" as well."""
        words = re.search(r"^\.Cm (.+)$", entry, flags=re.M).group(1)
        first, _, rest = words.partition(" ")
        if ".Op Cm list" in entry:
            return [words, words + " list"]
        return [(first + " " + second).strip() for second in rest.split(" | ")]

    def test_bad_destinations(self):
        for url in ("ssh://git%0aproxycommand%20touch%20pwned@hf.co/a/b", "git@hf.co\n:a/b",
                    "ssh://-oProxyCommand=touch%20pwned@hf.co/a/b"):
            with self.subTest(url=url):
                self.manage("explain", url)
                self.assertNotEqual(self.manage("explain", url).status, 0)
                self.assertFalse(os.path.exists(self.box.path("work", "pwned")))
        self.refused("explain", "ssh://git%0aproxycommand%20x@hf.co/a/b", status=2)
        self.refused("explain", "-oProxyCommand=touch pwned:a/b")
        self.refused("explain", "", status=2)
        self.manage("explain", "/a/path", status=1)
        self.manage("explain", "x" * 100000, status=1)

    def test_not_in_a_repository(self):
        self.assertIn("not in a git repository", self.refused("explain", status=2))
        self.box.git("init", "-q", "empty")
        self.assertIn("no remotes", self.refused("explain", status=2, cwd="empty"))

    def test_repository_that_git_cannot_use(self):
        self.box.git("init", "-q", "repo")
        self.box.write("repo/.git/config", "[core]\n\trepositoryformatversion = 99\n")
        for words, status in ((("explain",), 2), (("use", self.box.key.path), 2), (("access",), 2),
                              (("whoami",), 0), (("keys",), 0)):
            result = self.box.run("git-hf-ssh", *words, cwd="repo")
            self.assertEqual((result.status, result.stdout == ""), (status, status == 2), result)
            self.assertIn("99", result.stderr)

    def test_no_home(self):
        nowhere = {"HOME": "/nonexistent", "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}
        for words, text in ((("keys",), "no SSH key"), (("explain", "git@hf.co:a/b"), "no SSH key"),
                            (("forget", "acme"), "acme")):
            with self.subTest(words=words):
                result = self.manage(*words, env=nowhere)
                self.assertIn(result.status, (0, 1, 2))
                self.assertIn(text, result.stdout + result.stderr)
                self.assertNotIn("terminate called", result.stderr)

    def test_no_git(self):
        program = self.box.path("prefix", "bin", "git-hf-ssh")
        result = self.box.run(program, "keys", env={"PATH": "/nonexistent"})
        self.assertEqual(result.status, 2)
        self.assertIn("git was not found on PATH", result.stderr)

    def test_no_ssh(self):
        only_git = self.box.folder("only-git")
        for name in ("git", "sh"):
            found = self.box.run("sh", "-c", "command -v " + name).stdout.strip()
            os.symlink(found, os.path.join(only_git, name))
        result = self.manage("keys", status=2, env={
            "HF_SSH_COMMAND": None, "HF_SSH_TRANSPORT": "openssh",
            "PATH": "%s:%s" % (self.box.bin, only_git)})
        self.assertIn("no ssh was found on PATH", result.stderr)

    def test_ssh_configuration_with_an_error(self):
        self.box.write(self.box.ssh_config, "Nonsense yes\n")
        result = self.manage("explain", "git@hf.co:a/b", status=2)
        self.assertIn("Bad configuration option", result.stderr)

    def test_standard_output_that_cannot_be_written(self):
        result = self.box.run("sh", "-c", "git hf-ssh keys >/dev/full")
        self.assertEqual(result.status, 2)
        self.assertIn("cannot write to standard output", result.stderr)
        self.assertEqual(self.box.run("sh", "-c", "git hf-ssh keys >&-").status, 0)

    def test_an_error_is_json_too(self):
        result = self.manage("explain", "--json", status=2)
        error = json.loads(result.stdout)
        self.assertEqual((error["version"], error["command"]), (1, "explain"))
        self.assertEqual(sorted(error["error"]), ["code", "fix", "message"])
        self.assertIn("not in a git repository", error["error"]["message"])


class ErrorCodesTest(ManagerCase):
    """What a program goes by: one of the codes of git-hf-ssh-json(5), the same whatever the words."""

    def remove_keys(self):
        for name in os.listdir(os.path.join(self.box.home, ".ssh")):
            os.remove(os.path.join(self.box.home, ".ssh", name))

    def lock_key(self):
        self.remove_keys()
        self.hub.add_account("alice", self.box.make_key("id_ed25519", passphrase="secret"))

    def test_each(self):
        for code, words, prepare in (
                ("no-connection", "whoami", lambda: self.box.point_at(9)),
                ("no-connection", "keys check", lambda: self.box.point_at(9)),
                ("no-connection", "access git@hf.co:alice/model", lambda: self.box.point_at(9)),
                ("host-key-refused", "whoami", lambda: self.box.point_at(self.hub.impostor())),
                ("host-key-refused", "whoami --all", lambda: self.box.point_at(self.hub.impostor())),
                ("host-key-refused", "access git@hf.co:alice/model",
                 lambda: self.box.point_at(self.hub.impostor())),
                ("no-key", "whoami", self.remove_keys),
                ("no-key", "whoami --all", self.remove_keys),
                ("key-locked", "whoami", self.lock_key),
                ("key-locked", "whoami --all", self.lock_key),
                ("key-locked", "keys new", lambda: None),
                ("exists", "keys new --no-passphrase", lambda: None),
                ("no-repository", "explain", lambda: None),
                ("no-repository", "use ~/.ssh/id_ed25519", lambda: None),
                ("not-hf-co", "access https://example.org/x", lambda: None),
                ("bad-argument", "use ~/.ssh/gone --for acme", lambda: None),
                ("bad-argument", "host-keys add SHA256:short", lambda: None),
                ("file", "host-keys add ./gone", lambda: None),
                ("unsafe-file", "host-keys", lambda: self.box.write(
                    self.box.known_hosts, "@revoked hf.co x\n")),
                ("ssh-configuration", "whoami", lambda: self.box.point_at(
                    self.hub.genuine(), extra="Nonsense yes\n")),
                ("git", "setup", lambda: self.box.write(self.box.git_config, "[core\n"))):
            with self.subTest((code, words)):
                self.setUp()
                prepare()
                argv = [os.path.expanduser(word).replace(os.path.expanduser("~"), self.box.home)
                        for word in words.split()]
                result = self.box.run("git-hf-ssh", *argv, "--json")
                self.assertEqual(result.status, 2, result)
                error = json.loads(result.stdout)["error"]
                self.assertEqual(error["code"], code, result)
                self.assertIn(list(error["fix"] or {"advice": 1}), (["command"], ["advice"]))


if __name__ == "__main__":
    unittest.main()
