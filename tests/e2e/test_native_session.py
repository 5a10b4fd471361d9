"""What a session of the native transport is asked for, how a server can end it, and what is left
behind on the streams it was given."""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native_case import MEGABYTE, NativeCase, digest  # noqa: E402
from shelled import children, needs_proc, wait_for  # noqa: E402
from standin.sshd import ssh_version  # noqa: E402

ENDED_UNTOLD = b"hf-ssh: the server did not say how the remote command ended\n"


class WordsTest(NativeCase):
    def test_verbose(self):
        status, out, err = self.through("echo out", ("-v",))
        self.assertEqual((status, out), (0, b"out\n"))
        lines = err.decode().splitlines()
        for line in lines:
            self.assertTrue(line.startswith("hf-ssh: "), err)
        told = [line.split(" ", 1)[1] for line in lines]
        steps = ["connected to 127.0.0.1 port %d" % self.server.port, "kex: algorithm: ",
                 "kex: host key algorithm: ", "kex: server->client cipher: ",
                 "kex: client->server cipher: ", "Authenticated to hf.co "]
        found = [[at for at, line in enumerate(told) if line.startswith(step)] for step in steps]
        self.assertEqual([len(places) for places in found], [1] * len(steps), err)
        self.assertEqual(found, sorted(found), err)

    def test_silent_otherwise(self):
        self.assertEqual(self.through("true"), (0, b"", b""))
        status, out, err = self.through("kill -9 $$", ("-q",))
        self.assertEqual((status, out), (255, b""))
        self.assertNotIn(b"ended by signal", err)


class RequestTest(NativeCase):
    def test_no_command(self):
        """-N: a session in which nothing is run, and our input is not touched, until it is
        ended."""
        path = self.box.write("lines", "one\n")
        with open(path, "rb", buffering=0) as lines:
            process = self.start(("-N",), stdin=lines)
            self.assertTrue(wait_for(lambda: "Accepted publickey" in self.server.log()))
            time.sleep(0.5)
            self.assertIsNone(process.poll(), "it did not stay")
            process.terminate()
            self.assertEqual(self.end(process), (255, b"", b""))
            self.assertEqual(lines.read(), b"one\n")
        self.assertTrue(self.server.wait_idle())
        self.assertNotIn("Starting session", self.server.log())

    def test_subsystem(self):
        hello = struct.pack(">IBI", 5, 1, 3)  # SSH_FXP_INIT, version 3
        process = self.start(("-s",), "sftp")
        process.stdin.write(hello)  # kept open: sftp-server answers nothing once it has ended
        answer = process.stdout.read(9)
        self.assertEqual(struct.unpack(">BI", answer[4:]), (2, 3))  # SSH_FXP_VERSION
        status, _, err = self.end(process)
        self.assertEqual((status, err), (0, b""))
        self.assertTrue(self.server.wait_idle())
        self.assertIn("Starting session: subsystem 'sftp' for git", self.server.log())

    def test_no_such_subsystem(self):
        status, out, err = self.through("no-such-thing", ("-s",))
        self.assertEqual((status, out), (255, b""))
        self.assertIn(b"hf-ssh: subsystem request failed on channel 0\n", err)

    def test_variables(self):
        """What ssh would send arrives, where the server takes it; no other."""
        show = "env | grep -E '^(GIT_|HF_SSH_|UN)' | sort"
        self.box.env.update(GIT_PROTOCOL="version=2", UNSENT="x", HF_SSH_SEEN_C="sent")
        sent = ("-o", "SendEnv=GIT_PROTOCOL HF_SSH_SEEN_*")
        self.assertEqual(self.through(show, sent),
                         (0, b"GIT_PROTOCOL=version=2\nHF_SSH_SEEN_C=sent\n", b""))
        # what is set outweighs what is sent; UNTAKEN is one that the server refuses
        both = sent + ("-o", 'SetEnv=HF_SSH_SEEN_A=1 HF_SSH_SEEN_B="two words" UNTAKEN=x '
                             "HF_SSH_SEEN_C=set")
        self.assertEqual(self.through(show, both), (0, (
            b"GIT_PROTOCOL=version=2\nHF_SSH_SEEN_A=1\nHF_SSH_SEEN_B=two words\n"
            b"HF_SSH_SEEN_C=set\n"), b""))


class ServerEndTest(NativeCase):
    def test_it_dies(self):
        """Never a success, and nothing that had come is lost."""
        for number in ("KILL", "TERM"):
            with self.subTest(number):
                status, out, err = self.through("echo out; sleep 0.5; kill -%s $PPID; sleep 5" % number,
                                                timeout=20)
                self.assertEqual((status, out), (255, b"out\n"))
                self.assertIn(b"hf-ssh: the connection broke: ", err)

    @unittest.skipIf(ssh_version() < (9, 2), "needs an sshd that has ChannelTimeout")
    def test_no_status(self):
        """The channel is closed in order, without a word about how the command ended."""
        server = self.hub.sshd("closing", self.hub.genuine_keys(), shell="/bin/sh",
                               authorized=[self.box.key], options=["ChannelTimeout *=1s"])
        self.addCleanup(server.stop)
        self.box.point_at(server)
        status, out, err = self.through("echo out; sleep 20", timeout=15)
        self.assertEqual((status, out), (255, b"out\n"))
        self.assertTrue(err.startswith(ENDED_UNTOLD), err)


class HalfTest(NativeCase):
    def test_much_after_the_output_has_ended(self):
        """The remote closes its output first, while we still send."""
        data = os.urandom(20 * MEGABYTE)
        status, out, err = self.through("exec >&-; sha256sum >&2; exit 3", stdin=data)
        self.assertEqual((status, out, err.split()[:1]), (3, b"", [digest(data).encode()]))

    def test_much_after_the_input_has_ended(self):
        size = 20 * MEGABYTE
        status, out, err = self.through("cat; head -c %d /dev/zero; echo done" % size, stdin=b"in")
        self.assertEqual((status, len(out), err), (0, size + len(b"indone\n"), b""))
        self.assertEqual(out.replace(b"\0", b""), b"indone\n")


class FlagsTest(NativeCase):
    """A pipe belongs to others, too: it blocks afterwards as it did before."""

    def pairs(self, make):
        """What hf-ssh is given as 0, 1 and 2, and the other ends."""
        given, kept = [], []
        for number in range(3):
            one, two = make()
            self.addCleanup(self.close, one)
            self.addCleanup(self.close, two)
            given.append(one if number == 0 else two)
            kept.append(two if number == 0 else one)
        return given, kept

    @staticmethod
    def close(descriptor):
        try:
            os.close(descriptor)
        except OSError:
            pass

    @staticmethod
    def sockets():
        return [end.detach() for end in socket.socketpair()]

    def begin_with(self, given, kept, remote):
        process = subprocess.Popen(self.words("hf-ssh", "echo begun; " + remote), env=self.box.env,
                                   cwd=self.box.work, stdin=given[0], stdout=given[1],
                                   stderr=given[2], start_new_session=True)
        self.running.append(process)
        self.assertEqual(os.read(kept[1], 6), b"begun\n")
        return process

    def not_blocking(self, descriptors):
        return [number for number, descriptor in enumerate(descriptors)
                if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_NONBLOCK]

    def assert_blocking(self, given):
        self.assertEqual(self.not_blocking(given), [])

    def test_after_the_end(self):
        for make in (os.pipe, self.sockets):
            for status in (0, 3):
                with self.subTest(make=make, status=status):
                    given, kept = self.pairs(make)
                    process = self.begin_with(given, kept, "echo err >&2; exit %d" % status)
                    self.assertEqual(process.wait(20), status)
                    self.assert_blocking(given)

    def test_one_for_output_and_errors(self):
        given, kept = self.pairs(os.pipe)
        given[2] = given[1]
        process = self.begin_with(given, kept, "echo err >&2; kill -9 $$")
        self.assertEqual(process.wait(20), 255)
        self.assert_blocking(given)

    def test_reader_has_gone(self):
        given, kept = self.pairs(os.pipe)
        process = self.begin_with(given, kept, "exec cat /dev/zero")
        os.close(kept[1])
        self.assertEqual(process.wait(20), 255)
        self.assert_blocking(given)

    @needs_proc
    def test_after_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number):
                given, kept = self.pairs(os.pipe)
                process = self.begin_with(given, kept, "exec cat /dev/zero")
                os.write(kept[0], b"x" * 65536)
                process.send_signal(number)
                self.assertEqual(process.wait(20), 255)
                self.assert_all_gone()
                self.assert_blocking(given)

    @needs_proc
    def test_after_an_assertion_of_the_library(self):
        given, kept = self.pairs(os.pipe)
        process = self.begin_with(given, kept, "exec cat /dev/zero")
        native, = children(process.pid)
        os.kill(native, signal.SIGABRT)
        self.assertEqual(process.wait(20), 255)
        self.assertTrue(os.read(kept[2], 1000).startswith(
            b"hf-ssh: protocol error: malformed data from the server\n"))
        self.assert_blocking(given)

    def test_what_did_not_block_before(self):
        """… stays so."""
        given, kept = self.pairs(os.pipe)
        for descriptor in given:
            os.set_blocking(descriptor, False)
        process = self.begin_with(given, kept, "exit 0")
        self.assertEqual(process.wait(20), 0)
        self.assertEqual(self.not_blocking(given), [0, 1, 2])

    def test_next_writer(self):
        """`(hf-ssh …; cat FILE) | reader`, which is slow: nothing is lost."""
        self.box.write("more", b"x" * MEGABYTE)
        process = subprocess.Popen(
            ["sh", "-c", '"$@" && cat more', "sh", *self.words("hf-ssh", "echo out")],
            env=self.box.env, cwd=self.box.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        self.running.append(process)
        waiting = lambda: struct.unpack("i", fcntl.ioctl(  # noqa: E731
            process.stdout, termios.FIONREAD, struct.pack("i", 0)))[0]
        self.assertTrue(wait_for(lambda: waiting() > 15 * 4096), "the second writer fills the pipe")
        status, out, err = self.end(process)
        self.assertEqual((status, len(out), err), (0, len(b"out\n") + MEGABYTE, b""))


if __name__ == "__main__":
    unittest.main()
