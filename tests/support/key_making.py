"""For tests of `git hf-ssh keys new` and `keys check`: a home without keys, programs that stand in
for a clipboard and a browser, and a person who types at a terminal."""

import json
import os
import shutil
import threading
import time

from manager import ManagerCase
from standin import Relay
from standin.key import Key

PASSPHRASE = "correct horse battery"
PAGE = "https://huggingface.co/settings/keys"
CLIPBOARDS = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe")


class KeyMakingCase(ManagerCase):
    """~/.ssh is not there, git knows an address, and no clipboard or browser of this machine is
    ever met."""

    def setUp(self):
        super().setUp()
        shutil.rmtree(self.ssh())
        self.box.git("config", "--global", "user.email", "me@example.org")
        for name in CLIPBOARDS + ("xdg-open", "open", "wslview", "explorer.exe"):
            self.box.script(name, "#!/bin/sh\nexit 3\n")

    def ssh(self, *names):
        return os.path.join(self.box.home, ".ssh", *names)

    def files(self):
        """What is in ~/.ssh, with its modes; None if there is no ~/.ssh."""
        if not os.path.isdir(self.ssh()):
            return None
        return {name: os.stat(self.ssh(name)).st_mode & 0o777 for name in os.listdir(self.ssh())}

    def key(self, name="id_ed25519"):
        return Key(self.ssh(name))

    def made(self, *words, status=0, **options):
        return self.manage("keys", "new", "--no-passphrase", *words, status=status, **options)

    def command_report(self, *words, status=None, **options):
        return self.json_of(self.manage(*words, "--json", status=status, **options))

    @staticmethod
    def json_of(result):
        return json.loads(result.stdout)

    def assert_nothing_made(self):
        self.assertIn(self.files(), (None, {}))
        self.assert_nothing_left()

    def process_states(self):
        """{pid: (name, state)} of what runs, but for the agent."""
        found = {}
        for pid in self.box.processes():
            try:
                with open("/proc/%d/stat" % pid, encoding="utf-8") as stat:
                    name, _, rest = stat.read().partition("(")[2].rpartition(")")
            except OSError:
                continue
            if name != "ssh-agent":
                found[pid] = (name, rest.split()[0])
        return found

    def running(self):
        return sorted(name for name, _ in self.process_states().values())

    def pid_of(self, name):
        return [pid for pid, (found, _) in self.process_states().items() if found == name][0]

    def wait_until_asleep(self, name):
        for _ in range(500):
            if (name, "S") in self.process_states().values():
                return
            time.sleep(0.02)
        self.fail("%s does not wait for anything: %s" % (name, self.process_states()))

    def assert_nothing_left(self):
        """No process of ours, no private directory, no file in passing."""
        for _ in range(200):
            if not self.running():
                break
            time.sleep(0.02)
        self.assertEqual(self.running(), [])
        self.assertEqual([name for name in os.listdir(self.box.env["XDG_RUNTIME_DIR"])
                          if name.startswith("hf-ssh.")], [])
        for name in self.files() or ():
            self.assertRegex(name, r"^[a-z0-9_]+(\.pub)?$")

    # a person -----------------------------------------------------------------------------------

    def at_terminal(self, *words, env=None):
        terminal = self.box.terminal("git", "hf-ssh", "keys", *words,
                                     env=dict({"TERM": "dumb"}, **(env or {})))
        self.addCleanup(terminal.close)
        return terminal

    def type_passphrase(self, terminal, passphrase=PASSPHRASE):
        """Twice, as ssh-keygen asks; not before it has turned the echo off."""
        terminal.expect("(empty for no passphrase)")
        terminal.send(passphrase + "\n")
        terminal.expect("same passphrase again")
        terminal.send(passphrase + "\n")

    # programs -----------------------------------------------------------------------------------

    def script_around(self, name, lines):
        """NAME does LINES of shell first."""
        self.box.script(name, "#!/bin/sh\n%s\nexec '%s' \"$@\"\n" % (lines, shutil.which(name)))

    def note(self, name):
        return self.box.path("run", name + ".note")

    def clipboard(self, name, then="exit 0"):
        """A clipboard program that notes its words and its input, then does THEN."""
        self.box.script(name, "#!/bin/sh\n{ echo \"$@\"; cat; } >'%s'\n%s\n" % (
            self.note(name), then))

    def noted(self, name):
        path = self.note(name)
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(0.02)
        return self.box.read(path).decode()


class WaitCase(KeyMakingCase):
    """Something happens while `--wait` asks hf.co again and again."""

    def asked(self):
        return len(self.hub.connections())

    def after(self, asks, action):
        """Runs ACTION once hf.co has been asked so often."""
        def watch():
            for _ in range(1500):
                if self.asked() >= asks:
                    return action()
                time.sleep(0.02)
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 35)

    def relay(self):
        """In front of the genuine one; its target may be changed."""
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        self.box.point_at(relay)
        return relay

    def wait_until_asked(self, times):
        for _ in range(1500):
            if self.asked() >= times:
                return
            time.sleep(0.02)
        self.fail("hf.co was asked %d times" % self.asked())
