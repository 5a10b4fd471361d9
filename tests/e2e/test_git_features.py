"""What else people do with git, through `core.sshCommand = hf-ssh`: kinds of repositories, shallow
clones, submodules, worktrees, protocols, refusals; and which keys the server is shown."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase  # noqa: E402


class FeaturesTest(GitCase):

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/super")
        for number in range(4):
            cls.hub.commit("alice/super", {"file": str(number)}, "commit %d" % number)

    def test_kinds_of_repository(self):
        for path, there in (("datasets/alice/data", "datasets/alice/data"),
                            ("spaces/alice/app", "spaces/alice/app"), ("gpt2", "gpt2"),
                            ("alice/model.git", "alice/model"), ("/alice/model", "alice/model"),
                            ("alice/secret", "alice/secret")):
            with self.subTest(path):
                self.clone("git@hf.co:" + path, name=path.strip("/"))
                self.assertEqual(self.box.read(path.strip("/") + "/README.md").decode(),
                                 "# %s\n" % there)
                self.assertEqual(self.last()["command"], "git-upload-pack '%s'" % path)

    def test_push_to_datasets_and_spaces(self):
        for path in ("datasets/alice/data", "spaces/alice/app"):
            place = self.clone("git@hf.co:" + path, name=path)
            ours = self.commit(place)
            self.box.git("push", "-q", cwd=place)
            self.assertEqual(self.hub.head(path), ours)

    def test_shallow_and_partial(self):
        place = self.clone("git@hf.co:alice/super", "--depth=1")
        count = ("rev-list", "--count", "HEAD")
        self.assertEqual(self.box.git(*count, cwd=place).stdout, "1\n")
        self.box.git("fetch", "-q", "--deepen=1", cwd=place)
        self.assertEqual(self.box.git(*count, cwd=place).stdout, "2\n")
        self.box.git("fetch", "-q", "--unshallow", cwd=place)
        self.assertEqual(self.box.git(*count, cwd=place).stdout, "5\n")
        place = self.clone("git@hf.co:alice/super", "--filter=blob:none", name="partial")
        self.assertEqual(self.box.git("show", "HEAD~2:file", cwd=place).stdout, "1")

    def test_submodule(self):
        place = self.clone("git@hf.co:alice/super")
        self.box.git("submodule", "--quiet", "add", "git@hf.co:datasets/alice/data", "data",
                     cwd=place)
        self.commit(place)
        self.box.git("push", "-q", "--recurse-submodules=check", cwd=place)
        self.clone("git@hf.co:alice/super", "--recurse-submodules", name="again")
        self.assertEqual(self.box.read("again/data/README.md"), b"# datasets/alice/data\n")
        self.box.git("submodule", "--quiet", "update", "--remote", cwd=place)

    def test_worktree_and_bare(self):
        place = self.clone("git@hf.co:alice/super")
        other = self.box.path("work", "other")
        self.box.git("worktree", "add", "-q", "-b", "side", other, cwd=place)
        ours = self.commit(other)
        self.box.git("push", "-q", "-u", "origin", "side", cwd=other)
        self.assertEqual(self.hub.head("alice/super", "refs/heads/side"), ours)
        self.clone("git@hf.co:alice/super", "--mirror", name="mirror")
        self.box.git("fetch", "-q", cwd=self.box.path("work", "mirror"))
        self.box.git("push", "-q", "--delete", "origin", "side", cwd=other)
        self.assertEqual(self.hub.head("alice/super", "refs/heads/side"), "")

    def test_protocol_versions(self):
        for version, seen in (("2", "version=2"), ("1", "version=1"), ("0", None)):
            with self.subTest(version):
                self.box.git("-c", "protocol.version=" + version, "ls-remote",
                             "git@hf.co:alice/model")
                self.assertEqual(self.last()["protocol"], seen)

    def test_environment_registers_too(self):
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        for env in ({"GIT_SSH_COMMAND": "hf-ssh"}, {"GIT_SSH": "hf-ssh"},
                    {"GIT_SSH": self.box.libexec_ssh},
                    {"GIT_SSH_COMMAND": "hf-ssh -4 -o Compression=yes"}):
            with self.subTest(str(env)):
                self.box.git("ls-remote", "git@hf.co:alice/secret", env=env)
                self.assertEqual(self.last()["protocol"], "version=2")

    def test_rejected_push(self):
        """A hook's refusal is git's to report; the key is not to blame."""
        hook = os.path.join(self.hub.repository_directory("alice/super"), "hooks", "pre-receive")
        self.box.write(hook, "#!/bin/sh\necho not today >&2\nexit 1\n", 0o755)
        self.addCleanup(os.unlink, hook)
        place = self.clone("git@hf.co:alice/super")
        self.commit(place)
        result = self.box.git("push", cwd=place, check=False)
        self.assert_failed(result, "remote: not today", "pre-receive hook declined")
        self.assertNotIn("hf-ssh", result.stderr)

    def test_archive_is_refused_by_the_server(self):
        """Same status, same streams as with plain ssh, but for what hf-ssh adds."""
        results = []
        for way in ("ssh", self.way):
            self.box.register(way)
            result = self.box.git("archive", "--remote=git@hf.co:alice/model", "HEAD", check=False)
            self.assert_failed(result, "Unknown command: git-upload-archive 'alice/model'")
            said = [line for line in result.stderr.splitlines()
                    if not line.startswith(("hf-ssh: ", "hint: "))]
            results.append((result.status, result.out, said))
        self.assertEqual(results[0], results[1])

    def test_what_ssh_prints_is_what_comes(self):
        """The greeting, byte for byte and with its status, and a command's standard input."""
        plain, ours = self.box.ssh("-T", "git@hf.co"), self.box.hf("-T", "git@hf.co")
        self.assertEqual((ours.status, ours.out, ours.err), (plain.status, plain.out, plain.err))
        for command in ("git-upload-pack 'alice/model'", "git-receive-pack 'alice/model'"):
            plain = self.box.ssh("git@hf.co", command, stdin=b"0000")
            ours = self.box.hf("git@hf.co", command, stdin=b"0000")
            self.assertEqual((ours.status, ours.out, ours.err),
                             (plain.status, plain.out, plain.err))

    def test_only_one_key_is_offered(self):
        """Other keys in the agent and in ~/.ssh stay there, whatever the server answers."""
        for name in ("id_ecdsa", "id_rsa", "other"):
            self.box.make_key(name, {"id_ecdsa": "ecdsa", "id_rsa": "rsa"}.get(name, "ed25519"))
        self.box.agent(self.box.make_key("agents"), self.box.make_key("agents_too", "ecdsa"))
        self.box.git("config", "--global", "hf-ssh.identity", self.box.key.path)
        self.box.git("ls-remote", "git@hf.co:alice/secret")
        self.assert_offered_one()
        self.hub.refuse("*")
        result = self.box.git("ls-remote", "git@hf.co:alice/secret", check=False)
        self.assert_failed(result, "Permission denied (publickey)")
        self.assert_offered_one()

    def test_a_key_that_lives_in_the_agent(self):
        self.box.agent(self.box.make_key("stranger"), self.box.key)
        os.unlink(self.box.key.path)
        self.box.git("config", "--global", "hf-ssh.identity", self.box.key.fingerprint)
        self.box.git("ls-remote", "git@hf.co:alice/secret")
        self.assert_offered_one()

    def test_impostor_is_refused(self):
        self.box.point_at(self.hub.impostor())
        self.assert_ok(self.box.ssh("-T", "-i", self.box.key.path, "-o", "IdentitiesOnly=yes",
                                    "-o", "StrictHostKeyChecking=no", "-o",
                                    "UserKnownHostsFile=/dev/null", "git@hf.co",
                                    config=self.box.ssh_config))
        self.hub.forget()
        result = self.box.git("clone", "git@hf.co:alice/model", check=False)
        self.assert_failed(result, "hf-ssh: REFUSED",
                           self.hub.host_key("ed25519", "impostor").fingerprint)
        self.assertEqual(result.stdout, "")
        self.assertTrue(self.hub.impostor().wait_idle())
        self.assertEqual(self.hub.impostor().users_seen(), [])
        self.assertEqual(self.hub.connections(), [])

    def test_a_failing_server_says_what_ssh_would(self):
        result = self.box.git("clone", "git@hf.co:alice/nothing", check=False)
        self.assert_failed(result, "Repository not found")
        self.assertEqual(result.status, 128)


if __name__ == "__main__":
    unittest.main()
