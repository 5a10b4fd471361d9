"""The key that git's configuration names for a repository: of all patterns the most specific one,
an identity before an account, whatever file it stands in."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from identities import IdentityCase, compare  # noqa: E402
from standin.run import git_version  # noqa: E402

tearDownModule = compare
DATASET, MODEL = "git@hf.co:datasets/acme/corpus", "git@hf.co:acme/corpus"


class SettingsCase(IdentityCase):
    def setUp(self):
        super().setUp()
        self.remember(self.box.key, "alice")
        self.keys = {name: self.make(name, name) for name in ("one", "two")}
        for name, key in self.keys.items():
            self.remember(key, name)
        self.one, self.two = self.keys["one"], self.keys["two"]


class PatternTest(SettingsCase):
    def assert_more_specific(self, better, worse, url):
        """BETTER counts, wherever it stands."""
        lines = ["%s = ~/.ssh/one" % better, "%s = ~/.ssh/two" % worse]
        self.git_settings(*lines)
        self.assert_served(self.one, 4, url=url)
        self.git_settings(*reversed(lines))
        self.assert_served(self.one, 4, url=url)

    def test_typed_repository_before_repository(self):
        self.assert_more_specific("datasets/acme/corpus.identity", "acme/corpus.identity", DATASET)

    def test_repository_before_typed_namespace(self):
        self.assert_more_specific("acme/corpus.identity", "datasets/acme.identity", DATASET)

    def test_typed_namespace_before_namespace(self):
        self.assert_more_specific("datasets/acme.identity", "acme.identity", DATASET)

    def test_namespace_before_everything(self):
        self.assert_more_specific("acme.identity", "identity", DATASET)

    def test_repository_without_a_namespace(self):
        self.assert_more_specific("identity", "acme.identity", "git@hf.co:gpt2")

    def test_types_and_others_do_not_count(self):
        self.git_settings("datasets/acme.identity = ~/.ssh/two", "acme/model.identity = ~/.ssh/two",
                          "acme.identity = ~/.ssh/one")
        self.assert_served(self.one, 4, url=MODEL + ".git")

    def test_leading_slash(self):
        self.git_settings("acme/corpus.identity = ~/.ssh/one", "acme.identity = ~/.ssh/two")
        self.assert_served(self.one, 4, url="ssh://git@hf.co/acme/corpus.git")


class ValueTest(SettingsCase):
    def test_before_what_is_known_and_configured(self):
        self.hub.add_account("acme", self.two)
        self.remember(self.two, "acme")
        self.ssh_configuration("Host hf.co\n    IdentityFile %s" % self.two.path)
        self.git_settings("identity = ~/.ssh/one")
        self.assert_served(self.one, 4)

    def test_account(self):
        self.git_settings("acme.account = one")
        self.assert_served(self.one, 4)

    def test_account_of_a_more_specific_pattern(self):
        self.git_settings("acme.identity = ~/.ssh/two", "acme/corpus.account = one")
        self.assert_served(self.one, 4)

    def test_identity_before_account(self):
        self.git_settings("acme.account = two", "acme.identity = ~/.ssh/one")
        self.assert_served(self.one, 4)

    def test_account_without_a_key(self):
        self.git_settings("acme.account = three")
        self.assert_nothing_tried(self.ask(), "account three", "hf-ssh.acme.account", "hint: ")

    def test_fingerprint(self):
        self.git_settings("acme.identity = " + self.one.fingerprint)
        self.assert_served(self.one, 4)

    def test_fingerprint_of_a_key_in_the_agent(self):
        token = self.make("token", "carol")
        self.in_agent_only(self.two, token)
        self.git_settings("acme.identity = " + token.fingerprint)
        self.assert_served(token, 4)

    def test_missing_file(self):
        self.git_settings("acme.identity = ~/.ssh/gone")
        self.assert_nothing_tried(self.ask(), "there is no key ~/.ssh/gone", "hf-ssh.acme.identity")

    def test_last_of_several(self):
        self.git_settings("acme.identity = ~/.ssh/two", "acme.identity = ~/.ssh/one")
        self.assert_served(self.one, 4)


class PlaceTest(SettingsCase):
    def setUp(self):
        super().setUp()
        self.box.git("init", "-q", "repository")
        self.box.git("remote", "add", "origin", MODEL, cwd="repository")

    def test_this_repository(self):
        self.git_settings("acme.identity = ~/.ssh/two")
        self.box.git("config", "hf-ssh.acme.identity", "~/.ssh/one", cwd="repository")
        self.assert_served(self.one, 4, url="origin", cwd="repository")
        self.assert_served(self.two, 4)

    def test_general_setting_of_this_repository(self):
        """A pattern of the person's own is more specific still."""
        self.box.git("config", "hf-ssh.identity", "~/.ssh/one", cwd="repository")
        self.assert_served(self.one, 4, url="origin", cwd="repository")
        self.git_settings("acme.identity = ~/.ssh/two")
        self.assert_served(self.two, 4, url="origin", cwd="repository")

    def test_include_by_directory(self):
        self.box.write("acme.gitconfig", '[hf-ssh]\n\tidentity = ~/.ssh/one\n')
        self.box.write(self.box.git_config, '[includeIf "gitdir:%s/"]\n\tpath = %s\n' % (
            self.box.work, self.box.path("work", "acme.gitconfig")))
        self.assert_served(self.one, 4, url="origin", cwd="repository")

    @unittest.skipIf(git_version() < (2, 36), "git knows no hasconfig")
    def test_include_by_remote(self):
        self.box.write("acme.gitconfig", '[hf-ssh]\n\tidentity = ~/.ssh/one\n')
        self.box.write(self.box.git_config,
                       '[includeIf "hasconfig:remote.*.url:git@hf.co:acme/**"]\n\tpath = %s\n'
                       % self.box.path("work", "acme.gitconfig"))
        self.assert_served(self.one, 4, url="origin", cwd="repository")


if __name__ == "__main__":
    unittest.main()
