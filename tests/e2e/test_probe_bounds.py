"""Asking hf.co takes five seconds at most, ends when it is told to, and takes nothing of what git has to
say."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase  # noqa: E402
from native import on_native, wrap_native  # noqa: E402
from shelled import needs_proc, wait_for  # noqa: E402
from standin import DOWN, Relay, in_time  # noqa: E402


class FrozenCase(IdentityCase):
    """The line to hf.co is dead: connections are made, and nothing comes."""

    def setUp(self):
        super().setUp()
        self.make("work", "acme")
        self.relay = Relay(self.hub.genuine())
        self.addCleanup(self.relay.close)
        self.relay.freeze()
        self.box.point_at(self.relay)

    def start(self):
        """hf-ssh in a process group of its own, while it asks; what it says goes to a file."""
        self.said = self.box.path("said")
        with open(self.said, "wb") as said:
            process = subprocess.Popen(
                [self.box.hf_ssh, "--via", self.box.ssh_command(), "git@hf.co",
                 "git-upload-pack 'acme/corpus'"], env=self.box.env, cwd=self.box.work,
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said,
                start_new_session=True)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(lambda: self.relay.connections))
        return process


class BoundTest(FrozenCase):
    def assert_bounded(self, process, begin):
        """The session begins after five seconds; the second key was not asked about."""
        self.assertTrue(wait_for(lambda: self.relay.connections > 1, 20))
        seconds = time.monotonic() - begin
        self.assertGreater(seconds, 4)
        self.assertLess(seconds, 9)
        self.assertEqual(self.relay.connections, 2)
        process.terminate()
        self.assertEqual(process.wait(5), -signal.SIGTERM)
        self.assertEqual(self.box.read(self.said).count(b"asking"), 1)

    def test_no_word_from_the_server(self):
        begin = time.monotonic()
        self.assert_bounded(self.start(), begin)
        before = self.relay.connections
        process = self.start()
        self.assertTrue(wait_for(lambda: self.relay.connections > before))
        self.assertIn(b"asking hf.co, once", self.box.read(self.said))  # no answer is not one
        process.terminate()
        process.wait(5)

    def test_server_that_falls_silent(self):
        """ssh itself would wait for ever."""
        self.relay.delay = 0.2
        self.relay.thaw()
        begin = time.monotonic()
        process = self.start()
        self.assertTrue(wait_for(lambda: self.relay.passed[DOWN]))
        self.relay.freeze()
        self.assert_bounded(process, begin)


@needs_proc
class EndedTest(FrozenCase):
    def assert_ends(self, send, number):
        process = self.start()
        begin = time.monotonic()
        send(process.pid, number)
        self.assertEqual(process.wait(10), -number)
        self.assertLess(time.monotonic() - begin, in_time(3))
        self.assertTrue(wait_for(lambda: not self.box.processes()), self.box.processes())
        self.assertEqual(os.listdir(self.box.env["XDG_RUNTIME_DIR"]), [])
        self.assertEqual(self.remembered(), {})  # nobody was silent

    def test_by_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(number):
                self.relay.connections = 0
                self.assert_ends(os.kill, number)

    def test_by_ctrl_c(self):
        """The whole group gets it, the ssh that asks too."""
        self.assert_ends(os.killpg, signal.SIGINT)


class StreamTest(IdentityCase):
    def test_input_is_for_the_session(self):
        """An ssh that asks has nothing to read, and what it says is not for git."""
        self.make("work", "acme")
        self.box.script("reading", '#!/bin/sh\ncase " $* " in *" -T -- "*) wc -c >>%s ;; esac\n'
                        'exec ssh "$@"\n' % self.box.path("read"))
        if on_native():
            wrap_native(self.box, 'case " $* " in *" SessionType=shell "*) wc -c >>%s ;; esac'
                        % self.box.path("read"))
        result = self.box.hf("git@hf.co", "git-upload-pack 'acme/corpus'", stdin=b"0000",
                             via="reading -F " + self.box.ssh_config)
        self.assertEqual(result.status, 0, result)
        self.assertEqual(self.box.read(self.box.path("read")).split(), [b"0", b"0"])
        self.assertNotIn(b"Hi ", result.out)
        self.assertTrue(result.out.endswith(b"0000"), result)


if __name__ == "__main__":
    unittest.main()
