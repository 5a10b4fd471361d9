"""The stand-in for hf.co behaves as hf.co does: shown with plain ssh, git and git-lfs, without
hf-ssh."""

import json
import os
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase, certify_host, passes  # noqa: E402
from standin.sshd import has_dsa  # noqa: E402

CARELESS = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR")


class StandInCase(HubCase):
    needs_program = False

    def setUp(self):
        super().setUp()
        self.box.register("ssh")

    def careless(self, *arguments, **options):
        """Plain ssh that accepts every host key."""
        return self.box.ssh(*CARELESS, "-i", self.box.key.path, *arguments,
                            config=self.box.ssh_config, **options)


class GreetingTest(StandInCase):
    def test_account(self):
        result = self.assert_ok(self.box.ssh("-T", "git@hf.co"))
        self.assertEqual(result.out, b"Hi alice, welcome to Hugging Face.\n")
        self.assertEqual(result.err, b"")
        self.assertIsNone(self.last()["command"])

    def test_stranger(self):
        self.hub.add_stranger(self.box.key)
        result = self.assert_ok(self.box.ssh("-T", "git@hf.co"))
        self.assertEqual(result.out, b"Hi anonymous, welcome to Hugging Face.\n")
        self.assertEqual(self.last()["fingerprint"], self.box.key.fingerprint)

    def test_every_name(self):
        for name in ("huggingface.co", "HF.CO", "hf.co."):
            self.assert_ok(self.box.ssh("-T", "git@" + name))

    def test_unknown_commands(self):
        for command in ("git-lfs-transfer alice/model download", "git-upload-archive 'alice/model'",
                        "cat /etc/passwd", "git-upload-pack", "git-upload-pack a b"):
            self.assert_failed(self.box.ssh("git@hf.co", command), "Unknown command: " + command)

    def test_no_terminal_and_no_forwarding(self):
        result = self.box.ssh("-tt", "git@hf.co")
        self.assertIn("PTY allocation request failed", result.stderr)

    def test_another_user_name(self):
        for name in ("nobody-here", "root", "nobody"):
            self.assert_failed(self.box.ssh("-T", name + "@hf.co"), "Permission denied")


class KeysTest(StandInCase):
    def test_offers(self):
        second = self.box.make_key("second")
        self.hub.refuse("*")
        result = self.box.ssh("-i", second.path, "git@hf.co")
        self.assert_failed(result, "Permission denied (publickey)")
        server = self.hub.genuine()
        self.assertEqual(server.offers(), [[second.fingerprint, self.box.key.fingerprint]])
        self.assertEqual(self.hub.connections(), [])
        self.assertTrue(server.wait_idle())
        self.assertEqual((server.arrivals(), set(server.users_seen())), (1, {"git"}))

    def test_first_key_wins(self):
        """What hf-ssh is there to cure: the agent's first key, a stranger's, wins."""
        stranger = self.box.make_key("stranger")
        self.box.agent(stranger, self.box.key)
        result = self.box.ssh(*CARELESS[:4], "-T", "git@hf.co", config=self.box.ssh_config)
        self.assertEqual(result.stdout, "Hi anonymous, welcome to Hugging Face.\n")


class GitTest(StandInCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("team/model", owners=["alice", "bob"])

    def test_anonymous_clones_what_is_public(self):
        self.hub.add_stranger(self.box.key)
        for path in ("alice/model", "datasets/alice/data", "spaces/alice/app.git", "gpt2"):
            self.box.git("clone", "-q", "git@hf.co:" + path, path)
            self.assertIn(b"# ", self.box.read(path + "/README.md"))
        self.assertEqual(self.last()["protocol"], "version=2")

    def test_private(self):
        self.box.git("clone", "-q", "git@hf.co:alice/secret")
        self.hub.add_stranger(self.box.key)
        for path in ("alice/secret", "alice/nothing"):
            result = self.box.git("clone", "git@hf.co:" + path, "x", check=False)
            self.assert_failed(result, "Repository not found\n")

    def test_push(self):
        for path, there in (("alice/model", 0), ("team/model", 0), ("gpt2", 128)):
            with self.subTest(path):
                self.box.git("clone", "-q", "git@hf.co:" + path, path)
                place = self.box.path("work", path)
                self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd=place)
                result = self.box.git("push", "-q", cwd=place, check=False)
                self.assertEqual(result.status, there, result)
                ours = self.box.git("rev-parse", "HEAD", cwd=place).stdout.strip()
                self.assertEqual(self.hub.head(path) == ours, there == 0)

    def test_stranger_does_not_push(self):
        self.hub.add_stranger(self.box.key)
        before = self.hub.head("alice/model")
        self.box.git("clone", "-q", "ssh://git@hf.co/alice/model")
        place = self.box.path("work", "model")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd=place)
        result = self.box.git("push", cwd=place, check=False)
        self.assert_failed(result, "You are not allowed to push to alice/model as anonymous")
        self.assertEqual(self.hub.head("alice/model"), before)


@unittest.skipUnless(shutil.which("git-lfs"), "git-lfs is not here")
class LfsTest(StandInCase):
    large = os.urandom(300000)

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/large", large={"weights.bin": cls.large})
        cls.hub.add_repository("alice/hidden", private=True, large={"weights.bin": cls.large})

    def clone(self, path):
        self.box.git("lfs", "install", "--skip-repo")
        return self.box.git("clone", "-q", "git@hf.co:" + path, "clone", check=False)

    def test_pull(self):
        for path in ("alice/large", "alice/hidden"):
            self.assert_ok(self.clone(path))
            self.assertEqual(self.box.read("clone/weights.bin"), self.large)
            self.assertIn("git-lfs-authenticate %s download" % path, self.hub.commands())
            self.assertIn("alice", {account for _, _, account, _ in self.hub.lfs.requests})
            shutil.rmtree(self.box.path("work", "clone"))

    def test_push(self):
        self.assert_ok(self.clone("alice/large"))
        new = os.urandom(100000)
        self.box.write("clone/weights.bin", new)
        place = self.box.path("work", "clone")
        self.box.git("commit", "-qam", "x", cwd=place)
        self.box.git("push", "-q", cwd=place)
        self.assertTrue(self.hub.lfs.has(new))
        self.assertIn("oid sha256", self.hub.git("alice/large", "show", "main:weights.bin"))

    def test_an_expired_token(self):
        self.hub.state["lfs"]["seconds"] = -1
        self.hub.save()
        try:
            self.assert_failed(self.clone("alice/hidden"), "weights.bin")
        finally:
            self.hub.state["lfs"]["seconds"] = 600
            self.hub.save()

    def test_tokens(self):
        claims = {"account": "alice", "expires": time.time() + 5}
        token = passes.sign("secret", claims)
        self.assertEqual(passes.check("secret", token, time.time()), claims)
        self.assertIsNone(passes.check("another", token, time.time()))
        self.assertIsNone(passes.check("secret", token, time.time() + 10))
        self.assertIsNone(passes.check("secret", "x" + token, time.time()))

    def test_upload_wants_write(self):
        self.hub.add_stranger(self.box.key)
        result = self.box.ssh("git@hf.co", "git-lfs-authenticate alice/large upload")
        self.assert_failed(result, "You are not allowed to push")
        result = self.assert_ok(self.box.ssh("git@hf.co",
                                             "git-lfs-authenticate alice/large.git download"))
        self.assertEqual(json.loads(result.stdout)["href"],
                         self.hub.lfs.url + "/alice/large.git/info/lfs")


class ImpostorTest(StandInCase):
    def test_every_type(self):
        # The longer list of algorithms, so that a server with DSA alone is reached as well.
        kinds, more = (("dsa",), ("-o", "HostKeyAlgorithms=+ssh-dss")) if has_dsa() else ((), ())
        for kind in ("ed25519", "ecdsa", "rsa", *kinds):
            with self.subTest(kind):
                server = self.hub.impostor(kind)
                self.hub.forget()
                self.box.point_at(server)
                self.assert_failed(self.box.ssh("-T", "git@hf.co"))
                self.assertTrue(server.wait_idle())
                self.assertEqual(server.users_seen(), [])
                result = self.careless(*more, "-T", "git@hf.co")
                self.assertEqual(result.stdout, "Hi alice, welcome to Hugging Face.\n", result)
                self.assertEqual(self.last()["server"], server.name)
                self.assertIn("git", server.users_seen())

    def test_mixed_keys(self):
        server = self.hub.sshd("mixed", [self.hub.host_key("ed25519"),
                                         self.hub.host_key("rsa", "impostor")])
        self.box.point_at(server)
        self.assert_ok(self.box.ssh("-T", "git@hf.co"))
        self.assert_failed(self.box.ssh("-o", "HostKeyAlgorithms=rsa-sha2-512", "-T", "git@hf.co"),
                           "verification failed")

    def test_host_certificate(self):
        authority = self.hub.host_key("ed25519", "ca")
        key = self.hub.host_key("ed25519", "certified")
        server = self.hub.sshd("certified", [key], certificates=[certify_host(key, authority)])
        self.box.point_at(server)
        self.box.write(self.box.known_hosts, "@cert-authority * " + authority.public + "\n")
        self.assert_ok(self.box.ssh("-T", "git@hf.co"))


class OrdinaryMachineTest(StandInCase):
    def test_commands_sftp_and_jump(self):
        server = self.hub.sshd("ordinary", [self.hub.host_key("ed25519", "ordinary")],
                               shell="/bin/sh", authorized=[self.box.key])
        self.box.point_at(self.hub.genuine(), other=server)
        result = self.assert_ok(self.box.ssh("other", "cat; echo end", stdin=b"\0bytes\n"))
        self.assertEqual(result.out, b"\0bytes\nend\n")
        self.box.write("file", b"content")
        self.assert_ok(self.box.run("scp", "-q", "-F", self.box.ssh_config, "file", "other:copied"))
        with open(os.path.join(server.home, "copied"), "rb") as copied:
            self.assertEqual(copied.read(), b"content")
        self.assert_ok(self.box.ssh("-J", "other", "-T", "git@hf.co"))


if __name__ == "__main__":
    unittest.main()
