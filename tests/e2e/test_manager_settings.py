"""git hf-ssh use, forget and keys: what is written, dropped and listed."""

import os
import socket
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402


class UseTest(ManagerCase):
    def setting(self, name, *words, **options):
        return self.box.git("config", *words, "--get", name, check=False, **options).stdout.strip()

    def test_for_a_pattern_everywhere(self):
        self.box.make_key("id_work")
        for pattern, written in (("acme", "acme"), ("datasets/acme", "datasets/acme"),
                                 ("/acme/model.git", "acme/model"),
                                 ("datasets/acme/corpus", "datasets/acme/corpus")):
            with self.subTest(pattern=pattern):
                result = self.manage("use", "~/.ssh/id_work", "--for", pattern, status=0)
                key = "hf-ssh.%s.identity" % written
                self.assertEqual(self.setting(key, "--global"), "~/.ssh/id_work")
                self.assertIn("~/.ssh/id_work is the key for %s now\n" % written, result.stdout)
                self.assertIn("git config --global %s '~/.ssh/id_work'\n" % key, result.stdout)
                self.assertEqual(result.stderr, "")

    def test_for_this_repository(self):
        self.box.make_key("id_work")
        self.box.git("init", "-q", "repo")
        report = self.report("use", self.box.path("home", ".ssh", "id_work"), status=0, cwd="repo")
        self.assertEqual((report["scope"], report["key"], report["value"]),
                         ("local", "hf-ssh.identity", "~/.ssh/id_work"))
        self.assertEqual(self.setting("hf-ssh.identity", "--local", cwd="repo"), "~/.ssh/id_work")
        self.assertEqual(self.setting("hf-ssh.identity", "--global"), "")

    def test_what_it_prints_is_what_it_did(self):
        self.box.make_key("id_work")
        line = self.report("use", "~/.ssh/id_work", "--for", "acme")["line"]
        self.box.write(self.box.git_config, "")
        self.box.run("sh", "-c", line)
        self.assertEqual(self.setting("hf-ssh.acme.identity"), "~/.ssh/id_work")

    def test_fingerprint_of_a_key_in_the_agent(self):
        self.box.agent(self.box.key)
        fingerprint = self.box.key.fingerprint
        told = self.manage("use", fingerprint, "--for", "acme", status=0).stderr
        self.assertEqual((self.setting("hf-ssh.acme.identity"), told), (fingerprint, ""))

    def test_fingerprint_of_a_key_that_is_elsewhere(self):
        """It may be for another machine, or come later: said, and set all the same."""
        other = "SHA256:" + "A" * 42 + "0"
        told = self.manage("use", other, "--for", "acme", status=0).stderr
        self.assertIn("hf-ssh: warning: no key here has this fingerprint\n", told)
        self.assertEqual(self.setting("hf-ssh.acme.identity"), other)

    def test_it_serves(self):
        work = self.box.make_key("id_work")
        self.hub.add_account("acme", work)
        self.hub.add_repository("acme/used")
        self.manage("use", work.path, "--for", "acme", status=0)
        self.box.git("ls-remote", "git@hf.co:acme/used")
        self.assertEqual(self.last()["account"], "acme")

    def test_again_replaces_and_leaves_the_rest(self):
        box = self.box
        box.make_key("id_work")
        box.make_key("id_other")
        box.write(box.git_config, "# mine\n[hf-ssh \"acme\"]\n\tidentity = a\n\tidentity = b\n"
                                  "\taccount = kept ; why\n")
        self.manage("use", "~/.ssh/id_work", "--for", "acme", status=0)
        self.manage("use", "~/.ssh/id_other", "--for", "acme", status=0)
        text = box.read(box.git_config).decode()
        self.assertEqual(text.count("identity = "), 1, text)
        self.assertIn("# mine\n", text)
        self.assertIn("account = kept ; why", text)
        self.assertEqual(os.stat(box.git_config).st_mode & 0o777, 0o600)

    def test_paths(self):
        box = self.box
        box.make_key(box.path("work", "key with 'a quote"))
        self.manage("use", "./key with 'a quote", "--for", "acme", status=0)
        self.assertEqual(self.setting("hf-ssh.acme.identity"),
                         box.path("work", "key with 'a quote"))
        told = self.report("explain", "git@hf.co:acme/model", status=0)["destinations"][0]
        self.assertEqual(told["reason"]["rule"], 4)

    def test_what_counts_instead_is_told(self):
        box = self.box
        box.make_key("id_work")
        box.git("init", "-q", "repo")
        box.git("config", "hf-ssh.acme.identity", "~/.ssh/id_ed25519", cwd="repo")
        result = self.manage("use", "~/.ssh/id_work", "--for", "acme", status=0, cwd="repo")
        self.assertIn("(local) counts instead", result.stderr)
        result = self.manage("use", "~/.ssh/id_work", "--for", "acme", status=0,
                             env={"HF_SSH_IDENTITY": box.key.path})
        self.assertIn("HF_SSH_IDENTITY is set", result.stderr)

    def test_what_is_more_specific_is_told(self):
        """A setting of the namespace comes before one of the repository's own configuration."""
        box = self.box
        box.make_key("id_work")
        box.git("init", "-q", "repo")
        box.git("remote", "add", "origin", "git@hf.co:acme/model", cwd="repo")
        self.assertEqual(self.manage("use", "~/.ssh/id_work", status=0, cwd="repo").stderr, "")
        self.manage("use", "~/.ssh/id_work", "--for", "acme", status=0)
        result = self.manage("use", "~/.ssh/id_ed25519", status=0, cwd="repo")
        self.assertIn("for git@hf.co:acme/model hf-ssh.acme.identity = ~/.ssh/id_work (global) "
                      "counts instead", result.stderr)
        hint = result.stderr.split("hint: ")[1].strip()
        self.assertEqual(hint, "for that one: git hf-ssh use '~/.ssh/id_ed25519' --for acme/model")
        box.run("sh", "-c", hint.partition(": ")[2], cwd="repo")
        result = self.manage("use", "~/.ssh/id_ed25519", status=0, cwd="repo")
        self.assertEqual(result.stderr, "")
        told = self.report("explain", status=0, cwd="repo")["destinations"][0]
        self.assertEqual(told["key"]["name"], "~/.ssh/id_ed25519")

    def test_another_case_of_the_pattern_is_told(self):
        """To git these are two settings, on hf.co it is one name: the later one counts."""
        self.box.make_key("id_work")
        self.manage("use", "~/.ssh/id_ed25519", "--for", "acme", status=0)
        self.manage("use", "~/.ssh/id_work", "--for", "Acme", status=0)
        result = self.manage("use", "~/.ssh/id_ed25519", "--for", "acme", status=0)
        self.assertIn("hf-ssh.Acme.identity = ~/.ssh/id_work (global) counts instead",
                      result.stderr)
        report = self.report("explain", "git@hf.co:acme/model", status=0)["destinations"][0]
        self.assertIn("hf-ssh.Acme.identity", [one["name"] for one in report["settings"]])

    def test_bad_identities(self):
        box = self.box
        box.run("ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f",
                box.path("work", "short"))
        box.write("text", "no key\n")
        before = box.read(box.git_config)
        for identity, message in (
                ("~/.ssh/gone", "there is no such file"), (box.home, "is a directory"),
                ("text", "is not a key"), ("/dev/null", "is not a key"), ("short", "never offered"),
                ("SHA256:short", "not a fingerprint"), ("SHA256:", "not a fingerprint"), ("", "is not a key"),
                ("a\nb", "control character")):
            with self.subTest(identity=identity):
                result = self.manage("use", identity, "--for", "acme", status=2)
                self.assertIn(message, result.stderr)
                self.assertEqual((result.stdout, box.read(box.git_config)), ("", before))

    def test_bad_patterns(self):
        before = self.box.read(self.box.git_config)
        for pattern in ("", "acme/*", "a/b/c/d", "git@hf.co:acme/model", "..", "a b", "datasets",
                        "a\nb"):
            with self.subTest(pattern=pattern):
                result = self.manage("use", self.box.key.path, "--for", pattern, status=2)
                self.assertIn("not a valid pattern", result.stderr)
                self.assertEqual(self.box.read(self.box.git_config), before)

    def test_not_in_a_repository(self):
        result = self.manage("use", self.box.key.path, status=2)
        self.assertIn("not in a git repository", result.stderr)
        self.assertIn("--for NAMESPACE", result.stderr)

    def test_configuration_that_cannot_be_written(self):
        """Its lock is there: so also for root."""
        self.box.write(self.box.git_config + ".lock", "")
        result = self.manage("use", self.box.key.path, "--for", "acme", status=2)
        self.assertIn("could not lock config file", result.stderr)
        self.assertIn("git config --global --replace-all hf-ssh.acme.identity", result.stderr)

    def test_what_is_not_a_regular_file(self):
        """git would replace it: `GIT_CONFIG_GLOBAL=/dev/null git config --global` does, as root."""
        box = self.box
        paths = [box.path("pipe"), box.path("socket"), box.path("node")]
        os.mkfifo(paths[0])
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(paths[1])
        try:
            os.mknod(paths[2], 0o600 | stat.S_IFCHR, os.makedev(1, 3))
        except OSError:
            paths.pop()
        for path in paths:
            with self.subTest(path=path):
                before = os.lstat(path)
                result = box.run("git-hf-ssh", "use", box.key.path, "--for", "acme",
                                 env={"GIT_CONFIG_GLOBAL": path})
                self.assertEqual((result.status, result.stdout), (2, ""), result)
                self.assertIn("not a regular file", result.stderr)
                self.assertEqual(os.lstat(path), before)

    def test_twenty_at_once(self):
        env = self.box.merged(None)
        runs = [subprocess.Popen(["git-hf-ssh", "use", self.box.key.path, "--for", "acme%d" % n],
                                 env=env, cwd=self.box.work, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE) for n in range(20)]
        for run in runs:
            self.assertEqual((run.communicate(timeout=120)[1], run.returncode), (b"", 0))
        for n in range(20):
            self.assertEqual(self.setting("hf-ssh.acme%d.identity" % n), "~/.ssh/id_ed25519")

    def test_unset(self):
        self.box.git("init", "-q", "repo")
        for words, key, cwd in ((("--for", "acme"), "hf-ssh.acme.identity", None),
                                ((), "hf-ssh.identity", "repo")):
            self.manage("use", "--unset", *words, status=1, cwd=cwd)
            first = self.report("use", self.box.key.path, *words, status=0, cwd=cwd)
            again = self.report("use", self.box.key.path, *words, status=0, cwd=cwd)
            self.assertEqual([(told["changed"], told["former"]) for told in (first, again)],
                             [(True, None), (False, "~/.ssh/id_ed25519")])
            gone = self.report("use", "--unset", *words, status=0, cwd=cwd)
            self.assertEqual((gone["value"], gone["former"], gone["changed"]),
                             (None, "~/.ssh/id_ed25519", True))
            self.assertEqual(self.setting(key, cwd=cwd), "")
        self.box.git("config", "--global", "hf-ssh.acme.account", "someone")
        self.assertIn("another setting goes on deciding: hf-ssh.acme.account = someone (global)",
                      self.manage("use", "--unset", "--for", "acme", status=1).stderr)
        self.manage("use", status=129)
        self.manage("use", self.box.key.path, "--unset", status=129)


class ForgetTest(ManagerCase):
    def setUp(self):
        super().setUp()
        self.work = self.box.make_key("id_work")
        self.hub.add_account("acme", self.work)
        self.manage("whoami", "--all", status=0)
        self.state = os.path.join(self.box.env["XDG_STATE_HOME"], "hf-ssh")

    def learn(self):
        """A push teaches which key serves alice."""
        self.box.git("clone", "-q", "git@hf.co:alice/model", "clone")
        self.box.git("push", "-q", "origin", "HEAD:refs/heads/new", cwd="clone")

    def test_a_key_by_its_file(self):
        result = self.manage("forget", "~/.ssh/id_work", status=0)
        self.assertIn(self.work.fingerprint, result.stdout)
        self.assertEqual(self.remembered(),
                         {self.box.key.fingerprint: "alice", self.work.fingerprint: None})

    def test_a_key_by_its_fingerprint_and_what_it_served(self):
        self.learn()
        report = self.report("forget", self.box.key.fingerprint, status=0)
        self.assertEqual([key["account"] for key in report["keys"]], ["alice"])
        self.assertEqual([entry["namespace"] for entry in report["namespaces"]], ["alice"])
        self.assertEqual(os.listdir(os.path.join(self.state, "namespaces")), [])

    def test_a_namespace(self):
        self.learn()
        report = self.report("forget", "alice", status=0)
        self.assertEqual((report["keys"], len(report["namespaces"])), ([], 1))
        self.assertEqual(self.remembered()[self.box.key.fingerprint], "alice")
        result = self.manage("forget", "alice", status=1)
        self.assertIn("git hf-ssh forget " + self.box.key.fingerprint, result.stderr)

    def test_all(self):
        self.learn()
        report = self.report("forget", "--all", status=0)
        self.assertEqual((len(report["keys"]), len(report["namespaces"])), (2, 1))
        self.assertEqual(set(self.remembered().values()), {None})
        self.manage("forget", "--all", status=0)

    def test_a_setting_that_goes_on_deciding(self):
        self.learn()
        self.box.git("config", "--global", "hf-ssh.alice.identity", "~/.ssh/id_work")
        self.box.git("config", "--global", "hf-ssh.other.identity", "~/.ssh/id_work")
        told = self.manage("forget", "alice", status=0).stderr
        self.assertIn("goes on deciding: hf-ssh.alice.identity = ~/.ssh/id_work (global)", told)
        self.assertNotIn("other", told)
        self.assertIn("other", self.manage("forget", "--all", status=0).stderr)

    def test_in_ci_too(self):
        self.manage("forget", "--all", status=0, env={"CI": "1"})
        self.assertEqual(set(self.remembered().values()), {None})

    def test_nothing_of_it(self):
        for word in ("nobody", "SHA256:" + "A" * 43, "..", "."):
            with self.subTest(word=word):
                self.assertIn("nothing is remembered", self.manage("forget", word, status=1).stderr)
        self.assertIn("is not a key", self.manage("forget", "acme/model", status=2).stderr)
        self.assertEqual(self.remembered()[self.work.fingerprint], "acme")

    def test_usage(self):
        self.manage("forget", status=129)
        self.manage("forget", "acme", "--all", status=129)


class KeysTest(ManagerCase):
    def test_list(self):
        box = self.box
        locked, held = box.make_key("id_rsa", "rsa", passphrase="secret"), box.make_key("held")
        elsewhere = box.make_key(box.path("home", "keys", "work"))
        box.git("config", "--global", "hf-ssh.acme.identity", "~/keys/work")
        box.run("ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f",
                os.path.join(box.home, ".ssh", "short"))
        box.agent(held, box.key)
        for path in (held.path, held.path + ".pub"):
            os.remove(path)
        report = self.report("keys", status=0)
        found = {key["fingerprint"]: (key["where"], key["state"]) for key in report["keys"]}
        short = [key for key in report["keys"] if key["state"] == "refused-short-rsa"]
        self.assertEqual((len(found), len(short), short[0]["bits"]), (5, 1, 1024))
        self.assertEqual(found[box.key.fingerprint], ("both", "ready"))
        self.assertEqual(found[locked.fingerprint], ("file", "locked"))
        self.assertEqual(found[held.fingerprint], ("agent", "ready"))
        self.assertEqual(found[elsewhere.fingerprint], ("file", "ready"))
        self.assertEqual(report["agent"], "answered")
        with open(box.key.path + ".pub", encoding="ascii") as file:
            public = file.read().strip()
        self.assertIn(public, [key["public_key"] for key in report["keys"]])
        text = self.manage("keys", "--verbose", status=0).stdout
        for part in ("never offered", "held (in the agent)", "~/keys/work", "locked",
                     "RSA, 1024 bits", "file and agent, ready"):
            self.assertIn(part, text)
        for fingerprint in found:
            self.assertIn(fingerprint, text)
        # Without --verbose: one line for each.
        status, lines = box.at_terminal("git", "hf-ssh", "keys", env={"NO_COLOR": "1"})
        self.assertEqual((status, len(lines)), (0, 5), lines)
        rows = {row[2] if row[2] != "held" else "held": row for row in map(str.split, lines)}
        self.assertEqual(rows["~/.ssh/id_ed25519"],
                         ["-", "?", "~/.ssh/id_ed25519", "ED25519", "ready,", "in", "the", "agent"])
        self.assertEqual(rows["~/.ssh/id_rsa"], ["-", "?", "~/.ssh/id_rsa", "RSA", "locked"])
        self.assertEqual(rows["~/.ssh/short"][3:], ["RSA", "never", "offered"])
        self.assertEqual(rows["held"][2:6], ["held", "(in", "the", "agent)"])

    def test_nothing_is_asked_and_nothing_written(self):
        before = self.hub.genuine().arrivals()
        self.manage("keys", status=0)
        self.assertEqual(self.hub.genuine().arrivals(), before)
        self.assertFalse(os.path.exists(self.box.env["XDG_STATE_HOME"]))

    def test_none(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        result = self.manage("keys", status=1)
        self.assertIn("there is no SSH key to offer", result.stderr)
        self.assertEqual(self.report("keys", status=1)["keys"], [])

    def test_comment_that_would_move_the_cursor(self):
        path = self.box.key.path + ".pub"
        self.box.write(path, self.box.read(path).decode().rsplit(" ", 1)[0] + " a\x1b[2Jb\n", 0o644)
        said = self.manage("keys", "--verbose", status=0).stdout
        self.assertIn(self.box.key.fingerprint, said)
        self.assertNotIn("\x1b", said)

    def test_agent_that_is_gone(self):
        result = self.manage("keys", status=0, env={"SSH_AUTH_SOCK": self.box.path("gone")})
        self.assertIn("the ssh-agent cannot be reached", result.stderr)


if __name__ == "__main__":
    unittest.main()
