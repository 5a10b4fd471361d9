"""An older OpenSSH below hf-ssh: what `ssh -G` prints says what it knows, and it dies of nothing
newer. Before 8.5 there is no KnownHostsCommand; the host keys are given as a private file."""

import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import GREETING, SSH, ImpostorCase, Way  # noqa: E402

# Options that came with a version: an ssh before it does not print them, and stops at them.
SINCE = [
    (9.5, "ObscureKeystrokeTiming ChannelTimeout Tag"), (9.2, "EnableEscapeCommandline"),
    (9.1, "RequiredRSASize"), (8.7, "SessionType StdinNull ForkAfterAuthentication"),
    (8.5, "KnownHostsCommand PubkeyAcceptedAlgorithms HostbasedAcceptedAlgorithms PermitRemoteOpen"),
    (8.2, "SecurityKeyProvider"), (7.8, "SetEnv"), (7.7, "BindInterface"),
    (0, "IgnoreUnknown GSSAPIKeyExchange"),
]

OLD = """#!/bin/sh
for word; do
    test "$word" = -- && break
    if test "$word" = -G; then
        found=$({ssh} "$@") || exit
        printf '%s\\n' "$found" | sed -e '{filter}'
        exit
    fi
    case $word in
    *=*) test "$previous" = -o && case $word in
        {unknown}) echo "command-line: line 0: Bad configuration option: $word" >&2; exit 255;;
        UserKnownHostsFile=*) file=${{word#*=}}; file=${{file#\\"}}; file=${{file%\\"}}
            if test -z "$seen"; then
                seen=1
                ls -ld "$file" "${{file%/*}}" >{log} && printf '%s\\n' "$file" >>{log}
            fi;;
        esac;;
    esac
    previous=$word
done
exec {ssh} "$@"
"""


def old_ssh(version, log):
    names = [name for since, names in SINCE if since == 0 or since > version
             for name in names.split()]
    lines = ["/^%s /d" % name.lower() for name in names if not name.startswith("PubkeyAcc")]
    if version < 8.5:
        lines.insert(0, "s/^pubkeyacceptedalgorithms /pubkeyacceptedkeytypes /")
    unknown = "|".join(name + "=*" for name in names)
    return OLD.format(ssh=SSH, filter=";".join(lines), unknown=unknown, log=shlex.quote(log))


class OldSshTest(ImpostorCase):
    def use(self, version):
        self.log = self.box.path("known_hosts log")
        self.names["old"] = self.box.script("old-ssh", old_ssh(version, self.log))

    def ways(self):
        via = "<old> -F <config>"
        return [
            Way("", via=via, fools=False),
            Way("no checking", "StrictHostKeyChecking no\n", via=via),
            Way("a trusting file", "UserKnownHostsFile <trusting>\n", via=via),
            Way("somebody who says yes", "StrictHostKeyChecking ask\n", via=via, batch=False, env={
                "SSH_ASKPASS": self.box.script("yes", "#!/bin/sh\necho yes\n"),
                "SSH_ASKPASS_REQUIRE": "force"}),
            Way("typed", via=via, words=("-oGlobalKnownHostsFile=<trusting>", "-C", "-n")),
            Way("carried", "StrictHostKeyChecking no\nSendEnv LANG\nIPQoS none\nServerAliveInterval"
                " 9\nProxyCommand <connect> %p\n", via=via),
        ]

    def test_without_known_hosts_command(self):
        for version in (8.4, 8.1, 7.6):
            self.use(version)
            for way in self.ways():
                with self.subTest(way.title, version=version):
                    # Explained by us, but for what a proxy does meanwhile.
                    way.says = ("Host key verification failed." if "Proxy" in way.config else "")
                    self.try_way(way)
                    self.assert_private_file_gone()

    def assert_private_file_gone(self):
        lines = self.box.read(self.log).decode().splitlines()
        self.assertTrue(lines[1].startswith("-rw------- "), lines)
        self.assertTrue(lines[0].startswith("drwx------ "), lines)
        self.assertFalse(os.path.exists(lines[2]))
        self.assertFalse(os.path.exists(os.path.dirname(lines[2])))

    def test_with_known_hosts_command(self):
        for version in (8.5, 8.7, 9.1):
            self.use(version)
            for way in self.ways()[:2]:
                with self.subTest(way.title, version=version):
                    self.try_way(way)

    def test_revoked(self):
        self.use(8.4)
        keys = self.hub.genuine_keys()
        self.box.write(self.box.known_hosts, "".join(key.known_hosts_line() for key in keys) +
                       "@revoked hf.co %s\n" % keys[0].public)
        way = Way("", via="<old> -F <config>")
        self.point_at(way, self.genuine)
        result = self.through_hf_ssh(way)
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("revoked", result.stderr.lower())
        self.settle(self.genuine)
        self.assertEqual(self.genuine.arrivals(), 2)  # the second, silent one finds out why
        self.assertEqual(self.genuine.users_seen(), [])

    def test_flags_for_the_session(self):
        """-N, -n, -s have no option before 8.7."""
        self.use(8.4)
        way = Way("", via="<old> -F <config>", words=("-n",))
        self.point_at(way, self.genuine)
        self.assertEqual(self.through_hf_ssh(way).out, GREETING)
        result = self.through_hf_ssh(Way("", via=way.via, words=("-s",), after=("some-subsystem",)))
        self.assertIn("subsystem request failed", result.stderr)

    def test_wrapper(self):
        """One that does not touch host keys; one that does is beyond help (SECURITY)."""
        self.use(8.4)
        wrapper = self.box.script("wrapped", self.fill(
            '#!/bin/sh\nexec <old> -o CheckHostIP=no "$@"\n'))
        self.try_way(Way("", "StrictHostKeyChecking no\n", via=wrapper + " -F <config>"))


class GroupTest(ImpostorCase):
    """ssh cannot take the group of the passwd entry, and so start no KnownHostsCommand."""

    def setUp(self):
        super().setUp()
        if os.geteuid() == 0:
            self.first = ("setpriv", "--bounding-set=-setgid", "--inh-caps=-setgid")
            if self.box.run(*self.first, "true").status != 0:
                self.skipTest("setpriv cannot take a capability here")
        else:
            self.first = ()  # as in a shell of newgrp(1)
            self.box.own_passwd_entry(os.getegid() + 1)

    def test_it(self):
        box = self.box
        for server, status in ((self.genuine, 0), (self.impostor, 255)):
            with self.subTest(status=status):
                self.point_at(Way(""), server)
                result = box.run(*self.first, box.hf_ssh, "git@hf.co",
                                 env={"HF_SSH_COMMAND": self.fill("<ssh> -F <config>")})
                self.assertEqual(result.status, status, result)
                if status == 0:
                    self.assertEqual(result.out, GREETING)
                else:
                    self.assertIn("Host key verification failed", result.stderr)
                    self.settle(server)
                    self.assertEqual(server.users_seen(), [])


if __name__ == "__main__":
    unittest.main()
