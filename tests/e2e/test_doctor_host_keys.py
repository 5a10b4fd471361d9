"""git hf-ssh doctor on host keys: what is served against what is trusted, and the files that add to
that."""

import os
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doctor import DoctorCase      # noqa: E402

REFUSED = {"host-keys": "failure", "account": "skipped"}
DISTRUSTED = {name: "skipped" for name in (
    "keys", "chosen-key", "key-modes", "key-types", "key-pairs", "ssh-agent", "known-hosts",
    "proxy", "dns", "ipv4", "ipv6", "host-keys", "account", "connection")}


class DoctorHostKeysTest(DoctorCase):
    def add(self, text):
        self.box.write(self.box.known_hosts, self.box.read(self.box.known_hosts).decode() + text)

    def line(self, key, marker="", hosts="hf.co"):
        return ("%s %s %s" % (marker, hosts, key.public)).strip() + "\n"

    def test_healthy(self):
        found = self.diagnose()["host-keys"]["found"]
        for number, kind in enumerate(("ED25519", "ECDSA", "RSA"), 1):
            self.assertIn("%s: added in %s:%d" % (kind, self.box.known_hosts, number), found)

    def test_impostor(self):
        impostor = self.hub.impostor()
        self.box.point_at(impostor)
        checks = self.assert_only(REFUSED)
        for kind in ("ed25519", "ecdsa", "rsa"):
            self.assertIn(self.hub.host_key(kind, "impostor").fingerprint,
                          checks["host-keys"]["found"])
        self.assertIn("REFUSED: hf.co presented a key that Hugging Face has not published",
                      checks["host-keys"]["why"])
        self.assertNotIn("host-keys add", checks["host-keys"]["fix"])
        impostor.wait_idle()
        self.assertEqual(self.hub.connections(impostor), [])
        self.assertEqual(impostor.users_seen(), [])

    def test_one_wrong_key_among_right_ones(self):
        """ssh would never meet it: the server's ed25519 is the right one."""
        foreign = self.hub.host_key("rsa", "impostor")
        self.box.point_at(self.hub.sshd("mixed", [self.hub.host_key("ed25519"), foreign]))
        checks = self.assert_only({"host-keys": "failure"})
        self.assertIn("RSA: not published by Hugging Face\n" + foreign.fingerprint,
                      checks["host-keys"]["found"])
        self.assertIn("presented  RSA " + foreign.fingerprint, checks["host-keys"]["why"])

    def test_a_published_key_that_is_not_served(self):
        self.box.point_at(self.hub.sshd("one", [self.hub.host_key("ecdsa")]))
        self.assert_only({})

    def test_a_revoked_key_in_use(self):
        self.add(self.line(self.hub.host_key("ed25519"), "@revoked"))
        checks = self.assert_only(REFUSED)
        self.assertIn("revoked in ", checks["host-keys"]["found"])
        self.assertIn("a key that is revoked", checks["host-keys"]["why"])
        self.assertIn("1 key revoked", checks["trusted-files"]["found"])

    def test_a_revoked_key_that_is_not_in_use(self):
        """With every ed25519 key revoked, ssh asks for ECDSA."""
        self.box.trust(self.hub.host_key("ecdsa"), self.hub.host_key("rsa"))
        published = next(line for line in self.box.git("hf-ssh", "host-keys", "--known-hosts")
                         .stdout.splitlines() if "ed25519" in line)
        self.add("@revoked " + published + "\n")
        self.add(self.line(self.hub.host_key("ed25519"), "@revoked", "*"))
        checks = self.assert_only({"host-keys": "warning"})
        self.assertIn("not asked for", checks["host-keys"]["found"])

    def test_not_ssh(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    client = listener.accept()[0]
                except OSError:
                    return
                client.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n")
                client.close()
        threading.Thread(target=serve, daemon=True).start()
        self.box.point_at(listener.getsockname()[1])
        checks = self.diagnose()
        self.assertEqual(checks["host-keys"]["result"], "failure", checks["host-keys"])
        self.assertIn("captive portal", checks["host-keys"]["why"])
        self.assertEqual(checks["ipv4"]["result"], "ok")

    # the files ----------------------------------------------------------------------------------

    def test_others_may_write_the_file(self):
        os.chmod(self.box.known_hosts, 0o666)
        checks = self.assert_only(dict(DISTRUSTED, **{"trusted-files": "failure"}))
        self.assertIn("can't be relied on", checks["trusted-files"]["found"])
        self.assertIn("chmod go-w ", checks["trusted-files"]["fix"])
        self.assert_fixes(checks["trusted-files"])

    def test_a_path_with_a_colon_and_a_space(self):
        file = self.box.write(self.box.path("a: b", "known_hosts"),
                              self.box.read(self.box.known_hosts).decode(), 0o666)
        check = self.diagnose("--offline", env={"HF_SSH_KNOWN_HOSTS": file})["trusted-files"]
        self.assertEqual(check["fix"], "chmod go-w '%s'" % file)
        self.assertIn("must belong to you", check["why"])

    def test_the_file_is_not_there(self):
        gone = self.box.path("gone")
        checks = self.assert_only(dict(DISTRUSTED, **{"trusted-files": "failure"}),
                                  env={"HF_SSH_KNOWN_HOSTS": gone})
        self.assertIn("unset HF_SSH_KNOWN_HOSTS", checks["trusted-files"]["fix"])

    def test_a_line_that_may_have_lost_a_revocation(self):
        self.add("@Revoked hf.co ssh-ed25519 AAAA\n")
        checks = self.assert_only(dict(DISTRUSTED, **{"trusted-files": "failure"}))
        self.assertIn(":4: ", checks["trusted-files"]["found"])

    def test_a_line_that_adds_nothing(self):
        """It harms nobody but who wrote it: the connection stands."""
        self.add("hf.co ssh-ed25519 AAAAB3Nz\n")
        checks = self.assert_only({"trusted-files": "failure"})
        self.assertIn(":4: ", checks["trusted-files"]["found"])
        self.assertIn("+4 ", checks["trusted-files"]["fix"])


if __name__ == "__main__":
    unittest.main()
