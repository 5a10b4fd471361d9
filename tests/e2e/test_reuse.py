"""One git command, one connection: as the server counts them, however the command ends, and never
at the price of a session that runs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase, in_time, wait_for  # noqa: E402
from standin.program import transport  # noqa: E402
from standin.sshd import ssh_version  # noqa: E402

MODEL = "git@hf.co:alice/model"


# As another user it takes a user namespace too, where no file belongs to root.
NAMESPACE = ("unshare", "-pf", "--mount-proc", "--kill-child")


def can_unshare():
    done = subprocess.run([*NAMESPACE, "true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


@unittest.skipIf(transport() == "native", "the native transport shares no connection")
@unittest.skipIf(ssh_version() < (8, 5), "this ssh is too old")
@unittest.skipUnless(os.path.isdir("/proc/self") and shutil.which("git-lfs"), "no /proc or git-lfs")
class ReuseCase(GitCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/large", large={"a": b"a" * 5000, "b": b"b" * 6000})
        for number in range(5):
            cls.hub.add_repository("alice/part%d" % number)

    def setUp(self):
        super().setUp()
        self.sockets = self.box.path("run", "hf-ssh")
        self.box.git("lfs", "install", "--skip-repo")
        self.box.env["HF_SSH_TRACE"] = self.box.path("trace")

    def learn(self):
        """Has the server be known to allow two sessions at once."""
        self.assert_ok(self.box.run("git", "hf-ssh", "whoami"))
        self.assertIn("two sessions at once: beside", self.trace())
        self.server.wait_idle()
        self.hub.forget()

    @property
    def server(self):
        return self.hub.genuine()

    def trace(self):
        with open(self.box.env["HF_SSH_TRACE"], encoding="utf-8") as trace:
            return trace.read()

    def repository(self, remotes=(MODEL,), name="repository"):
        self.box.git("init", "-q", name)
        for number, url in enumerate(remotes):
            self.box.git("remote", "add", "r%d" % number, url, cwd=name)
        return name

    def with_parts(self):
        """A repository with five submodules, cloned without them."""
        place = self.repository(name="whole")
        for number in range(5):
            url = "git@hf.co:alice/part%d" % number
            commit = self.hub.git("alice/part%d" % number, "rev-parse", "main")
            self.box.git("update-index", "--add", "--cacheinfo",
                         "160000,%s,part%d" % (commit, number), cwd=place)
            for setting, value in (("path", "part%d" % number), ("url", url)):
                self.box.git("config", "-f", ".gitmodules",
                             "submodule.part%d.%s" % (number, setting), value, cwd=place)
        self.box.git("add", ".gitmodules", cwd=place)
        self.box.git("commit", "-qm", "parts", cwd=place)
        return place

    def push_large(self, **options):
        """A clone, and a push of three new LFS files from it."""
        place = self.clone("git@hf.co:alice/large", name="large")
        self.server.wait_idle()
        cloned = self.server.arrivals()
        self.hub.forget()
        for name in ("c", "d", "e"):
            self.box.write(os.path.join(place, name), os.urandom(3000))
        self.box.git("lfs", "track", "[c-e]", cwd=place)
        self.box.git("add", ".", cwd=place)
        self.box.git("commit", "-qm", "large", cwd=place)
        self.assert_quiet(self.box.git("push", "-q", cwd=place, **options))
        self.assertIn("git-lfs-authenticate alice/large upload", self.hub.commands())
        return cloned

    def assert_quiet(self, result):
        self.assertEqual((result.status, result.stderr), (0, ""), self.trace())

    def arrivals(self):
        self.server.wait_idle()
        return self.server.arrivals()

    def assert_nothing_left(self):
        """Within a second of the end, and some more for a busy machine."""
        def left():
            return not self.masters() and not self.box.processes() and self.server.wait_idle(0.1)
        self.assertTrue(wait_for(left, 20), self.box.processes())

    # A git command that goes on until it is told to.
    def start(self, script, prefix=(), **options):
        return subprocess.Popen(
            [*prefix, "git", "-c", "alias.x=!" + script, "x"], env=self.box.merged(None),
            cwd=self.box.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **options)

    def begin(self, then="", **options):
        """One that has made its first connection, which lasts; at go() it runs THEN."""
        trace = self.box.env["HF_SSH_TRACE"]
        traced = os.path.getsize(trace) if os.path.exists(trace) else 0
        for attempt in range(3):
            running = self.start("git ls-remote %s >first && mv first ready && while ! test -e go; "
                                 "do sleep 0.05; done; test -e again || { %s; }"
                                 % (MODEL, then or ":"), **options)
            self.addCleanup(self.finish, running)
            self.assertTrue(wait_for(lambda: os.path.exists(self.box.path("work", "ready"))))
            if wait_for(lambda: len(self.masters()) == 1 and self.watchers(), 10):
                return running
            # On a busy machine the watcher may come later than the master's one second.
            state = self.masters(), self.watchers(), self.trace()
            self.assertTrue(attempt < 2 and in_time(1) > 1, state)
            self.box.write("again", "")
            self.finish(running)
            for name in ("again", "go", "ready"):
                os.unlink(self.box.path("work", name))
            os.truncate(trace, traced)
            self.server.wait_idle()
            self.hub.forget()
        return None

    def go(self):
        self.box.write("go", "")

    def finish(self, running):
        self.go()
        out, err = running.communicate(timeout=60)
        return running.returncode, out.decode(), err.decode()

    def masters(self):
        """ssh writes its title over its environment, so that box.processes() does not see it."""
        return [pid for pid, words in command_lines() if b"[mux]" in words
                and self.sockets.encode() in words]

    def watchers(self):
        """hf-ssh in a session of its own."""
        return [pid for pid in self.box.processes() if runs_hf_ssh(pid) and leads_session(pid)]


def command_lines():
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/cmdline" % name, "rb") as file:
                    yield int(name), file.read()
            except OSError:
                pass


def runs_hf_ssh(pid):
    try:
        return os.readlink("/proc/%d/exe" % pid).endswith("hf-ssh")
    except OSError:
        return False


def leads_session(pid):
    try:
        return os.getsid(pid) == pid
    except OSError:
        return False


class CountTest(ReuseCase):
    def test_fetch_all(self):
        place = self.repository((MODEL,) * 3)
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=place))
        self.assertEqual(self.arrivals(), 1)
        self.assert_nothing_left()

    def test_lfs(self):
        self.learn()
        self.assertEqual(self.push_large(), 1)
        self.assertEqual(self.arrivals(), 1)
        self.assert_nothing_left()

    def test_lfs_without_knowing_the_server(self):
        """Beside the push nothing is begun: a second connection for all that git-lfs does."""
        self.box.env["CI"] = "true"  # nothing is remembered
        self.assertEqual(self.push_large(), 1)
        self.assertEqual(self.arrivals(), 2)
        self.assert_nothing_left()

    def test_submodules(self):
        place = self.with_parts()
        self.assert_quiet(self.box.git("submodule", "--quiet", "update", "--init", cwd=place))
        self.assertEqual(self.arrivals(), 1)

    def test_submodules_at_once(self):
        self.learn()
        place = self.with_parts()
        self.assert_quiet(self.box.git("submodule", "--quiet", "update", "--init", "--jobs=5",
                                       cwd=place))
        # One for five; on a busy machine a master may answer too late for one of them.
        self.assertIn(self.arrivals(), (1, 2))

    def test_two_commands_share_nothing(self):
        for _ in range(2):
            self.box.git("ls-remote", "-q", MODEL)
        self.assertEqual(self.arrivals(), 2)
        self.assert_nothing_left()

    def test_switched_off(self):
        place = self.repository((MODEL,) * 3)
        self.box.git("config", "--global", "hf-ssh.reuse", "no")
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=place))
        self.assertEqual(self.arrivals(), 3)
        self.assertIn("a connection of its own: hf-ssh.reuse or HF_SSH_REUSE is no", self.trace())
        self.assertFalse(os.path.exists(self.sockets))

    def test_for_a_time(self):
        self.box.env["HF_SSH_REUSE"] = "3s"
        for _ in range(3):
            self.box.git("ls-remote", "-q", MODEL)
        self.assertEqual(self.server.arrivals(), 1)
        self.assert_nothing_left()

    def test_no_word_for_a_time(self):
        result = self.box.git("ls-remote", MODEL, check=False, env={"HF_SSH_REUSE": "often"})
        self.assert_failed(result, "HF_SSH_REUSE takes command, no or a time such as 5m, not often")


class PromptCase(ReuseCase):
    def setUp(self):
        super().setUp()
        key = self.box.make_key("id_locked", passphrase="correct horse")
        self.hub.add_account("alice", key)
        self.box.env["HF_SSH_IDENTITY"] = key.path

    def at_terminal_once(self, *words, **options):
        status, lines = self.box.at_terminal(
            *words, answers=[("Enter passphrase", "correct horse\n")], timeout=120, **options)
        self.assertEqual(status, 0, lines)
        self.assertEqual("\n".join(lines).count("Enter passphrase"), 1, lines)
        return lines


class PromptTest(PromptCase):
    def test_submodules_at_once(self):
        place = self.with_parts()
        self.at_terminal_once("git", "submodule", "--quiet", "update", "--init", "--jobs=5",
                              cwd=self.box.path("work", place))
        self.assertEqual(self.arrivals(), 1)

    def test_lfs(self):
        self.at_terminal_once("git", "clone", "-q", "git@hf.co:alice/large")
        self.assertEqual(self.arrivals(), 1)

    def large_commit(self):
        place = self.repository(("git@hf.co:alice/large",))
        self.box.write(self.box.path("work", place, "z"), os.urandom(3000))
        self.box.git("lfs", "install", "--local", cwd=place)
        self.box.git("lfs", "track", "z", cwd=place)
        self.box.git("add", ".", cwd=place)
        self.box.git("commit", "-qm", "large", cwd=place)
        return self.box.path("work", place)

    def test_first_lfs_push(self):
        """What the server allows is found out before the push runs."""
        self.at_terminal_once("git", "push", "-q", "r0", "HEAD:refs/heads/z",
                              cwd=self.large_commit())
        self.assertEqual(self.arrivals(), 1)
        self.assertIn("git-lfs-authenticate alice/large upload", self.hub.commands())
        self.assert_nothing_left()

    def test_first_push_is_refused(self):
        """It is explained as by the first session, and nobody is asked twice."""
        status, lines = self.box.at_terminal(
            "git", "push", "-q", "git@hf.co:bob/theirs", "HEAD", timeout=120,
            cwd=self.large_commit(), answers=[("Enter passphrase", "correct horse\n")])
        text = "\n".join(lines)
        self.assertNotEqual(status, 0, lines)
        self.assertEqual(text.count("Enter passphrase"), 1, lines)
        self.assertIn("hf-ssh: key: ~/.ssh/id_locked", text)

    def test_first_push_with_wrong_passphrases(self):
        status, lines = self.box.at_terminal(
            "git", "push", "-q", "r0", "HEAD:refs/heads/z", timeout=120, cwd=self.large_commit(),
            answers=[("Enter passphrase", "wrong\n")] * 3)
        text = "\n".join(lines)
        self.assertNotEqual(status, 0, lines)
        self.assertEqual((text.count("Enter passphrase"), self.arrivals()), (3, 1), lines)
        self.assertIn("hf-ssh: the key was not unlocked", text)


class UnlockTest(PromptCase):
    """hf-ssh.unlock, and when it is proposed."""

    def setUp(self):
        super().setUp()
        self.box.agent()

    def kept(self):
        return self.box.run("ssh-add", "-l").stdout.count("SHA256:")

    def test_proposed_once(self):
        proposal = "git config --global hf-ssh.unlock 15m"
        said = ["\n".join(self.at_terminal_once("git", "ls-remote", MODEL)).count(proposal)
                for _ in range(3)]
        self.assertEqual((said, self.kept()), ([0, 1, 0], 0))

    def test_kept_for_a_time(self):
        self.box.git("config", "--global", "hf-ssh.unlock", "15m")
        lines = self.at_terminal_once("git", "ls-remote", MODEL)
        self.assertEqual(("\n".join(lines).count("hint:"), self.kept()), (0, 1))
        self.assert_ok(self.box.git("ls-remote", "-q", MODEL))  # nobody is asked
        self.assertEqual(self.arrivals(), 2)

    def test_and_no_longer(self):
        self.box.git("config", "--global", "hf-ssh.unlock", "2s")
        self.at_terminal_once("git", "ls-remote", MODEL)
        self.assertTrue(wait_for(lambda: self.kept() == 0, 20))

    def test_the_users_own_word_counts(self):
        """AddKeysToAgent of ssh_config."""
        self.box.git("config", "--global", "hf-ssh.unlock", "15m")
        self.box.point_at(self.server, extra="AddKeysToAgent ask\n")
        self.box.env["SSH_ASKPASS"] = self.box.script("askpass", "#!/bin/sh\nexit 1\n")
        self.at_terminal_once("git", "ls-remote", MODEL)
        self.assertEqual(self.kept(), 0)

    def test_no_time(self):
        self.box.git("config", "--global", "hf-ssh.unlock", "often")
        self.assert_failed(self.box.git("ls-remote", MODEL, check=False),
                           "hf-ssh.unlock takes a time such as 15m, not often")


class KeyTest(ReuseCase):
    """Keys of other kinds, in one git command with three connections."""

    def fetch_all(self, **options):
        self.assert_quiet(self.box.git("fetch", "-q", "--all",
                                       cwd=self.repository((MODEL,) * 3), **options))
        self.assertEqual(self.arrivals(), 1)
        self.assert_nothing_left()

    def test_of_the_environment(self):
        with open(self.box.key.path, encoding="ascii") as key:
            text = key.read()
        self.box.env["TMPDIR"] = self.box.folder("tmp")
        os.unlink(self.box.key.path)
        self.fetch_all(env={"HF_SSH_KEY": text})
        self.assertEqual(os.listdir(self.box.path("tmp")), [])
        self.assertIn("a session of the connection", self.trace())

    def test_to_be_confirmed(self):
        """An agent that asks before it signs is asked once."""
        asked = self.box.path("asked")
        self.box.env.update(DISPLAY="none", SSH_ASKPASS=self.box.script(
            "askpass", "#!/bin/sh\necho >>'%s'\n" % asked))
        self.box.agent()
        self.assert_ok(self.box.run("ssh-add", "-q", "-c", self.box.key.path))
        os.unlink(self.box.key.path)
        self.fetch_all()
        self.assertEqual(os.path.getsize(asked), 1)


class EndTest(ReuseCase):
    def test_git_ends(self):
        running = self.begin("git ls-remote %s >second" % MODEL)
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assertEqual(self.arrivals(), 1)
        self.assert_nothing_left()
        self.assertFalse(os.path.exists(self.sockets))

    def test_git_is_killed(self):
        running = self.begin()
        running.kill()
        self.assert_nothing_left_but_shells()

    def assert_nothing_left_but_shells(self):
        self.assertTrue(wait_for(lambda: not self.masters() and not self.watchers(), 20))
        self.assertTrue(wait_for(lambda: self.server.wait_idle(0.1), 20))

    def test_a_watcher_is_killed(self):
        running = self.begin("git ls-remote %s >second" % MODEL)
        for pid in self.watchers():
            os.kill(pid, signal.SIGKILL)
        self.assertTrue(wait_for(lambda: not self.masters(), 20))
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assertEqual(self.arrivals(), 2)
        self.assert_nothing_left()

    def test_the_master_is_killed(self):
        running = self.begin("git ls-remote %s >second" % MODEL)
        os.kill(self.masters()[0], signal.SIGKILL)
        self.assertTrue(wait_for(lambda: not self.watchers(), 20))
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assertEqual(self.arrivals(), 2)
        self.assert_nothing_left()

    def test_the_master_is_stopped(self):
        running = self.begin("git ls-remote %s >second" % MODEL)
        os.kill(self.masters()[0], signal.SIGSTOP)
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assertEqual(self.server.arrivals(), 2)
        self.assert_nothing_left()

    def test_ctrl_c_and_a_closed_terminal(self):
        script = "git ls-remote %s >first && mv first ready && sleep 100" % MODEL
        for close in (False, True):
            with self.subTest(close=close):
                terminal = self.box.terminal("git", "-c", "alias.x=!" + script, "x")
                self.assertTrue(wait_for(lambda: os.path.exists(self.box.path("work", "ready"))))
                self.assertTrue(wait_for(self.masters))
                if close:
                    terminal.close()
                else:
                    terminal.interrupt()
                    terminal.close()
                self.assert_nothing_left()
                os.unlink(self.box.path("work", "ready"))

    def test_hf_ssh_is_killed(self):
        """In the middle of a session: the master does not outlive it."""
        self.learn()
        script = "hf-ssh git@hf.co \"git-upload-pack 'alice/model'\""
        running = self.start("%s <fifo >first & exec 9>fifo; wait" % script)
        os.mkfifo(self.box.path("work", "fifo"))
        self.addCleanup(running.kill)
        self.assertTrue(wait_for(self.masters))
        for pid in self.box.processes():
            if runs_hf_ssh(pid) and not leads_session(pid):
                os.kill(pid, signal.SIGKILL)
        running.wait(60)
        self.assert_nothing_left()

    @unittest.skipUnless(can_unshare(), "no PID namespaces here")
    def test_a_namespace_ends(self):
        running = self.start("git ls-remote %s >second" % MODEL, NAMESPACE)
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assert_nothing_left()


class ServerTest(ReuseCase):
    """Servers that allow less than others."""

    def test_one_session_at_once(self):
        server = self.hub.sshd("narrow", self.hub.genuine_keys(), options=["MaxSessions 1"])
        self.box.point_at(server)
        for turn in range(2):
            with self.subTest(turn=turn):
                self.push_large()
                server.wait_idle()
                self.assertEqual(server.arrivals(), 2)
                shutil.rmtree(self.box.path("work", "large"))
        self.assertIn("two sessions at once: after", self.trace())

    def test_the_whole_connection_is_ended(self):
        os.mkdir(os.path.join(self.hub.directory, "one-session"))
        self.addCleanup(shutil.rmtree, os.path.join(self.hub.directory, "one-session"))
        self.push_large()
        self.assertIn("two sessions at once: none", self.trace())
        self.assertEqual(self.arrivals(), 5)
        self.box.git("hf-ssh", "forget", "--all")
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=self.repository((MODEL,) * 3)))


class TrustTest(ReuseCase):
    """Whose connection is used, and for what."""

    def test_a_revocation_meanwhile(self):
        running = self.begin("git ls-remote %s" % MODEL)
        keys = "".join("@revoked " + key.known_hosts_line() for key in self.hub.genuine_keys())
        self.box.write(self.box.path("home", ".config", "hf-ssh", "known_hosts"), keys)
        status, _, err = self.finish(running)
        self.assertNotEqual(status, 0)
        self.assertIn("REFUSED", err)

    def test_another_plan(self):
        other = self.box.make_key("id_other")
        self.hub.add_account("bob", other)
        self.box.run("git", "hf-ssh", "whoami", "--all")
        config = self.box.path("ciphers")
        self.box.write(config, "Host *\n    Ciphers aes128-ctr\n" + self.box.read(
            self.box.ssh_config).decode())
        for number, change in enumerate((
                "HF_SSH_IDENTITY=%s" % other.path, "GIT_SSH_COMMAND='hf-ssh -p %d'"
                % self.hub.sshd("second", self.hub.genuine_keys()).port,
                "HF_SSH_COMMAND='ssh -F %s'" % config)):
            with self.subTest(change=change):
                self.hub.forget()
                self.server.wait_idle()
                running = self.begin("%s git ls-remote %s >second" % (change, MODEL))
                self.assertEqual(self.finish(running)[::2], (0, ""))
                self.assertEqual(self.trace().count("the first session of the connection"),
                                 2 * (number + 1))
                os.unlink(self.box.path("work", "go"))
                os.unlink(self.box.path("work", "ready"))

    def test_a_directory_of_others(self):
        place = self.repository((MODEL,) * 3)
        for mode in (0o777, 0o750):
            with self.subTest(mode=oct(mode)):
                os.makedirs(self.sockets, exist_ok=True)
                os.chmod(self.sockets, mode)
                self.hub.forget()
                self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=place))
                self.assertEqual(self.arrivals(), 3)
                self.assertEqual(os.listdir(self.sockets), [])
        os.rmdir(self.sockets)
        os.symlink(self.box.folder("elsewhere"), self.sockets)
        os.chmod(self.box.folder("elsewhere"), 0o777)
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=place))
        self.assertEqual(os.listdir(self.box.folder("elsewhere")), [])

    def test_no_directory(self):
        self.box.env["XDG_RUNTIME_DIR"] = None
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=self.repository((MODEL,) * 3)))
        self.assertEqual(self.arrivals(), 3)
        self.assertIn("XDG_RUNTIME_DIR is not set", self.trace())

    def test_a_long_path(self):
        self.box.env["XDG_RUNTIME_DIR"] = self.box.folder("run", "x" * 80)
        self.assert_quiet(self.box.git("fetch", "-q", "--all", cwd=self.repository((MODEL,) * 3)))
        self.assertEqual(self.arrivals(), 3)
        self.assertIn("its socket would be too long", self.trace())

    def test_a_master_of_the_user(self):
        """ControlPath of the configuration has no effect, whoever listens there."""
        path = self.box.path("run", "own")
        with socket.socket(socket.AF_UNIX) as planted:
            planted.bind(path)
            planted.listen()
            planted.setblocking(False)
            self.box.point_at(self.server, extra="Host *\n    ControlMaster auto\n    ControlPath "
                              "%s\n    ControlPersist yes\n" % path)
            self.assert_quiet(self.box.git("fetch", "-q", "--all",
                                           cwd=self.repository((MODEL,) * 3)))
            self.assertRaises(BlockingIOError, planted.accept)
        self.assertEqual(self.arrivals(), 1)
        self.assert_nothing_left()

    def test_verbose(self):
        self.box.env["GIT_SSH_COMMAND"] = "hf-ssh -v"
        result = self.box.git("fetch", "-q", "--all", cwd=self.repository((MODEL,) * 3))
        self.assertEqual((result.status, self.arrivals()), (0, 3))


class FailureTest(ReuseCase):
    """A failure in a session of another's connection is explained as any other."""

    def test_no_access(self):
        place = self.repository((MODEL, "git@hf.co:bob/nothing"))
        result = self.box.git("fetch", "--all", check=False, cwd=place)
        self.assertEqual(self.arrivals(), 2)  # one asks for the account
        self.assertIn("hf-ssh: key: ~/.ssh/id_ed25519", result.stderr)
        self.assertLess(result.stderr.index("hf-ssh:"), result.stderr.index("fatal:"))

    def test_push_is_remembered(self):
        place = self.clone(MODEL)
        self.commit(place)
        running = self.begin("git -C %s push -q" % place)
        self.assertEqual(self.finish(running), (0, "", ""))
        self.assertEqual(self.server.arrivals(), 2)
        self.assertIn("alice", self.box.run("git", "hf-ssh", "explain", MODEL).stdout)
        self.assertEqual(len(os.listdir(self.box.path("home", ".local", "state", "hf-ssh",
                                                      "namespaces"))), 1)


if __name__ == "__main__":
    unittest.main()
