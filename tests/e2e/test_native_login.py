"""How the native transport logs in with an agent, and what it says where that goes wrong.
HF_SSH_TEST_LONG=1 adds an agent that takes longer than any server may."""

import os
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native_case import NativeCase  # noqa: E402

LONG = bool(os.environ.get("HF_SSH_TEST_LONG"))
SIGN_RESPONSE = 14  # draft-miller-ssh-agent, section 6


def receive(connection):
    """A message of the agent's protocol; empty at the end."""
    data = b""
    while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    return data


class SlowAgent:
    """Stands in front of the agent at `behind`; a signature takes `seconds`."""

    def __init__(self, path, behind, seconds):
        self.behind, self.seconds, self.signed = behind, seconds, 0
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, socket.socket(socket.AF_UNIX) as agent:
            agent.connect(self.behind)
            for question in iter(lambda: receive(connection), b""):
                agent.sendall(question)
                answer = receive(agent)
                if answer[4] == SIGN_RESPONSE:
                    self.signed += 1
                    time.sleep(self.seconds)
                connection.sendall(answer)

    def close(self):
        self.listening.close()


class AgentTest(NativeCase):
    def test_it_refuses(self):
        """As somebody does who is asked by `ssh-add -c`, and says no."""
        self.box.env.update(SSH_ASKPASS="/bin/false", SSH_ASKPASS_REQUIRE="force", DISPLAY=":0")
        self.box.agent()
        added = self.box.run("ssh-add", "-q", "-c", self.box.key.path)
        self.assertEqual(added.status, 0, added)
        status, out, err = self.through("echo out")
        self.assertEqual((status, out), (255, b""))
        self.assertIn(b"hf-ssh: the ssh-agent refused to sign with ~/.ssh/id_ed25519\n", err)

    def test_no_file_is_written_for_its_key(self):
        """Where nothing can be written at all; ssh needs a file with the public key."""
        self.box.agent(self.box.key)
        for name in (self.box.key.path, self.box.key.path + ".pub"):
            os.remove(name)
        for transport, served in (("native", True), ("openssh", False)):
            result = self.box.run("sh", "-c", 'ulimit -f 0; exec "$@"', "sh", self.box.hf_ssh,
                                  "--via", self.box.ssh_command(), "git@hf.co", "echo out",
                                  env={"HF_SSH_TRANSPORT": transport, "CI": "true"})
            self.assertEqual(result.out == b"out\n", served, result)

    @unittest.skipUnless(LONG, "long")
    def test_it_takes_its_time(self):
        server = self.hub.sshd("patient", self.hub.genuine_keys(), shell="/bin/sh",
                               authorized=[self.box.key], options=["LoginGraceTime 300"])
        self.addCleanup(server.stop)
        self.box.point_at(server)
        self.box.agent(self.box.key)
        path = self.box.path("run", "slow")
        slow = SlowAgent(path, self.box.env["SSH_AUTH_SOCK"], 65)
        self.addCleanup(slow.close)
        self.box.env["SSH_AUTH_SOCK"] = path
        self.assertEqual(self.through("echo out"), (0, b"out\n", b""))
        self.assertEqual(slow.signed, 1)


class ServerTest(NativeCase):
    def test_it_says_goodbye(self):
        """Which is not a word about the key."""
        server = self.hub.sshd("curt", self.hub.genuine_keys(), shell="/bin/sh",
                               options=["MaxAuthTries 1"])
        self.addCleanup(server.stop)
        self.box.point_at(server)
        status, out, err = self.through("echo out")
        self.assertEqual((status, out), (255, b""))
        self.assertIn(b"hf-ssh: the connection ended while logging in: the server disconnected: "
                      b"Too many authentication failures\n", err)
        self.assertNotIn(b"denied (publickey)", err)


if __name__ == "__main__":
    unittest.main()
