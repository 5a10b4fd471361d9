"""The same situations under every OpenSSH client that is here: the ssh on PATH, and each
VERSION/bin/ssh of the directory HF_SSH_TEST_SSH_VERSIONS (meson's -Dssh_versions). With --table it
prints the results for HACKING.md."""

import base64
import glob
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import CONNECT  # noqa: E402
from manager import ManagerCase  # noqa: E402

GREETING = "Hi alice, welcome to Hugging Face.\n"
URL = "git@hf.co:alice/model"


def version_of(ssh):
    said = subprocess.run([ssh, "-V"], stderr=subprocess.PIPE, check=True).stderr.decode()
    return tuple(int(part) for part in re.search(r"_(\d+)\.(\d+)", said).groups())


def clients():
    """{version: path}; the ssh on PATH is the one of its version."""
    directory = os.environ.get("HF_SSH_TEST_SSH_VERSIONS")
    found = glob.glob(os.path.join(directory, "*", "bin", "ssh")) if directory else []
    return dict(sorted((version_of(ssh), ssh) for ssh in found + [shutil.which("ssh")]))


class Situations(ManagerCase):
    """One method a situation; the classes below run them, one class a version."""

    ssh = None
    version = ()

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model", owners=["acme"])

    def setUp(self):
        super().setUp()
        os.symlink(self.ssh, os.path.join(self.box.bin, "ssh"))

    def knows(self, option):
        """Whether this ssh takes OPTION."""
        return self.box.run("ssh", "-F", "none", "-o", option, "-G", "x").status == 0

    def greet(self, *words, config="", **options):
        self.box.point_at(self.hub.genuine(), config)
        return self.box.hf(*words, "-T", "git@hf.co", **options)

    def assert_greeted(self, *words, **options):
        result = self.greet(*words, **options)
        self.assertEqual((result.status, result.stdout), (0, GREETING), result)
        return result

    def assert_refused(self, server, config="", text="REFUSED: hf.co presented"):
        """Explained by us alone: no banner of ssh, no command that removes a line."""
        self.box.point_at(server, config)
        result = self.box.hf("-T", "git@hf.co")
        self.assertEqual((result.status, result.stdout), (255, ""), result)
        self.assertIn(text, result.stderr)
        for banner in ("ssh-keygen -R", "ssh-keygen -f", "IDENTIFICATION HAS CHANGED"):
            self.assertNotIn(banner, result.stderr)
        server.wait_idle()
        self.assertEqual(server.users_seen(), [])

    def test_greeting(self):
        self.assert_greeted()
        self.assertEqual(self.hub.genuine().offers(), [[self.box.key.fingerprint]])

    def test_clone_and_push(self):
        self.box.git("clone", "-q", URL, "clone")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        # The stand-in's sshd may be older than a client that warns of it.
        said = self.box.git("push", "-q", cwd="clone").stderr.splitlines()
        self.assertEqual([line for line in said if not line.startswith("** ")], [])

    def test_protocol_2(self):
        self.box.git("ls-remote", URL)
        self.assertEqual(self.last()["protocol"], "version=2")

    def test_impostor_ed25519(self):
        self.assert_refused(self.hub.impostor("ed25519"))

    def test_impostor_ecdsa(self):
        self.assert_refused(self.hub.impostor("ecdsa"))

    def test_impostor_rsa(self):
        self.assert_refused(self.hub.impostor("rsa"))

    def test_impostor_and_careless_settings(self):
        trusting = self.box.write("trusting", "".join(
            key.known_hosts_line("*") for key in self.hub.impostor().keys))
        self.assert_refused(self.hub.impostor(), (
            "StrictHostKeyChecking no\nUserKnownHostsFile %s\nHostKeyAlias x\n" % trusting))

    def test_revoked_key(self):
        key = self.hub.host_key("ed25519")
        self.box.write(self.box.known_hosts, key.known_hosts_line() + "@revoked * %s\n" % key.public)
        server = self.hub.sshd("ed25519-only", [key])
        server.forget()
        self.assert_refused(server, text="REFUSED")

    def test_revoked_host_keys_file_that_is_gone(self):
        result = self.greet(config="RevokedHostKeys %s\n" % self.box.path("gone"))
        self.assertEqual((result.status, result.stdout), (255, ""), result)

    def test_alias(self):
        connect = self.box.script("connect", CONNECT)
        self.box.point_at(9, "Host hf-work\n    HostName hf.co\n    User git\n    ProxyCommand %s %d\n"
                          % (connect, self.hub.genuine().port))
        self.assertEqual(self.box.hf("-T", "hf-work").stdout, GREETING)

    def test_proxy_command(self):
        connect = self.box.script("connect", CONNECT)
        self.assert_greeted(config="ProxyCommand %s %d\n" % (connect, self.hub.genuine().port))

    def test_key_typed(self):
        other = self.box.make_key("other")
        self.hub.add_account("alice", other)
        self.box.agent(self.box.key, other)
        self.assert_greeted("-i", other.path)
        self.assertEqual(self.hub.genuine().offers(), [[other.fingerprint]])

    def test_agent_alone(self):
        self.box.agent(self.box.key)
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.assert_greeted()

    def test_agent_and_public_file(self):
        self.box.agent(self.box.key)
        os.remove(self.box.key.path)
        self.assert_greeted()

    def test_rsa_key(self):
        key = self.box.make_key("rsa", "rsa")
        self.hub.add_account("alice", key)
        self.assert_greeted("-i", key.path)

    def test_locked_key(self):
        key = self.box.make_key("locked", passphrase="secret")
        result = self.greet("-o", "BatchMode=yes", "-i", key.path)
        self.assert_failed(result, "locked")

    def test_key_of_an_unknown_type(self):
        """Only a newer ssh can use it: the default identity is offered, and the other is named."""
        def wire(*parts):
            return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

        blob = wire(b"ssh-future@openssh.com", b"x" * 32)
        private = b"1234" * 2 + blob + wire(b"y" * 64, b"") + b"\1\2\3\4\5\6"
        file = (b"openssh-key-v1\0" + wire(b"none", b"none", b"") + b"\0\0\0\1" +
                wire(blob, private))
        path = os.path.join(self.box.home, ".ssh", "id_mldsa44_ed25519")
        self.box.write(path, "-----BEGIN OPENSSH PRIVATE KEY-----\n%s"
                       "-----END OPENSSH PRIVATE KEY-----\n" % base64.encodebytes(file).decode())
        self.box.write(path + ".pub", "ssh-future@openssh.com %s x\n" % base64.b64encode(blob).decode())
        self.assert_greeted()
        self.assertIn("id_mldsa44_ed25519", self.manage("explain", "--json", URL).stdout)

    def test_key_from_the_environment(self):
        text = self.box.read(self.box.key.path).decode()
        shutil.rmtree(os.path.join(self.box.home, ".ssh"))
        self.assert_greeted(env={"HF_SSH_KEY": text})

    def test_anonymous_push(self):
        self.box.git("clone", "-q", "git@hf.co:acme/model", "clone")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.hub.add_stranger(self.box.key)
        self.manage("forget", "--all", status=0)
        self.assert_failed(self.box.git("push", check=False, cwd="clone"), "Hi anonymous")

    def test_settings_carried(self):
        self.assert_greeted(config="Ciphers aes128-ctr\nKexAlgorithms curve25519-sha256\n"
                            "MACs hmac-sha2-256\nServerAliveInterval 9\nSendEnv LANG\nIPQoS none\n"
                            "PubkeyAcceptedKeyTypes +ssh-rsa\nConnectTimeout 9\n")

    def test_environment_sent(self):
        if not self.knows("SetEnv=A=1"):
            self.skipTest("SetEnv came with 7.8")
        percent = "%%" if self.version >= (10, 0) else "%"  # from 10.0 on ssh expands it
        self.assert_greeted(config='SetEnv GIT_PROTOCOL="50%s"\n' % percent)
        self.assertEqual(self.last()["protocol"], "50%")

    def test_settings_that_break_git(self):
        self.assert_greeted(config="RequestTTY force\nPubkeyAuthentication no\nForwardAgent yes\n"
                            "ControlMaster auto\nControlPath %s\nRemoteCommand x\n"
                            % self.box.path("run", "c"))

    def test_newest_settings(self):
        """WarnWeakCrypto is carried; RefuseConnection is ssh's own refusal, and is kept."""
        if not self.knows("WarnWeakCrypto=no"):
            self.skipTest("came with 10.1 and 10.0")
        result = self.assert_greeted(config="WarnWeakCrypto no-pq-kex\n")
        self.assertNotIn("post-quantum", result.stderr)
        result = self.greet(config="RefuseConnection \"not from here\"\n")
        self.assertEqual((result.status, result.stdout), (255, ""), result)
        self.assertIn("RefuseConnection", result.stderr)

    def test_another_host(self):
        self.box.point_at(9, other=self.hub.genuine())
        result = self.box.hf("-T", "other")
        self.assertEqual(result.stdout, GREETING, result)

    def test_readings_of_P(self):
        """-P takes a value from 9.4 on: where that decides whether it is hf.co, it is refused."""
        result = self.box.hf("-P", "other", "hf.co")
        self.assertEqual(result.status, 255, result)

    def test_host_keys_check(self):
        result = self.manage("host-keys", "check", "--json", status=0)
        self.assertRegex(result.stdout, r'"post_quantum": ?(true|false|null)')

    def test_plain_ssh(self):
        """The block for plain ssh; before 8.5, which has no KnownHostsCommand, lines."""
        said = self.manage("ssh-config", status=0).stdout
        if self.version < (8, 5):
            self.assertIn("hf.co,huggingface.co ssh-ed25519 ", said)
            return
        block = self.box.write("block", said)
        for server, good in ((self.hub.genuine(), True), (self.hub.impostor(), False)):
            config = self.box.write("plain", (
                "Host hf.co\n    HostName 127.0.0.1\n    Port %d\n    IdentityFile \"%s\"\n"
                "Include \"%s\"\n" % (server.port, self.box.key.path, block)))
            result = self.box.run("ssh", "-F", config, "-T", "-o", "BatchMode=yes", "git@hf.co")
            self.assertEqual(result.stdout, GREETING if good else "", result)

    def test_doctor(self):
        self.assertIn(self.manage("doctor").status, (0, 1))


NAMES = sorted(name for name in dir(Situations) if name.startswith("test_"))
CLASSES = {}
for number, path in clients().items():
    title = "OpenSSH_%d_%d" % number
    CLASSES[number] = type(title, (Situations,), {"ssh": path, "version": number})
    CLASSES[number].__module__ = __name__
    globals()[title] = CLASSES[number]


def load_tests(loader, _tests, _pattern):
    suite = unittest.TestSuite()
    for case in CLASSES.values():
        suite.addTests(loader.loadTestsFromTestCase(case))
    return suite


def table():
    """Markdown: a row a situation, a column a version."""
    marks = {}
    for version, case in CLASSES.items():
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
        marks[version] = {name: "yes" for name in NAMES}
        for failed in result.failures + result.errors:
            marks[version][failed[0].id().split(".")[-1]] = "NO"
        for skipped, _ in result.skipped:
            marks[version][skipped.id().split(".")[-1]] = "–"
    print("| situation | " + " | ".join("%d.%d" % version for version in marks) + " |")
    print("|---" * (len(marks) + 1) + "|")
    for name in NAMES:
        print("| %s | %s |" % (name[len("test_"):].replace("_", " "),
                               " | ".join(column[name] for column in marks.values())))
    return all("NO" not in column.values() for column in marks.values())


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        sys.exit(not table())
    unittest.main()
