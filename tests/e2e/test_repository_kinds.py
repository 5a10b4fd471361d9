"""git hf-ssh explain in repositories of every kind: the remotes are git's own, whether libgit2 reads
them or git has to be asked."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from manager import ManagerCase      # noqa: E402
from standin.run import git_version  # noqa: E402

# Without the sandbox's GIT_CONFIG_GLOBAL and GIT_CONFIG_NOSYSTEM libgit2's reading counts.
BY_LIBGIT2 = {"GIT_CONFIG_GLOBAL": None, "GIT_CONFIG_NOSYSTEM": None}
BY_GIT = {}
WAYS = (("libgit2", BY_LIBGIT2), ("git", BY_GIT))


class RepositoryCase(ManagerCase):
    def make(self, name="repo", *options):
        self.box.git("init", "-q", *options, name)
        return name

    def remote(self, url, place="repo", name="origin"):
        self.box.git("remote", "add", name, url, cwd=place)

    def config(self, place, *words):
        self.box.git("config", *words, cwd=place)

    def explained(self, place="repo", way=None, status=None):
        return self.report("explain", cwd=place, env=way, status=status)

    def remotes(self, place="repo", way=None):
        return sorted((entry["remote"], entry["url"], entry["push"])
                      for entry in self.explained(place, way)["destinations"] if entry["remote"])

    def as_git_says(self, place="repo", way=None):
        """`git remote get-url --all`, and with --push."""
        def lines(*words):
            return self.box.git(*words, cwd=place, env=way).stdout.splitlines()
        found = []
        for name in lines("remote"):
            urls = lines("remote", "get-url", "--all", name)
            found += [(name, url, False) for url in urls]
            found += [(name, url, True) for url in
                      lines("remote", "get-url", "--push", "--all", name) if url not in urls]
        return sorted(found)

    def assert_agrees(self, place="repo", ways=WAYS):
        for name, way in ways:
            with self.subTest(read_by=name):
                told = self.remotes(place, way)
                self.assertTrue(told)
                self.assertEqual(told, self.as_git_says(place, way))


class RemotesTest(RepositoryCase):
    def test_one(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.assert_agrees()

    def test_several_urls(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        for url in ("git@hf.co:alice/copy", "https://example.org/copy"):
            self.box.git("remote", "set-url", "--add", "origin", url, cwd="repo")
        for url in ("git@hf.co:alice/pushed", "git@hf.co:alice/model"):
            self.box.git("remote", "set-url", "--add", "--push", "origin", url, cwd="repo")
        self.remote("/srv/other", name="other")
        self.assert_agrees()

    def test_instead_of(self):
        self.make()
        rules = (("url.git@hf.co:.insteadOf", "hf:"),
                 ("url.git@hf.co:datasets/.insteadOf", "hf:data/"),
                 ("url.git@hf.co:.insteadOf", "https://huggingface.co/"),
                 ("url.ssh://git@hf.co/.pushInsteadOf", "https://hf.co/"))
        for key, value in rules:
            self.config("repo", "--global", "--add", key, value)
        for index, url in enumerate((
                "hf:alice/model", "hf:data/alice/data", "https://huggingface.co/alice/model",
                "https://hf.co/alice/model", "HF:alice/model", "git@hf.co:alice/model")):
            self.remote(url, name="r%d" % index)
        # Two URLs, of which pushInsteadOf fits one; a pushurl, for which it does not count.
        self.box.git("remote", "set-url", "--add", "r3", "https://example.org/x", cwd="repo")
        self.remote("https://hf.co/alice/model", name="own")
        self.config("repo", "remote.own.pushurl", "https://hf.co/alice/pushed")
        self.config("repo", "--add", "remote.own.pushurl", "hf:alice/also")
        self.assert_agrees()
        self.assertIn(("r3", "ssh://git@hf.co/alice/model", True), self.remotes())

    def test_the_rule_is_in_an_included_file(self):
        self.make()
        self.remote("hf:alice/model")
        rule = self.box.write("rule", "[url \"git@hf.co:\"]\n\tinsteadOf = hf:\n")
        hasconfig = "includeIf.hasconfig:remote.*.url:hf:*/**.path"
        for key in ("include.path", "includeIf.gitdir:%s/.path" % self.box.work,
                    "includeIf.onbranch:main.path") + (hasconfig,) * (git_version() >= (2, 36)):
            with self.subTest(key=key):
                self.config("repo", key, rule)
                self.assert_agrees()
                self.assertEqual(self.remotes(way=BY_LIBGIT2),
                                 [("origin", "git@hf.co:alice/model", False)])
                self.config("repo", "--unset", key)

    def test_the_rule_is_in_the_environment(self):
        self.make()
        self.remote("hf:alice/model")
        rule = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "url.git@hf.co:.insteadOf",
                "GIT_CONFIG_VALUE_0": "hf:"}
        self.assert_agrees(ways=[("COUNT", dict(BY_LIBGIT2, **rule))])
        other = self.box.write("other", "[url \"git@hf.co:\"]\n\tinsteadOf = hf:\n")
        self.assert_agrees(ways=[("GLOBAL", dict(BY_LIBGIT2, GIT_CONFIG_GLOBAL=other)),
                                 ("SYSTEM", dict(BY_LIBGIT2, GIT_CONFIG_SYSTEM=other))])
        report = self.box.git("-c", "url.git@hf.co:.insteadOf=hf:", "hf-ssh", "explain",
                              env=BY_LIBGIT2, cwd="repo")
        self.assertIn("git@hf.co:alice/model", report.stdout)

    def test_the_rule_is_for_one_work_tree(self):
        self.make()
        self.remote("hf:alice/model")
        self.box.git("commit", "-q", "--allow-empty", "-m", "one", cwd="repo")
        self.config("repo", "extensions.worktreeConfig", "true")
        self.box.git("worktree", "add", "-q", "../side", cwd="repo")
        self.config("side", "--worktree", "url.git@hf.co:.insteadOf", "hf:")
        self.assert_agrees("side")
        self.assert_agrees("repo")
        self.assertEqual(self.remotes("side", BY_LIBGIT2),
                         [("origin", "git@hf.co:alice/model", False)])

    def test_the_branch_s_own_remote_is_first(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.remote("git@hf.co:alice/fork", name="fork")
        self.config("repo", "branch.main.remote", "fork")
        for name, way in WAYS:
            with self.subTest(read_by=name):
                report = self.explained(way=way)
                self.assertEqual([entry["remote"] for entry in report["destinations"]],
                                 ["fork", "origin"])

    def test_a_remote_without_a_url(self):
        self.make()
        self.config("repo", "remote.origin.prune", "true")
        self.remote("git@hf.co:alice/model", name="hf")
        self.assertEqual(self.remotes(way=BY_LIBGIT2), [("hf", "git@hf.co:alice/model", False)])


class KindsTest(RepositoryCase):
    def assert_here(self, place, **expected):
        for name, way in WAYS:
            with self.subTest(read_by=name):
                here = self.explained(place, way)["here"]
                self.assertEqual({key: here[key] for key in expected}, expected)

    def test_unborn_and_not(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        top = self.box.path("work", "repo")
        self.assert_here("repo", unborn=True, bare=False, linked=False, detached=False,
                         not_opened=None, work_tree=top, git_directory=top + "/.git")
        self.box.git("commit", "-q", "--allow-empty", "-m", "one", cwd="repo")
        self.assert_here("repo", unborn=False, detached=False)
        self.box.git("checkout", "-q", "--detach", cwd="repo")
        self.assert_here("repo", unborn=False, detached=True)
        self.assertIn("HEAD detached", self.manage("explain", cwd="repo").words)

    def test_bare(self):
        self.make("bare.git", "--bare")
        self.remote("git@hf.co:alice/model", "bare.git")
        self.assert_agrees("bare.git")
        self.assert_here("bare.git", bare=True, work_tree=None)

    def test_inside_of_the_git_directory(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.assert_agrees("repo/.git")
        self.assert_here("repo/.git", bare=False)

    def test_named_by_the_environment(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        place = {"GIT_DIR": self.box.path("work", "repo", ".git"), "GIT_WORK_TREE": self.box.home}
        for name, way in WAYS:
            with self.subTest(read_by=name):
                report = self.explained("", dict(way, **place))
                self.assertEqual(report["here"]["work_tree"], self.box.home)
                self.assertEqual(len(report["destinations"]), 1)

    def test_work_tree_of_another(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.box.git("commit", "-q", "--allow-empty", "-m", "one", cwd="repo")
        self.box.git("worktree", "add", "-q", "../side", cwd="repo")
        self.assert_agrees("side")
        self.assert_here("side", linked=True, bare=False,
                         work_tree=self.box.path("work", "side"))
        self.assert_here("repo", linked=False)

    def test_work_tree_of_a_bare_one(self):
        self.box.git("clone", "-q", "--bare", "git@hf.co:alice/model", "bare.git")
        self.box.git("worktree", "add", "-q", "../side", cwd="bare.git")
        self.assert_agrees("side")
        self.assert_here("side", linked=True, bare=False)
        self.assert_here("bare.git", linked=False, bare=True)

    def test_submodules(self):
        box = self.box
        box.git("clone", "-q", "git@hf.co:alice/model", "repo")
        self.config("repo", "--global", "url.git@hf.co:.insteadOf", "hf:")
        box.write("repo/.gitmodules", "".join(
            "[submodule \"%s\"]\n\tpath = %s\n\turl = %s\n" % entry for entry in (
                ("data", "sub/data", "../../datasets/alice/data"), ("plain", "plain", "hf:gpt2"),
                ("secret", "secret", "../secret"), ("else", "else", "https://example.org/x"))))
        head = box.git("rev-parse", "HEAD", cwd="repo").stdout.strip()
        for path in ("sub/data", "plain", "secret", "else"):
            box.git("update-index", "--add", "--cacheinfo", "160000,%s,%s" % (head, path),
                    cwd="repo")
        box.git("add", ".gitmodules", cwd="repo")
        box.git("submodule", "--quiet", "init", "secret", cwd="repo")
        for name, way in WAYS:
            with self.subTest(read_by=name):
                report = self.explained("repo", way, status=0)
                found = {entry["submodule"]: entry["url"] for entry in report["destinations"]
                         if entry["submodule"]}
                self.assertEqual(found, {"sub/data": "git@hf.co:datasets/alice/data",
                                         "plain": "git@hf.co:gpt2",
                                         "secret": "git@hf.co:alice/secret"})
        told = self.manage("use", box.key.path, cwd="repo", status=0).stderr
        self.assertIn("its submodules on hf.co have a configuration of their own", told)
        # As git resolves them.
        box.git("submodule", "--quiet", "init", cwd="repo")
        own = box.git("config", "--get", "submodule.data.url", cwd="repo").stdout.strip()
        self.assertEqual(own, found["sub/data"])
        # In the submodule itself.
        box.git("submodule", "--quiet", "update", "--init", "secret", cwd="repo", check=False)
        if os.path.exists(box.path("work", "repo", "secret", ".git")):
            self.assert_agrees("repo/secret")

    def test_git_lfs(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.assertEqual(self.explained()["lfs"], {"patterns": [], "endpoints": []})
        box = self.box
        box.write("repo/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n*.md text\n")
        box.write("repo/data/.gitattributes", "*.csv filter=lfs\n")
        box.write("repo/.git/info/attributes", "\"a b\" filter=lfs\n")
        box.write("repo/.lfsconfig", "[lfs]\n\turl = ssh://git@hf.co/alice/large\n")
        box.git("add", ".", cwd="repo")
        for name, way in WAYS:
            with self.subTest(read_by=name):
                report = self.explained(way=way)
                self.assertEqual(
                    [(entry["pattern"], entry["file"]) for entry in report["lfs"]["patterns"]],
                    [("*.bin", ".gitattributes"), ("*.csv", "data/.gitattributes"),
                     ("a b", "info/attributes")])
                self.assertEqual(report["lfs"]["endpoints"], [
                    {"key": "lfs.url", "url": "ssh://git@hf.co/alice/large",
                     "file": ".lfsconfig"}])
                self.assertEqual([(entry["lfs"], entry.get("repository"))
                                  for entry in report["destinations"]],
                                 [(None, "alice/model"), ("lfs.url", "alice/large")])
        self.assertIn("*.csv", self.manage("explain", cwd="repo").stdout)
        # What was added counts where it is not checked out; what is checked out, where it is.
        os.remove(box.path("work", "repo", "data", ".gitattributes"))
        box.write("repo/.gitattributes", "*.h5 filter=lfs\n")
        patterns = [entry["pattern"] for entry in self.explained()["lfs"]["patterns"]]
        self.assertEqual(patterns, ["*.h5", "*.csv", "a b"])
        # A bare one has but its last commit.
        box.git("commit", "-q", "-m", "one", cwd="repo")
        box.git("clone", "-q", "--bare", "repo", "bare.git")
        patterns = [entry["pattern"] for entry in self.explained("bare.git")["lfs"]["patterns"]]
        self.assertEqual(sorted(patterns), ["*.bin", "*.csv"])


class NotOpenedTest(RepositoryCase):
    """What libgit2 1.5 declines: remotes are explained all the same, and what is not seen is
    said."""

    def assert_told(self, place, reason):
        for name, way in WAYS:
            with self.subTest(read_by=name):
                report = self.explained(place, way, status=0)
                self.assertIn(reason, report["here"]["not_opened"])
                self.assertIsNone(report["here"]["bare"])
                self.assertEqual(self.remotes(place, way), self.as_git_says(place, way))
                result = self.manage("explain", cwd=place, env=way, status=0)
                self.assertIn("hf-ssh: libgit2 cannot open this repository: ", result.stderr)
                self.assertIn("hint: name the URL of one of those, as in: git hf-ssh explain "
                              "git@hf.co:gpt2\n", result.stderr)
        quiet = self.manage("explain", "git@hf.co:alice/model", cwd=place, status=0)
        self.assertEqual(quiet.stderr, "")

    def test_sha256(self):
        self.make("repo", "--object-format=sha256")
        self.remote("git@hf.co:alice/model")
        self.assert_told("repo", "SHA-256")

    def test_partial_clone(self):
        self.box.git("clone", "-q", "--filter=blob:none", "git@hf.co:alice/model", "repo")
        self.assert_agrees()
        # As git wrote it up to 2.28.
        self.config("repo", "core.repositoryformatversion", "1")
        self.config("repo", "extensions.partialClone", "origin")
        self.assert_told("repo", "partial clone")

    def test_settings_for_work_trees_in_format_1(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        self.config("repo", "core.repositoryformatversion", "1")
        self.config("repo", "extensions.worktreeConfig", "true")
        if self.explained()["here"]["not_opened"]:  # libgit2 1.9 knows it
            self.assert_told("repo", "work trees")
        self.assert_agrees()

    def test_broken(self):
        """git's own word is passed on where git declines as well; a URL needs no repository."""
        self.make()
        self.remote("git@hf.co:alice/model")
        self.config("repo", "core.repositoryformatversion", "1")
        self.config("repo", "extensions.refStorage", "reftable-of-the-future")
        result = self.box.run("git-hf-ssh", "explain", cwd="repo")
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn("git cannot use the repository here", result.stderr)
        self.assertIn("refstorage", result.stderr.lower())
        self.assertIn("hint: a URL needs none: git hf-ssh explain git@hf.co:", result.stderr)
        result = self.box.run("git-hf-ssh", "explain", "git@hf.co:alice/model", cwd="repo")
        self.assertEqual(result.status, 0, result)

    def test_somebody_else_s(self):
        self.make()
        self.remote("git@hf.co:alice/model")
        stranger = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        result = self.box.run("git-hf-ssh", "explain", cwd="repo", env=stranger)
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn("safe.directory", result.stderr)
        self.assertNotIn("\\x0a", result.stderr)
        result = self.box.run("git-hf-ssh", "explain", "git@hf.co:alice/model", cwd="repo",
                              env=stranger)
        self.assertEqual(result.status, 0, result)
        for verb in ("keys", "whoami"):  # for these none is needed
            with self.subTest(verb):
                result = self.box.run("git-hf-ssh", verb, cwd="repo", env=stranger)
                self.assertIn(result.status, (0, 1), result)
                self.assertEqual(result.stderr.count("git cannot use the repository here"), 1)
                self.assertNotEqual(result.stdout, "")
        self.config("repo", "--global", "safe.directory", self.box.path("work", "repo"))
        for name, way in WAYS:
            with self.subTest(read_by=name):
                self.assertEqual(self.remotes(way=dict(way, **stranger)),
                                 [("origin", "git@hf.co:alice/model", False)])

    @unittest.skipUnless(os.geteuid() == 0 and git_version() >= (2, 32),
                         "only root can give files away; git before 2.32 is not told by these ways")
    def test_really_somebody_else_s(self):
        """git trusts it by a setting that libgit2 does not see."""
        self.make()
        self.remote("git@hf.co:alice/model")
        subprocess.run(["chown", "-R", "65534", self.box.path("work", "repo")], check=True)
        refused = self.box.run("git-hf-ssh", "explain", cwd="repo")
        self.assertEqual(refused.status, 2, refused)
        trusted = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
                   "GIT_CONFIG_VALUE_0": "*"}
        safe = self.box.write(os.path.join(self.box.home, "safe"),
                              "[safe]\n\tdirectory = *\n" + self.box.read(
                                  self.box.git_config).decode())
        for way in (dict(BY_GIT, GIT_CONFIG_GLOBAL=safe), dict(trusted, GIT_CONFIG_GLOBAL=safe)):
            report = self.explained(way=way, status=0)
            self.assertIsNone(report["here"]["not_opened"])
            self.assertEqual(len(report["destinations"]), 1)


if __name__ == "__main__":
    unittest.main()
