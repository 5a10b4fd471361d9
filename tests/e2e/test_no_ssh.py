"""A machine that has git and no ssh at all: what contrib/try.sh shows, by the native transport, which
is found without a word. What the ssh configuration says of hf.co is read all the same."""

import json
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402
from standin.program import built, sanitized  # noqa: E402

# git and its helpers call these.
PROGRAMS = ("git", "git-lfs", "sh", "sed", "cat", "uname", "basename", "dirname", "env", "mkdir",
            "rm", "grep", "expr", "tr", "cut", "true", "sleep")


@unittest.skipUnless(built("native"), "built without the native transport")
class NoSshCase(HubCase):
    def setUp(self):
        super().setUp()
        tools = self.box.folder("tools")
        for name in PROGRAMS:
            path = shutil.which(name)
            if path:
                os.symlink(path, os.path.join(tools, name))
        self.box.env["PATH"] = self.box.bin + ":" + tools
        self.assertIsNone(shutil.which("ssh", path=self.box.env["PATH"]))
        self.box.env["GIT_EXEC_PATH"] = self.box.git("--exec-path").stdout.strip()
        self.box.env.pop("HF_SSH_TRANSPORT", None)
        self.box.git("config", "--global", "core.sshCommand", "hf-ssh")
        self.configure()

    def configure(self, extra="", server=None):
        """~/.ssh/config, as a person has it: there is no -F here."""
        self.box.point_at(server or self.hub.genuine(), extra=extra)
        shutil.copy(self.box.ssh_config, os.path.join(self.box.home, ".ssh", "config"))

    def hello(self, *options, **named):
        return self.box.hf(*options, "-T", "git@hf.co", via="", **named)


class JobTest(NoSshCase):
    def test_clone_commit_push(self):
        self.box.git("clone", "-q", "git@hf.co:alice/model", "clone")
        place = self.box.path("work", "clone")
        self.box.git("commit", "-q", "--allow-empty", "-m", "a commit", cwd=place)
        self.box.git("push", "-q", cwd=place)
        self.assertEqual(self.hub.head("alice/model"),
                         self.box.git("rev-parse", "HEAD", cwd=place).stdout.strip())
        self.assertEqual({session["account"] for session in self.hub.connections()}, {"alice"})
        self.assertIn("version=2", {session["protocol"] for session in self.hub.connections()})

    @unittest.skipUnless(shutil.which("git-lfs"), "git-lfs is not here")
    def test_large_files(self):
        large = os.urandom(100000)
        self.hub.add_repository("alice/large", large={"weights.bin": large})
        self.box.git("lfs", "install", "--skip-repo")
        self.box.git("clone", "-q", "git@hf.co:alice/large", "clone")
        self.assertEqual(self.box.read("clone/weights.bin"), large)

    def test_registered_by_setup(self):
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        self.assert_ok(self.box.run(os.path.join(self.box.bin, "git-hf-ssh"), "setup"))
        self.box.git("ls-remote", "git@hf.co:alice/model")

    def test_unknown_key(self):
        self.hub.add_stranger(self.box.key)
        self.box.git("clone", "-q", "git@hf.co:alice/model", "clone")
        place = self.box.path("work", "clone")
        self.box.git("commit", "-q", "--allow-empty", "-m", "a commit", cwd=place)
        result = self.box.git("push", cwd=place, check=False)
        self.assert_failed(result, "hf-ssh: hf.co does not know this key")

    def test_impostor(self):
        impostor = self.hub.sshd("impostor", [self.hub.host_key("ed25519", "impostor")])
        self.configure(server=impostor)
        result = self.hello()
        self.assertEqual((result.status, result.out), (255, b""))
        self.assertEqual(result.stderr.count("REFUSED"), 1, result)
        self.assertEqual(impostor.users_seen(), [])
        self.assertEqual(impostor.offers(), [])

    def test_doctor_finds_it_in_order(self):
        doctor = self.box.run(os.path.join(self.box.bin, "git-hf-ssh"), "doctor", timeout=60)
        self.assertIn("native transport", doctor.stdout)
        self.assertNotIn("install OpenSSH", doctor.stdout)


class ConfigurationTest(NoSshCase):
    def test_alias(self):
        work = self.box.make_key("work")
        self.hub.add_account("acme", work)
        port = self.hub.genuine().port
        self.configure("Host hf-work\n    HostName hf.co\n    Port %d\n    IdentityFile %s\n"
                       % (port, work.path))
        # The name of the alias's own block is hf.co; where that leads is said by a block before it.
        self.configure("Host hf-work\n    HostName huggingface.co\n    ProxyCommand %s %s\n"
                       "    IdentityFile %s\n" % (sys.executable, self.proxy(port), work.path))
        result = self.box.hf("-T", "git@hf-work", via="")
        self.assertEqual(result.out, b"Hi acme, welcome to Hugging Face.\n", result)

    def proxy(self, port):
        return self.box.write(self.box.path("proxy.py"), (
            "import os, socket, sys, threading\n"
            "line = socket.create_connection(('127.0.0.1', %d))\n"
            "def up():\n"
            "    while data := os.read(0, 65536): line.sendall(data)\n"
            "    line.shutdown(socket.SHUT_WR)\n"
            "threading.Thread(target=up, daemon=True).start()\n"
            "while data := line.recv(65536): os.write(1, data)\n") % port)

    def test_proxy_command(self):
        self.configure("Host hf.co\n    ProxyCommand %s %s\n"
                       % (sys.executable, self.proxy(self.hub.genuine().port)))
        self.assertEqual(self.assert_ok(self.hello()).out, b"Hi alice, welcome to Hugging Face.\n")

    def test_identity(self):
        other = self.box.make_key("other")
        self.hub.add_account("bob", other)
        self.configure("Host hf.co\n    IdentityFile ~/.ssh/other\n")
        self.assertEqual(self.assert_ok(self.hello()).out, b"Hi bob, welcome to Hugging Face.\n")

    def test_what_cannot_be_honoured(self):
        for extra, text in (("Match exec true\n    Port 9\n", "line 1: Match exec true"),
                            ("RevokedHostKeys /x\n", "line 1: revokedhostkeys /x"),
                            ("RefuseConnection no\n", "line 1: refuseconnection no"),
                            ("Host hf.co\n    ProxyJump bastion\n", "line 2: proxyjump bastion")):
            with self.subTest(extra=extra):
                self.configure(extra)
                result = self.hello()
                self.assertEqual(result.status, 255, result)
                self.assertIn(text, result.stderr)
                self.assertIn("hint: ", result.stderr)
        self.assertEqual(self.hub.connections(), [])

    def test_revoked_in_a_known_hosts_file(self):
        file = self.box.write(os.path.join(self.box.home, "their hosts"),
                              "@revoked * %s\n" % self.hub.host_key("ed25519").public)
        for keyword in ("UserKnownHostsFile", "GlobalKnownHostsFile"):
            for value in ('"%s"' % file, '/dev/null "${HOME}/their hosts"'):
                with self.subTest(keyword=keyword, value=value):
                    self.configure("%s %s\n" % (keyword, value))
                    result = self.hello()
                    self.assertEqual((result.status, result.out), (255, b""), result)
                    self.assertIn("REFUSED", result.stderr)

    def test_what_does_not_concern_hf_co(self):
        self.configure("Host elsewhere\n    ProxyJump bastion\n    RevokedHostKeys /x\n"
                       "Host *\n    ForwardAgent yes\n    HashKnownHosts yes\n")
        self.assert_ok(self.hello())

    def test_host_name_for_a_shell(self):
        """A clone URL never runs anything: not by a ProxyCommand with the name as typed."""
        ran = self.box.path("work", "ran")
        self.configure("Host *.alias\n    HostName hf.co\n    ProxyCommand %s %s %%n\n"
                       % (sys.executable, self.proxy(self.hub.genuine().port)))
        for host in ("$(touch${IFS}ran).alias", "`touch${IFS}ran`.alias", "a;touch${IFS}ran.alias"):
            with self.subTest(host):
                result = self.box.git("clone", "git@%s:a/b" % host, check=False)
                self.assert_failed(result, "hf-ssh: refused: the host name contains shell")
                self.assertFalse(os.path.exists(ran))
        result = self.box.hf("-T", "git@plain.alias", via="")  # the block works
        self.assertEqual(result.out, b"Hi alice, welcome to Hugging Face.\n", result)


NSS_WRAPPER = next((path for path in (
    "/usr/lib/x86_64-linux-gnu/libnss_wrapper.so", "/usr/lib/aarch64-linux-gnu/libnss_wrapper.so",
    "/usr/lib64/libnss_wrapper.so", "/usr/lib/libnss_wrapper.so") if os.path.exists(path)), None)


@unittest.skipIf(sanitized(), "a sanitizer has to be the first library")
@unittest.skipUnless(built("native") and NSS_WRAPPER, "needs the native transport and nss_wrapper")
class NoPasswdEntryTest(HubCase):
    """An ssh that cannot run: "No user exists for uid N", as in a container with any user ID."""

    def setUp(self):
        super().setUp()
        self.box.point_at(self.hub.genuine())
        shutil.copy(self.box.ssh_config, os.path.join(self.box.home, ".ssh", "config"))
        self.box.env.update(
            LD_PRELOAD=NSS_WRAPPER,
            NSS_WRAPPER_PASSWD=self.box.write(self.box.path("passwd"), "x:x:54321:54321::/:/bin/sh\n"),
            NSS_WRAPPER_GROUP=self.box.write(self.box.path("group"), "x:x:54321:\n"))
        self.box.env.pop("HF_SSH_TRANSPORT", None)
        plain = self.box.run("ssh", "-G", "hf.co")
        self.assertEqual((plain.status, plain.out), (255, b""), plain)  # so it is

    def test_transports(self):
        for transport, greeting in ((None, True), ("native", True), ("openssh", False)):
            with self.subTest(transport):
                result = self.box.hf("-T", "git@hf.co", via="", env={"HF_SSH_TRANSPORT": transport})
                if greeting:
                    self.assertEqual((result.status, result.out, result.err),
                                     (0, b"Hi alice, welcome to Hugging Face.\n", b""), result)
                else:
                    self.assertEqual((result.status, result.out), (255, b""))
                    self.assertIn("hf-ssh: ssh cannot run: there is no passwd entry for user ID "
                                  "%d" % os.getuid(), result.stderr)

    def test_other_host(self):
        result = self.box.hf("example.org", via="")
        self.assertIn("No user exists for uid", result.stderr)

    def test_the_manager(self):
        """Names the cause, and does not find fault where there is none."""
        reason = "cannot run: there is no passwd entry for user ID %d" % os.getuid()
        self.box.git("config", "--global", "core.sshCommand", self.box.hf_ssh)
        for words, status in ((("keys", "new", "--no-passphrase", "~/.ssh/new"), 2),
                              (("ssh-config",), 2), (("explain", "git@hf.co:alice/model"), 0)):
            result = self.box.run("git", "hf-ssh", *words)
            self.assertEqual(result.status, status, result)
            self.assertIn(reason, " ".join((result.stdout + result.stderr).split()))
        for transport, problems in ((None, []), ("openssh", ["ssh"])):
            told = self.box.run("git", "hf-ssh", "doctor", "--json",
                                env={"HF_SSH_TRANSPORT": transport})
            checks = {check["name"]: check for check in json.loads(told.stdout)["checks"]}
            self.assertIn(reason, checks["ssh"]["found"])
            self.assertEqual([name for name, check in checks.items()
                              if check["result"] == "failure"], problems)


@unittest.skipIf(sanitized(), "a sanitizer needs /proc")
class NoProcTest(HubCase):
    """Without /proc the helper cannot report, and its silence says nothing about the check."""

    def test_no_statement(self):
        inner = 'mount -t tmpfs none /proc && exec "$@"'
        # ssh cannot change groups there for its KnownHostsCommand.
        self.box.env["HF_SSH_TRANSPORT"] = "native"
        prefix = ["unshare", "-rUm", "sh", "-c", inner, "sh"]
        if shutil.which("unshare") is None or self.box.run(*prefix, "true").status != 0:
            self.skipTest("no user namespaces here")
        self.box.point_at(self.hub.genuine())
        result = self.box.run(*prefix, "hf-ssh", "--via", "ssh -F " + self.box.ssh_config, "-T",
                              "git@hf.co")
        self.assertEqual((result.status, result.out, result.err),
                         (0, b"Hi alice, welcome to Hugging Face.\n", b""), result)
        self.box.point_at(self.hub.impostor())
        result = self.box.run(*prefix, "hf-ssh", "--via", "ssh -F " + self.box.ssh_config, "-T",
                              "git@hf.co")
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("REFUSED", result.stderr)
        self.assertIn("the reason is above, as far as it is known without /proc", result.stderr)
        self.assertNotIn("not verified", result.stderr)


class WithoutTest(NoSshCase):
    def test_other_host(self):
        result = self.box.hf("example.org", "true", via="")
        self.assertEqual(result.status, 255, result)
        self.assertIn("hf-ssh: no ssh was found on PATH", result.stderr)
        self.assertIn("hint: install OpenSSH's client", result.stderr)

    def test_openssh_is_asked_for(self):
        result = self.hello(env={"HF_SSH_TRANSPORT": "openssh"})
        self.assertEqual(result.status, 255, result)
        self.assertIn("hf-ssh: no ssh was found on PATH", result.stderr)

    def test_neither(self):
        os.remove(os.path.join(self.box.libexec, "native"))
        result = self.hello()
        self.assertEqual(result.status, 255, result)
        self.assertIn("hf-ssh: no ssh was found on PATH", result.stderr)
        self.assertIn("hint: install OpenSSH's client", result.stderr)

    def test_former_command(self):
        """--via with options of an ssh that is not here."""
        result = self.box.hf("-T", "git@hf.co", via="ssh -F " + self.box.ssh_config)
        self.assertEqual(self.assert_ok(result).out, b"Hi alice, welcome to Hugging Face.\n")

    def test_question(self):
        """git asks a program whose name it does not know whether it behaves as ssh."""
        self.assertEqual(self.hello("-G").status, 0)


if __name__ == "__main__":
    unittest.main()
