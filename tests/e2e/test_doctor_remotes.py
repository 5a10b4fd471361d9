"""git hf-ssh doctor: the remotes of a repository, by their URLs and by what hf.co says of them."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from checkup import CheckupCase      # noqa: E402
from standin import Relay      # noqa: E402


class RemotesTest(CheckupCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("acme/model")

    def setUp(self):
        super().setUp()
        self.box.git("init", "-q", "repo")

    def remote(self, url, name="origin"):
        self.box.git("remote", "add", name, url, cwd="repo")

    def fixed(self, check, *words):
        self.assert_ok(self.box.run("sh", "-c", check["fix"], cwd="repo"))
        self.examine(*words, status=0, cwd="repo")

    def found(self, name, *words, **options):
        return [check["found"] for check in
                self.named(self.examine(*words, cwd="repo", **options), name)]

    def test_good_ones(self):
        before = self.hub.head("alice/model")
        self.remote("git@hf.co:alice/model")
        self.remote("ssh://git@hf.co/datasets/alice/data.git", "data")
        self.remote("git@github.com:a/b", "elsewhere")
        checks = self.examine(status=0, cwd="repo")
        self.assertEqual([check["found"] for check in self.named(checks, "remotes")],
                         ["origin: git@hf.co:alice/model",
                          "data: ssh://git@hf.co/datasets/alice/data.git"])
        self.assertEqual([(check["result"], check["found"]) for check in
                          self.named(checks, "repositories")],
                         [("ok", "your key can read and push to alice/model"),
                          ("ok", "your key can read and push to datasets/alice/data")])
        self.assertEqual({session["command"] for session in self.hub.connections()
                          if session["command"]},
                         {"git-receive-pack 'alice/model'",
                          "git-receive-pack 'datasets/alice/data'"})
        self.assertEqual(self.hub.head("alice/model"), before)

    def test_none(self):
        self.assertEqual(self.found("remotes", "--offline"),
                         ["this repository has no remote on hf.co"])

    def test_offline(self):
        self.remote("git@hf.co:alice/data")
        for words, env in ((("--offline",), {}), ((), {"HF_HUB_OFFLINE": "1"})):
            checks = self.examine(*words, env=env, status=0, cwd="repo")
            check = self.named(checks, "repositories")[0]
            self.assertEqual(check["result"], "skipped")
            self.assertIn((words or ("HF_HUB_OFFLINE",))[0], check["found"])
        self.hub.genuine().wait_idle()
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_dataset_without_its_type(self):
        self.remote("git@hf.co:alice/data")
        check = self.only("repositories", words=(), cwd="repo")
        self.assertIn("alice/data: hf.co answers: Repository not found", check["found"])
        self.assertIn("datasets/alice/data exists", check["why"])
        self.assertEqual(check["fix"], "git remote set-url origin git@hf.co:datasets/alice/data")
        self.fixed(check)

    def test_space_without_its_type(self):
        self.remote("git@hf.co:alice/app")
        self.fixed(self.only("repositories", words=(), cwd="repo"))

    def test_not_there(self):
        self.remote("git@hf.co:alice/nowhere")
        check = self.only("repositories", words=(), cwd="repo")
        self.assertIn("it does not exist", check["why"])
        self.assertIn("create it: https://huggingface.co/new", check["fix"])  # alice's own

    def test_a_push_would_be_refused(self):
        self.remote("git@hf.co:acme/model")
        check = self.only("repositories", words=(), cwd="repo")
        self.assertIn("acme/model: hf.co refuses a push: ", check["found"])
        self.assertIn("alice can read it, but not push to it", check["why"])
        self.assertEqual(check["fix"], "ask the owner of acme/model to give alice write access")
        other = self.box.make_key("other")
        self.hub.add_account("acme", other)
        self.assert_ok(self.manage("whoami", "--all"))
        self.examine(status=0, cwd="repo")  # the key of the namespace is chosen

    def test_another_key_may_push(self):
        """The command lists what each key may do."""
        self.remote("git@hf.co:acme/model")
        self.hub.add_account("bob", self.box.make_key("other"))
        self.box.git("config", "hf-ssh.identity", "~/.ssh/id_ed25519", cwd="repo")
        check = self.only("repositories", words=(), cwd="repo")
        self.assertEqual(check["fix"], "git hf-ssh access --all-keys git@hf.co:acme/model")
        result = self.box.run("sh", "-c", check["fix"], cwd="repo")
        self.assertEqual(result.status, 1, result)
        self.assertIn("other", result.stdout)

    def test_only_fetched_from(self):
        """A push goes elsewhere: reading is enough."""
        self.remote("git@hf.co:acme/model")
        self.box.git("remote", "set-url", "--push", "origin", "git@hf.co:alice/model", cwd="repo")
        checks = self.named(self.examine(status=0, cwd="repo"), "repositories")
        self.assertEqual([check["found"] for check in checks],
                         ["your key can read acme/model", "your key can read and push to alice/model"])

    def test_a_key_that_hf_co_does_not_know(self):
        """One failure, of the account; the repository says nothing more."""
        self.hub.add_stranger(self.box.key)
        self.addCleanup(self.hub.add_account, "alice", self.box.key)
        self.remote("git@hf.co:alice/model")
        self.only("account", words=(), cwd="repo")
        self.assertRegex(self.manage("doctor", status=1, cwd="repo").stdout,
                         r"skipped +repositories +not checked: alice/model: hf.co does not")

    def test_private(self):
        self.remote("git@hf.co:alice/secret")
        self.examine(status=0, cwd="repo")

    def test_huggingface_co(self):
        self.remote("git@huggingface.co:alice/model")
        check = self.only("remotes", "warning", cwd="repo")
        self.assertEqual(check["fix"], "git remote set-url origin git@hf.co:alice/model")
        self.fixed(check)

    def test_push_url_on_huggingface_co(self):
        self.remote("git@hf.co:alice/model")
        self.box.git("remote", "set-url", "--push", "origin", "ssh://git@huggingface.co/alice/model",
                     cwd="repo")
        check = self.only("remotes", "warning", cwd="repo")
        self.assertEqual(check["fix"], "git remote set-url --push origin git@hf.co:alice/model")
        self.fixed(check)

    def test_one_of_several_urls(self):
        self.remote("git@hf.co:alice/model")
        self.box.git("remote", "set-url", "--add", "origin", "git@huggingface.co:alice/model",
                     cwd="repo")
        self.fixed(self.only("remotes", "warning", cwd="repo"))
        self.assertEqual(self.box.git("config", "--get-all", "remote.origin.url", cwd="repo")
                         .stdout.split(), ["git@hf.co:alice/model"] * 2)

    def test_alias(self):
        self.box.write(self.box.ssh_config, "Host hf-work\n    HostName hf.co\n" + self.box.read(
            self.box.ssh_config).decode())
        self.remote("git@hf-work:alice/data")
        self.remote("git@elsewhere:alice/data", "elsewhere")
        self.assertEqual(self.found("remotes", "--offline"), ["origin: git@hf-work:alice/data"])

    def test_no_path_of_a_repository(self):
        self.remote("git@hf.co:a/b/c/d")
        self.assertIn("not the path of a repository", self.only("remotes", cwd="repo")["why"])

    def test_https(self):
        self.remote("https://huggingface.co/alice/model")
        check = self.only("remotes", "warning", cwd="repo")
        self.assertEqual(check["fix"], "git hf-ssh setup --push-over-ssh")
        self.box.git("config", "url.git@hf.co:.pushInsteadOf", "https://huggingface.co/",
                     cwd="repo")
        self.assertEqual(self.found("remotes", "--offline"),
                         ["origin: https://huggingface.co/alice/model, and pushes over SSH",
                          "origin: git@hf.co:alice/model (push)"])

    def test_ssh_that_git_turns_into_https(self):
        """url.<base>.insteadOf: setting the URL, or pushInsteadOf, would change nothing."""
        self.remote("git@hf.co:alice/model")
        key = "url.https://hf.co/.insteadOf"
        self.box.git("config", "--global", key, "git@hf.co:")
        check = self.only("remotes", "warning", cwd="repo")
        self.assertIn("origin: https://hf.co/alice/model", check["found"])
        self.assertIn("git@hf.co:alice/model", check["why"])
        self.fixed(check)
        self.box.git("config", "--global", "url.https://hf_secretToken@hf.co/.insteadOf",
                     "git@hf.co:")
        check = self.only("remotes", "warning", cwd="repo")
        self.assertEqual(check["fix"], "git config --file ~/.gitconfig --edit")
        self.assertNotIn("hf_secretToken", str(check))

    def test_token_in_the_url(self):
        for user in ("me:hf_secretToken", "hf_secretToken"):
            with self.subTest(user):
                self.remote("https://%s@huggingface.co/datasets/alice/data" % user)
                for verb in ("doctor --offline", "explain", "access"):
                    result = self.manage(*verb.split(), "--json", cwd="repo")
                    self.assertNotIn("hf_secretToken", result.stdout + result.stderr)
                self.fixed(self.only("remotes", "warning", cwd="repo"))
                self.box.git("remote", "remove", "origin", cwd="repo")

    def test_locked_key(self):
        self.remote("git@hf.co:alice/model")
        for name in os.listdir(os.path.join(self.box.home, ".ssh")):
            os.remove(os.path.join(self.box.home, ".ssh", name))
        self.hub.add_account("alice", self.box.make_key("id_ed25519", passphrase="abc"))
        check = self.named(self.examine(cwd="repo"), "repositories")[0]
        self.assertEqual(check["result"], "skipped")
        self.assertIn("needs a passphrase or a touch", check["found"])

    def test_bounded(self):
        self.remote("git@hf.co:alice/model")
        relay = Relay(self.hub.genuine())
        relay.freeze()
        self.box.point_at(relay)
        check = self.named(self.examine(cwd="repo"), "repositories")[0]
        self.assertEqual(check["result"], "skipped", check)
        self.assertEqual(self.box.processes(), set())
        relay.close()

    def test_told_to_end(self):
        self.remote("git@hf.co:alice/model")
        # What is known is shown before hf.co answers.
        self.assert_ends_when_told("git", "hf-ssh", "doctor", cwd=self.box.path("work", "repo"),
                                   shows="settings")

    def test_nobody_there(self):
        self.remote("git@hf.co:alice/model")
        self.box.point_at(9)
        check = self.named(self.examine(cwd="repo"), "repositories")[0]
        self.assertEqual(check["result"], "skipped", check)

    def test_impostor(self):
        self.remote("git@hf.co:alice/model")
        self.box.point_at(self.hub.impostor())
        check = self.named(self.examine(cwd="repo"), "repositories")[0]
        self.assertEqual(check["result"], "skipped", check)
        self.assertIn("host key", check["found"])


if __name__ == "__main__":
    unittest.main()
