"""hf-ssh at a terminal: Ctrl-C, Ctrl-\\, Ctrl-Z and fg do what they do to plain ssh."""

import os
import shlex
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from shelled import WAYS, ShelledCase, needs_proc, state, wait_for  # noqa: E402

PROMPT = "=>"


class TerminalCase(ShelledCase):
    def program(self, way, remote):
        """A command whose name says nothing of what it will print."""
        words = " ".join(shlex.quote(word) for word in self.words(way, remote))
        return self.box.script("go-" + way, "#!/bin/sh\nexec %s\n" % words)


class JobControlTest(TerminalCase):
    """In a shell with job control."""

    def shell(self):
        terminal = self.box.terminal("sh", "-i", env={"PS1": PROMPT, "ENV": None})
        self.addCleanup(terminal.close)
        terminal.expect(PROMPT)
        return terminal

    def ask(self, terminal, line, answer):
        terminal.screen = ""
        terminal.send(line)
        terminal.expect(answer)

    def status_after(self, way, remote, key):
        terminal = self.shell()
        self.program(way, remote)
        self.ask(terminal, "go-%s\n" % way, "begun")
        self.ask(terminal, key, PROMPT)
        shown = terminal.screen
        self.ask(terminal, "echo status=$?\n", "\nstatus=")
        terminal.expect(PROMPT)
        return terminal.screen.rpartition("status=")[2].split()[0], shown

    def test_interrupt_and_quit(self):
        for key in ("\x03", "\x1c"):
            with self.subTest(repr(key)):
                ours, plain = [self.status_after(way, "echo begun; exec cat", key)
                               for way in WAYS]
                self.assertEqual(ours, plain)  # and hf-ssh explains nothing: it was told to end
        self.assert_only_shells()

    def assert_only_shells(self):
        def names():
            found = set()
            for pid in self.box.processes():
                try:
                    with open("/proc/%d/comm" % pid, encoding="ascii") as comm:
                        found.add(comm.read().strip())
                except OSError:
                    pass
            return found
        self.assertTrue(wait_for(lambda: names() <= {"sh", "dash", "bash"}), names())

    def test_stop_and_foreground(self):
        for way in WAYS:
            with self.subTest(way):
                terminal = self.shell()
                self.program(way, "echo begun; exec cat")
                self.ask(terminal, "go-%s\n" % way, "begun")
                for _ in range(2):
                    self.ask(terminal, "\x1a", "Stopped")
                    self.ask(terminal, "fg\n", "go-" + way)
                    self.ask(terminal, "back\n", "back\r\nback\r\n")
                self.ask(terminal, "\x04", PROMPT)
                self.ask(terminal, "echo status=$?\n", "\nstatus=0")

    def test_the_end_of_a_stopped_job(self):
        """Ctrl-Z, and the shell is asked to end it."""
        terminal = self.shell()
        self.program("hf-ssh", "echo begun; exec cat")
        self.ask(terminal, "go-hf-ssh\n", "begun")
        self.ask(terminal, "\x1a", "Stopped")
        self.ask(terminal, "kill -TERM %1; kill -CONT %1\n", PROMPT)
        self.assert_only_shells()


class NoShellTest(TerminalCase):
    """Alone at a terminal, as the first program of a container: nobody could continue it."""

    def test_stop_is_without_effect(self):
        for way in WAYS:
            with self.subTest(way):
                terminal = self.box.terminal(self.program(way, "echo begun; exec cat"))
                self.addCleanup(terminal.close)
                terminal.expect("begun")
                terminal.send("\x1a")
                terminal.send("still here\n")
                terminal.expect("still here\r\nstill here\r\n")
                terminal.send("\x04")
                self.assertEqual(terminal.wait(), 0)

    def test_hang_up(self):
        """The terminal goes away."""
        for way in WAYS:
            terminal = self.box.terminal(self.program(way, "echo begun; exec cat"))
            terminal.expect("begun")
            os.close(terminal.master)
            terminal.master = -1
            terminal.process.wait(10)
            self.assert_all_gone()


class StopAloneTest(ShelledCase):
    @needs_proc
    def test_stop_and_continue(self):
        """TSTP to hf-ssh alone stops ssh with it, CONT continues both."""
        process = self.begin("hf-ssh", "exec cat")
        both = (process.pid, self.ssh_of(process, "hf-ssh"))
        for _ in range(2):
            process.send_signal(signal.SIGTSTP)
            self.assertTrue(wait_for(lambda: [state(pid) for pid in both] == ["T", "T"]))
            process.send_signal(signal.SIGCONT)
            self.assertTrue(wait_for(lambda: "T" not in [state(pid) for pid in both]))
            process.stdin.write(b"a line\n")
            self.assertEqual(process.stdout.readline(), b"a line\n")
        self.assertEqual(self.end(process), (0, b"", b""))

    @needs_proc
    def test_stop_of_the_group(self):
        for way in WAYS:
            process = self.begin(way, "exec cat")
            ssh = self.ssh_of(process, way)
            os.killpg(process.pid, signal.SIGTSTP)
            self.assertTrue(wait_for(lambda: state(process.pid) == state(ssh) == "T"))
            os.killpg(process.pid, signal.SIGCONT)
            self.assertEqual(self.end(process), (0, b"", b""))


if __name__ == "__main__":
    unittest.main()
