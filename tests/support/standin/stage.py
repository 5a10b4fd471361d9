"""A stage: one temporary directory with a keeper, on which a test class sets up its scene."""

import atexit
import json
import os
import re
import subprocess
import sys
import tempfile

from . import keeper


class Stage:
    """Owns a directory below TMPDIR. Everything that start() started, and the directory, is gone
    after close(), and as surely when the test process dies without it."""

    def __init__(self, directory=None):
        base = tempfile.gettempdir()
        if len(base) > 40 or not re.fullmatch(r"[\w./+-]+", base):
            base = "/tmp"  # a socket's name must fit into sun_path; `ssh -J` does not quote -F FILE
        self.directory = directory or tempfile.mkdtemp(prefix="hfs-", dir=base)
        os.makedirs(self.directory, 0o700, exist_ok=True)
        self.directory = os.path.realpath(self.directory)
        self.boxes = 0
        self.to_close = []
        clean = {name: value for name, value in os.environ.items() if name != keeper.MARK}
        self.keeper = subprocess.Popen(
            [sys.executable, "-I", "-B", keeper.__file__, self.directory], env=clean, cwd="/",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True, bufsize=1,
            start_new_session=True)
        atexit.register(self.close)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def folder(self, *names):
        path = self.path(*names)
        os.makedirs(path, 0o700, exist_ok=True)
        return path

    def ask(self, *request):
        self.keeper.stdin.write(json.dumps(request) + "\n")
        answer = json.loads(self.keeper.stdout.readline())
        if "error" in answer:
            raise OSError(answer["error"])
        return answer["answer"]

    def start(self, argv, env, log, cwd=None):
        """Starts a server in a session of its own; its pid. Its output goes to the file LOG."""
        env = dict(env)
        env[keeper.MARK] = self.directory
        return self.ask("start", argv, env, cwd or self.directory, log)

    def stop(self, pid):
        self.ask("stop", pid)

    def ended(self, pid):
        """The wait status of a process of start() that has ended, None while it runs."""
        return self.ask("status", pid)

    def processes(self):
        return keeper.marked(self.directory)

    def hub(self):
        from .hub import Hub
        return Hub(self)

    def sandbox(self, hub=None, **options):
        from .sandbox import Sandbox
        self.boxes += 1
        return Sandbox(self, "b%d" % self.boxes, hub, **options)

    def close(self):
        if self.keeper.stdin.closed:
            return
        for close in reversed(self.to_close):
            close()
        try:
            self.keeper.stdin.close()
        except OSError:
            pass
        self.keeper.wait()
        self.keeper.stdout.close()
        atexit.unregister(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
