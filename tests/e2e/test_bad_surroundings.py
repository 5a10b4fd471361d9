"""The programs around hf-ssh are wrong: the ssh to run leads nowhere or back, git is missing or
hangs. Each is a clear error, status 255, and no connection."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native import openssh_only  # noqa: E402
from standin import HubCase, in_time  # noqa: E402
from standin.program import sanitized  # noqa: E402

HELLO = ("-T", "git@hf.co")


class SurroundingsCase(HubCase):
    def assert_refused(self, result, *texts):
        self.assertEqual((result.status, result.out), (255, b""), result)
        for text in texts:
            self.assertIn(text, result.stderr, result)
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        return result

    def without(self, *names):
        """Leaves on PATH what hf-ssh might want, but for NAMES."""
        folder = self.box.folder("programs")
        for name in {"ssh", "git", "sh", "env", "sleep", "cat"} - set(names):
            os.symlink(shutil.which(name), os.path.join(folder, name))
        self.box.env["PATH"] = "%s:%s" % (self.box.bin, folder)


class UnderlyingTest(SurroundingsCase):
    def each_way(self, command):
        """The command as --via, and as HF_SSH_COMMAND."""
        yield "--via", self.box.hf(*HELLO, via=command)
        yield "HF_SSH_COMMAND", self.box.hf(*HELLO, via="", env={"HF_SSH_COMMAND": command})

    def test_commands_that_run_nothing(self):
        for command, text in (
                ("ssh 'x", "unbalanced '"), ('ssh "x', 'unbalanced "'), ("ssh $(x", "unbalanced"),
                ("ssh `x", "unbalanced"), ("no-such-ssh -4", "no such program: no-such-ssh"),
                ("/no/such/ssh", "no such program: /no/such/ssh"),
                ("/tmp", "no such program: /tmp"),
                ("no-such\x1b[31m", "no-such\\x1b[31m"), ("hf-ssh", "leads back to hf-ssh itself"),
                ("exec hf-ssh", "leads back to hf-ssh itself"),
                (self.box.libexec_ssh, "leads back to hf-ssh itself")):
            for name, result in self.each_way(command):
                with self.subTest(command=command, way=name):
                    self.assert_refused(result, "hf-ssh: %s" % name, text)

    def test_compound(self):
        """Fine for other hosts, but hf-ssh could not put its own options where they must stand."""
        for command in ("true; ssh", "true && ssh", "f() { ssh \"$@\"; }; f", "ssh | cat", "ssh &"):
            for _, result in self.each_way(command):
                with self.subTest(command):
                    self.assert_refused(result, "more than an ssh with options", "hint: ")

    def test_words_that_hang(self):
        result = self.box.hf(*HELLO, via="ssh $(sleep 8)")
        self.assert_refused(result, "took longer than five seconds")
        self.assertLess(result.seconds, in_time(15))

    def test_via_without_a_command(self):
        self.assert_refused(self.box.run(self.box.hf_ssh, "--via"), "hf-ssh: --via needs a command")

    def test_no_ssh(self):
        """Where OpenSSH is to carry the session; what serves without it is in test_no_ssh.py."""
        self.without("ssh")
        self.box.env["HF_SSH_TRANSPORT"] = "openssh"
        self.assert_refused(self.box.hf(*HELLO, via=""), "hf-ssh: no ssh was found on PATH",
                            "openssh-client", "HF_SSH_COMMAND")
        os.symlink("hf-ssh", os.path.join(self.box.bin, "ssh"))  # only hf-ssh itself
        self.assert_refused(self.box.hf(*HELLO, via=""), "hf-ssh: no ssh was found on PATH")
        self.assert_refused(self.box.hf(*HELLO, via="ssh"), "hf-ssh: --via: no such program: ssh")

    def test_native_with_an_ssh_that_cannot_run(self):
        """Nothing of ssh is needed: not even its configuration is asked for."""
        self.box.script("ssh", "#!/bin/sh\nexit 127\n")
        result = self.box.hf("-F", self.box.ssh_config, *HELLO, via="",
                             env={"HF_SSH_TRANSPORT": "native"})
        self.assertEqual((result.stdout, result.stderr),
                         ("Hi alice, welcome to Hugging Face.\n", ""), result)

    @unittest.skipIf(sanitized(), "a sanitizer needs descriptors of its own")
    def test_limits(self):
        """No descriptor left: named, and nothing is run."""
        for limit in (4, 6, 8, 10):
            with self.subTest(limit):
                result = self.box.run("sh", "-c", 'ulimit -n %d; exec hf-ssh "$@"' % limit, "sh",
                                      *HELLO)
                if result.status != 0:
                    self.assertEqual((result.status, result.out), (255, b""), result)
                    self.assertRegex(result.stderr, "[Tt]oo many open files|cannot open")
                    self.assertNotIn("does not accept these options", result.stderr)
                    self.assertNotIn("was not found", result.stderr)

    @openssh_only("an ssh that cannot run is none to the native transport")
    def test_ssh_is_ended_by_a_limit(self):
        ssh = self.box.script("limited", "#!/bin/sh\nkill -XCPU $$\n")
        result = self.box.hf(*HELLO, via=ssh)
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("ssh -G was ended by signal", result.stderr)
        self.assertIn("ulimit -a", result.stderr)

    def test_no_file_may_be_written(self):
        """What is remembered is a cache: that it cannot be written costs nothing."""
        result = self.box.run("sh", "-c", 'ulimit -f 0; exec hf-ssh "$@"', "sh", *HELLO,
                              env={"HF_SSH_COMMAND": self.box.ssh_command()})
        self.assertEqual((result.status, b"Hi alice" in result.out), (0, True), result)

    def test_secrets_of_a_command(self):
        """What was given as the ssh to run may hold a token: no message repeats it."""
        for command in ("env TOKEN=s3cret ssh; true", "TOKEN='s3cret ssh", "TOKEN=s3cret $(exit 3"):
            result = self.box.hf(*HELLO, via="", env={"HF_SSH_COMMAND": command})
            self.assertEqual(result.status, 255, result)
            self.assertIn("hf-ssh: ", result.stderr)
            self.assertNotIn("s3cret", result.stderr)

    def test_path_is_not_set(self):
        """The system's usual directories serve, as they do for a shell."""
        for value in (None, ""):
            result = self.box.hf(*HELLO, env={"PATH": value})
            self.assertEqual(result.stdout, "Hi alice, welcome to Hugging Face.\n", result)


class ChainTest(SurroundingsCase):
    """Ways back to hf-ssh that never end."""

    def assert_ends(self, result):
        self.assert_refused(result, "leads back to hf-ssh again and again", "hint: ")
        self.assertEqual(result.stderr.count("again and again"), 1, result)
        self.assertLess(result.seconds, in_time(10))

    def test_a_wrapper_named_ssh(self):
        self.box.script("ssh", '#!/bin/sh\nexec hf-ssh "$@"\n')
        self.assert_ends(self.box.hf(*HELLO, via=""))
        self.assert_ends(self.box.hf(*HELLO, via="ssh"))
        self.assert_ends(self.box.hf("other", via=""))

    def test_two_copies(self):
        """Each of which takes the other for ssh."""
        copy = os.path.join(self.box.folder("second"), "ssh")
        shutil.copy(self.box.hf_ssh, copy)
        shutil.copy(self.box.hf_ssh, os.path.join(self.box.bin, "ssh"))
        self.box.env["PATH"] = "%s:%s" % (self.box.path("second"), self.box.env["PATH"])
        for words in (HELLO, ("other",)):
            result = self.box.hf(*words, via="")
            if result.status != 0:  # the copies may as well find the real one behind them
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertIn("PATH", result.stderr)

    def test_via_names_a_copy(self):
        """hf-ssh --via hf-ssh, of another installation."""
        copy = os.path.join(self.box.folder("second"), "hf-ssh")
        shutil.copy(self.box.hf_ssh, copy)
        self.box.env["HF_SSH_COMMAND"] = copy
        self.assert_refused(self.box.hf(*HELLO, via=copy), "leads back to hf-ssh itself")

    def test_bastion_through_hf_ssh(self):
        """A ProxyCommand that runs hf-ssh for another host is no chain that leads back."""
        bastion = self.hub.sshd("bastion", [self.hub.host_key("ed25519", "bastion")],
                                shell="/bin/sh")
        with open(os.path.join(bastion.directory, "authorized_keys"), "w") as authorized:
            authorized.write(self.box.key.public + "\n")
        self.box.env["HF_SSH_COMMAND"] = self.box.ssh_command()
        self.box.point_at(self.hub.genuine(), other=bastion, extra=(
            "Host hf.co\n    ProxyCommand %s -W %%h:%%p other\n" % self.box.hf_ssh))
        result = self.assert_ok(self.box.hf(*HELLO, via=""))
        self.assertEqual(result.stdout, "Hi alice, welcome to Hugging Face.\n")
        self.assertEqual(bastion.arrivals(), 1)


class GitTest(SurroundingsCase):
    def test_missing(self):
        self.without("git")
        self.assert_refused(self.box.hf(*HELLO), "hf-ssh: git was not found on PATH",
                            "hf-ssh: git's configuration could not be read",
                            "hint: name the key: export HF_SSH_IDENTITY=")

    @unittest.skipIf(os.path.exists("/etc/gitconfig"), "git is configured for the whole system")
    def test_missing_and_nothing_to_read(self):
        """A small container: without git and without its files no key was chosen by them."""
        self.without("git")
        os.remove(self.box.git_config)
        result = self.assert_ok(self.box.hf(*HELLO, env={"GIT_CONFIG_GLOBAL": None}))
        self.assertEqual(result.stderr, "")
        self.box.write(self.box.git_config, "")
        self.assert_refused(self.box.hf(*HELLO, env={"GIT_CONFIG_GLOBAL": None}), "git was not found")

    def test_missing_where_it_is_not_needed(self):
        """The environment and the command line come before git's configuration."""
        self.without("git")
        for words, env in ((HELLO, {"HF_SSH_IDENTITY": self.box.key.path}),
                           (("-i", self.box.key.path, *HELLO), {})):
            result = self.assert_ok(self.box.hf(*words, env=env))
            self.assertEqual(result.stdout, "Hi alice, welcome to Hugging Face.\n")

    def test_hangs(self):
        """Five seconds, not for ever."""
        self.box.script("git", "#!/bin/sh\nexec sleep 60\n")
        result = self.assert_refused(
            self.box.hf(*HELLO), "hf-ssh: git did not read its configuration within five seconds")
        self.assertLess(result.seconds, in_time(15))
        self.assertEqual(self.box.processes(), set())

    def test_fails(self):
        for script, said in (("echo oops >&2; exit 3", "oops"), ("echo nonsense", ""),
                             ("kill -9 $$", ""), ("exec cat /dev/zero", "")):
            with self.subTest(script):
                self.box.script("git", "#!/bin/sh\n%s\n" % script)
                self.assert_refused(self.box.hf(*HELLO), said,
                                    "hf-ssh: git could not read its configuration")

    def test_a_repository_that_git_is_not_using(self):
        """A worktree mounted into a container, a file that is broken, a directory that is gone: what
        is set for this person counts all the same."""
        self.box.write(self.box.git_config, "[hf-ssh]\n\tidentity = /no/such/key\n")
        folder = self.box.folder("here")
        for name, content in ((".git", "gitdir: /no/such/place\n"), (".git/config", "[hf-ssh\n")):
            with self.subTest(name):
                shutil.rmtree(os.path.join(folder, ".git"), ignore_errors=True)
                if name != ".git":
                    self.box.run("git", "init", "-q", folder)
                self.box.write(os.path.join(folder, name), content)
                self.assert_chosen_by_git(self.box.hf(*HELLO, cwd=folder))
                os.path.isdir(os.path.join(folder, ".git")) or os.remove(
                    os.path.join(folder, ".git"))
        with self.subTest("removed"):
            self.assert_chosen_by_git(self.box.run(
                "sh", "-c", 'cd "$1" && rm -rf "$1" && shift && exec "$@"', "sh", folder,
                self.box.hf_ssh, "--via", self.box.ssh_command(), *HELLO))

    def assert_chosen_by_git(self, result):
        self.assert_refused(result, "there is no key /no/such/key (hf-ssh.identity in git's "
                            "configuration (global))")
        self.assertNotIn("fatal", result.stderr)

    def test_broken_configuration(self):
        """git says which file and line."""
        self.box.write(self.box.git_config, "[hf-ssh\n")
        self.assert_refused(self.box.hf(*HELLO), "bad config line 1 in file",
                            "hf-ssh: git could not read its configuration")


if __name__ == "__main__":
    unittest.main()
