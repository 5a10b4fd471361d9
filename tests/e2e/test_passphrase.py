"""A passphrase is asked for as ssh asks: at the terminal, which shows nothing of it and is put
right in every case, or by SSH_ASKPASS. ask-passphrase is src/native/session/passphrase.cpp and little
else."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from shelled import needs_proc, state, wait_for  # noqa: E402
from standin import Terminal  # noqa: E402

PROGRAM = os.path.join(os.environ.get("HF_SSH_TEST_BIN", ""), "tests", "ask-passphrase")
PROMPT = "Enter passphrase for key '~/.ssh/hf': "
PASSPHRASE = "correct horse battery"
GIVEN, NOT_GIVEN, NOBODY = 0, 1, 2


@unittest.skipUnless(os.path.isfile(PROGRAM), "ask-passphrase is not built")
class PassphraseCase(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="hfssh-test.")
        self.addCleanup(shutil.rmtree, self.directory)
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith("SSH_ASKPASS") and "DISPLAY" not in name}

    def path(self, name):
        return os.path.join(self.directory, name)

    def given(self):
        """What the program was given; None if nothing."""
        if not os.path.exists(self.path("given")):
            return None
        with open(self.path("given"), encoding="utf-8") as given:
            return given.read()

    def words(self, *more):
        return [PROGRAM, PROMPT, self.path("given"), *more]

    def askpass(self, script, **variables):
        """An SSH_ASKPASS, and VARIABLES, in the program's environment."""
        with open(self.path("askpass"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(self.path("askpass"), 0o700)
        self.env.update(variables, SSH_ASKPASS=self.path("askpass"))


class TerminalTest(PassphraseCase):
    def ask(self, *more):
        terminal = Terminal(self.words(*more), self.env, self.directory)
        self.addCleanup(terminal.close)
        self.assertTrue(self.echoes(terminal))
        return terminal

    def prompted(self, *more):
        terminal = self.ask(*more)
        terminal.expect(PROMPT)
        self.assertFalse(self.echoes(terminal))
        return terminal

    @staticmethod
    def echoes(terminal):
        return bool(termios.tcgetattr(terminal.master)[3] & termios.ECHO)

    def assert_ends(self, terminal, status, given=None):
        self.assertEqual(terminal.wait(), status, terminal.screen)
        self.assertTrue(self.echoes(terminal))
        self.assertEqual(self.given(), given)
        self.assertNotIn(PASSPHRASE, terminal.screen)

    def test_it_is_typed(self):
        terminal = self.prompted()
        terminal.send(PASSPHRASE + "\n")
        self.assert_ends(terminal, GIVEN, PASSPHRASE)
        self.assertEqual(terminal.screen, "\r" + PROMPT + "\r\n")

    def test_standard_streams_are_no_terminal(self):
        """As with git, which has its own data there."""
        self.env["FILE"] = self.path("given")
        terminal = Terminal(["sh", "-c", "\"$0\" \"$1\" \"$FILE\" </dev/null >out 2>&1",
                             PROGRAM, PROMPT], self.env, self.directory)
        self.addCleanup(terminal.close)
        terminal.expect(PROMPT)
        terminal.send(PASSPHRASE + "\n")
        self.assert_ends(terminal, GIVEN, PASSPHRASE)
        self.assertEqual(os.path.getsize(self.path("out")), 0)

    def test_nothing_is_typed(self):
        for keys in ("\n", "\x04"):
            with self.subTest(repr(keys)):
                terminal = self.prompted()
                terminal.send(keys)
                self.assert_ends(terminal, NOT_GIVEN)

    @needs_proc
    def test_told_to_end(self):
        """Also with a half of it typed. Not before it reads: what comes between the prompt and that
        is lost (readpassphrase(3))."""
        for end in ("\x03", "\x1c", signal.SIGTERM, signal.SIGHUP):
            with self.subTest(repr(end)):
                terminal = self.prompted()
                self.assertTrue(wait_for(lambda: state(terminal.pid) == "S"))
                terminal.send(PASSPHRASE)
                if isinstance(end, str):
                    terminal.send(end)
                    number = {"\x03": signal.SIGINT, "\x1c": signal.SIGQUIT}[end]
                else:
                    os.kill(terminal.pid, end)
                    number = end
                self.assert_ends(terminal, -number)

    @needs_proc
    def test_it_is_wiped(self):
        """Nothing in memory has it once its time is over, not even its end: whoever frees memory
        may write over where it began."""
        terminal = self.prompted("linger")
        terminal.send("It was a dark night, " * 3 + PASSPHRASE + "\n")
        terminal.expect("asked")
        self.assertIn(PASSPHRASE, self.given())
        self.assertTrue(self.holds(terminal.pid, PROMPT))
        self.assertFalse(self.holds(terminal.pid, PASSPHRASE))

    def test_a_program_is_not_asked_unless_preferred(self):
        self.askpass("echo \"$1\"\n", DISPLAY=":99")
        terminal = self.prompted()
        terminal.send(PASSPHRASE + "\n")
        self.assert_ends(terminal, GIVEN, PASSPHRASE)
        self.env["SSH_ASKPASS_REQUIRE"] = "prefer"
        terminal = self.ask()
        self.assert_ends(terminal, GIVEN, PROMPT)
        self.assertEqual(terminal.screen, "")

    def holds(self, pid, text):
        """Has the process TEXT anywhere in what it can write to?"""
        wanted = text.encode()
        with open("/proc/%d/maps" % pid, encoding="utf-8") as maps:
            ranges = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps.read(), re.MULTILINE)
        try:
            memory = open("/proc/%d/mem" % pid, "rb", 0)
        except PermissionError:
            self.skipTest("may not look into a process")
        with memory:
            for start, end in ranges:
                begin, size = int(start, 16), int(end, 16) - int(start, 16)
                if size > 1 << 30:
                    continue  # set aside by a sanitizer
                memory.seek(begin)
                if wanted in memory.read(size):
                    return True
        return False


class NoTerminalTest(PassphraseCase):
    def begin(self):
        process = subprocess.Popen(self.words(), env=self.env, cwd=self.directory,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def ended(self):
        process = self.begin()
        out, _ = process.communicate(timeout=30)
        self.assertEqual(out, b"")
        return process.returncode

    def test_nobody(self):
        self.assertEqual(self.ended(), NOBODY)
        self.askpass("echo secret\n")
        self.assertEqual(self.ended(), NOBODY)  # it has no display
        for value in ("never", "prefer"):
            self.env["SSH_ASKPASS_REQUIRE"] = value
            self.assertEqual(self.ended(), NOBODY)
        self.assertIsNone(self.given())

    def test_a_program(self):
        for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
            with self.subTest(variable):
                self.askpass("echo \"$1\"\n", **{variable: ":99"})
                self.assertEqual(self.ended(), GIVEN)
                self.assertEqual(self.given(), PROMPT)
                os.unlink(self.path("given"))
                del self.env[variable]
        self.askpass("echo secret\nexit 1\n", SSH_ASKPASS_REQUIRE="force")
        self.assertEqual(self.ended(), NOT_GIVEN)

    @needs_proc
    def test_told_to_end(self):
        """The program that asks is not left behind."""
        self.askpass("echo $$ >pid.new\nmv pid.new pid\nexec sleep 300\n", DISPLAY=":99")
        process = self.begin()
        self.assertTrue(wait_for(lambda: os.path.exists(self.path("pid"))))
        with open(self.path("pid"), encoding="ascii") as file:
            asking = int(file.read())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), -signal.SIGTERM)
        self.assertTrue(wait_for(lambda: state(asking) in ("", "Z")), state(asking))


if __name__ == "__main__":
    unittest.main()
