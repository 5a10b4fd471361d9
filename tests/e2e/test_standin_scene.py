"""What goes with the stand-in for hf.co: delayed and cut lines, the sandbox; and that nothing is
left behind, however a test ends."""

import os
import signal
import subprocess
import sys
import time
import unittest

SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")
sys.path.insert(0, SUPPORT)
from standin import DOWN, UP, HubCase, Relay, Screen, Stage, keeper, shown  # noqa: E402


class PlainCase(HubCase):
    """Through plain ssh."""
    needs_program = False

    def setUp(self):
        super().setUp()
        self.box.register("ssh")


class RelayTest(PlainCase):
    def relay(self, **options):
        relay = Relay(self.hub.genuine(), **options)
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        return relay

    def test_delay(self):
        self.relay(delay=0.05)
        self.assertGreater(self.assert_ok(self.box.ssh("-T", "git@hf.co")).seconds, 0.6)

    def test_cut(self):
        self.hub.commit("alice/model", {"big": os.urandom(2000000)})
        self.relay(cut_after={DOWN: 1000000})
        self.assert_failed(self.box.git("clone", "git@hf.co:alice/model", check=False), "early EOF")

    def test_freeze_and_capture(self):
        relay = self.relay(capturing=True)
        self.assert_ok(self.box.ssh("-T", "git@hf.co"))
        self.assertTrue(relay.captured[UP].startswith(b"SSH-2.0-OpenSSH"))
        self.assertTrue(relay.captured[DOWN].startswith(b"SSH-2.0-OpenSSH"))
        relay.freeze()
        with self.assertRaises(AssertionError):
            self.box.ssh("-T", "git@hf.co", timeout=0.5)


class SandboxTest(PlainCase):
    def test_terminal(self):
        terminal = self.box.terminal("sh", "-c", "tty; read -r x </dev/tty; echo got $x; exit 3")
        self.addCleanup(terminal.close)
        terminal.expect("/dev/")
        terminal.send("this\n")
        self.assertEqual(terminal.wait(), 3)
        self.assertIn("got this", terminal.screen)

    def test_what_a_person_sees(self):
        status, lines = self.box.at_terminal(
            "sh", "-c", "stty size; for i in 1 2; do read -r x; echo got $x; done; exit 3",
            answers=(("24 80", "this\n"), ("got", "that\n")))
        self.assertEqual((status, lines), (3, ["24 80", "this", "got this", "that", "got that"]))

    def test_screen(self):
        for text, lines in (
                ("one\r\n\x1b[1;31mtwo\x1b[0m\r\n", ["one", "two"]),
                ("12345678901", ["1234567890", "1"]), ("1234567890\r\nx", ["1234567890", "x"]),
                ("asking 1 of 2\rdone\x1b[K\r\n", ["asking 1 o", "done"]),
                ("[1/9]\r[2/9]", ["[2/9]"]), ("a\nb", ["a", " b"]), ("ab\bc\td", ["ac      d"]),
                ("1\r\n2\r\n3\r\n4\x1b[1Ax\x1b[2;1Hy", ["1", "2", "yx", "4"]),
                ("\u00fc\u4f60e\u0301!", ["\u00fc\u4f60e!"]), ("\x1b]0;title\x07x", ["x"]),
                ("a\x1b[Hb\x1b[J", ["b"])):
            with self.subTest(text=text):
                self.assertEqual(shown(text, rows=3, columns=10), lines)
        screen = Screen(rows=2, columns=10)
        for part in ("1\r\n2\r\n\x1b", "[3", "2m3"):  # as it comes
            screen.feed(part)
        self.assertEqual((screen.visible(), screen.lines()), (["2", "3"], ["1", "2", "3"]))

    def test_own_passwd_entry(self):
        self.box.own_passwd_entry()
        self.box.write(os.path.join(self.box.home, ".ssh", "config"), "Host x\n    Port 7\n")
        result = self.box.run("ssh", "-G", "x")
        self.assertIn("port 7\n", result.stdout)
        self.assertIn("user person\n", result.stdout)

    def test_processes_are_seen(self):
        self.box.run("sh", "-c", "setsid sleep 60 >/dev/null 2>&1 </dev/null &")
        left = self.box.processes()
        self.assertEqual(len(left), 1)
        os.kill(left.pop(), signal.SIGKILL)


SCENE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from standin import Stage
stage = Stage()
hub = stage.hub()
hub.add_repository("alice/model")
box = stage.sandbox(hub)
box.agent(box.key)
os.mkdir(box.path("work", "locked"), 0)
box.run("sh", "-c", "setsid sleep 300 >/dev/null 2>&1 </dev/null &")
print(stage.directory, flush=True)
box.run("ssh", "-F", box.plain_config, "git@hf.co", "git-upload-pack 'alice/model'", stdin=0)
"""


class NothingIsLeftTest(unittest.TestCase):
    """Interrupted in the middle of a connection, by each signal: no process, no file."""

    def processes(self, directory):
        """Those that carry the stage's name in their environment or in their command line."""
        found = keeper.marked(directory)
        for pid in keeper.process_table():
            try:
                with open("/proc/%d/cmdline" % pid, "rb") as command:
                    if pid != os.getpid() and directory.encode() in command.read():
                        found.add(pid)
            except OSError:
                pass
        return found

    def assert_nothing_left(self, directory):
        end = time.monotonic() + 10
        while os.path.exists(directory) and time.monotonic() < end:
            time.sleep(0.02)
        self.assertFalse(os.path.exists(directory))
        time.sleep(0.05)  # the keeper goes last
        self.assertEqual(self.processes(directory), set())

    def interrupt(self, number):
        scene = subprocess.Popen([sys.executable, "-Bc", SCENE, SUPPORT], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 universal_newlines=True)
        with scene:
            try:
                directory = scene.stdout.readline().strip()
                log = os.path.join(directory, "hub", "connections")
                end = time.monotonic() + 10
                while not os.path.exists(log) and time.monotonic() < end:
                    time.sleep(0.02)
                # the keeper, sshd, the agent, sleep, ssh
                self.assertGreaterEqual(len(self.processes(directory)), 5)
                scene.send_signal(number)
                self.assertNotEqual(scene.wait(10), 0)
            finally:
                scene.kill()
        self.assert_nothing_left(directory)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number.name):
                self.interrupt(number)

    def test_close(self):
        stage = Stage()
        stage.hub().genuine()
        stage.close()
        self.assert_nothing_left(stage.directory)

    def test_serve(self):
        with Stage() as outer:
            directory = outer.path("served")
            for end in ("close", "term"):
                serve = subprocess.Popen(
                    [sys.executable, "-Bm", "standin", "serve", "--directory", directory,
                     "--impostor"], cwd=SUPPORT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    universal_newlines=True)
                values = dict(line.strip().split("=", 1) for line in iter(
                    serve.stdout.readline, "\n"))
                result = subprocess.run(["ssh", "-F", values["PLAIN_SSH_CONFIG"], "-T",
                                         "git@hf.co"], stdout=subprocess.PIPE, check=True)
                self.assertEqual(result.stdout, b"Hi alice, welcome to Hugging Face.\n")
                self.assertNotEqual(values["PORT"], values["IMPOSTOR_PORT"])
                serve.stdin.close() if end == "close" else serve.terminate()
                self.assertEqual(serve.wait(10), 0)
                serve.stdout.close()
                serve.stdin.close()
                self.assert_nothing_left(directory)


if __name__ == "__main__":
    unittest.main()
