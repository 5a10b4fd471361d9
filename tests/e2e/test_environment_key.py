"""HF_SSH_KEY and HF_SSH_KEY_FILE: a key as CI systems keep it, in whatever form, for one command; and
nothing of it to be found anywhere else, during the command or after it."""

import base64
import glob
import os
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase  # noqa: E402
from native import on_native, without_rsa  # noqa: E402
from standin import Key, in_time  # noqa: E402

HAS_OPENSSL = not subprocess.call("command -v openssl >/dev/null", shell=True)


class EnvironmentKeyCase(IdentityCase):
    """robot's key is in no file of ~/.ssh."""

    def setUp(self):
        super().setUp()
        self.robot = self.robot_key("ed25519")

    def robot_key(self, kind, passphrase="", form=None):
        path = self.box.path("robot-" + kind + (form or ""))
        key = self.box.make_key(path, kind, passphrase)
        if form:
            subprocess.run(["ssh-keygen", "-q", "-p", "-P", passphrase, "-N", passphrase, "-m",
                            form, "-f", path], check=True, stdout=subprocess.DEVNULL)
        self.hub.add_account("robot", key)
        return key

    def text(self, key=None):
        return self.box.read((key or self.robot).path).decode()

    def assert_robot(self, text, key=None):
        """TEXT serves in either variable."""
        path = self.box.write("secret", text, 0o666)
        for env in ({"HF_SSH_KEY": text}, {"HF_SSH_KEY_FILE": path}):
            with self.subTest(env):
                self.hub.forget()
                result = self.ask(env=env)
                if key and key.type == "ssh-rsa" and without_rsa():
                    self.assert_nothing_tried(result, "native transport cannot use an RSA key")
                    continue
                self.assertEqual((result.status, result.err), (0, b""), result)
                seen = self.last()
                self.assertEqual((seen["account"], seen["fingerprint"]),
                                 ("robot", (key or self.robot).fingerprint))
                self.assertEqual(self.hub.genuine().arrivals(), 1)
        self.assertEqual(self.left_behind(), [])

    def left_behind(self):
        """Private directories with something of this sandbox's key, anywhere they could be."""
        found = []
        for base in (self.box.env.get("XDG_RUNTIME_DIR"), "/dev/shm", "/tmp"):
            for folder in glob.glob(f"{base}/hf-ssh-{os.geteuid()}/*") if base else ():
                if self.holds_key(folder):
                    found.append(folder)
        return found

    def holds_key(self, folder):
        if folder.startswith(self.box.env["XDG_RUNTIME_DIR"]):
            return True
        try:
            with open(os.path.join(folder, "key"), encoding="utf-8") as file:
                return self.text() in file.read()
        except OSError:
            return False


class FormTest(EnvironmentKeyCase):
    def test_as_it_is(self):
        self.assert_robot(self.text())

    def test_without_the_last_newline(self):
        self.assert_robot(self.text().rstrip("\n"))

    def test_carriage_returns(self):
        self.assert_robot(self.text().replace("\n", "\r\n"))
        self.assert_robot(self.text().replace("\n", "\r"))

    def test_blanks_around(self):
        self.assert_robot("\n  " + self.text() + "\n\n")

    def test_on_one_line(self):
        for end in (" ", "\\n", "\\r\\n"):
            self.assert_robot(self.text().strip().replace("\n", end))
            self.assert_robot('"%s"' % self.text().replace("\n", end))

    def test_base64(self):
        once = base64.b64encode(self.text().encode()).decode()
        self.assert_robot(once)
        self.assert_robot(once + "\n")

    def test_base64_folded(self):
        folded = base64.encodebytes(self.text().encode()).decode()
        self.assert_robot(folded)
        self.assert_robot(folded.replace("\n", "\r\n"))
        self.assert_robot(folded.replace("\n", " "))

    def test_base64_of_carriage_returns(self):
        text = self.text().replace("\n", "\r\n").rstrip()
        self.assert_robot(base64.b64encode(text.encode()).decode())

    def test_rsa_in_each_form(self):
        for form in (None, "PEM", "PKCS8"):
            key = self.robot_key("rsa", form=form)
            self.assert_robot(self.text(key), key)

    def test_ecdsa_in_each_form(self):
        for form in (None, "PEM", "PKCS8"):
            key = self.robot_key("ecdsa", form=form)
            self.assert_robot(self.text(key), key)

    def test_pem_in_base64_with_carriage_returns(self):
        key = self.robot_key("rsa", form="PEM")
        text = self.text(key).replace("\n", "\r\n")
        self.assert_robot(base64.b64encode(text.encode()).decode(), key)

    def test_tilde(self):
        self.box.write(os.path.join(self.box.home, "secret"), self.text(), 0o644)
        self.assert_ok(self.ask(env={"HF_SSH_KEY_FILE": "~/secret"}))
        self.assertEqual(self.last()["account"], "robot")

    def test_text_before_file(self):
        self.assert_ok(self.ask(env={"HF_SSH_KEY": self.text(),
                                     "HF_SSH_KEY_FILE": self.box.key.path}))
        self.assertEqual(self.last()["account"], "robot")

    def test_empty_is_unset(self):
        """A secret that a fork may not have is an empty variable."""
        self.assert_ok(self.ask(env={"HF_SSH_KEY": "", "HF_SSH_KEY_FILE": ""}))
        self.assertEqual(self.last()["account"], "alice")

    def test_empty_and_no_other_key(self):
        """No key that is made here would help."""
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        for name, what in (("HF_SSH_KEY", "the text"), ("HF_SSH_KEY_FILE", "the path")):
            result = self.ask(env={name: ""})
            self.assertNotEqual(result.status, 0, result)
            self.assertIn("hint: give %s %s of a private key file, or unset it" % (name, what),
                          result.stderr)

    def test_other_pairs_do_not_matter(self):
        """Neither the agent's keys nor those of ~/.ssh."""
        self.box.agent(self.make("stranger"))
        self.hub.refuse("*")
        self.assert_failed(self.ask(env={"HF_SSH_KEY": self.text()}))
        offers = self.hub.genuine().offers()  # a second time to see why it failed
        self.assertIn(offers, ([[self.robot.fingerprint]], [[self.robot.fingerprint]] * 2))


@unittest.skipUnless(HAS_OPENSSL, "needs openssl")
class Pkcs8Ed25519Test(EnvironmentKeyCase):
    """OpenSSH reads this form from 9.6 on: hf-ssh leaves it to ssh, or to libssh2, which can."""

    def test_openssl_s_form(self):
        path = self.box.path("openssl")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
        os.chmod(path, 0o600)
        answer = subprocess.run(["ssh-keygen", "-y", "-f", path], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
        result = self.ask(env={"HF_SSH_KEY_FILE": path})
        if answer.returncode == 0 or on_native():
            self.box.write(path + ".pub", answer.stdout or self.public_half(path))
            self.assert_ok(result)
            self.assertEqual(self.last()["fingerprint"], Key(path).fingerprint)
        else:
            self.assert_failed(result, "invalid format", "hf-ssh: ", "key")
            self.assertEqual(self.hub.genuine().offers(), [])

    @staticmethod
    def public_half(path):
        """In ssh's form; where ssh-keygen cannot tell it."""
        der = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"],
                             check=True, stdout=subprocess.PIPE).stdout
        blob = b"".join(struct.pack(">I", len(part)) + part for part in (b"ssh-ed25519", der[-32:]))
        return b"ssh-ed25519 " + base64.b64encode(blob) + b"\n"


class UnusableTest(EnvironmentKeyCase):
    def assert_refused(self, text, *words):
        path = self.box.write("secret", text, 0o666)
        for name, value in (("HF_SSH_KEY", text), ("HF_SSH_KEY_FILE", path)):
            with self.subTest(name):
                self.hub.forget()
                result = self.ask(env={name: value})
                self.assert_nothing_tried(result, "hf-ssh: %s holds" % name, "hint: ", *words)
                for line in text.splitlines()[1:3]:
                    self.assertNotIn(line, result.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_with_a_passphrase(self):
        for kind, form in (("ed25519", None), ("rsa", "PEM"), ("ecdsa", "PKCS8")):
            key = self.robot_key(kind, "secret", form or "RFC4716")
            self.assert_refused(self.text(key), "passphrase", "ssh-keygen")

    def test_garbage(self):
        lines = self.text().splitlines(True)
        for text in ("garbage\n", "Z2FyYmFnZQ==", self.robot.public + "\n", "ghp_0123456789abcdef",
                     "".join(lines[:-1]), "".join(lines[:2] + lines[-1:]), self.text()[40:]):
            self.assert_refused(text, "no private key")
        self.assert_refused(self.robot.public + "\n", "it is a public key")
        self.assert_refused("".join(lines[:-1]), "cut short or damaged")
        self.assert_nothing_tried(self.ask(env={"HF_SSH_KEY": self.robot.path}),
                                  "no private key: it is a path", "HF_SSH_KEY_FILE")
        self.assert_nothing_tried(self.ask(env={"HF_SSH_KEY": " \n"}), "it is empty")

    def test_short_rsa(self):
        key = self.robot_key("rsa1024")
        self.assert_nothing_tried(self.ask(env={"HF_SSH_KEY": self.text(key)}), "HF_SSH_KEY",
                                  "1024 bits", "never offered")

    def test_file_is_missing(self):
        for path in ("~/gone", self.box.home):
            self.hub.forget()
            self.assert_nothing_tried(self.ask(env={"HF_SSH_KEY_FILE": path}), "HF_SSH_KEY_FILE")

    def test_no_end(self):
        for path in ("/dev/zero", self.box.write("large", b"A" * 200000)):
            self.hub.forget()
            result = self.ask(env={"HF_SSH_KEY_FILE": path})
            self.assert_nothing_tried(result, "HF_SSH_KEY_FILE")
            self.assertLess(result.seconds, in_time(10))


if __name__ == "__main__":
    unittest.main()
