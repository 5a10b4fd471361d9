"""The command that runs ssh, and what reaches it: compound commands and aliases, wrappers with
options of their own, an emptied environment, user names for a shell, a key from the environment."""

import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from impostor import GREETING, ImpostorCase, Way  # noqa: E402
from shelled import wait_for  # noqa: E402
from test_old_ssh import old_ssh  # noqa: E402

ALIAS = ("Host hf-work\n HostName hf.co\n User git\n StrictHostKeyChecking accept-new\n"
         " UserKnownHostsFile <new>\n IdentityFile <key>\n %s\n")
LEADS = ("ProxyCommand <connect> %d", "Port %d")
COMPOUND = "the command that runs ssh is more than an ssh with options"

# Notes the words of a session; a greeting after it (no remote command) lasts until it is ended.
NOTING = """#!/bin/sh
case " $* " in *" -G "*) exec ssh "$@" ;; esac
printf '%%s\\n' "$@" >>%s
case "$*" in *" -T -- git@hf.co"|*" -T -- hf.co") %s ;; esac
exec ssh "$@"
"""


class CompoundTest(ImpostorCase):
    def assert_explained(self, via):
        result = self.box.hf("-T", "hf-work", via=via)
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn(COMPOUND, result.stderr)
        self.settle(self.impostor)
        self.assertEqual(self.impostor.arrivals(), 0)

    def test_alias_in_a_named_file(self):
        for line in LEADS:
            config = self.box.write("alias", self.fill(ALIAS % (line % self.impostor.port)))
            for via in ("true; ssh -F " + config, "false || ssh -F " + config):
                with self.subTest(via, line=line):
                    self.assert_explained(via)

    def test_alias_in_a_persons_own_file(self):
        self.box.own_passwd_entry()
        own = os.path.join(self.box.home, ".ssh", "config")
        for line in LEADS:
            self.box.write(own, self.fill(ALIAS % (line % self.impostor.port)))
            for via in ("false; ssh", "true && ssh"):
                with self.subTest(via, line=line):
                    self.assert_explained(via)

    def test_another_host(self):
        self.box.point_at(self.impostor, other=self.genuine)
        result = self.box.hf("-T", "other", via="true; " + self.box.ssh_command())
        self.assertEqual((result.status, result.out), (0, GREETING), result)


# A program that puts the lines of PATH.options in front of ssh's arguments.
COMPILED = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char** argv) {
    static char lines[64][4096];
    char** words = calloc(argc + 66, sizeof *words);
    int count = 0;
    words[count++] = "ssh";
    FILE* options = fopen(OPTIONS, "r");
    while (options && count < 64 && fgets(lines[count], 4096, options)) {
        lines[count][strcspn(lines[count], "\\n")] = 0;
        words[count] = lines[count];
        count++;
    }
    for (int i = 1; i < argc; i++) words[count++] = argv[i];
    execvp("ssh", words);
    return 255;
}
"""


def compile_wrapper(path):
    compiler = os.environ.get("CC", "").split() or [shutil.which("cc") or shutil.which("clang")]
    if not compiler[0]:
        raise unittest.SkipTest("no C compiler for a compiled wrapper")
    subprocess.run([*compiler, "-x", "c", "-", "-w", "-o", path, '-DOPTIONS="%s.options"' % path],
                   input=COMPILED.encode(), check=True)
    return path


class LauncherTest(ImpostorCase):
    def test_a_script_behind_its_shell(self):
        """`/bin/sh WRAPPER` works as WRAPPER does, whatever its name and mode."""
        text = '#!/bin/sh\nexec ssh -F "%s" "$@"\n' % self.box.ssh_config
        script, plain = self.box.script("my-ssh", text), self.box.write("wrapper", text)
        for server, greeted in ((self.hub.genuine(), True), (self.hub.impostor("ed25519"), False)):
            self.box.point_at(server)
            for via in (script, "/bin/sh " + script, "/bin/sh " + plain, "sh -e " + plain,
                        "nice -n 0 " + script):
                with self.subTest(via=via, greeted=greeted):
                    result = self.box.hf("-T", "git@hf.co", via=via)
                    self.assertEqual(result.out, b"Hi alice, welcome to Hugging Face.\n"
                                     if greeted else b"", result)
                    self.assertEqual("REFUSED" in result.stderr, not greeted)


class WrapperTest(ImpostorCase):
    def assert_wrapper_refused(self, program, words, setting):
        wrapper = self.box.script("wrapper", self.fill(
            '#!/bin/sh\nexec %s -F <config> %s "$@"\n' % (program, words)))
        for server in (self.impostor, self.genuine):
            self.box.point_at(server)
            before = server.arrivals()
            result = self.box.hf("-T", "git@hf.co", via=wrapper)
            self.assertEqual((result.status, result.out), (255, b""), result)
            self.assertIn("REFUSED: the ssh that is run sets %s itself" % setting, result.stderr)
            self.assertEqual(server.arrivals(), before)

    def test_options_in_front(self):
        command = "-o 'KnownHostsCommand=<command> %t %K'"
        for words, setting in ((command, "KnownHostsCommand"),
                               (command + " -o VerifyHostKeyDNS=yes", "VerifyHostKeyDNS"),
                               ("-o VerifyHostKeyDNS=yes", "VerifyHostKeyDNS")):
            with self.subTest(words):
                self.assert_wrapper_refused("<ssh>", words, setting)

    def test_algorithms_in_front(self):
        """Types of host keys are trust. Ciphers are the user's own: ssh would use them as well."""
        for types in ("ssh-ed25519,ssh-ed25519-cert-v01@openssh.com", "+ssh-rsa"):
            with self.subTest(types):
                self.assert_wrapper_refused("<ssh>", "-oHostKeyAlgorithms=" + types,
                                            "HostKeyAlgorithms")
        self.box.point_at(self.genuine)
        wrapper = self.box.script("wrapper", self.fill(
            "#!/bin/sh\nexec <ssh> -F <config> -oCiphers=aes128-ctr -oMACs=hmac-sha1 "
            "-oKexAlgorithms=ecdh-sha2-nistp256 -oHostKeyAlgorithms=ssh-ed25519 \"$@\"\n"))
        self.assert_ok(self.box.hf("-T", "git@hf.co", via=wrapper))
        self.hub.forget()
        self.box.point_at(self.impostor)
        self.assert_refused(self.box.hf("-T", "git@hf.co", via=wrapper))

    def test_no_command_in_front(self):
        """ssh -G does not print a KnownHostsCommand of "none"."""
        words = "-o KnownHostsCommand=none -o StrictHostKeyChecking=no"
        self.assert_wrapper_refused("<ssh>", words, "KnownHostsCommand")

    def test_options_in_front_of_an_old_ssh(self):
        self.names["old"] = self.box.script("old-ssh", old_ssh(8.4, self.box.path("old log")))
        for setting, value in (
                ("StrictHostKeyChecking", "no"), ("UserKnownHostsFile", "<trusting>"),
                ("GlobalKnownHostsFile", "<trusting>"), ("VerifyHostKeyDNS", "yes")):
            with self.subTest(setting):
                self.assert_wrapper_refused("<old>", "-o %s=%s" % (setting, value), setting)

    def test_compiled_and_seen_before(self):
        """No script, and its file stays the same: its options come from elsewhere later on."""
        wrapper = compile_wrapper(self.box.path("compiled"))
        options = self.box.path("compiled.options")
        plain = self.fill("-F\n<config>\n")
        git = ("git@hf.co", "git-upload-pack 'alice/model'")
        self.box.write(options, plain)
        self.box.point_at(self.genuine)
        for _ in range(2):
            result = self.box.hf(*git, via=wrapper, stdin=b"0000")
            self.assertEqual(result.status, 0, result)
        self.box.write(options, plain + "-oKnownHostsCommand=none\n-oStrictHostKeyChecking=no\n"
                                        "-oUserKnownHostsFile=/dev/null\n")
        self.box.point_at(self.impostor)
        before = self.impostor.arrivals()
        result = self.box.hf(*git, via=wrapper, stdin=b"0000")
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertIn("REFUSED: the ssh that is run sets KnownHostsCommand itself", result.stderr)
        self.assertEqual(self.impostor.arrivals(), before)

    def test_the_same_in_a_file(self):
        self.try_all([
            Way("a command", "KnownHostsCommand <command> %t %K\n"),
            Way("the DNS", "VerifyHostKeyDNS yes\n", fools=False),
            Way("both", "KnownHostsCommand <command> %t %K\nVerifyHostKeyDNS yes\n")])


class SpellingTest(ImpostorCase):
    def test_limits_of_another_spelling(self):
        """What a block for another spelling alone refuses is not lost to the settings of hf.co."""
        self.box.point_at(self.genuine)
        empty = self.box.write(self.box.path("empty"), "")
        limits = ("RevokedHostKeys " + empty, "UserKnownHostsFile " + empty,
                  "GlobalKnownHostsFile " + empty, "HostKeyAlgorithms rsa-sha2-512",
                  "KexAlgorithms curve25519-sha256", "Ciphers aes256-ctr", "MACs hmac-sha2-512",
                  "PubkeyAcceptedAlgorithms rsa-sha2-512", "RequiredRSASize 4096")
        config = self.box.path("spelled")
        via = self.fill("<ssh> -F ") + config
        for number, limit in enumerate(("Compression no",) + limits):
            name = ("huggingface.co", "HF.CO")[number % 2]
            self.box.write(config, "Host %s\n HostName hf.co\n %s\nHost hf.co\n HostName 127.0.0.1\n"
                           " Port %d\n" % (name, limit, self.genuine.port))
            for spelled in ("hf.co", name):
                with self.subTest(limit=limit, name=spelled):
                    before = self.genuine.arrivals()
                    result = self.box.hf("-T", "git@" + spelled, via=via)
                    if spelled == "hf.co" or number == 0:
                        self.assertEqual(result.status, 0, result)
                        continue
                    self.assertEqual(result.status, 255, result)
                    self.assertIn("sets %s for %s otherwise than for hf.co"
                                  % (limit.split()[0], name), result.stderr)
                    self.assertEqual(self.genuine.arrivals(), before)


class AddedKeyTest(ImpostorCase):
    """A wrapper with an -i of its own: both keys would be offered, and hf.co takes the first."""

    def setUp(self):
        super().setUp()
        self.box.point_at(self.genuine)
        self.added = self.box.make_key("added")
        self.hub.add_account("carol", self.added)
        self.wrapper = self.box.script("wrapper", self.fill(
            '#!/bin/sh\nexec <ssh> -F <config> -i %s "$@"\n' % self.added.path))

    def offered(self):
        return [keys for keys in self.genuine.offers() if keys]

    def test_a_key_that_was_named_is_not_overruled(self):
        before = self.genuine.arrivals()
        for words, env, who in ((("-i", self.box.key.path), {}, "typed with -i"),
                                ((), {"HF_SSH_IDENTITY": self.box.key.path}, "HF_SSH_IDENTITY")):
            result = self.box.hf(*words, "-T", "git@hf.co", via=self.wrapper, env=env)
            self.assertEqual((result.status, result.out), (255, b""), result)
            self.assertIn("the ssh that is run offers a key of its own, ~/.ssh/added, besides "
                          "~/.ssh/id_ed25519 (%s); nothing was sent" % who, result.stderr)
        self.assertEqual(self.genuine.arrivals(), before)

    def test_it_is_the_identity_where_none_was_named(self):
        """hf.co knows the other key as the namespace's account; nothing is asked or remembered."""
        result = self.box.hf("git@hf.co", "git-upload-pack 'alice/model'", via=self.wrapper,
                             stdin=b"0000", env={"HF_SSH_TRACE": "1"})
        self.assertEqual(result.status, 0, result)
        self.assertIn("rule 7: the ssh that is run offers it itself", result.stderr)
        self.assertNotIn("asking hf.co, once", result.stderr)
        self.assertEqual(self.offered(), [[self.added.fingerprint]])
        self.assertFalse(os.path.exists(os.path.join(self.box.env["XDG_STATE_HOME"], "hf-ssh",
                                                     "keys")))

    def test_other_identities(self):
        for words, what in (("-I /usr/lib/none.so", "PKCS11Provider /usr/lib/none.so"),
                            ("-o CertificateFile=%s" % self.added.path,
                             "CertificateFile ~/.ssh/added"),
                            ("-o IdentitiesOnly=no", "IdentitiesOnly no")):
            with self.subTest(words):
                wrapper = self.box.script("other", self.fill(
                    '#!/bin/sh\nexec <ssh> -F <config> %s "$@"\n' % words))
                result = self.box.hf("-T", "git@hf.co", via=wrapper)
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertIn("the ssh that is run sets %s itself" % what, result.stderr)

    def test_a_real_ssh_is_asked_once(self):
        """And a program that has not been seen before is asked too, though it is no script."""
        seen = []
        for _ in range(2):
            result = self.box.hf("-T", "git@hf.co", via=self.fill("<ssh> -F <config>"),
                                 env={"HF_SSH_TRACE": "1"})
            self.assertEqual((result.status, result.out), (0, GREETING), result)
            seen.append("whether the closed configuration stands" in result.stderr)
        self.assertEqual(seen, [True, False])


# As OpenSSH 10 answers, whose Match can see the command (ssh_config(5), "Match command"): a name
# leads to hf.co for git alone.
SEES_COMMAND = """#!/bin/sh
case " $* " in
*" -G "*git-upload-pack*) printf 'host elsewhere\nuser git\nhostname hf.co\nport 22\n' ;;
*" -G "*) printf 'host elsewhere\nuser git\nhostname elsewhere\nport 22\n' ;;
*) echo plain >>'%s' ;;
esac
"""


class MatchCommandTest(ImpostorCase):
    def test_a_name_that_leads_to_hf_co_for_this_command(self):
        log = self.box.path("plain log")
        self.box.own_passwd_entry()
        self.box.write(os.path.join(self.box.home, ".ssh", "config"),
                       "Match originalhost elsewhere\n HostName hf.co\n")
        ssh = self.box.script("new-ssh", SEES_COMMAND % log)
        self.assertEqual(self.box.hf("git@elsewhere", "ls", via=ssh).status, 0)
        self.assertEqual(self.box.read(log), b"plain\n")
        result = self.box.hf("git@elsewhere", "git-upload-pack 'a/b'", via=ssh)
        self.assertEqual(result.status, 255, result)
        self.assertEqual(self.box.read(log), b"plain\n")


class EnvironmentTest(ImpostorCase):
    def ways(self):
        return [self.fill("%s -F <config>" % words)
                for words in ("env -i <ssh>", "env -- ssh", "env -u HF_SSH_KNOWN_HOSTS ssh",
                              "env - PATH=/usr/bin:/bin ssh")]

    def test_genuine(self):
        for via in self.ways():
            with self.subTest(via):
                result = self.box.hf("-T", "git@hf.co", via=via)
                self.assertEqual((result.status, result.out), (0, GREETING), result)

    def test_revoked(self):
        keys = self.hub.genuine_keys()
        self.box.write(self.box.known_hosts, "".join(
            key.known_hosts_line() + "@revoked hf.co %s\n" % key.public for key in keys))
        for via in self.ways():
            with self.subTest(via):
                result = self.box.hf("-T", "git@hf.co", via=via)
                self.assertEqual((result.status, result.out), (255, b""), result)
                self.assertIn("revoked", result.stderr)
                self.settle(self.genuine)
                self.assertEqual(self.genuine.users_seen(), [])


class UserTest(ImpostorCase):
    def test_for_a_shell(self):
        ran = self.box.path("work", "ran")
        note = self.box.script("note", self.fill(
            '#!/bin/sh\ntouch %s\ntest $# = 1 || exec <connect> "$@"\n' % ran))
        config = self.box.write("shell", (
            "Match exec \"%s %%r\"\n    ServerAliveInterval 9\n"
            "Host hf.co alias\n    HostName hf.co\n    ProxyCommand %s %d %%r\n" % (
                note, note, self.genuine.port)))
        command = "hf-ssh --via 'ssh -F %s'" % config
        for user in ("git;touch%20x", "git$(touch%20x)", "git%60touch%20x%60", "git|touch%20x",
                     "git%26touch%20x", "git%3Ex", "git'", "%24%7BIFS%7D", "git%20-oProxyJump=x"):
            for host in ("hf.co", "alias"):
                with self.subTest(user, host=host):
                    result = self.box.git("ls-remote", "ssh://%s@%s/a/b" % (user, host),
                                          check=False, env={"GIT_SSH_COMMAND": command})
                    self.assert_failed(result, "hf-ssh: refused: the user name contains shell")
                    for path in (ran, self.box.path("work", "x")):
                        self.assertFalse(os.path.exists(path), "something was run")
        # A host name likewise, for other hosts too.
        for host in ("$(touch${IFS}x).alias", "a`touch${IFS}x`", "x;touch${IFS}x", "a|b"):
            with self.subTest(host):
                result = self.box.git("ls-remote", "git@%s:a/b" % host, check=False,
                                      env={"GIT_SSH_COMMAND": command})
                self.assert_failed(result, "hf-ssh: refused: the host name contains shell")
                for path in (ran, self.box.path("work", "x")):
                    self.assertFalse(os.path.exists(path), "something was run")
        result = self.box.hf("-T", "git;touch x@hf.co", via="ssh -F " + config)
        self.assertEqual((result.status, self.genuine.arrivals()), (255, 0), result)
        self.assert_ok(self.box.hf("-T", "git@hf.co", via="ssh -F " + config))
        self.assertTrue(os.path.exists(ran))  # it would have been seen


class SettingsTest(ImpostorCase):
    def trace(self, *words, via):
        path = self.box.path("trace")
        self.assert_ok(self.box.hf(*words, via=via, env={"HF_SSH_TRACE": path}))
        text = self.box.read(path).decode()
        os.remove(path)
        return text

    def test_other_spelling_of_the_host(self):
        """What is set for hf.co counts for huggingface.co."""
        worker = self.box.make_key("work")
        self.hub.add_account("worker", worker)
        config = self.box.write("only", self.fill(
            "Host hf.co\n    ProxyCommand <connect> %d\n    ConnectTimeout 7\n"
            "    SetEnv HF_SSH_SEEN_A=x\n    IdentityFile %s\n" % (self.genuine.port, worker.path)))
        for host in ("huggingface.co", "HuggingFace.co", "hf.co", "HF.CO"):
            with self.subTest(host):
                text = self.trace("-G", "git@" + host, via="ssh -F " + config)
                running = next(line for line in text.splitlines() if " running " in line)
                for word in ("ProxyCommand=", "ConnectTimeout=7", "SetEnv=", worker.path):
                    self.assertIn(word, running)
                self.trace("-T", "git@" + host, via="ssh -F " + config)
                self.assertEqual(self.last()["account"], "worker")
                self.assertEqual(self.last()["environment"].get("HF_SSH_SEEN_A"), "x")

    def test_environment_is_not_traced(self):
        via = self.box.ssh_command()
        self.box.point_at(self.genuine, "SetEnv HF_SSH_SEEN_A=hf_configured\n")
        self.assertNotIn("hf_configured", self.trace("-T", "git@hf.co", via=via))
        for words in (("-o", "SetEnv=HF_SSH_SEEN_A=hf_typed"), ("-oSetEnv HF_SSH_SEEN_A=hf_typed",),
                      ("-o", "setenv = HF_SSH_SEEN_A=hf_typed")):
            with self.subTest(words):
                self.assertNotIn("hf_typed", self.trace(*words, "-T", "git@hf.co", via=via))
                self.assertEqual(self.last()["environment"]["HF_SSH_SEEN_A"], "hf_typed")

    def test_environment_is_not_traced_for_another_host(self):
        self.box.point_at(self.genuine, other=self.genuine)
        words = ("-o", "SetEnv=HF_SSH_SEEN_A=hf_typed", "-T", "other")
        self.assertNotIn("hf_typed", self.trace(*words, via=self.box.ssh_command()))

    def test_letter_case_of_a_name_space(self):
        other = self.box.make_key("other")
        self.hub.add_account("other", other)
        self.box.git("config", "--global", "hf-ssh.ALICE.identity", other.path)
        for name in ("alice", "Alice"):
            self.box.hf("git@hf.co", "git-upload-pack '%s/model'" % name, stdin=b"0000")
            self.assertEqual(self.last()["account"], "other")


class KeyTest(ImpostorCase):
    def start(self, greeting, **streams):
        self.noted = self.box.path("noted")
        self.box.script("noting", NOTING % (self.noted, greeting))
        env = self.box.merged({"HF_SSH_KEY": self.box.read(self.box.key.path).decode()})
        words = [self.box.hf_ssh, "--via", "noting -F " + self.box.ssh_config, "git@hf.co",
                 "git-receive-pack 'bob/none'"]
        process = subprocess.Popen(words, env=env, cwd=self.box.work, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def noted_files(self):
        text = self.box.read(self.noted).decode() if os.path.exists(self.noted) else ""
        return re.findall(r'^IdentityFile="?(/[^"\n]+)', text, re.M)

    def test_told_to_end_while_it_asks_for_the_account(self):
        process = self.start("exec sleep 60", stderr=subprocess.DEVNULL)
        self.assertTrue(wait_for(lambda: len(self.noted_files()) == 2))
        path = self.noted_files()[1]
        self.assertTrue(os.path.exists(path))
        process.terminate()
        self.assertEqual(process.wait(10), -signal.SIGTERM)
        self.assertFalse(os.path.exists(os.path.dirname(path)))
        self.assertTrue(wait_for(lambda: not self.box.processes()))

    def test_nobody_reads_the_messages(self):
        read, write = os.pipe()
        os.close(read)
        process = self.start("true", stderr=write)
        os.close(write)
        self.assertNotEqual(process.wait(20), 0)
        self.assertTrue(self.noted_files())
        self.assertFalse([path for path in self.noted_files() if os.path.exists(path)])

    def test_from_a_pipe(self):
        robot = self.box.make_key("robot")
        self.hub.add_account("robot", robot)
        script = ('{ sleep 0.2; cat "$0"; } | { exec 7<&0 </dev/null; '
                  'HF_SSH_KEY_FILE=/dev/fd/7 exec "$@"; }')
        self.assert_ok(self.box.run("sh", "-c", script, robot.path, self.box.hf_ssh, "--via",
                                    self.box.ssh_command(), "-T", "git@hf.co"))
        self.assertEqual(self.last()["account"], "robot")


if __name__ == "__main__":
    unittest.main()
