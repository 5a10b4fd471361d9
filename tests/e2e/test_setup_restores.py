"""git hf-ssh setup and unsetup: whatever git's configuration was, git reads the same again, and every
other line of the file is untouched."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase      # noqa: E402
from standin.run import git_version   # noqa: E402

NO_SYSTEM = unittest.skipIf(git_version() < (2, 32), "this git knows no GIT_CONFIG_SYSTEM")

# Content, mode.
CONFIGURATIONS = {
    "empty": (b"", 0o644),
    "one newline": (b"\n", 0o644),
    "comments": (b"# mine\n[user]\n\tname = A ; why not\n\n; end of it\n", 0o644),
    "comment in an empty section": (b"[core]\n\t# nothing yet\n[user]\n\tname = A\n", 0o644),
    "0600": (b"[user]\n\tname = A\n", 0o600),
    "0640": (b"[user]\n\tname = A\n", 0o640),
    "0444": (b"[user]\n\tname = A\n", 0o444),
    "crlf": (b"[user]\r\n\tname = A\r\n[core]\r\n\tautocrlf = true\r\n", 0o644),
    "crlf and a command": (b"[core]\r\n\tsshCommand = ssh -4\r\n", 0o644),
    "no newline at the end": (b"[user]\n\tname = A", 0o644),
    "no newline after the section": (b"[core]", 0o644),
    "core": (b"[core]\n\teditor = ed\n[user]\n\tname = A\n", 0o644),
    "core twice": (b"[core]\n\teditor = ed\n[user]\n\tname = A\n[core]\n\tpager = cat\n", 0o644),
    "CORE": (b"[CORE]\n\tEDITOR=ed\n", 0o644),
    "section and line in one": (b"[core] sshcommand = ssh -4 # all mine\n", 0o644),
    "sshcommand": (b"[core]\n  sshcommand=ssh -4\n", 0o644),
    "SSHCOMMAND": (b"[Core]\n\tSSHCOMMAND   =   ssh -4   \n", 0o644),
    "quoted": (b"[core]\n\tsshCommand = \"ssh -F '/a b/c'\"\n", 0o644),
    "quoted in pieces": (b"[core]\n\tsshCommand = ssh\" \"-F \\\"/a b\\\" ; so\n", 0o644),
    "backslashes": (b"[core]\n\tsshCommand = \"ssh -F /a\\\\ b\"\n", 0o644),
    "folded line": (b"[core]\n\tsshCommand = ssh \\\n\t\t-4 \\\n\t\t-C\n", 0o644),
    "the command twice": (b"[core]\n\tsshCommand = ssh -4\n\tsshCommand = ssh -6\n", 0o644),
    "the same command twice": (b"[core]\n\tsshCommand = ssh -4\n[core]\n\tsshCommand = ssh -4\n",
                               0o644),
    "a command of nothing": (b"[core]\n\tsshCommand =\n", 0o644),
    "include": (b"[include]\n\tpath = ~/more\n[user]\n\tname = A\n", 0o644),
    "includeIf": (b"[includeIf \"gitdir:~/projects/\"]\n\tpath = work.config\n", 0o644),
    "include of what is not there": (b"[include]\n\tpath = /nowhere/at/all\n", 0o600),
    "byte order mark": (b"\xef\xbb\xbf[user]\n\tname = A\n", 0o644),
    "unicode": ("[user]\n\tname = Zoë 🤗\n# ünï\n".encode(), 0o644),
    "not utf-8": (b"[user]\n\tname = Zo\xeb\n", 0o644),
    "deep": (b"[url \"git@x:\"]\n\tinsteadOf = \"x:\"\n[core \"a.b\"]\n\tsshCommand = no\n", 0o644),
    "very long": (b"[alias]\n" + b"".join(b"\ta%d = log %s\n" % (i, b"x" * 200)
                                          for i in range(3000)), 0o644),
    "push urls": (b"[url \"git@hf.co:\"]\n\tpushInsteadOf = https://hf.co/\n", 0o644),
    "tabs and blanks": (b"  [core]\n\n\n        editor=ed\n   \t\n\t[user]\nname=A\n", 0o644),
}


class RestoresTest(SetupCase):
    def put(self, content, mode):
        self.box.write(self.config, content)
        os.chmod(self.config, mode)

    def clean(self):
        os.remove(self.config)

    def assert_round(self, *options, path=None):
        """setup, hf-ssh is git's; unsetup, and git reads what it read before."""
        path = path or self.config
        before, tree = self.settings(path), self.tree()
        content = self.box.read(path) if os.path.exists(path) else b""
        self.manage("setup", *options, status=0)
        self.assertIn("hf-ssh/ssh", self.command(cwd=self.box.home))
        self.manage("unsetup", status=0)
        self.assertEqual(self.settings(path), before)
        after = self.tree()
        for name in after.keys() | tree.keys():  # git leaves an empty file, which may be removed
            if {name} < after.keys() & tree.keys():
                self.assertEqual(after[name][0], tree[name][0], name)
            else:
                self.assertIn((after.get(name) or tree[name])[-1].strip(), (b"", b"[core]"), name)
        rest = self.box.read(path) if os.path.exists(path) else b""
        self.assertEqual(self.other_lines(rest), self.other_lines(content))
        return rest

    @staticmethod
    def other_lines(content):
        """All but the headings of sections that are empty, and the lines of a command, whose spacing
        is git's."""
        return [line for line in content.split(b"\n") if line.strip() and
                b"sshcommand" not in line.lower() and line.strip() != b"[core]" and
                not line.startswith(b"\t\t-")]

    def test_every_configuration(self):
        for name, (content, mode) in CONFIGURATIONS.items():
            for options in ((), ("--push-over-ssh",)):
                with self.subTest(name=name, options=options):
                    self.put(content, mode)
                    rest = self.assert_round(*options)
                    if content.strip() and b"ssh" not in content.lower() and content.endswith(b"\n") and (
                            b"[core]\r" not in content):
                        self.assertEqual(rest.removesuffix(b"[core]\n"), content)
                    if os.path.exists(self.config):
                        self.clean()

    def test_none(self):
        self.assert_round()
        self.assert_round("--push-over-ssh")

    def test_what_happens_in_between(self):
        """An own command set after setup, setup again, edits, unsetup."""
        for between in (lambda: None, lambda: self.manage("setup", status=0)):
            self.manage("setup", status=0)
            self.box.git("config", "--global", "core.sshCommand", "ssh -4")
            between()
            self.assertIn("hf-ssh/ssh", self.command())
            self.box.git("config", "--global", "user.name", "B")
            self.manage("unsetup", status=0)
            self.assertEqual(sorted(self.settings()),
                             ["", "core.sshcommand\nssh -4", "user.name\nB"])
            self.clean()

    def test_no_copies(self):
        """None is made, and those of an earlier version go."""
        old = os.path.join(self.state, "setup")
        for verb in ("setup", "unsetup"):
            for name in ("global-x.before", "global-x.json", "made"):
                self.box.write(os.path.join(old, name), "secret")
            result = self.manage(verb, status=0)
            self.assertIn("removed copies", result.stderr)
            self.assertFalse(os.path.exists(self.state))
            self.assertEqual(self.manage(verb, status=0).stderr, "")
            self.assertFalse(os.path.exists(self.state))

    def test_npm_and_git_without_the_included_file(self):
        """npm parses ~/.gitconfig as INI, follows no include, and takes core.sshCommand as its user's
        wish (@npmcli/git, lib/opts.js)."""
        for content in ("", "[include]\n\tpath = ~/x\n[core]\n\teditor = ed\n",
                        "[core]\n\teditor = ed\n[user]\n\tname = A\n"):
            self.box.write(self.config, content)
            self.manage("setup", status=0)
            section, found = None, None
            for line in self.box.read(self.config).decode().splitlines():
                if line.startswith("["):
                    section = line
                elif section == "[core]" and line.strip().lower().startswith("sshcommand"):
                    found = line.split("=", 1)[1].strip()
            self.assertEqual(found, "ssh")
            os.rename(self.include, self.include + ".away")
            self.assertEqual(self.command(), "ssh")
            os.rename(self.include + ".away", self.include)
            self.manage("unsetup", status=0)

    def test_xdg_alone(self):
        self.box.write(self.xdg, "# mine\n[core]\n\teditor = ed\n")
        self.assert_round(path=self.xdg)
        self.assertFalse(os.path.exists(self.config))

    def test_both_files(self):
        self.box.write(self.xdg, "[core]\n\tsshCommand = ssh -4\n")
        self.box.write(self.config, "[user]\n\tname = A\n")
        before = self.tree()
        self.manage("setup", status=0)
        self.assertIn("--via 'ssh -4'", self.command())
        self.manage("unsetup", status=0)
        self.assertEqual(self.tree(), before)

    def test_the_other_file_came_later(self):
        """git reads both files of the user and writes ~/.gitconfig from then on."""
        self.box.write(self.xdg, "[user]\n\tname = A\n")
        before = self.box.read(self.xdg)
        self.manage("setup", status=0)
        self.box.write(self.config, "[user]\n\tname = B\n")
        self.assertIn("already", self.manage("setup", status=0).stdout)
        result = self.manage("unsetup", status=0)
        self.assertNotIn("still runs", result.stderr)
        self.assertIsNone(self.command())
        self.assertEqual(self.box.read(self.xdg), before)
        self.assertEqual(self.box.read(self.config), b"[user]\n\tname = B\n")
        self.assertFalse(os.path.exists(self.state))

    def test_links(self):
        box = self.box
        for target in (box.path("home", "dot files", "gitconfig"), "dot files/gitconfig"):
            for content in (b"# mine\n[user]\n\tname = A\n", None):
                with self.subTest(target=target, content=content):
                    box.folder("home", "dot files")
                    if content is not None:
                        box.write(box.path("home", "dot files", "gitconfig"), content)
                    os.symlink(target, self.config)
                    self.assert_round()
                    self.assertEqual(os.readlink(self.config), target)
                    os.remove(self.config)
                    os.remove(box.path("home", "dot files", "gitconfig"))

    def test_repository(self):
        self.box.git("init", "-q", "repo")
        for content in (None, "[core]\n\trepositoryformatversion = 0\n\tsshCommand = ssh -4\n"):
            config = self.box.path("work", "repo", ".git", "config")
            if content:
                self.box.write(config, content)
            before = self.tree(self.box.path("work", "repo"))
            self.manage("setup", "--local", status=0, cwd="repo")
            self.assertIn("hf-ssh/ssh", self.command(cwd="repo"))
            self.assertIsNone(self.command(cwd=self.box.home))
            self.manage("unsetup", "--local", status=0, cwd="repo")
            self.assertEqual(self.tree(self.box.path("work", "repo")), before)

    @NO_SYSTEM
    def test_system(self):
        path = self.box.path("etc", "gitconfig")
        self.box.folder("etc")
        env = {"GIT_CONFIG_NOSYSTEM": None, "GIT_CONFIG_SYSTEM": path}
        self.manage("setup", "--system", status=0, env=env)
        self.assertIn(self.include, self.box.read(path).decode())
        self.assertIn("hf-ssh/ssh", self.command(env=env))
        self.assertIn("still runs", self.manage("unsetup", status=0, env=env).stderr)
        self.manage("unsetup", "--system", status=0, env=env)
        self.assertFalse(os.path.exists(path))

    @NO_SYSTEM
    def test_system_command_is_kept_for_the_user(self):
        path = self.box.write(self.box.path("etc", "gitconfig"), "[core]\n\tsshCommand = ssh -4\n")
        env = {"GIT_CONFIG_NOSYSTEM": None, "GIT_CONFIG_SYSTEM": path}
        self.manage("setup", status=0, env=env)
        self.assertIn("--via 'ssh -4'", self.command(env=env))
        self.box.git("config", "--global", "user.name", "B", env=env)
        self.manage("unsetup", status=0, env=env)
        self.assertEqual(self.box.read(self.config), b"[user]\n\tname = B\n")


class OthersEditsTest(SetupCase):
    """The file was edited since setup: only our lines go."""

    def edited(self, content, *options):
        self.box.write(self.config, content)
        self.manage("setup", *options, status=0)
        self.box.git("config", "--global", "user.name", "Somebody")
        result = self.manage("unsetup", status=0)
        self.assertIn("only hf-ssh's lines", result.words)
        return self.box.read(self.config).decode()

    def test_include(self):
        self.assertEqual(self.edited("# mine\n[core]\n\teditor = ed\n"),
                         "# mine\n[core]\n\teditor = ed\n[user]\n\tname = Somebody\n")

    def test_include_among_others(self):
        self.assertEqual(self.edited("[include]\n\tpath = ~/a\n"),
                         "[include]\n\tpath = ~/a\n[user]\n\tname = Somebody\n")

    def test_former_command(self):
        text = self.edited("[core]\n\tsshCommand = \"ssh -F '/a b;# c'\" ; mine\n")
        self.assertEqual(self.command(), "ssh -F '/a b;# c'")
        self.assertNotIn("hf-ssh", text)

    def test_former_command_of_a_repository(self):
        """git names the file of a repository from its top: in a folder of it, too."""
        self.box.git("init", "-q", "repo")
        for folder in (os.path.join("repo", "sub"), "repo"):
            with self.subTest(folder=folder):
                self.box.folder("work", "repo", "sub")
                self.box.git("config", "core.sshCommand", "ssh -4", cwd="repo")
                self.manage("setup", "--local", status=0, cwd=folder)
                self.assertIn("--via 'ssh -4'", self.command(cwd="repo"))
                self.box.git("config", "user.name", "Somebody", cwd="repo")
                self.manage("unsetup", "--local", status=0, cwd=folder)
                self.assertEqual(self.command(cwd="repo"), "ssh -4")
                self.box.git("config", "--unset", "user.name", cwd="repo")

    def test_push_over_ssh(self):
        content = "[url \"git@hf.co:\"]\n\tpushInsteadOf = https://hf.co/\n"
        self.assertEqual(self.edited(content, "--push-over-ssh"),
                         content + "[user]\n\tname = Somebody\n")

    def test_our_lines_taken_out_by_hand(self):
        self.manage("setup", status=0)
        self.box.write(self.config, "[user]\n\tname = B\n")
        result = self.manage("unsetup", status=0)
        self.assertIn("not registered", result.words)
        self.assertEqual(self.box.read(self.config), b"[user]\n\tname = B\n")
        self.assertFalse(os.path.exists(self.state))

    def test_without_a_state_directory(self):
        self.box.write(self.config, "[core]\n\tsshCommand = ssh -4\n")
        self.manage("setup", status=0)
        self.box.run("rm", "-rf", self.state)
        self.manage("unsetup", status=0)
        self.assertEqual(self.box.read(self.config), b"[core]\n\tsshCommand = ssh -4\n")

    def test_by_hand(self):
        for command in ("hf-ssh", "HF_SSH_TRACE=0 hf-ssh"):
            self.box.git("config", "--global", "core.sshCommand", command)
            before = self.box.read(self.config)
            self.assertIn("already", self.manage("setup", status=0).stdout)
            self.assertEqual(self.box.read(self.config), before)
            result = self.manage("unsetup", status=0)
            self.assertIn("removed", result.stdout)
            self.assertIsNone(self.command())


if __name__ == "__main__":
    unittest.main()
