"""What hf-ssh says when something failed: once, on standard error, the cause and the next step."""

import os
import shutil
import socket
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native import on_native  # noqa: E402
from standin import DOWN, HubCase, Relay  # noqa: E402
from standin.relay import shut  # noqa: E402
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
                                    "git hf-ssh access git@hf.co:acme/model\n",
                                    "hint: if it is a dataset: git hf-ssh access "
                                    "git@hf.co:datasets/acme/model\n")
        self.assertNotIn("anonymous", result.stderr)
        self.assertEqual((result.out, self.greetings()), (b"", 1))

    def test_wrong_path(self):
        result = self.box.hf("git@hf.co", UPLOAD % "alice/data")
        self.assert_failed(result, "Repository not found", KNOWN, "hint: if it is a dataset: git hf-ssh access "
                           "git@hf.co:datasets/alice/data\n", "hint: if it is a Space: ",
                           "hint: if it does not exist yet, create it: "
                           "https://huggingface.co/new\n")
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
                           "(just now)")


class OrderTest(AftermathCase):
    """git reads what ssh writes to its end, and then says its last word: ours comes before."""

    @classmethod
    def set_up_hub(cls):
        super().set_up_hub()
        cls.hub.add_repository("acme/secret", owners=["acme"], private=True)

    def setUp(self):
        super().setUp()
        self.box.register("path")  # the underlying ssh is in HF_SSH_COMMAND
        self.box.git("init", "-q", "repo")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="repo")
        self.box.hf("git@hf.co", RECEIVE % "acme/model")  # whose key it is, is known

    def ways(self):
        """How git comes to run hf-ssh: (name, environment, git's options)."""
        self.box.git("config", "--global", "--unset-all", "core.sshCommand")
        quoted = "'%s'" % self.box.libexec_ssh
        yield "GIT_SSH_COMMAND, a name", {"GIT_SSH_COMMAND": "hf-ssh"}, []
        yield "GIT_SSH_COMMAND, a path", {"GIT_SSH_COMMAND": self.box.hf_ssh}, []
        yield "GIT_SSH", {"GIT_SSH": self.box.libexec_ssh}, []
        yield "core.sshCommand by hand", {}, ["-c", "core.sshCommand=hf-ssh"]
        yield "core.sshCommand, quoted", {}, ["-c", "core.sshCommand=" + quoted]
        self.box.git("config", "core.sshCommand", "hf-ssh", cwd="repo")
        yield "in the repository's own configuration", {}, []

    def operations(self, way=""):
        yield "push", "git@hf.co:acme/model", "HEAD"
        yield "fetch", "git@hf.co:acme/secret"
        if not way.startswith("in the repository"):
            yield "clone", "git@hf.co:acme/secret", "../clone"
            yield "ls-remote", "git@hf.co:acme/secret"

    def assert_order(self, text, about):
        """The explanation, its hint, and then git's word."""
        for first, second in ((KNOWN.strip(), "hint: see what alice may do"),
                              ("hint: see what alice may do", "fatal: ")):
            self.assertIn(first, text, about)
            self.assertIn(second, text, about)
            self.assertLess(text.rindex(first), text.index(second), about)

    def test_every_way_of_registering(self):
        for way, env, options in self.ways():
            def run(operation):
                return self.box.git(*options, *operation, check=False, cwd="repo", env=env)
            with ThreadPoolExecutor() as pool:
                results = list(pool.map(run, self.operations(way)))
            for result in results:
                self.assertNotEqual(result.status, 0, result)
                self.assert_order(result.stderr, (way, result))

    def test_at_a_terminal(self):
        for operation in self.operations():
            status, lines = self.box.at_terminal("git", *operation, env={"NO_COLOR": "1"},
                                                 cwd=self.box.path("work", "repo"))
            self.assertNotEqual(status, 0, lines)
            self.assertLessEqual(max(map(len, lines)), 80)
            self.assert_order("\n".join(lines), lines)

    def test_colour_is_git_s(self):
        """That of its own hints."""
        yellow = "\x1b[33mhint: see what alice may do there: "
        mine = self.box.read(self.box.git_config).decode()
        for settings, env, coloured in (
                ("", {}, True), ("ui = false", {}, False),
                ("ui = false\nadvice = auto", {}, True), ("advice = never", {}, False),
                ("", {"NO_COLOR": "1"}, False), ("", {"TERM": "dumb"}, False),
                ("[color \"advice\"]\nhint = bold red", {}, "\x1b[1;31m")):
            with self.subTest((settings, env)):
                self.box.write(self.box.git_config, mine + "[color]\n" + settings + "\n")
                terminal = self.box.terminal("git", "ls-remote", "git@hf.co:acme/secret",
                                             env=dict({"TERM": "xterm"}, **env))
                terminal.wait(30)
                terminal.close()
                self.assertIn("hint: see what alice may do there: ", terminal.screen)
                self.assertEqual(yellow in terminal.screen, coloured is True, terminal.screen)
                if isinstance(coloured, str):
                    self.assertIn(coloured + "hint: see what ", terminal.screen)
        self.box.write(self.box.git_config, mine + "[color]\nadvice = always\n")
        self.assertIn(yellow, self.box.git("ls-remote", "git@hf.co:acme/secret", check=False
                                           ).stderr)

    def within(self, flags, *words, env=None):
        """Runs `git ls-remote` in namespaces of its own, if this machine can; the Result."""
        user = () if os.getuid() == 0 else ("-U", "-c", "--keep-caps")
        words = ("unshare", *user, *flags, *words)
        result = self.box.run(*words, "true")
        if result.status != 0:
            self.skipTest("no such namespaces here: " + result.stderr.strip())
        return self.box.run(*words, "git", "ls-remote", "git@hf.co:acme/secret", env=env)

    @unittest.skipUnless(shutil.which("unshare"), "unshare is not here")
    def test_with_bash_as_sh(self):
        """It stays no parent that holds git's pipe, as dash does."""
        bash = shutil.which("bash") or self.skipTest("no bash here")
        result = self.within(("-m",), "sh", "-c", 'mount --bind %s "$(readlink -f /bin/sh)" && '
                             'exec "$@"' % bash, "sh",
                             env={"GIT_SSH_COMMAND": "'%s'" % self.box.libexec_ssh})
        self.assert_order(result.stderr, result)

    @unittest.skipUnless(shutil.which("unshare"), "unshare is not here")
    def test_git_is_the_main_process_of_a_container(self):
        """With it everything in the namespace dies."""
        for _ in range(5):
            result = self.within(("-fp", "--mount-proc", "--kill-child"))
            self.assert_order(result.stderr, result)

    def test_the_process_group_dies_with_git(self):
        result = self.box.run("sh", "-c", '"$@"; kill -9 0', "sh", "git", "ls-remote",
                              "git@hf.co:acme/secret")
        self.assertEqual(result.status, -9, result)
        self.assert_order(result.stderr, result)


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
        # Whatever the failure, what git-lfs appends does not stand behind a command.
        locked = self.box.make_key("locked", passphrase="abcde")
        impostor = self.hub.impostor("ed25519")
        genuine = self.hub.genuine()
        for why, server, env in (("unknown", genuine, {}),
                                 ("locked", genuine, {"HF_SSH_IDENTITY": locked.path}),
                                 ("gone", genuine, {"HF_SSH_IDENTITY": "~/.ssh/gone"}),
                                 ("impostor", impostor, {})):
            with self.subTest(why):
                self.box.point_at(server)
                result = self.box.git("lfs", "push", "origin", "main", check=False, cwd="clone",
                                      env=env)
                self.assertIn("hint: ", result.stderr)
                self.assertIn("hf-ssh: git-lfs cannot go on: exit status ", result.stderr)
                self.assertNotRegex(result.stderr, "hint: .*: exit status")


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
        self.assert_failed(result, REFUSED, "hf-ssh: published  ED25519 SHA256:",
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
                         "hf.co's port is 22, and your ssh configuration sets",
                         "hint: see which Port applies: ssh -G hf.co\n",
                         "hint: clone over HTTPS: git clone "
                         "https://huggingface.co/alice/model\n")

    def test_the_https_proxy(self):
        self.box.script("ncat", "#!/bin/sh\n")
        self.box.point_at(free_port())
        result = self.box.hf("git@hf.co", RECEIVE % "alice/model",
                             env={"HTTPS_PROXY": "http://proxy.example:3128/"})
        self.assert_lost(result, "ProxyCommand ncat --proxy proxy.example:3128 --proxy-type http "
                         "%h %p", "hint: push over HTTPS: git push ")
        result = self.box.hf("git@hf.co", RECEIVE % "alice/model",
                             env={"https_proxy": "http://me:secret@proxy.example:3128/"})
        self.assert_lost(result, "hint: your HTTPS proxy has a password, which a ProxyCommand")
        self.assertNotIn("secret", result.stderr)
        result = self.box.hf("git@hf.co", RECEIVE % "alice/model",
                             env={"https_proxy": "http://proxy:1/", "no_proxy": "x,.hf.co"})
        self.assert_lost(result, "hint: push over HTTPS")
        self.assertNotIn("proxy:1", result.stderr)

    def test_name_is_not_found(self):
        self.box.point_at(free_port(), extra="Host hf.co\nHostName no-such-name.invalid\n")
        self.assert_lost(self.box.hf("git@hf.co", UPLOAD % "alice/model"), "hf-ssh: no connection to hf.co: the "
                         "name no-such-name.invalid was not found", "hint: ")

    def test_causes_in_a_server_or_a_configuration(self):
        genuine, ed25519 = self.hub.genuine(), self.hub.host_key("ed25519")
        revoked = self.box.write(os.path.join(self.box.home, "revoked"), ed25519.public + "\n")
        gone = os.path.join(self.box.home, "gone")
        for server, extra, words in (
                (self.closing_server(), "", "hf.co is busy: it closed the connection before the "
                 "key exchange; try again in a minute\n"),
                (genuine, "Ciphers 3des-cbc", "no connection to hf.co: your ssh configuration and "
                 "the server have no algorithm in common\n"),
                (genuine, "RevokedHostKeys " + revoked, "revoked in   ~/revoked\n"),
                (genuine, "RevokedHostKeys " + gone, "REFUSED: RevokedHostKeys of your ssh "
                 "configuration (~/gone)\nhf-ssh: cannot be read, and ssh refuses every host key")):
            self.box.point_at(server, extra="Host hf.co\n%s\n" % extra)
            result = self.box.hf("git@hf.co", UPLOAD % "alice/model",
                                 env={"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "hf-ssh.retry",
                                      "GIT_CONFIG_VALUE_0": "false"})
            self.assertEqual((result.status, result.out), (255, b""))
            if not on_native():  # which has its own words
                self.assert_failed(result, "hf-ssh: " + words if words[0] != "r" else words)
                self.assertNotIn("hf-ssh: key:", result.stderr)

    def closing_server(self):
        """Takes each connection, and closes it before it says a word; its port."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(shut, listener)

        def serve():
            try:
                while True:
                    listener.accept()[0].close()
            except OSError:
                pass
        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    @unittest.skipIf(on_native(), "OpenSSH's words")
    def test_causes_in_the_network(self):
        for said, words in (("No route to host", "there is no route to 127.0.0.1; is this machine "
                             "online, and the address right?"),
                            ("Permission denied", "this machine (a firewall, a route, a sandbox) "
                             "forbids connections to port 22 of 127.0.0.1"),
                            ("Connection timed out", "port 22 of 127.0.0.1 does not answer; a "
                             "firewall may block it")):
            ssh = self.box.script("ssh-x", """#!/bin/sh
case " $* " in *" -G "*) exec ssh "$@";; esac
echo 'ssh: connect to host hf.co port 22: %s' >&2
exit 255
""" % said)
            self.box.point_at(22)
            result = self.box.hf("git@hf.co", UPLOAD % "alice/model",
                                 via="%s -F %s" % (ssh, self.box.ssh_config))
            self.assert_lost(result, "hf-ssh: no connection to hf.co: " + words)

    @unittest.skipIf(on_native(), "there the helper is part of the transport")
    def test_the_helper_dies(self):
        self.box.write(os.path.join(self.box.libexec, "known-hosts"), "#!/bin/sh\nkill -9 $$\n",
                       0o755)
        result = self.box.hf("git@hf.co", UPLOAD % "alice/model")
        self.assert_lost(result, "hf-ssh: no connection to hf.co: ssh could not run the program "
                         "that checks the host key, or it died; nothing of yours was sent\n",
                         "hint: check the installation: git hf-ssh doctor\n")

    @unittest.skipIf(on_native(), "OpenSSH's words")
    def test_the_agent_refuses(self):
        """A key that was added with `ssh-add -c`, and nobody confirms."""
        self.box.env["SSH_ASKPASS"] = "/bin/false"
        self.box.agent()
        self.box.run("ssh-add", "-c", self.box.key.path)
        os.remove(self.box.key.path)
        result = self.box.hf("git@hf.co", UPLOAD % "alice/model")
        self.assert_lost(result, "hf-ssh: the ssh-agent refused to sign with this key\n",
                         "hint: see which keys the agent holds: ssh-add -l\n")

    @unittest.skipIf(on_native(), "which says it itself")
    def test_three_wrong_passphrases(self):
        key = self.box.make_key("locked", passphrase="secret")
        question = "Enter passphrase for key"
        status, lines = self.box.at_terminal(
            self.box.hf_ssh, "--via", self.box.ssh_command(), "-i", key.path, "git@hf.co",
            UPLOAD % "alice/model", answers=[(question, "wrong\n")] * 3)
        self.assertEqual(status, 255, lines)
        text = "\n".join(lines)
        self.assertIn("hf-ssh: the key was not unlocked, or the connection broke", text)
        self.assertIn('hint: unlock it once, for the ssh-agent: eval "$(ssh-agent -s)" && ssh-add '
                      "~/.ssh/locked", text.replace("\n", ""))

    @unittest.skipIf(on_native(), "which says it itself")
    def test_the_line_is_cut_after_a_locked_key_was_unlocked(self):
        """The login was seen: the passphrase was right."""
        self.hub.commit("alice/model", {"noise": os.urandom(1 << 20)})
        key = self.box.make_key("locked", passphrase="secret")
        self.hub.add_account("alice", key)
        self.box.register("path")
        self.box.git("config", "--global", "hf-ssh.identity", key.path)
        relay = Relay(self.hub.genuine(), cut_after={DOWN: 200_000})
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        status, lines = self.box.at_terminal("git", "clone", "git@hf.co:alice/model",
                                             answers=[("Enter passphrase", "secret\n")])
        text = "\n".join(lines)
        self.assertNotEqual(status, 0)
        self.assertIn("hf-ssh: the connection to hf.co broke; try again", text)
        self.assertNotIn("unlock", text)

    def test_a_refusal_fits_a_terminal(self):
        self.box.register("path")
        for kind in ("ed25519", "ecdsa", "rsa"):
            with self.subTest(kind):
                self.refused_at_a_terminal(kind)

    def refused_at_a_terminal(self, kind):
        self.box.point_at(self.hub.impostor(kind))
        status, lines = self.box.at_terminal("git", "clone", "git@hf.co:alice/model",
                                             env={"NO_COLOR": "1"})
        self.assertNotEqual(status, 0)
        # ssh's own words have four paths below the temporary directory.
        longer = max(0, len(self.box.path()) - len("/tmp/hfs-12345678/b1"))
        self.assertLessEqual(len(lines), 23 + -(-4 * longer // 80), lines)
        if kind == "rsa" and on_native():  # which can verify none
            return
        first_of_git = next(i for i, line in enumerate(lines) if line.startswith("fatal: "))
        self.assertEqual(lines[first_of_git - 3:first_of_git], [
            REFUSED + ";", "hf-ssh: nothing of yours was sent",
            "hint: compare all host keys: git hf-ssh host-keys check"])

    def test_key_refused(self):
        """Which hf.co does not do; another server behind the name might."""
        self.hub.refuse("*")
        self.assert_lost(self.box.hf("git@hf.co", UPLOAD % "alice/model"), "Permission denied",
                         "hf-ssh: hf.co's host key is right, but the login failed",
                         self.box.key.fingerprint)

    def test_another_login_name(self):
        result = self.box.hf("alice@hf.co", UPLOAD % "alice/model")
        self.assertEqual(result.status, 255, result)
        if not on_native():
            self.assert_lost(result, 'hf-ssh: hf.co takes no login name but git, and this one is '
                             '"alice"\n', "hint: with the right one: git ls-remote "
                             "git@hf.co:alice/model\n")

    def test_git_lfs_gets_no_command_as_its_last_line(self):
        """It glues ": exit status 255" to that."""
        self.remove_key()
        result = self.box.hf("git@hf.co", "git-lfs-authenticate alice/model download")
        self.assert_failed(result, "hint: make one: git hf-ssh keys new\n")
        self.assertEqual(result.stderr.splitlines()[-1],
                         "hf-ssh: git-lfs cannot go on")

    def remove_key(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")

    def test_an_archive(self):
        result = self.box.hf("git@hf.co", "git-upload-archive 'alice/model'")
        self.assert_failed(result, "hf-ssh: hf.co made no archive", "hint: clone the repository "
                           "instead: git clone --depth 1 git@hf.co:alice/model\n")

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
