"""unittest classes: one stage and one hub for a class, a fresh sandbox for each test. See HubCase,
and GitCase for git through hf-ssh."""

import unittest

from .program import built
from .stage import Stage


class HubCase(unittest.TestCase):
    """`hub` has the account alice (the sandbox's `key`, set before each test) and, once:

    alice/model      public             alice/secret    private
    datasets/alice/data, spaces/alice/app, gpt2 (no namespace, nobody's)    public

    A class adds its own in set_up_hub()."""

    needs_program = True  # hf-ssh itself; test_standin.py does without

    @classmethod
    def setUpClass(cls):
        if cls.needs_program and not built("hf-ssh"):
            raise unittest.SkipTest("hf-ssh is not built")
        cls.stage = Stage()
        try:
            cls.hub = cls.stage.hub()
            for path in ("alice/model", "datasets/alice/data", "spaces/alice/app"):
                cls.hub.add_repository(path)
            cls.hub.add_repository("alice/secret", private=True)
            cls.hub.add_repository("gpt2")
            cls.set_up_hub()
        except BaseException:
            cls.stage.close()
            raise

    @classmethod
    def set_up_hub(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        cls.stage.close()

    def setUp(self):
        self.box = self.sandbox()
        self.hub.add_account("alice", self.box.key)
        self.hub.refuse()
        self.hub.forget()

    def sandbox(self):
        return self.stage.sandbox(self.hub)

    # what a test says often ---------------------------------------------------------------------

    def assert_ok(self, result):
        self.assertEqual(result.status, 0, result)
        return result

    def assert_failed(self, result, *texts):
        """Failed, and standard error has each of TEXTS."""
        self.assertNotEqual(result.status, 0, result)
        for text in texts:
            self.assertIn(text, result.stderr, result)
        return result

    def last(self, server=None):
        """The last session that a server saw."""
        sessions = self.hub.connections(server)
        self.assertTrue(sessions, "no session reached the server")
        return sessions[-1]


class GitCase(HubCase):
    """hf-ssh (or plain ssh) is registered with git in the WAY of Sandbox.register()."""

    way = "path"

    def setUp(self):
        super().setUp()
        self.box.register(self.way)

    def clone(self, url, *options, name="clone"):
        """Clones without a word on either stream; the work tree's path."""
        result = self.box.git("clone", "-q", *options, url, name, timeout=600)
        self.assertEqual((result.out, result.err), (b"", b""))
        return self.box.path("work", name)

    def commit(self, place):
        """An empty commit; its name."""
        self.box.git("commit", "-q", "--allow-empty", "-m", "a commit", cwd=place)
        return self.box.git("rev-parse", "HEAD", cwd=place).stdout.strip()

    def assert_offered_one(self, key=None):
        """Since hub.forget(), each connection offered this key (the sandbox's own) and no other."""
        offers = self.hub.genuine().offers()
        self.assertTrue(offers, "no connection offered a key")
        for keys in offers:
            self.assertEqual(keys, [(key or self.box.key).fingerprint])
