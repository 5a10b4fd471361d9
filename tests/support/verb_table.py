"""The verbs of `git hf-ssh` as the program itself lists them, and one good command line for each."""

import json
import os

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
    "ssh-config": (),
    "help": ("use",),
    "version": (),
}


class Option:
    def __init__(self, entry):
        self.name, self.what = entry["name"], entry["value"] or ""


class Usage:
    """What a verb takes: `options`, and `word` ("IDENTITY", or None), `required`, `many`."""

    def __init__(self, entry):
        self.options = [Option(option) for option in entry["options"]]
        word = entry["word"] or {"value": None, "required": False, "many": False}
        self.word, self.required, self.many = word["value"], word["required"], word["many"]


def verbs(box):
    """{verb: Usage}, from the table of the program itself, in its order."""
    table = json.loads(box.run("git-hf-ssh", "help", "--json").stdout)["commands"]
    return {entry["name"]: Usage(entry) for entry in table}


def command(box, verb):
    """A good command line: the words behind `git hf-ssh`."""
    assert verb in SAMPLES, "tests/support/verb_table.py has no sample for " + verb
    host_key = box.hub.host_key("ed25519", "another").public
    given = {"ID": box.key.path, "NEW": os.path.join(box.home, ".ssh", "new"),
             "HOSTKEY": "hf.co " + host_key}
    return verb.split() + [given.get(word, word) for word in SAMPLES[verb]]
