"""git hf-ssh doctor: settings, variables, git-lfs, tokens and the memory; and how it says what it
found."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from checkup import CheckupCase      # noqa: E402
from standin import Relay      # noqa: E402

SECRET = "hf_neverShownToAnybody"


class SettingsTest(CheckupCase):
    def set(self, key, value="x"):
        self.box.git("config", "--global", key, value)

    def test_misspelt_variable(self):
        self.set("hf-ssh.acme.identiy", "~/.ssh/id_ed25519")
        check = self.only("settings", "warning")
        self.assertIn("did you mean hf-ssh.acme.identity?", check["found"])
        self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0)
        self.assertEqual(self.box.git("config", "hf-ssh.acme.identity").stdout,
                         "~/.ssh/id_ed25519\n")

    def test_what_is_no_setting(self):
        self.set("hf-ssh.banana")
        check = self.only("settings", "warning")
        self.assertEqual(check["fix"], "git config --global --unset-all hf-ssh.banana")

    def test_pattern_that_matches_nothing(self):
        self.set("hf-ssh.a/b/c/d.account")
        self.assertIn("matches no repository", self.only("settings", "warning")["found"])

    def test_value_that_says_nothing(self):
        """A person who wrote off means never, and would be asked about all the same."""
        for key, value, right in (("hf-ssh.probe", "off", "never"),
                                  ("hf-ssh.probe", "Never", "never"),
                                  ("hf-ssh.hints", "flase", "false")):
            with self.subTest(key=key, value=value):
                self.set(key, value)
                check = self.only("settings", "warning")
                self.assertIn("%s (global) is %s" % (key, value), check["found"])
                self.assert_ok(self.box.run("sh", "-c", check["fix"]))
                self.assertEqual(self.box.git("config", key).stdout, right + "\n")
                self.examine("--offline", status=0)

    def test_good_settings(self):
        for key in ("hf-ssh.datasets/acme", "hf-ssh.acme", "hf-ssh.other"):
            self.set(key + ".identity", "~/.ssh/id_ed25519")
        self.set("hf-ssh.probe", "never")
        self.assertIn("4 hf-ssh.* settings", self.named(self.examine("--offline"), "settings")[0]["found"])

    def test_setting_whose_key_is_not_here(self):
        """This may be no repository that it is for; there, each connection fails."""
        for variable, value in (("identity", "~/.ssh/gone"), ("account", "nobody"),
                                ("identity", "SHA256:" + 43 * "A")):
            with self.subTest(value=value):
                self.set("hf-ssh.acme." + variable, value)
                check = self.only("settings")
                self.assertIn("no key here is " + value, check["found"])
                result = self.box.hf("git@hf.co", "git-upload-pack 'acme/model'")
                self.assertEqual(result.status, 255, result)
                self.assert_ok(self.box.run("sh", "-c", check["fix"]))
                self.examine("--offline", status=0)

    def test_variables(self):
        for name, value in (("HF_SSH_IDENTITY", self.box.key.path), ("HF_SSH_ACCOUNT", "alice"),
                            ("HF_SSH_KEY_FILE", self.box.key.path)):
            with self.subTest(name):
                checks = self.examine("--offline", env={name: value})
                check = self.named(checks, "environment")[0]
                self.assertEqual((check["result"], check["fix"]), ("warning", "unset " + name))

    def test_misspelt_variable_of_the_environment(self):
        check = self.only("environment", "warning", env={"HF_SSH_IDENTIY": "x"})
        self.assertIn("did you mean HF_SSH_IDENTITY?", check["found"])

    def test_ci(self):
        with open(self.box.key.path, encoding="utf-8") as file:
            checks = self.examine("--offline", env={"CI": "true", "HF_SSH_KEY": file.read()})
        for name in ("environment", "memory"):
            self.assertEqual(self.named(checks, name)[0]["result"], "ok")


class LfsTest(CheckupCase):
    def without_lfs(self):
        return {"PATH": self.path_of("git", "ssh", "sh")}

    def test_missing(self):
        """It is needed only by a repository that keeps files in it."""
        checks = self.examine("--offline", status=0, program=("git-hf-ssh",),
                              env=self.without_lfs())
        self.assertEqual(self.named(checks, "git-lfs")[0]["result"], "skipped")

    def repository_with_lfs(self):
        self.box.git("init", "-q", "repo")
        self.box.write("repo/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
        self.box.git("add", ".gitattributes", cwd="repo")

    def test_missing_and_needed(self):
        self.repository_with_lfs()
        check = self.only("git-lfs", program=("git-hf-ssh",), env=self.without_lfs(), cwd="repo")
        self.assertIn("this repository", check["why"])

    def test_not_set_up(self):
        self.box.git("lfs", "uninstall", "--skip-repo")
        self.examine("--offline", status=0)
        self.repository_with_lfs()
        check = self.only("git-lfs", cwd="repo")
        self.assertEqual(check["fix"], "git lfs install")
        self.assert_ok(self.box.run("sh", "-c", check["fix"], cwd="repo"))
        self.examine("--offline", status=0, cwd="repo")


class TokensTest(CheckupCase):
    def git_xet(self):
        self.box.script("git-xet", "#!/bin/sh\n")

    def only_tokens(self, **options):
        check = self.only("tokens", "warning", **options)
        self.assertNotIn(SECRET, json.dumps(check))
        return check

    def test_environment(self):
        env = {"HF_TOKEN": SECRET}
        checks = self.examine("--offline", env=env)
        self.assertEqual(self.troubles(checks), [])
        self.assertIn("is not installed", self.named(checks, "tokens")[0]["found"])
        self.git_xet()
        self.assertEqual(self.only_tokens(env=env)["fix"], "unset HF_TOKEN")

    def test_netrc(self):
        self.git_xet()
        netrc = os.path.join(self.box.home, ".netrc")
        self.box.write(netrc, "machine example.org login a password b\n")
        self.assertEqual(self.troubles(self.examine("--offline")), [])
        self.box.write(netrc, "machine hf.co login a password %s\n" % SECRET)
        self.assertIn("~/.netrc has an entry for hf.co", self.only_tokens()["found"])
        os.rename(netrc, self.box.path("other"))
        self.assertEqual(self.troubles(self.examine("--offline")), [])
        self.only_tokens(env={"NETRC": self.box.path("other")})

    def test_transfer_agent(self):
        self.box.git("config", "--global", "lfs.customtransfer.xet.path", "git-xet")
        self.only_tokens(env={"HF_TOKEN": SECRET})

    def test_what_does_not_come_before_ssh(self):
        self.git_xet()
        self.box.write(os.path.join(self.box.home, ".cache", "huggingface", "token"), SECRET)
        checks = self.examine("--offline", env={"HUGGING_FACE_HUB_TOKEN": SECRET})
        self.assertEqual(self.troubles(checks), [])
        self.assertIn("~/.cache/huggingface/token", self.named(checks, "tokens")[0]["found"])
        self.assertNotIn(SECRET, json.dumps(checks))


class MemoryTest(CheckupCase):
    def state(self, *names):
        return os.path.join(self.box.home, ".local", "state", "hf-ssh", *names)

    def test_in_the_way(self):
        self.box.write(self.state(), "a file")
        check = self.only("memory", "warning")
        self.assertIn("Not a directory", check["found"])
        self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0)
        self.box.write(self.state("keys"), "a file")
        self.assertIn("~/.local/state/hf-ssh/keys", self.only("memory", "warning")["found"])

    @unittest.skipIf(os.geteuid() == 0, "root can write everywhere")
    def test_below_what_is_not_ours(self):
        check = self.only("memory", "warning", env={"XDG_STATE_HOME": "/usr/lib/state"})
        self.assertIn("/usr/lib: Permission denied", check["found"])
        self.assertEqual(check["fix"], "set XDG_STATE_HOME to a directory of your own")

    @unittest.skipIf(os.geteuid() == 0, "root can write everywhere")
    def test_not_writable(self):
        os.makedirs(self.state(), 0o700)
        os.chmod(self.state(), 0o500)
        check = self.only("memory", "warning")
        self.assertIn("Permission denied", check["found"])
        self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0)

    def test_open_to_others(self):
        os.makedirs(self.state())
        os.chmod(self.state(), 0o777)
        check = self.only("memory", "warning", says=(
            "hf-ssh: ignoring ~/.local/state/hf-ssh: it can be written by others (mode 0777)\n"))
        self.assertIn("other users can write", check["found"])
        self.assert_ok(self.box.run("sh", "-c", check["fix"]))
        self.examine("--offline", status=0)

    def test_nothing_is_made(self):
        self.examine("--offline", status=0)
        self.assertFalse(os.path.exists(self.state()))


class WordsTest(CheckupCase):
    """The text: of the same checks as the JSON, 80 columns, words in a pipe, symbols and colour at
    a terminal."""

    def break_something(self):
        self.box.git("config", "--global", "hf-ssh.banana", "x")
        self.box.git("config", "--global", "--unset", "core.sshCommand")

    def test_text_and_json_agree(self):
        self.break_something()
        checks = self.examine("--offline", status=1)
        text = self.manage("doctor", "--offline", "--verbose", status=1).stdout
        words = {"ok": "ok", "warning": "warning", "failure": "FAILED", "skipped": "skipped"}
        lines = [line.split()[:2] for line in text.splitlines()
                 if re.match("(ok|warning|FAILED|skipped) ", line)]
        self.assertEqual(lines, [[words[check["result"]], check["name"]] for check in checks])
        joined = " ".join(text.split())
        for check in checks:
            self.assertIn(" ".join(check["found"].split()), joined)
            told = check["result"] in ("warning", "failure")
            for part in (check["why"], check["fix"]):
                if part:
                    self.assertEqual(part in joined, told, check)

    def test_pipe(self):
        self.break_something()
        text = self.manage("doctor", "--offline", status=1).stdout
        self.assertTrue(text.isascii(), text)
        self.assertNotIn("\x1b", text)
        fixes = [check["fix"] for check in self.examine("--offline") if check["fix"]]
        self.assert_fits("\n".join(line for line in text.splitlines()
                                   if not any(line.endswith(fix) for fix in fixes)))
        self.assertRegex(text, r"\n\n1 failure, 1 warning, \d+ ok(, \d+ skipped)?; --verbose "
                               r"shows all checks\n"
                               r"    start with  git hf-ssh setup\n$")

    def at_terminal(self, **env):
        terminal = self.box.terminal("git", "hf-ssh", "doctor", "--offline",
                                     env=dict({"TERM": "xterm"}, **env))
        self.assertEqual(terminal.wait(), 1)
        return terminal.screen

    def test_terminal(self):
        self.break_something()
        screen = self.at_terminal()
        self.assertIn("\x1b[32m\u2713\x1b[0m \x1b[1mkeys ", screen)
        self.assertIn("\x1b[31m\u2717\x1b[0m \x1b[1mregistration", screen)
        self.assertIn("\x1b[33m!\x1b[0m \x1b[1msettings", screen)
        plain = self.at_terminal(NO_COLOR="1")
        self.assertNotIn("\x1b[", plain)
        self.assertIn("\u2717 registration", plain)
        other = self.at_terminal(LC_ALL="POSIX")
        self.assertIn("\x1b[31mFAILED\x1b[0m", other)
        self.assertTrue(other.isascii(), other)
        self.assertIn("FAILED   registration", self.at_terminal(TERM="dumb"))

    def without_others(self):
        """Of this machine's programs none that goes round hf-ssh."""
        return {"TERM": "xterm", "PATH": self.path_of("git", "git-lfs", "sh", "ssh", "ssh-add")}

    def test_one_line_a_group(self):
        """Good health takes half a screen: a line for each group, then the count."""
        terminal = self.box.terminal("git", "hf-ssh", "doctor", env=self.without_others())
        self.assertEqual(terminal.wait(), 0, terminal.screen)
        lines = [line for line in terminal.lines() if line.strip()]
        self.assertLessEqual(len(lines), 11, lines)
        self.assertEqual([line.split()[1] for line in lines[:-1]],
                         ["git", "ssh", "settings", "keys", "network", "host-keys", "account",
                          "repositories", "git-lfs"])
        self.assertIn("alice, by ~/.ssh/id_ed25519", lines[6])
        self.assertRegex(lines[-1], r"^\d+ ok, \d+ skipped; --verbose shows all checks$")

    def test_shown_as_it_is_found(self):
        """Nothing of hf.co is needed for what this machine alone shows."""
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze()
        self.box.point_at(relay)
        terminal = self.box.terminal("git", "hf-ssh", "doctor", env=self.without_others())
        self.addCleanup(terminal.close)
        terminal.expect("asking hf.co (")
        lines = [line.split() for line in terminal.lines() if line.strip()]
        self.assertEqual([words[1] for words in lines[:4]], ["git", "ssh", "settings", "keys"])
        relay.thaw()
        self.assertIn(terminal.wait(20), (0, 1))
        self.assertNotIn("asking hf.co", "".join(terminal.lines()))

    def test_no_home(self):
        nowhere = {"HOME": "/nonexistent", "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}
        report = self.report("doctor", "--offline", env=nowhere)
        self.assertIn("registration", {check["name"] for check in report["checks"]})

    def test_bad_words(self):
        self.manage("doctor", "--banana", status=129)
        self.manage("doctor", "word", status=129)


if __name__ == "__main__":
    unittest.main()
