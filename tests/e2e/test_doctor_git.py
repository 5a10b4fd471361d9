"""git hf-ssh doctor: git, what it runs as its ssh, and the ssh underneath. Each test breaks one
link, and that one alone is found."""

import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from checkup import CheckupCase      # noqa: E402
from standin import in_time  # noqa: E402

DIRECTLY = ("git-hf-ssh",)


class GitTest(CheckupCase):
    def test_all_is_well(self):
        checks = self.examine(status=0)
        self.assertEqual(self.troubles(checks), [])
        self.assertLess({"git", "registration", "overrides", "helper", "ssh", "ssh-configuration",
                         "connection", "settings", "environment", "git-lfs", "tokens", "memory"},
                        {check["name"] for check in checks})

    def test_no_git(self):
        check = self.only("git", program=DIRECTLY, env={"PATH": self.path_of("ssh", "git-lfs")})
        self.assertIn("git was not found on PATH", check["found"])
        self.assertEqual(check["fix"], "install git")

    def test_nothing_at_all(self):
        checks = self.examine(status=1, program=(os.path.join(self.box.bin, "git-hf-ssh"),),
                              env={"PATH": "/nonexistent", "HF_SSH_COMMAND": None})
        self.assertEqual([check["name"] for check in checks if check["result"] == "failure"],
                         ["git", "ssh"])

    def test_old_git(self):
        git = self.box.run("sh", "-c", "command -v git").stdout.strip()
        self.box.script("git", "#!/bin/sh\ntest \"$1\" = --version && "
                        "{ echo git version 2.20.1; exit; }\nexec %s \"$@\"\n" % git)
        check = self.only("git", program=DIRECTLY)
        self.assertIn("git 2.20.1", check["found"])
        self.assertIn("2.26", check["fix"])

    def test_not_git(self):
        self.box.script("git", "#!/bin/sh\necho hub version 3\n")
        self.assertIn("hub version 3", self.named(
            self.examine(status=1, program=DIRECTLY), "git")[0]["found"])

    def test_git_configuration_with_an_error(self):
        self.box.write(self.box.git_config, "[core]\n\tsshCommand = hf-ssh\n[broken\n")
        check = self.only("git-configuration", program=DIRECTLY)
        self.assertIn("bad config line 3", check["found"])
        self.assertEqual(check["fix"], '${EDITOR:-vi} +3 ~/.gitconfig')

    def test_repository_configuration_with_an_error(self):
        """git names the file from the top of the repository, wherever one stands."""
        self.box.git("init", "-q", "repo")
        config = self.box.write("repo/.git/config", "[core]\n\tbare = false\n[broken\n")
        self.box.folder("work", "repo", "below")
        for folder in ("repo", os.path.join("repo", "below")):
            with self.subTest(folder=folder):
                check = self.only("git-configuration", program=DIRECTLY, cwd=folder)
                self.assertEqual(check["fix"], "${EDITOR:-vi} +3 " + config)

    def test_repository_that_git_cannot_use(self):
        self.box.git("init", "-q", "repo")
        self.box.write("repo/.git/config", "[core]\n\trepositoryformatversion = 99\n")
        self.assertIn("99", self.only("git-configuration", program=DIRECTLY, cwd="repo")["found"])

    def test_repository_that_is_elsewhere(self):
        """A worktree, mounted into a container: everything else is well."""
        self.box.write("tree/.git", "gitdir: /nonexistent\n")
        check = self.only("git-configuration", "warning", program=DIRECTLY, cwd="tree")
        self.assertIn(".git here leads to /nonexistent", check["found"])

    def test_repository_of_somebody_else(self):
        """From below its top, in a folder with a space; and what is offered does fix it."""
        self.box.git("init", "-q", "a repo")
        below = os.path.join("a repo", "below")
        self.box.folder(self.box.path("work", below))
        stranger = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        check = self.only("git-configuration", program=DIRECTLY, cwd=below, env=stranger)
        self.assertEqual(check["fix"], "git config --global --add safe.directory '%s'"
                         % self.box.path("work", "a repo"))
        self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0, program=DIRECTLY, cwd=below, env=stranger)

    def test_git_in_another_language(self):
        git = self.box.run("sh", "-c", "command -v git").stdout.strip()
        self.box.script("git", "#!/bin/sh\n%s \"$@\" 2>errors && exit\nstatus=$?\n"
                        "[ -s errors ] || exit $status\n"
                        "[ \"$LC_ALL\" = C ] && cat errors >&2 || echo fatal: kein Repo >&2\n"
                        "exit $status\n" % git)
        self.examine("--offline", status=0, program=DIRECTLY,
                     env={"LC_ALL": None, "LANG": "de_DE.UTF-8", "LANGUAGE": "de"})

    def test_not_registered(self):
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        check = self.only("registration")
        self.assertIn("git runs ssh, by git's own default", check["found"])
        self.assertEqual(check["fix"], "git hf-ssh setup")

    def test_registered_and_gone(self):
        self.box.git("config", "--global", "core.sshCommand", "/gone/libexec/hf-ssh/ssh")
        check = self.only("registration")
        self.assertIn("/gone/libexec/hf-ssh/ssh", check["found"])
        self.assertIn("no such program", check["found"])
        self.assertEqual(check["fix"], "git hf-ssh setup")

    def test_helper(self):
        helper = os.path.join(self.box.libexec, "known-hosts")
        program = self.box.read(helper)
        os.remove(helper)
        self.assertIn("is not there", self.only("helper")["found"])
        self.box.write(helper, program, 0o644)
        check = self.only("helper")
        self.assertIn("cannot be executed", check["found"])
        self.box.run("sh", "-c", check["fix"], cwd=self.box.home)
        self.assertTrue(os.access(helper, os.X_OK))
        self.examine("--offline", status=0)


class OverridesTest(CheckupCase):
    """The four ways, and that what `fix` says does fix it."""

    def fixed(self, check, cwd=None, env=None):
        names = [name for name in (env or {}) if check["fix"] == "unset " + name]
        if names:
            env = {name: value for name, value in env.items() if name not in names}
        else:
            self.assert_ok(self.box.run("sh", "-c", check["fix"], cwd=cwd, env=env))
        self.examine("--offline", status=0, cwd=cwd, env=env)

    def test_git_ssh_command(self):
        env = {"GIT_SSH_COMMAND": "ssh -v"}
        check = self.only("overrides", env=env)
        self.assertIn("GIT_SSH_COMMAND", check["found"])
        self.fixed(check, env=env)

    def test_git_ssh_command_that_is_ours(self):
        self.assertEqual(self.troubles(self.examine("--offline", env={
            "GIT_SSH_COMMAND": "hf-ssh", "GIT_SSH": "/usr/bin/ssh"})), [])

    def test_git_ssh(self):
        env = {"GIT_SSH": "/usr/bin/ssh"}
        check = self.only("overrides", env=env)
        self.assertIn("git-lfs", check["found"])
        self.fixed(check, env=env)
        self.assertEqual(self.troubles(self.examine("--offline", env={"GIT_SSH": "hf-ssh"})), [])

    def test_own_command_of_the_repository(self):
        self.box.git("init", "-q", "repo")
        self.box.git("config", "core.sshCommand", "ssh -v", cwd="repo")
        check = self.only("overrides", cwd="repo")
        self.assertIn("ssh -v", check["found"])
        self.examine("--offline", status=0)

    def test_command_line(self):
        check = self.only("overrides", program=("git", "-c", "core.sshCommand=ssh", "hf-ssh"))
        self.assertIn("-c", check["fix"])

    def test_variant(self):
        for variant, result in (("tortoiseplink", "failure"), ("plink", "warning"),
                                ("simple", "warning")):
            with self.subTest(variant):
                env = {"GIT_SSH_VARIANT": variant}
                self.fixed(self.only("overrides", result, env=env), env=env)
                self.box.git("config", "--global", "ssh.variant", variant)
                self.fixed(self.only("overrides", result))
        for variant in ("ssh", "auto"):
            self.examine("--offline", status=0, env={"GIT_SSH_VARIANT": variant})


class ProgramsTest(CheckupCase):
    """Those that ignore core.sshCommand."""

    def programs(self, *names, **env):
        path = self.path_of("git", "ssh", "sh")
        folder = self.box.folder("more")
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
        for name in names:
            self.box.write(os.path.join(folder, name), "#!/bin/sh\n", 0o755)
        env["PATH"] = "%s:%s" % (path, folder)
        check, = self.named(self.examine("--offline", env=env), "programs")
        return check

    def test_programs(self):
        self.assertEqual(self.programs()["result"], "ok")
        for name in ("go", "yarn", "ansible", "dulwich", "git-annex"):
            check = self.programs(name)
            self.assertEqual((check["result"], name in check["found"]), ("warning", True), check)
            self.assertIn("setup --print-env", json.dumps(check["fix"]))
        self.assertEqual(self.programs("go", GIT_SSH_COMMAND="hf-ssh")["result"], "ok")
        self.assertEqual(self.programs("git-annex", GIT_SSH_COMMAND="hf-ssh")["result"], "warning")

    def test_npm(self):
        """It reads ~/.gitconfig alone, and follows no include."""
        here = os.path.join(self.box.home, ".gitconfig")
        self.box.write(here + ".more", self.box.read(self.box.git_config))
        self.box.write(self.box.git_config, "[include]\n\tpath = %s.more\n" % here)
        if os.path.exists(here) and here != self.box.git_config:
            os.remove(here)
        self.assertEqual(self.programs("npm")["result"], "warning")
        self.box.write(here, "[core]\n\tsshCommand = ssh\n[include]\n\tpath = %s.more\n" % here)
        self.assertEqual(self.programs("npm")["result"], "ok")


class SshTest(CheckupCase):
    def via(self, command):
        return {"env": {"HF_SSH_COMMAND": command}}

    def test_no_ssh(self):
        check = self.only("ssh", env={"HF_SSH_COMMAND": None, "HF_SSH_TRANSPORT": "openssh",
                                      "PATH": self.path_of("git", "git-lfs", "sh")})
        self.assertIn("no ssh was found on PATH", check["found"])
        self.assertIn("install OpenSSH", check["fix"])

    def test_no_such_ssh(self):
        check = self.only("ssh", **self.via("/gone/ssh"))
        self.assertIn("HF_SSH_COMMAND: no such program: /gone/ssh", check["found"])

    def test_what_cannot_be_run(self):
        self.assertIn("unbalanced", self.only("ssh", **self.via("ssh 'x"))["found"])
        self.assertIn("leads back to hf-ssh", self.only("ssh", **self.via("hf-ssh"))["found"])

    def test_piece_of_shell(self):
        check = self.only("connection", **self.via(self.box.ssh_command() + "; true"))
        self.assertIn("more than an ssh with options", check["found"])

    def other_ssh(self, version):
        return self.box.script("other-ssh", "#!/bin/sh\ntest \"$1\" = -V && "
                               "{ echo '%s' >&2; exit; }\nexec ssh \"$@\"\n" % version)

    def test_old_ssh(self):
        for version in ("OpenSSH_7.2p2 Ubuntu-4, OpenSSL 1.0.2g", "OpenSSH_7.5p1, LibreSSL 2.5"):
            other = self.other_ssh(version)
            check = self.only("ssh", **self.via(self.box.ssh_command().replace("ssh", other, 1)))
            self.assertIn("7.6", check["fix"])
        self.other_ssh("OpenSSH_7.6p1, OpenSSL 1.0.2n")
        self.examine("--offline", status=0,
                     **self.via(self.box.ssh_command().replace("ssh", other, 1)))

    def test_other_ssh(self):
        other = self.other_ssh("plink: Release 0.78")
        check = self.only("ssh", "warning",
                          **self.via(self.box.ssh_command().replace("ssh", other, 1)))
        self.assertIn("prints: plink: Release 0.78", check["found"])

    def test_configuration_with_an_error(self):
        for line, text in (("Nonsense yes", "Bad configuration option: nonsense"),
                           ("Port abc", "Bad port 'abc'")):
            with self.subTest(line):
                self.box.write(self.box.ssh_config, "# one\n\nHost x\n    %s\n" % line)
                check = self.only("ssh-configuration")
                self.assertIn("line 4: " + text, check["found"])
                self.assertEqual(check["fix"], '${EDITOR:-vi} +4 ' + self.box.ssh_config)

    def test_option_with_an_error(self):
        check = self.only("ssh-configuration",
                          **self.via(self.box.ssh_command() + " -o Nonsense=yes"))
        self.assertIn("an option in HF_SSH_COMMAND: Bad configuration option", check["found"])

    def test_configuration_that_others_can_write(self):
        self.box.own_passwd_entry()
        config = os.path.join(self.box.home, ".ssh", "config")
        self.box.write(config, "Host *\n    User git\n", 0o666)
        check = self.only("ssh-configuration", **self.via("ssh"))
        self.assertEqual(check["found"], "bad owner or permissions on ~/.ssh/config")
        self.assertEqual(check["fix"], "chmod go-w ~/.ssh/config")
        os.chmod(config, 0o644)
        self.examine("--offline", status=0, **self.via("ssh"))

    def test_ssh_that_says_nothing(self):
        """A failure before any warning, and what shows more of it."""
        self.box.git("config", "--global", "--remove-section", "filter.lfs")
        for command, said in (("exec sleep 60", "did not answer"), ("exit 1", "without a message")):
            with self.subTest(command):
                silent = self.box.script("silent", "#!/bin/sh\n%s\n" % command)
                started = time.monotonic()
                report = self.report("doctor", "--offline", status=1, **self.via(silent + " -4"))
                self.assertLess(time.monotonic() - started, in_time(14))
                self.assertIn(said, self.named(report["checks"], "ssh-configuration")[0]["found"])
                self.assertEqual(report["first"], {"check": "ssh-configuration",
                                                   "fix": {"command": silent +
                                                                       " -4 -v -G git@hf.co"}})

    def test_connection_that_hf_ssh_refuses(self):
        check = self.only("connection", env={"HF_SSH_TRANSPORT": "pigeon"})
        self.assertIn("HF_SSH_TRANSPORT takes", check["found"])
        self.assertEqual(check["fix"], "unset HF_SSH_TRANSPORT")
        for name, where in (("transport", "connection"), ("reuse", "settings")):
            self.box.git("config", "--global", "hf-ssh." + name, "pigeon")
            check = self.only(where)
            self.assertIn("hf-ssh.%s takes" % name, check["found"])
            self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0)


if __name__ == "__main__":
    unittest.main()
