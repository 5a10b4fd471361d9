"""Signals that hf-ssh gets while ssh works, and how it ends: as plain ssh would, with no process
left behind. Beside each hf-ssh a plain ssh is treated alike."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native import on_native  # noqa: E402
from shelled import WAYS, ShelledCase, children, needs_proc, state, wait_for  # noqa: E402
from standin import Relay, in_time  # noqa: E402

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
STREAM = "exec cat /dev/zero"


def group(process, number):
    os.killpg(process.pid, number)


def alone(process, number):
    os.kill(process.pid, number)


def ignore(*numbers):
    def before():
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
    return before


def block(*numbers):
    return lambda: signal.pthread_sigmask(signal.SIG_BLOCK, numbers)


class EndingTest(ShelledCase):
    def assert_same_ends(self, start, send, number):
        """Both started, both sent NUMBER: same status, at once, and nothing on stdout after."""
        processes = [start(way) for way in WAYS]
        begin = time.monotonic()
        for process in processes:
            send(process, number)
        ours, plain = [self.end(process)[0] for process in processes]
        self.assertLess(time.monotonic() - begin, in_time(5))
        self.assertEqual(ours, plain)
        self.assert_all_gone()
        return ours

    def test_while_connecting(self):
        """The line is dead before the server has said a word."""
        relay = Relay(self.server)
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        relay.freeze()

        def start(way):
            seen = relay.connections
            process = self.start(way, "true")
            self.assertTrue(wait_for(lambda: relay.connections > seen), "no connection")
            return process

        for send in (alone, group):
            for number in ENDING:
                with self.subTest(signal=number.name, to=send.__name__):
                    self.assertEqual(self.assert_same_ends(start, send, number), -number)

    def test_in_mid_transfer(self):
        for send in (alone, group):
            for number in ENDING:
                with self.subTest(signal=number.name, to=send.__name__):
                    self.assert_same_ends(lambda way: self.begin(way, STREAM), send, number)

    def test_while_the_account_is_asked_for(self):
        """The push has failed, and the line dies while the greeting is fetched."""
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        for number in (signal.SIGTERM, signal.SIGINT):
            for send in (alone, group):
                with self.subTest(signal=number.name, to=send.__name__):
                    relay.thaw()
                    seen = relay.connections
                    self.box.env["XDG_STATE_HOME"] = self.box.folder("state", str(seen))
                    process = self.start("hf-ssh", "git-receive-pack 'alice/nothing'")
                    self.assertTrue(wait_for(lambda: relay.connections > seen + 1), "no greeting")
                    relay.freeze()
                    begin = time.monotonic()
                    send(process, number)
                    process.wait(10)
                    self.assertLess(time.monotonic() - begin, in_time(2), "the signal had to wait")
                    self.assertEqual(self.end(process)[:2], (-number, b""))
                    self.assert_all_gone()

    @needs_proc
    def test_kill_of_hf_ssh_ends_ssh(self):
        process = self.begin("hf-ssh", STREAM)
        process.kill()
        self.assertEqual(self.end(process)[0], -signal.SIGKILL)
        self.assert_all_gone()


class IgnoredAndBlockedTest(ShelledCase):
    def both(self, remote, **options):
        return [self.begin(way, remote, **options) for way in WAYS]

    def signal_sets(self, process, way):
        with open("/proc/%d/status" % self.ssh_of(process, way), encoding="ascii") as status:
            sets = [line.split() for line in status if line.startswith(("SigIgn", "SigBlk"))]
        # ssh ignores SIGPIPE by itself; the native transport need not.
        broken_pipe = 1 << (signal.SIGPIPE - 1) if on_native() else 0
        return {name: int(numbers, 16) & ~broken_pipe for name, numbers in sets}

    @needs_proc
    def test_ssh_gets_the_signals_as_they_were(self):
        for before in (lambda: None, ignore(signal.SIGHUP), ignore(signal.SIGINT, signal.SIGQUIT),
                       ignore(signal.SIGTSTP), block(signal.SIGTERM, signal.SIGUSR1)):
            processes = self.both("read line", preexec_fn=before)
            ours, plain = map(self.signal_sets, processes, WAYS)
            self.assertEqual(ours, plain)
            for process in processes:
                self.assertEqual(self.end(process)[2], b"")

    def test_nohup(self):
        for send in (alone, group):
            for process in self.both("read line; echo $line", preexec_fn=ignore(signal.SIGHUP)):
                send(process, signal.SIGHUP)
                process.stdin.write(b"still here\n")
                self.assertEqual(self.end(process), (0, b"still here\n", b""))

    def test_sigchld_ignored(self):
        for process in self.both("exit 7", preexec_fn=ignore(signal.SIGCHLD)):
            self.assertEqual(self.end(process), (7, b"", b""))

    def test_everything_blocked(self):
        everything = block(*ENDING, signal.SIGCHLD, signal.SIGCONT, signal.SIGTSTP, signal.SIGPIPE)
        for process in self.both("read line; exit 7", preexec_fn=everything):
            group(process, signal.SIGTERM)
            self.assertEqual(self.end(process), (7, b"", b""))


class EndTest(ShelledCase):
    """However ssh ends, hf-ssh ends."""

    def test_exit_status(self):
        for status in (0, 1, 2, 127, 128, 254, 255):
            with self.subTest(status):
                ours, plain = [self.start(way, "echo out; echo err >&2; exit %d" % status)
                               for way in WAYS]
                ours, plain = self.end(ours), self.end(plain)
                self.assertEqual(plain, (status, b"out\n", b"err\n"))
                self.assertEqual(ours[:2], plain[:2])
                self.assertTrue(ours[2].startswith(plain[2]), ours[2])
                if status != 255:  # which is ssh's own as well, and then explained
                    self.assertEqual(ours[2], plain[2])

    def test_the_remote_command_dies_of_a_signal(self):
        ours, plain = [self.end(self.start(way, "kill -TERM $$")) for way in WAYS]
        self.assertEqual(ours[:2], plain[:2])

    @needs_proc
    def test_ssh_dies_of_a_signal(self):
        def allow_cores():
            import resource
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)

        # A sanitizer makes an exit status of it otherwise.
        self.box.env["ASAN_OPTIONS"] = "handle_segv=0"
        # The native transport makes a message of an abort, which is libssh2's.
        numbers = [signal.SIGKILL, signal.SIGSEGV, signal.SIGUSR1]
        for number in numbers if on_native() else numbers + [signal.SIGABRT]:
            with self.subTest(signal=number.name):
                process = self.begin("hf-ssh", "read line", preexec_fn=allow_cores)
                os.kill(self.ssh_of(process, "hf-ssh"), number)
                status = os.waitpid(process.pid, 0)[1]
                self.assertEqual((os.WIFSIGNALED(status), os.WTERMSIG(status)), (True, number))
                self.assertFalse(os.WCOREDUMP(status), "hf-ssh left a core of its own")
                process.returncode = -number
                self.assertEqual(self.end(process), (-number, b"", b""))
                self.assert_all_gone()

    @needs_proc
    def test_no_zombie(self):
        process = self.begin("hf-ssh", "read line")
        ssh = self.ssh_of(process, "hf-ssh")
        self.assertEqual(list(children(process.pid)), [ssh])
        self.assertIn(state(ssh), "RSD")
        self.end(process)

    @needs_proc
    def test_git_is_killed(self):
        self.hub.add_repository("alice/big%d" % self.server.port,
                                files={"big": os.urandom(8 << 20)})
        relay = Relay(self.hub.genuine(), delay=0.02)
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        self.box.register("path")
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                seen = relay.passed["down"]
                git = subprocess.Popen(
                    ["git", "clone", "-q", "git@hf.co:alice/big%d" % self.server.port,
                     number.name], env=self.box.env, cwd=self.box.work, start_new_session=True,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.running.append(git)
                self.assertTrue(wait_for(lambda: relay.passed["down"] > seen + 500000))
                git.send_signal(number)
                self.assertEqual(git.wait(10), -number)
                self.assert_all_gone()


if __name__ == "__main__":
    unittest.main()
