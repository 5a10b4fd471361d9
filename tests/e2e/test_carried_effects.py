"""Carried settings by their effect: what the server, a proxy, a bastion or an agent saw."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import CONNECT, GREETING  # noqa: E402
from native import on_native, openssh_only, without_rsa  # noqa: E402
from standin import HubCase, Relay  # noqa: E402
from standin.sshd import ssh_version  # noqa: E402

# Passes a connected socket to ssh over its standard output (ProxyUseFdpass).
PASS = """#!%s -IS
import array, socket, sys
line = socket.create_connection((sys.argv[1], int(sys.argv[2])))
out = socket.socket(fileno=1)
out.sendmsg([b"\\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [line.fileno()]))])
out.detach()
""" % sys.executable


class EffectsCase(HubCase):
    def greeted(self, *words, config="", destination="git@hf.co", server=None, env=None):
        """Connects; the Result, after a greeting and nothing else on standard output."""
        self.box.point_at(server or self.hub.genuine(), config + "\n")
        result = self.box.hf(*words, destination, env=env)
        self.assertEqual((result.status, result.out), (0, GREETING), result)
        return result


class ServerTest(EffectsCase):
    def seen(self):
        return {name: value for name, value in self.last()["environment"].items()
                if name.startswith("HF_SSH_SEEN_")}

    def test_environment(self):
        self.greeted("-o", "SendEnv=HF_SSH_SEEN_A", "-o", "SendEnv HF_SSH_SEEN_[x]",
                     config='SendEnv HF_SSH_SEEN_B*\nSetEnv HF_SSH_SEEN_C="x  y" '
                     "HF_SSH_SEEN_D=%h'q' \"HF_SSH_SEEN_E=\\\"\\\\\" HF_SSH_SEEN_F=",
                     env={"HF_SSH_SEEN_A": "1", "HF_SSH_SEEN_B1": "a b", "HF_SSH_SEEN_B2": "$x",
                          "HF_SSH_SEEN_Z": "not asked for"})
        self.assertEqual(self.seen(), {
            "HF_SSH_SEEN_A": "1", "HF_SSH_SEEN_B1": "a b", "HF_SSH_SEEN_B2": "$x",
            "HF_SSH_SEEN_C": "x  y",
            "HF_SSH_SEEN_D": "127.0.0.1q" if ssh_version() >= (10, 0) else "%hq",
            "HF_SSH_SEEN_E": '"\\',
            "HF_SSH_SEEN_F": ""})

    def test_protocol(self):
        self.greeted("-x", "-o", "SetEnv GIT_PROTOCOL=version=2")  # as dulwich has it
        self.assertEqual(self.last()["protocol"], "version=2")
        self.greeted("-o", "SendEnv=GIT_PROTOCOL", env={"GIT_PROTOCOL": "version=1"})
        self.assertEqual(self.last()["protocol"], "version=1")

    def test_address(self):
        self.greeted(config="BindAddress 127.0.0.5\nAddressFamily inet")
        self.assertIn("Connection from 127.0.0.5 port ", self.hub.genuine().log())

    def test_algorithms(self):
        for config, seen in (("KexAlgorithms ecdh-sha2-nistp384", "algorithm: ecdh-sha2-nistp384"),
                             ("Ciphers aes256-ctr\nMACs hmac-sha2-512",
                              "cipher: aes256-ctr MAC: hmac-sha2-512"),
                             ("Compression yes", "compression: zlib@openssh.com"),
                             ("HostKeyAlgorithms rsa-sha2-256", "algorithm: rsa-sha2-256")):
            with self.subTest(config):
                if "rsa" in config and without_rsa():
                    self.box.point_at(self.hub.genuine(), config + "\n")
                    self.assert_failed(self.box.hf("git@hf.co"), "knows none of the types")
                    continue
                self.assertIn(seen, self.greeted("-v", config=config).stderr)
        self.assertIn("compression: zlib@openssh.com", self.greeted("-vC").stderr)

    def test_how_much_is_said(self):
        self.assertEqual(self.greeted().err, b"")
        self.assertIn("Authenticated to ", self.greeted(config="LogLevel VERBOSE").stderr)
        detail = "hf-ssh: kex: algorithm: " if on_native() else "debug1: "
        self.assertIn(detail, self.greeted(config="LogLevel DEBUG").stderr)
        self.assertIn(detail if on_native() else "debug3: ", self.greeted("-vvv").stderr)
        self.assertEqual(self.greeted("-q", config="LogLevel DEBUG").err, b"")

    @openssh_only("the native transport says everything on standard error")
    def test_log_file(self):
        log = self.box.path("work", "log file")
        self.assertEqual(self.greeted("-v", "-E", log).err, b"")
        self.assertIn(b"debug1: ", self.box.read(log))

    def test_user_and_port(self):
        server = self.hub.genuine()
        for words, destination, seen in (
                (("-l", "somebody"), "hf.co", "somebody"),
                (("-p", str(server.port), "-oUser=else"), "hf.co", "else"),
                ((), "ssh://third@hf.co:%d" % server.port, "third")):
            with self.subTest(destination, words=words):
                self.box.point_at(server)
                self.assertEqual(self.box.hf(*words, destination).status, 255)
                self.assertTrue(server.wait_idle())
                self.assertIn("Invalid user %s from" % seen, server.log())
        for destination in ("hf.co", "huggingface.co", "HF.CO."):
            self.greeted(destination=destination)

    def test_session(self):
        """-s and a subsystem are passed on, a terminal is not asked for."""
        result = self.box.hf("-s", "git@hf.co", "some-subsystem")
        self.assertIn("subsystem request failed", result.stderr)
        self.greeted("-tt")
        self.assertFalse(self.last()["tty"])

    def test_revoked_host_keys(self):
        """The person's own list makes stricter."""
        key = self.hub.host_key("ed25519")
        self.box.write("gone keys", key.public + "\n")
        config = 'RevokedHostKeys "%s"' % self.box.path("work", "gone keys")
        self.box.point_at(self.hub.genuine(), config + "\n")
        result = self.box.hf("git@hf.co")
        self.assertEqual((result.status, result.out), (255, b""))
        self.assertIn("revoked", result.stderr)
        self.assertTrue(self.hub.genuine().wait_idle())
        self.assertEqual(self.hub.genuine().users_seen(), [])
        # A list that cannot be read refuses every host, with ssh and so with hf-ssh.
        self.hub.forget()
        self.box.point_at(self.hub.genuine(), 'RevokedHostKeys "%s"\n'
                          % self.box.path("work", "not there"))
        result = self.box.hf("git@hf.co")
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertEqual(self.hub.genuine().users_seen(), [])
        self.box.write("empty", "")
        self.greeted(config='RevokedHostKeys "%s"' % self.box.path("work", "empty"))
        self.greeted(config="RevokedHostKeys /dev/null")
        self.hub.forget()
        for text in ("no key\n", "ssh-ed25519 AAAAC3NzaC1lZDI1 cut\n", "\r\n",
                     "restrict " + self.hub.host_key("rsa", "lost").public + "\n"):
            with self.subTest(text):  # ssh itself says "invalid format", and refuses
                self.box.point_at(self.hub.genuine(), "RevokedHostKeys %s\n"
                                  % self.box.write("no-list", text))
                result = self.box.hf("git@hf.co")
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertEqual(self.hub.genuine().users_seen(), [])

    def test_revoked_in_known_hosts(self):
        """A key that ssh refuses by a @revoked line of its own files is refused."""
        line = "@revoked * %s\n" % self.hub.host_key("ed25519").public
        named = self.box.write("own_known_hosts", line)
        blank = self.box.write("own known hosts", line)
        default = self.box.path("home", ".ssh", "known_hosts")
        before = open(default).read() if os.path.exists(default) else None
        noise = "a damaged line\n|1|x|y ssh-rsa AAAA\n"
        for config, where in (("UserKnownHostsFile /nonexistent %s" % named, named),
                              ('UserKnownHostsFile /dev/null "%s"' % blank, blank),
                              ("GlobalKnownHostsFile %s" % named, named), ("", default),
                              ("UserKnownHostsFile own_known_hosts", named)):
            with self.subTest(config):
                self.box.write(where, noise + line.replace("\n", "\f\n"))
                self.addCleanup(self.box.write, default, before or "")
                self.hub.forget()
                self.box.point_at(self.hub.genuine(), config + "\n")
                result = self.box.hf("git@hf.co")
                self.assertEqual((result.status, result.out), (255, b""))
                self.assertIn("revoked in", result.stderr)
                self.assertIn(os.path.basename(where) + ":3", result.stderr)
                self.assertTrue(self.hub.genuine().wait_idle())
                self.assertEqual(self.hub.genuine().users_seen(), [])
                self.box.write(where, noise)
                self.greeted(config=config)

    def test_connect_timeout(self):
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze()
        self.box.point_at(relay, "ConnectTimeout 1\n")
        result = self.box.hf("git@hf.co")  # by itself, ssh would wait for ever
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("did not answer in time" if on_native() else "timed out", result.stderr)
        self.assertEqual(relay.connections, 2)  # the second looks for the cause

    def test_local_command_and_forwards(self):
        self.greeted(config="PermitLocalCommand yes\nLocalCommand touch ran\nRemoteCommand touch x\n"
                     "LocalForward 127.0.0.1:9 a:9\nForwardAgent yes\nStdinNull yes\n"
                     "SessionType none\nForkAfterAuthentication yes\nRequestTTY force\n"
                     "PubkeyAuthentication no\nPreferredAuthentications password\n")
        self.assertIsNone(self.last()["command"])
        self.assertEqual(os.listdir(self.box.work), [])
        self.assertNotIn("SSH_AUTH_SOCK", self.last()["environment"])


class NoFileIsReadTest(EffectsCase):
    def test_own_configuration(self):
        """~/.ssh/config is asked once, by ssh -G; the connection itself does not read it."""
        self.box.own_passwd_entry()
        other = self.box.make_key("other")
        self.hub.refuse("*")
        self.box.write(os.path.join(self.box.home, ".ssh", "config"), (
            "Host hf.co\n HostName 127.0.0.1\n Port %d\n IdentityFile %s\n IdentityFile %s\n"
            " SetEnv X=1\n VisualHostKey yes\n PermitLocalCommand yes\n LocalForward 9 a:9\n"
            " BatchMode yes\n PubkeyAcceptedAlgorithms ssh-ed25519\n")
            % (self.hub.genuine().port, other.path, self.box.key.path))
        result = self.box.hf("-i", self.box.key.path, "-v", "git@hf.co", via="")
        self.assertEqual(result.status, 255)
        self.assertNotIn("Reading configuration data", result.stderr)
        self.assertEqual(self.hub.genuine().offers(), [[self.box.key.fingerprint]])


class AgentTest(EffectsCase):
    def agent_elsewhere(self, name):
        """alice's key is only in an agent, whose socket is at a place with an odd name."""
        self.box.agent(self.box.key)
        socket = self.box.path("run", name)
        os.rename(self.box.env.pop("SSH_AUTH_SOCK"), socket)
        os.rename(self.box.key.path, self.box.key.path + ".away")
        os.unlink(self.box.key.path + ".pub")
        return socket

    def test_identity_agent(self):
        for name in ("a gent", "per%cent", 'qu"ote', "it's", "back\\slash", "%h"):
            with self.subTest(name):
                self.box = self.sandbox()
                self.hub.add_account("alice", self.box.key)
                socket = self.agent_elsewhere(name)
                written = socket.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
                self.greeted(config='IdentityAgent "%s"' % written)
                self.assertEqual(self.last()["fingerprint"], self.box.key.fingerprint)

    def test_variable(self):
        socket = self.agent_elsewhere("other")
        self.greeted(config="IdentityAgent $OTHER", env={"OTHER": socket})
        self.greeted(config="IdentityAgent ${OTHER}", env={"OTHER": socket})


class ProxyTest(EffectsCase):
    def setUp(self):
        super().setUp()
        self.log = self.box.path("proxy log")
        connect = self.box.script("connect", CONNECT)
        self.proxy = self.box.script(
            "proxy", '#!/bin/sh\nprintf "[%%s]" "$@" >>"%s"\nexec "%s" "$1"\n' % (self.log, connect))

    def test_proxy_command(self):
        port = self.hub.genuine().port
        config = "ProxyCommand %s %%p %%n '%%h x' %%r \"a  b\" \\\\ %%%%\n" % self.proxy
        self.greeted(config=config)
        self.greeted(config=config, destination="ssh://git@HF.CO")
        self.greeted("-o", "ProxyCommand=%s %%p only '%%h'" % self.proxy)
        log = self.box.read(self.log).decode()
        self.assertEqual(log, "[%d][hf.co][127.0.0.1 x][git][a  b][\\][%%]" % port +
                         "[%d][HF.CO][127.0.0.1 x][git][a  b][\\][%%]" % port +
                         "[%d][only][127.0.0.1]" % port)

    def test_alias(self):
        """%n is the alias, %h is hf.co, wherever that would be."""
        port = self.hub.genuine().port
        self.greeted(config="Host hf-work\n HostName hf.co\n User git\n ProxyCommand %s %d %%n %%h\n"
                     % (self.proxy, port), destination="hf-work")
        self.assertEqual(self.box.read(self.log).decode(), "[%d][hf-work][hf.co]" % port)

    def test_fdpass(self):
        passes = self.box.script("pass", PASS)
        self.greeted(config="ProxyUseFdpass yes\nProxyCommand '%s' %%h %%p" % passes)


class JumpTest(EffectsCase):
    """Bastions that want a user and a key of their own, which stand in the -F file."""

    def setUp(self):
        super().setUp()
        self.key = self.box.make_key("bastion key")
        self.blocks, self.bastions = "", {}
        for number, name in enumerate(("one", "two")):
            login = "jump%d" % number
            server = self.hub.sshd(name, [self.hub.host_key("ed25519", name)], shell="/bin/sh",
                                   authorized=[self.key], logins=(login,))
            server.authorized = [self.key]
            server.configuration()  # writes authorized_keys again, for this test's key
            self.bastions[name] = server
            self.blocks += ("Host %s\n HostName 127.0.0.1\n Port %d\n User %s\n"
                            " IdentityFile \"%s\"\n IdentitiesOnly yes\n IdentityAgent none\n"
                            " StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n"
                            " LogLevel ERROR\n" % (name, server.port, login, self.key.path))
        self.blocks += ("Match originalhost nobody-at-one\n HostName 127.0.0.1\n Host *\n")

    def jumps(self):
        return [name for name, server in self.bastions.items()
                if "Accepted publickey for jump" in server.log()]

    def test_jumps(self):
        for words, config, seen in (
                (("-J", "one"), "", ["one"]), (("-J", "two,one"), "", ["one", "two"]),
                (("-Jjump0@one:%d" % self.bastions["one"].port,), "", ["one"]),
                (("-o", "ProxyJump=ssh://jump1@two"), "", ["two"]),
                ((), "Host hf.co\n ProxyJump one\n", ["one"]),
                ((), "Host hf.co\n ProxyJump one,jump1@two\n", ["one", "two"]),
                (("-v",), "Host hf.co\n ProxyJump jump0@one\n", ["one"]),
                ((), "Host hf.co\n ProxyJump none\n", []),
                (("-o", "ProxyJump=none"), "Host hf.co\n ProxyJump one\n", [])):
            with self.subTest(words, config=config):
                self.hub.forget()
                self.greeted(*words, config=config + self.blocks)
                self.assertEqual(self.jumps(), seen)
                self.assertEqual(self.last()["fingerprint"], self.box.key.fingerprint)

    def test_tokens(self):
        """ProxyJump takes %r, %n, %h and %p, as ProxyCommand does."""
        for token, name in (("%r", "git"), ("%n", "hf.co"), ("x%%y", "x%y")):
            with self.subTest(token):
                self.hub.forget()
                config = "Host hf.co\n ProxyJump at-%s\n" % token
                self.greeted(config=config + self.blocks.replace("Host one", "Host at-" + name))
                self.assertEqual(self.jumps(), ["one"])

    def test_wrapper_runs_the_jumps_too(self):
        """Under the name by which the underlying ssh was found."""
        log = self.box.path("wrapper log")
        self.box.script("ssh", '#!/bin/sh\necho "$*" >>"%s"\nexec %s "$@"\n' % (
            log, shutil.which("ssh")))
        self.greeted("-J", "one", config=self.blocks)
        jump = [line for line in self.box.read(log).decode().splitlines() if
                line.startswith("-F %s -W " % self.box.ssh_config)]
        self.assertEqual(len(jump), 1)


if __name__ == "__main__":
    unittest.main()
