"""git hf-ssh doctor on what plain ssh believes of hf.co: old and wrong lines of its known_hosts."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doctor import DoctorCase      # noqa: E402
from standin.sshd import has_dsa  # noqa: E402


class DoctorKnownHostsTest(DoctorCase):
    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.box.home, ".ssh", "known_hosts")
        self.foreign = self.hub.host_key("ed25519", "impostor").public
        self.good = self.hub.host_key("ed25519").public

    def write(self, *lines, name="known_hosts"):
        self.box.write(os.path.join(self.box.home, ".ssh", name),
                       "".join(line + "\n" for line in lines))

    def lines(self):
        return self.box.read(self.file).decode().splitlines()

    def test_right_lines(self):
        self.write("github.com " + self.foreign, "hf.co " + self.good,
                   "huggingface.co " + self.good)
        self.assertIn("2 lines", self.assert_only({})["known-hosts"]["found"])

    def test_a_wrong_line(self):
        self.write("# mine", "github.com " + self.foreign, "hf.co " + self.foreign)
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertIn("~/.ssh/known_hosts:3: ", checks["known-hosts"]["found"])
        self.assertEqual(checks["known-hosts"]["fix"],
                         "ssh-keygen -R hf.co -f ~/.ssh/known_hosts")
        self.assert_fixes(checks["known-hosts"])
        self.assertEqual(self.lines(), ["# mine", "github.com " + self.foreign])

    def test_the_file_of_the_passwd_entry_needs_no_name(self):
        """Where ssh-keygen itself looks."""
        self.box.own_passwd_entry()
        self.write("hf.co " + self.foreign)
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertEqual(checks["known-hosts"]["fix"], "ssh-keygen -R hf.co")
        self.assert_fixes(checks["known-hosts"])

    @unittest.skipUnless(has_dsa(), "this ssh-keygen passes over such a line")
    def test_the_dsa_key(self):
        dsa = self.hub.host_key("dsa", "old").public
        self.write("hf.co " + dsa)
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertIn("DSA key, too weak", checks["known-hosts"]["found"])
        self.assert_fixes(checks["known-hosts"])

    def test_hashed_lines(self):
        """As ssh-keygen -H, and most distributions, write them."""
        self.write("hf.co " + self.foreign, "github.com " + self.foreign,
                   "huggingface.co " + self.foreign)
        self.box.run("ssh-keygen", "-q", "-H", "-f", self.file)
        os.remove(self.file + ".old")
        self.assertTrue(all(line.startswith("|1|") for line in self.lines()))
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertEqual(checks["known-hosts"]["fix"],
                         "ssh-keygen -R hf.co -f ~/.ssh/known_hosts && "
                         "ssh-keygen -R huggingface.co -f ~/.ssh/known_hosts")
        self.assert_fixes(checks["known-hosts"])
        self.assertEqual(len(self.lines()), 1)

    def test_the_port_in_use(self):
        port = self.hub.genuine().port
        self.write("[hf.co]:%d %s" % (port, self.foreign), "[hf.co]:1 " + self.foreign)
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertNotIn(":2: ", checks["known-hosts"]["found"])
        self.assert_fixes(checks["known-hosts"])

    def test_another_file(self):
        self.write("hf.co " + self.foreign, name="known_hosts2")
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertIn("~/.ssh/known_hosts2:1: ", checks["known-hosts"]["found"])
        self.assert_fixes(checks["known-hosts"])

    def test_the_files_that_ssh_is_configured_to_read(self):
        other = os.path.join(self.box.home, "other")
        self.write("hf.co " + self.foreign, name="../other")
        self.box.point_at(self.hub.genuine(),
                          extra="Host hf.co\n  UserKnownHostsFile %s\n" % other)
        checks = self.assert_only({"known-hosts": "warning"})
        self.assertIn("~/other:1: ", checks["known-hosts"]["found"])
        self.assertIn("shared with other names", checks["known-hosts"]["why"])
        self.assert_fixes(checks["known-hosts"])

    def test_what_no_command_mends(self):
        """ssh-keygen -R leaves markers, and would take a pattern's other hosts away."""
        for line in ("@cert-authority *.co " + self.foreign, "* " + self.foreign):
            with self.subTest(line=line):
                self.write(line)
                checks = self.assert_only({"known-hosts": "warning"})
                self.assertIn("look at ~/.ssh/known_hosts:1", checks["known-hosts"]["fix"])

    def test_revoked(self):
        """A line that hf-ssh heeds too."""
        self.write("@revoked hf.co " + self.good)
        checks = self.diagnose()
        self.assertEqual(checks["host-keys"]["result"], "failure")
        self.assertIn("revoked in ~/.ssh/known_hosts:1", checks["host-keys"]["found"])

    def test_what_is_no_matter(self):
        self.write("nonsense", "hf.co", "ssh.hf.space " + self.foreign,
                   "*,!hf.co,!huggingface.co,![* " + self.foreign,
                   "@cert-authority *.example.org " + self.foreign)
        self.assert_only({})
        os.remove(self.file)
        os.mkfifo(self.file)
        self.assert_only({})

    def test_many_lines(self):
        self.write(*["hf.co " + self.foreign] * 300)
        found = self.assert_only({"known-hosts": "warning"})["known-hosts"]["found"]
        self.assertEqual(len(found.splitlines()), 7)
        self.assertIn("and 294 more", found)


if __name__ == "__main__":
    unittest.main()
