"""For tests of `git hf-ssh setup`: a user whose git is as it came, and an installed hf-ssh."""

import os
import shutil

from manager import ManagerCase
from standin.program import ROOT


class SetupCase(ManagerCase):
    """`config` is ~/.gitconfig, which is not there; `include` the share/hf-ssh/gitconfig of the
    sandbox's prefix."""

    def setUp(self):
        super().setUp()
        box = self.box
        os.remove(box.git_config)
        for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            del box.env[name]
        self.config = os.path.join(box.home, ".gitconfig")
        self.xdg = os.path.join(box.home, ".config", "git", "config")
        self.state = os.path.join(box.home, ".local", "state", "hf-ssh")
        self.include = self.install(box.prefix)

    def install(self, prefix):
        """share/hf-ssh/gitconfig for the programs in PREFIX, which has no awkward character."""
        with open(os.path.join(ROOT, "src", "manage", "setup", "gitconfig-push"), "rb") as file:
            self.box.write(os.path.join(prefix, "share", "hf-ssh", "gitconfig-push"), file.read())
        return self.box.write(
            os.path.join(prefix, "share", "hf-ssh", "gitconfig"),
            "[core]\n\tsshCommand = %s\n" % os.path.join(prefix, "libexec", "hf-ssh", "ssh"))

    def libexec(self, prefix=None):
        return os.path.join(prefix or self.box.prefix, "libexec", "hf-ssh", "ssh")

    def copy_of_prefix(self, name):
        """Another installation: a copy of the sandbox's, whole. Its prefix."""
        prefix = self.box.path(name)
        shutil.copytree(self.box.prefix, prefix, symlinks=True)
        self.install(prefix)
        return prefix

    def in_prefix(self, prefix, *words, **options):
        """The manager of another installation, which is first on PATH."""
        env = dict(options.pop("env", {}))
        env["PATH"] = "%s:%s" % (os.path.join(prefix, "bin"), self.box.env["PATH"])
        return self.manage(*words, env=env, **options)

    def command(self, **options):
        """What git runs as its ssh here, None where nothing is configured."""
        result = self.box.git("config", "--get", "core.sshCommand", check=False, **options)
        return result.stdout[:-1] if result.status == 0 else None

    def settings(self, path=None):
        """What `git config --list` says of the file."""
        path = path or self.config
        if not os.path.exists(path):
            return [""]
        listed = self.box.git("config", "--file", path, "--list", "--null", check=False)
        return listed.stdout.split("\0") if listed.status == 0 else [listed.stderr]

    def tree(self, top=None):
        """Everything below the home directory but the keys: {path: what it is}."""
        top = top or self.box.home
        found = {}
        for folder, folders, files in os.walk(top):
            for name in folders + files:
                path = os.path.join(folder, name)
                info = os.lstat(path)
                what = [oct(info.st_mode)]
                if os.path.islink(path):
                    what.append(os.readlink(path))
                elif os.path.isfile(path):
                    what.append(self.box.read(path))
                found[os.path.relpath(path, top)] = tuple(what)
        return found
