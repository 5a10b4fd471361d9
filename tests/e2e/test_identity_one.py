"""Exactly one key is offered, the chosen one, whatever the agent, the ssh configuration and the files
beside the key have to add."""

import os
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase, compare  # noqa: E402
from native import openssh_only  # noqa: E402
from standin import in_time  # noqa: E402

tearDownModule = compare


class AgentTest(IdentityCase):
    def strangers(self, count):
        return [self.make("stranger%d" % number) for number in range(count)]

    def test_twelve_keys(self):
        work = self.make("work", "acme")
        keys = [*self.strangers(10), self.box.key, work]
        self.in_agent_only(*keys)
        for key in keys:
            self.remember(key, self.hub.state["accounts"].get(key.fingerprint, "anonymous"))
        self.assert_served(work, 5)
        self.assert_served(self.box.key, 5, url="git@hf.co:alice/model")

    def test_twenty_keys(self):
        """More than a server lets anybody try."""
        work = self.make("work", "acme")
        self.in_agent_only(*self.strangers(19), work)
        self.git_settings("acme.identity = " + work.fingerprint)
        self.assert_served(work, 4)

    def test_twenty_keys_and_one_file(self):
        self.in_agent_only(*self.strangers(20))
        self.git_settings("probe = never")
        self.assert_served(self.box.key, 8)

    def test_locked_file_of_a_key_in_the_agent(self):
        stranger = self.make("stranger")
        self.box.agent(stranger, self.box.key)
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", self.box.key.path],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.remove(stranger.path)
        self.git_settings("identity = ~/.ssh/id_ed25519")
        self.assert_served(self.box.key, 4)

    @openssh_only("the native transport adds no keys to an agent")
    def test_add_keys_to_agent(self):
        stranger = self.make("stranger")
        self.box.agent(stranger)
        self.ssh_configuration("Host *\n    AddKeysToAgent yes\n    IdentityFile %s"
                               % stranger.path)
        self.git_settings("identity = ~/.ssh/id_ed25519")
        self.assert_served(self.box.key, 4)
        self.assertIn(self.box.key.fingerprint, self.box.run("ssh-add", "-l").stdout)

    def test_path_with_blanks(self):
        stranger, token = self.make("stranger"), self.make("token", "acme")
        self.in_agent_only(stranger, token)
        folder = self.box.folder("run", "Group Containers", "com.agent")
        os.symlink(self.box.env.pop("SSH_AUTH_SOCK"), os.path.join(folder, "agent.sock"))
        self.ssh_configuration('Host *\n    IdentityAgent "%s/agent.sock"' % folder)
        self.assert_served(token, 5)

    def test_agent_that_does_not_answer(self):
        path = self.box.path("run", "hung")
        with socket.socket(socket.AF_UNIX) as hung:
            hung.bind(path)
            hung.listen(8)
            self.box.env["SSH_AUTH_SOCK"] = path
            self.assertLess(self.ask().seconds, in_time(10))
            self.assertEqual(self.last()["account"], "alice")
            self.assertEqual(self.hub.genuine().offers(), [[self.box.key.fingerprint]])


class ConfigurationTest(IdentityCase):
    def setUp(self):
        super().setUp()
        self.work = self.make("work", "acme")
        self.remember(self.box.key, "alice")
        self.remember(self.work, "acme")

    def test_identity_file_for_every_host(self):
        stranger = self.make("stranger")
        self.box.agent(stranger, self.box.key)
        self.ssh_configuration("Host *\n    IdentityFile %s\n    IdentityFile %s" % (
            self.box.key.path, stranger.path))
        self.assert_served(self.work, 5)

    def test_certificate_of_another_key(self):
        certificate = self.certify(self.box.key)
        self.ssh_configuration("Host *\n    CertificateFile %s\n    IdentityFile %s" % (
            certificate, self.box.key.path))
        self.assert_served(self.work, 5)
        self.assertEqual(self.types_offered(), [["ssh-ed25519"]])

    @openssh_only("the native transport offers no certificates")
    def test_own_certificate(self):
        """It goes along: the same key in both forms."""
        self.certify(self.work)
        self.assert_served(self.work, 5)
        self.assertEqual(self.types_offered(),
                         [["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"]])

    @openssh_only("the native transport offers no certificates")
    def test_own_certificate_when_typed(self):
        self.certify(self.work)
        self.assert_served(self.work, 1, options="-i " + self.work.path)
        self.assertEqual(self.types_offered(),
                         [["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"]])

    def certify(self, key):
        authority = self.box.make_key("authority")
        subprocess.run(["ssh-keygen", "-q", "-s", authority.path, "-I", "me", "-n", "git",
                        key.path + ".pub"], check=True, stdin=subprocess.DEVNULL)
        os.remove(authority.path)
        os.remove(authority.path + ".pub")
        return key.path + "-cert.pub"

    def types_offered(self):
        """If no key is accepted: the lists of all connections, each once."""
        self.hub.refuse("*")
        self.hub.forget()
        self.ask()
        self.hub.refuse()
        found = {}
        with open(self.hub.genuine().offers_file, encoding="utf-8") as offers:
            for line in offers:
                connection, _, kind = line.split()
                found.setdefault(connection, []).append(kind)
        lists = list(found.values())
        return [kinds for i, kinds in enumerate(lists) if kinds not in lists[:i]]


class StaleFileTest(IdentityCase):
    """A .pub that is another key's: ssh believes it, and offers that one, which the agent has."""

    def setUp(self):
        super().setUp()
        self.other = self.make("other", "other")
        os.rename(self.other.path + ".pub", self.box.key.path + ".pub")
        os.rename(self.other.path, self.box.path("home", "other"))
        self.box.agent()
        self.box.run("ssh-add", "-q", self.box.path("home", "other"))
        self.remember(self.box.key, "alice")

    def test_chosen(self):
        self.git_settings("probe = never", "acme.identity = ~/.ssh/id_ed25519")
        self.assert_served(self.box.key, 4)

    def test_typed(self):
        self.assert_served(self.box.key, 1, options="-i " + self.box.key.path)


if __name__ == "__main__":
    unittest.main()
