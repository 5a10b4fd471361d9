"""Every verb of git hf-ssh, whatever surrounds it: a clear error, the right status, nothing
half-written, nothing left running. The verbs are those that the program lists."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from standin import Relay, in_time  # noqa: E402
from standin.sshd import nss_wrapper      # noqa: E402
from verb_table import command, verbs      # noqa: E402


def tree(folder):
    """{path: (mode, content)} of everything below a folder."""
    found = {}
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(where, name)
            mode = os.lstat(path).st_mode
            content = b""
            if os.path.islink(path):
                content = os.readlink(path).encode()
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            found[os.path.relpath(path, folder)] = (mode, content)
    return found


# They change nothing but what is remembered.
READING = ("doctor", "keys", "keys check", "whoami", "explain", "access", "host-keys",
           "host-keys list", "host-keys check")


def is_file(what):
    return bool({"IDENTITY", "KEY", "FILE"} & set((what or "").split("|")))


class EveryVerbTest(ManagerCase):
    """Each test goes through all of them; box is a fresh one for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        box = cls.stage.sandbox(cls.hub)
        cls.usages = verbs(box)
        box.git("init", "-q", ".")
        box.git("remote", "add", "origin", "git@hf.co:alice/model")
        cls.repository = box.work

    def each(self, check, fresh=True):
        """check(VERB, USAGE) in a repository with a remote; a FRESH one for each verb that may
        change something."""
        self.renew()
        for verb, usage in self.usages.items():
            with self.subTest(verb=verb):
                if fresh and verb not in READING:
                    self.renew()
                check(verb, usage)

    def renew(self):
        self.box = self.sandbox()
        self.box.write(self.box.git_config, "[core]\n\tsshCommand = hf-ssh\n")
        self.box.env["HF_SSH_COMMAND"] = self.box.ssh_command()
        self.hub.add_account("alice", self.box.key)
        shutil.copytree(self.repository, self.box.work, dirs_exist_ok=True)

    def run_verb(self, *words, **options):
        """Directly, not by git: what git would say is not the subject here."""
        result = self.box.run("git-hf-ssh", *words, **dict({"timeout": 90}, **options))
        self.assert_sound(result)
        return result

    def assert_sound(self, result):
        self.assertIn(result.status, (0, 1, 2, 129), result)
        for text in ("terminate called", "AddressSanitizer", "runtime error", "what():"):
            self.assertNotIn(text, result.stderr)
        if result.status in (2, 129):
            self.assertRegex(result.stderr, r"(?m)^hf-ssh: ", result)

    def refused(self, *words, **options):
        """Status 129, an error and a hint, nothing on standard output, nothing changed."""
        before = tree(self.box.home)
        result = self.run_verb(*words, **options)
        self.assertEqual((result.status, result.stdout), (129, ""), result)
        self.assertRegex(result.stderr, r"^hf-ssh: .+\nhint: .+\n$")
        self.assertEqual(tree(self.box.home), before)
        return result.stderr

    # the command line ---------------------------------------------------------------------------

    def test_command_lines_that_do_not_fit(self):
        def check(verb, usage):
            good = command(self.box, verb)
            self.assertIn("unknown option: --bogus", self.refused(*good, "--bogus"))
            self.assertIn("unknown option: -x", self.refused(*good, "-x"))
            self.assertIn("did you mean --json?", self.refused(*good, "--jsno"))
            for option in usage.options:
                if option.what:
                    bare = [word for word in verb.split()]
                    self.assertIn("%s needs a value: %s" % (option.name, option.what),
                                  self.refused(*bare, option.name))
                    self.refused(*bare, option.name, "--json")
                else:
                    self.assertIn(option.name + " takes no value",
                                  self.refused(*good, option.name + "=yes"))
            if not usage.many:
                words = ["x", "y"] if usage.word else ["x"]
                self.assertIn("unexpected argument: ", self.refused(*verb.split(), *words))
            if usage.required:
                self.assertIn("missing " + usage.word, self.refused(*verb.split()))
        self.each(check, fresh=False)

    def test_help(self):
        def check(verb, usage):
            result = self.run_verb(*verb.split(), "-h")
            self.assertEqual((result.status, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith("usage: git hf-ssh " + verb))
            self.assertLess(result.stdout.count("\n"), 24)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80)
            for option in usage.options:
                self.assertRegex(result.stdout, "(?m)^    (-., )?" + option.name)
        self.each(check, fresh=False)

    def test_a_directory_for_a_file(self):
        def check(verb, usage):
            before = tree(self.box.home)
            folder = self.box.folder("folder")
            if is_file(usage.word):
                result = self.run_verb(*verb.split(), folder)
                self.assertIn(result.status, (2,) if verb != "keys check" else (1,))
                self.assertRegex(result.stdout + result.stderr, "director|this cannot be|not a file")
            for option in usage.options:
                if is_file(option.what):
                    words = verb.split() + (["x"] if usage.required else [])
                    self.assertEqual(self.run_verb(*words, option.name, folder).status, 2)
            self.assertEqual(tree(self.box.home), before)
        self.each(check, fresh=False)

    # surroundings ---------------------------------------------------------------------------------

    def test_not_a_repository(self):
        self.each(lambda verb, _: self.run_verb(*command(self.box, verb),
                                                cwd=self.box.folder("elsewhere")))

    def test_no_home(self):
        def check(verb, _):
            home = self.box.path("nowhere")
            entry = "person:x:%d:%d::%s:/bin/sh\n" % (os.getuid(), os.getgid(), home)
            nowhere = dict(nss_wrapper(self.box.folder("nss"), entry), HOME=None,
                           XDG_STATE_HOME=None, XDG_CONFIG_HOME=None, GIT_CONFIG_GLOBAL=None,
                           ASAN_OPTIONS=self.box.env.get("ASAN_OPTIONS", "") +
                           ":verify_asan_link_order=0")
            self.run_verb(*command(self.box, verb), env=nowhere)
            self.assertFalse(os.path.exists(home))
        self.each(check)

    def test_working_directory_that_is_gone(self):
        self.each(lambda verb, _: self.assert_sound(self.box.run(
            "sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec git-hf-ssh "$@"', "sh",
            *command(self.box, verb))))

    @unittest.skipIf(os.geteuid() == 0, "root reads every directory")
    def test_working_directory_that_cannot_be_read(self):
        def check(verb, _):
            closed = self.box.folder("closed")
            os.chmod(closed, 0o100)
            self.run_verb(*command(self.box, verb), cwd=closed)
            os.chmod(closed, 0o700)
        self.each(check)

    def test_streams_that_are_closed(self):
        def check(verb, _):
            normal = self.run_verb(*command(self.box, verb))
            for closed in ("<&-", "<&- >&- 2>&-"):
                if verb not in READING:
                    self.renew()
                before = set(tree(self.box.work))
                result = self.box.run("sh", "-c", 'exec git-hf-ssh "$@" ' + closed, "sh",
                                      *command(self.box, verb))
                self.assertEqual(result.status, normal.status, (closed, result))
                self.assertEqual(set(tree(self.box.work)), before)
        self.each(check)

    def test_standard_output_that_is_full(self):
        def check(verb, _):
            normal = self.run_verb(*command(self.box, verb))
            if verb not in READING:
                self.renew()
            result = self.box.run("sh", "-c", 'exec git-hf-ssh "$@" >/dev/full', "sh",
                                  *command(self.box, verb))
            self.assert_sound(result)
            self.assertEqual(result.status, 2 if normal.stdout else normal.status, result)
        self.each(check)

    def test_reader_that_is_gone(self):
        def check(verb, _):
            read, write = os.pipe()
            os.close(read)
            process = subprocess.Popen(
                ["git-hf-ssh", *command(self.box, verb)], env=self.box.merged({}),
                cwd=self.box.work, stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.PIPE)
            os.close(write)
            errors = process.communicate(timeout=60)[1].decode()
            self.assertIn(process.returncode, (0, 1, 2), errors)
            self.assertNotIn("pipe", errors.lower())
        self.each(check)

    def test_no_network(self):
        def check(verb, _):
            self.box.point_at(9)
            result = self.run_verb(*command(self.box, verb), "--json", timeout=90)
            report = json.loads(result.stdout)
            self.assertEqual((report["version"], report["command"]), (1, verb))
            self.assertEqual("error" in report, result.status == 2, result)
        self.each(check)

    def test_no_git(self):
        self.each(lambda verb, _: self.run_verb(
            *command(self.box, verb), env={"PATH": self.box.bin, "HF_SSH_COMMAND": None}))

    def test_interrupted(self):
        """Ctrl-C while hf.co says nothing: all ends at once, and what is there is whole."""
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze()
        interrupted = []

        def check(verb, _):
            self.box.point_at(relay)
            words = command(self.box, verb)
            before = tree(self.box.home)
            process = subprocess.Popen(
                ["git-hf-ssh", *words], env=self.box.merged({}), cwd=self.box.work,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True)
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                interrupted.append(verb)
                os.killpg(process.pid, signal.SIGINT)
                begin = time.monotonic()
                process.communicate(timeout=20)
                self.assertLess(time.monotonic() - begin, in_time(5))
                self.assertIn(process.returncode, (-signal.SIGINT, 1, 2, 130))
                self.assertEqual(tree(self.box.home), before)
            else:
                process.communicate(timeout=20)
            end = time.monotonic() + 5
            while self.box.processes() and time.monotonic() < end:
                time.sleep(0.05)
            self.assertEqual(self.box.processes(), set())
            self.assertEqual(os.listdir(self.box.env["TMPDIR"]), [])
            self.assertEqual(os.listdir(self.box.env["XDG_RUNTIME_DIR"]), [])
        self.each(check)
        self.assertIn("whoami", interrupted)


if __name__ == "__main__":
    unittest.main()
