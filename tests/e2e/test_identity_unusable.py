"""A key that this ssh would not offer is not chosen: another key is, or the reason is given."""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase  # noqa: E402

# As OpenSSH 10.5 answers -G (ssh_config(5) of 10.5p1, IdentityFile): it lists
# id_mldsa44_ed25519 last among its default identities, and neither id_xmss nor id_dsa.
SSH_10_5 = """#!/bin/sh
case " $* " in *" -G "*) ;; *) exec ssh "$@" ;; esac
output=$(ssh "$@") || exit
printf '%s\\n' "$output" | awk '
    /^identityfile .*id_(xmss|dsa)$/ { next }
    { print }
    /^identityfile .*\\/id_ed25519_sk$/ { print "identityfile ~/.ssh/id_mldsa44_ed25519" }'
"""


class UnusableCase(IdentityCase):
    def register(self):
        self.box.git("config", "--global", "core.sshCommand",
                     "%s --via '%s'" % (self.box.hf_ssh, self.box.ssh_command()))


class RuledOutTest(IdentityCase):
    """By PubkeyAcceptedAlgorithms or RequiredRSASize."""

    def test_another_key_is_chosen(self):
        other = self.make("id_ecdsa", "bob", "ecdsa")
        self.ssh_configuration("PubkeyAcceptedAlgorithms ecdsa-sha2-*,rsa-sha2-512")
        self.assert_ok(self.ask())
        self.assertEqual(self.last()["fingerprint"], other.fingerprint)
        self.assertEqual(self.hub.genuine().offers()[-1], [other.fingerprint])

    def test_no_other_key(self):
        self.ssh_configuration("PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256")
        self.assert_nothing_tried(self.ask(), "PubkeyAcceptedAlgorithms does not include "
                                  "ssh-ed25519")

    def test_named(self):
        self.make("id_ecdsa", "bob", "ecdsa")
        rsa = self.make("work", "acme", "rsa")
        self.git_settings("identity = ~/.ssh/work")
        self.ssh_configuration("RequiredRSASize 8192")
        self.assert_nothing_tried(self.ask(), "~/.ssh/work", "RequiredRSASize")
        self.ssh_configuration("RequiredRSASize 2048")
        self.assert_served(rsa, 4)


class AgentOfTheWrapperTest(IdentityCase):
    """A wrapper script sets SSH_AUTH_SOCK: hf-ssh cannot see that agent's keys, and says so."""

    def setUp(self):
        super().setUp()
        self.box.agent(self.box.key)
        self.socket = self.box.env.pop("SSH_AUTH_SOCK")
        os.remove(self.box.key.path)
        self.wrapper = self.box.script("with-agent", "#!/bin/sh\nexport SSH_AUTH_SOCK=%s\n"
                                       'exec %s "$@"\n' % (self.socket, self.box.ssh_command()))

    def assert_named(self, said):
        self.assertIn("with-agent, sets SSH_AUTH_SOCK itself", " ".join(said.split()))
        self.assertNotIn("keys new", said)
        self.assertIn("IdentityAgent", said)

    def test_named(self):
        for without in ((), (".pub",)):
            for suffix in without:
                os.remove(self.box.key.path + suffix)
            for via in (self.wrapper, "env SSH_AUTH_SOCK=%s %s" % (self.socket,
                                                                   self.box.ssh_command())):
                with self.subTest(without=without, via=via):
                    result = self.box.hf("git@hf.co", "git-upload-pack 'alice/model'", via=via)
                    self.assertEqual(result.status, 255, result)
                    self.assert_named(result.stderr.replace("run, ssh,", "run, with-agent,"))
        result = self.box.hf("git@hf.co", via=self.wrapper, env={"SSH_AUTH_SOCK": self.socket})
        self.assertIn("Hi alice", result.stdout)  # the hint's first half

    def test_the_manager(self):
        os.remove(self.box.key.path + ".pub")
        self.box.git("config", "--global", "core.sshCommand",
                     "%s --via %s" % (self.box.hf_ssh, self.wrapper))
        for words in (["whoami"], ["whoami", "--all"], ["keys"], ["doctor"], ["keys", "check"],
                      ["explain", "git@hf.co:alice/model"]):
            with self.subTest(words):
                result = self.box.git("hf-ssh", *words, check=False)
                self.assertNotEqual(result.status, 0, result)
                self.assert_named(result.stdout + result.stderr)


class UnreadableTest(UnusableCase):
    def rewrite(self, text):
        self.box.write(self.box.key.path, text, 0o600)

    def assert_repaired(self, result, word):
        self.assert_nothing_tried(result, word, "ssh cannot read it")
        command = re.search(r"hint: (?:.*?: )?((?:printf|echo) .*)", result.stderr).group(1)
        subprocess.run(["sh", "-c", command], check=True, env=self.box.env)
        self.assertEqual(self.box.read(self.box.key.path), self.whole)
        self.assertEqual(os.stat(self.box.key.path).st_mode & 0o777, 0o600)
        self.assert_served(self.box.key, 8)

    def test_each_form(self):
        self.whole = self.box.read(self.box.key.path)
        for text, word in ((self.whole.replace(b"\n", b"\r\n"), "CRLF"),
                           (self.whole.rstrip(b"\n"), "newline"),
                           (b"  " + self.whole.replace(b"\n", b"\n  "), "blanks"),
                           (self.whole.decode().encode("utf-16"), "UTF-16"),
                           (self.whole[:self.whole.index(b"-----END")], "END line")):
            with self.subTest(word):
                self.hub.forget()
                self.rewrite(text)
                self.assert_repaired(self.ask(), word)

    def test_no_other_is_proposed(self):
        """For a file that may be a key, whatever is the matter with it."""
        private = self.box.read(self.box.key.path)
        public = self.box.read(self.box.key.path + ".pub")
        def no_pair():
            self.rewrite(private)
            os.remove(self.box.key.path + ".pub")
            os.rename(self.box.key.path, os.path.join(self.box.home, ".ssh", "mine"))
        for change, word in ((lambda: self.rewrite(private[:200]), "damaged or cut short"),
                             (lambda: self.rewrite(b"PuTTY-User-Key-File-3: ssh-rsa\n"), "PuTTY"),
                             (lambda: self.rewrite(b""), "it is empty"), (no_pair, "no .pub")):
            with self.subTest(word):
                change()
                if word != "damaged or cut short" and os.path.exists(self.box.key.path + ".pub"):
                    os.remove(self.box.key.path + ".pub")
                result = self.assert_nothing_tried(self.ask(), word)
                self.assertNotIn("no SSH key", result.stderr)
                self.register()
                for words in (("keys",), ("keys", "check"), ("doctor", "--offline")):
                    told = self.box.run("git", "hf-ssh", *words)
                    self.assertNotEqual(told.status, 0)
                    self.assertIn(word, told.stdout + told.stderr)
                    self.assertNotIn("no SSH key", told.stdout + told.stderr)
                self.box.write(self.box.key.path + ".pub", public)
        os.remove(self.box.key.path + ".pub")
        hint = re.search("hint: use it: (.*)", result.stderr).group(1)
        self.box.run("sh", "-c", hint)
        self.assert_served(self.box.key, 4)

    def test_another_key_is_chosen(self):
        self.rewrite(self.box.read(self.box.key.path).replace(b"\n", b"\r\n"))
        other = self.make("other", "bob")
        self.assert_served(other, 8)


class DefaultListTest(IdentityCase):
    """The identities that ssh has by default are not configured ones, whatever its version."""

    def setUp(self):
        super().setUp()
        self.box.script("ssh105", SSH_10_5)
        self.locked = self.make("id_rsa", None, "rsa", "secret")

    def test_a_ready_key_that_is_known(self):
        self.remember(self.box.key, "alice")
        for via in ("ssh", "ssh105"):
            self.assert_served(self.box.key, 8, via=via)

    def test_in_doubt(self):
        """An IdentityFile of another host, or in a block that may be for hf.co."""
        self.remember(self.box.key, "alice")
        for line in ("Host elsewhere", "Match user nobody-here"):
            self.ssh_configuration(line + "\n    IdentityFile ~/.ssh/id_rsa")
            for via in ("ssh", "ssh105"):
                self.assert_served(self.box.key, 8, via=via)

    def test_configured_by_such_names(self):
        ecdsa = self.make("id_ecdsa", "bob", "ecdsa")
        self.remember(self.box.key, "alice")
        self.ssh_configuration("IdentityFile ~/.ssh/id_ecdsa\nIdentityFile ~/.ssh/id_ed25519")
        for via in ("ssh", "ssh105"):
            self.assert_served(ecdsa, 7, via=via)


class IdentitiesOnlyTest(UnusableCase):
    def test_other_keys_are_neither_offered_nor_asked_about(self):
        work, agents = self.make("work", "acme"), self.make("agents", "bob")
        self.box.agent(agents, work)
        os.remove(agents.path)
        os.remove(agents.path + ".pub")
        self.ssh_configuration("IdentitiesOnly yes")
        self.assert_served(self.box.key, 8)
        self.assertEqual(self.remembered(), {})
        self.ssh_configuration("IdentitiesOnly yes\nIdentityFile ~/.ssh/work")
        self.assert_served(work, 7)

    def test_the_configured_file_is_missing(self):
        self.ssh_configuration("IdentitiesOnly yes\nIdentityFile ~/.ssh/work")
        result = self.assert_nothing_tried(
            self.ask(), "there is no key ~/.ssh/work (IdentityFile in your ssh configuration), and "
            "IdentitiesOnly allows no other", "hint: make it: git hf-ssh keys new ~/.ssh/work")
        self.assertNotIn("no SSH key", result.stderr)
        self.register()
        for words in (("keys", "check"), ("doctor", "--offline"), ("keys",)):
            told = self.box.run("git", "hf-ssh", *words)
            self.assertIn("~/.ssh/work", told.stdout + told.stderr)
            self.assertNotIn("no SSH key", told.stdout + told.stderr)
        hint = re.search("hint: make it: (.*)", result.stderr).group(1)
        self.box.run("sh", "-c", hint + " --no-passphrase --no-agent --no-copy")
        self.assert_ok(self.ask())
        self.hub.forget()
        self.ssh_configuration("IdentitiesOnly yes\nIdentityFile none")
        self.assert_nothing_tried(self.ask(), "IdentitiesOnly yes, and IdentityFile none")


class AgentTest(IdentityCase):
    def setUp(self):
        super().setUp()
        self.key = self.box.key
        self.in_agent_only(self.key)

    def test_turned_off(self):
        self.ssh_configuration("IdentityAgent none")
        result = self.assert_nothing_tried(self.ask(), "IdentityAgent none turns the ssh-agent off")
        self.assertNotIn("keys new", result.stderr)
        self.ssh_configuration("")
        self.assert_served(self.key, 8)

    def test_not_there(self):
        result = self.assert_nothing_tried(self.ask(env={"SSH_AUTH_SOCK": self.box.path("gone")}),
                                           "the ssh-agent cannot be reached")
        self.assertNotIn("keys new", result.stderr)


if __name__ == "__main__":
    unittest.main()
