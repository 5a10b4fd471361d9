"""git hf-ssh setup after an installation to prefixes that shells and git's files have a meaning for,
and after its removal: what meson makes of src/manage/setup/gitconfig.in, with the programs copied beside it."""

import os
import shlex
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase      # noqa: E402
from standin.program import ROOT      # noqa: E402

# One for each character that somebody reads in a way of their own, and then all of them. Meson's own
# options take no trailing backslash.
PREFIXES = ("with blanks  two", "it's", "a\"b", "100%h %%", "$HOME `x` $(y)", "back\\slash",
            "semi;colon#hash ~", "all of \"them\" 'at' 100%, $once\\")


class InstalledTest(SetupCase):
    @classmethod
    def set_up_hub(cls):
        if not shutil.which("meson"):
            raise unittest.SkipTest("meson is not here")
        cls.hub.add_repository("alice/large", large={"weights.bin": b"weights" * 1000})

    def configured(self, prefix):
        """The share/hf-ssh/gitconfig that meson makes for PREFIX: by its own installation."""
        build = self.box.path("build")
        shutil.rmtree(build, ignore_errors=True)
        setup = subprocess.run(
            ["meson", "setup", build, ROOT, "--prefix", prefix, "-Dtests=disabled"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(setup.returncode, 0, setup.stdout.decode(errors="replace"))
        with open(os.path.join(build, "src", "manage", "gitconfig"), "rb") as file:
            return file.read()

    def test_awkward_prefixes(self):
        # One configuration is enough to see what meson does with a prefix; the quoting of the others
        # is the same function of it, and is checked against git and the shell.
        for name in PREFIXES[-1:]:
            self.round(name, self.configured(self.box.path(name, "u")))

    def test_quoting(self):
        for name in PREFIXES:
            word = shlex.quote(self.box.path(name, "u", "libexec", "hf-ssh", "ssh"))
            if not word.startswith("'"):
                word = "'%s'" % word
            word = word.replace("'\"'\"'", "'\\''")
            self.round(name, ("[core]\n\tsshCommand = \"%s\"\n" % word.replace(
                "\\", "\\\\").replace("\"", "\\\"")).encode())

    def without_memory(self):
        """What the clones may leave: which ssh was seen to be a plain one, and what the server was
        seen to allow."""
        places = (".local", ".local/state", ".local/state/hf-ssh", ".local/state/hf-ssh/ssh-seen",
                  ".local/state/hf-ssh/servers")
        return {path: what for path, what in self.tree().items() if path not in places}

    def round(self, name, gitconfig):
        box = self.box
        with self.subTest(name=name):
            prefix = box.path(name, "u")
            shutil.copytree(box.prefix, prefix, symlinks=True)
            include = box.write(os.path.join(prefix, "share", "hf-ssh", "gitconfig"), gitconfig)
            manager = os.path.join(prefix, "bin", "git-hf-ssh")
            for content, former in ((None, None), ("ssh -F '%s'" % box.ssh_config,) * 2):
                if content:
                    box.git("config", "--global", "core.sshCommand", content)
                before = self.without_memory()
                result = box.run(manager, "setup")
                self.assertEqual((result.status, result.stderr), (0, ""), result)
                if former is None:
                    self.assertEqual(box.git("config", "--global", "include.path").stdout,
                                     include + "\n")
                env = {"HF_SSH_COMMAND": None} if former else {}
                self.clones(prefix, env)
                line = box.run(manager, "setup", "--print-env").stdout
                box.run("rm", "-rf", box.path("work", "model"))
                box.run("sh", "-c", line + "exec git clone -q git@hf.co:alice/model", env=env)
                self.assertTrue(os.path.isdir(box.path("work", "model")), line)
                self.assertIn("already", box.run(manager, "setup").stdout)
                self.assertEqual(box.run(manager, "unsetup").status, 0)
                self.assertEqual(self.without_memory(), before)
                box.git("config", "--global", "user.name", "B")
                os.remove(self.config)
            shutil.rmtree(box.path(name))

    def clones(self, prefix, env):
        """By git, and by git-lfs where it is here; through this very hf-ssh."""
        trace = self.box.path("trace")
        env = dict(env, HF_SSH_TRACE=trace)
        for path in ("model", "large"):
            self.box.run("rm", "-rf", self.box.path("work", path), trace)
            self.box.git("clone", "-q", "git@hf.co:alice/" + path, env=env, timeout=120)
            self.assertEqual(self.last()["account"], "alice")
        self.assertTrue(os.path.exists(trace))
        if shutil.which("git-lfs"):
            self.box.git("lfs", "install", "--local", cwd="large")
            self.box.git("lfs", "pull", cwd="large", env=env, timeout=120)
            self.assertEqual(self.box.read("large/weights.bin"), b"weights" * 1000)
            self.assertTrue(any("git-lfs-authenticate" in (command or "")
                                for command in self.hub.commands()))


class RemovedTest(SetupCase):
    """The package goes without unsetup."""

    def test_every_host_is_reached_as_before(self):
        box = self.box
        other = self.hub.sshd("other", [self.hub.host_key("ed25519", "other")],
                              authorized=[box.key], shell="/bin/sh")
        box.point_at(self.hub.genuine(), other=other)
        ssh = box.run("sh", "-c", "command -v ssh").stdout.strip()
        tools = box.folder("tools")
        box.write(os.path.join(tools, "ssh"),
                  "#!/bin/sh\nexec %s -F %s \"$@\"\n" % (ssh, box.plain_config), 0o755)
        env = {"PATH": "%s:%s" % (tools, box.env["PATH"]), "HF_SSH_COMMAND": None}
        repository = box.path("there.git")
        box.git("init", "-q", "--bare", repository)
        self.manage("setup", status=0, env=env)
        box.git("ls-remote", "git@other:" + repository, env=env)
        self.assertIn("hf-ssh", self.command(env=env))
        shutil.rmtree(box.prefix)
        box.git("ls-remote", "git@other:" + repository, env=env)
        box.git("ls-remote", "git@hf.co:alice/model", env=env)


if __name__ == "__main__":
    unittest.main()
