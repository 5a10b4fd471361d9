"""The verbs of `git hf-ssh` as the program itself lists them, and one good command line for each."""

import os
import re

# verb: what is typed behind it. ID is the sandbox's key. A verb that is not here fails the tests
# that go through all of them.
SAMPLES = {
    "setup": (),
    "unsetup": (),
    "doctor": (),
    "keys": (),
    "keys new": ("--no-passphrase", "NEW"),
    "keys check": ("ID",),
    "whoami": (),
    "use": ("ID",),
    "forget": ("alice",),
    "explain": ("git@hf.co:alice/model",),
    "access": ("git@hf.co:alice/model",),
    "host-keys": (),
    "host-keys list": (),
    "host-keys check": (),
    "host-keys add": ("HOSTKEY",),
    "host-keys revoke": ("HOSTKEY",),
    "host-keys remove": ("HOSTKEY",),
}


class Option:
    def __init__(self, text):
        self.name, _, self.what = text.partition(" ")


class Usage:
    """What a verb's -h says: `options`, and `word` ("IDENTITY", or None), `required`, `many`."""

    def __init__(self, text):
        synopsis = " ".join(text.split("\n\n")[0].split())
        self.options = [Option(piece) for piece in re.findall(r"\[(--[^]]+)\]", synopsis)]
        words = re.sub(r"\[--[^]]+\]", "", synopsis).split("git hf-ssh ")[1].split()
        words = [word for word in words if word.strip("[.]").isupper() or "|" in word]
        self.word = words[0].strip("[.]") if words else None
        self.required = bool(words) and not words[0].startswith("[")
        self.many = bool(words) and "..." in words[0]


def verbs(box):
    """{verb: Usage} in the order of `git hf-ssh -h`."""
    found = {}
    for line in box.run("git-hf-ssh", "-h").stdout.splitlines():
        if line.startswith("    "):
            verb = line[4:20].rstrip()
            found[verb] = Usage(box.run("git-hf-ssh", *verb.split(), "-h").stdout)
    assert found, "git hf-ssh -h lists no verbs"
    return found


def command(box, verb):
    """A good command line: the words behind `git hf-ssh`."""
    assert verb in SAMPLES, "tests/support/verb_table.py has no sample for " + verb
    host_key = box.hub.host_key("ed25519", "another").public
    given = {"ID": box.key.path, "NEW": os.path.join(box.home, ".ssh", "new"),
             "HOSTKEY": "hf.co " + host_key}
    return verb.split() + [given.get(word, word) for word in SAMPLES[verb]]
