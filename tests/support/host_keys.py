"""For tests of `git hf-ssh host-keys`: a person's own file of host keys."""

import os

from manager import ManagerCase

PUBLISHED = {
    "ED25519": "SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao",
    "ECDSA": "SHA256:aBG5R7IomF4BSsx/h6tNAUVLhEkkaNGB8Sluyh/Q/qY",
    "RSA": "SHA256:uqjYymysBGCXXiMVebB8L8RIuWbPSKGBxQQNhcT5a3Q",
    "DSA": "SHA256:skgQjK2+RuzvdmHr24IIAJ6uLWQs0TGtEUt3FtzqirQ",
}


class HostKeysCase(ManagerCase):
    """`own` is the file's path; `new` a key that nobody has published or added."""

    def setUp(self):
        super().setUp()
        self.own = self.box.path("home", ".config", "hf-ssh", "known_hosts")
        self.new = self.hub.host_key("ed25519", "new")

    def host_keys(self, *words, status=None, **options):
        return self.manage("host-keys", *words, status=status, **options)

    def host_keys_report(self, *words, status=None, **options):
        return self.report("host-keys", *words, status=status, **options)

    def write_own(self, content, mode=0o600):
        self.box.write(self.own, content, mode)

    def own_text(self):
        """None where there is no file."""
        return self.box.read(self.own).decode() if os.path.exists(self.own) else None

    def states(self, **options):
        """The state of each fingerprint that `list` names."""
        report = self.host_keys_report("list", **options)
        return {key["fingerprint"]: key["state"] for key in report["host_keys"]}

    def refused(self, *words, status=2, **options):
        """Standard error of what is refused, with nothing on standard output and nothing written."""
        before = self.own_text()
        result = self.host_keys(*words, status=status, **options)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith("hf-ssh: "), result)
        self.assertNotIn("terminate called", result.stderr)
        self.assertEqual(self.own_text(), before)
        return result.stderr
