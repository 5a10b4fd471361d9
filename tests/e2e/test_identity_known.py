"""Nobody named a key: what is known of the keys decides, then the ssh configuration, then an order in
which a key that hf.co does not know comes last."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase, compare  # noqa: E402
from standin import in_time  # noqa: E402

tearDownModule = compare


class AccountTest(IdentityCase):
    """Rule 5: the key whose account is the namespace."""

    def setUp(self):
        super().setUp()
        self.work = self.make("work", "acme")

    def test_found_by_asking(self):
        self.assert_served(self.work, 5)
        self.assert_served(self.box.key, 5, url="git@hf.co:alice/model")

    def test_stranger_first_in_the_agent(self):
        stranger = self.make("stranger")
        self.box.agent(stranger, self.box.key, self.work)
        self.assert_served(self.work, 5)

    def test_only_in_the_agent(self):
        self.in_agent_only(self.make("first", "carol"), self.work)
        self.assert_served(self.work, 5)

    def test_before_the_ssh_configuration(self):
        self.ssh_configuration("Host hf.co\n    IdentityFile %s" % self.box.key.path)
        self.assert_served(self.work, 5)

    def test_before_an_identity_of_the_underlying_command(self):
        self.assert_served(self.work, 5, via="ssh -i " + self.box.key.path)

    def test_before_what_was_learned(self):
        self.remember(self.box.key, "alice")
        self.remember(self.work, "acme")
        entry = '{"version": 1, "namespace": "acme", "key": "%s", "when": "2024-05-06T07:08:09Z"}'
        self.box.write(self.state("namespaces", "acme.json"), entry % self.box.key.fingerprint)
        self.assert_served(self.work, 5)

    def test_whatever_the_case(self):
        self.hub.add_repository("ACME/loud")
        self.assert_served(self.work, 5, url="git@hf.co:ACME/loud")

    def test_one_that_is_ready_before_one_that_is_locked(self):
        locked = self.make("id_ecdsa", "acme", "ecdsa", passphrase="secret")
        self.remember(locked, "acme")
        self.assert_served(self.work, 5)


class LearnedTest(IdentityCase):
    """Rule 6: an organisation's namespace is nobody's account."""

    def setUp(self):
        super().setUp()
        self.bob = self.make("bob", "bob")
        self.remember(self.box.key, "alice")
        self.remember(self.bob, "bob")

    def push(self, key):
        env = {"GIT_SSH_COMMAND": self.command(), "HF_SSH_IDENTITY": key.path}
        if not os.path.isdir(self.box.path("work", "clone")):
            self.box.git("clone", "-q", "git@hf.co:org/model", "clone", env=env)
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.box.git("push", "-q", cwd="clone", env=env)

    def test_by_a_push(self):
        self.assert_served(self.box.key, 8, url="git@hf.co:org/model")
        self.push(self.bob)
        self.assert_served(self.bob, 6, url="git@hf.co:org/model")

    def test_before_the_ssh_configuration(self):
        self.push(self.bob)
        self.ssh_configuration("Host hf.co\n    IdentityFile %s" % self.box.key.path)
        self.assert_served(self.bob, 6, url="git@hf.co:org/model")

    def test_not_one_that_became_anonymous(self):
        self.push(self.bob)
        self.hub.add_stranger(self.bob)
        self.remember(self.bob, "anonymous")
        self.assert_served(self.box.key, 8, url="git@hf.co:org/model")

    def test_a_fetch_teaches_nothing(self):
        self.ask("git@hf.co:org/model", env={"HF_SSH_IDENTITY": self.bob.path})
        self.assertEqual(self.last()["account"], "bob")
        self.assertFalse(os.path.exists(self.state("namespaces")))


class ConfigurationTest(IdentityCase):
    """Rule 7."""

    def setUp(self):
        super().setUp()
        self.work = self.make("work", "carol")

    def test_identity_file(self):
        self.ssh_configuration("Host hf.co\n    IdentityFile ~/.ssh/%s" % "work")
        self.assert_served(self.work, 7)

    def test_tilde_is_the_home_of_the_passwd_entry(self):
        """For ssh, whatever HOME is: sudo -E, or a container's."""
        self.make("tilde", "wrong")
        theirs = self.make(os.path.join(self.box.folder("theirs", ".ssh"), "tilde"), "right")
        self.ssh_configuration("Host hf.co\n    IdentityFile ~/.ssh/tilde")
        self.box.own_passwd_entry(home=self.box.path("theirs"))
        self.assert_served(theirs, 7)

    def test_first_file_that_hf_co_knows(self):
        stranger = self.make("stranger")
        self.ssh_configuration("Host hf.co\n    IdentityFile %s\n    IdentityFile %s" % (
            stranger.path, self.work.path))
        self.assert_served(self.work, 7)

    def test_identity_of_the_underlying_command(self):
        self.assert_served(self.work, 7, via="ssh -i %s -o IdentitiesOnly=yes" % self.work.path)


class OrderTest(IdentityCase):
    """Rule 8."""

    def test_single_key(self):
        result = self.assert_served(self.box.key, 8)
        self.assertEqual(result.err, b"")

    def test_known_to_be_anonymous_comes_last(self):
        self.hub.add_stranger(self.box.key)
        work = self.make("work", "carol")
        self.assert_served(work, 8)
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: "anonymous",
                                             work.fingerprint: "carol"})

    def test_default_names_before_others(self):
        self.git_settings("probe = never")
        self.make("a-key", "carol")
        ecdsa = self.make("id_ecdsa", "dora", "ecdsa")
        self.assert_served(self.box.key, 8)
        os.remove(self.box.key.path)
        self.assert_served(ecdsa, 8)

    def test_locked_one_last_without_a_terminal(self):
        self.git_settings("probe = never")
        locked = self.box.key.path
        os.remove(locked)
        os.remove(locked + ".pub")
        self.make("id_ed25519", "alice", passphrase="secret")
        work = self.make("work", "carol")
        self.assert_served(work, 8)

    def test_only_a_locked_one_without_a_terminal(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.make("id_ed25519", "alice", passphrase="secret")
        result = self.ask()
        self.assert_failed(result, "the key could not be unlocked: its passphrase cannot be asked for here",
                           "ssh-add ")
        self.assertLess(result.seconds, in_time(10))

    def test_no_key(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.assert_nothing_tried(self.ask(), "there is no SSH key to offer", "hint: ")

    def test_never_dsa_or_short_rsa(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.make("id_rsa", "alice", "rsa1024")
        self.assert_nothing_tried(self.ask(), "never offered")

    def test_damaged_memory(self):
        work = self.make("work", "acme")
        self.remember(self.box.key, "alice")
        damaged = self.remember(work, "acme")
        self.box.write(damaged, "{" * 100000, 0o600)
        self.assert_served(work, 5)  # asked again
        self.assertIn('"acme"', self.box.read(damaged).decode())
        self.assertEqual([name for name in os.listdir(os.path.dirname(damaged))
                          if not name.endswith(".json")], [])

    def test_memory_that_others_can_write(self):
        work = self.make("work", "acme")
        self.remember(self.box.key, "alice")
        self.remember(work, "acme")
        self.assert_served(work, 5)
        os.chmod(self.state(), 0o777)
        result = self.ask()
        self.assertEqual(result.stderr.count("ignoring "), 1, result.stderr)
        self.assertIn("can be written by others (mode 0777)", result.stderr)
        os.chmod(self.state(), 0o700)
        self.assertNotIn("ignoring", self.assert_served(work, 5).stderr)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_home_of_another_user(self):
        """As `sudo -E git`: nothing is written there."""
        self.make("work", "acme")
        os.chown(self.box.home, 65534, 65534)
        self.ask()
        self.assertFalse(os.path.exists(self.state()))
        os.chown(self.box.home, 0, 0)
        self.ask()
        self.assertTrue(os.path.exists(self.state()))


if __name__ == "__main__":
    unittest.main()
