"""hf.co's keys in front of an ordinary shell, so that a test can have any remote command run:
hf-ssh and plain ssh against it, side by side."""

import os
import signal
import subprocess
import unittest

from standin import HubCase, wait_for
from standin.keeper import process_table

WAYS = ("hf-ssh", "ssh")  # what is tested, and what it is compared with
LINUX = os.path.isdir("/proc/self/fd")
needs_proc = unittest.skipUnless(LINUX, "needs Linux's /proc")


def children(pid):
    """{pid: state} of the children of a process."""
    return {child: state for child, (parent, state) in process_table().items() if parent == pid}


def state(pid):
    return process_table().get(pid, (0, ""))[1]


class ShelledCase(HubCase):
    def setUp(self):
        super().setUp()
        self.server = self.hub.sshd("shelled", self.hub.genuine_keys(), shell="/bin/sh")
        with open(os.path.join(self.server.directory, "authorized_keys"), "w") as authorized:
            authorized.write(self.box.key.public + "\n")
        self.box.point_at(self.server)
        self.running = []

    def tearDown(self):
        for process in self.running:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except OSError:
                pass
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        super().tearDown()

    def words(self, way, *remote):
        """The command line that has REMOTE run at hf.co."""
        if way == "ssh":
            return ["ssh", "-F", self.box.plain_config, "git@hf.co", *remote]
        return [self.box.hf_ssh, "--via", self.box.ssh_command(), "git@hf.co", *remote]

    def start(self, way, *remote, prefix=(), **options):
        """A Popen in a process group of its own, below the test's session, which is ended with the
        test."""
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        streams.update(options)
        before = streams.pop("preexec_fn", lambda: None)
        process = subprocess.Popen([*prefix, *self.words(way, *remote)], env=self.box.env,
                                   cwd=self.box.work, bufsize=0,
                                   preexec_fn=lambda: (os.setpgid(0, 0), before()), **streams)
        self.running.append(process)
        return process

    def begin(self, way, remote, **options):
        """As start(), once the remote command, which follows upon `echo begun`, runs."""
        process = self.start(way, "echo begun; " + remote, **options)
        line = process.stdout.readline()
        self.assertEqual(line, b"begun\n", line or process.stderr.read())
        return process

    def ssh_of(self, process, way):
        """The pid of the ssh itself."""
        if way == "ssh":
            return process.pid
        found = list(children(process.pid))
        self.assertEqual(len(found), 1, "hf-ssh has other children than ssh")
        return found[0]

    def end(self, process, timeout=20):
        """status, out, err."""
        out, err = process.communicate(timeout=timeout)
        self.running.remove(process)
        return process.returncode, out, err

    def assert_all_gone(self):
        if not wait_for(lambda: not self.box.processes()):
            self.fail("a process is left: %s" % self.box.processes())
