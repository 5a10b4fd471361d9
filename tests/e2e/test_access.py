"""git hf-ssh access: can a key read and write a repository? Asked of the server, which stays as it
was."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from native import on_native, openssh_only, wrap_native  # noqa: E402
from standin import Relay            # noqa: E402


class AccessCase(ManagerCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("bob/model", owners=["bob"])
        cls.hub.add_repository("bob/secret", private=True)
        cls.hub.add_repository("alice/empty", files={})
        cls.paths = ("alice/model", "alice/secret", "bob/model", "bob/secret", "gpt2",
                     "datasets/alice/data", "spaces/alice/app", "alice/empty")

    def setUp(self):
        super().setUp()
        self.before = self.state()

    def tearDown(self):
        self.assertEqual(self.state(), self.before)

    def state(self):
        """Every reference of every repository, and what is remembered of pushes."""
        pushes = self.box.path("home", ".local", "state", "hf-ssh", "namespaces")
        return [self.hub.git(path, "for-each-ref") for path in self.paths] + [
            os.listdir(pushes) if os.path.isdir(pushes) else []]

    def access(self, *words, status=None, **options):
        """(read, write) of the chosen key, after text and JSON were seen to agree."""
        self.hub.forget()
        self.text = self.manage("access", *words, status=status, **options)
        self.hub.genuine().wait_idle()
        self.seen = self.hub.connections()
        report = self.report("access", *words, status=self.text.status, **options)
        self.one = report["destinations"][0]
        key = [entry for entry in self.one["keys"] if entry["chosen"]][0]
        if "--all-keys" not in words:
            for verdict in ("read", "write"):
                said = {True: "yes", False: "no: %s" % key[verdict + "_words"]}.get(key[verdict])
                if said:
                    self.assertIn(" ".join(said.split()), self.text.words)
        self.assert_fits(self.text.stdout)
        self.key = key
        return key["read"], key["write"]


class OneKeyTest(AccessCase):
    def test_own(self):
        for path in ("alice/model", "alice/secret", "datasets/alice/data", "spaces/alice/app",
                     "alice/empty"):
            with self.subTest(path=path):
                self.assertEqual(self.access("git@hf.co:" + path, status=0), (True, True))
                self.assertEqual([entry["command"].split()[0] for entry in self.seen],
                                 ["git-upload-pack", "git-receive-pack"])
                self.assertIn("as far as hf.co tells before a push",
                              self.text.words)
                self.assertEqual(self.text.stderr, "")

    def test_it_says_that_it_wants_nothing(self):
        """A flush packet to each, and then the end: the server is not left to wonder."""
        said = self.box.path("work", "said")
        wrapper = self.box.script("listening", "#!/bin/sh\ntee -a '%s' | ssh -F '%s' \"$@\"\n" % (
            said, self.box.ssh_config))
        if on_native():
            wrap_native(self.box, "tee -a '%s' | <native> \"$@\"\nexit $?" % said)
        self.manage("access", "alice/model", env={"HF_SSH_COMMAND": wrapper}, status=0)
        self.assertEqual(self.box.read(said), b"0000" * 2)

    def test_ways_to_name_it(self):
        for url in ("alice/model", "ssh://git@hf.co/alice/model.git", "git@huggingface.co:alice/model"):
            with self.subTest(url=url):
                self.assertEqual(self.access(url, status=0), (True, True))
                self.assertEqual(self.one["repository"], "alice/model")

    def test_public_and_somebody_else_s(self):
        self.assertEqual(self.access("bob/model", status=1), (True, False))
        self.assertIn("You are not allowed to push to bob/model as alice", self.key["write_words"])
        self.assertIn("hint: ask the owner of bob/model to give alice access", self.text.stderr)
        self.assertEqual(self.key["account"], "alice")

    def test_private_and_not_there(self):
        for path in ("bob/secret", "alice/nowhere"):
            with self.subTest(path=path):
                self.assertEqual(self.access(path, status=1), (False, False))
                self.assertEqual(self.key["read_words"], "Repository not found")
                self.assertIsNone(self.one["elsewhere"])

    def test_no_namespace(self):
        self.assertEqual(self.access("gpt2", status=1), (True, False))
        self.assertEqual(self.one["repository"], "gpt2")

    def test_anonymous(self):
        stranger = self.box.make_key("id_stranger")
        self.box.git("config", "--global", "hf-ssh.identity", stranger.path)
        self.assertEqual(self.access("alice/model", status=1), (True, False))
        self.assertIn('(it answered "Hi anonymous")', self.text.stderr)
        self.assertIn("git hf-ssh keys check --open ~/.ssh/id_stranger", self.text.stderr)
        self.assertEqual(self.key["account"], "anonymous")
        self.assertEqual(self.remembered()[stranger.fingerprint], "anonymous")
        self.assertEqual(self.access("alice/secret", status=1), (False, False))

    def test_a_better_key_is_known(self):
        stranger = self.box.make_key("id_stranger")
        self.manage("whoami", status=0)
        self.box.git("config", "--global", "hf-ssh.identity", stranger.path)
        self.access("alice/model", status=1)
        self.assertIn("the key of alice: git hf-ssh use ~/.ssh/id_ed25519 --for alice",
                      self.text.stderr)

    def test_elsewhere(self):
        for path, found in (("alice/data", "datasets/alice/data"), ("alice/app", "spaces/alice/app"),
                            ("datasets/alice/model", "alice/model")):
            with self.subTest(path=path):
                self.assertEqual(self.access(path, status=1), (False, False))
                self.assertEqual(self.one["elsewhere"], found)
                self.assertIn("hint: if %s is meant: git hf-ssh access git@hf.co:%s" % (
                    found, found), self.text.stderr)

    def test_the_key_that_a_connection_would_choose(self):
        """Keys that were never asked about are asked about first."""
        work = self.box.make_key("id_work")
        self.hub.add_account("bob", work)
        self.assertEqual(self.access("bob/secret", status=0), (True, True))
        self.assertEqual(self.key["fingerprint"], work.fingerprint)

    # this repository ----------------------------------------------------------------------------

    def test_this_repository(self):
        box = self.box
        box.git("init", "-q", "repo")
        for name, url in (("one", "https://example.org/x"), ("two", "git@hf.co:alice/model"),
                          ("three", "git@hf.co:bob/model")):
            box.git("remote", "add", name, url, cwd="repo")
        self.assertEqual(self.access(cwd="repo", status=0), (True, True))
        self.assertEqual((self.one["remote"], self.one["url"]), ("two", "git@hf.co:alice/model"))
        self.assertEqual(self.access("three", cwd="repo", status=1), (True, False))
        box.git("remote", "set-url", "two", "git@hf.co:alice/data", cwd="repo")
        self.access("two", cwd="repo", status=1)
        self.assertIn("git remote set-url two git@hf.co:datasets/alice/data", self.text.stderr)

    def test_fetched_from_here_and_pushed_to_there(self):
        box = self.box
        box.git("init", "-q", "repo")
        box.git("remote", "add", "origin", "git@hf.co:bob/model", cwd="repo")
        box.git("remote", "set-url", "--push", "origin", "git@hf.co:alice/model", cwd="repo")
        report = self.report("access", cwd="repo", status=0)
        self.assertEqual([(entry["url"], entry["keys"][0]["read"], entry["keys"][0]["write"])
                          for entry in report["destinations"]],
                         [("git@hf.co:bob/model", True, None),
                          ("git@hf.co:alice/model", None, True)])
        box.git("remote", "set-url", "origin", "https://huggingface.co/alice/model", cwd="repo")
        report = self.report("access", cwd="repo", status=0)
        self.assertEqual([entry["url"] for entry in report["destinations"]],
                         ["git@hf.co:alice/model"])

    # each key -----------------------------------------------------------------------------------

    def test_all_keys(self):
        box = self.box
        work, stranger = box.make_key("id_work"), box.make_key("id_stranger")
        locked, held = box.make_key("id_rsa", "rsa", passphrase="secret"), box.make_key("held")
        more = [box.make_key("more%d" % index) for index in range(4)]
        self.hub.add_account("bob", work)
        self.hub.add_account("bob", held)
        box.agent(held)
        for path in (held.path, held.path + ".pub"):
            os.remove(path)
        box.git("config", "--global", "hf-ssh.bob.identity", box.key.path)
        self.assertEqual(self.access("--all-keys", "bob/secret", status=0), (False, False))
        found = {key["fingerprint"]: (key["read"], key["write"]) for key in self.one["keys"]}
        expected = {key.fingerprint: (False, False) for key in more + [box.key, stranger]}
        expected.update({work.fingerprint: (True, True), held.fingerprint: (True, True),
                         locked.fingerprint: (None, None)})
        self.assertEqual(found, expected)
        self.assertIn("hint: another key can: git hf-ssh use ~/.ssh/id_work --for bob",
                      self.text.stderr)
        self.assertIn("read yes, write yes ~/.ssh/id_work ", self.text.words)
        self.assertIn("ssh-add ~/.ssh/id_rsa", self.text.words)
        self.assertEqual(self.access("--all-keys", "alice/nowhere", status=1)[0], False)
        for offered in self.hub.genuine().offers():
            self.assertEqual(len(offered), 1)

    def test_another_key_is_there(self):
        self.box.make_key("id_other")
        self.box.git("config", "--global", "hf-ssh.identity", self.box.key.path)
        self.access("bob/model", status=1)
        self.assertIn("git hf-ssh access --all-keys git@hf.co:bob/model",
                      " ".join(self.text.stderr.split()))


class TroubleTest(AccessCase):
    def failed(self, *words, **options):
        result = self.manage("access", *words, status=2, **options)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_impostor(self):
        impostor = self.hub.impostor()
        self.box.make_key("id_other")
        self.box.git("config", "--global", "hf-ssh.identity", self.box.key.path)
        self.box.point_at(impostor)
        for words in ((), ("--all-keys",)):
            with self.subTest(words=words):
                said = self.failed("alice/model", *words)
                self.assertEqual(said.count("REFUSED"), 1, said)
                self.assertIn("host key was refused", said)
        self.assertEqual(self.hub.connections(impostor), [])
        self.assertEqual(impostor.users_seen(), [])

    def two_faced(self, command):
        """A wrapper that is honest when it is asked what it would do, and runs COMMAND then."""
        return self.box.script("two-faced", "#!/bin/sh\nfor word; do\n  case $word in -G) exec ssh "
                               "-F '%s' \"$@\";; esac\ndone\nexec %s\n" % (
                                   self.box.ssh_config, command))

    @openssh_only("the native transport runs no wrapper")
    def test_a_wrapper_that_nobody_sees_through(self):
        """The answer of a server that nobody checked is none."""
        wrapper = self.two_faced(
            "ssh -o KnownHostsCommand=none -o VerifyHostKeyDNS=no -o StrictHostKeyChecking=no "
            "-o UserKnownHostsFile=/dev/null -F '%s' \"$@\"" % self.box.ssh_config)
        self.box.point_at(self.hub.impostor())
        self.assertIn("did not have the host key of hf.co checked",
                      self.failed("alice/model", env={"HF_SSH_COMMAND": wrapper}))

    def test_no_end(self):
        wrapper = self.two_faced("sleep 100")
        if on_native():
            wrap_native(self.box, "exec sleep 100")
        self.assertIn("hf.co did not answer in time",
                      self.failed("alice/model", env={"HF_SSH_COMMAND": wrapper}, timeout=60))
        self.assertFalse(self.box.processes())

    def test_a_wrapper_that_takes_the_check_out(self):
        wrapper = self.box.script("careless", "#!/bin/sh\nexec ssh -o KnownHostsCommand=none "
                                  "-o VerifyHostKeyDNS=no -o UserKnownHostsFile=/dev/null -o "
                                  "StrictHostKeyChecking=no -F '%s' \"$@\"\n" % self.box.ssh_config)
        self.box.point_at(self.hub.impostor())
        impostor = self.hub.impostor()
        # The native transport runs no wrapper: it refuses what the impostor presents.
        self.assertIn("REFUSED: hf.co presented" if on_native() else "KnownHostsCommand",
                      self.failed("alice/model", env={"HF_SSH_COMMAND": wrapper}))
        self.assertEqual(impostor.users_seen(), [])

    def test_nobody_is_there(self):
        self.box.point_at(9)
        said = self.failed("alice/model")
        self.assertIn("Connection refused", said)
        self.assertIn("no connection to hf.co", said)

    def test_the_key_is_not_taken(self):
        self.hub.refuse("*")
        self.assertIn("hf.co's host key is right, but the login failed",
                      self.failed("alice/model"))

    def test_no_key(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        self.assertIn("no SSH key", self.failed("alice/model"))

    def test_locked_key(self):
        locked = self.box.make_key("id_locked", passphrase="secret")
        self.assertIn("ssh-add ~/.ssh/id_locked",
                      self.failed("alice/model", env={"HF_SSH_IDENTITY": locked.path}))

    def locked_at_terminal(self):
        locked = self.box.make_key("id_locked", passphrase="secret words")
        self.hub.add_account("alice", locked)
        terminal = self.box.terminal("git", "hf-ssh", "access", "alice/model",
                                     env={"HF_SSH_IDENTITY": locked.path, "NO_COLOR": "1"})
        self.addCleanup(terminal.close)
        terminal.expect("Enter passphrase for")
        return terminal

    def test_locked_key_at_a_terminal(self):
        """One prompt: who may write may read."""
        terminal = self.locked_at_terminal()
        terminal.send("secret words\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(terminal.screen.count("Enter passphrase for"), 1)
        self.assertRegex(terminal.screen, r"read +yes")
        self.assertRegex(terminal.screen, r"write +yes")

    def test_ctrl_c_at_the_prompt(self):
        """It is no verdict."""
        terminal = self.locked_at_terminal()
        self.assertNotIn(terminal.interrupt(), (0, 1))
        self.assertNotRegex(terminal.screen, r"(read|write) +no")

    def test_elsewhere_than_hf_co(self):
        self.assertIn("does not lead to hf.co", self.failed("git@example.org:a/b"))
        self.assertIn("over ssh it is git@hf.co:alice/model",
                      self.failed("https://huggingface.co/alice/model"))
        self.assertIn("not in a git repository", self.failed())
        self.box.git("init", "-q", "repo")
        self.assertIn("none of this repository's remotes leads to hf.co",
                      self.failed(cwd="repo"))

    def test_no_answer_in_time(self):
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze()
        self.box.point_at(relay)
        self.assertIn("hf.co", self.failed("alice/model", timeout=60))
        self.assertFalse(self.box.processes())

    def test_told_to_end(self):
        self.assert_ends_when_told("git-hf-ssh", "access", "alice/model")


if __name__ == "__main__":
    unittest.main()
