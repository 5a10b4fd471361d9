"""The command lines and the output of README.md and of the manuals' examples, run as they are."""

import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase  # noqa: E402
from standin.program import ROOT  # noqa: E402

# They ask the user, and have tests of their own.
INTERACTIVE = ("git hf-ssh keys new --open --wait", 'git hf-ssh keys new ~/.ssh/id_work -C')
# What they need is not here: the network, a package manager, an installed hf-ssh.
ELSEWHERE = ("sudo ", "meson ", "sh contrib/", "    libbsd-dev", "export PATH=", "# ")
ANSWERS_NO = ("git hf-ssh doctor",)  # 1: here hf.co is no machine of Hugging Face's


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def commands_of(text, page):
    """Whole commands, also those of several lines; what a job of CI runs is one."""
    if page:
        text = text.replace("\\e\n", "\\\n").replace("\\&", "")
        blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)
        lines = "\n".join(blocks + re.findall(r"^\.Dl (\$ .*)$", text, re.M))
        return [command.strip() for command in re.findall(
            r"^\$ ((?:.*[\\|]\n)*.*)$", lines, re.M)]
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        is_job = "export HF_SSH_KEY=" in block
        found += [block] if is_job else [line for line in block.splitlines() if line.strip()]
    return found


class ExamplesTest(SetupCase):
    @classmethod
    def set_up_hub(cls):
        for path in ("acme/model", "datasets/acme/corpus"):
            cls.hub.add_repository(path, owners=["acme"])

    def setUp(self):
        super().setUp()
        for name in ("acme", "data", "id_work"):
            self.hub.add_account("acme", self.box.make_key(name))
        self.box.git("clone", "-q", "git@hf.co:acme/model", "repo", env={
            "GIT_SSH_COMMAND": "hf-ssh", "HF_SSH_IDENTITY": "~/.ssh/acme"})
        self.box.env["DEPLOY_KEY"] = self.box.read(os.path.join(self.box.home, ".ssh", "acme")
                                                   ).decode()
        self.published = re.search(r"SHA256:\S+", self.box.git("hf-ssh", "host-keys").stdout).group()

    def try_each(self, commands):
        tried = 0
        for command in commands:
            if command.startswith(INTERACTIVE + ELSEWHERE) or (
                    "jq " in command and not shutil.which("jq")):
                continue
            with self.subTest(command):
                place = self.box.folder("work", "%d" % tried)
                cwd = place if "clone" in command else "repo"
                fingerprint = self.published if "revoke" in command else (
                    self.hub.host_key("ed25519").fingerprint if "host-keys add" in command
                    else self.box.key.fingerprint)
                line = command.replace("USER/MODEL", "alice/model").replace("SHA256:...",
                                                                            fingerprint)
                if line == "git push" or "HF_SSH_IDENTITY=" in line:
                    self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="repo")
                result = self.box.run("sh", "-ec", line, cwd=cwd)
                self.assertIn(result.status, (0, 1) if command.startswith(ANSWERS_NO) else (0,),
                              result)
                tried += 1
        self.assertGreater(tried, 3)

    def test_readme(self):
        self.try_each(commands_of(read("README.md"), False))

    def test_manual_of_the_manager(self):
        text = read("man/git-hf-ssh.1")
        self.try_each(commands_of(text[text.index(".Ss Examples"):text.index(".Ss Commands")], True))

    def test_manual_of_hf_ssh(self):
        text = read("man/hf-ssh.1")
        start = text.index(".Sh EXAMPLES")
        self.hub.add_account("acme", self.box.key)  # it pushes to acme/model
        self.try_each(commands_of(text[start:text.index("\n.Sh ", start)], True))

    def test_the_failing_push_of_the_readme(self):
        """With plain ssh and with hf-ssh: every line that is shown, in this order."""
        for name in ("acme", "data", "id_work"):
            for end in ("", ".pub"):
                os.remove(os.path.join(self.box.home, ".ssh", name + end))
        self.hub.add_stranger(self.box.key)
        self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd="repo")
        block = re.search(r"^```console\n(.*?)^```", read("README.md"), re.M | re.S).group(1)
        shown = re.split(r"^\$ git push .*\n", block, flags=re.M)[1:]
        plain = self.box.ssh_command(self.box.plain_config)
        for lines, ssh in zip(shown, (plain, "hf-ssh")):
            result = self.box.git("push", check=False, cwd="repo", env={"GIT_SSH_COMMAND": ssh})
            said = re.sub(r"SHA256:[\w+/]+", "SHA256:yy5Y\u2026", result.stderr)
            for line in filter(None, lines.splitlines()):
                self.assertIn(line + "\n", said, result)
                said = said[said.index(line):]


if __name__ == "__main__":
    unittest.main()
