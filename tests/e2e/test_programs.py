"""Programs that run git, or ssh, in their own way, with what `git hf-ssh setup --print-env` says for a
shell's profile: each of those that are installed gets from hf.co, through hf-ssh."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase  # noqa: E402

URL = "ssh://git@hf.co/alice/package.git"
# What hf.co serves: a package of each kind.
FILES = {
    "package.json": '{"name": "package", "version": "1.0.0"}\n',
    "setup.py": "from setuptools import setup\nsetup(name='package', version='1.0')\n",
    "Cargo.toml": '[package]\nname = "package"\nversion = "1.0.0"\nedition = "2021"\n',
    "src/lib.rs": "", "go.mod": "module hf.co/alice/package.git\n", "package.go": "package one\n",
    "composer.json": '{"name": "alice/package"}\n',
    "package.gemspec": "Gem::Specification.new { |s| s.name = 'package'; s.version = '1';"
                       " s.summary = 's'; s.authors = ['a'] }\n",
}
# Asks a program whether it works at all: one that only starts others (rustup's cargo, pyenv's pip) may
# have nothing to start.
ASKS = {"dulwich": "help", "git-annex": "version", "go": "version"}
YARN = {"package.json": '{"dependencies": {"package": "git+%s"}}\n' % URL}
# The program, the files of a project that uses the package, and what is typed there.
PROGRAMS = {
    "npm": ({"package.json": '{"dependencies": {"package": "git+%s"}}\n' % URL},
            "npm install --no-audit --no-fund --offline"),
    "yarn": (YARN, "yarn install --non-interactive"),
    "yarnpkg": (YARN, "yarnpkg install --non-interactive"),  # Debian's name for yarn
    "pip": ({}, "pip download --no-deps --no-build-isolation git+%s" % URL),
    "cargo": ({"Cargo.toml": '[package]\nname = "user"\nversion = "1.0.0"\nedition = "2021"\n'
               '[dependencies]\npackage = { git = "%s" }\n' % URL, "src/lib.rs": ""},
              "CARGO_NET_GIT_FETCH_WITH_CLI=true cargo fetch"),
    "go": ({"go.mod": "module user\n"}, "GOFLAGS=-mod=mod GOPRIVATE=hf.co GOTOOLCHAIN=local "
           "go get hf.co/alice/package.git"),
    "ansible": ({}, "ansible localhost -m git -a 'repo=%s dest=clone accept_hostkey=no'" % URL),
    "dulwich": ({}, "dulwich clone %s clone" % URL),
    "git-annex": ({}, "git clone -q %s clone && cd clone && git annex init here && "
                  "git annex info origin" % URL),
    "composer": ({"composer.json": '{"repositories": [{"type": "vcs", "url": "%s"}],'
                  '"require": {"alice/package": "dev-main"}}\n' % URL}, "composer install"),
    "bundle": ({"Gemfile": "gem 'package', git: '%s'\n" % URL}, "bundle install"),
}


class ProgramsTest(ManagerCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/package", files=FILES)

    def through(self, program, path_line=False):
        """Runs it in a project of its own, in a home of its own; the commands that hf.co saw. ssh
        alone would not find the stand-in."""
        files, command = PROGRAMS[program]
        for name, text in files.items():
            self.box.write(os.path.join(program, name), text)
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        self.box.git("config", "--global", "url.ssh://git@hf.co/.insteadOf", "https://hf.co/")
        report = self.report("setup", "--print-env", status=0)
        lines = report["line"] + "\n" + (report["path_line"] if path_line else "")
        self.hub.forget()
        result = self.box.run("sh", "-c", lines + "\n" + command, timeout=200,
                              cwd=self.box.folder("work", program), env=self.homes())
        return result, str(self.hub.commands())

    def homes(self):
        """Where some of them find themselves, which is not below HOME here."""
        home = os.path.expanduser("~")
        return {name: os.environ.get(name, os.path.join(home, directory)) for name, directory in (
            ("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup"))
            if os.path.isdir(os.environ.get(name, os.path.join(home, directory)))}


def add(program):
    @unittest.skipUnless(shutil.which(program), program + " is not here")
    def test(self):
        asked = self.box.run(program, ASKS.get(program, "--version"), timeout=200, env=self.homes())
        if asked.status != 0:
            self.skipTest(program + " does not work here: " + asked.stderr)
        result, commands = self.through(program, path_line=program == "git-annex")
        self.assertIn("git-upload-pack", commands, result)
        self.assertIn("alice/package", commands)  # go leaves .git out
    setattr(ProgramsTest, "test_" + program.replace("-", "_"), test)


for each in PROGRAMS:
    add(each)

if __name__ == "__main__":
    unittest.main()
