"""git hf-ssh keys new: a pair that is whole or not there, never over another one."""

import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PAGE, KeyMakingCase  # noqa: E402
from standin.key import Key  # noqa: E402


class WithoutPassphraseTest(KeyMakingCase):
    def test_the_pair(self):
        os.umask(os.umask(0o022))
        result = self.made()
        self.assertEqual(self.files(), {"id_ed25519": 0o600, "id_ed25519.pub": 0o644})
        self.assertEqual(os.stat(self.ssh()).st_mode & 0o777, 0o700)
        public = self.box.read(self.ssh("id_ed25519.pub")).decode().strip()
        self.assertTrue(public.endswith(" me@example.org"), public)
        self.assertEqual(result.stdout.split("\n")[0], public)  # to be pasted, whole
        self.assertIn(PAGE, result.stderr)
        derived = self.box.run("ssh-keygen", "-y", "-f", self.ssh("id_ed25519"))
        self.assertEqual(derived.stdout.split()[:2], public.split()[:2])
        self.assert_nothing_left()

    def test_it_is_the_one_that_is_offered(self):
        self.made()
        self.hub.add_account("newcomer", self.key())
        self.assertEqual(self.report("whoami", status=0)["account"], "newcomer")

    def test_text_and_json_agree(self):
        self.box.agent()
        report = self.command_report("keys", "new", "--no-passphrase", status=0)
        key = self.key()
        self.assertEqual(report["command"], "keys new")
        self.assertEqual(report["key"]["fingerprint"], key.fingerprint)
        self.assertEqual(report["key"]["path"], key.path)
        self.assertEqual(report["public_key"], key.public + " me@example.org")
        self.assertEqual((report["agent"], report["passphrase"], report["page"]),
                         ("added", False, PAGE))
        self.assertEqual((report["clipboard"], report["browser"]), (None, None))
        self.assertEqual(report["key"]["where"], "both")
        text = self.made("~/.ssh/second").stdout
        self.assertIn("file and agent, ready", text)
        self.assertIn(self.key("second").fingerprint, text)

    def test_comment(self):
        self.made("-C", "a laptop at work")
        self.assertIn(b" a laptop at work\n", self.box.read(self.ssh("id_ed25519.pub")))
        self.made("~/.ssh/second", "--comment=other")
        self.assertIn(b" other\n", self.box.read(self.ssh("second.pub")))
        self.box.git("config", "--global", "--unset", "user.email")
        self.made("~/.ssh/third")
        self.assertRegex(self.box.read(self.ssh("third.pub")).decode(), r" \S+@\S+\n$")
        self.made("~/.ssh/fourth", "-C", "two\nlines", status=2)
        self.assertNotIn("fourth", self.files())

    def test_address_of_the_repository_here(self):
        self.box.git("init", "-q", "repo")
        self.box.git("config", "user.email", "work@example.org", cwd="repo")
        self.made(cwd="repo")
        self.assertIn(b" work@example.org\n", self.box.read(self.ssh("id_ed25519.pub")))

    def test_a_file_elsewhere(self):
        self.box.folder("work", "a place")
        result = self.made("a place/my key")
        self.assertEqual(Key(self.box.path("work", "a place", "my key")).type, "ssh-ed25519")
        self.assertIsNone(self.files())
        self.assertIn("git config --global hf-ssh.identity '%s'" % self.box.path("work", "a place", "my key"),
                      result.stderr)

    def test_nobody_to_ask(self):
        """Without the explicit word there is no key without a passphrase."""
        result = self.manage("keys", "new", status=2)
        self.assertIn("no terminal: ssh-keygen cannot ask for a passphrase", result.stderr)
        self.assertIn("git hf-ssh keys new --no-passphrase", result.stderr)
        self.assert_nothing_made()
        result = self.manage("keys", "new", status=2, env={
            "DISPLAY": ":99", "SSH_ASKPASS": "/bin/true", "SSH_ASKPASS_REQUIRE": "force"})
        self.assert_nothing_made()


class NeverOverTest(KeyMakingCase):
    def refused(self, *words):
        before = {name: self.box.read(self.ssh(name)) for name in self.files() or ()}
        result = self.made(*words, status=2)
        self.assertEqual({name: self.box.read(self.ssh(name)) for name in self.files() or ()},
                         before)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_a_key_is_there(self):
        key = self.box.make_key("id_ed25519")
        said = self.refused()
        self.assertIn("~/.ssh/id_ed25519 already exists; not overwritten (ED25519 %s)"
                      % key.fingerprint, said)
        self.assertIn("git hf-ssh keys check --open ~/.ssh/id_ed25519\n", said)
        self.assertIn("git hf-ssh keys new ~/.ssh/id_ed25519_hf\n", said)
        self.made("~/.ssh/id_ed25519_hf")
        self.assertIn("git hf-ssh keys new ~/.ssh/id_ed25519_hf2\n", self.refused())

    def test_only_one_of_its_files_is_there(self):
        for name in ("id_ed25519", "id_ed25519.pub"):
            with self.subTest(name):
                self.box.write(self.ssh(name), "mine\n")
                self.assertIn("~/.ssh/%s already exists; not overwritten\n" % name,
                              self.refused())
                os.unlink(self.ssh(name))

    def test_a_link_into_nothing(self):
        os.mkdir(self.ssh())
        os.symlink("/nonexistent/elsewhere", self.ssh("id_ed25519"))
        self.assertIn("~/.ssh/id_ed25519", self.made(status=2).stderr)
        self.assertTrue(os.path.islink(self.ssh("id_ed25519")))

    def test_two_at_once(self):
        """Also the one that came while ssh-keygen was asking keeps its key."""
        waiting, go_on = self.box.path("run", "waiting"), self.box.path("run", "go-on")
        self.box.script("ssh-keygen", "#!/bin/sh\n'%s' \"$@\" || exit\ncase \"$*\" in *id_ed*)\n"
                        "touch '%s'; while [ ! -e '%s' ]; do sleep 0.02; done;; esac\n"
                        % (shutil.which("ssh-keygen"), waiting, go_on))
        slow = subprocess.Popen(["git", "hf-ssh", "keys", "new", "--no-passphrase"],
                                env=self.box.merged(None), cwd=self.box.work,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(slow.stderr.close)
        self.addCleanup(slow.stdout.close)
        self.assertTrue(self.box.run("sh", "-c", "for i in $(seq 500); do [ -e '%s' ] && exit; "
                                     "sleep 0.02; done; exit 1" % waiting).status == 0)
        key = self.box.make_key("id_ed25519")
        self.box.write(go_on, "")
        self.assertEqual(slow.wait(20), 2)
        self.assertIn(key.fingerprint.encode(), slow.stderr.read())
        self.assertEqual(self.key().public, key.public)
        self.assert_nothing_left()


class TroubleTest(KeyMakingCase):
    def failed(self, *words, text, **options):
        result = self.made(*words, status=2, **options)
        self.assertEqual(result.stdout, "")
        self.assertIn(text, result.stderr)
        self.assertNotIn("terminate called", result.stderr)
        return result.stderr

    def test_what_cannot_be_a_file(self):
        for word in ("", ".", "/", "~", "a\x1bb", "id.pub", "SHA256:" + "A" * 43, "dir/"):
            with self.subTest(word):
                result = self.made(word, status=2)
                self.assertTrue(result.stderr.startswith("hf-ssh: "), result)
        self.assertIn("mkdir -p ", self.failed("no/such/place", text="No such file or directory"))
        self.assert_nothing_made()

    def test_usage(self):
        for words in (("a", "b"), ("--timeout", "0"), ("--timeout", "soon"), ("--bits", "1")):
            self.assertEqual(self.made(*words, status=129).stdout, "")
        self.assert_nothing_made()

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_directory_that_cannot_be_written(self):
        os.mkdir(self.ssh(), 0o500)
        self.failed(text="cannot write to ~/.ssh/: Permission denied")

    def test_no_home_for_it(self):
        self.box.write(self.ssh(), "a file\n")
        self.failed(text=".ssh")
        self.assertEqual(self.box.read(self.ssh()), b"a file\n")

    def test_no_ssh_keygen(self):
        self.box.script("ssh-keygen", "#!/bin/sh\necho 'broken' >&2\nexit 1\n")
        self.failed(text="ssh-keygen cannot make a key here: broken")
        self.assert_nothing_made()

    def test_full_disk(self):
        """What cannot be written whole is not there: neither half, or the private one alone."""
        self.script_around("ssh-keygen", "ulimit -S -f unlimited")  # it has room, we have not
        for blocks, comment in ((0, "short"), (1, "x" * 300)):
            with self.subTest(blocks=blocks):
                result = self.box.run("sh", "-c", "trap '' XFSZ; ulimit -S -f %d; exec git hf-ssh "
                                      "keys new --no-passphrase -C %s" % (blocks, comment))
                self.assertEqual(result.status, 2, result)
                self.assertIn("cannot write ~/.ssh/id_ed25519: File too large", result.stderr)
                self.assert_nothing_made()

    def test_an_ssh_keygen_without_ed25519(self):
        """As in FIPS mode: the next type, said beforehand, under that type's name."""
        self.script_around("ssh-keygen", "case \"$*\" in *ed25519*) echo 'ED25519 keys are not "
                           "allowed in FIPS mode' >&2; exit 255;; esac")
        result = self.made()
        self.assertIn("cannot make an Ed25519 key here (ED25519 keys are not allowed in FIPS "
                      "mode); making an ECDSA key", result.stderr)
        self.assertEqual(self.key("id_ecdsa").type, "ecdsa-sha2-nistp256")
        self.assertEqual(sorted(self.files()), ["id_ecdsa", "id_ecdsa.pub"])

    def test_ssh_configuration_with_an_error(self):
        """Said before there is half of something."""
        self.box.write(self.box.ssh_config, "Nonsense yes\n")
        self.failed(text="Bad configuration option")
        self.assert_nothing_made()


class AgentTest(KeyMakingCase):
    def held(self):
        return self.box.run("ssh-add", "-l").stdout

    def test_added(self):
        self.box.agent()
        self.assertIn("the key is in the ssh-agent", self.made().stderr)
        self.assertIn(self.key().fingerprint, self.held())

    def test_the_agent_of_the_configuration(self):
        self.box.agent()
        socket = self.box.env.pop("SSH_AUTH_SOCK")
        self.box.point_at(self.hub.genuine(), extra='IdentityAgent "%s"\n' % socket)
        self.made()
        self.box.env["SSH_AUTH_SOCK"] = socket
        self.assertIn(self.key().fingerprint, self.held())

    def test_left_out(self):
        self.box.agent()
        report = self.command_report("keys", "new", "--no-passphrase", "--no-agent", status=0)
        self.assertIsNone(report["agent"])
        self.assertNotIn(self.key().fingerprint, self.held())

    def test_no_agent(self):
        report = self.command_report("keys", "new", "--no-passphrase", status=0)
        self.assertEqual(report["agent"], "no-agent")

    def test_an_agent_that_is_gone(self):
        result = self.made("--json", env={"SSH_AUTH_SOCK": "/nonexistent/agent"})
        self.assertEqual(self.json_of(result)["agent"], "unreachable")
        self.assertIn("the ssh-agent cannot be used", result.stderr)
        self.assertIn("ssh-add ~/.ssh/id_ed25519", result.stderr)

    def test_an_agent_that_declines(self):
        self.box.agent()
        self.box.script("ssh-add", "#!/bin/sh\necho 'agent refused operation' >&2\nexit 1\n")
        result = self.made("--json")
        self.assertEqual(self.json_of(result)["agent"], "declined")
        self.assertIn("hf-ssh: agent refused operation\nhf-ssh: the key is not in the ssh-agent\n"
                      "hint: to add it: ssh-add ~/.ssh/id_ed25519\n", result.stderr)

    def test_the_keychain_of_macos(self):
        """Where ssh itself says that passphrases are kept there."""
        self.box.agent()
        self.box.script("ssh-add", "#!/bin/sh\necho \"$@\" >'%s'\n" % self.note("ssh-add"))
        ssh = self.box.script("apple-ssh", "#!/bin/sh\ncase \" $* \" in *' -G '*) ssh \"$@\" && "
                              "echo usekeychain yes;; *) exec ssh \"$@\";; esac\n")
        self.made(env={"HF_SSH_COMMAND": "%s -F %s" % (ssh, self.box.ssh_config)})
        self.assertEqual(self.noted("ssh-add"),
                         "-q --apple-use-keychain %s\n" % self.ssh("id_ed25519"))


if __name__ == "__main__":
    unittest.main()
