"""What git hf-ssh prints: for a person and for a program the same, as git-hf-ssh(1) describes it, in
80 columns, into a pipe, at a narrow terminal, without colour where none is wanted."""

import json
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from schema import PAGE, Schema      # noqa: E402
from verb_table import command, verbs      # noqa: E402

# Members that say the same in the text, wherever it wraps.
SHOWN = ("name", "account", "url", "command", "found", "line", "problem")
TELLING = r"SHA256:[A-Za-z0-9+/]{43}|\bgit@hf\.co:\S+[\w]"


def strings(value, name=""):
    """(member's name, text) of everything in a report."""
    if isinstance(value, dict):
        for inner, what in value.items():
            yield from strings(what, inner)
    elif isinstance(value, list):
        for what in value:
            yield from strings(what, name)
    elif isinstance(value, str):
        yield name, value


def squeezed(text):
    return " ".join(text.split())


class ReportsTest(ManagerCase):
    """Each situation is made twice, once for the text and once for JSON."""

    schema = Schema()

    def make(self, prepare):
        self.box = self.sandbox()
        self.hub.add_account("alice", self.box.key)
        self.box.register("path")
        self.box.git("init", "-q", "repo")
        self.box.git("remote", "add", "origin", "git@hf.co:alice/model", cwd="repo")
        return prepare(self.box) if prepare else {}

    def both(self, *words, prepare=None, status=None, cwd="repo", **options):
        """The report; it says the same in both forms."""
        extra = self.make(prepare) or {}
        made = [word.format(**extra) if "{" in word else word for word in words]
        text = self.box.run("git", "hf-ssh", *made, cwd=cwd, **options)
        extra = self.make(prepare) or {}
        made = [word.format(**extra) if "{" in word else word for word in words]
        result = self.box.run("git", "hf-ssh", *made, "--json", cwd=cwd, **options)
        self.assertEqual(text.status, result.status, (text, result))
        if status is not None:
            self.assertEqual(text.status, status, text)
        self.assertNotEqual(result.status, 129, result)
        report = json.loads(result.stdout)
        self.assertEqual(self.schema.problems(report), [], result)
        if "error" not in report:
            self.assert_same(text, report)
        return report

    def assert_same(self, text, report):
        """What the text has is in JSON, and the other way round; apart from what differs between
        two sandboxes."""
        def blurred(words):
            words = re.sub(r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:…", words)
            words = re.sub(r"AAAA[A-Za-z0-9+/=]+", "AAAA…", words)
            words = re.sub(r"/tmp/hfs-\w+/b\d+\b", "/…", words)
            return re.sub(r"\b\d+ ms\b", "… ms", words)
        said = squeezed(blurred(text.stdout + text.stderr).replace(self.box.home, "~"))
        known = squeezed(blurred(json.dumps(report, ensure_ascii=False)))
        for found in set(re.findall(TELLING, text.stdout)):
            self.assertIn(blurred(found).rstrip(".,"), known, text)
        for name, value in strings(dict(report, command=None)):
            if name in SHOWN and value != "anonymous":
                self.assertIn(squeezed(blurred(value).replace(self.box.home, "~")), said)
        for line in text.stdout.splitlines():
            if " " in line.strip() and not re.search(r"/|SHA256|AAAA|^git config ", line):
                self.assertLessEqual(len(line), 80, line)
        self.assertTrue(text.stdout.isascii(), text)

    # how it is printed ----------------------------------------------------------------------------

    def test_first_line_alone(self):
        for verb in verbs(self.box):
            with self.subTest(verb=verb):
                self.make(None)
                words = " ".join("'%s'" % word for word in command(self.box, verb))
                alone = self.box.run("git-hf-ssh", *command(self.box, verb), cwd="repo")
                self.make(None)
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

    # what it says ---------------------------------------------------------------------------------

    def every(self, verb, *excused, kinds=()):
        """Every member that the page lists for VERB was met, with a value and where it may be null
        without one, but those excused; the members of a kind of object where it is named."""
        self.assertEqual(sorted(set(self.schema.unseen(verb, kinds)) - set(excused)), [])

    def test_every_verb_has_a_test(self):
        self.assertEqual(set(self.schema.members), set(verbs(self.box)))
        with open(__file__, encoding="utf-8") as file:
            tested = set(re.findall(r'\bself\.every\("([a-z -]+)"', file.read()))
        self.assertEqual(tested, set(verbs(self.box)))

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
        self.both("whoami", "--all", prepare=lambda box: box.make_key("locked", passphrase="x"),
                  status=0)
        self.every("whoami")

    def test_use(self):
        self.both("use", "~/.ssh/id_ed25519", status=0)
        self.both("use", "~/.ssh/id_ed25519", "--for", "acme", status=0)
        self.both("use", "~/.ssh/gone", status=2)
        self.every("use")

    def test_forget(self):
        self.both("forget", "--all", prepare=lambda box: (
            box.git("clone", "-q", "git@hf.co:alice/model", "c"),
            box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="c"),
            box.git("push", "-q", cwd="c"), box.git("hf-ssh", "whoami"))[:0] or None, status=0)
        self.both("forget", "nobody", status=1)
        self.every("forget", "keys[].account (null)")

    def test_host_keys(self):
        host_key = self.hub.host_key("ed25519", "another").public

        def own(box):
            box.write(os.path.join(box.env["XDG_CONFIG_HOME"], "hf-ssh", "known_hosts"),
                      "hf.co nonsense\n@revoked hf.co %s\nhf.co %s\n" % (
                          self.hub.host_key("rsa", "lost").public, host_key))
        for words in (("host-keys",), ("host-keys", "list")):
            self.both(*words, prepare=own, status=0)
            self.both(*words, "--known-hosts", status=0)
        self.every("host-keys", kinds=("host key",))
        self.every("host-keys list")

    def test_host_keys_changed(self):
        one = self.hub.host_key("ed25519", "another").public

        def added(box):
            box.git("hf-ssh", "host-keys", "add", "hf.co " + one)

        def revoked(box):
            box.git("hf-ssh", "host-keys", "revoke", "hf.co " + one)
        unknown = self.hub.host_key("ecdsa", "nobody").fingerprint
        published = "SHA256:uqjYymysBGCXXiMVebB8L8RIuWbPSKGBxQQNhcT5a3Q"
        self.both("host-keys", "add", "hf.co " + one, status=0)
        self.both("host-keys", "add", "hf.co " + one, prepare=added, status=0)
        self.both("host-keys", "add", published, status=0)
        self.both("host-keys", "add", unknown, status=1)
        self.both("host-keys", "add", "hf.co " + one, prepare=revoked, status=2)
        self.both("host-keys", "revoke", "hf.co " + one, status=0)
        self.both("host-keys", "revoke", published, status=0)
        self.both("host-keys", "revoke", unknown, status=1)
        self.both("host-keys", "remove", "hf.co " + one, prepare=added, status=0)
        self.both("host-keys", "remove", "@revoked hf.co " + one, prepare=revoked, status=0)
        self.both("host-keys", "remove", "hf.co " + one, status=1)
        genuine = self.hub.host_key("ed25519").known_hosts_line().strip()
        self.both("host-keys", "remove", genuine, status=0, prepare=lambda box: box.write(
            os.path.join(box.env["XDG_CONFIG_HOME"], "hf-ssh", "known_hosts"), genuine + "\n"))
        self.every("host-keys add")
        self.every("host-keys revoke", "host_keys[].file", "host_keys[].line")  # not any more
        self.every("host-keys remove")

    def by_proxy(self, box):
        way = box.script("way", "#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/$1\n"
                                "cat <&3 &\ncat >&3\nkill $!\n")
        box.point_at(9, extra="Host hf.co\n    ProxyCommand '%s' %d\n" % (
            way, self.hub.genuine().port))

    def test_host_keys_check(self):
        self.both("host-keys", "check", status=0)
        self.both("host-keys", "check", status=1, prepare=lambda box: box.point_at(
            self.hub.impostor("ed25519")))
        self.both("host-keys", "check", status=2, prepare=lambda box: box.point_at(9))
        self.both("host-keys", "check", status=0, prepare=self.by_proxy)
        # what only servers that are not OpenSSH's do: tests/unit/presented_keys_test.cpp
        self.every("host-keys check", *["host_keys[]." + name for name in (
            "note", "fingerprint (null)", "key (null)", "state (null)")],
                   kinds=("presented key",))

    def test_explain(self):
        def crowd(box):
            box.make_key("id_work")
            box.git("config", "hf-ssh.acme.identity", "~/.ssh/gone", cwd="repo")
            box.git("config", "hf-ssh.probe", "auto", cwd="repo")
            box.git("remote", "add", "acme", "git@hf.co:acme/model", cwd="repo")
            box.git("remote", "add", "other", "git@github.com:acme/model", cwd="repo")
            box.git("remote", "add", "none", "git@hf.co:", cwd="repo")
            box.write("repo/.gitattributes", "*.bin filter=lfs\n")
            box.git("config", "lfs.url", "git@hf.co:alice/large", cwd="repo")
            box.write("repo/.lfsconfig", "[lfs]\n\tpushurl = git@hf.co:alice/larger\n")
            box.git("-c", "protocol.file.allow=always", "submodule", "add", "-q",
                    "git@hf.co:alice/model", "sub", cwd="repo")
            box.git("add", ".gitattributes", cwd="repo")
            box.git("hf-ssh", "whoami", cwd="repo")

        def bare(box):
            box.git("init", "-q", "--bare", "bare.git")
            box.git("remote", "add", "origin", "git@hf.co:gpt2", cwd="bare.git")

        def strange(box):
            box.git("init", "-q", "--object-format=sha256", "new")
            box.git("remote", "add", "origin", "git@hf.co:", cwd="new")
        self.both("explain", status=1, prepare=crowd)
        self.both("explain", "alice/model", status=0)
        self.both("explain", status=2, cwd=".")
        self.both("explain", prepare=bare, cwd="bare.git", status=0)
        self.both("explain", prepare=strange, cwd="new", status=0)
        self.both("explain", status=0, prepare=self.by_proxy)
        self.every("explain", kinds=("reason",))

    def test_access(self):
        self.both("access", status=0)
        self.both("access", "--all-keys", prepare=lambda box: box.make_key("x", passphrase="x"))
        self.both("access", "git@hf.co:alice/data", status=1)
        self.both("access", prepare=lambda box: self.hub.add_stranger(box.key), status=1)
        self.both("access", "git@hf.co:a/b/c/d", status=1)
        self.every("access")

    def test_keys_check(self):
        self.both("keys", "check", status=0)
        self.both("keys", "check", "~/.ssh/gone", status=1)
        self.both("keys", "check", prepare=lambda box: self.hub.add_stranger(box.key), status=1)
        self.both("keys", "check", "--open", prepare=self.desktop, status=1)
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

    def test_setup(self):
        def local(box):
            box.git("config", "core.sshCommand", "ssh -v", cwd="repo")

        def other(box):
            box.git("config", "--global", "core.sshCommand", "/gone/bin/hf-ssh --via 'ssh -v'")
        self.both("setup", status=0)
        self.both("setup", prepare=other, status=0)
        self.both("setup", "--dry-run", "--known-hosts", prepare=other, status=0)
        self.both("setup", "--print-env", status=0)
        self.both("setup", prepare=local, status=0)
        self.both("setup", "--local", status=0, env={"GIT_SSH_COMMAND": "ssh -v"})
        self.every("setup", kinds=("change",))

    def test_unsetup(self):
        self.both("unsetup", prepare=lambda box: box.git("hf-ssh", "setup"), status=0)
        self.both("unsetup", prepare=lambda box: box.git("hf-ssh", "setup", "--known-hosts"))
        self.both("unsetup", "--purge", prepare=lambda box: box.git("hf-ssh", "whoami"), status=0)
        self.every("unsetup")

    def test_doctor(self):
        def warned(box):
            box.env["HF_TOKEN"] = "x"
            box.script("git-xet", "#!/bin/sh\n")
            box.write(os.path.join(box.home, ".netrc"), "machine huggingface.co password x\n")
        checks = self.both("doctor", timeout=60)["checks"]
        checks += self.both("doctor", "--offline", prepare=warned)["checks"]
        checks += self.both("doctor", prepare=lambda box: box.git(
            "lfs", "install", "--skip-repo"), status=0)["checks"]
        self.every("doctor", kinds=("check",))
        with open(PAGE, encoding="utf-8") as file:
            told = file.read().split("The checks, in this order:")[1].split("\n.El\n")[0]
        told = set(" , ".join(re.findall(r"^\.It Cm (.+)$", told, flags=re.M)).split(" , "))
        self.assertEqual(told, {check["name"] for check in checks})


if __name__ == "__main__":
    unittest.main()
