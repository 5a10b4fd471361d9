"""What hf-ssh says when something failed: once, on standard error, the cause and the next step."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native import on_native  # noqa: E402
from standin import DOWN, HubCase, Relay  # noqa: E402
from standin.sshd import free_port  # noqa: E402

ANONYMOUS = 'hf-ssh: hf.co does not know this key (it answered "Hi anonymous")\n'
KNOWN = 'hf-ssh: hf.co knows this key as "alice"\n'
REFUSED = "hf-ssh: REFUSED: hf.co presented a key that Hugging Face has not published"
UPLOAD, RECEIVE = "git-upload-pack '%s'", "git-receive-pack '%s'"


class AftermathCase(HubCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model", owners=["acme"])

    def setUp(self):
        super().setUp()
        self.box.register("via")

    def push(self, url, **options):
        """Commits in a clone, and pushes; the Result."""
        self.box.git("clone", "-q", url, "clone", **options)
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.hub.forget()
        return self.box.git("push", check=False, cwd="clone", **options)

    def greetings(self):
        return self.hub.commands().count(None)

    def own_lines(self, result):
        return [line for line in result.stderr.splitlines()
                if line.startswith(("hf-ssh: ", "hint: "))]

    def assert_silent(self, result):
        self.assertEqual(self.own_lines(result), [], result)


class AuthenticatedTest(AftermathCase):
    """hf.co let us in, and then the git operation failed."""

    def test_unknown_key(self):
        self.hub.add_stranger(self.box.key)
        result = self.assert_failed(self.push("git@hf.co:acme/model"), ANONYMOUS,
                                    "hf-ssh: key: ~/.ssh/id_ed25519 (ED25519 %s), the only key"
                                    % self.box.key.fingerprint,
                                    "hint: add the key to your account: git hf-ssh keys check "
                                    "--open '~/.ssh/id_ed25519'\n".replace("'", ""))
        self.assertNotIn("git hf-ssh use", result.stderr)  # there is no other key
        self.assertIn("You are not allowed to push", result.stderr)  # the server's own words
        self.assertEqual(result.out, b"")
        self.assertEqual(result.stderr.count("add the key"), 1)
        self.assertEqual(self.greetings(), 1)

    def test_unknown_key_and_private_repository(self):
        self.hub.add_stranger(self.box.key)
        result = self.box.git("clone", "git@hf.co:alice/secret", check=False)
        self.assert_failed(result, "Repository not found", ANONYMOUS)

    def test_no_access(self):
        result = self.assert_failed(self.push("git@hf.co:acme/model"), KNOWN,
                                    self.box.key.fingerprint, "hint: see what alice may do there: "
                                    "git hf-ssh access git@hf.co:acme/model\n")
        self.assertNotIn("anonymous", result.stderr)
        self.assertEqual((result.out, self.greetings()), (b"", 1))

    def test_wrong_path(self):
        result = self.box.hf("git@hf.co", UPLOAD % "alice/data")
        self.assert_failed(result, "Repository not found", KNOWN, "hint: if it is a dataset: git hf-ssh access "
                           "git@hf.co:datasets/alice/data\n", "hint: if it is a Space: ")
        self.assertEqual((result.status, result.out), (1, b""))

    def test_hints_are_silent(self):
        self.hub.add_stranger(self.box.key)
        self.box.git("config", "--global", "hf-ssh.hints", "false")
        result = self.assert_failed(self.push("git@hf.co:acme/model"), ANONYMOUS, "hf-ssh: key: ")
        self.assertNotIn("hint:", result.stderr)

    def test_quiet(self):
        self.hub.add_stranger(self.box.key)
        result = self.box.hf("-q", "git@hf.co", RECEIVE % "acme/model")
        self.assert_failed(result, ANONYMOUS)
        self.assertNotIn("hint:", result.stderr)

    def test_no_greeting_after_success(self):
        self.box.git("clone", "git@hf.co:alice/model", "clone")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.assert_silent(self.box.git("push", cwd="clone"))
        self.assertEqual(self.greetings(), 0)

    def test_a_hook_declines(self):
        """The server took the key and the push, its hook did not: nothing for hf-ssh to explain."""
        hook = os.path.join(self.hub.repository_directory("alice/model"), "hooks", "pre-receive")
        self.box.write(hook, "#!/bin/sh\necho no such luck >&2\nexit 1\n", 0o755)
        self.addCleanup(os.unlink, hook)
        result = self.assert_failed(self.push("git@hf.co:alice/model"), "no such luck")
        self.assert_silent(result)
        self.assertEqual(self.greetings(), 0)

    def test_another_command_fails(self):
        """Neither git nor git-lfs: the server's own words do."""
        result = self.box.hf("git@hf.co", "git-lfs-transfer alice/model download")
        self.assertEqual((result.status, result.out), (1, b""))
        self.assert_silent(result)
        self.assertEqual(self.greetings(), 0)

    def test_the_greeting_is_silent(self):
        """Whatever else the server says in it."""
        self.addCleanup(self.restore, self.hub.state["greeting"])
        self.hub.state["greeting"] = "a banner\nHi NAME, welcome to Hugging Face.\nmore"
        self.hub.save()
        result = self.box.hf("git@hf.co", RECEIVE % "acme/model")
        self.assert_failed(result, KNOWN)
        self.assertEqual(result.out, b"")
        self.assertNotIn("banner", result.stderr)

    def test_no_greeting_worth_the_name(self):
        self.addCleanup(self.restore, self.hub.state["greeting"])
        self.hub.state["greeting"] = "Hello NAME"
        self.hub.save()
        result = self.box.hf("git@hf.co", RECEIVE % "acme/model")
        self.assert_failed(result, "You are not allowed")
        self.assertEqual((result.status, result.out), (1, b""))
        self.assertNotIn("alice\"", result.stderr)

    def restore(self, greeting):
        self.hub.state["greeting"] = greeting
        self.hub.save()

    def test_a_locked_key_is_not_asked_about(self):
        """A second passphrase for an explanation would be too much."""
        key = self.box.make_key("locked", passphrase="secret")
        self.hub.add_stranger(key)
        askpass = self.box.script("askpass", "#!/bin/sh\necho asked >>'%s'\necho secret\n"
                                  % self.box.path("asked"))
        result = self.box.hf("-i", key.path, "git@hf.co", RECEIVE % "acme/model",
                             env={"SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"})
        self.assert_failed(result, "hf-ssh: key: ~/.ssh/locked",
                           "check yours: git hf-ssh keys check ~/.ssh/locked\n")
        self.assertEqual(self.box.read(self.box.path("asked")), b"asked\n")
        self.assertEqual(self.greetings(), 0)


class OtherKeysTest(AftermathCase):
    """Only what can win is proposed."""

    def learn_accounts(self):
        """alice's key and acme's, both asked about."""
        self.hub.add_stranger(self.box.key)
        self.acme = self.box.make_key("acme key")
        self.hub.add_account("acme", self.acme)
        self.box.run("git", "hf-ssh", "whoami", "--all")

    def test_the_key_of_the_namespace(self):
        self.learn_accounts()
        self.box.git("config", "--global", "hf-ssh.acme.identity", self.box.key.path)
        result = self.assert_failed(self.box.hf("git@hf.co", RECEIVE % "acme/model"), ANONYMOUS)
        hints = [line for line in result.stderr.splitlines() if line.startswith("hint: use ")]
        self.assertEqual(len(hints), 1, result)
        command = hints[0].partition(": ")[2].partition(": ")[2]
        self.assertTrue(command.startswith("git hf-ssh use "), command)
        self.assertTrue(command.endswith(" --for acme"), command)
        self.assertEqual(self.box.run("sh", "-c", command).status, 0)
        self.assertEqual(self.box.hf("git@hf.co", RECEIVE % "acme/model", stdin=b"0000").status, 0)

    def test_the_environment_chose(self):
        self.learn_accounts()
        result = self.box.hf("git@hf.co", RECEIVE % "acme/model",
                             env={"HF_SSH_IDENTITY": self.box.key.path})
        self.assert_failed(result, ANONYMOUS, "hf-ssh: HF_SSH_IDENTITY chose this key")
        self.assertNotIn("git hf-ssh use", result.stderr)
        result = self.box.hf("-i", self.box.key.path, "git@hf.co", RECEIVE % "acme/model")
        self.assert_failed(result, ANONYMOUS, "hf-ssh: the command line chose this key")
        self.assertNotIn("git hf-ssh use", result.stderr)

    def test_a_locked_key_that_hf_co_did_not_know(self):
        """What was learned counts, with its age."""
        key = self.box.make_key("locked")
        self.hub.add_stranger(key)
        self.assert_failed(self.box.hf("-i", key.path, "git@hf.co", RECEIVE % "acme/model"),
                           ANONYMOUS)
        locking = self.box.run("ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", key.path)
        self.assertEqual(locking.status, 0, locking)
        askpass = self.box.script("askpass", "#!/bin/sh\necho secret\n")
        result = self.box.hf("-i", key.path, "git@hf.co", RECEIVE % "acme/model",
                             env={"SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"})
        self.assert_failed(result, "hf-ssh: hf.co did not know this key when it was asked "
                           "(less than a minute ago)")


class OrderTest(AftermathCase):
    """git reads what ssh writes to its end, and then says its last word: ours comes before."""

    def test_before_git_s_last_word(self):
        self.hub.add_stranger(self.box.key)
        # A word that no shell has to look at: git runs it itself, and nobody else holds the pipe.
        ssh = self.box.script("ssh-for-git", '#!/bin/sh\nexec hf-ssh --via "%s" "$@"\n'
                              % self.box.ssh_command())
        for env in ({}, {"GIT_SSH_COMMAND": ssh}):
            with self.subTest(env):
                result = self.box.git("ls-remote", "git@hf.co:acme/nothing-here", check=False,
                                      env={"GIT_SSH_VARIANT": "ssh", **env})
                self.assertNotEqual(result.status, 0)
                self.assertIn(ANONYMOUS, result.stderr)
                self.assertLess(result.stderr.rindex("hint: "), result.stderr.index("fatal: "),
                                result)


class OnceAMinuteTest(AftermathCase):
    def test_a_known_account_is_remembered(self):
        for _ in range(2):
            self.assert_failed(self.box.hf("git@hf.co", RECEIVE % "acme/model"), KNOWN)
        self.assertEqual(self.greetings(), 1)

    def test_the_key_is_added_within_the_minute(self):
        self.hub.add_stranger(self.box.key)
        self.assert_failed(self.box.hf("git@hf.co", RECEIVE % "acme/model"), ANONYMOUS)
        self.hub.add_account("alice", self.box.key)
        result = self.box.hf("git@hf.co", RECEIVE % "acme/model")
        self.assert_failed(result, KNOWN)
        self.assertNotIn("does not know", result.stderr)

    def test_git_lfs_repeats_itself(self):
        """It shows only its last attempt: the text comes each time, the greeting once."""
        self.hub.add_stranger(self.box.key)
        results = [self.box.hf("git@hf.co", "git-lfs-authenticate acme/model upload")
                   for _ in range(3)]
        self.assertEqual([ANONYMOUS in result.stderr for result in results], [True] * 3)
        self.assertEqual(self.greetings(), 1)
        self.assertTrue(all(result.out == b"" for result in results))

    def test_git_lfs_in_ci(self):
        """Nothing is remembered, so nothing is asked: the key, and how to check it."""
        self.hub.add_stranger(self.box.key)
        result = self.box.hf("git@hf.co", "git-lfs-authenticate acme/model upload",
                             env={"CI": "true"})
        self.assert_failed(result, "hf-ssh: key: ~/.ssh/id_ed25519", "check yours: git hf-ssh keys "
                           "check ~/.ssh/id_ed25519\n")
        self.assertEqual(self.greetings(), 0)

    @unittest.skipUnless(shutil.which("git-lfs"), "git-lfs is not here")
    def test_git_lfs_itself(self):
        self.hub.add_stranger(self.box.key)
        self.box.git("clone", "-q", "git@hf.co:acme/model", "clone")
        self.box.write("clone/a.bin", os.urandom(1000))
        for words in (("lfs", "install", "--local"), ("lfs", "track", "*.bin"), ("add", "."),
                      ("commit", "-qm", "x")):
            self.box.git(*words, cwd="clone")
        self.hub.forget()
        result = self.box.git("lfs", "push", "origin", "main", check=False, cwd="clone")
        self.assertNotEqual(result.status, 0, result)
        attempts = [command for command in self.hub.commands()
                    if command and command.startswith("git-lfs-authenticate")]
        self.assertGreater(len(attempts), 1)
        self.assertIn(ANONYMOUS.strip(), result.stderr)
        self.assertEqual(self.greetings(), 1)


class NoConnectionTest(AftermathCase):
    def assert_lost(self, result, *texts):
        self.assert_failed(result, *texts)
        self.assertEqual((result.status, result.out), (255, b""))
        own = self.own_lines(result)
        self.assertTrue(any(line.startswith("hint: ") for line in own), own)
        self.assertEqual(self.greetings(), 0)

    def test_refused_host_key(self):
        """hf-ssh explains it after ssh has ended: the verdict and the next step come last."""
        impostor = self.hub.impostor("ed25519")
        self.box.point_at(impostor)
        result = self.box.hf("git@hf.co", UPLOAD % "alice/model")
        self.assert_failed(result, REFUSED, self.hub.host_key("ed25519").fingerprint,
                           self.hub.host_key("ed25519", "impostor").fingerprint)
        lines = result.stderr.splitlines()
        self.assertEqual(lines[-3:], [
            REFUSED + ";", "hf-ssh: nothing of yours was sent",
            "hint: compare all host keys: git hf-ssh host-keys check"])
        own = [line for line in lines if line.startswith(("hf-ssh: ", "hint: "))]
        self.assertLessEqual(len(own), 10, result)
        self.assertEqual([line for line in own if len(line) > 80], [])
        self.assertEqual(own, lines[-len(own):], "ssh's own words come first")
        self.assertEqual((result.status, result.out), (255, b""))
        for once in ("REFUSED", "presented  "):
            self.assertEqual(result.stderr.count(once), 1, result)
        for never in ("hf-ssh: key:", "no connection", "proved", "IDENTIFICATION",
                      "ssh-keygen"):
            self.assertNotIn(never, result.stderr)
        self.assertEqual((impostor.wait_idle(), impostor.users_seen()), (True, []))

    def test_connection_refused(self):
        self.box.point_at(free_port())
        self.assert_lost(self.box.hf("git@hf.co", UPLOAD % "alice/model"), "Connection refused",
                         "hf-ssh: no connection to hf.co: port ", " refuses the connection",
                         "hint: try hf.co's port: hf-ssh -p 22 -T git@hf.co\n",
                         "hint: clone over HTTPS: git clone "
                         "https://huggingface.co/alice/model\n")

    def test_the_https_proxy(self):
        self.box.script("ncat", "#!/bin/sh\n")
        self.box.point_at(free_port())
        result = self.box.hf("git@hf.co", RECEIVE % "alice/model",
                             env={"https_proxy": "http://me:secret@proxy.example:3128/"})
        self.assert_lost(result, "ProxyCommand ncat --proxy proxy.example:3128 --proxy-type http "
                         "%h %p", "hint: push over HTTPS: git push ")
        self.assertNotIn("secret", result.stderr)

    def test_name_is_not_found(self):
        self.box.point_at(free_port(), extra="Host hf.co\nHostName no-such-name.invalid\n")
        self.assert_lost(self.box.hf("git@hf.co", UPLOAD % "alice/model"), "hf-ssh: no connection to hf.co: the "
                         "name no-such-name.invalid was not found", "hint: ")

    def test_key_refused(self):
        """Which hf.co does not do; another server behind the name might."""
        self.hub.refuse("*")
        self.assert_lost(self.box.hf("git@hf.co", UPLOAD % "alice/model"), "Permission denied",
                         "hf-ssh: hf.co's host key is right, but the login failed",
                         self.box.key.fingerprint)

    def test_a_locked_key_and_nobody_to_ask(self):
        key = self.box.make_key("locked", passphrase="secret")
        result = self.box.hf("-i", key.path, "git@hf.co", UPLOAD % "alice/model")
        self.assertEqual(result.status, 255, result)
        if not on_native():
            self.assert_failed(result, "hf-ssh: the key could not be unlocked")

    def test_scp_and_sftp(self):
        for words in (("-s", "git@hf.co", "sftp"), ("git@hf.co", "scp -f alice/model")):
            result = self.box.hf(*words)
            self.assertNotEqual(result.status, 0)
            self.assert_failed(result, "hf-ssh: hf.co serves git only")

    def test_cut_in_mid_transfer(self):
        relay = Relay(self.hub.genuine(), cut_after={DOWN: 3000})
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        result = self.box.hf("git@hf.co", UPLOAD % "alice/model")
        self.assertEqual(result.status, 255, result)
        self.assertNotIn("hf-ssh: key:", result.stderr)
        if not on_native():  # which has said why itself
            self.assertIn("hf-ssh: the connection to hf.co broke; try again", result.stderr)

    def test_hints_are_silent(self):
        self.box.git("config", "--global", "hf-ssh.hints", "false")
        self.box.point_at(free_port())
        result = self.box.hf("git@hf.co", UPLOAD % "alice/model")
        self.assert_failed(result, "hf-ssh: no connection to hf.co")
        self.assertNotIn("hint:", result.stderr)

    def test_another_host_fails_in_ssh_s_own_words(self):
        ours = self.box.hf("git@other", UPLOAD % "alice/model")
        plain = self.box.ssh("git@other", UPLOAD % "alice/model", config=self.box.ssh_config)
        self.assertEqual((ours.status, ours.err), (plain.status, plain.err))


if __name__ == "__main__":
    unittest.main()
