"""For tests of `git hf-ssh`: a HubCase that runs it as a person does, through git."""

import json
import os
import signal
import unittest

from schema import Schema
from standin import HubCase, Relay, wait_for
from standin.program import built


class ManagerCase(HubCase):
    """hf-ssh is registered as core.sshCommand. Every report in JSON is compared with what
    git-hf-ssh(1) says of it."""

    schema = Schema()

    @classmethod
    def setUpClass(cls):
        if not built("git-hf-ssh"):
            raise unittest.SkipTest("git-hf-ssh is not built")
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.box.register("path")

    def manage(self, *words, status=None, **options):
        """`git hf-ssh WORDS`; its Result, whose status is checked where one is given."""
        result = self.box.git("hf-ssh", *words, check=False, **options)
        if status is not None:
            self.assertEqual(result.status, status, result)
        if "--json" in words and result.status in (0, 1, 2) and result.stdout:
            self.assertEqual(self.schema.problems(json.loads(result.stdout)), [], result)
        return result

    def report(self, *words, status=None, **options):
        """What it says with --json."""
        result = self.manage(*words, "--json", status=status, **options)
        report = json.loads(result.stdout)
        self.assertEqual(report["version"], 1)
        self.assertIn(report["command"], (words[0], " ".join(words[:2])))
        return report

    def assert_fits(self, text):
        """No line has more than 80 columns, but for a word that is too long to fit: a path."""
        for line in text.splitlines():
            self.assertTrue(len(line) <= 80 or max(map(len, line.split())) > 50, line)

    def assert_ends_when_told(self, *argv, cwd=None, waits=None, shows=""):
        """Ctrl-C, or TERM to ARGV's process alone, ends it while it waits for hf.co, and leaves
        nothing. WAITS() is true once it waits; by default hf.co is a line that carries nothing.
        By then it has shown SHOWS."""
        for how in ("Ctrl-C", "TERM"):
            with self.subTest(how=how):
                if waits is None:
                    relay = Relay(self.hub.genuine())
                    self.addCleanup(relay.close)
                    relay.freeze()
                    self.box.point_at(relay)
                terminal = self.box.terminal(*argv, cwd=cwd)
                try:
                    self.assertTrue(wait_for(waits or (lambda: relay.connections)),
                                    "it did not wait for hf.co: " + terminal.screen)
                    terminal.expect(shows)
                    if how == "TERM":
                        os.kill(terminal.pid, signal.SIGTERM)
                    else:
                        terminal.send("\x03")
                    # It would give up by itself after more than this.
                    self.assertNotEqual(terminal.wait(9), 0)
                finally:
                    terminal.close()
                self.assertTrue(wait_for(lambda: not self.box.processes()), "a process is left")
                self.assertEqual(os.listdir(self.box.env["XDG_RUNTIME_DIR"]), [])

    def remembered(self):
        """The account of each fingerprint that is remembered, as `explain` sees it."""
        report = self.report("keys")
        return {key["fingerprint"]: key["account"] for key in report["keys"]}
