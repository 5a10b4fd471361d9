"""A key in a PKCS#11 token (SoftHSM): offered where the configuration or -I names the module, alone."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402

MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
           "/usr/lib/pkcs11/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so"]
MODULE = next((path for path in MODULES if os.path.exists(path)), None)


@unittest.skipUnless(MODULE and shutil.which("softhsm2-util"), "SoftHSM is not installed")
class TokenTest(HubCase):
    def setUp(self):
        super().setUp()
        box = self.box
        box.env["SOFTHSM2_CONF"] = box.write(
            box.path("softhsm2.conf"), "directories.tokendir = %s\n" % box.folder("tokens"))
        made = box.make_key("token", "rsa")
        key = made.path
        for command in (
                ["softhsm2-util", "--init-token", "--free", "--label", "t", "--pin", "1234",
                 "--so-pin", "1234"],
                ["ssh-keygen", "-q", "-p", "-m", "PKCS8", "-P", "", "-N", "", "-f", key],
                ["softhsm2-util", "--import", key, "--token", "t", "--label", "k", "--id", "A1",
                 "--pin", "1234"]):
            self.assert_ok(box.run(*command))
        self.hub.add_account("token", made)
        os.unlink(key)
        self.public = key + ".pub"
        box.env["SSH_ASKPASS"] = box.script("askpass", "#!/bin/sh\necho 1234\n")
        box.env["SSH_ASKPASS_REQUIRE"] = "force"

    def configure(self, *lines):
        self.box.point_at(self.hub.genuine(), extra="Host hf.co\n    %s\n" % "\n    ".join(lines))

    def greeted(self, *words):
        return self.assert_ok(self.box.hf(*words, "-T", "git@hf.co")).stdout.strip()

    def test_configured(self):
        self.configure("PKCS11Provider " + MODULE)
        self.assertEqual(self.greeted(), "Hi token, welcome to Hugging Face.")
        self.assertEqual([len(keys) for keys in self.hub.genuine().offers()], [1])

    def test_typed(self):
        self.assertEqual(self.greeted("-I", MODULE), "Hi token, welcome to Hugging Face.")

    def test_its_public_half_is_named(self):
        self.configure("PKCS11Provider " + MODULE)
        self.assertEqual(self.greeted("-i", self.public), "Hi token, welcome to Hugging Face.")

    def test_another_key_is_named(self):
        """Then the token is not asked, nor a PIN."""
        self.configure("PKCS11Provider " + MODULE)
        self.box.env["SSH_ASKPASS"] = self.box.script("askpass", "#!/bin/sh\ntouch asked\n")
        self.assertEqual(self.greeted("-i", self.box.key.path),
                         "Hi alice, welcome to Hugging Face.")
        self.assertFalse(os.path.exists(os.path.join(self.box.work, "asked")))

    def test_not_configured(self):
        self.assertEqual(self.greeted(), "Hi alice, welcome to Hugging Face.")

    def test_no_such_module(self):
        result = self.box.hf("-I", "/nowhere/module.so", "-T", "git@hf.co")
        self.assertEqual((result.status, result.out), (255, b""))
        self.assertIn("has no usable key", result.stderr)


if __name__ == "__main__":
    unittest.main()
