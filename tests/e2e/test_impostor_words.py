"""An impostor against the command line: every option that weakens host keys, in every spelling and
place; connections that somebody else opened; every other flag beside them."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import GREETING, ImpostorCase, Way  # noqa: E402
from standin import keeper  # noqa: E402

NO = "-oStrictHostKeyChecking=no"

SPELLINGS = [
    Way("glued", words=(NO,)),
    Way("apart", words=("-o", "StrictHostKeyChecking=no")),
    Way("with a blank", words=("-o", "StrictHostKeyChecking no")),
    Way("with blanks and quotes", words=("-o", '  stricthostkeychecking  =  "no"  # yes')),
    Way("in another case", words=("-o", "STRICTHOSTKEYCHECKING=OFF")),
    Way("accept-new", words=("-o", "StrictHostKeyChecking=accept-new")),
    Way("first of two", words=(NO, "-o", "StrictHostKeyChecking=yes")),
    Way("behind the destination", after=(NO,)),
    Way("behind the destination, apart", after=("-T", "-o", "StrictHostKeyChecking no")),
    Way("in a cluster", words=("-4To", "StrictHostKeyChecking=no")),
    Way("in a cluster, glued", words=("-Tx4oStrictHostKeyChecking=no",)),
    Way("in a cluster behind the destination", after=("-Cqo", "StrictHostKeyChecking=no")),
    Way("before --", words=(NO, "-l", "git", "--"), destination="hf.co"),
    Way("with a tab, which is refused as such", words=("-o", "StrictHostKeyChecking\tno"),
        says="control character", genuine=False),
]

OPTIONS = [
    Way("UserKnownHostsFile", words=("-o", "UserKnownHostsFile=<trusting>")),
    Way("GlobalKnownHostsFile", words=("-o", "GlobalKnownHostsFile=/dev/null <trusting>")),
    Way("HostKeyAlias", words=("-o", "HostKeyAlias=elsewhere",
                               "-o", "UserKnownHostsFile <trusting_alias>")),
    Way("KnownHostsCommand", words=("-o", "KnownHostsCommand=<command> %t %K")),
    Way("NoHostAuthenticationForLocalhost", words=("-oNoHostAuthenticationForLocalhost=yes",)),
    Way("-F", words=("-F", "<work>/weak"), prepare=lambda test: test.weak_file("weak")),
    Way("the last -F counts", words=("-F", "none", "-F<work>/weak"),
        prepare=lambda test: test.weak_file("weak")),
    Way("-F behind the destination", after=("-F", "<work>/weak"),
        prepare=lambda test: test.weak_file("weak")),
    Way("VerifyHostKeyDNS: no signed DNS on this machine, so plain ssh refuses too",
        words=("-oVerifyHostKeyDNS=yes",), fools=False),
    Way("GSSAPIKeyExchange, -K: no Kerberos on this machine, so plain ssh refuses too",
        words=("-K", "-o", "IgnoreUnknown=GSSAPIKeyExchange", "-o", "GSSAPIKeyExchange=yes"),
        fools=False),
    Way("ProxyCommand", words=(NO, "-o", "ProxyCommand=<connect> <port>")),
    Way("HostName behind another name", words=(
        NO, "-o", "HostName=hf.co", "-o", "ProxyCommand=<connect> <port>"),
        destination="git@example.org"),
    Way("HostName as %h", words=(NO, "-o", "HostName=%h.CO.", "-oProxyCommand=<connect> <port>"),
        destination="git@hf"),
    Way("HostName and Port elsewhere", words=(
        NO, "-o", "HostName=127.1", "-p", "<port>", "-o", "AddressFamily=inet")),
]

DESTINATIONS = [
    Way(name, words=(NO, *words), destination=name) for name, words in (
        ("git@HF.CO", ()), ("git@hf.co.", ()), ("git@huggingface.co", ()),
        ("git@HuggingFace.co", ()), ("ssh://git@hf.co", ()), ("ssh://git@hf.co/", ()),
        ("ssh://git@hf.co:<port>", ()), ("ssh://HF.co:<port>/", ("-l", "git")),
        ("hf.co", ("-lgit",)), ("hf.co", ("-o", "User=git")), ("git@hf.co", ("-p<port>",)),
        ("ssh://gi%74@huggingface.co", ()),
    )
] + [Way("no user at all, which is git", words=(NO,), destination="hf.co", fools=None)]

MASTERS = [
    Way("-S", words=("-S", "<socket>")),
    Way("-S, glued, behind the destination", after=("-S<socket>",)),
    Way("-S in a cluster", words=("-4TS", "<socket>")),
    Way("-M -S", words=("-M", "-S", "<socket>"), fools=None),
    Way("ControlPath", words=("-o", "ControlPath=<socket>")),
    Way("ControlMaster=auto as git-lfs has it",
        words=("-oControlMaster=auto", "-oControlPath=<socket>")),
    Way("ControlPath by the configuration", "ControlPath <socket>\n"),
    Way("ControlMaster, ControlPersist by the configuration",
        "Host hf.co\nControlMaster auto\nControlPath <socket>\nControlPersist 10m\n"),
    Way("ControlPath and -S none", "ControlPath <socket>\n", words=("-S", "none", "-S<socket>")),
    Way("by --via", via="ssh -F <config> -S <socket>"),
    Way("by --via as an option", via="ssh -F <config> -o ControlPath=<socket>"),
    Way("by a wrapper", via="<wrapper> -F <config>",
        prepare=lambda test: test.wrapper("-oControlMaster=auto -oControlPath=<socket> -S <socket>")),
    Way("by a wrapper, behind the words", via="<wrapper> -F <config>", genuine=False,
        prepare=lambda test: test.wrapper("", "-S <socket>")),
]

# Each with the weakness; what plain ssh does with the flag is not the question.
FLAGS = "-4 -A -a -C -g -K -k -M -n -q -T -t -ttt -v -X -x -Y -y -MM -N -f -Nf -ANTX".split()
FLAGS_WITH_VALUE = [
    ("-b", "127.0.0.1"), ("-B", "lo"), ("-c", "aes128-ctr"), ("-D", "127.0.0.1:9"), ("-e", "none"),
    ("-i", "<key>"), ("-L", "9:127.0.0.1:9"), ("-m", "hmac-sha2-256"),
    ("-R", "9:127.0.0.1:9"), ("-w", "any"), ("-S", "<work>/none"), ("-E", "<work>/log"),
]


class WordsTest(ImpostorCase):
    def weak_file(self, name):
        """A configuration file of its own that leads to the same server."""
        self.box.write(name, "StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n"
                       "HostName 127.0.0.1\nInclude %s\n" % self.box.ssh_config)

    def wrapper(self, before, behind=""):
        self.names["wrapper"] = self.box.script("my-ssh", self.fill(
            '#!/bin/sh\nexec <ssh> %s "$@" %s\n' % (before, behind)))

    def test_spellings(self):
        self.try_all(SPELLINGS)

    def test_options(self):
        self.try_all(OPTIONS)

    def test_destinations(self):
        self.try_all(DESTINATIONS)

    def test_live_master(self):
        """ssh asks a master's server nothing: whoever finds its socket is through."""
        self.open_master()
        self.try_all(MASTERS)

    def test_flags(self):
        """And no second process goes on (-f)."""
        self.point_at(Way(""), self.impostor)
        for words in [(flag,) for flag in FLAGS] + FLAGS_WITH_VALUE + [("-s", "--")]:
            with self.subTest(words):
                self.hub.forget()
                after = ("some-subsystem",) if words[0] == "-s" else ()
                self.assert_refused(self.through_hf_ssh(Way("", words=(NO, *words), after=after)))
                self.assertEqual(self.box.processes(), set())

    def test_flags_that_are_no_session(self):
        """-W, -O, -J to hf.co, a question with -G: nothing goes to the impostor."""
        self.point_at(Way(""), self.impostor)
        for words, status in ((("-W", "a:1"), 255), (("-O", "check"), 255),
                              (("-O", "exit", "-S", "<socket>"), 255), (("-G",), 0)):
            with self.subTest(words):
                self.hub.forget()
                result = self.through_hf_ssh(Way("", words=(NO, *words)))
                self.assertEqual(result.status, status, result)
                self.settle(self.impostor)
                self.assertEqual(self.impostor.arrivals(), 0)

    def test_jump(self):
        """The bastion is the user's own business, the host behind it is not."""
        bastion = self.hub.sshd("bastion", [self.hub.host_key("ed25519", "bastion")],
                                shell="/bin/sh", authorized=[self.box.key], logins=("jump",))
        config = ("Host bastion\n HostName 127.0.0.1\n Port %d\n User jump\n IdentityFile <key>\n"
                  "StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\nHost *\n"
                  % bastion.port)
        self.try_all([Way("-J", config, words=("-J", "bastion", NO)),
                      Way("-J behind the destination", config, after=(NO, "-Jbastion")),
                      Way("ProxyJump", config, words=("-o", "ProxyJump=bastion", NO)),
                      Way("ProxyJump by the configuration",
                          "Host hf.co\nProxyJump bastion\n%sStrictHostKeyChecking no\n" % config)])

    def test_no_master_is_made(self):
        way = Way("", "ControlMaster yes\nControlPath <socket>\nControlPersist yes\n",
                  words=("-M", "-S<socket>"))
        self.point_at(way, self.genuine)
        self.assertEqual(self.through_hf_ssh(way).out, GREETING)
        self.assertFalse(os.path.exists(self.names["socket"]))
        self.assertTrue(self.genuine.wait_idle())
        self.assertEqual(keeper.descendants(self.genuine.pid), set())


if __name__ == "__main__":
    unittest.main()
