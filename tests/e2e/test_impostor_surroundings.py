"""An impostor against what surrounds ssh: wrappers, HF_SSH_COMMAND and --via, the environment, the
trusted-set files' modes, git and git-lfs on top."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import GREETING, SSH, ImpostorCase, Way  # noqa: E402
from native import on_native, openssh_only, without_rsa  # noqa: E402

NO = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"

ONLY_RSA = NO + " -o HostKeyAlgorithms=rsa-sha2-512"

# Words that a wrapper, or the command that is configured, puts before ours. Those of a wrapper that
# would have ssh trust what the helper has not seen are refused.
WORDS = [
    NO,
    "-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=<new>",
    "-oUserKnownHostsFile=<trusting>",
    "-oGlobalKnownHostsFile=<trusting>",
    "-oHostKeyAlias=elsewhere -oUserKnownHostsFile=<trusting_alias>",
    "-o NoHostAuthenticationForLocalhost=yes",
    ONLY_RSA,
    NO + " -o CheckHostIP=yes -o HashKnownHosts=yes -o UpdateHostKeys=ask",
    NO + " -o LogLevel=QUIET -q",
    NO + " -M -A -X -C -v",
    "-F <weak>",
]


class WrapperTest(ImpostorCase):
    def setUp(self):
        super().setUp()
        self.names["weak"] = self.box.write(
            "weak", "StrictHostKeyChecking no\nInclude %s\n" % self.box.ssh_config)

    def script(self, name, text):
        return self.box.script(name, "#!/bin/sh\n" + self.fill(text) + "\n")

    def assert_declined(self, way):
        """Plain ssh is fooled; hf-ssh does not run an ssh that could be."""
        self.hub.forget()
        self.point_at(way, self.impostor)
        result = self.plain(way)
        self.assertEqual((result.status, GREETING in result.out), (0, True), result)
        self.settle(self.impostor)
        self.hub.forget()
        result = self.through_hf_ssh(way)
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertRegex(result.stderr, "REFUSED: the ssh that is run sets "
                         "(StrictHostKeyChecking|UserKnownHostsFile|GlobalKnownHostsFile) itself")
        self.settle(self.impostor)
        self.assertEqual(self.impostor.arrivals(), 0)

    def test_via_words(self):
        self.try_all(Way(words, via="ssh -F <config> " + words) for words in WORDS[:6] + WORDS[10:])

    def test_via_launchers(self):
        self.try_all(Way(via, via=via) for via in (
            "env X=1 ssh -F <config> " + NO, "X=1 nice ssh -F <config> " + NO,
            "exec ssh -F <config> " + NO, "'%s' -F \"<config>\" %s" % (SSH, NO),
            "ssh $(echo -F <config>) " + NO))

    def test_wrapper_in_via(self):
        self.names["wrapper"] = self.box.path("prefix", "bin", "my-ssh")
        for words in WORDS:
            with self.subTest(words):
                self.script("my-ssh", 'exec <ssh> -F <config> %s "$@"' % words)
                weak = "StrictHostKeyChecking" in words or "KnownHostsFile" in words
                rsa_only = words == ONLY_RSA and without_rsa()
                way = Way(words, via="<wrapper>", genuine=not rsa_only,
                          says="knows none of the types" if rsa_only else "")
                if weak and not on_native():
                    self.assert_declined(way)
                else:
                    self.try_way(way)

    def test_wrapper_on_path(self):
        for line in ('exec <ssh> -F <config> %s "$@"' % NO,
                     '<ssh> -F <config> %s "$@"' % NO,
                     'exec <ssh> -F <config> -oUserKnownHostsFile=<trusting> "$@"',
                     'exec env LANG=C <ssh> %s -F <config> "$@"' % NO):
            with self.subTest(line):
                self.script("ssh", line)
                if on_native():
                    self.try_way(Way("", via=""))
                else:
                    self.assert_declined(Way("", via=""))

    def test_wrapper_in_which_the_helper_cannot_run(self):
        """To ssh, a KnownHostsCommand that cannot be started is no reason to refuse."""
        starved = "#!/bin/sh\nulimit -n %d\nexec %s -F %s %s \"$@\"\n"
        for limit in (5, 8):
            for words in (NO, ""):
                with self.subTest(limit=limit, words=words):
                    self.point_at(Way(""), self.impostor)
                    self.box.script("ssh", starved % (limit, SSH, self.names["config"], words))
                    result = self.box.hf("git@hf.co", via="")
                    self.assertEqual((result.status, result.out), (255, b""), result)
                    self.settle(self.impostor)
                    self.assertEqual(self.impostor.users_seen(), [], result)

    def test_wrapper_with_options_behind(self):
        """They are the remote command's words: hf-ssh ends the options itself."""
        self.script("ssh", 'exec <ssh> -F <config> "$@" ' + NO)
        self.try_way(Way("", via="", genuine=False))

    def test_environment_variable(self):
        for command in ("ssh -F <config> " + NO, "ssh -F <config> -oUserKnownHostsFile=<trusting>"):
            with self.subTest(command):
                self.hub.forget()
                self.point_at(Way(""), self.impostor)
                self.assert_refused(self.box.hf("git@hf.co", via="", env={
                    "HF_SSH_COMMAND": self.fill(command)}))

    def test_compound_commands(self):
        """A piece of shell can't be rebuilt: no connection at all."""
        self.point_at(Way(""), self.impostor)
        for command in ("true; ssh -F <config> " + NO, "f() { ssh -F <config> %s \"$@\"; }; f" % NO,
                        "true && ssh -F <config> " + NO, "ssh -F <config> " + NO + " git@hf.co",
                        "ssh -F <config> %s | cat" % NO):
            with self.subTest(command):
                result = self.box.hf("git@hf.co", via=self.fill(command))
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertIn("more than an ssh with options", result.stderr)
                self.settle(self.impostor)
                self.assertEqual(self.impostor.arrivals(), 0)

    def test_wrapper_with_its_own_key_command(self):
        self.script("ssh", 'exec <ssh> -F <config> -o "KnownHostsCommand=<command> %t %K" "$@"')
        self.point_at(Way(""), self.impostor)
        result = self.box.hf("git@hf.co", via="")
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("REFUSED", result.stderr)
        self.settle(self.impostor)
        self.assertEqual(self.impostor.users_seen(), [])


class EnvironmentTest(ImpostorCase):
    def test_variables(self):
        trusting = ("printf '* %s\\n' '" + self.impostor.keys[0].public + "'")
        yes = self.box.script("yes", "#!/bin/sh\necho yes\n")
        self.box.script("askpass", "#!/bin/sh\n" + trusting + "\n")
        self.try_all([
            Way("SSH_ASKPASS that says yes", "UserKnownHostsFile <new>\n", batch=False,
                env={"SSH_ASKPASS": yes, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":9",
                     "GIT_TERMINAL_PROMPT": None}),
            Way("the same, StrictHostKeyChecking ask", "StrictHostKeyChecking ask\n", batch=False,
                env={"SSH_ASKPASS": yes, "SSH_ASKPASS_REQUIRE": "force"}),
            Way("HF_SSH_COMMAND behind --via", via="ssh -F <config>", fools=None,
                env={"HF_SSH_COMMAND": "ssh -F <config> " + NO}),
            Way("GIT_SSH_COMMAND, GIT_SSH, which are git's", via="ssh -F <config>", fools=None,
                env={"GIT_SSH_COMMAND": "ssh " + NO, "GIT_SSH": SSH, "GIT_SSH_VARIANT": "simple"}),
            Way("SSH_CONFIG and other inventions", fools=False, env={
                "SSH_CONFIG": "<trusting>", "SSH_KNOWN_HOSTS": "<trusting>",
                "SSH_SK_PROVIDER": "/nonexistent.so", "SSH_CONNECTION": "a b c d"}),
            Way("HF_SSH_DEPTH", fools=False, env={"HF_SSH_DEPTH": "-5"}),
            Way("another state, cache and runtime directory", fools=False, env={
                "XDG_STATE_HOME": "<work>/s", "XDG_CACHE_HOME": "<work>/c",
                "XDG_RUNTIME_DIR": "/nonexistent", "TMPDIR": "/nonexistent"}),
        ])

    def test_trusted_set_named_by_a_trap(self):
        """HF_SSH_KNOWN_HOSTS: what can't be relied on ends the connection, also to the genuine
        server; none of it widens trust."""
        box = self.box
        lines = "".join(key.known_hosts_line() for key in self.impostor.keys)
        os.mkfifo(box.path("work", "fifo"), 0o600)
        box.write("open/known_hosts", lines)
        os.chmod(box.path("work", "open"), 0o777)
        os.symlink("nowhere", box.path("work", "dangling"))
        traps = {
            "relative": "known_hosts", "missing": box.path("work", "missing"),
            "a directory": box.home, "a FIFO": box.path("work", "fifo"),
            "a device": "/dev/zero", "standard input": "/dev/stdin", "dangling":
            box.path("work", "dangling"), "a file in an open directory":
            box.path("work", "open", "known_hosts"),
            "writable by the group": box.write("group", lines, 0o660),
            "writable by all": box.write("all", lines, 0o666),
            "100 MB": self.large_file(lines), "a broken revocation":
            box.write("broken", lines + "@revoked hf.co ssh-ed25519 AAAA!\n"),
            "an unknown marker": box.write("marker", lines + "@whatever hf.co ssh-ed25519 AAAA\n"),
        }
        if os.getuid() == 0:
            traps["somebody else's"] = box.write("else", lines)
            os.chown(traps["somebody else's"], 65534, 65534)
        for title, path in traps.items():
            for server in (self.impostor, self.genuine):
                with self.subTest(title, server=server.name):
                    self.hub.forget()
                    self.point_at(Way(""), server)
                    result = box.hf("git@hf.co", env={"HF_SSH_KNOWN_HOSTS": path})
                    self.assertEqual((result.status, result.out), (255, b""), result)
                    self.assertRegex(result.stderr, "^hf-ssh: ")
                    self.assertIn(path, result.stderr)
                    self.assertNotIn("Hi alice", result.stderr)
                    self.settle(server)
                    self.assertEqual(server.users_seen(), [])

    def large_file(self, lines):
        path = self.box.write("large", lines)
        os.truncate(path, 100 << 20)
        return path

    def test_configuration_directory(self):
        """XDG_CONFIG_HOME/hf-ssh/known_hosts and its default below HOME: modes are checked there
        too, and a relative one does not count."""
        lines = "".join(key.known_hosts_line() for key in self.impostor.keys)
        for title, env, place, mode in (
                ("open file", {}, "home/.config", 0o666),
                ("open file elsewhere", {"XDG_CONFIG_HOME": self.box.path("x")}, "x", 0o602),
                ("relative", {"XDG_CONFIG_HOME": "rel"}, "work/rel", 0o600)):
            with self.subTest(title):
                file = self.box.write(self.box.path(place, "hf-ssh", "known_hosts"), lines, mode)
                self.hub.forget()
                self.point_at(Way(""), self.impostor)
                result = self.box.hf("git@hf.co", env=env)
                self.assert_refused(result, "" if title == "relative" else "chmod go-w")
                os.unlink(file)

    def test_home(self):
        """Another HOME: what lies there is not ssh's business under hf-ssh."""
        other = self.box.folder("other-home", ".ssh")
        self.box.write(os.path.join(other, "config"), "StrictHostKeyChecking no\n")
        self.box.write(os.path.join(other, "known_hosts"), "".join(
            key.known_hosts_line("*") for key in self.impostor.keys))
        self.point_at(Way(""), self.impostor)
        result = self.box.hf("-i", self.box.key.path, "git@hf.co",
                             env={"HOME": os.path.dirname(other), "XDG_CONFIG_HOME": None})
        self.assert_refused(result)

    @openssh_only("the native transport checks host keys itself")
    def test_helper(self):
        """ssh goes on without a helper that is missing; hf-ssh does not begin."""
        helper = os.path.join(self.box.libexec, "known-hosts")
        way = Way("", "StrictHostKeyChecking no\n")
        self.point_at(way, self.impostor)
        for title, harm in (("not executable", lambda: os.chmod(helper, 0o644)),
                            ("missing", lambda: os.unlink(helper))):
            with self.subTest(title):
                harm()
                self.assert_refused(self.through_hf_ssh(way), "hf-ssh: the program")


class GitTest(ImpostorCase):
    def test_git(self):
        """One explanation for a whole git command, whatever git's ssh is told."""
        box = self.box
        box.point_at(self.genuine)
        box.register("via")
        box.git("clone", "-q", "git@hf.co:alice/model")
        box.git("commit", "-q", "--allow-empty", "-m", "a commit", cwd="model")
        box.point_at(self.impostor, "StrictHostKeyChecking no\n")
        self.hub.forget()
        for arguments, where in ((("clone", "git@hf.co:alice/model", "other"), ""),
                                 (("ls-remote",), "model"), (("fetch",), "model"),
                                 (("push",), "model"),
                                 (("-c", "ssh.variant=simple", "ls-remote",
                                   "git@huggingface.co:alice/model"), "")):
            with self.subTest(arguments):
                result = box.git(*arguments, cwd=where, check=False)
                self.assertEqual((result.status, result.out), (128, b""), result)
                self.assertEqual(result.stderr.count("REFUSED"), 1, result)
                self.settle(self.impostor)
                self.assertEqual(self.impostor.users_seen(), [])

    def test_plain_ssh_is_fooled(self):
        box = self.box
        box.point_at(self.impostor, "StrictHostKeyChecking no\nIdentityFile %s\n"
                     "IdentitiesOnly yes\nIdentityAgent none\n" % box.key.path)
        box.git("clone", "-q", "git@hf.co:alice/model",
                env={"GIT_SSH_COMMAND": box.ssh_command()})
        self.assertEqual(self.last()["server"], self.impostor.name)
        self.assertIn(GREETING, box.ssh("git@hf.co", config=box.ssh_config).out)

    test_plain_ssh_is_fooled.needs_program = False


if __name__ == "__main__":
    unittest.main()
