"""git hf-ssh setup where it cannot write, is killed, or is run several times at once."""

import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase      # noqa: E402
from standin import wait_for          # noqa: E402


def git_that(box, text):
    """A git in front of the real one that does something at its Nth `config` that writes."""
    git = box.run("sh", "-c", "command -v git").stdout.strip()
    box.script("git", "#!/bin/sh\nreal=%s\n%s\nexec $real \"$@\"\n" % (git, text))


class UnwritableTest(SetupCase):
    """In ways that stop root, too."""

    def start_and_meet_the_lock(self, *words):
        """The manager, once git has found the configuration locked and is run again."""
        tries = self.box.path("tries")
        git_that(self.box, """case "$*" in
"config --global --"*list*|"config --global --get"*|"config --file"*) ;;
"config --global "*) echo >>%s;;
esac""" % tries)
        process = subprocess.Popen([os.path.join(self.box.bin, "git-hf-ssh"), *words],
                                   env=self.box.merged(None), cwd=self.box.work,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertTrue(wait_for(lambda: os.path.exists(tries) and os.path.getsize(tries) > 1))
        return process

    def refused(self, *words, **options):
        before = self.tree()
        result = self.manage("setup", *words, status=2, **options)
        self.assertEqual((self.tree(), result.stdout), (before, ""))
        return result.stderr

    def lines(self, text):
        """What the hint says is to be added."""
        hints = [line[len("hint: "):] for line in text.splitlines() if line.startswith("hint: ")]
        return "\n".join(hints[1:]) + "\n"

    def test_lock_that_stays(self):
        self.box.folder("home", ".gitconfig.lock")
        text = self.refused("--push-over-ssh")
        self.assertIn("could not lock config file", text)
        os.rmdir(self.config + ".lock")
        self.box.write(self.config, self.lines(text))
        self.assertEqual(self.command(), os.path.join(self.box.libexec, "ssh"))
        self.assertIn("already", self.manage("setup", "--push-over-ssh", status=0).stdout)

    def test_nix(self):
        os.symlink("/nix/store/0000-home-manager-files/.gitconfig", self.config)
        self.assertIn("programs.git", self.refused())

    def test_directory_that_cannot_be_written(self):
        os.symlink("/proc/self/fdinfo/gitconfig", self.config)
        text = self.refused()
        self.assertIn("could not lock config file", text)
        self.assertIn(self.include, text)

    def test_not_a_file(self):
        manager = os.path.join(self.box.bin, "git-hf-ssh")
        self.fifo = self.box.path("fifo")
        os.mkfifo(self.fifo)
        for target, told in ((self.fifo, "not a regular file"), ("/dev/full", "not a regular"),
                             (self.box.home, "not a regular file"), (".gitconfig", "symlink loop")):
            with self.subTest(target=target):
                os.symlink(target, self.config)
                result = self.box.run(manager, "setup")
                self.assertEqual((result.status, result.stdout), (2, ""), result)
                self.assertIn(told, result.stderr)
                self.assertEqual(os.readlink(self.config), target)
                os.remove(self.config)

    def test_broken_configuration(self):
        self.box.write(self.config, "[core\n")
        self.assertIn("bad config", self.box.run("git-hf-ssh", "setup").stderr)
        self.assertEqual(self.box.read(self.config), b"[core\n")

    def test_no_home(self):
        result = self.box.run("git-hf-ssh", "setup", env={"HOME": None})
        self.assertEqual(result.status, 2)
        self.assertIn("HOME is not set", result.stderr)

    def test_unsetup_keeps_what_is_written_while_it_waits(self):
        self.manage("setup", status=0)
        lock = self.box.write(self.config + ".lock",
                              self.box.read(self.config) + b"[user]\n\tname = B\n")
        process = self.start_and_meet_the_lock("unsetup")
        os.rename(lock, self.config)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, b""), out)
        self.assertEqual(self.box.read(self.config), b"[user]\n\tname = B\n")

    def test_what_was_changed_is_told_before_the_failure(self):
        for json in (False, True):
            self.manage("setup", status=0)
            self.box.folder("home", ".config", "hf-ssh", "known_hosts")
            if json:
                report = self.report("unsetup", "--purge", status=2)
                self.assertEqual((report["changed"], report["removed"]), (True, True))
                self.assertIn("known_hosts", report["error"]["message"])
            else:
                result = self.manage("unsetup", "--purge", status=2)
                self.assertIn("no longer git's ssh", result.words)
                self.assertIn("cannot remove", result.stderr)
            self.assertIsNone(self.command())

    def test_locked_for_a_moment(self):
        lock = self.box.write(self.config + ".lock", "")
        process = self.start_and_meet_the_lock("setup")
        os.remove(lock)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, b""), out)


class InterruptedTest(SetupCase):
    CONTENT = b"# mine\n[core]\n\tsshCommand = ssh -4\n"

    def killed(self, words, when, how=signal.SIGKILL):
        """Runs WORDS; at its write number WHEN the manager is sent HOW, before or after it."""
        count = self.box.path("count")
        git_that(self.box, """case "$*" in
"config --global --"*list*|"config --global --get"*|"config --file"*) ;;
"config --global "*) n=$(cat {0} 2>/dev/null || echo 0); n=$((n+1)); echo $n >{0}
  if [ $n = {1} ]; then kill -{2} $PPID; sleep 0.05; exit 1; fi
  if [ $n.5 = {1} ]; then $real "$@"; kill -{2} $PPID; sleep 0.05; exit 1; fi;;
esac""".format(count, when, how.value))
        result = self.box.run(os.path.join(self.box.bin, "git-hf-ssh"), *words)
        os.remove(os.path.join(self.box.bin, "git"))
        if os.path.exists(count):
            os.remove(count)
        return result

    def test_killed_in_setup(self):
        words = ("setup", "--push-over-ssh")
        for when in ("1", "1.5", "2", "2.5"):
            with self.subTest(when=when):
                self.box.write(self.config, self.CONTENT, 0o640)
                before = self.tree()
                self.assertEqual(self.killed(words, when).status, -signal.SIGKILL)
                self.assertIn(self.command(), ("ssh -4", os.path.join(
                    self.box.libexec, "ssh") + " --via 'ssh -4'"))
                self.manage("unsetup", status=0)
                self.assertEqual(self.tree(), before)

    def test_killed_in_unsetup(self):
        for when in ("1", "1.5", "2", "2.5"):
            with self.subTest(when=when):
                self.box.write(self.config, self.CONTENT)
                self.manage("setup", "--push-over-ssh", status=0)
                self.box.git("config", "--global", "user.name", "B")
                self.assertEqual(self.killed(("unsetup",), when).status, -signal.SIGKILL)
                self.manage("unsetup", status=0)
                self.assertEqual(self.box.read(self.config),
                                 self.CONTENT + b"[user]\n\tname = B\n")
                self.assertFalse(os.path.exists(self.state))

    def test_interrupted_at_the_terminal(self):
        """What was begun is ended; the signal acts then."""
        self.box.write(self.config, self.CONTENT)
        result = self.killed(("setup", "--push-over-ssh"), "1.5", signal.SIGINT)
        self.assertNotEqual(result.status, 0)
        self.manage("unsetup", status=0)
        self.assertEqual(self.command(), "ssh -4")


class AtOnceTest(SetupCase):
    def test_several_at_once(self):
        for content in (None, b"[core]\n\tsshCommand = ssh -4\n"):
            if content:
                self.box.write(self.config, content)
            before = self.tree()
            runs = [subprocess.Popen(
                ["git", "hf-ssh", "setup", "--push-over-ssh"], env=self.box.merged(None),
                cwd=self.box.work, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                for _ in range(6)]
            for run in runs:
                out, err = run.communicate(timeout=100)
                self.assertEqual((run.returncode, err), (0, b""), out)
            text = self.box.read(self.config).decode()
            self.assertEqual((text.count("sshCommand"), text.count("gitconfig-push")), (1, 1), text)
            runs = [subprocess.Popen(["git", "hf-ssh", "unsetup"], env=self.box.merged(None),
                                     cwd=self.box.work, stdout=subprocess.DEVNULL)
                    for _ in range(4)]
            self.assertEqual([run.wait(timeout=100) for run in runs], [0] * 4)
            self.assertEqual(self.tree(), before)


if __name__ == "__main__":
    unittest.main()
