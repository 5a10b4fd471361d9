"""Running programs: with their streams captured and a time limit, or at a terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from .screen import shown

CONTROLLING = ("import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);"
               "os.execvp(sys.argv[1],sys.argv[1:])")


class Result:
    """status (negative: the signal it died of), out and err (bytes), stdout and stderr (text),
    `words` (stdout on one line, as a report wraps wherever a long path makes it), seconds."""

    def __init__(self, argv, status, out, err, seconds):
        self.argv, self.status, self.out, self.err = argv, status, out, err
        self.seconds = seconds
        self.stdout, self.stderr = (text.decode(errors="replace") for text in (out, err))
        self.words = " ".join(self.stdout.split())

    def __repr__(self):
        return "%s\n  status %s\n  stdout: %s\n  stderr: %s" % (
            " ".join(map(str, self.argv)), self.status, self.stdout[-3000:], self.stderr[-3000:])


def git_version():
    """Two numbers, of the git on PATH: GIT_CONFIG_COUNT came with 2.31, GIT_CONFIG_SYSTEM and
    GIT_CONFIG_GLOBAL with 2.32, hasconfig with 2.36."""
    said = subprocess.run(["git", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


PROGRAMS = ("git", "ssh", "ssh-add", "ssh-keygen", "hf-ssh", "sudo", "sudoedit", "chmod", "eval",
            "man", "mkdir", "unset", "export", "getent", "rm", "mv", "printf", "echo",
            "${EDITOR:-vi}")


def hints(text):
    """(what for, command) of each hint in TEXT, as hf-ssh itself reads them; advice has no command.
    Each is one line, is printed once, and its command can be read by a shell."""
    found = []
    for line in text.splitlines():
        line = re.sub("\x1b\\[[0-9;]*m", "", line).rstrip("\r")
        if not line.startswith("hint: "):
            continue
        purpose, command = line[6:], ""
        for colon in re.finditer(": ", line[6:]):
            rest = line[6:][colon.end():]
            if re.match(r"([A-Z_]+=\S* )*(%s)(?=\s|$)" % "|".join(map(re.escape, PROGRAMS)), rest) \
                    or rest.startswith(("/", "~/", "'/")):
                purpose, command = line[6:][:colon.start()], rest
                break
        first = line[6:].split(" ")[0]
        assert first not in PROGRAMS, "a hint says first what its command is for: " + line
        if command:
            syntax = subprocess.run(["sh", "-nc", command], stderr=subprocess.PIPE, check=False)
            assert not syntax.returncode, (line, syntax.stderr)
            assert not re.search(r"\b(NAMESPACE|REPOSITORY|ACCOUNT|NAME|FILE|URL)\b", command), line
        found.append((purpose, command))
    return found


def wait_for(condition, seconds=30):
    """What CONDITION() returned once that is true, or last, after SECONDS. The limit is generous: it
    is only reached when a test fails."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.01)


def in_time(seconds):
    """SECONDS for a machine that has nothing else to do: more of them, the busier this one is."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def kill_session(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass


def run(argv, env, cwd, stdin=b"", timeout=30, **options):
    """Runs to the end. STDIN is bytes, or a file; the time limit kills the whole group."""
    begin = time.monotonic()
    feed = stdin if isinstance(stdin, bytes) else None
    process = subprocess.Popen(
        argv, env=env, cwd=cwd, stdin=subprocess.PIPE if feed is not None else stdin,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options)
    try:
        out, err = process.communicate(feed, timeout)
    except BaseException as error:
        kill_session(process)
        out, err = process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise AssertionError("took more than %s s: %r" % (
                timeout, Result(argv, None, out, err, timeout))) from None
        raise
    result = Result(argv, process.returncode, out, err, time.monotonic() - begin)
    if "hf-ssh" in " ".join(map(str, argv[:3])) + result.stderr[:9999]:
        hints(result.stderr)  # every one that any test meets
    return result


class Terminal:
    """A program at a terminal of its own (a new session with a controlling terminal). `screen` is
    what was written to it, as it came; lines() is what a person sees of that."""

    def __init__(self, argv, env, cwd, rows=24, columns=80):
        self.rows, self.columns = rows, columns
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", CONTROLLING, *argv], env=env, cwd=cwd, stdin=slave,
            stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.screen = ""

    @property
    def pid(self):
        return self.process.pid

    def lines(self):
        """The lines on the terminal so far, those that scrolled off too: see screen.py."""
        return shown(self.screen, self.rows, self.columns)

    def send(self, text):
        os.write(self.master, text.encode())

    def read(self, seconds=0.1):
        """Adds what is shown within SECONDS to `screen`; False at the end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: the last one has left the terminal
            data = b""
        self.screen += data.decode(errors="replace")
        return bool(data)

    def expect(self, text, timeout=60, since=0):
        """Waits until TEXT was written (after the first SINCE characters); all that was written so
        far."""
        end = time.monotonic() + timeout
        while text not in self.screen[since:]:
            if time.monotonic() > end or not self.read():
                raise AssertionError("no %r on the terminal, but:\n%s" % (text, self.screen))
        return self.screen

    def wait(self, timeout=60):
        """Reads to the end; the exit status."""
        end = time.monotonic() + timeout
        while self.read():
            if time.monotonic() > end:
                self.close()
                raise AssertionError("still at the terminal, after:\n" + self.screen)
        return self.process.wait(timeout)

    def interrupt(self, timeout=15):
        """Types Ctrl-C, once more where nothing comes of it, as a person does: readpassphrase(3)
        does not see a signal between its question and its reading. The exit status."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self.send("\x03")
            again = time.monotonic() + 2
            while time.monotonic() < again:
                if not self.read():
                    return self.process.wait(timeout)
        return self.wait(0)

    def close(self):
        kill_session(self.process)
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1
