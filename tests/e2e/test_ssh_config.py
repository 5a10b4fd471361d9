"""git hf-ssh ssh-config: plain ssh and scp know the published host keys, additions and revocations."""

import os
import shutil
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402

GO_PATH = "/usr/share/gocode"
# What Go programs do without ssh: a known_hosts file, the greeting.
GO_PROGRAM = """
package main

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func main() {
	check, _ := knownhosts.New(os.Args[1])
	text, _ := os.ReadFile(os.Args[2])
	signer, _ := ssh.ParsePrivateKey(text)
	line, _ := net.Dial("tcp", "127.0.0.1:"+os.Args[3])
	connection, channels, requests, err := ssh.NewClientConn(line, "hf.co:22", &ssh.ClientConfig{
		User: "git", Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: check})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	session, _ := ssh.NewClient(connection, channels, requests).NewSession()
	session.Stdout = os.Stdout
	session.Shell()
	session.Wait()
}
"""
MARK = "# hf-ssh checks the host keys of hf.co"


class SshConfigCase(ManagerCase):
    def setUp(self):
        super().setUp()
        self.directory = os.path.join(self.box.home, ".ssh")
        self.config = os.path.join(self.directory, "config")
        self.block = os.path.join(self.directory, "hf-ssh.conf")


class ConnectsTest(SshConfigCase):
    def setUp(self):
        super().setUp()
        self.manage("ssh-config", "--install", status=0)

    def lead_to(self, server):
        """A configuration with SERVER as hf.co, and the installed block: ssh itself reads the home of
        the passwd entry, so the file is named."""
        return self.box.write(self.box.path("config"), (
            "Host hf.co huggingface.co\n    HostName 127.0.0.1\n    Port %d\n    User git\n"
            "    IdentityFile \"%s\"\n    IdentitiesOnly yes\n    IdentityAgent none\n"
            "Include \"%s\"\n" % (server.port, self.box.key.path, self.block)))

    def ssh(self, server, *words, env=None):
        config = self.lead_to(server)
        return self.box.run("ssh", "-F", config, "-o", "BatchMode=yes", *words, env=env)

    def test_the_genuine_server(self):
        for host in ("hf.co", "huggingface.co"):
            result = self.ssh(self.hub.genuine(), "-T", host)
            self.assertIn("Hi alice", result.stdout, result)

    def test_impostors_and_revoked_keys(self):
        """Refused, with our words; the server is told no user name."""
        for kinds in (("ed25519",), ("rsa",), ("ecdsa",)):
            for host in ("hf.co", "huggingface.co"):
                result = self.ssh(self.hub.impostor(*kinds), "-T", host)
                self.assertEqual((result.status, result.stdout), (255, ""), result)
                self.assertIn("hf-ssh:", result.stderr)
        known = self.box.env["HF_SSH_KNOWN_HOSTS"]
        revoked = "".join("@revoked " + line + "\n" if line.strip() and not line.startswith("#")
                          else "" for line in self.box.read(known).decode().splitlines())
        other = self.box.write(self.box.path("home", "revoked"),
                               self.box.read(known).decode() + revoked)
        result = self.ssh(self.hub.genuine(), "-T", "hf.co", env={"HF_SSH_KNOWN_HOSTS": other})
        self.assertEqual((result.status, result.stdout), (255, ""), result)
        self.assertIn("revoked", result.stderr)
        self.assertIn("Hi alice", self.ssh(self.hub.genuine(), "-T", "hf.co").stdout)

    def test_scp_and_git(self):
        for server, verdict in ((self.hub.genuine(), False), (self.hub.impostor("ed25519"), True)):
            config = self.lead_to(server)
            result = self.box.run("scp", "-F", config, "-B", self.box.ssh_config, "hf.co:x")
            self.assertNotEqual(result.status, 0)  # hf.co serves git only
            self.assertEqual("hf-ssh:" in result.stderr, verdict, result)
            result = self.box.git("ls-remote", "git@hf.co:alice/model", check=False,
                                  env={"GIT_SSH_COMMAND": "ssh -F '%s'" % config})
            self.assertEqual(result.status != 0, verdict, result)

    def test_as_vs_code_starts_ssh(self):
        """It forwards a port, and sends what it wants to a shell's standard input. hf.co, which
        serves git only, gets no further than the command; an impostor gets nothing."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            words = ("-T", "-D", str(free.getsockname()[1]), "-o", "ConnectTimeout=15")
        result = self.ssh(self.hub.genuine(), *words, "hf.co", "bash")
        self.assertEqual(self.hub.commands(), ["bash"], result)
        impostor = self.hub.impostor()
        result = self.ssh(impostor, *words, "hf.co", "bash")
        self.assertEqual((result.status, result.stdout), (255, ""), result)
        self.assertIn("hf-ssh:", result.stderr)
        self.assertEqual(impostor.users_seen(), [])
        # With hf-ssh as its ssh: another host is reached as with ssh itself.
        self.hub.forget()
        self.box.point_at(9, other=self.hub.genuine())
        result = self.box.hf(*words, "other", "bash")
        self.assertEqual(self.hub.commands(), ["bash"], result)
        self.assertNotIn("hf-ssh:", result.stderr)

    @unittest.skipUnless(shutil.which("go") and os.path.isdir(GO_PATH + "/src/golang.org/x/crypto"),
                         "Go's x/crypto is not here")
    def test_go_program(self):
        """It knows no KnownHostsCommand: it gets the lines of known_hosts. Of each type x/crypto takes
        the first alone, which is the stand-in's here."""
        printed = self.manage("host-keys", "--known-hosts", status=0).stdout
        lines = self.box.write("lines", "".join(reversed(printed.splitlines(keepends=True))))
        self.box.write("greet/main.go", GO_PROGRAM)
        built = self.box.run("go", "build", "-o", "greet/greet", "./greet", timeout=200, env={
            "GO111MODULE": "off", "GOPATH": GO_PATH, "GOCACHE": self.box.folder("cache")})
        self.assertEqual(built.status, 0, built)
        for server, good in ((self.hub.genuine(), True), (self.hub.impostor(), False)):
            result = self.box.run("greet/greet", lines, self.box.key.path, str(server.port))
            self.assertEqual("Hi alice" in result.stdout, good, result)

    @unittest.skipUnless(shutil.which("dulwich"), "dulwich is not here")
    def test_dulwich(self):
        for server, good in ((self.hub.genuine(), True), (self.hub.impostor("ed25519"), False)):
            env = {"GIT_SSH_COMMAND": "ssh -F " + self.lead_to(server)}
            result = self.box.run("dulwich", "ls-remote", "ssh://git@hf.co/alice/model", env=env)
            self.assertEqual("refs/heads/" in result.stdout, good, result)

    def test_what_ssh_makes_of_it(self):
        listed = self.box.run("ssh", "-F", self.block, "-G", "huggingface.co").stdout.splitlines()
        for line in ("hostname hf.co", "hostkeyalias hf.co", "stricthostkeychecking true"):
            self.assertIn(line, listed)
        other = self.box.run("ssh", "-F", self.block, "-G", "example.org").stdout
        self.assertNotIn("hf-ssh", other)


class FilesTest(SshConfigCase):
    def test_round(self):
        for content, mode in ((None, None), (b"Host x\n  Port 1\n", 0o644), (b"# no end", 0o600),
                              (b"\nHost *\n", 0o640)):
            with self.subTest(content=content):
                if content is not None:
                    self.box.write(self.config, content, mode)
                before = sorted(os.listdir(self.directory))
                self.manage("ssh-config", "--install", status=0)
                text = self.box.read(self.config)
                self.assertTrue(text.startswith(MARK.encode()), text)
                self.assertTrue(text.endswith(content or b"conf\n"), text)
                self.assertEqual(os.stat(self.config).st_mode & 0o777, mode or 0o600)
                self.assertEqual(self.report("ssh-config", "--install", status=0)["changed"], False)
                self.assertEqual(self.box.read(self.config), text)
                self.manage("ssh-config", "--remove", status=0)
                self.assertEqual(sorted(os.listdir(self.directory)), before)
                if content is not None:
                    self.assertEqual(self.box.read(self.config), content)
                    self.assertEqual(os.stat(self.config).st_mode & 0o777, mode)
                    os.remove(self.config)
                self.assertEqual(self.report("ssh-config", "--remove", status=0)["changed"], False)

    def test_link(self):
        target = self.box.write(self.box.path("home", "dots", "ssh"), b"Host x\n")
        os.symlink("../dots/ssh", self.config)
        self.manage("ssh-config", "--install", status=0)
        self.assertEqual(os.readlink(self.config), "../dots/ssh")
        self.assertIn(b"Include", self.box.read(target))
        self.manage("ssh-config", "--remove", status=0)
        self.assertEqual(self.box.read(target), b"Host x\n")

    def test_a_file_of_another(self):
        self.box.write(self.block, "Host mine\n")
        self.manage("ssh-config", "--install", status=2)
        self.assertEqual(self.box.read(self.block), b"Host mine\n")
        self.manage("ssh-config", "--remove", status=0)
        self.assertEqual(self.box.read(self.block), b"Host mine\n")
        self.assertFalse(os.path.exists(self.config))

    def test_prints_the_block_it_would_install(self):
        printed = self.manage("ssh-config", status=0).stdout
        self.assertFalse(os.path.exists(self.block))
        self.manage("ssh-config", "--install", status=0)
        self.assertEqual(self.box.read(self.block).decode(), printed)

    def test_an_old_ssh_gets_lines(self):
        self.box.script("ssh", "#!/bin/sh\ncase $1 in -G) printf 'user git\\nhostname hf.co\\n"
                               "port 22\\npubkeyacceptedkeytypes x\\n';; esac\n")
        result = self.manage("ssh-config", "--install", status=0)
        self.assertIn("hf.co,huggingface.co ssh-ed25519 AAAA", result.stdout)
        self.assertIn("older than OpenSSH 8.5", result.stderr)
        self.assertFalse(os.path.exists(self.config))

    def test_usage(self):
        self.manage("ssh-config", "--install", "--remove", status=129)


if __name__ == "__main__":
    unittest.main()
