"""A big clone and a big push through hf-ssh: every byte arrives. 30 MB, or 1 GB with
HF_SSH_TEST_LONG=1."""

import hashlib
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase  # noqa: E402

LONG = bool(os.environ.get("HF_SSH_TEST_LONG"))
PART = 128 << 20 if LONG else 10 << 20
PARTS = 8 if LONG else 3


class BigCloneTest(GitCase):
    """30 MB, or 1 GB: every byte arrives."""

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/big")
        cls.hub.git("alice/big", "config", "core.compression", "0")
        cls.hub.git("alice/big", "config", "core.bigFileThreshold", "1m")
        cls.hub.git("alice/big", "config", "pack.window", "0")
        cls.digests = {}
        for number in range(PARTS):
            content = os.urandom(PART)
            cls.digests["part%d" % number] = hashlib.sha256(content).hexdigest()
            cls.hub.commit("alice/big", {"part%d" % number: content})

    def test_clone(self):
        self.box.git("config", "--global", "core.compression", "0")
        self.box.git("clone", "-q", "git@hf.co:alice/big", timeout=600)
        for name, digest in self.digests.items():
            found = hashlib.sha256()
            with open(self.box.path("work", "big", name), "rb") as part:
                for block in iter(lambda: part.read(1 << 20), b""):
                    found.update(block)
            self.assertEqual(found.hexdigest(), digest)

    def test_push(self):
        self.hub.add_repository("alice/copy", files={})
        self.box.git("config", "--global", "core.compression", "0")
        mirror = self.hub.repository_directory("alice/big")
        self.box.git("-C", mirror, "push", "-q", "git@hf.co:alice/copy", "main", timeout=600)
        self.assertEqual(self.hub.head("alice/copy"), self.hub.head("alice/big"))
        self.hub.git("alice/copy", "fsck", "--no-progress")


if __name__ == "__main__":
    unittest.main()
