"""git hf-ssh setup: what it writes, keeps, declines, warns of and says."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase      # noqa: E402
from standin.run import git_version   # noqa: E402


def npm_finds_command(text):
    """As npm 11.19 reads ~/.gitconfig: the ini package 6 (lib/ini.js, decode)."""
    section, found = None, {}
    for line in re.split(r"[\r\n]+", text):
        if not line or re.match(r"\s*[;#]|\s*$", line):
            continue
        match = re.match(r"\[([^\]]*)\]\s*$|([^=]+)(=.*)?$", line)
        if match and match.group(1) is not None:
            section = match.group(1).strip()
        elif match:
            found.setdefault(section, set()).add(match.group(2).strip())
    return "sshCommand" in found.get("core", ())


class NpmTest(SetupCase):
    """npm sets GIT_SSH_COMMAND with accept-new unless it finds a core.sshCommand, and its reader of
    ~/.gitconfig is not git's: after setup it has to find one, whatever is in the file."""

    FILES = ("", "[Core]\n\teditor = ed\n", "[core] ; mine\n\teditor = ed\n",
             "[core]\teditor = ed\n", "  [core]\n\teditor = ed\n", "[CORE]\r\n\teditor = ed\r\n",
             "[core]\n\teditor = ed\n[Core]\n\tpager = cat\n", "\ufeff[core]\n\teditor = ed\n",
             "[core]\n\teditor = ed\n[user]\n\tname = A\n[core] # again\n\tpager = cat\n",
             "[core]\n\teditor = ed # no end", "[Core]\n\tsshCommand = ssh -4\n",
             "[core]\n\tSSHCOMMAND = ssh -4\n", "[core] sshCommand = ssh -4\n",
             "[core]\n\tsshcommand = ssh\n", "[core]\r\n\tsshCommand = ssh -4\r\n")

    def test_finds_a_command(self):
        npm = {"PATH": "%s:%s" % (os.path.dirname(self.box.script("npm", "#!/bin/sh\n")),
                                  self.box.env["PATH"])}
        for text in self.FILES:
            with self.subTest(text=text):
                self.box.write(self.config, text.encode())
                before = self.settings()
                for already in (False, True):
                    result = self.manage("setup", status=0)
                    self.assertEqual("already" in result.stdout, already)
                    self.assertTrue(npm_finds_command(self.box.read(self.config).decode()))
                    self.assertIn("hf-ssh/ssh", self.command())
                    self.assertEqual("--via" in self.command(), "sshcommand" in text.lower())
                checks = self.report("doctor", "--offline", env=npm)["checks"]
                programs = [check["found"] for check in checks if check["name"] == "programs"]
                self.assertEqual(["npm" in found for found in programs], [False])
                self.manage("unsetup", status=0)
                self.assertEqual(sorted(self.settings()), sorted(before))

    def test_another_file(self):
        """setup writes to the file that is there, and says that npm does not read it."""
        npm = {"PATH": "%s:%s" % (os.path.dirname(self.box.script("npm", "#!/bin/sh\n")),
                                  self.box.env["PATH"])}
        self.box.write(self.xdg, "[user]\n\tname = A\n")
        result = self.manage("setup", env=npm, status=0)
        said = " ".join(result.stderr.replace("hf-ssh:", "").split())
        self.assertIn("npm reads no core.sshCommand but that of ~/.gitconfig", said)
        self.assertIn("hint: for npm: git hf-ssh setup --print-env", result.stderr)
        checks = self.report("doctor", "--offline", env=npm)["checks"]
        fix = [check["fix"] for check in checks if check["name"] == "programs"]
        self.assertIn("--print-env", json.dumps(fix))

    def test_a_registration_that_it_does_not_see(self):
        """As an earlier setup left it."""
        for text in ("[Core]\n\tsshCommand = ssh\n[include]\n\tpath = %s\n" % self.include,
                     "[Core]\n\tsshCommand = %s --via 'ssh -4'\n" % self.libexec()):
            with self.subTest(text=text):
                self.box.write(self.config, text)
                self.assertFalse(npm_finds_command(text))
                self.manage("setup", status=0)
                self.assertTrue(npm_finds_command(self.box.read(self.config).decode()))
                self.assertIn("hf-ssh/ssh", self.command())


class WritesTest(SetupCase):
    def test_include_and_clone(self):
        result = self.manage("setup", status=0)
        self.assertIn("core.sshCommand is ssh, then", result.words)
        self.assertNotIn("git config", result.stdout)
        self.assertEqual(self.box.read(self.config).decode(),
                         "[core]\n\tsshCommand = ssh\n[include]\n\tpath = %s\n" % self.include)
        self.assertEqual((self.command(), result.stderr), (self.libexec(), ""))
        self.box.git("clone", "-q", "git@hf.co:alice/model")
        self.assertEqual(self.last()["account"], "alice")

    def test_twice_changes_nothing(self):
        for content in (None, "[core]\n\tsshCommand = ssh -4\n"):
            if content:
                self.box.write(self.config, content)
            self.manage("setup", "--push-over-ssh", status=0)
            before = self.tree()
            result = self.manage("setup", "--push-over-ssh", status=0)
            self.assertIn("already", result.stdout)
            self.assertEqual(self.tree(), before)
            self.manage("unsetup", status=0)

    def test_more_later_and_all_back(self):
        self.box.write(self.config, "# mine\n[user]\n\tname = A\n")
        before = self.tree()
        for options in ((), ("--push-over-ssh",), ("--verbose",)):
            self.manage("setup", *options, status=0)
        self.manage("unsetup", status=0)
        self.assertEqual(self.tree(), before)

    def test_former_commands_are_kept(self):
        """In any quoting that git takes: with hf-ssh in front it does as before."""
        box = self.box
        box.write(box.path("home", "a b", "it's"), box.read(box.ssh_config))
        path = box.path("home", "a b", "it's")
        for command in ("ssh -F \"%s\"" % path, "ssh -F '%s'" % path.replace("'", "'\\''"),
                        "ssh -F %s" % path.replace(" ", "\\ ").replace("'", "\\'"),
                        "ssh -F \"$HOME/a b/it's\"", "ssh -F ~/'a b'/\"it's\"",
                        "exec ssh -F ~/a\\ b/it\\'s", "env X=1 ssh -4 -F ~/\"a b\"/it*",
                        "X='a b' ssh -F \"$HOME/a b/it's\""):
            with self.subTest(command=command):
                box.git("config", "--global", "core.sshCommand", command)
                report = self.report("setup", status=0, env={"HF_SSH_COMMAND": None})
                self.assertEqual(report["via"], command)
                box.run("rm", "-rf", box.path("work", "model"))
                box.git("clone", "-q", "git@hf.co:alice/model", env={"HF_SSH_COMMAND": None})
                self.assertEqual(self.last()["account"], "alice")
                self.manage("unsetup", status=0)
                self.assertEqual(self.command(), command)

    def test_repository_keeps_what_counted_there(self):
        self.box.git("config", "--global", "core.sshCommand", "ssh -4")
        self.box.git("init", "-q", "repo")
        self.manage("setup", "--local", status=0, cwd="repo")
        self.assertEqual(self.command(cwd="repo"), self.libexec() + " --via 'ssh -4'")
        self.box.git("config", "--local", "user.name", "B", cwd="repo")
        self.manage("unsetup", "--local", status=0, cwd="repo")
        self.assertEqual(self.box.git("config", "--local", "core.sshCommand", check=False,
                                      cwd="repo").stdout, "")
        self.assertIn("not in a git repository",
                      self.manage("setup", "--local", status=2).stderr)

    def test_declined(self):
        for command, told in (("plink -batch", "plink"), ("'C:/Program Files/TortoisePlink.exe'",
                              "PuTTY"), ("PLINK.EXE", "plink"),
                              ("ssh -4; true", "piece of shell"), ("ssh \"$@\" #", "piece of shell"),
                              ("ssh -F 'a", "piece of shell"), ("ssh.exe -4", "of Windows"),
                              ("flatpak-spawn --host ssh", "outside of this"), ("f() { ssh \"$@\"; }; f", "shell")):
            with self.subTest(command=command):
                self.box.git("config", "--global", "core.sshCommand", command)
                before = self.tree()
                result = self.manage("setup", status=2)
                self.assertIn(told, result.stderr)
                self.assertEqual((self.tree(), result.stdout), (before, ""))
        self.box.git("config", "--global", "core.sshCommand", "my-ssh")
        self.box.git("config", "--global", "ssh.variant", "tortoiseplink")
        self.assertIn("ssh.variant", self.manage("setup", status=2).stderr)
        self.box.git("config", "--global", "ssh.variant", "ssh")
        self.manage("setup", status=0)
        self.manage("unsetup", status=0)
        self.assertIn("ssh.variant", self.manage("setup", status=2,
                                                 env={"GIT_SSH_VARIANT": "simple"}).stderr)

    def test_dry_run_prints_what_setup_does(self):
        for content in ("", "[core]\n\tsshCommand = ssh -F 'a  b'\n\tsshCommand = ssh \\\"x\\\"\n",
                        "[include]\n\tpath = /old/share/hf-ssh/gitconfig\n"):
            with self.subTest(content=content):
                self.box.write(self.config, content)
                before = self.tree()
                words = ("setup", "--push-over-ssh")
                dry = self.manage(*words, "--dry-run", status=0)
                self.assertEqual((self.tree(), dry.stderr), (before, ""))
                report = self.report(*words, "--dry-run", status=0)
                self.assertEqual([change["command"] for change in report["changes"]],
                                 [line for line in dry.stdout.splitlines() if line])
                said = self.manage(*words, "--verbose", status=0).stdout
                done = self.tree()
                self.box.write(self.config, content)
                self.box.run("sh", "-c", "umask 077\n" + dry.stdout)
                self.assertEqual(self.tree(), done)
                self.assertEqual([change["command"] for change in report["changes"]],
                                 [line for line in said.splitlines()
                                  if line.startswith("git config")])

    def test_print_env(self):
        result = self.manage("setup", "--print-env", status=0)
        self.assertEqual(result.stdout.splitlines()[0], "export GIT_SSH_COMMAND=" + self.libexec())
        fish = self.manage("setup", "--print-env", "--shell", "fish", status=0).stdout
        self.assertEqual(fish.splitlines()[0], "set -gx GIT_SSH_COMMAND '%s'" % self.libexec())
        self.manage("setup", "--print-env", "--shell", "cmd", status=129)
        path = self.report("setup", "--print-env", "--shell", "sh", status=0)["path_line"]
        self.assertEqual(self.box.run("sh", "-c", path + "\ncommand -v ssh").stdout,
                         self.libexec() + "\n")
        self.assertEqual(result.stderr, "")
        self.assertFalse(os.path.exists(self.config))
        self.box.git("config", "--global", "core.sshCommand", self.box.ssh_command())
        line = self.report("setup", "--print-env", status=0)["line"]
        self.box.run("sh", "-c", line + "\nexec git clone -q git@hf.co:alice/model",
                     env={"HF_SSH_COMMAND": None})
        self.assertEqual(self.last()["account"], "alice")
        line = self.manage("setup", "--print-env", env={"GIT_SSH_COMMAND": "ssh -6"}).stdout
        self.assertIn("ssh -6", line)

    def test_push_over_ssh(self):
        self.manage("setup", "--push-over-ssh", status=0)
        self.box.git("init", "-q", "repo")
        for path in ("alice/model", "datasets/alice/data", "spaces/alice/app", "gpt2", "a/b.git"):
            for page in ("https://huggingface.co/", "https://hf.co/"):
                self.box.git("remote", "add", "x", page + path, cwd="repo")
                push = self.box.git("remote", "get-url", "--push", "x", cwd="repo").stdout
                fetch = self.box.git("remote", "get-url", "x", cwd="repo").stdout
                self.assertEqual((push, fetch), ("git@hf.co:%s\n" % path, page + path + "\n"))
                self.box.git("remote", "remove", "x", cwd="repo")


class UpgradeTest(SetupCase):
    def test_older_paths_are_replaced(self):
        old = self.copy_of_prefix("old")
        ssh, include = (os.path.join(old, *names) for names in (
            ("libexec", "hf-ssh", "ssh"), ("share", "hf-ssh", "gitconfig")))
        for content, kept in (
                ("[include]\n\tpath = %s\n" % include, None),
                ("[include]\n\tpath = /gone/share/hf-ssh/gitconfig\n", None),
                ("[core]\n\tsshCommand = %s\n" % ssh, None),
                ("[core]\n\tsshCommand = /gone/libexec/hf-ssh/ssh\n", None),
                ("[core]\n\tsshCommand = /gone/libexec/hf-ssh/ssh --via 'ssh -4'\n", "ssh -4"),
                ("[core]\n\tsshCommand = %s --via 'ssh -4'\n" % ssh, "ssh -4"),
                ("[include]\n\tpath = %s\n[core]\n\tsshCommand = ssh -4\n" % include, "ssh -4")):
            with self.subTest(content=content):
                self.box.write(self.config, content)
                self.manage("setup", status=0)
                command, text = self.command(), self.box.read(self.config).decode()
                self.assertIn(self.box.prefix, command)
                self.assertNotIn(old, text)
                self.assertNotIn("/gone", text)
                self.assertEqual(text.count("/hf-ssh/"), 1, text)
                self.assertEqual(kept and "--via '%s'" % kept in command, kept and True)
                self.manage("unsetup", status=0)
                self.assertEqual(self.command(), kept)

    def test_from_one_prefix_to_another_and_back_to_the_beginning(self):
        old = self.copy_of_prefix("old")
        for content in (b"[user]\n\tname = A", b"[core]\n\tsshCommand = ssh -4\n"):
            self.box.write(self.config, content)
            self.in_prefix(old, "setup", status=0)
            self.assertIn(old, self.command())
            self.manage("setup", status=0)
            self.assertNotIn(old, self.command())
            self.manage("unsetup", status=0)
            self.assertEqual(self.box.read(self.config), content.rstrip() + b"\n")

    def test_moved_tree(self):
        moved = self.box.path("moved")
        os.rename(self.copy_of_prefix("old"), moved)
        report = json.loads(self.in_prefix(moved, "setup", "--json", status=0).stdout)
        self.assertIn("moved", report["note"])
        self.assertEqual(self.command(), os.path.join(moved, "libexec", "hf-ssh", "ssh"))
        self.box.git("clone", "-q", "git@hf.co:alice/model")

    def test_linked_bin(self):
        """A bin directory of links into one with a version in its name: the include through it."""
        linked = self.box.path("linked")
        for name in ("bin/git-hf-ssh", "bin/hf-ssh", "share/hf-ssh/gitconfig"):
            path = os.path.join(linked, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(os.path.join(self.box.prefix, name), path)
        self.in_prefix(linked, "setup", status=0)
        self.assertIn(linked + "/share/hf-ssh/gitconfig", self.box.read(self.config).decode())
        self.assertIn("already", self.in_prefix(linked, "setup", status=0).stdout)

    def test_package_removed(self):
        """git passes over the include: it has the ssh it had before."""
        self.manage("setup", status=0)
        self.box.run("rm", "-rf", self.box.prefix)
        self.assertEqual(self.command(), "ssh")
        self.box.git("ls-remote", "git@hf.co:alice/model",
                     env={"GIT_SSH_COMMAND": self.box.ssh_command(self.box.plain_config)})
        self.box.script("ssh", "#!/bin/sh\nexec %s/ssh -F %s \"$@\"\n" % (
            os.path.dirname(self.box.run("sh", "-c", "command -v ssh").stdout.strip()),
            self.box.plain_config))
        self.box.git("ls-remote", "git@hf.co:alice/model")


class NeighboursTest(SetupCase):
    """core.sshCommand in files that the configuration includes."""

    def setUp(self):
        super().setUp()
        self.box.write(self.box.path("home", "work.config"), "[core]\n\tsshCommand = ssh -4\n")
        self.box.git("init", "-q", self.box.path("home", "projects", "repo"))
        self.repo = self.box.path("home", "projects", "repo")

    CONDITION = "[includeIf \"gitdir:~/projects/\"]\n\tpath = work.config\n"

    def test_included_is_kept(self):
        self.box.write(self.config, "[include]\n\tpath = work.config\n")
        before = self.tree()
        self.manage("setup", status=0)
        self.assertIn("--via 'ssh -4'", self.command())
        self.manage("unsetup", status=0)
        self.assertEqual(self.tree(), before)

    def test_included_after_core(self):
        """git adds a line to the section that is there, where the include would still win."""
        self.box.write(self.config, "[core]\n\teditor = ed\n[include]\n\tpath = work.config\n")
        before = self.tree()
        self.manage("setup", status=0)
        self.assertIn("--via 'ssh -4'", self.command())
        self.manage("unsetup", status=0)
        self.assertEqual(self.tree(), before)

    def test_include_before_core(self):
        """The section of the new include is there, before the one of the new command."""
        for more in ("", "[core]\n\tpager = cat\n", "[include]\n\tpath = ~/none\n"):
            with self.subTest(more=more):
                self.box.write(self.config,
                               "[include]\n\tpath = ~/none\n[core]\n\teditor = ed\n" + more)
                before = self.tree()
                self.manage("setup", status=0)
                self.assertTrue(self.command().endswith("/hf-ssh/ssh"))
                self.assertIn("core.sshcommand\nssh", self.settings())
                self.manage("unsetup", status=0)
                self.assertEqual(self.tree(), before)

    def test_command_that_git_reads_later(self):
        """In a file that only git finds: GIT_CONFIG_GLOBAL of a wrapper around git."""
        git = self.box.run("sh", "-c", "command -v git").stdout.strip()
        self.box.script("git", "#!/bin/sh\ncase \"$*\" in *--show-origin*core*) "
                               "exec %s -c include.path=x \"$@\";; esac\n"
                               "exec %s \"$@\"\n" % (git, git))
        self.manage("setup", status=0)
        self.assertTrue(self.command().endswith("/hf-ssh/ssh"))

    def test_conditional_is_not_hidden(self):
        self.box.write(self.config, "[core]\n\teditor = ed\n" + self.CONDITION)
        result = self.manage("setup", status=0)
        self.assertIn("includeif.gitdir:~/projects/.path", result.stderr)
        self.assertIn("hf-ssh", self.command())
        self.assertEqual(self.command(cwd=self.repo), "ssh -4")

    def test_conditional_that_would_be_hidden(self):
        self.box.write(self.config, self.CONDITION)
        before = self.tree()
        result = self.manage("setup", status=2)
        self.assertIn("at the beginning", result.stderr)
        self.assertEqual(self.tree(), before)
        lines = [line[len("hint: "):] for line in result.stderr.splitlines()
                 if line.startswith("hint: ")][1:]
        self.box.write(self.config, "\n".join(lines) + "\n" + self.CONDITION)
        self.assertIn("already", self.manage("setup", status=0).stdout)
        self.assertEqual(self.command(cwd=self.repo), "ssh -4")


class TellsTest(SetupCase):
    def test_overrides(self):
        self.box.git("init", "-q", "repo")
        self.box.git("config", "core.sshCommand", "ssh -i /runner/key", cwd="repo")
        for env, cwd, name, remedy in (
                ({"GIT_SSH_COMMAND": "ssh -6"}, None, "GIT_SSH_COMMAND", "unset GIT_SSH_COMMAND"),
                ({"GIT_SSH": "/usr/bin/ssh"}, None, "GIT_SSH", "unset GIT_SSH"),
                ({}, "repo", "core.sshCommand", "git hf-ssh setup --local"),
                ({"GIT_SSH_VARIANT": "plink"}, None, "GIT_SSH_VARIANT", "unset GIT_SSH_VARIANT"),
                ({"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "ssh.variant",
                  "GIT_CONFIG_VALUE_0": "putty"}, None, "ssh.variant", "GIT_CONFIG_COUNT"),
                ({"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.sshCommand",
                  "GIT_CONFIG_VALUE_0": "ssh -6"}, None, "core.sshCommand", "GIT_CONFIG_COUNT")):
            if "GIT_CONFIG_COUNT" in env and git_version() < (2, 31):
                continue
            with self.subTest(name=name, cwd=cwd):
                report = self.report("setup", status=0, env=env, cwd=cwd)
                self.assertEqual([found["name"] for found in report["overrides"]], [name])
                self.assertIn(remedy, "".join(report["overrides"][0]["fix"].values()))
                result = self.manage("setup", status=0, env=env, cwd=cwd)
                self.assertIn("warning: " + report["overrides"][0]["text"], result.stderr)
        quiet = {"GIT_SSH_COMMAND": "hf-ssh", "GIT_SSH": "/usr/bin/ssh"}
        self.assertEqual(self.report("setup", status=0, env=quiet)["overrides"], [])
        self.assertEqual(self.report("setup", status=0)["overrides"], [])

    def test_not_registered_is_mended_without_a_loss(self):
        """A former command that stands there is setup's to keep."""
        self.box.git("config", "--global", "core.sshCommand", "ssh -4")
        result = self.manage("explain", "git@hf.co:alice/model")
        self.assertIn("hint: register it: git hf-ssh setup\n", result.stderr)
        self.assertNotIn("git config", result.stderr)

    def test_remedies_mend(self):
        for folder in ("repo", os.path.join("other", "deep")):
            with self.subTest(folder=folder):
                self.box.git("init", "-q", folder.split(os.sep)[0])
                self.box.folder("work", folder)
                self.box.git("config", "core.sshCommand", "ssh -4", cwd=folder)
                self.box.git("config", "ssh.variant", "simple", cwd=folder)
                report = self.report("setup", status=0, cwd=folder)
                self.assertEqual(len(report["overrides"]), 2)
                self.box.run("sh", "-c", report["overrides"][1]["fix"]["command"], cwd=folder)
                self.box.run("sh", "-c", report["overrides"][0]["fix"]["command"], cwd=folder)
                self.assertEqual(self.report("setup", status=0, cwd=folder)["overrides"], [])
                self.assertIn("--via 'ssh -4'", self.command(cwd=folder))

    def test_text_and_json_agree(self):
        self.box.write(self.config, "[core]\n\tsshCommand = ssh -4\n")
        report = self.report("setup", status=0)
        self.assertEqual((report["scope"], report["file"], report["changed"], report["via"]),
                         ("global", self.config, True, "ssh -4"))
        undone = self.report("unsetup", status=0)
        self.assertEqual((undone["changed"], undone["removed"]), (True, False))
        text = self.manage("setup", "--verbose", status=0).stdout
        for change in report["changes"]:
            self.assertIn(change["command"], text)
        self.assertIn("ssh -4", text)
        undone = self.manage("unsetup", "--verbose", status=0)
        self.assertIn("only hf-ssh's lines", undone.words)
        self.assertIn("git config --global --replace-all core.sshCommand 'ssh -4'", undone.stdout)
        self.assertFalse(self.report("unsetup", status=0)["changed"])
        self.assertIn("not registered", self.manage("unsetup", status=0).words)

    def test_ssh_that_cannot_run_our_helper(self):
        """ssh.exe under WSL, and a wrapper that leaves a container."""
        for text in ("#!/bin/sh\n# not docker\nexec flatpak-spawn --host ssh \"$@\"\n",
                     "#!/bin/sh\nexec /mnt/c/Windows/System32/OpenSSH/ssh.exe \"$@\"\n"):
            self.box.script("ssh", text)
            result = self.manage("setup", status=2, env={"HF_SSH_COMMAND": None})
            self.assertIn("cannot run hf-ssh's check", result.stderr)
            self.assertFalse(os.path.exists(self.config))
        self.box.git("config", "--global", "hf-ssh.transport", "native")
        self.manage("setup", status=0, env={"HF_SSH_COMMAND": None})

    def test_terminal_ends_with_the_next_step(self):
        for prepare, text in (
                (lambda: None, "git hf-ssh whoami --all"),
                (lambda: self.manage("whoami", "--all", status=0), "known on hf.co: alice")):
            prepare()
            terminal = self.box.terminal("git", "hf-ssh", "setup")
            self.assertEqual(terminal.wait(60), 0)
            self.assertIn(text, terminal.screen)
            terminal.close()

    def test_without_a_key_it_offers_to_make_one(self):
        for end in ("", ".pub"):
            os.remove(self.box.key.path + end)
        for answer, text in (("n\n", "git hf-ssh keys new"), ("\n", "passphrase")):
            terminal = self.box.terminal("git", "hf-ssh", "setup")
            self.assertTrue(terminal.expect("[Y/n]", 60), terminal.screen)
            terminal.send(answer)
            self.assertTrue(terminal.expect(text, 60), terminal.screen)
            terminal.close()

    def test_purge(self):
        box = self.box
        self.manage("setup", status=0)
        self.manage("whoami", "--all", status=0)
        trusted = box.write(box.path("home", ".config", "hf-ssh", "known_hosts"), "# mine\n")
        box.write(os.path.join(self.state, "identities", "SHA256-%s.pub" % ("x" * 43)), "x\n")
        box.git("config", "--global", "hf-ssh.acme.identity", "~/.ssh/id_ed25519")
        report = self.report("unsetup", "--purge", status=0)
        self.assertEqual(len(report["purged"]), 3)
        self.assertFalse(os.path.exists(trusted) or os.path.exists(self.state))
        self.assertIn("~/.ssh/id_ed25519", box.read(self.config).decode())
        result = self.manage("unsetup", "--purge", status=0)
        self.assertNotIn("removed:", result.stdout)
        self.assertIn("hf-ssh.acme.identity", result.stderr)

    def test_purge_takes_away_what_hf_ssh_wrote(self):
        """Nothing through a link, and nothing of others beside its own files."""
        box = self.box
        ours = "SHA256-%s.pub" % ("x" * 43)
        for name in (ours, "thesis.txt"):
            box.write(box.path("home", "docs", name), "mine\n")
        identities = os.path.join(self.state, "identities")
        os.makedirs(self.state)
        os.symlink(box.path("home", "docs"), identities)
        result = self.manage("unsetup", "--purge", status=0)
        self.assertEqual(sorted(os.listdir(box.path("home", "docs"))), [ours, "thesis.txt"])
        self.assertIn("and stays", result.stderr)
        self.assertNotIn("removed:", result.stdout)
        os.remove(identities)
        os.rename(box.path("home", "docs"), identities)
        result = self.manage("unsetup", "--purge", status=0)
        self.assertEqual(os.listdir(identities), ["thesis.txt"])
        self.assertIn("removed:", result.stdout)
        self.assertIn("identities stays", result.stderr)

    def test_usage(self):
        self.manage("setup", "--global", "--local", status=129)
        self.manage("unsetup", "--system", "--global", status=129)
        self.manage("setup", "x", status=129)
        for option in ("--dry-run", "--push-over-ssh"):
            result = self.manage("setup", "--print-env", option, status=129)
            self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
