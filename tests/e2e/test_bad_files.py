"""Files that hf-ssh relies on are wrong: the trusted set, the program that checks host keys, HOME,
the state directory, keys, the agent, the trace. Trust is never widened by it, and nothing hangs."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from native import openssh_only  # noqa: E402
from standin import HubCase  # noqa: E402

HELLO = ("-T", "git@hf.co")
GREETING = "Hi alice, welcome to Hugging Face.\n"


class FilesCase(HubCase):
    def assert_refused(self, result, *texts):
        self.assertEqual((result.status, result.out), (255, b""), result)
        for text in texts:
            self.assertIn(text, result.stderr, result)
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        return result

    def assert_greeted(self, result):
        self.assertEqual((result.status, result.stdout), (0, GREETING), result)
        return result


class TrustedSetTest(FilesCase):
    def setUp(self):
        super().setUp()
        self.named = self.box.known_hosts
        self.own = os.path.join(self.box.env["XDG_CONFIG_HOME"], "hf-ssh", "known_hosts")

    def each_file(self):
        """The file that the variable names, and the person's own: the same holds for both."""
        keys = self.box.read(self.named)
        yield self.named
        (os.rmdir if os.path.isdir(self.named) else os.unlink)(self.named)
        self.box.write(self.named, keys)
        os.chmod(os.path.dirname(self.named), 0o700)
        self.box.write(self.own, "# nothing yet\n")
        yield self.own

    def assert_each(self, spoil, *texts):
        for path in self.each_file():
            with self.subTest(path):
                spoil(path)
                result = self.box.hf(*HELLO, timeout=10)
                self.assert_refused(result, "hf-ssh: the trusted host keys in ", "known_hosts",
                                    "hint: ", *texts)

    def replace(self, make):
        def spoil(path):
            os.unlink(path)
            make(path)
        return spoil

    def test_writable_by_others(self):
        self.assert_each(lambda path: os.chmod(path, 0o666), "mode 0666", "chmod go-w")

    def test_directory_writable_by_others(self):
        self.assert_each(lambda path: os.chmod(os.path.dirname(path), 0o777), "its directory")

    @unittest.skipUnless(os.getuid() == 0, "only root can give a file away")
    def test_of_another_owner(self):
        self.assert_each(lambda path: os.chown(path, 12345, -1), "uid 12345")

    @unittest.skipIf(os.getuid() == 0, "root reads everything: run by an ordinary user too")
    def test_unreadable(self):
        self.assert_each(lambda path: os.chmod(path, 0), "ermission denied")

    def test_directory(self):
        self.assert_each(self.replace(os.mkdir), "is a directory")

    def test_fifo(self):
        self.assert_each(self.replace(os.mkfifo), "is a FIFO")

    def test_too_large(self):
        self.assert_each(lambda path: os.truncate(path, 100 << 20), "larger than")

    def test_link_to_itself(self):
        self.assert_each(self.replace(lambda path: os.symlink(path, path)))

    def test_named_and_missing(self):
        os.unlink(self.named)
        self.assert_refused(self.box.hf(*HELLO), "(HF_SSH_KNOWN_HOSTS)", "No such file")
        for value in ("known_hosts", "~/known_hosts", "./x", " "):
            self.assert_refused(self.box.hf(*HELLO, env={"HF_SSH_KNOWN_HOSTS": value}),
                                "HF_SSH_KNOWN_HOSTS is not an absolute path")

    def test_own_and_missing(self):
        self.assertEqual(self.assert_greeted(self.box.hf(*HELLO)).err, b"")

    def test_broken_lines(self):
        """Named by file and line, passed over, and of no effect on trust."""
        key = self.hub.host_key("ed25519", "impostor").public
        lines = ["hf.co", "hf.co ssh-ed25519", "hf.co ssh-ed25519 AAAA", "hf.co ssh-ed25519 !!!!",
                 "@cert-authority * " + key, "hf.co ssh-rsa " + key.split()[1]]
        genuine = self.box.read(self.named).decode()
        self.box.write(self.named, "\n".join(lines) + "\n" + genuine)
        self.assert_greeted(self.box.hf(*HELLO))
        self.box.point_at(self.hub.impostor())
        result = self.box.hf(*HELLO)
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("REFUSED", result.stderr)
        for number in range(1, len(lines) + 1):
            self.assertIn("known_hosts:%d: " % number, result.stderr)

    def test_broken_revocation(self):
        for line in ("@revoked", "@revoked hf.co", "@revoked hf.co ssh-ed25519 AAAA",
                     "@revoked * ssh-ed25519", "@Revoked * x y", "@revoked\tx", " @revoked * x y"):
            for path in self.each_file():
                with self.subTest(line=line, path=path):
                    before = self.box.read(path).decode()
                    self.box.write(path, before + line + "\n")
                    self.assert_refused(self.box.hf(*HELLO), "known_hosts:%d: "
                                        % (before.count("\n") + 1), "revo", "hint: ")
                    self.box.write(path, before)


@openssh_only("the native transport checks host keys itself")
class HelperTest(FilesCase):
    """ssh passes over a helper that is missing, and goes on without it: hf-ssh looks beforehand."""

    def test_cannot_be_run(self):
        helper = os.path.join(self.box.libexec, "known-hosts")
        for spoil in (lambda: os.chmod(helper, 0o644), lambda: os.unlink(helper),
                      lambda: os.mkdir(helper)):
            spoil()
            self.assert_refused(self.box.hf(*HELLO), "hf-ssh: the program that checks host keys "
                                "cannot be run: ", "libexec/hf-ssh/known-hosts", "install hf-ssh")

    def test_does_not_work(self):
        """Whatever is in its place, nobody is trusted."""
        helper = os.path.join(self.box.libexec, "known-hosts")
        for text in ("garbage", "#!/bin/sh\nexit 0\n", "#!/bin/sh\nexit 1\n", "#!/no/such\n",
                     "#!/bin/sh\nkill -9 $$\n", "#!/bin/sh\necho nonsense\n"):
            with self.subTest(text):
                self.box.write(helper, text, 0o755)
                result = self.box.hf(*HELLO)
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertIn("hf.co", result.stderr)
                self.assertTrue(self.hub.genuine().wait_idle())
                self.assertEqual(self.hub.genuine().users_seen(), [])


class HomeTest(FilesCase):
    def test_home(self):
        """Without a HOME that can be used it is the passwd entry's."""
        self.box.own_passwd_entry()
        for home in (None, "", self.box.known_hosts, "/no/such", "home"):
            with self.subTest(home):
                self.assert_greeted(self.box.hf(*HELLO, env={"HOME": home}))

    def test_state_cannot_be_written(self):
        """It costs the memory, not the work, though an agent's key needs a file of its own."""
        key = self.box.make_key("agents")
        self.hub.add_account("alice", key)
        self.box.agent(key)
        os.unlink(key.path)
        for state in (self.box.write("a file", ""), "/proc/no", "relative", "/dev/full"):
            with self.subTest(state):
                result = self.box.hf(*HELLO, env={"XDG_STATE_HOME": state,
                                                  "HF_SSH_IDENTITY": key.fingerprint})
                self.assertEqual(self.assert_greeted(result).err, b"")
        self.assertEqual(os.listdir(self.box.path("tmp")), [])
        self.assertEqual(os.listdir(self.box.path("run")), ["agent"])

    def test_state_is_read_only(self):
        state = self.box.folder("home", ".local", "state")
        os.chmod(state, 0o500)
        result = self.box.hf("git@hf.co", "git-receive-pack 'alice/nothing'")
        self.assertEqual(result.status, 1, result)
        self.assertIn('knows this key as "alice"', result.stderr)


if __name__ == "__main__":
    unittest.main()
