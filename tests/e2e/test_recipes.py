"""contrib/install.sh and the recipes of contrib/ci, each run as far as a shell can run it: with an
archive of what is built here, fetched by curl, and the stand-in as hf.co. Nothing of the key stays."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import HubCase  # noqa: E402
from standin.program import ROOT, built, stage_program  # noqa: E402

CI = os.path.join(ROOT, "contrib", "ci")
MISSING = [name for name in ("curl", "xz", "tar", "sha256sum", "git-lfs") if not shutil.which(name)]


def text_of(*names):
    with open(os.path.join(CI, *names), encoding="utf-8") as file:
        return file.read()


def runs_of(yaml):
    """The scripts of `run: |`."""
    found = []
    for match in re.finditer(r"^( *)(?:- )?run: \|\n((?:\1  .*\n|\n)+)", yaml, re.MULTILINE):
        found.append(match.group(2))
    return found


def items_of(yaml, name):
    """The lines of the list NAME."""
    block = re.search(r"^  %s:\n((?:    - .*\n)+)" % name, yaml, re.MULTILINE).group(1)
    return "".join(line[len("    - "):] + "\n" for line in block.splitlines())


@unittest.skipIf(MISSING, "not here: " + ", ".join(MISSING))
class RecipeCase(HubCase):
    @classmethod
    def set_up_hub(cls):
        if not built("git-hf-ssh"):
            raise unittest.SkipTest("git-hf-ssh is not built")
        cls.hub.add_repository("acme/model", owners=["alice"])
        name = "hf-ssh-0.1.0-linux-" + os.uname().machine
        tree = cls.stage.folder("releases", name)
        stage_program(tree)
        # Not another name of the program as it is built: tar sees it change with each such name.
        manager = os.path.join(tree, "bin", "git-hf-ssh")
        os.replace(shutil.copy(manager, manager + ".copy"), manager)
        share = os.path.join(tree, "share", "hf-ssh")
        os.makedirs(share)
        for file in ("gitconfig.in", "gitconfig-push"):
            shutil.copy(os.path.join(ROOT, "src", "manage", "setup", file),
                        os.path.join(share, file.split(".")[0]))
        shutil.copy(os.path.join(ROOT, "contrib", "install.sh"), tree)
        with open(os.path.join(tree, "FILES"), "w", encoding="utf-8") as files:
            for part in ("bin", "libexec", "share"):
                for directory, _, names in os.walk(os.path.join(tree, part)):
                    files.writelines(os.path.relpath(os.path.join(directory, file), tree) + "\n"
                                     for file in names)
        cls.releases = os.path.dirname(tree)
        cls.archive = os.path.join(cls.releases, name + ".tar.xz")
        subprocess.run(["tar", "-C", cls.releases, "-I", "xz -0", "-cf", cls.archive, name],
                       check=True)
        cls.tree = tree

    def setUp(self):
        super().setUp()
        with open(self.archive, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.key = self.box.read(self.box.key.path).decode()
        # A runner: no hf-ssh, no ~/.ssh, and hf.co is the stand-in.
        shutil.rmtree(os.path.dirname(self.box.key.path))
        shutil.rmtree(self.box.prefix)
        self.box.env.update({
            "HF_SSH_VERSION": "0.1.0", "HF_SSH_RELEASES": "file://" + self.releases,
            "HF_SSH_SHA256": digest, "HF_SSH_COMMAND": self.box.ssh_command(), "CI": "true",
            "PATH": "/usr/local/bin:/usr/bin:/bin"})

    def shell(self, script, status=0, **options):
        result = self.box.run("sh", "-c", "set -eu\n" + script, timeout=120, **options)
        self.assertEqual(result.status, status, result)
        return result

    def assert_pushed(self):
        self.assertIn("git-receive-pack", str(self.hub.commands()))

    def assert_no_key_is_left(self):
        secret = self.key.splitlines()[2].encode()
        for directory, _, names in os.walk(self.box.path()):
            for name in names:
                path = os.path.join(directory, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        self.assertNotIn(secret, file.read(), path)
        self.assertFalse(os.path.exists(os.path.join(self.box.home, ".ssh")))


class InstallTest(RecipeCase):
    def test_round(self):
        """Installed and removed, also after setup: git is as it was."""
        prefix = self.box.path("it's a prefix")
        before = self.box.git("config", "--global", "--list").stdout
        self.shell("sh '%s/install.sh' \"$1\"".replace("$1", prefix) % self.tree)
        self.box.env["PATH"] = prefix + "/bin:" + self.box.env["PATH"]
        self.box.git("hf-ssh", "setup")
        self.assertIn(prefix, self.box.git("config", "core.sshCommand").stdout.replace("'\\''", "'"))
        self.box.git("ls-remote", "git@hf.co:acme/model", env={"HF_SSH_KEY": self.key})
        self.shell("sh '%s/install.sh' --uninstall \"%s\"" % (self.tree, prefix))
        self.assertEqual([name for _, _, names in os.walk(prefix) for name in names], [])
        self.assertEqual(self.box.git("config", "core.sshCommand").stdout, "ssh\n")
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        self.box.git("config", "--global", "--unset", "include.path")
        self.assertEqual(self.box.git("config", "--global", "--list").stdout, before)

    def test_removed_with_a_former_command(self):
        """Its own programs undo what would not work without them."""
        prefix = self.box.path("it's a prefix")
        self.box.git("config", "--global", "core.sshCommand", "ssh -4")
        self.shell("sh '%s/install.sh' \"%s\"" % (self.tree, prefix))
        self.box.env["PATH"] = prefix + "/bin:" + self.box.env["PATH"]
        self.box.git("hf-ssh", "setup")
        self.box.git("hf-ssh", "ssh-config", "--install")
        self.assertIn("--via", self.box.git("config", "core.sshCommand").stdout)
        block = os.path.join(self.box.home, ".ssh", "hf-ssh.conf")
        self.assertTrue(os.path.exists(block))
        self.shell("sh '%s/install.sh' --uninstall \"%s\"" % (self.tree, prefix))
        self.assertEqual(self.box.git("config", "core.sshCommand").stdout, "ssh -4\n")
        self.assertFalse(os.path.exists(block))
        self.assertFalse(os.path.exists(prefix + "/bin/git-hf-ssh"))

    def test_wrong_checksum(self):
        result = self.box.run("sh", os.path.join(CI, "install.sh"), self.box.path("x"),
                              env={"HF_SSH_SHA256": "0" * 64})
        self.assertNotEqual(result.status, 0)
        self.assertFalse(os.path.exists(self.box.path("x")))


class RecipesTest(RecipeCase):
    def test_github(self):
        paths = {name: self.box.write(name, "") for name in ("GITHUB_PATH", "GITHUB_ENV")}
        self.shell(runs_of(text_of("github", "action.yml"))[0], env=dict(
            paths, GITHUB_ACTION_PATH=CI, RUNNER_TEMP=self.box.path("temp")))
        added = self.box.read("GITHUB_PATH").decode().strip()
        name, value = self.box.read("GITHUB_ENV").decode().strip().split("=")
        self.shell(runs_of(text_of("github", "workflow.yml"))[0], env={
            "PATH": added + ":" + self.box.env["PATH"], name: value, "HF_SSH_KEY": self.key,
            "GITHUB_SHA": "1234"})
        self.assert_pushed()
        self.assertIn("PUT", str(self.hub.lfs.requests))
        self.assert_no_key_is_left()

    def test_gitlab(self):
        yaml = text_of("gitlab-ci.yml")
        install = items_of(yaml, "before_script").split("\n", 1)[1]  # not the packages
        project = self.box.folder("project")
        self.shell(install.replace("contrib/ci", CI) + items_of(yaml, "script"), env={
            "CI_PROJECT_DIR": project, "CI_JOB_ID": "1", "HF_SSH_KEY": self.key,
            "GIT_SSH_COMMAND": "hf-ssh"})
        self.assert_pushed()
        self.assert_no_key_is_left()

    def test_dockerfile(self):
        lines = text_of("Dockerfile").splitlines()
        runs = [line[len("RUN "):] for line in lines if line.startswith("RUN ")][1:]
        secret = self.box.write(self.box.path("secrets", "hf_ssh_key"), self.key)
        script = "\n".join(runs).replace("--mount=type=secret,id=hf_ssh_key ", "")
        for real, here in (("/tmp/install.sh", os.path.join(CI, "install.sh")),
                           ("/usr/local", self.box.path("usr")), ("/srv", self.box.path("srv")),
                           ("/run/secrets/hf_ssh_key", secret)):
            script = script.replace(real, here)
        self.shell(script, env={"GIT_SSH_COMMAND": "hf-ssh",
                                "PATH": self.box.path("usr") + "/bin:" + self.box.env["PATH"]})
        self.assertTrue(os.path.isdir(self.box.path("srv", "model", ".git")))
        os.remove(secret)
        self.assert_no_key_is_left()

    def test_devcontainer(self):
        command = json.loads(text_of("devcontainer", "devcontainer.json"))["postCreateCommand"]
        self.shell(command.replace("contrib/ci", CI))
        self.assertIn(".local/libexec/hf-ssh/ssh", self.box.git("config", "core.sshCommand").stdout)

    def test_slurm(self):
        self.shell("sh %s/install.sh \"$HOME/.local\"" % CI)
        self.box.write(os.path.join(self.box.home, ".ssh", "id_ed25519"), self.key)
        for _ in range(2):
            self.shell(text_of("slurm.sh"), env={"SLURM_SUBMIT_DIR": self.box.work})
        self.assertTrue(os.path.isdir(os.path.join(self.box.work, "model", ".git")))


if __name__ == "__main__":
    unittest.main()
