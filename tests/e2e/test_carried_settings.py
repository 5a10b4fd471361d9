"""What of the person's own ssh configuration reaches a connection to hf.co, word for word, and what
does not. ssh itself says, by -G, what it understands of what it is given."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from carried import SSH, CarriedCase  # noqa: E402
from standin.sshd import ssh_version  # noqa: E402

# From 10.0 on ssh expands SetEnv.
PERCENT = "%%" if ssh_version() >= (10, 0) else "%"
ED25519, ECDSA, RSA = "ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512,rsa-sha2-256"

# Configuration that has to come out of `ssh -G` for the closed command line as it went in.
CARRIED = [
    "AddressFamily inet", "AddressFamily inet6", "BindAddress 127.0.0.2", "BindAddress ::1",
    'BindInterface "lo"', "ConnectTimeout 17", "ConnectTimeout 2m", "ConnectionAttempts 3",
    "ServerAliveInterval 31", "ServerAliveCountMax 7", "TCPKeepAlive no", "Compression yes",
    "IPQoS af21 cs1", "IPQoS none", "IPQoS lowdelay", "RekeyLimit 512M 1h", "RekeyLimit default none",
    "RekeyLimit 1G", "LogLevel VERBOSE", "LogLevel DEBUG", "LogLevel QUIET",
    "KexAlgorithms ecdh-sha2-nistp256", "KexAlgorithms -diffie-hellman-*", "Ciphers +aes128-cbc",
    "Ciphers aes128-ctr,aes256-gcm@openssh.com", "MACs ^hmac-sha2-512",
    "PubkeyAcceptedAlgorithms ssh-ed25519", "PubkeyAcceptedAlgorithms -ssh-rsa",
    "PubkeyAcceptedKeyTypes +ssh-rsa", "RequiredRSASize 3072", "BatchMode yes", "ProxyUseFdpass yes",
    "AddKeysToAgent yes", "AddKeysToAgent ask", "AddKeysToAgent confirm", "AddKeysToAgent 1h",
    "AddKeysToAgent confirm 90m", "SecurityKeyProvider '/usr/lib/sk helper.so'",
    "SecurityKeyProvider $SK", 'SecurityKeyProvider "/a b/\\\\c"', "User someone", 'User "so me"',
    "Port 2222", "HostName 127.0.0.1", "HostName ::1", 'HostName "fe80::1%%lo"',
    "IdentityAgent none", "IdentityAgent SSH_AUTH_SOCK", "IdentityAgent $OTHER_SOCK",
    'IdentityAgent "/a b/%%/s%h"', 'IdentityAgent "/a \\"b\\"/c\'d\\\\e"', "IdentityAgent ~/s",
    "IdentityAgent ${HOME}/s", "IdentityAgent %d/%r@%h:%p",
    "SendEnv LANG LC_*", "SendEnv ?", "SendEnv A B\nSendEnv -A C", "SetEnv A=1",
    'SetEnv A="a b" B=%h C=50' + PERCENT + ' D="q\\"uo\\"te" E=\\\\ F=\'x\' G= H=#x', "SetEnv A=a=b=c",
    "SetEnv 'A=$(touch x) `y` ; z'", "SetEnv A=\u00fcml\u00e4ut",
    "ProxyCommand none", "ProxyCommand nc %h %p", "ProxyCommand sh -c 'echo \"%n %r\" \\\\; x' %%",
    'ProxyCommand "/opt/a b/x" --at=%h:%p # no comment', "ProxyCommand  =  x  y ",
]

# Configuration that must not reach the connection: (what is written, what ssh -G says of it).
SHUT_OUT = [
    ("LocalCommand touch ran\nPermitLocalCommand yes", {"permitlocalcommand": ["no"]}),
    ("RemoteCommand touch ran", {}), ("RequestTTY force", {"requesttty": ["false"]}),
    ("SessionType none", {"sessiontype": ["default"]}), ("StdinNull yes", {"stdinnull": ["no"]}),
    ("ForkAfterAuthentication yes", {"forkafterauthentication": ["no"]}),
    ("SessionType subsystem", {"sessiontype": ["default"]}),
    ("ForwardAgent yes", {"forwardagent": ["no"]}), ("ForwardX11 yes", {"forwardx11": ["no"]}),
    ("LocalForward 9 a:9\nRemoteForward 9 a:9\nDynamicForward 9", {"clearallforwardings": ["yes"]}),
    ("Tunnel yes", {"tunnel": ["false"]}), ("EscapeChar ^x", {"escapechar": ["none"]}),
    ("PubkeyAuthentication no", {"pubkeyauthentication": ["true"]}),
    ("PreferredAuthentications password", {"preferredauthentications": ["publickey"]}),
    ("PasswordAuthentication yes", {"passwordauthentication": ["no"]}),
    ("HostbasedAuthentication yes", {"hostbasedauthentication": ["no"]}),
    ("GSSAPIAuthentication yes", {"gssapiauthentication": ["no"]}),
    ("IgnoreUnknown GSS*\nGSSAPIKeyExchange yes", {"gssapikeyexchange": ["no"]}),
    ("ControlMaster auto\nControlPath /x\nControlPersist 9", {
        "controlmaster": ["false"], "controlpersist": ["no"]}),
    ("StrictHostKeyChecking no", {"stricthostkeychecking": ["true"]}),
    ("UserKnownHostsFile /x\nGlobalKnownHostsFile /x", {
        "userknownhostsfile": ["/dev/null"], "globalknownhostsfile": ["/dev/null"]}),
    ("HostKeyAlias x", {"hostkeyalias": ["hf.co"]}),
    ("VerifyHostKeyDNS yes", {"verifyhostkeydns": ["false"]}),
    ("UpdateHostKeys yes\nUserKnownHostsFile none", {"updatehostkeys": ["false"]}),
    ("NoHostAuthenticationForLocalhost yes", {"nohostauthenticationforlocalhost": ["no"]}),
    ("CanonicalizeHostname always", {"canonicalizehostname": ["false"]}),
    ("PKCS11Provider /nonexistent.so", {}), ("CertificateFile /x", {}), ("Tag x", {}),
    ("IdentitiesOnly no\nIdentityFile /a\nIdentityFile /b", {"identitiesonly": ["yes"]}),
    ("ProxyJump none", {}), ("EnableEscapeCommandline yes", {"enableescapecommandline": ["no"]}),
]
NEVER_SET = ("localcommand", "remotecommand", "controlpath", "localforward", "remoteforward",
             "dynamicforward", "pkcs11provider", "certificatefile", "proxyjump", "tag")

# What stands on the command line, and the setting that must have it.
TYPED = [
    (("-4",), {"addressfamily": ["inet"]}), (("-6",), {"addressfamily": ["inet6"]}),
    (("-C",), {"compression": ["yes"]}), (("-p", "77"), {"port": ["77"]}),
    (("-p77", "-p", "78"), {"port": ["77"]}), (("-o", "Port=79"), {"port": ["79"]}),
    (("-l", "someone"), {"user": ["someone"]}), (("-oUser=x",), {"user": ["x"]}),
    (("-c", "aes128-ctr"), {"ciphers": ["aes128-ctr"]}),
    (("-m", "hmac-sha2-512"), {"macs": ["hmac-sha2-512"]}),
    (("-v",), {"loglevel": ["DEBUG"]}), (("-vv", "-v"), {"loglevel": ["DEBUG3"]}),
    (("-q",), {"loglevel": ["SILENT"]}), (("-o", "LogLevel=ERROR"), {"loglevel": ["ERROR"]}),
    (("-b", "127.0.0.3"), {"bindaddress": ["127.0.0.3"]}), (("-B", "lo"), {"bindinterface": ["lo"]}),
    (("-n",), {"stdinnull": ["yes"]}), (("-N",), {"sessiontype": ["none"]}),
    (("-A", "-X", "-Y", "-K", "-M", "-tt", "-f", "-g"), {
        "forwardagent": ["no"], "forwardx11": ["no"], "requesttty": ["false"],
        "forkafterauthentication": ["no"], "controlmaster": ["false"]}),
    (("-T", "-x", "-a", "-k"), {"requesttty": ["false"]}),
    (("-o", "SendEnv=GIT_PROTOCOL", "-o", "SendEnv A B"), {"sendenv": ["GIT_PROTOCOL", "A", "B"]}),
    (("-o", 'SetEnv A="x y" B=2', "-oSetEnv=C=3"), {"setenv": ["A=x y", "B=2"]}),
    (("-o", "BatchMode=yes"), {"batchmode": ["yes"]}),
    (("-o", "ProxyCommand=a 'b c' %h"), {"proxycommand": ["a 'b c' %h"]}),
    (("-o", "HostKeyAlgorithms=ssh-ed25519"), {"hostkeyalgorithms": [ED25519]}),
]

HOST_KEYS = [
    ("", ",".join((ED25519, ECDSA, RSA))), ("HostKeyAlgorithms " + RSA, RSA),
    ("HostKeyAlgorithms -ssh-ed25519*", ECDSA + "," + RSA),  # as on a FIPS machine
    ("HostKeyAlgorithms +ssh-rsa", ",".join((ED25519, ECDSA, RSA))),
    ("HostKeyAlgorithms ^rsa-sha2-*", ",".join((ED25519, ECDSA, RSA))),
    ("HostKeyAlgorithms ssh-rsa", None), ("HostKeyAlgorithms sk-ssh-ed25519@openssh.com", None),
    ("HostKeyAlgorithms *-cert-v01@openssh.com", None),
]


class CarriedSettingsTest(CarriedCase):
    def test_carried(self):
        """As ssh has it without hf-ssh."""
        self.box.own_passwd_entry()
        env = {"OTHER_SOCK": "/x", "SK": "/y", "HF_SSH_IDENTITY": self.box.key.path,
               "GIT_TERMINAL_PROMPT": None}
        for config in CARRIED:
            with self.subTest(config):
                self.hf(config=config, env=env)
                keyword = config.split()[0].lower()
                expected = self.as_configured(env=env).get(keyword, [])
                if keyword == "pubkeyacceptedkeytypes":
                    keyword = "pubkeyacceptedalgorithms"
                    expected = self.as_configured(env=env)[keyword]
                if keyword == "identityagent":
                    self.assert_agent(expected[0])
                elif expected != ["none"] or keyword != "proxycommand":
                    self.assertEqual(self.closed(env).get(keyword, []), expected)

    def assert_agent(self, expected):
        """An agent that does not answer becomes none; the way it is written is another test's."""
        self.assertIn(self.closed().get("identityagent"), (["none"], [expected]))

    def test_shut_out(self):
        for config, expected in SHUT_OUT:
            with self.subTest(config):
                result = self.hf(config="IgnoreUnknown *\n" + config)
                closed = self.closed()
                for keyword, value in expected.items():
                    self.assertEqual(closed[keyword], value, keyword)
                for keyword in NEVER_SET:
                    self.assertEqual(closed.get(keyword, []), [], result)
                self.assertEqual(closed["identityfile"], [self.box.key.path])
        self.assertEqual(os.listdir(self.box.work), [])

    def test_typed(self):
        for words, expected in TYPED:
            with self.subTest(words):
                self.hf(*words, config="Host nothing")
                closed = self.closed()
                for keyword, value in expected.items():
                    self.assertEqual(closed.get(keyword), value, keyword)

    def test_user(self):
        for words, destination, user in (
                ((), "hf.co", "git"), (("-l", "a"), "hf.co", "a"), (("-l", "a"), "b@hf.co", "a"),
                ((), "b@hf.co", "b"), ((), "ssh://c@hf.co", "c"), ((), "a@b@hf.co", "a@b"),
                (("-o", "User=d"), "hf.co", "d"), ((), "huggingface.co", "git")):
            with self.subTest(words, destination=destination):
                self.hf(*words, config="", destination=destination)
                self.assertEqual(self.closed()["user"], [user])
        self.hf(config="Host hf.co\n User configured\n", destination="hf.co")
        self.assertEqual(self.closed()["user"], ["configured"])

    def test_host_key_algorithms(self):
        for config, expected in HOST_KEYS:
            with self.subTest(config):
                result = self.hf(config=config)
                if expected:
                    self.assertEqual(self.closed()["hostkeyalgorithms"], [expected])
                else:
                    self.assertEqual((result.status, result.out), (255, b""))
                    self.assertIn("hf-ssh: no host key of hf.co can be accepted", result.stderr)
                    self.assertFalse(os.path.exists(self.log))

    def test_revoked_host_keys(self):
        """Each file, also if it is missing: ssh then refuses, as it does without hf-ssh."""
        for name, content in (("a b", ""), ("pe%h", ""), ("q'\"x", ""), ("missing", None)):
            with self.subTest(name):
                path = self.box.path("work", name)
                if content is not None:
                    self.box.write(path, content)
                self.hf(config='RevokedHostKeys "%s"' % path.replace('"', '\\"'))
                expected = self.as_configured().get("revokedhostkeys")
                self.assertEqual(self.closed().get("revokedhostkeys"), expected)
                self.assertIn(name.split("%")[0], expected[0])
        self.hf(config="RevokedHostKeys none")
        self.assertIn(self.closed().get("revokedhostkeys"), (None, ["none"]))

    def test_several_revoked_host_keys(self):
        """As OpenSSH 10.3 prints them (readconf.c, dump_cfg_strarray_oneline)."""
        newer = self.box.script("newer", """#!/bin/sh
case " $* " in
*" -G "*)
    for word; do  # this ssh takes one file only
        shift
        test "$word" = "RevokedHostKeys=/one /two" && word=ExitOnForwardFailure=no
        set -- "$@" "$word"
    done
    %s "$@" | sed 's|^userknownhostsfile.*|&\\nrevokedhostkeys /one /two|'
    exit ;;
esac
for word; do printf '%%s\\0' "$word"; done >%s
exit 255
""" % (SSH, self.log))
        self.recorder = newer
        self.hf(config="")
        self.assertIn("RevokedHostKeys=/one /two", self.argv())

    def test_only_what_somebody_set(self):
        """An ssh that is no wrapper: its defaults stay its own, and silence is bounded."""
        for config, words, expected, absent in (
                ("", (), ("ConnectTimeout=30", "ServerAliveInterval=20", "ServerAliveCountMax=6"),
                 ("KexAlgorithms=", "Ciphers=", "MACs=", "PubkeyAcceptedAlgorithms=")),
                ("Host other\nKexAlgorithms ecdh-sha2-nistp256\nHost *\n", (), (),
                 ("KexAlgorithms=",)),
                ("KexAlgorithms ecdh-sha2-nistp256", (), ("KexAlgorithms=ecdh-sha2-nistp256",),
                 ("Ciphers=",)),
                ("ServerAliveInterval 0\nConnectTimeout none", ("-c", "aes128-ctr"),
                 ("Ciphers=aes128-ctr", "ServerAliveInterval=0", "ConnectTimeout=none"),
                 ("KexAlgorithms=",))):
            with self.subTest(config):
                self.box.point_at(self.hub.genuine(), config + "\n")
                trace = self.box.path("trace")
                self.box.hf(*words, "-T", "git@hf.co", env={
                    "HF_SSH_TRACE": trace, "HF_SSH_TRANSPORT": "openssh"})
                running = [line for line in self.box.read(trace).decode().splitlines()
                           if "running" in line][-1]
                os.unlink(trace)
                for option in expected:
                    self.assertIn(option, running)
                for option in absent:
                    self.assertNotIn(option, running)

    def test_destination_as_typed(self):
        for destination in ("git@hf.co", "git@HF.co.", "ssh://git@huggingface.co:99/"):
            with self.subTest(destination):
                self.hf(config="Host *\nHostName 127.0.0.1\n", destination=destination)
                argv = self.argv()
                host = destination.replace("ssh://", "").split("@")[1].split(":")[0]
                self.assertEqual(argv[argv.index("--") + 1:], [host])
                self.assertEqual(self.closed()["hostname"], ["127.0.0.1"])

    def test_match_exec(self):
        """As often as ssh -G runs it, and no more."""
        self.hf(config="Match exec \"echo x >>%s\"\n" % self.box.path("ran"))
        times = len(self.box.read(self.box.path("ran")))
        self.assertEqual(times, 2)

    def test_identities(self):
        """One, however its path is written."""
        for name in ("a b", "per%cent", "%h", 'qu"ote', "it's", "back\\slash", "~tilde", "#hash",
                     "\u00fc", "dollar$x", "=", "{x}", "${HOME}"):
            with self.subTest(name):
                key = self.box.make_key(name)
                self.hf("-o", "IdentityAgent=none", config="", env={"HF_SSH_IDENTITY": key.path})
                offered = [path.replace("%%", "%") for path in self.closed()["identityfile"]]
                # A path that not every ssh can be given is given by a link.
                self.assertEqual([os.path.realpath(path) for path in offered], [key.path])


if __name__ == "__main__":
    unittest.main()
