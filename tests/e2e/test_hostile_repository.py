"""A repository whose own configuration would run something: the verbs that only look run none of it."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402

VERBS = (("explain",), ("doctor", "--offline"), ("keys",), ("whoami",), ("setup", "--dry-run"),
         ("setup",), ("setup", "--local", "--dry-run"), ("unsetup", "--local"), ("unsetup",),
         ("access", "origin"), ("use", "~/.ssh/id_ed25519"), ("forget", "alice"),
         ("keys", "check", "--offline"), ("host-keys",), ("setup", "--print-env"), ("explain", "evil"))


class HostileRepositoryTest(ManagerCase):
    def setUp(self):
        super().setUp()
        box = self.box
        box.git("init", "-q", "repo")
        self.bait = box.path("bait")
        self.run_it = "touch " + self.bait
        box.git("remote", "add", "origin", "git@hf.co:alice/model", cwd="repo")
        box.git("remote", "add", "evil", "ext::sh -c '%s'" % self.run_it, cwd="repo")
        for key in ("core.fsmonitor", "core.pager", "core.editor", "diff.external", "alias.config",
                    "core.askPass", "credential.helper", "pager.config", "filter.lfs.process",
                    "core.gitProxy", "remote.evil.vcs"):
            box.git("config", key, self.run_it, cwd="repo")
        self.box.script("evil-ssh", "#!/bin/sh\n%s\nexec ssh \"$@\"\n" % self.run_it)

    def commands(self):
        return ("hf-ssh --via '$(%s) ssh'" % self.run_it, "$(%s) hf-ssh" % self.run_it,
                "`%s` hf-ssh --via ssh" % self.run_it, "hf-ssh --via evil-ssh", "evil-ssh",
                "hf-ssh --via '%s/evil-ssh -4'" % self.box.bin,
                "%s; hf-ssh" % self.run_it, "X=$(%s) hf-ssh" % self.run_it)

    def place(self, where, command):
        box = self.box
        if where == "included":
            box.git("config", "--file", box.path("work", "repo", ".git", "more"), "core.sshCommand",
                    command)
            box.git("config", "include.path", "more", cwd="repo")
        elif where == "worktree":
            box.git("config", "extensions.worktreeConfig", "true", cwd="repo")
            box.git("config", "--worktree", "core.sshCommand", command, cwd="repo")
        else:
            box.git("config", "core.sshCommand", command, cwd="repo")

    def test_nothing_is_run(self):
        config = self.box.path("work", "repo", ".git", "config")
        clean = self.box.read(config)
        trusted = self.box.read(self.box.git_config)
        for index, command in enumerate(self.commands()):
            where = ("local", "included", "worktree")[index % 3]
            self.place(where, command)
            hostile = self.box.read(config)
            # Each verb once, each command with several.
            for verb in VERBS if index < 2 else VERBS[index % 4::4]:
                with self.subTest(command=command, where=where, verb=verb):
                    self.manage(*verb, cwd="repo", env={"HF_SSH_COMMAND": self.box.ssh_command()})
                    self.assertFalse(os.path.exists(self.bait))
                    self.box.write(config, hostile)
                    self.box.write(self.box.git_config, trusted)
            self.box.write(config, clean)
            worktree = self.box.path("work", "repo", ".git", "config.worktree")
            if os.path.exists(worktree):
                os.remove(worktree)

    def test_it_says_what_it_did_not_evaluate(self):
        """And the same command in the user's own configuration is evaluated."""
        command = "hf-ssh --via '$(%s) ssh'" % self.run_it
        self.place("local", command)
        result = self.manage("explain", cwd="repo")
        self.assertIn("not evaluated", result.stderr)
        self.assertIn("--via", result.stderr)
        self.assertFalse(os.path.exists(self.bait))
        self.box.git("config", "--unset", "core.sshCommand", cwd="repo")
        self.box.git("config", "--global", "core.sshCommand", command)
        result = self.manage("explain", cwd="repo")
        self.assertNotIn("not evaluated", result.stderr)
        self.assertTrue(os.path.exists(self.bait))


if __name__ == "__main__":
    unittest.main()
