"""An impostor against configuration files: whatever they say of host keys, it is refused, and the
genuine server is accepted."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import GREETING, ImpostorCase, Way  # noqa: E402

NO = "StrictHostKeyChecking no\n"
BLOCKS = [
    Way("before any block", NO),
    Way("Host *", "Host *\n" + NO),
    Way("Host hf.co", "Host hf.co\n" + NO),
    Way("Host with a pattern", "Host !x h?.* \n" + NO),
    Way("Match all", "Match all\n" + NO),
    Way("Match host", "Match host hf.co\n" + NO),
    Way("Match originalhost, user", "Match originalhost hf.co user git\n" + NO),
    Way("Match exec", "Match exec true\n" + NO),
    Way("Match final", "Match final all\n" + NO),
    Way("Include", "Include <work>/part\n",
        prepare=lambda test: test.box.write("part", "Host *\n" + NO)),
    Way("Include with a pattern", "Host hf.co\nInclude <work>/p*.conf\n",
        prepare=lambda test: test.box.write("p1.conf", NO)),
    Way("odd spelling", "  STRICThostkeychecking=\"off\"  # comment\n"),
]

CHECKING = [
    Way("accept-new", "StrictHostKeyChecking accept-new"),
    Way("accept-new, UpdateHostKeys, HashKnownHosts, CheckHostIP",
        "StrictHostKeyChecking accept-new\nUpdateHostKeys yes\nHashKnownHosts yes\nCheckHostIP yes\n"
        "UserKnownHostsFile <new>"),
    Way("off", "StrictHostKeyChecking off\nLogLevel QUIET"),
    Way("NoHostAuthenticationForLocalhost", "NoHostAuthenticationForLocalhost yes"),
    Way("CanonicalizeHostname", NO + "CanonicalizeHostname always\nCanonicalDomains co\n"
        "CanonicalizeFallbackLocal yes"),
    Way("VerifyHostKeyDNS: no signed DNS on this machine, so plain ssh refuses too",
        "VerifyHostKeyDNS yes", fools=False),
    Way("VerifyHostKeyDNS without checking", NO + "VerifyHostKeyDNS yes"),
    Way("GSSAPIKeyExchange: no Kerberos on this machine, so plain ssh refuses too",
        "IgnoreUnknown GSSAPI*\nGSSAPIKeyExchange yes\nGSSAPIAuthentication yes", fools=False),
    Way("authentication switched off or about", NO + "PubkeyAuthentication yes\n"
        "PreferredAuthentications none,publickey\nHostbasedAuthentication yes"),
]

TRUSTED = [
    Way("UserKnownHostsFile", "UserKnownHostsFile <trusting>"),
    Way("UserKnownHostsFile, two of them", "UserKnownHostsFile /dev/null <trusting>"),
    Way("UserKnownHostsFile from a variable", "UserKnownHostsFile ${WHERE}/trusting",
        env={"WHERE": "<work>"}),
    Way("GlobalKnownHostsFile", "GlobalKnownHostsFile <trusting>"),
    Way("KnownHostsCommand", "KnownHostsCommand <command> %t %K"),
    Way("KnownHostsCommand for hf.co alone", "Host hf.co\nKnownHostsCommand <command> %t %K"),
    Way("HostKeyAlias", "HostKeyAlias elsewhere\nUserKnownHostsFile <trusting_alias>"),
    Way("HostKeyAlias without checking", "HostKeyAlias elsewhere\n" + NO),
]

ROADS = [
    Way("ProxyCommand", NO + "ProxyCommand <connect> <port>"),
    Way("an alias", "Host hf-work\nHostName hf.co\nProxyCommand <connect> <port>\n" + NO,
        destination="git@hf-work"),
    Way("an alias by %h", "Host hf\nHostName %h.co\nProxyCommand <connect> <port>\n" + NO,
        destination="git@hf"),
    Way("an alias in capitals", "Host HF-Work\nHostName HuggingFace.CO.\n"
        "ProxyCommand <connect> <port>\n" + NO, destination="git@HF-Work"),
    Way("an alias with a known_hosts file", "Host hf-work\nHostName hf.co\n"
        "ProxyCommand <connect> <port>\nUserKnownHostsFile <trusting>\n",
        destination="git@hf-work"),
    Way("an alias by Match and Include", "Include <work>/alias\n", destination="hf-work",
        prepare=lambda test: test.box.write("alias", test.fill(
            "Match originalhost hf-work\n HostName hf.co\n User git\n"
            " ProxyCommand <connect> $WHERE\n") + NO),
        env={"WHERE": "<port>"}),
    Way("canonicalised to hf.co: no DNS on this machine",
        "Host hf\nCanonicalizeHostname always\nCanonicalDomains co\nHostName hf.co\n"
        "ProxyCommand <connect> <port>\n" + NO, destination="git@hf"),
]


class FilesTest(ImpostorCase):
    def test_nothing_weakened(self):
        """Plain ssh refuses here: what fools it below is what the way says."""
        self.try_way(Way("nothing", fools=False))

    def test_blocks(self):
        self.try_all(BLOCKS)

    def test_checking(self):
        self.try_all(CHECKING)
        with open(self.names["new"], encoding="utf-8") as learned:
            self.assertTrue(learned.read())  # by plain ssh, which is fooled for good now

    def test_trusted(self):
        self.try_all(TRUSTED)

    def test_roads(self):
        self.try_all(ROADS)

    def test_nothing_is_learned(self):
        way = Way("", "StrictHostKeyChecking accept-new\nUpdateHostKeys yes\n"
                  "UserKnownHostsFile <new>\nGlobalKnownHostsFile <new>\n")
        self.point_at(way, self.impostor)
        self.assert_refused(self.through_hf_ssh(way))
        self.point_at(way, self.genuine)
        self.assert_ok(self.through_hf_ssh(way))
        self.assertFalse(os.path.exists(self.names["new"]))

    def test_own_ssh_directory(self):
        """No -F at all: ~/.ssh/config and ~/.ssh/known_hosts."""
        home = os.path.join(self.box.home, ".ssh")
        target = "Host hf.co\n HostName 127.0.0.1\n Port %d\n"
        lines = "".join(key.known_hosts_line("*") for key in self.impostor.keys)
        self.box.own_passwd_entry()
        for title, config, known_hosts in (("config", NO, ""), ("known_hosts", "", lines),
                                           ("known_hosts2", "", lines)):
            with self.subTest(title):
                for name in ("known_hosts", "known_hosts2"):
                    self.box.write(os.path.join(home, name), known_hosts if name == title else "")
                self.hub.forget()
                self.box.write(os.path.join(home, "config"), config + target % self.impostor.port)
                way = Way(title, via="")
                self.assertEqual(self.plain(way).out, GREETING)
                self.settle(self.impostor)
                self.hub.forget()
                self.assert_refused(self.through_hf_ssh(way))
                self.box.write(os.path.join(home, "config"), config + target % self.genuine.port)
                self.assertEqual(self.through_hf_ssh(way).out, GREETING)


if __name__ == "__main__":
    unittest.main()
