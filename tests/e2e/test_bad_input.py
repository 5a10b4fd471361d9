"""Arguments and values that are wrong, or meant to harm: a clear error on standard error, status
255, nothing on standard output, nothing run, and no connection that was not verified."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402

GIT = ("git@hf.co", "git-upload-pack 'alice/model'")
LONG = "a" * 65536


class BadCase(HubCase):
    def assert_refused(self, result, *texts, status=255):
        """… without a connection."""
        self.assertEqual((result.status, result.out), (status, b""), result)
        for text in texts:
            self.assertIn(text, result.stderr, result)
        for line in result.stderr.splitlines():
            self.assertNotRegex(line, r"[\x00-\x08\x0b-\x1f\x7f]")
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        self.assertFalse(os.path.exists(self.box.path("work", "pwned")), "something was run")
        return result


class CommandLineTest(BadCase):
    def test_destination_begins_with_a_dash(self):
        for words in (["--", "-oProxyCommand=touch pwned"], ["-4", "--", "-"], ["-"]):
            with self.subTest(words):
                self.assert_refused(self.box.hf(*words, "x"),
                                    "hf-ssh: a destination cannot begin with '-'")

    def test_user_begins_with_a_dash(self):
        """ssh says so itself."""
        for words in (["--", "-oProxyCommand=touch pwned@hf.co"], ["--", "-oProxyCommand=x@"],
                      ["-l", "-oProxyCommand=touch pwned", "hf.co"],
                      ["-o", "User=-oProxyCommand=touch pwned", "hf.co"],
                      ["ssh://-oProxyCommand=touch%20pwned@hf.co/"]):
            with self.subTest(words):
                self.assert_refused(self.box.hf(*words, "x"), "user")

    def test_control_characters(self):
        for word in ("git\nproxycommand touch pwned@hf.co", "git@hf.co\nproxycommand touch pwned",
                     "git\x1b[31m@hf.co", "git@hf.co\r", "git\x7f@hf.co", "git@hf.co\t",
                     "ssh://git%0aproxycommand%20touch%20pwned@hf.co/",
                     "ssh://git%0Aproxycommand%20touch%20pwned@hf.co",
                     "ssh://git%0dx@hf.co", "ssh://git%1b@hf.co", "ssh://git%7f@hf.co"):
            with self.subTest(word):
                self.assert_refused(self.box.hf(word, "x"),
                                    "hf-ssh: refused: a control character in ", "hint: ")
        for words in (["-l", "git\nproxycommand touch pwned"], ["-o", "User=a\nb"],
                      ["-o", "ProxyCommand=touch\tpwned"], ["-i", "a\nproxycommand touch pwned"],
                      ["-J", "a\nb"], ["-F", "x\ny"], ["-p", "22\n"], ["-o", "SetEnv=A=\x01"]):
            with self.subTest(words):
                self.assert_refused(self.box.hf(*words, *GIT), "hf-ssh: refused: a control")

    def test_the_remote_command_is_the_server_s(self):
        """A newline in a path is git's business, and harmless."""
        result = self.box.hf("git@hf.co", "git-upload-pack 'alice/mo\ndel'")
        self.assertEqual((result.status, result.out), (1, b""))
        self.assertEqual(self.hub.commands()[0], "git-upload-pack 'alice/mo\ndel'")

    def test_escapes_that_are_none(self):
        """NUL cannot be in an argument, but a URL can spell it."""
        for word in ("ssh://git%00@hf.co/", "ssh://git%00proxycommand@hf.co", "ssh://git%zz@hf.co",
                     "ssh://git%@hf.co", "ssh://%67it%00@hf.co:22/x"):
            with self.subTest(word):
                self.assert_refused(self.box.hf(word, "x"), "usage: ssh")

    def test_over_long(self):
        for words in (["git@" + LONG], ["ssh://git@" + LONG + ".hf.co"], ["-p", "2" * 60000, *GIT],
                      ["-i", LONG, *GIT], ["-o", "Nonsense" + LONG, *GIT], ["-" + "Z" * 60000]):
            with self.subTest(words[0][:10]):
                self.assert_refused(self.box.hf(*words, "x"))
        for words in ([LONG + "@hf.co", "x"], ["-l", LONG, "hf.co", "x"],
                      ["git@hf.co", "git-upload-pack '" + LONG + "'"],
                      ["git@hf.co", "git-upload-pack '" + "a/" * 30000 + "'"]):
            with self.subTest(words[0][:10]):  # verified, and the server declines
                result = self.box.hf(*words)
                self.assertNotEqual(result.status, 0, result)
                self.assertEqual(result.out, b"")
        self.assertGreater(self.hub.genuine().arrivals(), 0)

    def test_options_that_have_no_use(self):
        for words in (["-W", "x:1", "hf.co"], ["-O", "check", "hf.co"]):
            self.assert_refused(self.box.hf(*words), "hf-ssh: -%s is not supported for hf.co"
                                % words[0][1])

    def test_two_readings(self):
        self.assert_refused(self.box.hf("-P", "tag", "hf.co"), "hf-ssh: -P takes a value", "hint: ")


class UrlTest(BadCase):
    """The same through git, which decodes what a URL spells."""

    URLS = ["ssh://git%0aproxycommand%20touch%20pwned@hf.co/a/b",
            "ssh://git%0aproxycommand=touch%20pwned%0a@hf.co/a/b",
            "ssh://git%0a%09ProxyCommand%20touch%20pwned%0d@HF.CO/a/b",
            "ssh://x%0alocalcommand%20touch%20pwned%0apermitlocalcommand%20yes@huggingface.co/a/b",
            "ssh://git@hf.co%0aproxycommand%20touch%20pwned/a/b",
            "ssh://-oProxyCommand=touch%20pwned/a/b",
            "ssh://-oProxyCommand=touch%20pwned@hf.co/a/b",
            "-oProxyCommand=touch pwned:a/b", "git@-oProxyCommand=touch pwned:a/b",
            "ssh://git@hf.co:-oProxyCommand=x/a", "ssh://git%00x@hf.co/a/b",
            "ssh://$(touch%20pwned)@hf.co/a/b", "ssh://git@hf.co/$(touch pwned)",
            "`touch pwned`@hf.co:a/b", "git@hf.co:';touch pwned;'"]

    def test_through_git(self):
        for way in ("path", "via", "libexec"):
            self.box.register(way)
            self.box.git("ls-remote", "git@hf.co:alice/model")
            for url in self.URLS:
                with self.subTest(way=way, url=url):
                    result = self.box.git("clone", "--", url, "clone", check=False)
                    self.assertEqual(result.status, 128, result)
                    self.assertFalse(os.path.exists(self.box.path("work", "pwned")), result)
                    self.assertFalse(os.path.exists(self.box.path("work", "clone", "pwned")))
        self.assertEqual({session["account"] for session in self.hub.connections()} - {"alice"},
                         set())


class ConfigurationTest(BadCase):
    def test_syntax_error(self):
        """In ssh's own words."""
        with open(self.box.ssh_config, "a", encoding="utf-8") as configuration:
            configuration.write("Host hf.co\n  Nonsense 1\n")
        self.assert_refused(self.box.hf(*GIT), self.box.ssh_config + ": line ",
                            "Bad configuration option: nonsense", "hf-ssh: ", "hint: try: ssh -G")

    def test_bad_option(self):
        for words, text in ((["-o", "Nonsense=1"], "nonsense"), (["-p", "x"], "Bad port"),
                            (["-o", "Port=99999999"], ""), (["-F", "/no/such"], "/no/such")):
            self.assert_refused(self.box.hf(*words, *GIT), text, "hf-ssh: ssh does not accept")

    def test_nothing_left_to_accept(self):
        self.assert_refused(self.box.hf("-o", "HostKeyAlgorithms=sk-ssh-ed25519@openssh.com", *GIT),
                            "hf-ssh: no host key of hf.co can be accepted")

    def test_control_characters(self):
        """What git's configuration or the environment names is shown, not obeyed."""
        bad = "x\x1b[31m\x0b-oProxyCommand=touch pwned"
        self.assert_refused(self.box.hf(*GIT, env={"HF_SSH_IDENTITY": "x\n-oProxyCommand=x"}),
                            "hf-ssh: HF_SSH_IDENTITY holds the text of a key")
        self.assert_refused(self.box.hf(*GIT, env={"HF_SSH_IDENTITY": bad}), "\\x1b[31m\\x0b")
        self.assert_refused(self.box.hf(*GIT, env={"HF_SSH_ACCOUNT": bad}), "\\x1b[31m")
        self.assert_refused(self.box.hf(*GIT, env={"HF_SSH_TRANSPORT": bad}), "\\x1b[31m")
        self.box.git("config", "--global", "hf-ssh.identity", bad)
        self.assert_refused(self.box.hf(*GIT), "\\x1b[31m\\x0b", "hf-ssh.identity")

    def test_over_long(self):
        for variable in ("HF_SSH_IDENTITY", "HF_SSH_ACCOUNT", "HF_SSH_KNOWN_HOSTS"):
            self.assert_refused(self.box.hf(*GIT, env={variable: "/" + LONG}), LONG[:20])
        self.box.git("config", "--global", "hf-ssh.alice.identity", LONG)
        self.assert_refused(self.box.hf(*GIT), LONG[:20])

    def test_transport(self):
        result = self.box.hf(*GIT, env={"HF_SSH_TRANSPORT": "telnet"})
        self.assert_refused(result, "hf-ssh: HF_SSH_TRANSPORT takes auto, openssh or native")


if __name__ == "__main__":
    unittest.main()
