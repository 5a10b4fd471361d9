"""git hf-ssh explain: what it foretells is what a connection then does, and it never connects."""

import json
import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402


class ExplainTest(ManagerCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model")
        cls.hub.add_repository("datasets/acme/corpus")

    def explain(self, *words, **options):
        """The report, as JSON, after the text was asked for as well; nobody was connected to."""
        before = self.hub.genuine().arrivals()
        text = self.box.git("hf-ssh", "explain", *words, check=False, **options)
        result = self.box.git("hf-ssh", "explain", "--json", *words, check=False, **options)
        self.assertEqual(text.status, result.status, text)
        self.assertEqual(self.hub.genuine().arrivals(), before)
        report = json.loads(result.stdout)
        self.assertEqual((report["version"], report["command"]), (1, "explain"))
        for destination in report.get("destinations", []):
            if destination.get("key"):
                self.assertIn(destination["key"]["fingerprint"], text.stdout)
        self.assert_fits(text.stdout)
        self.text, self.status = text, result.status
        return report

    def one(self, url, **options):
        return self.explain(url, **options)["destinations"][0]

    def assert_foretold(self, url, **options):
        """The key that explain names is the one, and the only one, that the server is offered."""
        told = self.one(url, **options)
        self.assertEqual(self.status, 0, self.text)
        self.hub.genuine().wait_idle()
        self.hub.forget()
        self.box.git("ls-remote", url, check=False, **options)
        for offered in self.hub.genuine().offers():
            self.assertEqual(offered, [told["key"]["fingerprint"]])
        return told

    # the decisions ------------------------------------------------------------------------------

    def test_only_key(self):
        told = self.assert_foretold("git@hf.co:alice/model")
        self.assertEqual(told["reason"]["rule"], 8)
        self.assertEqual(told["key"]["name"], "~/.ssh/id_ed25519")
        self.assertIsNone(told["key"]["account"])
        self.assertEqual(told["repository"], "alice/model")
        self.assertEqual(told["endpoint"]["port"], str(self.hub.genuine().port))
        self.assertEqual(told["endpoint"]["user"], "git")
        self.assertEqual(os.path.basename(told["ssh"][0]), "ssh")
        self.assertEqual(told["ssh"][1:], ["-F", self.box.ssh_config])

    def test_every_way_to_decide(self):
        box = self.box
        work = box.make_key("id_work")
        other = box.make_key("id_other")
        box.git("config", "--global", "hf-ssh.probe", "never")
        box.git("config", "--global", "hf-ssh.acme.identity", "~/.ssh/id_work")
        for url, environment, rule, key in (
                ("git@hf.co:alice/model", {}, 8, box.key),
                ("git@hf.co:acme/model", {}, 4, work),
                ("ssh://git@hf.co/acme/model", {}, 4, work),
                ("git@hf.co:datasets/acme/corpus.git", {}, 4, work),
                ("git@huggingface.co:acme/model", {}, 4, work),
                ("git@hf.co:acme/model", {"HF_SSH_IDENTITY": other.path}, 2, other),
                ("git@hf.co:acme/model", {"HF_SSH_IDENTITY": other.fingerprint}, 2, other)):
            with self.subTest(url=url, environment=environment):
                told = self.assert_foretold(url, env=environment)
                self.assertEqual(told["reason"]["rule"], rule)
                self.assertEqual(told["key"]["fingerprint"], key.fingerprint)

    def test_alias(self):
        work = self.box.make_key("id_work")
        self.box.point_at(self.hub.genuine(), extra=(
            "Host hf-work\n    HostName hf.co\n    Port %d\n    IdentityFile %s\n"
            "    ProxyCommand nc 127.0.0.1 %%p\n" % (self.hub.genuine().port, work.path)))
        told = self.one("git@hf-work:acme/model")
        self.assertEqual(told["reason"]["rule"], 3)
        self.assertEqual(told["key"]["fingerprint"], work.fingerprint)
        self.assertEqual(told["endpoint"]["proxy_command"], "nc ...")
        self.assertIn("nc ...", self.text.words)

    def test_candidates_and_why_not(self):
        box = self.box
        box.make_key("id_rsa", "rsa", passphrase="secret")
        box.run("ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f",
                os.path.join(box.home, ".ssh", "short"))
        exposed = box.make_key("exposed")
        os.chmod(exposed.path, 0o644)
        told = self.one("git@hf.co:alice/model")
        why = {entry["name"]: (entry["chosen"], entry["state"], entry["why"])
               for entry in told["candidates"]}
        self.assertEqual(why["~/.ssh/id_ed25519"][:2], (True, "ready"))
        self.assertEqual(why["~/.ssh/id_rsa"][:2], (False, "locked"))
        self.assertIn("passphrase", why["~/.ssh/id_rsa"][2])
        self.assertEqual(why["~/.ssh/short"][:2], (False, "refused-short-rsa"))
        self.assertIn("never offered", why["~/.ssh/short"][2])
        self.assertEqual(why["~/.ssh/exposed"][:2], (False, "exposed"))
        self.assertIn("can be read by others", why["~/.ssh/exposed"][2])
        for name in why:
            self.assertIn(name, self.text.stdout)

    def test_what_would_be_asked_first(self):
        self.box.make_key("id_work")
        told = self.one("git@hf.co:alice/model")
        self.assertEqual(len(told["asked_first"]), 2)
        self.assertIn("whoami --all", self.text.words)
        told = self.one("git@hf.co:alice/model", env={"HF_HUB_OFFLINE": "1"})
        self.assertEqual(told["asked_first"], [])

    def test_memory(self):
        self.box.make_key("id_work")
        self.box.git("hf-ssh", "whoami", "--all")
        told = self.assert_foretold("git@hf.co:alice/model")
        self.assertEqual((told["reason"]["rule"], told["key"]["account"]), (5, "alice"))
        told = self.assert_foretold("git@hf.co:acme/model")
        self.assertEqual(told["reason"]["rule"], 8)

    def test_no_key(self):
        os.remove(self.box.key.path)
        os.remove(self.box.key.path + ".pub")
        told = self.one("git@hf.co:alice/model")
        self.assertEqual(self.status, 1)
        self.assertIsNone(told["key"])
        self.assertIn("no SSH key", told["problem"]["message"])
        self.assertIn("no SSH key", self.text.words)

    def test_named_key_is_missing(self):
        told = self.one("git@hf.co:alice/model", env={"HF_SSH_IDENTITY": "~/.ssh/gone"})
        self.assertEqual(self.status, 1)
        self.assertIn("~/.ssh/gone", told["problem"]["message"])
        self.assertTrue(any(entry["name"] == "~/.ssh/gone" for entry in told["candidates"]))

    def test_key_of_the_environment_is_no_secret_spilt(self):
        with open(self.box.key.path, encoding="ascii") as file:
            secret = file.read()
        told = self.one("git@hf.co:alice/model", env={"HF_SSH_KEY": secret})
        self.assertEqual((told["key"]["name"], told["key"]["path"]), ("HF_SSH_KEY", None))
        self.assertEqual(told["reason"]["rule"], 2)
        self.assertNotIn(secret.split("\n")[1], self.text.stdout + self.text.stderr)
        self.assertEqual(os.listdir(os.path.join(self.box.env["XDG_RUNTIME_DIR"])), [])

    # what is explained --------------------------------------------------------------------------

    def test_remotes_of_a_repository(self):
        box = self.box
        box.git("init", "-q", "repo")
        box.git("remote", "add", "github", "git@github.com:acme/model", cwd="repo")
        box.git("remote", "add", "origin", "hub:acme/model", cwd="repo")
        box.git("remote", "add", "web", "https://huggingface.co/acme/model", cwd="repo")
        box.git("config", "url.git@hf.co:.insteadOf", "hub:", cwd="repo")
        box.git("config", "remote.web.pushurl", "git@hf.co:acme/model", cwd="repo")
        report = self.explain(cwd="repo")
        self.assertEqual(self.status, 0)
        found = [(entry["remote"], entry["url"], entry["push"], entry["hub"])
                 for entry in report["destinations"]]
        self.assertEqual(found, [
            ("origin", "git@hf.co:acme/model", False, True),
            ("github", "git@github.com:acme/model", False, False),
            ("web", "https://huggingface.co/acme/model", False, False),
            ("web", "git@hf.co:acme/model", True, True)])
        self.assertEqual(self.one("origin", cwd="repo")["url"], "git@hf.co:acme/model")

    def test_a_path_alone_is_one_on_the_hub(self):
        self.assertEqual(self.one("datasets/acme/corpus")["repository"], "datasets/acme/corpus")

    def test_settings_of_the_repository_count_in_its_folders(self):
        box = self.box
        work = box.make_key("id_work")
        box.git("init", "-q", "repo")
        box.git("config", "hf-ssh.identity", "../home/.ssh/id_work", cwd="repo")
        os.makedirs(box.path("work", "repo", "a", "b"))
        os.symlink(box.home, box.path("work", "home"))
        told = self.one("git@hf.co:acme/model", cwd="repo/a/b")
        self.assertEqual(told["key"]["fingerprint"], work.fingerprint)
        self.assertEqual(told["settings"][0]["scope"], "local")

    def test_what_git_strips_from_the_environment_does_not_count(self):
        work = self.box.make_key("id_work")
        before = self.hub.genuine().arrivals()
        result = self.box.git("-c", "hf-ssh.identity=" + work.path, "hf-ssh", "explain", "--json",
                              "git@hf.co:alice/model")
        told = json.loads(result.stdout)["destinations"][0]
        self.assertEqual(told["key"]["fingerprint"], self.box.key.fingerprint)
        self.assertEqual(self.hub.genuine().arrivals(), before)

    # which ssh ----------------------------------------------------------------------------------

    def test_via(self):
        self.box.register("via")
        report = self.explain("git@hf.co:alice/model")
        self.assertTrue(report["git"]["registered"])
        self.assertEqual(report["destinations"][0]["ssh"][1:], ["-F", self.box.ssh_config])

    def test_options_in_the_command(self):
        """They count in every verb as they do when git runs it; not a repository's own."""
        other = self.box.make_key("other")
        self.hub.add_account("other", other)
        command = "hf-ssh --via %s -i %s" % (shlex.quote(self.box.ssh_command()), other.path)
        told = self.assert_foretold("git@hf.co:acme/model", env={"GIT_SSH_COMMAND": command})
        self.assertEqual(told["key"]["fingerprint"], other.fingerprint)
        self.box.git("init", "-q", "theirs")
        self.box.git("config", "core.sshCommand", "hf-ssh -i " + other.path, cwd="theirs")
        told = self.one("git@hf.co:acme/model", cwd="theirs", env={"GIT_SSH_COMMAND": None})
        self.assertNotEqual(told["key"]["fingerprint"], other.fingerprint)

    def test_libexec(self):
        self.box.register("libexec")
        self.assertTrue(self.explain("git@hf.co:alice/model")["git"]["registered"])

    def test_command_of_the_environment(self):
        command = shlex.quote(self.box.hf_ssh) + " --via " + shlex.quote(self.box.ssh_command())
        report = self.explain("git@hf.co:alice/model",
                              env={"GIT_SSH_COMMAND": command, "HF_SSH_COMMAND": None})
        self.assertTrue(report["git"]["registered"])
        self.assertEqual(report["git"]["source"], "GIT_SSH_COMMAND")
        self.assertEqual(report["destinations"][0]["ssh"][1:], ["-F", self.box.ssh_config])

    def test_another_command(self):
        for command in ("ssh -v", "f() { ssh \"$@\"; }; f", "/nowhere/hf-ssh", "'unbalanced"):
            with self.subTest(command=command):
                report = self.explain("git@hf.co:alice/model", env={"GIT_SSH_COMMAND": command})
                self.assertFalse(report["git"]["registered"])
                self.assertIn("warning: git ", self.text.stderr)
                self.assertEqual(self.status, 0)

    def test_hf_ssh_that_is_found_as_ssh(self):
        self.box.git("config", "--global", "--unset", "core.sshCommand")
        path = self.box.libexec + ":" + self.box.env["PATH"]
        report = self.explain("git@hf.co:alice/model", env={"PATH": path})
        self.assertTrue(report["git"]["registered"])

    def test_compound_command_underneath(self):
        result = self.box.git("hf-ssh", "explain", "git@hf.co:alice/model", check=False,
                              env={"HF_SSH_COMMAND": "true; ssh"})
        self.assertEqual(result.status, 2)
        self.assert_failed(result, "more than an ssh with options")


if __name__ == "__main__":
    unittest.main()
