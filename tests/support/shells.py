"""The shells at a terminal, as somebody has them who presses TAB: each with its completions where
meson installs them."""

import json
import os
import re
import shutil
import subprocess
import time

from standin.program import ROOT

PLACES = {
    "git-hf-ssh.bash": "bash-completion/completions/git-hf-ssh",
    "_git-hf-ssh": "zsh/site-functions/_git-hf-ssh",
    "git-hf-ssh.fish": "fish/vendor_conf.d/git-hf-ssh.fish",
}


def installed_places():
    """Where meson installs each of contrib/completions, below share; by what it says, if it can."""
    build = os.environ.get("HF_SSH_TEST_BIN", "")
    if not shutil.which("meson") or not os.path.exists(os.path.join(build, "build.ninja")):
        return PLACES
    answer = subprocess.run(["meson", "introspect", "--installed", build], check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    places = {os.path.basename(source): place.split("/share/", 1)[-1]
              for source, place in json.loads(answer.stdout.decode()).items()
              if "/contrib/completions/" in source}
    return places


def install_completions(box, places):
    share = os.path.join(box.prefix, "share")
    for name, place in places.items():
        target = os.path.join(share, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(ROOT, "contrib", "completions", name), target)
    box.env["XDG_DATA_DIRS"] = share + ":/usr/local/share:/usr/share"
    box.env["TERM"] = "xterm"
    box.env["COLUMNS"] = "200"
    return share


class Shell:
    """line(TEXT): what stands on the command line after TEXT and TAB."""

    argv = ()
    start = ""

    def __init__(self, box, share):
        self.box, self.share = box, share
        self.prepare()
        self.terminal = box.terminal(*self.argv, env={"PS1": "", "HISTFILE": None})
        self.say(self.start.replace("SHARE", share) + "\necho rea''dy\n", "ready")

    def prepare(self):
        pass

    def say(self, text, wanted):
        self.terminal.screen = ""
        self.terminal.send(text)
        return self.terminal.expect(wanted, timeout=60)

    def line(self, text):
        """Ctrl-G shows the line and empties it."""
        self.terminal.screen = ""
        self.terminal.send(text + "\t")
        time.sleep(0.1)
        self.terminal.send("\x07")
        shown = self.terminal.expect("]LINE", timeout=60)
        found = re.findall(r"LINE\[(.*?)\]LINE", shown, flags=re.S)
        return found[-1]

    def close(self):
        self.terminal.close()


class Bash(Shell):
    argv = ("bash", "--norc", "--noprofile", "-i")
    start = """set +o history
. /usr/share/bash-completion/bash_completion
show() { printf 'LINE[%s]LINE\\n' "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-g": show'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set enable-bracketed-paste off'"""

    @staticmethod
    def here():
        return os.path.exists("/usr/share/bash-completion/bash_completion") and \
            os.path.exists("/usr/share/bash-completion/completions/git")


class Zsh(Shell):
    argv = ("zsh", "-f", "-i")
    start = """fpath=(SHARE/zsh/site-functions $fpath)
autoload -U compinit && compinit -u -D
unsetopt zle_bracketed_paste auto_list list_beep
show() { zle -I; print -r "LINE[$BUFFER]LINE"; BUFFER= }
zle -N show; bindkey '^G' show"""

    @staticmethod
    def here():
        return bool(shutil.which("zsh"))


class Fish(Shell):
    argv = ("fish", "--private")
    start = """bind \\cg 'echo "LINE["(commandline)"]LINE"; commandline ""; commandline -f repaint'"""

    @staticmethod
    def here():
        return bool(shutil.which("fish"))

    def offers(self, text):
        """What `complete -C` lists, without the descriptions."""
        result = self.box.run("fish", "--private", "-c", "complete -C -- $argv[1]", text)
        return [line.split("\t")[0] for line in result.stdout.splitlines()]
