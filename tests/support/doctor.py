"""For tests of `git hf-ssh doctor`: one link is broken, that check alone changes, and where it names
a command, that command fixes it."""

import json

from checkup import CheckupCase

FIX = """{ %s; } >>fixed 2>&1 || exit 99
git hf-ssh doctor --json
status=$?
[ -z "$SSH_AGENT_PID" ] || kill "$SSH_AGENT_PID"
exit $status
"""


class DoctorCase(CheckupCase):
    """`healthy` holds the result of each check where nothing is broken."""

    def setUp(self):
        super().setUp()
        if not hasattr(type(self), "healthy"):
            type(self).healthy = results(self.diagnose())
            super().setUp()  # as if nobody had looked yet

    def diagnose(self, *words, **options):
        """The checks by name."""
        return {check["name"]: check for check in self.examine(*words, **options)}

    def assert_only(self, changed, *words, **options):
        """The doctor says CHANGED ({name: result}) and otherwise what it says in good health."""
        checks = self.diagnose(*words, **options)
        self.assert_results(checks, dict(self.healthy, **changed))
        return checks

    def assert_results(self, checks, expected):
        said = results(checks)
        other = [check for name, check in checks.items() if said[name] != expected.get(name)]
        self.assertEqual(said, expected, json.dumps(other, indent=1))

    def assert_fixes(self, check, **options):
        """Its command, run by a shell as it stands, and then all is well."""
        self.assertTrue(check["fix"], check)
        checks = self.diagnose(program=("sh", "-c", FIX % check["fix"]), **options)
        self.assert_results(checks, self.healthy)

    def passphrase(self, text):
        """The environment in which ssh-add asks a program that knows the passphrase."""
        return {"SSH_ASKPASS": self.box.script("askpass", "#!/bin/sh\necho '%s'\n" % text),
                "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}


def results(checks):
    return {name: check["result"] for name, check in checks.items()}
