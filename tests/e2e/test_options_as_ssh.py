"""What is asked of ssh itself (its version, its usage, its configuration) hf-ssh answers as ssh."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402

ABOUT_SSH = [
    ["-V"], ["-V", "git@hf.co"], ["-vV"], ["-Q", "cipher"], ["-Q", "key"], ["-Q", "help"],
    ["-Q", "nonsense"], ["-Qmac", "hf.co"],
]
MISTAKES = [
    [], ["-Z"], ["-Z", "git@hf.co"], ["-4Z", "git@hf.co", "x"], ["git@hf.co", "-Z", "x"],
    ["-o"], ["-p"], ["-4p"], ["git@hf.co", "-i"], ["--nonsense", "hf.co"],
    ["ssh://"], ["ssh://-oProxyCommand=x/"], ["ssh://git@hf.co:x"], ["ssh://git%zz@hf.co"],
    ["git@"], ["--"], [""],
]


class AsSshTest(HubCase):
    def both(self, *words):
        """hf-ssh's Result, that of ssh being the same."""
        ours, plain = self.box.hf(*words), self.box.ssh(*words, config=self.box.ssh_config)
        self.assertEqual((ours.status, ours.out, ours.err), (plain.status, plain.out, plain.err))
        return ours

    def test_about_ssh(self):
        for words in ABOUT_SSH:
            with self.subTest(words):
                self.both(*words)

    def test_mistakes(self):
        for words in MISTAKES:
            with self.subTest(words):
                result = self.both(*words)
                self.assertEqual((result.status, result.out), (255, b""))
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_configuration_of_another_host(self):
        for words in (["-G", "other"], ["-G", "-p", "7", "-l", "me", "-oCompression=yes", "x.org"],
                      ["-TG", "ssh://me@other:2222"], ["other", "-G"]):
            with self.subTest(words):
                self.assertIn(b"\nhostname ", b"\n" + self.both(*words).out)


class ConfigurationTest(HubCase):
    def settings(self, *words):
        result = self.assert_ok(self.box.hf("-G", *words))
        self.assertEqual(result.err, b"")
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        found = {}
        for line in result.stdout.splitlines():
            keyword, _, value = line.partition(" ")
            found.setdefault(keyword, []).append(value)
        return found

    def test_closed(self):
        self.box.make_key("id_rsa", "rsa")
        self.box.point_at(self.hub.genuine(), extra="StrictHostKeyChecking no\nCompression yes\n"
                          "UserKnownHostsFile ~/.ssh/known_hosts\nForwardAgent yes\n")
        for words in (["hf.co"], ["git@huggingface.co"], ["-oStrictHostKeyChecking=no", "hf.co"],
                      ["hf.co", "-oUserKnownHostsFile=/tmp/x", "git-upload-pack 'alice/model'"]):
            with self.subTest(words):
                found = self.settings(*words)
                self.assertIn(found["stricthostkeychecking"], (["true"], ["yes"]))
                self.assertEqual(found["identityfile"], [self.box.key.path])
                self.assertEqual(found["userknownhostsfile"], ["/dev/null"])
                self.assertEqual(found["forwardagent"], ["no"])
                self.assertEqual(found["compression"], ["yes"])  # carried over
                self.assertEqual(found["user"], ["git"])
                self.assertIn("/known-hosts", found["knownhostscommand"][0])

    def test_typed_identity(self):
        key = self.box.make_key("typed")
        self.assertEqual(self.settings("-i", key.path, "hf.co")["identityfile"], [key.path])


class ProbeTest(HubCase):
    """git asks a program that is not called ssh whether it takes OpenSSH's options."""

    def probe(self, program, *words, stdout=subprocess.DEVNULL):
        return subprocess.run([program, *words], env=self.box.env, cwd=self.box.work,
                              stdin=subprocess.DEVNULL, stdout=stdout,
                              stderr=subprocess.DEVNULL, check=False, timeout=10).returncode

    def test_yes_under_any_name(self):
        """… without asking anybody else: neither git nor the ssh is run."""
        self.box.script("git", "#!/bin/sh\ntouch '%s'\n" % self.box.path("ran"))
        self.box.script("ssh", "#!/bin/sh\ntouch '%s'\n" % self.box.path("ran"))
        for name in ("hf-ssh", "myssh", "x"):
            program = os.path.join(self.box.bin, name)
            if name != "hf-ssh":
                os.symlink("hf-ssh", program)
            for words in (["-o", "SendEnv=GIT_PROTOCOL", "git@hf.co"], ["-p", "22", "hf.co"],
                          ["-4", "-o", "SendEnv=GIT_PROTOCOL", "other"]):
                with self.subTest(name=name, words=words):
                    self.assertEqual(self.probe(program, "-G", *words), 0)
        self.assertFalse(os.path.exists(self.box.path("ran")))

    def test_a_wrapper_answers_for_itself(self):
        """An underlying command that is not called ssh may be one that knows no -G."""
        for status in (0, 1):
            script = self.box.script("wrapper", "#!/bin/sh\nexit %d\n" % status)
            self.box.env["HF_SSH_COMMAND"] = script
            self.assertEqual(self.probe(self.box.hf_ssh, "-G", "other"), status)

    def test_git_under_any_name(self):
        """Protocol v2 and a port need a yes."""
        os.symlink("hf-ssh", os.path.join(self.box.bin, "myssh"))
        self.box.register("path")
        self.box.git("config", "--global", "core.sshCommand", "myssh")
        self.box.git("ls-remote", "ssh://git@hf.co:%d/alice/model" % self.hub.genuine().port)
        self.assertEqual(self.last()["protocol"], "version=2")


if __name__ == "__main__":
    unittest.main()
