"""The native transport in front of an ordinary shell: how a command ends, and what passes between,
in each direction and in all of them at once."""

import fcntl
import os
import select
import signal
import struct
import sys
import termios
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native_case import MEGABYTE, NativeCase, digest  # noqa: E402
from shelled import needs_proc, state  # noqa: E402
from standin import in_time, wait_for  # noqa: E402
from standin.program import sanitized  # noqa: E402

# What comes in goes out again on both streams.
TWICE = """
import os
while True:
    data = os.read(0, 65536)
    if not data:
        break
    for stream in (1, 2):
        rest = data
        while rest:
            rest = rest[os.write(stream, rest):]
os.write(2, b"end")
"""


class EndTest(NativeCase):
    def test_status(self):
        for status in (0, 1, 5, 255):
            with self.subTest(status):
                ended, out, err = self.through("echo out; echo err >&2; exit %d" % status)
                self.assertEqual((ended, out), (status, b"out\n"))
                if status == 255:  # ssh's own failures have it too
                    self.assertTrue(err.startswith(b"err\nhf-ssh: "), err)
                else:
                    self.assertEqual(err, b"err\n")

    def test_signal(self):
        status, out, err = self.through("echo out; kill -9 $$")
        self.assertEqual((status, out), (255, b"out\n"))
        self.assertIn(b"hf-ssh: the remote command was ended by signal KILL\n", err)

    def test_no_such_command(self):
        status, out, err = self.through("no-such-command")
        self.assertEqual((status, out), (127, b""))
        self.assertIn(b"no-such-command", err)

    def test_shell(self):
        """Without a command."""
        result = self.box.run(*self.words("hf-ssh"), stdin=b"echo $((6 * 7)); exit 9\n")
        self.assertEqual((result.status, result.out), (9, b"42\n"), result)


class TransferTest(NativeCase):
    def test_there_and_back(self):
        data = os.urandom(50 * MEGABYTE)
        status, out, err = self.through("cat", stdin=data)
        self.assertEqual((status, digest(out), err), (0, digest(data), b""))

    def test_all_directions_at_once(self):
        self.box.write("twice", TWICE)
        data = os.urandom(20 * MEGABYTE)
        status, out, err = self.through("exec '%s' '%s'" % (
            sys.executable, self.box.path("work", "twice")), stdin=data)
        self.assertEqual((status, digest(out), digest(err)),
                         (0, digest(data), digest(data + b"end")))

    def test_flood_of_errors(self):
        """Both streams at once: neither stops the other, and each is whole."""
        out_data, err_data = os.urandom(20 * MEGABYTE), os.urandom(20 * MEGABYTE)
        names = self.box.write("out", out_data), self.box.write("err", err_data)
        status, out, err = self.through("cat '%s' & cat '%s' >&2; wait; exit 7" % names)
        self.assertEqual((status, digest(out), digest(err)),
                         (7, digest(out_data), digest(err_data)))

    @needs_proc
    def test_memory(self):
        """200 MB through a process that stays small, also where its reader is slow."""
        size = 200 * MEGABYTE
        process = self.begin("hf-ssh", "head -c %d /dev/zero; read line; exit 5" % size)
        pipe = lambda: struct.unpack("i", fcntl.ioctl(  # noqa: E731
            process.stdout, termios.FIONREAD, struct.pack("i", 0)))[0]
        native = self.ssh_of(process, "hf-ssh")
        # More is on its way than may be held: the pipe is full, and nothing is read any more.
        self.assertTrue(wait_for(lambda: pipe() >= 16384 and state(native) == "S"))
        left = size
        while left:
            data = process.stdout.read(min(left, MEGABYTE))
            self.assertTrue(data, "the stream ended %d bytes early" % left)
            self.assertFalse(data.strip(b"\0"))
            left -= len(data)
        pid = self.ssh_of(process, "hf-ssh")
        with open("/proc/%d/cmdline" % pid, "rb") as words:
            self.assertTrue(words.read().split(b"\0")[0].endswith(b"native"))
        with open("/proc/%d/status" % pid, encoding="ascii") as status:
            peak = [int(line.split()[1]) for line in status if line.startswith("VmHWM")][0]
        if not sanitized():
            self.assertLess(peak, 20 << 10, "kB of memory")
        self.assertEqual(self.end(process), (5, b"", b""))

    def test_new_keys_in_between(self):
        server = self.rekeying_server()
        data = os.urandom(50 * MEGABYTE)
        status, out, _ = self.through("cat", stdin=data)
        self.assertEqual((status, digest(out)), (0, digest(data)))
        self.assertTrue(server.wait_idle())
        self.assertGreater(server.log().count("SSH2_MSG_NEWKEYS received"), 40)

    def test_compression(self):
        data = (b"%08d" * MEGABYTE) % tuple(range(MEGABYTE))
        status, out, err = self.through("cat", ("-C", "-v"), data)
        self.assertEqual((status, digest(out)), (0, digest(data)))
        self.assertIn(b"compression: zlib@openssh.com", err)
        _, _, err = self.through("true", ("-v",))
        self.assertIn(b"compression: none", err)

    def test_compression_and_new_keys(self):
        self.rekeying_server()
        data = os.urandom(8 * MEGABYTE)
        status, out, _ = self.through("cat", ("-C",), data)
        self.assertEqual((status, digest(out)), (0, digest(data)))


class StreamEndTest(NativeCase):
    def test_input_ends_early(self):
        process = self.begin("hf-ssh", "cat; echo done; read more && echo more; exit 4")
        process.stdin.write(b"line\n")
        self.assertEqual(process.stdout.readline(), b"line\n")
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"done\n")
        self.assertEqual(process.wait(10), 4)

    def test_output_ends_first(self):
        """What goes the other way goes on."""
        process = self.begin("hf-ssh", "exec >&- 2>&-; read line; exit $line")
        self.assertTrue(select.select([process.stdout], [], [], 10)[0], "no end of the output")
        self.assertEqual(process.stdout.read(), b"")
        self.assertIsNone(process.poll())
        process.stdin.write(b"6\n")
        self.assertEqual(process.wait(10), 6)

    def test_output_ends_before_the_errors(self):
        self.assertEqual(self.through("exec >&-; echo one >&2; sleep 1; echo two >&2; exit 3"),
                         (3, b"", b"one\ntwo\n"))

    def test_remote_takes_no_input(self):
        """It ends, while we still have much to say."""
        status, out, err = self.through("exec <&-; echo enough; exit 8",
                                        stdin=b"x" * (20 * MEGABYTE), timeout=20)
        self.assertEqual((status, out, err), (8, b"enough\n", b""))

    def test_reader_goes_away(self):
        for remote in ("exec cat /dev/zero",
                       "trap '' PIPE HUP TERM; for i in $(seq 150); do echo x; sleep 0.1; done"):
            with self.subTest(remote):
                process = self.begin("hf-ssh", remote)
                process.stdout.close()
                begin = time.monotonic()
                process.wait(10)
                self.assertLess(time.monotonic() - begin, in_time(6))
                self.assertEqual(process.returncode, 255)
                self.assertEqual(process.stderr.read(), b"")
                self.assert_all_gone()

    def test_reader_goes_away_and_the_command_ends_in_its_own_way(self):
        process = self.begin("hf-ssh", "trap '' PIPE; while echo x; do :; done 2>&-; exit 7")
        process.stdout.close()
        self.assertEqual((process.wait(10), process.stderr.read()), (7, b""))

    def test_no_input(self):
        """-n leaves our input alone: it is for whoever reads next."""
        path = self.box.write("lines", "one\ntwo\n")
        with open(path, "rb", buffering=0) as lines:
            process = self.start(("-n",), "cat; echo end", stdin=lines)
            self.assertEqual(self.end(process), (0, b"end\n", b""))
            self.assertEqual(lines.read(), b"one\ntwo\n")


@needs_proc
class SignalTest(NativeCase):
    def test_in_mid_transfer(self):
        data = os.urandom(MEGABYTE)

        def feed(process):
            try:
                while True:
                    process.stdin.write(data)
            except OSError:
                pass

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number):
                process = self.begin("hf-ssh", "exec cat")
                feeder = threading.Thread(target=feed, args=(process,))
                feeder.start()
                for _ in range(20):
                    process.stdout.read(MEGABYTE)
                process.send_signal(number)
                self.assertEqual(process.wait(10), 255)  # as of ssh
                feeder.join(10)
                self.assertFalse(feeder.is_alive())
                self.assert_all_gone()
                self.assertTrue(self.server.wait_idle(), "the server was not left")

    def test_of_the_native_one_alone(self):
        """Killed from outside: an end, not a success."""
        process = self.begin("hf-ssh", "exec cat")
        os.kill(self.ssh_of(process, "hf-ssh"), signal.SIGKILL)
        self.assertNotEqual(process.wait(10), 0)
        self.assert_all_gone()


if __name__ == "__main__":
    unittest.main()
