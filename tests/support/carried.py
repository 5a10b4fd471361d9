"""What hf-ssh passes on to ssh, seen by an ssh that writes its argument vector down."""

import os
import shlex
import shutil

from standin import HubCase

SSH = shutil.which("ssh")

# Answers -G as ssh does; what is really run is logged, and RUN decides what comes of it.
RECORDER = """#!/bin/sh
for word; do
    test "$word" = -G && exec {ssh} "$@"
    test "$word" = -- && break
done
# Our own questions, about the cause of a failure or a key's account, are not what is looked at.
test "$2" = ConnectTimeout=5 || for word; do printf '%s\\0' "$word"; done >{log}
{run}
"""


class CarriedCase(HubCase):
    def setUp(self):
        super().setUp()
        self.log = self.box.path("argv")
        self.record()

    def record(self, run="exit 255"):
        self.recorder = self.box.script("recorder", RECORDER.format(
            ssh=SSH, log=shlex.quote(self.log), run=run))

    def hf(self, *words, config="", destination="git@hf.co", env=None, server=None):
        """hf-ssh with the recorder below it; its Result."""
        if config is not None:
            self.box.point_at(server or self.hub.genuine(), config + "\n")
        if os.path.exists(self.log):
            os.unlink(self.log)
        self.result = self.box.hf(*words, destination, env=env,
                                  via="%s -F %s" % (self.recorder, self.box.ssh_config))
        return self.result

    def argv(self):
        self.assertTrue(os.path.exists(self.log), "ssh was not run: %s" % self.result)
        with open(self.log, "rb") as log:
            return [word.decode() for word in log.read().split(b"\0")[:-1]]

    def resolve(self, *words, env=None):
        """What ssh itself makes of WORDS: {keyword: [values]}."""
        result = self.box.run("ssh", "-G", "-T", *words, env=env)
        self.assertEqual(result.status, 0, result)
        found = {}
        for line in result.stdout.splitlines():
            keyword, _, value = line.partition(" ")
            found.setdefault(keyword.lower(), []).append(value)
        return found

    def closed(self, env=None):
        """The settings that the connection would have had."""
        return self.resolve(*self.argv(), env=env)

    def as_configured(self, *words, destination="git@hf.co", env=None):
        return self.resolve("-F", self.box.ssh_config, *words, destination, env=env)
