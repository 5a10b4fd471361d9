"""An attacker's scene: ways in which ssh is made to accept a host key that it should not, each
tried with plain ssh, which falls for it, and through hf-ssh, which must not.

    class XTest(ImpostorCase):
        def test_x(self):
            self.try_all([Way("no checking", "Host *\\n StrictHostKeyChecking no")])

For each way, in one sandbox:
1. plain ssh gets to the impostor and is greeted (so that the test can fail), unless the way says
   that it doesn't work on this machine (fools=False), or can't be tried with it (fools=None);
2. hf-ssh ends with 255, nothing on standard output, "REFUSED" once on standard error, and the
   impostor has not been told so much as a user name;
3. hf-ssh is greeted by the genuine server under the very same configuration.
"""

import os
import re
import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

from standin import HubCase, keeper

GREETING = b"Hi alice, welcome to Hugging Face.\n"
SSH = shutil.which("ssh")

# A ProxyCommand: HOST PORT and what else the test wants to see in the log.
CONNECT = """#!%s -IS
import os, socket, sys, threading
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def copy(read, write, end):
    while True:
        data = read(65536)
        if not data:
            break
        write(data)
    end()
def up():
    copy(lambda n: os.read(0, n), line.sendall, lambda: line.shutdown(socket.SHUT_WR))
threading.Thread(target=up, daemon=True).start()
copy(line.recv, lambda data: os.write(1, data), lambda: None)
os._exit(0)
""" % sys.executable


@dataclass
class Way:
    """<NAME> in a text stands for Scene.names[NAME].

    config       put first into the ssh_config that the underlying ssh is given
    words        typed before the destination; `after` behind it
    via          the underlying command; "" is the ssh on PATH, without -F
    prepare      called with the test before
    says         instead of REFUSED on standard error, where another error is right
    batch        False: ssh may ask
    """
    title: str
    config: str = ""
    words: tuple = ()
    after: tuple = ()
    destination: str = "git@hf.co"
    via: str = "ssh -F <config>"
    env: dict = field(default_factory=dict)
    prepare: Optional[Callable] = None
    fools: Optional[bool] = True
    says: str = ""
    batch: bool = True
    genuine: bool = True


class ImpostorCase(HubCase):
    @classmethod
    def set_up_hub(cls):
        cls.genuine, cls.impostor = cls.hub.genuine(), cls.hub.impostor()

    def setUp(self):
        super().setUp()
        box = self.box
        keys = self.impostor.keys
        self.names = {
            "config": box.ssh_config,
            "key": box.key.path,
            "ssh": SSH,
            "home": box.home,
            "work": box.work,
            "connect": box.script("connect", CONNECT),
            # known_hosts files that trust the impostor, whatever it is called
            "trusting": box.write("trusting", "".join(key.known_hosts_line("*") for key in keys)),
            "trusting_alias": box.write("trusting_alias", "".join(
                key.known_hosts_line("elsewhere") for key in keys)),
            "command": box.script("trusting-command", "#!/bin/sh\nprintf '* %s %s\\n' \"$1\" \"$2\"\n"),
            "new": box.path("work", "new_known_hosts"),
            "socket": box.path("run", "master"),
        }

    # what a way says ----------------------------------------------------------------------------

    def fill(self, text):
        return re.sub(r"<(\w+)>", lambda match: self.names.get(match.group(1), match.group(0)), text)

    def fill_all(self, words):
        return [self.fill(word) for word in words]

    def point_at(self, way, server):
        self.names["port"] = str(server.port)
        self.box.point_at(server, self.fill(way.config) + "\n")

    def environment(self, way):
        return {name: value if value is None else self.fill(value)
                for name, value in way.env.items()}

    def plain(self, way):
        """Plain ssh, which has no one but itself to say which key and which host."""
        words = ["-i", self.box.key.path, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
        words += ["-o", "BatchMode=yes"] if way.batch else []
        return self.box.run("sh", "-c", self.fill(way.via or "ssh") + ' "$@"', "sh", *words,
                            *self.fill_all(way.words), self.fill(way.destination),
                            *self.fill_all(way.after), env=self.environment(way))

    def through_hf_ssh(self, way):
        return self.box.hf(*self.fill_all(way.words), self.fill(way.destination),
                           *self.fill_all(way.after), via=self.fill(way.via),
                           env=self.environment(way))

    # what must come of it -----------------------------------------------------------------------

    def assert_refused(self, result, says="", server=None):
        """Nothing on stdout, one explanation, and the impostor was told nothing."""
        server = server or self.impostor
        self.assertEqual((result.status, result.out), (255, b""), result)
        self.assertEqual(result.stderr.count("REFUSED"), 0 if says else 1, result)
        self.assertIn(says or "hf-ssh: REFUSED: hf.co presented", result.stderr, result)
        self.settle(server)
        self.assertEqual(server.users_seen(), [], result)
        self.assertEqual(self.hub.connections(), [], result)

    def settle(self, server):
        """Waits until only `standing` connections (a master's) are left."""
        end = time.monotonic() + 10
        while len(keeper.descendants(server.pid)) > self.standing:
            self.assertLess(time.monotonic(), end, "a connection stays open")
            time.sleep(0.005)

    standing = 0

    def try_way(self, way):
        if way.prepare:
            way.prepare(self)
        if way.fools is not None:
            self.point_at(way, self.impostor)
            result = self.plain(way)
            self.assertEqual((result.status == 0, GREETING in result.out), (way.fools,) * 2,
                             result)
            self.settle(self.impostor)
        self.hub.forget()
        self.point_at(way, self.impostor)
        self.assert_refused(self.through_hf_ssh(way), way.says)
        if way.genuine:
            self.point_at(way, self.genuine)
            result = self.through_hf_ssh(way)
            self.assertEqual((result.status, result.out), (0, GREETING), result)
            self.assertNotIn("REFUSED", result.stderr)

    def try_all(self, ways):
        for way in ways:
            with self.subTest(way.title):
                self.try_way(way)

    def open_master(self, socket=None, server=None):
        """The user's own ssh, which has accepted the impostor and waits to be shared."""
        server = server or self.impostor
        self.box.point_at(server)
        result = self.box.ssh(
            "-M", "-S", socket or self.names["socket"], "-o", "ControlPersist=yes", "-N", "-f",
            "-o", "StrictHostKeyChecking=no", "-i", self.box.key.path, "-o", "IdentitiesOnly=yes",
            "-o", "IdentityAgent=none", "-E", self.box.path("master.log"), "git@hf.co",
            config=self.box.ssh_config)
        self.assertEqual(result.status, 0, result)
        self.standing = len(keeper.descendants(server.pid))
        self.addCleanup(self.box.ssh, "-S", socket or self.names["socket"], "-O", "exit", "hf.co")
