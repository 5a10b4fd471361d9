"""git hf-ssh doctor on keys: which are here, which one is chosen, and whom hf.co takes it for."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doctor import DoctorCase      # noqa: E402


class DoctorKeysTest(DoctorCase):
    def remove(self, key):
        for path in (key.path, key.path + ".pub"):
            os.remove(path)

    def test_healthy(self):
        checks = self.diagnose()
        for name in ("keys", "chosen-key", "key-modes", "key-types", "key-pairs", "account"):
            self.assertEqual(checks[name]["result"], "ok", checks[name])
        self.assertIn("1 key: ready", checks["keys"]["found"])
        self.assertIn("~/.ssh/id_ed25519", checks["chosen-key"]["found"])
        self.assertIn("alice", checks["account"]["found"])

    def test_no_key(self):
        self.remove(self.box.key)
        checks = self.assert_only({"keys": "failure", "chosen-key": "skipped",
                                   "account": "skipped"})
        self.assertEqual(checks["keys"]["fix"], "git hf-ssh keys new")

    def test_others_may_read_the_key(self):
        os.chmod(self.box.key.path, 0o644)
        checks = self.assert_only({"key-modes": "failure", "chosen-key": "skipped",
                                   "account": "skipped"})
        self.assertEqual(checks["key-modes"]["fix"], "chmod 600 ~/.ssh/id_ed25519")
        self.assert_fixes(checks["key-modes"])

    def test_others_may_read_another_key(self):
        """Of a file that is not chosen it is only a warning; a name with a blank, both at once."""
        os.chmod(self.box.make_key("old key").path, 0o640)
        os.chmod(self.box.make_key("older").path, 0o604)
        checks = self.assert_only({"key-modes": "warning"})
        self.assertIn("2 not usable", checks["keys"]["found"])
        self.assert_fixes(checks["key-modes"])

    def test_others_may_write_to_the_directory(self):
        os.chmod(os.path.join(self.box.home, ".ssh"), 0o770)
        checks = self.assert_only({"key-modes": "warning"})
        self.assertEqual(checks["key-modes"]["fix"], "chmod go-w ~/.ssh")
        self.assert_fixes(checks["key-modes"])

    def test_a_short_key(self):
        self.box.make_key("id_rsa", "rsa1024")
        checks = self.assert_only({"key-types": "warning"})
        self.assertIn("RSA key of 1024 bits", checks["key-types"]["found"])
        self.remove(self.box.key)
        checks = self.assert_only({"key-types": "failure", "chosen-key": "skipped",
                                   "account": "skipped"})
        self.assertEqual(checks["key-types"]["fix"], "git hf-ssh keys new")

    def test_a_dsa_key(self):
        self.box.make_key("id_dsa", "dsa")
        checks = self.assert_only({"key-types": "warning"})
        self.assertIn("~/.ssh/id_dsa", checks["key-types"]["found"])

    def test_a_public_file_of_another_key(self):
        other = self.box.make_key("id_other")
        shutil.copy(other.path + ".pub", self.box.key.path + ".pub")
        self.remove(other)
        checks = self.assert_only({"key-pairs": "warning"})
        self.assertIn("~/.ssh/id_ed25519.pub", checks["key-pairs"]["found"])
        self.assert_fixes(checks["key-pairs"])

    def test_only_a_locked_key(self):
        self.remove(self.box.key)
        locked = self.box.make_key("id_ed25519", passphrase="secret words")
        self.hub.add_account("alice", locked)
        checks = self.assert_only({"chosen-key": "warning", "account": "skipped"})
        self.assertIn("1 key: locked", checks["keys"]["found"])
        self.assertIn("is locked", checks["account"]["found"])
        fix = checks["chosen-key"]["fix"]
        self.assertTrue(fix.startswith("eval ") and fix.endswith("ssh-add ~/.ssh/id_ed25519"))
        self.assert_fixes(checks["chosen-key"], env=self.passphrase("secret words"))

    def test_a_setting_names_a_key_that_is_gone(self):
        self.box.git("config", "--global", "hf-ssh.identity", "~/.ssh/gone")
        checks = self.assert_only({"chosen-key": "failure", "account": "skipped"})
        self.assertIn("~/.ssh/gone", checks["chosen-key"]["found"])
        self.assertIn("hf-ssh.identity", checks["chosen-key"]["found"])

    def test_an_account_that_no_key_has(self):
        self.box.git("config", "--global", "hf-ssh.account", "nobody")
        checks = self.assert_only({"chosen-key": "failure", "account": "skipped"})
        self.assertIn("nobody", checks["chosen-key"]["found"])

    # the account --------------------------------------------------------------------------------

    def test_anonymous(self):
        self.hub.add_stranger(self.box.key)
        checks = self.assert_only({"account": "failure"})
        self.assertIn("Hi anonymous", checks["account"]["found"])
        self.assertEqual(checks["account"]["fix"],
                         "git hf-ssh keys check --open ~/.ssh/id_ed25519")
        self.hub.add_account("alice", self.box.key)
        self.assert_only({})

    def test_the_answer_is_remembered(self):
        self.diagnose()
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: "alice"})

    def lock(self):
        """The key gets a passphrase; what hf.co answered about it is remembered."""
        self.assert_ok(self.box.run("ssh-keygen", "-q", "-p", "-f", self.box.key.path, "-P", "",
                                    "-N", "secret words"))

    def test_a_locked_key_that_hf_co_did_not_know(self):
        """A push would fail: the remembered answer counts."""
        self.hub.add_stranger(self.box.key)
        self.diagnose()
        self.lock()
        check = self.diagnose(status=1)["account"]
        self.assertEqual(check["result"], "failure")
        self.assertIn("did not know this key when it was last asked, just now", check["found"])
        self.assertEqual(check["fix"], "git hf-ssh keys check --open ~/.ssh/id_ed25519")

    def test_a_locked_key_that_hf_co_knew(self):
        self.diagnose()
        self.lock()
        check = self.diagnose(status=0)["account"]
        self.assertEqual(check["result"], "ok")
        self.assertIn("alice, by ~/.ssh/id_ed25519, as of just now", check["found"])

    def test_a_key_that_hf_co_does_not_take(self):
        self.hub.refuse(self.box.key)
        checks = self.assert_only({"account": "failure"})
        self.assertIn("Permission denied", checks["account"]["found"])

    def test_ssh_itself_fails(self):
        """hf.co answers, and yet no connection comes about: that is no fault of the network."""
        broken = self.box.script("broken", "#!/bin/sh\ncase \" $* \" in *\" -G \"*|*\" -V \"*) "
                                 "exec ssh -F '%s' \"$@\" ;; esac\n"
                                 "echo 'ssh: no random numbers today' >&2\nexit 255\n"
                                 % self.box.ssh_config)
        checks = self.assert_only({"account": "failure", "host-keys": "skipped"},
                                  env={"HF_SSH_COMMAND": broken})
        self.assertIn("no random numbers today", checks["account"]["found"])

    def test_a_wrapper_that_takes_the_check_out(self):
        wrapper = self.box.script("careless", "#!/bin/sh\nexec ssh -o KnownHostsCommand=none -o "
                                  "UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -F "
                                  "'%s' \"$@\"\n" % self.box.ssh_config)
        checks = self.assert_only({"chosen-key": "failure", "account": "skipped",
                                   "host-keys": "failure"},
                                  env={"HF_SSH_COMMAND": wrapper})
        self.assertIn("REFUSED: the ssh that is run sets KnownHostsCommand itself",
                      checks["chosen-key"]["found"])
        self.assertEqual(self.hub.genuine().offers(), [])

    def test_offline(self):
        checks = self.diagnose("--offline")
        self.assertEqual(checks["account"]["result"], "skipped")
        self.assertEqual(checks["chosen-key"]["result"], "ok")
        self.assertEqual(self.hub.genuine().arrivals(), 0)


if __name__ == "__main__":
    unittest.main()
