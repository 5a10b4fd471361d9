"""A line that goes dead, at eleven stages of a clone and of a push: git ends, in time, and is told that
hf.co did not answer. With HF_SSH_TEST_LONG by the limits that hf-ssh sets itself, else by shorter
ones of the user's configuration."""

import concurrent.futures
import itertools
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import GitCase, Relay, in_time  # noqa: E402
from standin.relay import DOWN, UP  # noqa: E402

URL = "git@hf.co:alice/big"
LONG = bool(os.environ.get("HF_SSH_TEST_LONG"))
STAGES = 11
# Nothing at all is answered, half a banner, half a key exchange; the rest lies evenly on the way.
EARLY = {DOWN: (0, 10, 500), UP: (0,)}


class SilenceTest(GitCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("alice/big", files={"data": os.urandom(100_000).hex()})

    numbers = itertools.count()

    def machine(self, freeze_after=None):
        """A sandbox whose line goes dead; with its relay."""
        box = self.sandbox()
        self.hub.add_account("alice", box.key)
        box.trust(*self.hub.genuine_keys())
        box.register(self.way)
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze_after = freeze_after or {}
        box.point_at(relay, extra="" if LONG else
                     "ConnectTimeout 3\nServerAliveInterval 1\nServerAliveCountMax 2\n")
        return box, relay

    def each_stage(self, way, prepare, words):
        """git runs WORDS to its end, and then with a line that is dead after so many bytes."""
        box, relay = self.machine()
        prepare(box)
        self.assert_ok(box.git(*words, cwd=self.place(box)))
        whole = relay.passed[way]
        early = EARLY[way]
        places = early + tuple(2000 + (whole - 4000) * stage // (STAGES - len(early))
                               for stage in range(STAGES - len(early)))
        boxes = []
        for place in places:
            boxes.append(self.machine()[0:2])
            prepare(boxes[-1][0])
            boxes[-1][1].passed[way] = 0
            boxes[-1][1].freeze_after = {way: place}
        with concurrent.futures.ThreadPoolExecutor(STAGES) as pool:
            ends = list(pool.map(lambda pair: pair[0].git(
                *words, cwd=self.place(pair[0]), check=False, timeout=400), boxes))
        for place, result in zip(places, ends):
            if LONG:
                print("%s %s, dead after %d bytes: %.0f s" % (words[0], way, place,
                                                              result.seconds), flush=True)
            with self.subTest(place=place, way=way):
                self.assertRegex(result.stderr, "hf-ssh: .*(not answer|not responding|no answer|broke)")
                self.assertNotEqual(result.status, 0, result)
                self.assertLess(result.seconds, in_time(160 if LONG else 90), result)

    @staticmethod
    def place(box):
        return box.path("work", "clone") if os.path.isdir(box.path("work", "clone")) else None

    def test_clone(self):
        self.each_stage(DOWN, lambda box: None, ("clone", "-q", URL, "other"))

    def test_push(self):
        def prepare(box):
            box.git("clone", "-q", URL, "clone")
            box.write(os.path.join(box.path("work", "clone"), "more"), os.urandom(100_000).hex())
            box.git("add", ".", cwd="clone")
            box.git("commit", "-qm", "more", cwd="clone")
            box.git("config", "--global", "push.default", "current", cwd="clone")
            box.git("switch", "-qc", "branch%d" % next(self.numbers), cwd="clone")

        self.each_stage(UP, prepare, ("push", "-q"))


del GitCase

if __name__ == "__main__":
    unittest.main()
