"""The page on git over SSH, step by step, by somebody on a bare machine: no key, no agent that has
one, nothing configured. Each step is a command of git hf-ssh; at the end all is as it was."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from setting_up import SetupCase      # noqa: E402
from standin.key import Key      # noqa: E402

PUBLISHED = {
    "ED25519": "SHA256:dVjzGIdV7d6cwKIeZiCoRMa2gMvSKfGZAvHf4gMiMao",
    "ECDSA": "SHA256:aBG5R7IomF4BSsx/h6tNAUVLhEkkaNGB8Sluyh/Q/qY",
    "RSA": "SHA256:uqjYymysBGCXXiMVebB8L8RIuWbPSKGBxQQNhcT5a3Q",
    "DSA": "SHA256:skgQjK2+RuzvdmHr24IIAJ6uLWQs0TGtEUt3FtzqirQ",
}
PASSPHRASE = "correct horse battery"


class WalkTest(SetupCase):
    @classmethod
    def set_up_hub(cls):
        cls.hub.add_repository("carol/model", owners=["carol"])

    def setUp(self):
        super().setUp()
        box = self.box
        shutil.rmtree(os.path.join(box.home, ".ssh"))
        shutil.rmtree(os.path.join(box.home, ".local"), ignore_errors=True)
        shutil.rmtree(os.path.join(box.home, ".config"), ignore_errors=True)
        box.agent()
        box.own_passwd_entry()  # plain ssh, too, looks into this home
        box.env["HF_SSH_COMMAND"] = box.ssh_command()
        self.before = self.tree()

    def at_terminal(self, *words, answers=()):
        """git hf-ssh at a terminal; what was asked is answered. The status, and the screen."""
        terminal = self.box.terminal("git", "hf-ssh", *words, env={"TERM": "dumb"})
        self.addCleanup(terminal.close)
        for question, answer in answers:
            terminal.expect(question, timeout=60)
            terminal.screen = terminal.screen.replace(question, "")
            terminal.send(answer + "\n")
        status = terminal.wait(60)
        return status, terminal.screen

    def test_the_page(self):
        box = self.box
        # git runs hf-ssh from now on; a key is offered
        status, said = self.at_terminal("setup", answers=(("[Y/n] ", "n"),))
        self.assertEqual(status, 0, said)
        self.assertTrue(said.replace("\r", "").endswith(
            "hf-ssh: there is no SSH key here yet\n"
            "hint: make one: git hf-ssh keys new --open --wait\n"), said)

        # Checking for existing SSH keys
        none = self.manage("keys", status=1)
        self.assertIn("git hf-ssh keys new", none.stderr)

        # Generating a new SSH keypair, with a passphrase; adding it to the agent
        status, said = self.at_terminal("keys", "new", "-C", "carol@example.org", answers=(
            ("(empty for no passphrase)", PASSPHRASE), ("passphrase again", PASSPHRASE),
            ("Enter passphrase for /", PASSPHRASE)))
        self.assertEqual(status, 0, said)
        self.assertNotIn(PASSPHRASE, said)
        path = os.path.join(box.home, ".ssh", "id_ed25519")
        public = box.read(path + ".pub").decode().strip()
        self.assertTrue(public.endswith(" carol@example.org"))
        self.assertIn(public.split()[1], box.run("ssh-add", "-L").stdout)
        self.assertIn("https://huggingface.co/settings/keys", said)

        # Adding it to the account: a person does that on the page, with this line
        self.assertIn(public, squeezed(said))
        unknown = self.report("keys", "check", status=1)
        self.assertEqual((unknown["account"], unknown["public_key"]), ("anonymous", public))
        self.hub.add_account("carol", Key(path))
        self.assertEqual(self.report("keys", "check", "--wait", status=0)["account"], "carol")

        # Testing the authentication
        self.assertEqual(self.manage("whoami", status=0).stdout.splitlines()[0], "carol")

        # The fingerprints, as the page has them; and what the server presents
        listed = {key["label"]: key["fingerprint"]
                  for key in self.report("host-keys", "list")["host_keys"]
                  if key["origin"] == "published"}
        self.assertEqual(listed, PUBLISHED)
        self.manage("host-keys", "check", status=0)

        # The entries for ~/.ssh/known_hosts, without DSA
        lines = self.manage("host-keys", "--known-hosts", status=0).stdout.splitlines()
        self.assertEqual({line.split()[1] for line in lines},
                         {"ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-rsa"})

        # And what it was all for
        self.manage("access", "git@hf.co:carol/model", status=0)
        box.git("clone", "-q", "git@hf.co:carol/model", "model")
        box.write("model/README.md", "hello\n")
        box.git("add", "README.md", cwd="model")
        box.git("commit", "-q", "-m", "hello", cwd="model")
        box.git("push", "-q", cwd="model")
        self.assertEqual(self.hub.head("carol/model"),
                         box.git("rev-parse", "HEAD", cwd="model").stdout.strip())
        self.assertEqual(self.last()["account"], "carol")
        told = self.report("explain", cwd="model", status=0)["destinations"][0]
        self.assertEqual(told["key"]["account"], "carol")
        checks = self.report("doctor", cwd="model", status=0)["checks"]
        self.assertEqual({(check["name"], check["found"]) for check in checks
                          if check["result"] == "failure"}, set())

        # Back to where it began, but for the key
        self.manage("unsetup", "--purge", status=0)
        shutil.rmtree(os.path.join(box.home, ".ssh"))
        left = {path: what for path, what in self.tree().items()
                if path not in (".local", os.path.join(".local", "state"))}  # empty directories
        self.assertEqual(left, self.before)


def squeezed(text):
    return " ".join(text.split())


if __name__ == "__main__":
    unittest.main()
