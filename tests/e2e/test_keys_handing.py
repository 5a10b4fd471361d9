"""How a public key comes out of here: to the clipboard, and the page to a browser, whatever those
programs do."""

import base64
import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from key_making import PAGE, KeyMakingCase  # noqa: E402
from standin import in_time, wait_for  # noqa: E402

X11, WAYLAND = {"DISPLAY": ":99"}, {"WAYLAND_DISPLAY": "wayland-99"}


class ClipboardTest(KeyMakingCase):
    def public(self):
        return self.box.read(self.ssh("id_ed25519.pub")).decode().strip()

    def make(self, env=None):
        for name in self.files() or ():
            os.unlink(self.ssh(name))
        result = self.made("--json", env=env)
        return self.json_of(result)["clipboard"], result

    def test_each_program(self):
        """Each gets the line, without an end of line, in a session that has it."""
        for name, words, env in (
                ("wl-copy", "", WAYLAND), ("xclip", "-selection clipboard", X11),
                ("xsel", "--clipboard --input", X11), ("pbcopy", "", {}), ("clip.exe", "", {})):
            with self.subTest(name):
                self.clipboard(name)
                self.assertEqual(self.make(env)[0], name)
                self.assertEqual(self.noted(name), "%s\n%s" % (words, self.public()))
                self.box.script(name, "#!/bin/sh\nexit 1\n")

    def test_it_is_said(self):
        self.clipboard("wl-copy")
        self.assertIn("hf-ssh: the public key is on the clipboard (wl-copy)\n",
                      self.make(WAYLAND)[1].stderr)

    def test_no_display_no_program(self):
        for name in ("wl-copy", "xclip", "xsel"):
            self.clipboard(name)
        copied, result = self.make()
        self.assertIsNone(copied)
        self.assertIn("the public key could not be copied to the clipboard", result.stderr)
        self.assertIn(self.public(), result.stdout)

    def test_the_next_one_if_one_fails(self):
        self.box.script("xclip", "#!/bin/sh\nexit 1\n")
        self.clipboard("xsel")
        self.assertEqual(self.make(dict(X11, **WAYLAND))[0], "xsel")

    def test_one_that_goes_on_in_the_background(self):
        """As xclip does, with its input, output and errors still open."""
        serves = self.box.path("run", "serves")
        self.box.script("xclip", "#!/bin/sh\ncat >/dev/null\n(echo $$ >'%s'; exec sleep 600) &\n"
                        % serves)
        started = time.monotonic()
        self.assertEqual(self.make(X11)[0], "xclip")
        self.assertLess(time.monotonic() - started, in_time(15))
        # Whoever has the clipboard has to stay.
        self.assertTrue(wait_for(lambda: self.running() == ["sleep"]), self.running())

    def test_whoever_reads_from_us_does_not_wait_for_it(self):
        """Not even by a descriptor that was left open."""
        self.box.script("xclip", "#!/bin/sh\ncat >/dev/null\nsleep 600 &\n")
        result = self.box.run("sh", "-c", "{ git hf-ssh keys new --no-passphrase 3>&1 4>&1; } | cat",
                              env=X11, timeout=20)
        self.assertIn("ssh-ed25519", result.stdout)

    def test_one_that_hangs(self):
        """It has two seconds, and is gone then, with what it has started."""
        self.box.script("xclip", "#!/bin/sh\nsleep 600\n")
        self.clipboard("xsel")
        started = time.monotonic()
        self.assertEqual(self.make(X11)[0], "xsel")
        self.assertLess(time.monotonic() - started, in_time(15))
        self.assert_nothing_left()

    def test_one_that_does_not_read(self):
        self.box.script("xclip", "#!/bin/sh\nexec <&-\nexit 0\n")
        self.assertEqual(self.make(X11)[0], "xclip")

    def test_left_alone(self):
        self.clipboard("pbcopy")
        self.assertIsNone(self.command_report("keys", "new", "--no-passphrase", "--no-copy",
                                              status=0)["clipboard"])
        self.assertFalse(os.path.exists(self.note("pbcopy")))
        self.manage("keys", "check", status=1)  # it was not asked to
        self.assertFalse(os.path.exists(self.note("pbcopy")))
        self.manage("keys", "check", "--copy", status=1)
        self.assertEqual(self.noted("pbcopy"), "\n" + self.public())

    # the terminal -------------------------------------------------------------------------------

    def shown(self, **env):
        for name in self.files() or ():
            os.unlink(self.ssh(name))
        terminal = self.at_terminal("new", "--no-passphrase", env=env)
        self.assertEqual(terminal.wait(), 0)
        return terminal.screen

    def test_terminal(self):
        screen = self.shown(TERM="xterm")
        sent = re.search("\x1b\\]52;c;([A-Za-z0-9+/=]+)\x07", screen).group(1)
        self.assertEqual(base64.b64decode(sent).decode(), self.public())
        self.assertIn("was sent to your terminal's clipboard", screen)

    def test_terminal_within_tmux_or_screen(self):
        screen = self.shown(TERM="screen", TMUX="/tmp/x,1,0")
        self.assertIn("\x1bPtmux;\x1b\x1b]52;c;", screen)
        screen = self.shown(TERM="screen", STY="1.x", TMUX=None)
        self.assertIn("\x1bP\x1b]52;c;", screen)

    def test_a_program_comes_first_and_a_dumb_terminal_gets_nothing(self):
        self.assertNotIn("\x1b]52", self.shown(TERM="dumb"))
        self.assertNotIn("\x1b]52", self.shown(TERM=None))
        self.clipboard("pbcopy")
        self.assertNotIn("\x1b]52", self.shown(TERM="xterm"))


class BrowserTest(KeyMakingCase):
    def setUp(self):
        super().setUp()
        self.box.make_key("id_ed25519")  # nobody's

    def open(self, env=None, words=()):
        result = self.manage("keys", "check", "--open", "--json", *words, status=1, env=env)
        return self.json_of(result)["browser"], result

    def browser(self, name, then="exit 0"):
        self.box.script(name, "#!/bin/sh\necho \"$@\" >'%s'\n%s\n" % (self.note(name), then))

    def test_each_program(self):
        for name, env in (("xdg-open", X11), ("xdg-open", WAYLAND),
                          ("wslview", {"WSL_DISTRO_NAME": "Debian"}), ("mine", {"BROWSER": "mine"})):
            with self.subTest(name):
                self.browser(name)
                opened, result = self.open(env)
                self.assertEqual(opened, name)
                self.assertEqual(self.noted(name), PAGE + "\n")
                self.assertIn("the page is open in your browser (%s)" % name, result.stderr)
                self.box.script(name, "#!/bin/sh\nexit 3\n")
                os.unlink(self.note(name))

    def test_explorer_says_1_whatever_it_did(self):
        self.browser("explorer.exe", "exit 1")
        self.assertEqual(self.open({"WSL_INTEROP": "/run/x"})[0], "explorer.exe")

    def test_the_key_is_on_the_clipboard_then(self):
        self.browser("xdg-open")
        self.clipboard("xclip")
        self.open(X11)
        self.assertIn(self.key().public, self.noted("xclip"))

    def test_nothing_is_opened_where_nobody_would_see_it(self):
        self.browser("xdg-open")
        opened, result = self.open()
        self.assertIsNone(opened)
        self.assertIn("no browser can be opened from here; open the page yourself\n",
                      result.stderr)
        self.assertFalse(os.path.exists(self.note("xdg-open")))

    def test_one_that_fails(self):
        opened, result = self.open(X11)
        self.assertIsNone(opened)
        self.assertIn("open the page yourself", result.stderr)

    def test_one_that_stays(self):
        """Some become the browser: it is left alone, and nobody waits for it."""
        self.browser("xdg-open", "exec sleep 600")
        started = time.monotonic()
        self.assertEqual(self.open(X11)[0], "xdg-open")
        self.assertLess(time.monotonic() - started, in_time(15))
        self.assertTrue(wait_for(lambda: self.running() == ["sleep"]), self.running())

    def test_no_page_for_a_key_that_is_known(self):
        self.hub.add_account("alice", self.key())
        self.browser("xdg-open")
        result = self.manage("keys", "check", "--open", status=0, env=X11)
        self.assertIn("hf.co already knows this key", result.stderr)
        self.assertFalse(os.path.exists(self.note("xdg-open")))

    def test_new(self):
        self.browser("xdg-open")
        report = self.command_report("keys", "new", "--no-passphrase", "--open", "~/.ssh/second",
                                     status=0, env=X11)
        self.assertEqual(report["browser"], "xdg-open")


if __name__ == "__main__":
    unittest.main()
