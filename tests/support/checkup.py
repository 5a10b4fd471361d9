"""For tests of `git hf-ssh doctor`: a person's machine on which everything is as it should be, and
one link of the chain broken at a time."""

import json
import os

from manager import ManagerCase


def words_of_fix(fix):
    """The words of {"command": ...} or {"advice": ...}; empty for null."""
    if fix is None:
        return ""
    (kind, words), = fix.items()
    assert kind in ("command", "advice") and words, fix
    return words


class CheckupCase(ManagerCase):
    def setUp(self):
        super().setUp()
        self.box.git("lfs", "install", "--skip-repo")

    def examine(self, *words, status=None, program=("git", "hf-ssh"), says="",
                **options):
        """The checks: a list of (name, result, found, why, fix), in the order of the report. SAYS
        is all of standard error."""
        result = self.box.run(*program, "doctor", "--json", *words, **options)
        if status is not None:
            self.assertEqual(result.status, status, result)
        self.assertIn(result.status, (0, 1), result)
        self.assertEqual(result.stderr, says, result)
        report = json.loads(result.stdout)
        self.assertEqual((report["version"], report["command"]), (1, "doctor"))
        self.assertEqual(result.status == 1, report["summary"]["failure"] > 0)
        for check in report["checks"]:
            self.assertEqual(list(check), ["name", "result", "found", "why", "fix"])
            check["fix"] = words_of_fix(check["fix"])
            if check["result"] in ("warning", "failure"):
                self.assertTrue(check["found"] and check["fix"], check)
        return report["checks"]

    def troubles(self, checks):
        """Without what depends on the programs of this machine: npm, dulwich."""
        return [check for check in checks if check["result"] in ("warning", "failure") and
                check["name"] != "programs"]

    def only(self, name, result="failure", words=("--offline",), skipped=None, **options):
        """Nothing but the check NAME is not as it should be; that check. SKIPPED, if given: the
        names of those that could not be looked at."""
        checks = self.examine(*words, status=1 if result == "failure" else 0, **options)
        troubles = self.troubles(checks)
        self.assertEqual([(check["name"], check["result"]) for check in troubles],
                         [(name, result)], checks)
        if skipped is not None:
            self.assertEqual([check["name"] for check in checks if check["result"] == "skipped"],
                             skipped)
        return troubles[0]

    def named(self, checks, name):
        return [check for check in checks if check["name"] == name]

    def path_of(self, *programs):
        """A PATH with hf-ssh and these programs alone."""
        folder = self.box.folder("only")
        for name in programs:
            found = self.box.run("sh", "-c", "command -v " + name).stdout.strip()
            if not os.path.lexists(os.path.join(folder, name)):
                os.symlink(found, os.path.join(folder, name))
        return "%s:%s" % (self.box.bin, folder)
