"""Asking hf.co which account a key belongs to: once, the first key alone, and only keys that sign
without a person."""

import base64
import os
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase  # noqa: E402
from native import on_native, wrap_native  # noqa: E402
from standin import Key  # noqa: E402
from standin.sshd import free_port  # noqa: E402

ASKING = "hf-ssh: asking hf.co, once, which account "
# Notes when each ssh that asks begins and ends; -G and the session itself are passed on.
NOTING = """#!/bin/sh
case " $* " in *" -T -- "*) ;; *) exec ssh "$@" ;; esac
echo begin >>%(log)s
ssh "$@"
status=$?
echo end >>%(log)s
exit $status
"""


def hardware_key(path):
    """A key file of a security key that nobody has: its public half is all that can be read."""
    def string(data):
        return struct.pack(">I", len(data)) + data
    kind = b"sk-ssh-ed25519@openssh.com"
    blob = string(kind) + string(b"\7" * 32) + string(b"ssh:")
    data = (b"openssh-key-v1\0" + string(b"none") + string(b"none") + string(b"") +
            struct.pack(">I", 1) + string(blob) + string(b"\0" * 64))
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write("-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
                   % base64.b64encode(data).decode())
    with open(path + ".pub", "w", encoding="utf-8") as file:
        file.write("%s %s\n" % (kind.decode(), base64.b64encode(blob).decode()))
    return Key(path)


# The same in the place of the native transport.
NATIVE_NOTING = """case " $* " in *" SessionType=shell "*) ;; *) exec <native> "$@" ;; esac
echo begin >>%(log)s
<native> "$@"
status=$?
echo end >>%(log)s
exit $status"""


class ProbeCase(IdentityCase):
    def setUp(self):
        super().setUp()
        self.work = self.make("work", "acme")

    def asked(self):
        """The fingerprints that were asked about, in the order in which the server met them."""
        return [seen["fingerprint"] for seen in self.hub.connections() if not seen["command"]]

    def assert_asks_nothing(self, result):
        self.assertNotIn("asking", result.stderr)
        self.assertEqual(self.asked(), [])
        self.assertLessEqual(self.hub.genuine().arrivals(), 1)


class OnceTest(ProbeCase):
    def test_once(self):
        result = self.assert_ok(self.ask())
        self.assertEqual(self.asked(), [self.box.key.fingerprint, self.work.fingerprint])
        self.assertEqual(result.stderr, ASKING + "each of 2 keys belongs to\n")
        self.assertEqual(self.last()["account"], "acme")
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: "alice",
                                             self.work.fingerprint: "acme"})
        self.hub.forget()
        again = self.assert_ok(self.ask())
        self.assertEqual((again.err, self.last()["account"]), (b"", "acme"))
        self.assertEqual(self.hub.genuine().arrivals(), 1)

    def test_key_that_came_later(self):
        self.ask()
        later = self.make("later", "carol")
        self.hub.forget()
        self.assertEqual(self.ask().stderr, ASKING + "a key belongs to\n")
        self.assertEqual(self.asked(), [later.fingerprint])
        self.hub.forget()
        self.assert_asks_nothing(self.ask())

    def note(self):
        """The file in which `noting` notes."""
        log = self.box.path("asking")
        self.box.script("noting", NOTING % {"log": log})
        if on_native():
            wrap_native(self.box, NATIVE_NOTING % {"log": log})
        return log

    def test_first_alone_then_four_at_a_time(self):
        for number in range(5):
            self.make("key%d" % number)
        log = self.note()
        result = self.assert_ok(self.ask(via="noting"))
        self.assertEqual(result.stderr, ASKING + "each of 7 keys belongs to\n")
        notes = self.box.read(log).decode().split()
        self.assertEqual(notes[:2], ["begin", "end"])
        self.assertEqual(notes[2:6], ["begin"] * 4)
        running = most = 0
        for note in notes:
            running += 1 if note == "begin" else -1
            most = max(most, running)
        self.assertEqual((running, most), (0, 4))

    def test_keys_of_the_agent_one_at_a_time(self):
        self.in_agent_only(self.make("one"), self.make("two"), self.make("three"))
        log = self.note()
        self.remember(self.box.key, "alice")
        self.remember(self.work, "acme")
        self.assert_ok(self.ask(via="noting"))
        self.assertEqual(self.box.read(log).decode().split(), ["begin", "end"] * 3)

    def test_push_loses_nothing_of_its_stream(self):
        self.git_settings("probe = never")
        env = {"GIT_SSH_COMMAND": self.command()}
        self.box.git("clone", "-q", "git@hf.co:alice/model", "clone", env=env)
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="clone")
        self.git_settings()
        self.hub.forget()
        result = self.box.git("push", cwd="clone", env=env)
        self.assertIn(ASKING, result.stderr)
        self.assertEqual(len(self.asked()), 2)
        head = self.box.git("rev-parse", "HEAD", cwd="clone").stdout.strip()
        self.assertEqual(self.hub.head("alice/model"), head)

    def test_nothing_can_be_remembered(self):
        """In CI, and where the home is closed: the answers count for this command."""
        for env in ({"CI": "true"}, {"XDG_STATE_HOME": "/proc/none"}):
            with self.subTest(env):
                self.hub.forget()
                self.assert_ok(self.ask(env=env))
                self.assertEqual(self.last()["account"], "acme")
                self.assertEqual(self.remembered(), {})


class ParallelTest(ProbeCase):
    def test_twelve_commands_and_six_keys(self):
        """One of them asks about each key; the others wait for what it learns."""
        for number in range(4):
            self.make("key%d" % number)
        commands = [subprocess.Popen(
            [self.box.hf_ssh, "--via", self.box.ssh_command(), "git@hf.co",
             "git-upload-pack 'acme/corpus'"], env=self.box.env, cwd=self.box.work,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(12)]
        said = [command.communicate(b"0000", 60)[1] for command in commands]
        self.assertEqual([command.returncode for command in commands], [0] * 12, said)
        self.assertEqual(sum(words.count(b"asking") for words in said), 1, said)
        self.assertEqual(len(self.asked()), 6)
        sessions = [seen["account"] for seen in self.hub.connections() if seen["command"]]
        self.assertEqual(sessions, ["acme"] * 12)


class NeverTest(ProbeCase):
    def test_somebody_said_which_key(self):
        url, path = "git@hf.co:acme/corpus", self.work.path
        for ask in (lambda: self.ask(url, options="-i " + path),
                    lambda: self.ask(url, env={"HF_SSH_IDENTITY": path}),
                    lambda: self.ask(url, env={"HF_SSH_KEY_FILE": path})):
            self.hub.forget()
            self.assert_asks_nothing(self.assert_ok(ask()))
        self.git_settings("acme.identity = ~/.ssh/work")
        self.hub.forget()
        self.assert_asks_nothing(self.assert_ok(self.ask(url)))

    def test_only_one_key(self):
        os.remove(self.work.path)
        os.remove(self.work.path + ".pub")
        self.assert_asks_nothing(self.assert_ok(self.ask()))

    def test_turned_off(self):
        self.assert_asks_nothing(self.assert_ok(self.ask(env={"HF_HUB_OFFLINE": "1"})))
        self.git_settings("probe = never")
        self.hub.forget()
        self.assert_asks_nothing(self.assert_ok(self.ask()))

    def test_git_lfs(self):
        for command in ("git-lfs-transfer alice/model download",
                        "git-lfs-authenticate alice/model download"):
            self.hub.forget()
            self.assert_asks_nothing(self.box.hf("git@hf.co", command))
            self.assertEqual(self.hub.commands(), [command])

    def test_greeting(self):
        """The session is the answer itself."""
        result = self.assert_ok(self.box.hf("-T", "git@hf.co"))
        self.assertEqual(result.err, b"")
        self.assertEqual(self.hub.genuine().arrivals(), 1)


class PersonTest(ProbeCase):
    """Keys that somebody would have to do something for."""

    def test_locked(self):
        locked = self.make("locked", "carol", passphrase="secret")
        self.assert_ok(self.ask())
        self.assertNotIn(locked.fingerprint, self.asked())
        self.assertEqual(len(self.asked()), 2)

    def test_hardware(self):
        path = os.path.join(self.box.home, ".ssh", "id_ed25519_sk")
        token = hardware_key(path)
        self.assert_ok(self.ask())
        self.assertNotIn(token.fingerprint, self.asked())
        self.assertNotIn([token.fingerprint], self.hub.genuine().offers())

    def test_agent_that_asks(self):
        token = self.make("token", "carol")
        self.in_agent_only(token)
        folder = self.box.folder("run", ".1password")
        os.symlink(self.box.env["SSH_AUTH_SOCK"], os.path.join(folder, "agent.sock"))
        self.box.env["SSH_AUTH_SOCK"] = os.path.join(folder, "agent.sock")
        self.assert_ok(self.ask())
        self.assertEqual(self.asked(), [self.box.key.fingerprint, self.work.fingerprint])


class NoAnswerTest(ProbeCase):
    def test_impostor(self):
        impostor = self.hub.impostor("ed25519")
        self.box.point_at(impostor)
        impostor.forget()
        result = self.box.hf("git@hf.co", "git-upload-pack 'acme/corpus'")
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertEqual(result.stderr.count("REFUSED"), 1)
        self.assertEqual(result.stderr.count("presented  "), 1)
        self.assertIn(self.hub.host_key("ed25519", "impostor").fingerprint, result.stderr)
        for never in ("no connection", "proved", "hf-ssh: key:"):
            self.assertNotIn(never, result.stderr)
        self.assertTrue(impostor.wait_idle())
        self.assertEqual((impostor.arrivals(), impostor.users_seen()), (1, []))
        self.assertEqual(self.remembered(), {})

    def test_offline(self):
        self.box.point_at(free_port())
        first = self.ask()
        self.assert_failed(first, ASKING, "hf-ssh: no connection to hf.co")
        self.assertEqual(first.stderr.count("refused"), 1, first)
        # That there was no answer is not one: nothing is remembered of the keys, and they are asked
        # about as soon as hf.co can be reached.
        self.assertEqual(self.remembered(), {})
        self.box.point_at(self.hub.genuine())
        self.assertIn(ASKING, self.assert_ok(self.ask()).stderr)
        self.assertEqual(self.last()["account"], "acme")
        self.assertEqual(self.remembered(), {self.box.key.fingerprint: "alice",
                                             self.work.fingerprint: "acme"})

    def test_every_key_is_refused(self):
        self.hub.refuse("*")
        self.assert_failed(self.ask(), ASKING)
        # Both are asked about, one is offered, and once more, to see why it was refused.
        self.assertEqual(self.hub.genuine().offers(), [
            [key.fingerprint] for key in (self.box.key, self.work, self.box.key, self.box.key)])

    def test_first_key_is_broken(self):
        """ssh cannot sign with it: the others are asked about all the same."""
        lines = self.box.read(self.box.key.path).decode().splitlines(True)
        lines[3] = ("AAAA" if lines[3][:4] != "AAAA" else "BBBB") + lines[3][4:]
        self.box.write(self.box.key.path, "".join(lines))
        public = self.box.run("ssh-keygen", "-y", "-P", "", "-f", self.box.key.path)
        self.assertNotEqual(public.status, 0, "the key is as good as before")
        self.assert_ok(self.ask())
        self.assertEqual(self.last()["account"], "acme")
        self.assertEqual(self.remembered(), {self.work.fingerprint: "acme"})


if __name__ == "__main__":
    unittest.main()
