"""The key that somebody named for this command: typed, in the environment, by an ssh_config alias.
Nothing comes before it, and nothing stands in for it."""

import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase, compare  # noqa: E402
from impostor import CONNECT  # noqa: E402

tearDownModule = compare


class NamedCase(IdentityCase):
    def setUp(self):
        super().setUp()
        self.work = self.make("work", "acme")
        # What would lead elsewhere, if it counted.
        self.remember(self.box.key, "alice")
        self.remember(self.work, "acme")

    def typed(self, key, form="-i %s"):
        return form % shlex.quote(key.path)


class TypedTest(NamedCase):
    def test_identity_flag(self):
        """Before the environment, the settings, the configuration, and what is known."""
        self.git_settings("acme.identity = ~/.ssh/work", "identity = ~/.ssh/work")
        self.ssh_configuration("Host hf.co\n    IdentityFile %s" % self.work.path)
        env = {"HF_SSH_IDENTITY": self.work.path, "HF_SSH_ACCOUNT": "acme"}
        self.assert_served(self.box.key, 1, options=self.typed(self.box.key), env=env)

    def test_option(self):
        self.assert_served(self.box.key, 1, options=self.typed(self.box.key, "-o IdentityFile=%s"))

    def test_first_of_several(self):
        options = self.typed(self.box.key) + " " + self.typed(self.work)
        self.assert_served(self.box.key, 1, options=options)

    def test_public_half_of_a_key_in_the_agent(self):
        self.box.agent(self.work, self.box.key)
        options = self.typed(self.box.key) + ".pub"
        self.assert_served(self.box.key, 1, options=options)

    def test_missing(self):
        """ssh would fall back to its defaults."""
        self.assert_nothing_tried(self.ask(options="-i ~/.ssh/gone"), "there is no key ~/.ssh/gone")


class EnvironmentTest(NamedCase):
    def test_path(self):
        self.git_settings("acme.identity = ~/.ssh/work")
        self.assert_served(self.box.key, 2, env={"HF_SSH_IDENTITY": "~/.ssh/id_ed25519"})

    def test_fingerprint_of_a_file(self):
        self.git_settings("acme.account = acme")
        self.assert_served(self.box.key, 2, env={"HF_SSH_IDENTITY": self.box.key.fingerprint})

    def test_fingerprint_in_the_agent(self):
        token = self.make("token", "carol")
        self.in_agent_only(self.make("other", "dora"), token)
        self.assert_served(token, 2, env={"HF_SSH_IDENTITY": token.fingerprint})

    def test_identity_before_account_before_key(self):
        key = self.box.read(self.work.path).decode()
        env = {"HF_SSH_IDENTITY": self.box.key.path, "HF_SSH_ACCOUNT": "acme", "HF_SSH_KEY": key}
        self.assert_served(self.box.key, 2, env=env)
        env = {"HF_SSH_ACCOUNT": "alice", "HF_SSH_KEY": key}
        self.assert_served(self.box.key, 2, env=env)

    def test_account(self):
        self.assert_served(self.box.key, 2, env={"HF_SSH_ACCOUNT": "alice"})

    def test_unknown_account(self):
        self.assert_nothing_tried(self.ask(env={"HF_SSH_ACCOUNT": "nobody"}), "account nobody",
                                  "HF_SSH_ACCOUNT", "hint: ")

    def test_unknown_fingerprint(self):
        self.assert_nothing_tried(self.ask(env={"HF_SSH_IDENTITY": "SHA256:" + "A" * 43}),
                                  "no key here has the fingerprint", "no ssh-agent")

    def test_key_text(self):
        """Of a key that no file has, before an alias and a setting."""
        carol = self.make("carol", "carol")
        text = self.box.read(carol.path).decode()
        os.remove(carol.path)
        self.git_settings("acme.identity = ~/.ssh/work")
        self.assert_served(carol, 2, env={"HF_SSH_KEY": text})


class AliasTest(NamedCase):
    def alias(self, text):
        """hf-work is an alias of hf.co, in a configuration with TEXT."""
        connect = self.box.script("connect", CONNECT)
        self.ssh_configuration("Host hf-work\n    HostName hf.co\n    ProxyCommand %s %d\n%s" % (
            connect, self.hub.genuine().port, text))

    def test_own_identity(self):
        """Before the setting for the namespace, and the key known for it."""
        self.git_settings("acme.identity = ~/.ssh/work")
        self.alias("    IdentityFile %s" % self.box.key.path)
        self.assert_served(self.box.key, 3, url="git@hf-work:acme/corpus")

    def test_no_identity(self):
        self.alias("")
        self.assert_served(self.work, 5, url="git@hf-work:acme/corpus")

    def test_identity_that_every_host_has(self):
        self.alias("Host *\n    IdentityFile %s" % self.box.key.path)
        self.assert_served(self.work, 5, url="git@hf-work:acme/corpus")

    def test_own_identity_is_missing(self):
        self.alias("    IdentityFile ~/.ssh/gone")
        self.assert_nothing_tried(self.ask("git@hf-work:acme/corpus"), "~/.ssh/gone",
                                  "IdentityFile of hf-work")


if __name__ == "__main__":
    unittest.main()
