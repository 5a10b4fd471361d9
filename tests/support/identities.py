"""Situations in which one key is the right one: whom did the server see, was any other key offered,
and would plain ssh have got it right? A module that uses it says `tearDownModule = compare`."""

import base64
import hashlib
import json
import os
import shlex

from standin import HubCase
from standin.sshd import nss_wrapper

TALLY = {"situations": 0, "ssh": 0}


def compare():
    """Prints how plain ssh did, and expects it to have done worse than hf-ssh, which was right in
    every situation that was counted."""
    situations, plain = TALLY["situations"], TALLY["ssh"]
    print("the right account in %d of %d situations: hf-ssh %d, plain ssh %d" % (
        situations, situations, situations, plain), flush=True)
    assert situations < 5 or plain < situations, "plain ssh would have done as well"


class IdentityCase(HubCase):
    """alice's key is ~/.ssh/id_ed25519; acme's things, and bob's, are there to be asked for."""

    @classmethod
    def set_up_hub(cls):
        for path in ("acme/corpus", "datasets/acme/corpus", "datasets/acme/other", "acme/model"):
            cls.hub.add_repository(path)
        cls.hub.add_repository("org/model", owners=["bob", "alice"])

    def make(self, name, account=None, kind="ed25519", passphrase=""):
        """A key in ~/.ssh that belongs to ACCOUNT, or to nobody."""
        key = self.box.make_key(name, kind, passphrase)
        if account:
            self.hub.add_account(account, key)
        return key

    def in_agent_only(self, *keys):
        """The agent has KEYS, in this order, and their files are gone."""
        self.box.agent(*keys)
        for key in keys:
            os.remove(key.path)
            os.remove(key.path + ".pub")

    def git_settings(self, *lines):
        """LINES of ~/.gitconfig: 'acme.identity = ~/.ssh/work', 'probe = never'."""
        text = "[init]\n\tdefaultBranch = main\n"
        for line in lines:
            name, value = line.split(" = ")
            pattern, _, variable = name.rpartition(".")
            text += "[hf-ssh%s]\n\t%s = %s\n" % (' "%s"' % pattern if pattern else "", variable,
                                                  value)
        self.box.write(self.box.git_config, text)

    def ssh_configuration(self, text):
        """In it, "~" is the home of the passwd entry."""
        self.box.own_passwd_entry()
        self.box.point_at(self.hub.genuine(), extra=text + "\n")

    def state(self, *names):
        return os.path.join(self.box.env["XDG_STATE_HOME"], "hf-ssh", *names)

    def remember(self, key, account):
        """Writes what hf-ssh remembers of a key that hf.co greeted as ACCOUNT."""
        digest = hashlib.sha256(base64.b64decode(key.base64)).hexdigest()
        entry = {"version": 1, "public_key": key.public, "account": account,
                 "asked": "2024-05-06T07:08:09Z"}
        for folder in (self.state(), self.state("keys")):
            os.makedirs(folder, 0o700, exist_ok=True)
        return self.box.write(self.state("keys", digest + ".json"), json.dumps(entry))

    def remembered(self):
        """{fingerprint: account} of the files there are."""
        found, folder = {}, self.state("keys")
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith(".json"):
                entry = json.loads(self.box.read(os.path.join(folder, name)))
                digest = base64.b64encode(bytes.fromhex(name[:-5])).decode().rstrip("=")
                found["SHA256:" + digest] = entry.get("account", "")
        return found

    def command(self, via="ssh", options=""):
        """GIT_SSH_COMMAND for hf-ssh over `VIA -F ssh_config`, with OPTIONS typed."""
        via = "%s -F %s" % (via, shlex.quote(self.box.ssh_config))
        return "hf-ssh --via %s %s" % (shlex.quote(via), options)

    def ask(self, url="git@hf.co:acme/corpus", via="ssh", options="", env=None, cwd=None):
        """`git ls-remote URL`; the Result."""
        env = dict({"GIT_SSH_COMMAND": self.command(via, options)}, **(env or {}))
        return self.box.git("ls-remote", url, check=False, cwd=cwd, env=env)

    def ask_plainly(self, url, via, options, env, cwd):
        """The same by plain ssh, that takes the sandbox's home for its own."""
        env = dict(env or {}, GIT_SSH_COMMAND="%s -F %s -o BatchMode=yes -o LogLevel=ERROR "
                   "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null %s" % (
                       via, shlex.quote(self.box.ssh_config), options))
        if "NSS_WRAPPER_PASSWD" not in self.box.env:
            entry = "person:x:%d:%d::%s:/bin/sh\n" % (os.getuid(), os.getgid(), self.box.home)
            env.update(nss_wrapper(self.box.folder("nss"), entry))
        return self.box.git("ls-remote", url, check=False, cwd=cwd, env=env)

    def assert_served(self, key, rule, url="git@hf.co:acme/corpus", via="ssh", options="",
                      env=None, cwd=None):
        """The server saw KEY's account, by RULE, and no connection offered any other key: neither
        where keys are accepted nor where none is. Returns the first Result."""
        account = self.hub.state["accounts"].get(key.fingerprint, "anonymous")
        self.hub.forget()
        trace = self.box.path("trace")
        traced = dict(env or {}, HF_SSH_TRACE=trace)
        result = self.assert_ok(self.ask(url, via, options, traced, cwd))
        seen = self.last()
        self.assertEqual((seen["account"], seen["fingerprint"]), (account, key.fingerprint))
        self.assertIn("git-upload-pack", seen["command"])
        self.assertIn("(rule %d: " % rule, self.box.read(trace).decode())
        for keys in self.hub.genuine().offers():
            self.assertEqual(len(keys), 1)

        self.hub.refuse("*")
        self.hub.forget()
        self.assert_failed(self.ask(url, via, options, env, cwd))
        offers = self.hub.genuine().offers()
        self.assertTrue(offers)
        for keys in offers:  # a second time to see why it failed
            self.assertEqual(keys, [key.fingerprint])
        self.hub.refuse()

        self.hub.forget()
        self.ask_plainly(url, via, options, env, cwd)
        sessions = self.hub.connections()
        TALLY["situations"] += 1
        TALLY["ssh"] += bool(sessions) and sessions[-1]["account"] == account
        return result

    def assert_nothing_tried(self, result, *texts):
        """An error of hf-ssh's own, before any connection."""
        self.assert_failed(result, "hf-ssh: ", *texts)
        self.assertEqual(self.hub.genuine().arrivals(), 0)
        return result
