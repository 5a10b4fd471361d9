"""For tests of what `git hf-ssh` prints: each situation is made twice, once for the text and once
for JSON, which say the same."""

import json
import re

from manager import ManagerCase
from schema import Schema

# Members that say the same in the text, wherever it wraps.
SHOWN = ("name", "account", "url", "command", "found", "line", "problem")
TELLING = r"SHA256:[A-Za-z0-9+/]{43}|\bgit@hf\.co:\S+[\w]"


def strings(value, name=""):
    """(member's name, text) of everything in a report."""
    if isinstance(value, dict):
        for inner, what in value.items():
            yield from strings(what, inner)
    elif isinstance(value, list):
        for what in value:
            yield from strings(what, name)
    elif isinstance(value, str):
        yield name, value


def squeezed(text):
    return " ".join(text.split())


class ReportingCase(ManagerCase):
    """`schema` knows what the reports of a class have had."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schema = Schema()

    def make(self, prepare):
        self.box = self.sandbox()
        self.hub.add_account("alice", self.box.key)
        self.box.register("path")
        self.box.git("init", "-q", "repo")
        self.box.git("remote", "add", "origin", "git@hf.co:alice/model", cwd="repo")
        return prepare(self.box) if prepare else {}

    def both(self, *words, prepare=None, status=None, cwd="repo", **options):
        """The report; it says the same in both forms."""
        extra = self.make(prepare) or {}
        made = [word.format(**extra) if "{" in word else word for word in words]
        text = self.box.run("git", "hf-ssh", *made, cwd=cwd, **options)
        extra = self.make(prepare) or {}
        made = [word.format(**extra) if "{" in word else word for word in words]
        result = self.box.run("git", "hf-ssh", *made, "--json", cwd=cwd, **options)
        self.assertEqual(text.status, result.status, (text, result))
        if status is not None:
            self.assertEqual(text.status, status, text)
        self.assertNotEqual(result.status, 129, result)
        report = json.loads(result.stdout)
        self.assertEqual(self.schema.problems(report), [], result)
        if "error" not in report:
            self.assert_same(text, report)
        return report

    def assert_same(self, text, report):
        """What the text has is in JSON, and the other way round; apart from what differs between
        two sandboxes."""
        def blurred(words):
            words = re.sub(r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:…", words)
            words = re.sub(r"AAAA[A-Za-z0-9+/=]+", "AAAA…", words)
            words = re.sub(r"/tmp/hfs-\w+/b\d+\b", "/…", words)
            return re.sub(r"\b\d+ ms\b", "… ms", words)
        said = squeezed(blurred(text.stdout + text.stderr).replace(self.box.home, "~"))
        known = squeezed(blurred(json.dumps(report, ensure_ascii=False)))
        for found in set(re.findall(TELLING, text.stdout)):
            self.assertIn(blurred(found).rstrip(".,"), known, text)
        for name, value in strings(dict(report, command=None)):
            if name in SHOWN and value != "anonymous":
                self.assertIn(squeezed(blurred(value).replace(self.box.home, "~")), said)
        for line in text.stdout.splitlines():
            if " " in line.strip() and not re.search(r"/|SHA256|AAAA|git config ", line):
                self.assertLessEqual(len(line), 80, line)
        self.assertTrue(text.stdout.isascii(), text)

    def every(self, verb, *excused, kinds=()):
        """Every member that the page lists for VERB was met, with a value and where it may be null
        without one, but those excused; the members of a kind of object where it is named."""
        self.assertEqual(sorted(set(self.schema.unseen(verb, kinds)) - set(excused)), [])
