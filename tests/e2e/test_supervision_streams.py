"""The streams belong to ssh: hf-ssh, which waits, neither holds them open nor loses a byte, and
costs next to nothing."""

import hashlib
import os
import select
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from shelled import WAYS, ShelledCase, needs_proc  # noqa: E402
from standin.program import sanitized  # noqa: E402

MARGIN = 1.0  # seconds that hf-ssh may be later than ssh, on a machine that is busy
LONG = 5      # how late it would be if hf-ssh held the stream
SIZE = 100 << 20


class EarlyEndTest(ShelledCase):
    def assert_as_early(self, seconds, remote):
        ours, plain = [seconds(self.begin(way, remote)) for way in WAYS]
        self.assertLess(ours, plain + MARGIN)

    def test_the_far_end_closes_its_output(self):
        def seconds(process):
            begin = time.monotonic()
            self.assertEqual(process.stdout.read(), b"")
            return time.monotonic() - begin
        self.assert_as_early(seconds, "exec >&- 2>&-; sleep %d" % LONG)

    def test_we_close_our_end(self):
        def seconds(process):
            begin = time.monotonic()
            process.stdin.close()
            self.assertEqual(process.stdout.readline(), b"end\n")
            return time.monotonic() - begin
        self.assert_as_early(seconds, "cat; echo end; sleep %d" % LONG)

    def test_our_reader_goes_away(self):
        ends = []
        for way in WAYS:
            process = self.begin(way, "exec cat /dev/zero")
            process.stdout.close()
            begin = time.monotonic()
            process.stdin.close()
            ends.append((process.wait(10), time.monotonic() - begin))
            self.assert_all_gone()
        self.assertEqual(ends[0][0], ends[1][0])
        self.assertLess(ends[0][1], ends[1][1] + MARGIN)

    def test_other_descriptors(self):
        """What was left open by the caller has its end as soon as ssh has let go of it."""
        for way in WAYS:
            reader, writer = os.pipe()
            self.addCleanup(os.close, reader)
            process = self.begin(way, "exec cat", pass_fds=(writer,))
            os.close(writer)
            self.assertTrue(select.select([reader], [], [], LONG)[0], "somebody holds the pipe")
            self.assertEqual(os.read(reader, 1), b"")
            self.assertEqual(self.end(process)[0], 0)


class StartTest(ShelledCase):
    """Streams that are missing at the start."""

    def test_null_input(self):
        for way in WAYS:
            process = self.start(way, "cat; echo end", stdin=subprocess.DEVNULL)
            self.assertEqual(self.end(process), (0, b"end\n", b""))

    def test_closed(self):
        for redirection in ("<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-", "0<&- 2>&-"):
            with self.subTest(redirection):
                shell = ("sh", "-c", 'exec "$0" "$@" ' + redirection)
                ours, plain = [self.end(self.start(way, "cat; echo out; echo err >&2; exit 3",
                                                   prefix=shell)) for way in WAYS]
                self.assertEqual(ours, plain)
                self.assertEqual(ours[0], 3)

    def test_standard_error(self):
        """What the server and ssh say is passed on, and nothing is added to a success."""
        ours, plain = [self.end(self.start(way, "echo said >&2; exec >&-; echo more >&2"))
                       for way in WAYS]
        self.assertEqual(ours, plain)
        self.assertEqual(ours, (0, b"", b"said\nmore\n"))


class TransferTest(ShelledCase):
    def setUp(self):
        super().setUp()
        data = os.urandom(SIZE)
        self.digest = hashlib.sha256(data).hexdigest()
        self.file = self.box.write("data", data)

    def test_up(self):
        with open(self.file, "rb") as data:
            process = self.start("hf-ssh", "sha256sum", stdin=data)
        status, out, err = self.end(process, 120)
        self.assertEqual((status, out.split()[:1], err), (0, [self.digest.encode()], b""))

    def test_down(self):
        """… and what the waiting hf-ssh costs, after it all."""
        process = self.start("hf-ssh", "cat '%s'; read line; exit 5" % self.file)
        digest, left = hashlib.sha256(), SIZE
        while left:
            data = process.stdout.read(min(left, 1 << 20))
            self.assertTrue(data, "the stream ended %d bytes early" % left)
            digest.update(data)
            left -= len(data)
        self.assertEqual(digest.hexdigest(), self.digest)
        if os.path.exists("/proc/self/io") and not sanitized():
            self.assert_cheap(process.pid)
        self.assertEqual(self.end(process), (5, b"", b""))

    def assert_cheap(self, pid):
        with open("/proc/%d/status" % pid, encoding="ascii") as status:
            memory = [int(line.split()[1]) for line in status if line.startswith("VmRSS")]
        self.assertLess(memory[0], 5120, "kB of resident memory")
        with open("/proc/%d/io" % pid, encoding="ascii") as statistics:
            passed = dict(line.split(": ") for line in statistics.read().splitlines())
        self.assertLess(int(passed["rchar"]), SIZE // 50, "bytes that hf-ssh read")
        self.assertLess(int(passed["wchar"]), SIZE // 50, "bytes that hf-ssh wrote")


class OtherHostTest(ShelledCase):
    @needs_proc
    def test_same_process(self):
        """For another host there is nobody who waits: hf-ssh has become ssh."""
        self.box.point_at(self.hub.genuine(), other=self.server)
        words = self.words("hf-ssh", "echo begun; exec cat")
        words[words.index("git@hf.co")] = "other"
        process = subprocess.Popen(words, env=self.box.env, cwd=self.box.work, bufsize=0,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
        self.running.append(process)
        self.assertEqual(process.stdout.readline(), b"begun\n")
        self.assertEqual(os.path.basename(os.readlink("/proc/%d/exe" % process.pid)), "ssh")
        self.assertEqual(self.end(process), (0, b"", b""))


if __name__ == "__main__":
    unittest.main()
