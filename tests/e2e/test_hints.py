"""Every hint of a failing moment, run as it was printed, in the situation that printed it: the
situation is better afterwards, or the command answers what the hint promised."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from host_keys import PUBLISHED  # noqa: E402
from manager import ManagerCase  # noqa: E402
from standin import hints  # noqa: E402
from standin.sshd import free_port  # noqa: E402

BETTER = object()  # the failing command fails no more, or says something else
PUSH, FETCH = "git-receive-pack '%s'", "git-upload-pack '%s'"
OVER_HTTPS = "unable to access 'https://huggingface.co/alice/model/'"  # to a proxy that is shut
ADDING = r"settings/keys"
START = "start with"
TYPES = {"if it is a dataset": r"write\s+no", "if it is a Space": r"write\s+no"}
NO_ASKPASS = ("env", "-u", "SSH_ASKPASS")
RUN_AND_REPEAT = """{ %s
} >'%s' 2>&1 </dev/null
echo $? >>'%s'
exec "$@"
"""


def proposed(result):
    """What for, and the command; of doctor and keys check also the one to start with."""
    start = re.findall(r"(?m)^    start with  (.*(?:\n {4,}.*)*)", result.stdout)
    return dict(hints(result.stderr), **{START: re.sub(r"\n +", " ", text) for text in start})


def situation(make):
    """A test of what MAKE makes."""
    return lambda self: self.judge(make)


class HintsTest(ManagerCase):
    """A situation is made by a method; it returns the failing command and what each of its hints
    promises: BETTER, or a pattern of what the hint's command prints."""

    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model", owners=["acme"])

    # situations ---------------------------------------------------------------------------------

    @situation
    def test_unknown_key(self):
        self.hub.add_stranger(self.box.key)
        return self.hf(PUSH % "acme/model"), {"add the key to your account": ADDING}

    @situation
    def test_known_key_without_access(self):
        return self.hf(PUSH % "acme/model"), {
            "see what alice may do there": r"write\s+no: .*not allowed", **TYPES}

    @situation
    def test_type_left_out(self):
        return self.hf(FETCH % "alice/data"), {
            "see what alice may do there": r"read\s+no: .*not found",
            "if it is a dataset": r"read\s+yes", "if it is a Space": r"read\s+no",
            "if it does not exist yet, create it: https://huggingface.co/new": None}

    @situation
    def test_key_of_the_namespace(self):
        self.hub.add_stranger(self.box.key)
        self.hub.add_account("acme", self.box.make_key("acme key"))
        self.box.run("git", "hf-ssh", "whoami", "--all")
        self.box.git("config", "--global", "hf-ssh.acme.identity", self.box.key.path)
        return self.hf(PUSH % "acme/model"), {"use the key of acme": BETTER,
                                              "add the key to your account": ADDING}

    @situation
    def test_key_of_the_namespace_and_a_setting_of_the_repository(self):
        """`use --for` would lose against it."""
        self.hub.add_account("acme", self.box.make_key("acme"))
        self.box.run("git", "hf-ssh", "whoami", "--all")
        self.box.git("init", "-q", ".")
        self.box.git("config", "hf-ssh.acme.identity", self.box.key.path)
        return self.hf(PUSH % "acme/model"), {
            "use the key of acme": BETTER, "see what alice may do there": r"write\s+no", **TYPES}

    @situation
    def test_several_keys(self):
        self.hub.add_stranger(self.box.key)
        self.hub.add_stranger(self.box.make_key("other"))
        return self.hf(PUSH % "acme/model"), {
            "see which of your keys may do this": r"(?s)id_ed25519.*other",
            "add the key to your account": ADDING}

    @situation
    def test_ci_and_git_lfs(self):
        self.hub.add_stranger(self.box.key)
        self.box.env["CI"] = "true"
        return self.hf("git-lfs-authenticate acme/model upload"), {
            'hf.co treats unknown keys as "anonymous"; check yours': "hf.co does not know this key",
            "if it is known, ask the owner of acme/model for access": None}

    @situation
    def test_impostor(self):
        self.box.point_at(self.hub.impostor("ed25519"))
        return self.hf(FETCH % "alice/model"), {
            "compare all host keys": r"NOT TRUSTED: neither published nor added"}

    @situation
    def test_revoked_host_key(self):
        self.box.write(self.box.known_hosts, "@revoked " + self.hub.host_key("ed25519")
                       .known_hosts_line())
        return self.hf(FETCH % "alice/model"), {
            "see which host keys are trusted and revoked": r"warning\s+ED25519\s+\S+\s+revoked"}

    @situation
    def test_port_shut(self):
        self.box.point_at(free_port())
        self.box.script("ncat", "#!/bin/sh\n")
        self.box.env["https_proxy"] = "http://127.0.0.1:9"
        return self.hf(FETCH % "alice/model"), {
            "see which Port applies": r"(?m)^port \d+",
            "go through your HTTPS proxy": self.proxy_is_in_the_configuration,
            "clone over HTTPS": OVER_HTTPS}

    def proxy_is_in_the_configuration(self, _):
        """In the file that ssh reads where no test says -F."""
        config = os.path.join(self.box.home, ".ssh", "config")
        resolved = self.box.run("ssh", "-F", config, "-G", "hf.co").stdout
        self.assertIn("proxycommand ncat --proxy 127.0.0.1:9 --proxy-type http %h %p\n", resolved)

    @situation
    def test_port_shut_for_a_push_and_https_goes_over_ssh(self):
        """As after `git hf-ssh setup --push-over-ssh`."""
        self.box.point_at(free_port())
        self.box.git("config", "--global", "url.git@hf.co:.pushInsteadOf",
                     "https://huggingface.co/")
        self.box.git("init", "-q", ".")
        self.box.git("commit", "-q", "--allow-empty", "-m", "x")
        self.box.git("config", "--global", "http.proxy", "http://127.0.0.1:9")
        return self.hf(PUSH % "alice/model"), {"see which Port applies": r"(?m)^port \d+",
                                               "push over HTTPS": OVER_HTTPS}

    @situation
    def test_name_not_found(self):
        self.box.point_at(free_port(), extra="Host hf.co\nHostName no-such-name.invalid\n")
        return self.hf(FETCH % "alice/model"), {
            "check each step on the way": r"no-such-name\.invalid"}

    @situation
    def test_locked_key(self):
        key = self.box.make_key("locked", passphrase="secret")
        self.box.git("config", "--global", "hf-ssh.identity", key.path)
        self.hub.add_account("alice", key)
        self.askpass()
        return [*NO_ASKPASS, *self.hf(FETCH % "alice/model")], {
            "unlock it once, for the ssh-agent": BETTER}

    @situation
    def test_login_refused(self):
        self.hub.refuse("*")
        return self.hf(FETCH % "alice/model"), {"check the key": "id_ed25519"}

    @situation
    def test_no_algorithm_in_common(self):
        self.box.point_at(self.hub.genuine(), extra="Host hf.co\nCiphers 3des-cbc\n")
        return self.hf(FETCH % "alice/model"), {"see the settings that count": r"(?m)^ciphers "}

    @situation
    def test_no_key_at_all(self):
        self.remove_keys()
        return self.hf(FETCH % "alice/model"), {
            "make one": r"for an unattended machine: git hf-ssh keys new --no-passphrase"}

    @situation
    def test_no_key_and_nobody_to_ask(self):
        self.remove_keys()
        return ["git", "hf-ssh", "keys", "new"], {"for an unattended machine": r"made ~/\.ssh/"}

    @situation
    def test_named_key_is_gone(self):
        self.box.git("config", "--global", "hf-ssh.identity", "~/.ssh/gone")
        return self.hf(FETCH % "alice/model"), {"do without that setting": BETTER}

    @situation
    def test_named_account_is_unknown(self):
        self.box.env["HF_SSH_ACCOUNT"] = "alice"
        return self.hf(FETCH % "alice/model"), {
            "ask hf.co which account each key belongs to": BETTER}

    @situation
    def test_key_readable_by_others(self):
        os.chmod(self.box.key.path, 0o644)
        return self.hf("-i", self.box.key.path, command=FETCH % "alice/model"), {
            "to fix it": BETTER}

    @situation
    def test_not_registered(self):
        self.box.git("config", "--global", "--unset-all", "core.sshCommand")
        return ["git", "hf-ssh", "whoami"], {"register it": BETTER}

    @situation
    def test_whoami_stranger(self):
        self.hub.add_stranger(self.box.key)
        return ["git", "hf-ssh", "whoami"], {"add it to your account": ADDING}

    @situation
    def test_whoami_offline(self):
        self.box.point_at(free_port())
        return ["git", "hf-ssh", "whoami"], {"to see why": r"(?m)^FAILED"}

    @situation
    def test_check_offline(self):
        self.box.point_at(free_port())
        return ["git", "hf-ssh", "keys", "check"], {"to see why": r"(?m)^FAILED"}

    @situation
    def test_access_offline(self):
        self.box.point_at(free_port())
        return ["git", "hf-ssh", "access", "git@hf.co:alice/model"], {"to see why": r"(?m)^FAILED"}

    @situation
    def test_whoami_impostor(self):
        self.box.point_at(self.hub.impostor("ed25519"))
        return ["git", "hf-ssh", "whoami"], {
            "compare all host keys": r"NOT TRUSTED: neither published nor added"}

    @situation
    def test_access_by_a_key_that_the_environment_names(self):
        """What a setting could not win over is taken away."""
        other = self.box.make_key("other")
        self.hub.add_account("acme", other)
        self.box.run("git", "hf-ssh", "whoami", "--all")
        self.box.env["HF_SSH_IDENTITY"] = self.box.key.path
        return ["git", "hf-ssh", "access", "--all-keys", "git@hf.co:acme/model"], {
            "another key can, if none is named": BETTER}

    @situation
    def test_whoami_locked(self):
        os.remove(self.box.key.path)
        key = self.box.make_key("id_ed25519", passphrase="secret")
        self.hub.add_account("alice", key)
        self.askpass()
        return [*NO_ASKPASS, "git", "hf-ssh", "whoami"], {"give the key to the ssh-agent": BETTER}

    @situation
    def test_outside_a_repository(self):
        return ["git", "hf-ssh", "explain"], {"name a URL, for example": r"id_ed25519"}

    @situation
    def test_access_outside_a_repository(self):
        return ["git", "hf-ssh", "access"], {"name a URL, for example": r"read\s+yes"}

    @situation
    def test_nothing_is_trusted(self):
        self.box.trust()
        self.box.git("hf-ssh", "host-keys", "revoke", *PUBLISHED.values())
        return ["git", "hf-ssh", "host-keys"], {"see what revokes each": r"revoked in ~/"}

    @situation
    def test_environment_overrides_setup(self):
        self.box.env["GIT_SSH_COMMAND"] = "ssh -4"
        return ["git", "hf-ssh", "setup"], {"to make git use hf-ssh": BETTER}

    @situation
    def test_misspelt(self):
        return ["git", "hf-ssh", "whoam"], {"did you mean": r"(?m)^alice"}

    @situation
    def test_misspelt_option(self):
        return ["git", "hf-ssh", "whoami", "--al"], {"its options": r"--all"}

    # what doctor and `keys check` say to start with --------------------------------------------

    def doctor(self, promise):
        return ["git", "hf-ssh", "doctor"], {START: promise}

    @situation
    def test_doctor_programs_that_go_round(self):
        self.box.script("npm", "#!/bin/sh\n")
        return self.doctor(r"(?m)^export GIT_SSH_COMMAND=")

    @situation
    def test_doctor_not_registered(self):
        self.box.git("config", "--global", "--unset-all", "core.sshCommand")
        return self.doctor(BETTER)

    @situation
    def test_doctor_no_key(self):
        self.remove_keys()
        return self.doctor(r"for an unattended machine: git hf-ssh keys new --no-passphrase")

    @situation
    def test_doctor_stranger(self):
        self.hub.add_stranger(self.box.key)
        return self.doctor(ADDING)

    @situation
    def test_doctor_stranger_and_a_better_key(self):
        self.hub.add_stranger(self.box.key)
        self.hub.add_account("acme", self.box.make_key("acme"))
        self.box.run("git", "hf-ssh", "whoami", "--all")
        self.box.git("config", "--global", "hf-ssh.identity", self.box.key.path)
        return self.doctor(ADDING)

    @situation
    def test_doctor_exposed_key(self):
        os.chmod(self.box.key.path, 0o644)
        return self.doctor(BETTER)

    @situation
    def test_doctor_key_with_the_line_ends_of_windows(self):
        text = self.box.read(self.box.key.path)
        self.box.write(self.box.key.path, text.replace(b"\n", b"\r\n"))
        return self.doctor(BETTER)

    @situation
    def test_doctor_broken_revocation(self):
        self.box.write(self.box.path("home", ".config", "hf-ssh", "known_hosts"),
                       "@revoked hf.co ssh-ed25519 AAAA\n")
        self.box.env["EDITOR"] = "sed -i d"
        return self.doctor(BETTER)

    @situation
    def test_doctor_trusted_file_of_others(self):
        path = self.box.path("home", ".config", "hf-ssh", "known_hosts")
        self.box.write(path, "")
        os.chmod(path, 0o666)
        return self.doctor(BETTER)

    @situation
    def test_doctor_locked_key(self):
        os.remove(self.box.key.path)
        self.hub.add_account("alice", self.box.make_key("id_ed25519", passphrase="secret"))
        self.askpass()
        self.box.env["GIT_SSH_COMMAND"] = self.box.git("config", "core.sshCommand").stdout.strip()
        return self.doctor(BETTER)

    @situation
    def test_keys_check_stranger(self):
        self.hub.add_stranger(self.box.key)
        return ["git", "hf-ssh", "keys", "check"], {START: ADDING}

    @situation
    def test_keys_check_no_key(self):
        self.remove_keys()
        return ["git", "hf-ssh", "keys", "check"], {
            START: r"for an unattended machine: git hf-ssh keys new --no-passphrase"}

    # ---------------------------------------------------------------------------------------------

    def hf(self, *words, command=None):
        *options, remote = (*words, command) if command else words
        return [self.box.hf_ssh, "--via", self.box.ssh_command(), *options, "git@hf.co", remote]

    def askpass(self):
        """Of the hint's command alone: the failing one has nobody to ask."""
        self.box.env.update({"SSH_ASKPASS_REQUIRE": "force", "SSH_ASKPASS": self.box.script(
            "askpass", "#!/bin/sh\necho secret\n")})

    def remove_keys(self):
        for name in os.listdir(os.path.join(self.box.home, ".ssh")):
            os.remove(os.path.join(self.box.home, ".ssh", name))

    def make(self, situation):
        self.box = self.sandbox()
        self.hub.add_account("alice", self.box.key)
        self.hub.refuse()
        self.box.register("path")
        return situation(self)

    def judge(self, situation):
        argv, promised = self.make(situation)
        before = self.box.run(*argv)
        found = proposed(before)
        self.assertEqual(set(found), set(promised), before)
        lines = before.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)), before)
        self.assertNotIn("\\x0d", before.stderr)
        self.assertNotIn(self.box.home, "".join(line for line in lines if "hf-ssh: " in line))
        fresh = True
        for purpose, promise in promised.items():
            if promise is None:  # advice
                self.assertEqual(found[purpose], "")
                continue
            if not fresh:
                argv, _ = self.make(situation)
                found = proposed(self.box.run(*argv))
            fresh = False
            command = found[purpose]
            said, status = self.box.path("said"), self.box.path("status")
            after = self.box.run("sh", "-c", RUN_AND_REPEAT % (command, said, status), "sh", *argv,
                                 stdin=b"0000")
            text = self.box.read(said).decode(errors="replace")
            about = "%s: %s\n%s\n%r" % (purpose, command, text, after)
            allowed = (128,) if promise is OVER_HTTPS else (0, 1, 2)
            self.assertIn(int(self.box.read(status)), allowed, about)
            self.assertNotRegex(text, r"usage: (?!git hf-ssh)|sh: .*not found", about)
            if promise is BETTER:
                left = proposed(after).get(purpose)
                gone = left != command if purpose == START else after.status == 0 and not left
                self.assertTrue(gone, about)
            elif callable(promise):
                promise(text)
            else:
                self.assertRegex(text, promise, about)


if __name__ == "__main__":
    unittest.main()
