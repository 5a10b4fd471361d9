"""The keeper: a small process that owns everything a test starts, and clears it away.

It sits in a session of its own with one end of a pipe; the test process has the other. When that
end closes, whether by close(), an exception, Ctrl-C or kill -9, the keeper kills every process that
belongs to the stage (its descendants, and whoever carries the stage's name in the environment) and
removes the stage's directory. On Linux it is a subreaper, so that what daemonised stays its child.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time

MARK = "HF_SSH_TEST_STAGE"
PR_SET_CHILD_SUBREAPER = 36


def process_table():
    """{pid: (parent, state)} of everything /proc shows; empty where there is no /proc."""
    table = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as stat:
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:
            continue
        table[int(name)] = (int(fields[1]), fields[0].decode())
    return table


def descendants(root):
    table = process_table()
    found = {root}
    grown = True
    while grown:
        grown = False
        for pid, (parent, _) in table.items():
            if parent in found and pid not in found:
                found.add(pid)
                grown = True
    return {pid for pid in found - {root} if table[pid][1] != "Z"}


def marked(directory):
    """Processes whose environment says that they belong to the stage (or sandbox) in DIRECTORY."""
    want = ("%s=%s" % (MARK, directory)).encode()
    found = set()
    for pid, (_, state) in process_table().items():
        if state == "Z" or pid == os.getpid():
            continue
        try:
            with open("/proc/%d/environ" % pid, "rb") as environ:
                entries = environ.read().split(b"\0")
        except OSError:
            continue
        if any(entry == want or entry.startswith(want + b"/") for entry in entries):
            found.add(pid)
    return found


def remove_tree(directory):
    for folder, below, _ in os.walk(directory):  # a test may have locked some of them
        for name in below:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(directory, ignore_errors=True)


class Keeper:
    """The process itself; see main() for the pipe's protocol."""

    def __init__(self, directory):
        self.directory = directory
        self.children = []
        self.ended = {}

    def reap(self, *_):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.ended[pid] = status

    def start(self, argv, env, cwd, log):
        with open(log, "ab") as output:
            child = subprocess.Popen(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=output, start_new_session=True)
        self.children.append(child)
        return child.pid

    def stop(self, pid):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for _ in range(100):
                if pid in self.ended:
                    return
                os.kill(pid, number)
                time.sleep(0.02)

    def clear(self):
        for _ in range(200):
            self.reap()
            left = descendants(os.getpid()) | marked(self.directory)
            if not os.path.isdir("/proc/self"):
                left = {child.pid for child in self.children if child.pid not in self.ended}
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            time.sleep(0.01)
        remove_tree(self.directory)


def main():
    keeper = Keeper(sys.argv[1])
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, lambda *_: None)  # an ignored signal would be inherited
    signal.signal(signal.SIGCHLD, keeper.reap)
    actions = {
        "start": keeper.start,
        "stop": keeper.stop,
        "status": lambda pid: keeper.ended.get(pid),
    }
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": actions[request[0]](*request[1:])}
        except OSError as error:
            answer = {"error": str(error)}
        try:
            print(json.dumps(answer), flush=True)
        except OSError:
            break
    keeper.clear()


if __name__ == "__main__":
    main()
