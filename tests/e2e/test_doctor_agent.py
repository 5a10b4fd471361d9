"""git hf-ssh doctor on the ssh-agent: none, one that is gone, hangs or is none, one without the
key."""

import os
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doctor import DoctorCase      # noqa: E402


class DoctorAgentTest(DoctorCase):
    def lock(self):
        """The one key gets a passphrase."""
        self.box.run("ssh-keygen", "-q", "-p", "-N", "secret", "-P", "", "-f", self.box.key.path)

    def listen(self, answer=None, name="agent.sock"):
        """A socket at which nobody speaks, or that sends ANSWER and closes."""
        listener = socket.socket(socket.AF_UNIX)
        path = self.box.path("run", name)
        listener.bind(path)
        listener.listen(8)
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    client = listener.accept()[0]
                except OSError:
                    return
                if answer is None:
                    self.addCleanup(client.close)
                    continue
                client.recv(5)  # the question
                client.sendall(answer)
                client.close()
        threading.Thread(target=serve, daemon=True).start()
        self.box.env["SSH_AUTH_SOCK"] = path
        return path

    def test_none_is_needed(self):
        self.assertIn("none is in use", self.assert_only({})["ssh-agent"]["found"])

    def test_it_holds_the_key(self):
        self.box.agent(self.box.key)
        checks = self.assert_only({})
        self.assertIn("1 key in the agent", checks["ssh-agent"]["found"])
        self.assertIn("the chosen one among them", checks["ssh-agent"]["found"])

    def test_it_is_empty_and_not_needed(self):
        self.box.agent()
        self.assertIn("0 keys", self.assert_only({})["ssh-agent"]["found"])

    def test_unreachable(self):
        self.box.env["SSH_AUTH_SOCK"] = self.box.path("run", "gone")
        checks = self.assert_only({"ssh-agent": "warning"})
        self.assertIn("no agent there", checks["ssh-agent"]["found"])
        self.assertIn("the chosen key needs none", checks["ssh-agent"]["why"])
        self.assert_fixes(checks["ssh-agent"])

    def test_unreachable_and_needed(self):
        self.lock()
        self.box.env["SSH_AUTH_SOCK"] = self.box.path("run", "gone")
        checks = self.assert_only({"ssh-agent": "warning", "account": "skipped"})
        self.assertIn("~/.ssh/id_ed25519", checks["ssh-agent"]["found"])
        self.assert_fixes(checks["ssh-agent"], env=self.passphrase("secret"))

    def test_it_does_not_answer(self):
        self.listen()
        checks = self.assert_only({"ssh-agent": "warning"})
        self.assertIn("the agent does not answer", checks["ssh-agent"]["found"])
        self.assert_fixes(checks["ssh-agent"])

    def test_it_is_no_agent(self):
        self.listen(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        checks = self.assert_only({"ssh-agent": "warning"})
        self.assertIn("not an ssh-agent", checks["ssh-agent"]["found"])
        self.assert_fixes(checks["ssh-agent"])

    def test_it_declines(self):
        self.listen(b"\0\0\0\1\5")
        checks = self.assert_only({"ssh-agent": "warning"})
        self.assertIn("refuses", checks["ssh-agent"]["found"])

    def test_it_has_another_key_that_is_ready(self):
        """That one is taken: nothing is to be fixed."""
        self.lock()
        other = self.box.make_key(self.box.path("elsewhere", "other"))
        self.hub.add_account("alice", other)
        self.box.agent(other)
        self.assertIn("the chosen one", self.assert_only({})["ssh-agent"]["found"])

    def test_it_lacks_the_chosen_key(self):
        self.lock()
        self.box.agent()
        checks = self.assert_only({"ssh-agent": "warning", "account": "skipped"})
        self.assertEqual(checks["ssh-agent"]["fix"], "ssh-add ~/.ssh/id_ed25519")
        self.assertIn("does not have the key", checks["ssh-agent"]["found"])
        self.assert_fixes(checks["ssh-agent"], env=self.passphrase("secret"))

    def test_only_it_could_sign(self):
        """The private half is in no file: the .pub alone is here."""
        self.box.agent()
        os.remove(self.box.key.path)
        checks = self.assert_only({"ssh-agent": "failure", "chosen-key": "skipped",
                                   "account": "skipped"})
        self.assertIn("~/.ssh/id_ed25519.pub", checks["ssh-agent"]["found"])

    def test_only_one_could_sign_and_none_is_in_use(self):
        os.remove(self.box.key.path)
        checks = self.assert_only({"chosen-key": "failure", "account": "skipped"})
        self.assertIn("public half", checks["chosen-key"]["found"])

    def test_it_is_configured(self):
        """IdentityAgent of the ssh configuration: no command could fix that, one shows it."""
        self.box.point_at(self.hub.genuine(), "Host *\n    IdentityAgent %s\n" %
                          self.box.path("run", "gone"))
        checks = self.assert_only({"ssh-agent": "warning"})
        self.assertIn("IdentityAgent ", checks["ssh-agent"]["found"])
        self.assertEqual(checks["ssh-agent"]["fix"], "ssh -G hf.co | grep identityagent")

    def test_it_asks_a_person(self):
        """Nobody is asked to agree: the account is left alone, and said why."""
        self.box.agent(self.box.key)
        os.mkdir(self.box.path("run", "1password"))
        there = self.box.path("run", "1password", "agent.sock")
        os.symlink(self.box.env["SSH_AUTH_SOCK"], there)
        self.box.env["SSH_AUTH_SOCK"] = there
        checks = self.assert_only({"account": "skipped"})
        self.assertIn("may ask you", checks["ssh-agent"]["why"])
        self.assertIn("git hf-ssh whoami", checks["account"]["found"])
        self.assertEqual(self.hub.connections(), [])


if __name__ == "__main__":
    unittest.main()
