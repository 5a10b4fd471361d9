"""git and git-lfs through hf-ssh against the stand-in for hf.co, registered in each way there is,
and through plain ssh with a configuration written by hand, for comparison."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase, wait_for  # noqa: E402


class Everyday:
    """The core of it, which every way of registering must do."""

    large = os.urandom(200000)

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/large", large={"weights.bin": cls.large})

    def test_clone_fetch_and_push(self):
        place = self.clone("git@hf.co:alice/model")
        self.assertEqual(self.box.read("clone/README.md"), b"# alice/model\n")
        self.assertEqual(self.last()["command"], "git-upload-pack 'alice/model'")
        self.assertEqual(self.last()["protocol"], "version=2")
        ours = self.commit(place)
        result = self.box.git("push", cwd=place)
        self.assertNotIn("hf-ssh", result.stderr)
        self.assertEqual(self.hub.head("alice/model"), ours)
        self.assertEqual(self.last()["command"], "git-receive-pack 'alice/model'")
        self.hub.commit("alice/model", {"new": "theirs\n"})
        self.box.git("pull", "-q", "--ff-only", cwd=place)
        self.assertEqual(self.box.read("clone/new"), b"theirs\n")
        self.assertEqual({session["account"] for session in self.hub.connections()}, {"alice"})
        self.assertEqual({session["tty"] for session in self.hub.connections()}, {None})
        self.assert_offered_one()

    def test_lfs_pull_and_push(self):
        if not shutil.which("git-lfs"):
            self.skipTest("git-lfs is not here")
        self.box.git("lfs", "install", "--skip-repo")
        place = self.clone("git@hf.co:alice/large")
        self.assertEqual(self.box.read("clone/weights.bin"), self.large)
        self.assertIn("git-lfs-authenticate alice/large download", self.hub.commands())
        new = os.urandom(100000)
        self.box.write("clone/weights.bin", new)
        self.box.git("commit", "-qam", "new weights", cwd=place)
        self.box.git("push", "-q", cwd=place)
        self.assertTrue(self.hub.lfs.has(new))
        self.assertIn("git-lfs-authenticate alice/large upload", self.hub.commands())
        self.assertEqual(self.hub.head("alice/large"),
                         self.box.git("rev-parse", "HEAD", cwd=place).stdout.strip())
        self.assert_offered_one()
        # A shared connection ends within a second of the git command.
        self.assertTrue(wait_for(lambda: not self.box.processes()))

    def test_every_name_and_form(self):
        port = self.hub.genuine().port
        for url in ("git@huggingface.co:alice/model", "git@HF.CO:alice/model",
                    "git@hf.co.:alice/model", "hf.co:alice/model", "ssh://git@hf.co/alice/model",
                    "ssh://git@huggingface.co/alice/model.git",
                    "ssh://git@hf.co:%d/alice/model" % port):
            with self.subTest(url):
                self.hub.forget()
                result = self.assert_ok(self.box.git("ls-remote", url, check=False))
                self.assertEqual(result.stderr, "")
                self.assertIn(self.hub.head("alice/model") + "\tHEAD\n", result.stdout)
                self.assertEqual(len(self.hub.connections()), 1)
                self.assertEqual(self.last()["account"], "alice")
                self.assertEqual(set(self.hub.genuine().users_seen()), {"git"})
                self.assert_offered_one()


class OnPathTest(Everyday, GitCase):
    """`git config --global core.sshCommand hf-ssh`, the one line of the README."""
    way = "path"


class LibexecTest(Everyday, GitCase):
    """core.sshCommand = …/libexec/hf-ssh/ssh, as `git hf-ssh setup` does it."""
    way = "libexec"


class ViaTest(Everyday, GitCase):
    """core.sshCommand = hf-ssh --via 'ssh -F FILE'."""
    way = "via"


class PlainTest(Everyday, GitCase):
    """The same with plain ssh: what fails here is the stand-in's fault or the test's."""
    way = "ssh"
    needs_program = False


if __name__ == "__main__":
    unittest.main()
