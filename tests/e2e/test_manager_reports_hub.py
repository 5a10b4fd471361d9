"""What git hf-ssh reports of hf.co, of repositories and of the whole chain: as text, as JSON and in
git-hf-ssh(1) the same."""

import os
import shutil
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from reporting import ReportingCase      # noqa: E402
from schema import MANUAL      # noqa: E402


class ReportsTest(ReportingCase):
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

    def by_mute(self, box):
        """An ssh that says what it would do, and does nothing."""
        box.env["HF_SSH_COMMAND"] = box.script("mute", (
            "#!/bin/sh\nfor word; do test \"$word\" = -G && exec ssh -F '%s' \"$@\"; done\n"
            % box.ssh_config))

    def by_quiet(self, box):
        """An ssh that does not say how it exchanges keys."""
        box.point_at(self.hub.impostor("ed25519"))
        box.env["HF_SSH_COMMAND"] = box.script("quiet", (
            "#!/bin/sh\nexec ssh -F '%s' -o LogLevel=QUIET \"$@\"\n" % box.ssh_config))

    def test_host_keys_check(self):
        self.both("host-keys", "check", status=0)
        self.both("host-keys", "check", status=1, prepare=lambda box: box.point_at(
            self.hub.impostor("ed25519")))
        self.both("host-keys", "check", status=2, prepare=lambda box: box.point_at(9))
        self.both("host-keys", "check", status=0, prepare=self.by_proxy)
        self.both("host-keys", "check", status=2, prepare=self.by_mute)
        self.both("host-keys", "check", status=1, prepare=self.by_quiet)
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

        def without_ssh(box):
            for name in ("git", "sh"):
                os.symlink(shutil.which(name), os.path.join(box.folder("tools"), name))
            box.env["PATH"] = box.bin + ":" + box.path("tools")

        def not_offered(box):
            box.point_at(self.hub.genuine(), "PubkeyAcceptedAlgorithms rsa-sha2-512\n")

        self.both("explain", "alice/model", status=0, prepare=without_ssh)
        self.both("explain", "alice/model", status=1, prepare=not_offered)
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

    def test_setup(self):
        def local(box):
            box.git("config", "core.sshCommand", "ssh -v", cwd="repo")

        def other(box):
            box.git("config", "--global", "core.sshCommand", "/gone/bin/hf-ssh --via 'ssh -v'")
        self.both("setup", status=0)
        self.both("setup", "--verbose", prepare=other, status=0)
        self.both("setup", "--dry-run", prepare=other, status=0)
        self.both("setup", "--print-env", status=0)
        self.both("setup", "--verbose", prepare=local, status=0)
        self.both("setup", "--local", "--verbose", status=0, env={"GIT_SSH_COMMAND": "ssh -v"})
        self.every("setup", "directory (null)", "path_line (null)", kinds=("change",))

    def test_unsetup(self):
        self.both("unsetup", "--verbose", prepare=lambda box: box.git("hf-ssh", "setup"), status=0)
        self.both("unsetup", "--purge", "--verbose", status=0,
                  prepare=lambda box: box.git("hf-ssh", "whoami"))
        self.every("unsetup")

    def test_doctor(self):
        def warned(box):
            box.env["HF_TOKEN"] = "x"
            box.script("git-xet", "#!/bin/sh\n")
            box.write(os.path.join(box.home, ".netrc"), "machine huggingface.co password x\n")
        reports = [self.both("doctor", "--verbose", timeout=60)["checks"],
                   self.both("doctor", "--offline", "--verbose", prepare=warned)["checks"]]
        # Whatever programs there are on PATH, GIT_SSH_COMMAND reaches them.
        reports.append(self.both("doctor", "--verbose", prepare=lambda box: box.git(
            "lfs", "install", "--skip-repo"), env={"GIT_SSH_COMMAND": "hf-ssh"},
                                 status=0)["checks"])
        self.every("doctor", kinds=("check",))
        with open(MANUAL, encoding="utf-8") as file:
            told = file.read().split("The checks, in this order:")[1].split("\n.El\n")[0]
        told = " , ".join(re.findall(r"^\.It Cm (.+)$", told, flags=re.M)).split(" , ")
        self.assertEqual(set(told), {check["name"] for report in reports for check in report})
        for report in reports:
            names = list(dict.fromkeys(check["name"] for check in report))
            self.assertEqual(names, sorted(names, key=told.index))


if __name__ == "__main__":
    unittest.main()
