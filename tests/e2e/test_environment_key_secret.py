"""A key from the environment is gone when the command has ended, however it ended, and meanwhile it is
in one private file, and nowhere else."""

import base64
import fcntl
import glob
import os
import shutil
import signal
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase  # noqa: E402
from impostor import CONNECT  # noqa: E402
from native import on_native, wrap_native  # noqa: E402
from shelled import needs_proc, wait_for  # noqa: E402

# Notes what a child of hf-ssh could see, and what hf-ssh itself shows, then is the program.
SPY = """#!/bin/sh
{ env; cat /proc/$PPID/environ /proc/$PPID/cmdline; printf '\\n%%s\\n' "$@"; } >>%s
exec %s "$@"
"""
# The session lasts until it is ended; on the native transport, where WAITING is set.
WAITING = """#!/bin/sh
case " $* " in *" -G "*) exec ssh "$@" ;; esac
printf '%%s\\n' "$@" >%s.new
mv %s.new %s
exec sleep 60
"""
NATIVE_WAITING = """test -n "$WAITING" || exec <native> "$@"
printf '%s\\n' "$@" >{0}.new
mv {0}.new {0}
exec sleep 60"""
NATIVE_SPY = r"""{ env; cat /proc/$PPID/environ /proc/$PPID/cmdline; printf '\n%%s\n' "$@"; } >>%s"""


class SecretCase(IdentityCase):
    def setUp(self):
        super().setUp()
        path = self.box.path("robot")
        self.robot = self.box.make_key(path)
        self.hub.add_account("robot", self.robot)
        self.text = self.box.read(path).decode()
        self.secret = self.text.splitlines()[2]  # where the private part is
        self.runtime = self.box.env["XDG_RUNTIME_DIR"]

    def variables(self):
        for env in ({"HF_SSH_KEY": self.text},
                    {"HF_SSH_KEY_FILE": self.box.write("secret", self.text, 0o644)}):
            yield env

    def left_behind(self):
        found = ["%s/%s" % (self.runtime, name) for name in os.listdir(self.runtime)
                 if name != "hf-ssh"]  # the sockets of shared connections
        for base in ("/dev/shm", "/tmp"):
            for path in glob.glob("%s/hf-ssh-%d/*/key" % (base, os.geteuid())):
                try:
                    if self.text in self.box.read(path).decode():
                        found.append(path)
                except OSError:
                    pass
        return found

    def assert_nowhere(self, *texts):
        for text in texts:
            self.assertNotIn(self.secret, text)
        self.assertEqual(self.left_behind(), [])


class GoneTest(SecretCase):
    def test_after_success_and_failure(self):
        for env in self.variables():
            self.assert_ok(self.ask(env=env))
            self.assert_nowhere()
            self.assert_failed(self.ask("git@hf.co:alice/secret", env=env))
            self.assert_nowhere()

    def test_without_a_runtime_directory(self):
        for env in self.variables():
            env["XDG_RUNTIME_DIR"] = None
            self.assert_ok(self.ask(env=env))
            self.assertEqual(self.last()["account"], "robot")
            self.assert_nowhere()

    def test_many_at_once(self):
        """Whoever clears up what was left behind leaves alone what is in use."""
        words = ["git", "ls-remote", "git@hf.co:acme/corpus"]
        env = self.box.merged({"HF_SSH_KEY": self.text, "GIT_SSH_COMMAND": self.command()})
        running = [subprocess.Popen(words, env=env, cwd=self.box.work, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for _ in range(8)]
        ended = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
        self.assertEqual(ended, [(b"", 0)] * 8)
        self.assert_nowhere()

    def test_refused_server(self):
        self.box.point_at(self.hub.impostor("ed25519"))
        for env in self.variables():
            self.assert_failed(self.ask(env=env), "REFUSED")
            self.assert_nowhere()

    def test_not_in_the_agent(self):
        self.box.agent(self.box.key)
        self.ssh_configuration("Host *\n    AddKeysToAgent yes")
        for env in self.variables():
            self.assert_ok(self.ask(env=env))
            self.assertEqual(self.last()["account"], "robot")
            self.assertNotIn(self.robot.fingerprint, self.box.run("ssh-add", "-l").stdout)

    def test_nothing_is_remembered(self):
        self.hub.add_repository("robot/model" + str(os.getpid()), owners=["robot"])
        url = "git@hf.co:robot/model%d" % os.getpid()
        env = {"HF_SSH_KEY": self.text, "GIT_SSH_COMMAND": self.command()}
        self.box.git("clone", "-q", url, "clone", env=env)
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.box.git("push", "-q", cwd="clone", env=env)
        self.assert_failed(self.ask("git@hf.co:alice/secret", env=env))
        self.assertFalse(os.path.exists(self.state()))


@needs_proc
class SignalTest(SecretCase):
    def setUp(self):
        super().setUp()
        self.noted = self.box.path("noted")
        self.box.script("waiting", WAITING % ((self.noted,) * 3))
        if on_native():
            wrap_native(self.box, NATIVE_WAITING.replace("{0}", self.noted))

    def start(self, env):
        """hf-ssh, once its ssh runs; and the path of the key that this one was given."""
        if os.path.exists(self.noted):
            os.remove(self.noted)
        words = [self.box.hf_ssh, "--via", "waiting -F " + self.box.ssh_config, "git@hf.co",
                 "git-upload-pack 'acme/corpus'"]
        process = subprocess.Popen(words, env=self.box.merged(dict(env, WAITING="1")), cwd=self.box.work,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(lambda: os.path.exists(self.noted)))
        words = self.box.read(self.noted).decode().splitlines()
        given = [word for word in words if word.lower().startswith("identityfile=")]
        self.assertEqual(len(given), 1, words)
        return process, given[0].partition("=")[2].strip('"')

    def test_in_memory_alone(self):
        for env in self.variables():
            process, path = self.start(env)
            self.assertRegex(path, "^/proc/%d/fd/[0-9]+$" % process.pid)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            self.assertTrue(os.readlink(path).startswith("/memfd:"), os.readlink(path))
            self.assertEqual(self.box.read(path).decode(), self.text)
            self.assert_nowhere()
            process.terminate()
            process.wait(10)

    def test_ended_by_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            for env in self.variables():
                process, path = self.start(env)
                self.assertTrue(os.path.exists(path))
                process.send_signal(number)
                self.assertEqual(process.wait(10), -number)
                self.assert_nowhere()
        self.assertTrue(wait_for(lambda: not self.box.processes()))

    def test_killed(self):
        process, path = self.start({"HF_SSH_KEY": self.text})
        self.assertTrue(os.path.exists(path))
        process.kill()
        process.wait(10)
        self.assertTrue(wait_for(lambda: not self.box.processes()))
        self.assertFalse(os.path.exists(path))
        self.assert_nowhere()

    def test_the_next_run_clears_what_a_killed_one_left(self):
        """On a system without memfd_create: any run does, for another host too."""
        def leave(name):
            folder = os.path.join(self.runtime, "hf-ssh-%d" % os.geteuid(), name)
            os.makedirs(folder, 0o700)
            os.chmod(os.path.dirname(folder), 0o700)
            self.box.write(os.path.join(folder, "key"), self.text, 0o600)
            return folder
        for words in (["git@hf.co", "git-upload-pack 'acme/corpus'"], ["other", "true"], ["-V"]):
            with self.subTest(words):
                left, used = leave("aaaaaa"), leave("bbbbbb")
                lock = os.open(used, os.O_RDONLY)
                fcntl.flock(lock, fcntl.LOCK_SH)
                self.box.hf(*words, stdin=b"0000")
                self.assertFalse(os.path.exists(left))
                self.assertTrue(os.path.exists(used))  # of one that runs
                os.close(lock)
                self.box.hf(*words, stdin=b"0000")
                self.assert_nowhere()


@needs_proc
class SeenTest(SecretCase):
    def setUp(self):
        super().setUp()
        self.log = self.box.path("seen")
        self.box.script("spy", SPY % (self.log, "ssh"))
        self.box.script("git", SPY % (self.log, shutil.which("git")))
        if on_native():
            wrap_native(self.box, NATIVE_SPY % self.log)
        self.whole = self.box.read(self.robot.path)

    def session(self, host, env, *words):
        """hf-ssh itself, by the words that git would use; what it and its children showed."""
        if os.path.exists(self.log):
            os.remove(self.log)
        result = self.box.hf(*words, "git@" + host, "git-upload-pack 'acme/corpus'",
                             via="spy -F " + self.box.ssh_config, env=env, stdin=b"0000")
        return result, self.box.read(self.log).decode(errors="replace")

    def test_not_in_any_environment_or_argument(self):
        for env in self.variables():
            result, seen = self.session("hf.co", env)
            self.assert_ok(result)
            self.assertEqual(self.last()["account"], "robot")
            self.assertIn("IdentityFile=", seen)
            self.assertIn("get-regexp", seen)
            self.assert_nowhere(seen)
            self.assertNotIn("\nHF_SSH_KEY", seen)
            self.assertNotIn("HF_SSH_KEY_FILE=/", seen)

    def test_not_for_other_hosts(self):
        for env in self.variables():
            _, seen = self.session("other", env)
            self.assertIn("git@other", seen)
            self.assert_nowhere(seen)
            self.assertNotIn("\nHF_SSH_KEY", seen)

    def test_not_from_another_variable(self):
        """Where a path or a name belongs, the text is refused and never quoted."""
        encoded = base64.b64encode(self.text.encode()).decode()
        for name in ("HF_SSH_KEY_FILE", "HF_SSH_IDENTITY", "HF_SSH_ACCOUNT", "HF_SSH_KNOWN_HOSTS"):
            for text in (self.text, encoded):
                with self.subTest(name, text=text[:12]):
                    result = self.box.hf("git@hf.co", env={name: text, "HF_SSH_TRACE": "1"})
                    self.assert_failed(result)
                    self.assertIn(name + " holds the text of a key", result.stderr)
                    self.assertIn("HF_SSH_KEY", result.stderr)
                    self.assert_nowhere(result.stderr)
                    self.assertNotIn(encoded[80:120], result.stderr)

    def test_not_from_a_setting(self):
        for key in ("hf-ssh.identity", "hf-ssh.account", "hf-ssh.acme.identity"):
            with self.subTest(key):
                self.box.git("config", "--global", key, self.text)
                results = [self.ask(), self.box.git("hf-ssh", "explain", "git@hf.co:acme/corpus",
                                                    check=False)]
                for result in results:
                    self.assert_failed(result)
                    self.assertIn(key + " in git's configuration (global) holds the text of a key",
                                  result.stderr)
                    self.assert_nowhere(result.stderr, result.out.decode())
                self.box.git("config", "--global", "--unset", key)

    def test_not_in_the_trace(self):
        for env in self.variables():
            env["HF_SSH_TRACE"] = "1"
            result, _ = self.session("hf.co", env, "-v")
            self.assert_ok(result)
            self.assertIn("(rule 2: ", result.stderr)
            self.assert_nowhere(result.stderr)


class PasswordTest(IdentityCase):
    """The password of a proxy or in a URL: traces and reports are pasted into bug reports."""

    PASSWORD = "s3cr3tpw"

    def setUp(self):
        super().setUp()
        self.proxied = "%s %d user:%s" % (self.box.script("connect", CONNECT),
                                          self.hub.genuine().port, self.PASSWORD)

    def by_proxy(self):
        self.box.point_at(self.hub.genuine(), extra="ProxyCommand %s\n" % self.proxied)

    def assert_hidden(self, result, *shown):
        text = (result.stderr + result.out.decode()).replace("\\u2026", "…")
        self.assertNotIn(self.PASSWORD, text)
        for each in shown:
            self.assertIn(each, text)

    def test_not_in_the_trace(self):
        trace = {"HF_SSH_TRACE": "1"}
        typed = "ProxyCommand=" + self.proxied
        user = "git:" + self.PASSWORD
        self.assert_hidden(self.box.hf(user + "@hf.co", env=trace), "running ")
        self.assert_hidden(self.box.hf("-o", typed, "git@hf.co", env=trace), "ProxyCommand=[…]", "Hi ")
        self.by_proxy()
        self.assert_hidden(self.box.hf("git@hf.co", env=trace), "ProxyCommand=[…]", "Hi ")
        for words in (["-o" + typed, "host.example"], ["-o", typed, "host.example"],
                      ["-l", user, "host.example"], [user + "@host.example"]):
            with self.subTest(words):
                result = self.box.hf(*words, via="true", env=trace)
                self.assert_hidden(result, "becoming ", "host.example")

    def test_not_in_a_report(self):
        self.by_proxy()
        url = "ssh://git:%s@hf.co/acme/corpus" % self.PASSWORD
        self.box.git("init", "-q", "repo")
        self.box.git("-C", "repo", "remote", "add", "origin", url)
        for words, shown in ((["explain"], ["git@", "connect ..."]), (["explain", "--json"], ["connect ..."]),
                             (["explain", url], ["git@", "connect ..."]),
                             (["doctor", "--json"], ["git@", "connect ..."]),
                             (["doctor", "--verbose"], ["git@", "connect ..."]),
                             (["host-keys", "check", "--json"], ["connect ..."])):
            with self.subTest(words):
                env = {"HF_SSH_COMMAND": "ssh -F %s -o 'ProxyCommand=%s'" % (
                    self.box.ssh_config, self.proxied)}
                self.assert_hidden(self.box.git("-C", "repo", "hf-ssh", *words, check=False, env=env),
                                   *shown)


if __name__ == "__main__":
    unittest.main()
