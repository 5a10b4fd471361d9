"""git hf-ssh host-keys list, add, revoke and remove, by line, file and fingerprint: what is trusted
afterwards, and what the person's own file looks like."""

import errno
import os
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from host_keys import PUBLISHED, HostKeysCase      # noqa: E402


class ListTest(HostKeysCase):
    def test_every_key_with_its_origin_and_state(self):
        self.write_own("# mine\n" + self.new.known_hosts_line() +
                       "@revoked * " + self.hub.host_key("rsa", "lost").public + "\n")
        report = self.host_keys_report("list", status=0)
        keys = {key["fingerprint"]: key for key in report["host_keys"]}
        for label, fingerprint in PUBLISHED.items():
            key = keys[fingerprint]
            self.assertEqual((key["label"], key["origin"], key["file"], key["line"]),
                             (label, "published", None, None))
            self.assertEqual(key["state"], "never-accepted" if label == "DSA" else "trusted")
        new = keys[self.new.fingerprint]
        self.assertEqual((new["origin"], new["file"], new["line"], new["state"], new["key"]),
                         ("added", self.own, 2, "trusted", self.new.base64))
        lost = keys[self.hub.host_key("rsa", "lost").fingerprint]
        self.assertEqual((lost["origin"], lost["line"], lost["state"], lost["type"]),
                         ("revoked", 3, "revoked", "ssh-rsa"))
        self.assertEqual(lost["revoked_in"], {"file": self.own, "line": 3})
        self.assertEqual(len(keys), 4 + 3 + 2)  # the stand-in's own are added, too
        self.assertEqual(self.host_keys_report(status=0)["host_keys"], report["host_keys"])

    def test_text_says_the_same(self):
        self.write_own(self.new.known_hosts_line())
        text = self.host_keys("list", "--verbose", status=0).stdout
        for key in self.host_keys_report("list")["host_keys"]:
            self.assertIn("%s (%s)\n" % (key["fingerprint"], key["label"]), text)
        self.assertIn("added in ~/.config/hf-ssh/known_hosts:1", text)
        self.assertIn("never accepted", text)
        self.assertEqual(text, self.host_keys("--verbose", status=0).stdout)

    def test_one_line_a_key(self):
        new = self.new
        self.write_own(new.known_hosts_line() + "@revoked hf.co %s %s\n" % tuple(
            self.host_keys("--known-hosts").stdout.splitlines()[0].split()[1:3]))
        text = self.host_keys(status=0).stdout
        rows = {line.split()[2]: line.split() for line in text.splitlines()}
        self.assertEqual(len(rows), 4 + 3 + 1)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        self.assertEqual(rows[new.fingerprint], ["ok", "ED25519", new.fingerprint, "added"])
        self.assertEqual(rows[PUBLISHED["RSA"]][0::3], ["ok", "published"])
        self.assertEqual(rows[PUBLISHED["DSA"]], ["-", "DSA", PUBLISHED["DSA"], "never", "used"])
        self.assertEqual(rows[PUBLISHED["ED25519"]][0::3], ["warning", "revoked"])

    def test_problems_are_shown(self):
        self.write_own("github.com %s\nhf.co ssh-ed25519 AAAA\n@cert-authority hf.co %s\n" % (
            self.new.public, self.new.public))
        report = self.host_keys_report("list", status=0)
        self.assertEqual([(problem["line"], problem["severity"]) for problem in report["problems"]],
                         [(1, "passed-over"), (2, "broken"), (3, "broken")])
        text = self.host_keys("list", status=0).stdout
        for problem in report["problems"]:
            self.assertIn("~/.config/hf-ssh/known_hosts:%d\n" % problem["line"], text)
            self.assertIn(problem["problem"][:30], text)

    def test_a_file_that_cannot_be_relied_on(self):
        for content, mode, word in (("@revoked hf.co x\n", 0o600, "known_hosts:1"),
                                    ("", 0o666, "chmod go-w")):
            self.write_own(content, mode)
            self.assertIn(word, self.refused("list"))
            self.assertIn("error", self.host_keys_report("list", status=2))

    def test_lines_for_plain_ssh(self):
        self.box.trust()
        self.write_own(self.new.known_hosts_line() + self.new.known_hosts_line())
        result = self.host_keys("--known-hosts", status=0)
        self.assertEqual(result.stderr, "")
        path = self.box.write("lines", result.stdout)
        listed = self.box.run("ssh-keygen", "-lf", path).stdout
        self.assertEqual([line.split()[1] for line in listed.splitlines()],
                         [PUBLISHED["ED25519"], PUBLISHED["ECDSA"], PUBLISHED["RSA"],
                          self.new.fingerprint])
        self.assertEqual({line.split()[0] for line in result.stdout.splitlines()}, {"hf.co"})
        self.host_keys("revoke", PUBLISHED["RSA"], status=0)
        lines = self.host_keys_report("list", "--known-hosts", status=0)["lines"]
        self.assertEqual([line.split()[1] for line in lines],
                         ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-ed25519"])

    def test_plain_ssh_takes_the_lines(self):
        lines = self.host_keys("--known-hosts", status=0).stdout
        known = self.box.write("lines", lines)
        result = self.box.run("ssh", "-F", self.box.ssh_config, "-i", self.box.key.path, "-o",
                              "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o",
                              "HostKeyAlias=hf.co", "-o", "UserKnownHostsFile=" + known, "-T",
                              "git@hf.co")
        self.assertIn("Hi alice", result.stdout, result)

    def test_nothing_is_trusted(self):
        self.box.trust()
        self.host_keys("revoke", *PUBLISHED.values(), status=0)
        for words in ((), ("--known-hosts",)):
            self.assertIn("no host key of hf.co is trusted now", self.host_keys(
                *words, status=1).stderr)


class ChangeTest(HostKeysCase):
    def test_every_way_to_name_a_key(self):
        new = self.new
        path = self.box.write("from the page.txt", "# page\nother %s\n%s" % (
            self.box.key.public, new.known_hosts_line()))
        for words, stdin in (((new.known_hosts_line(),), b""), (("hf.co", new.type, new.base64), b""),
                             ((new.public + " root@hf",), b""), ((new.type, new.base64), b""),
                             ((path,), b""), ((new.path + ".pub",), b""),
                             (("-",), new.known_hosts_line().encode()),
                             (("-",), new.public.encode())):
            with self.subTest(words=words):
                report = self.host_keys_report("add", *words, status=0, stdin=stdin)
                (key,) = report["host_keys"]
                self.assertEqual((key["result"], key["fingerprint"], key["state"], key["line"]),
                                 ("added", new.fingerprint, "trusted", 1))
                self.assertEqual((report["file"], key["file"]), (self.own, self.own))
                self.assertTrue(self.own_text().startswith("hf.co " + new.public))
                again = self.host_keys_report("add", *words, status=0, stdin=stdin)
                self.assertEqual(again["host_keys"][0]["result"], "already-trusted")
                self.assertEqual(self.own_text().count(new.base64), 1)
                self.host_keys("remove", new.fingerprint, status=0)
                self.assertEqual(self.own_text(), "")

    def test_a_new_file(self):
        self.host_keys("add", self.new.public, status=0)
        self.assertEqual(stat.S_IMODE(os.stat(self.own).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(self.own)).st_mode), 0o700)
        self.assertEqual(os.listdir(os.path.dirname(self.own)), ["known_hosts"])

    def test_nothing_is_made_for_what_is_known(self):
        for words in (("add", PUBLISHED["ED25519"]), ("add", self.hub.genuine_keys()[0].public),
                      ("revoke", PUBLISHED["DSA"])):
            self.host_keys(*words, status=0)
        self.host_keys("remove", self.new.fingerprint, status=1)
        self.assertFalse(os.path.exists(os.path.dirname(self.own)))

    def test_a_persons_own_text_stays(self):
        theirs = ("# keys of ours, see the wiki\r\n\r\n   # indented\r\nhf.co %s of May\r\n"
                  "github.com %s\r\n\r\n# the end") % (self.hub.host_key("rsa", "may").public,
                                                      self.box.key.public)
        for text in (theirs, theirs.replace("\r", ""), theirs + "\n", "", "\n\n", "# x",
                     "\ufeff# x\n", "\ufeff"):
            for mode in (0o600, 0o644, 0o444):
                with self.subTest(text=text, mode=mode):
                    self.write_own(text, mode)
                    self.host_keys("add", self.new.public, status=0)
                    self.assertTrue(self.own_text().startswith(text))
                    self.host_keys("revoke", PUBLISHED["RSA"], status=0)
                    self.host_keys("remove", self.new.fingerprint, status=0)
                    self.host_keys("remove", PUBLISHED["RSA"], status=0)
                    self.assertEqual(self.box.read(self.own), text.encode())
                    self.assertEqual(stat.S_IMODE(os.stat(self.own).st_mode), mode)
                    os.unlink(self.own)

    def test_revoke_and_take_it_back(self):
        key = self.hub.host_key("ecdsa")
        self.write_own(self.new.known_hosts_line())
        for words in ((key.fingerprint,), (key.public,), (key.known_hosts_line(),),
                      ("@revoked * " + key.public,)):
            with self.subTest(words=words):
                result = self.host_keys("revoke", *words, status=0)
                self.assertIn("revoked: %s (ECDSA)" % key.fingerprint, result.stdout)
                self.assertEqual(self.states()[key.fingerprint], "revoked")
                self.assertEqual(self.own_text(), self.new.known_hosts_line() + "@revoked " +
                                 key.known_hosts_line())
                report = self.host_keys_report("revoke", *words, status=0)
                self.assertEqual(report["host_keys"][0]["result"], "already-revoked")
                self.host_keys("remove", key.fingerprint, status=0)
                self.assertEqual(self.states()[key.fingerprint], "trusted")

    def test_which_lines_remove_takes(self):
        added, revoked = self.new.known_hosts_line(), "@revoked x,y %s\n" % self.new.public
        for words, left in (((self.new.fingerprint,), ""), ((self.new.public,), ""),
                            ((added,), revoked), ((revoked,), added + added)):
            with self.subTest(words=words):
                self.write_own(added + revoked + added)
                report = self.host_keys_report("remove", *words, status=0)
                self.assertEqual(self.own_text(), left)
                self.assertEqual(len(report["host_keys"]), 3 - left.count("\n"))

    def test_what_cannot_be_removed(self):
        self.assertIn("host-keys revoke " + PUBLISHED["RSA"],
                      self.refused("remove", PUBLISHED["RSA"]))
        genuine = self.hub.host_key("rsa")
        said = self.refused("remove", genuine.fingerprint)
        self.assertIn("%s:3" % self.box.known_hosts, said)
        self.assertIn("only lines of ~/.config/hf-ssh/known_hosts can be removed", said)
        self.assertIn("no line of ~/.config/hf-ssh/known_hosts",
                      self.host_keys("remove", self.new.public, status=1).stderr)

    def test_several_lines(self):
        keys = [self.hub.host_key(kind) for kind in ("ed25519", "ecdsa", "rsa")]
        lines = [keys[0].known_hosts_line(), keys[1].public, "@revoked * " + keys[2].public]
        self.host_keys("revoke", *lines, status=0)
        self.assertEqual([self.states()[key.fingerprint] for key in keys], ["revoked"] * 3)
        words = " ".join(keys[0].public.split()[:2] + keys[1].public.split()[:2]).split()
        self.assertIn("it has two keys; quote the line of each", self.refused("revoke", *words))

    def test_a_revoked_key_is_not_added(self):
        self.host_keys("revoke", self.hub.host_key("ed25519").fingerprint, status=0)
        said = self.refused("add", self.hub.host_key("ed25519").known_hosts_line())
        self.assertIn("revoked in ~/.config/hf-ssh/known_hosts:1", said)
        self.assertNotIn("remove", said)

    def test_the_last_trusted_key_may_go(self):
        self.box.trust()
        result = self.host_keys("revoke", *PUBLISHED.values(), status=0)
        self.assertIn("no host key of hf.co is trusted now", result.stderr)
        self.assert_failed(self.box.git("ls-remote", "git@hf.co:alice/model", check=False),
                           "no host key")

    def test_all_or_nothing(self):
        other = self.hub.host_key("rsa", "new")
        self.write_own("@revoked hf.co %s\n" % other.public)
        text = self.new.known_hosts_line() + other.known_hosts_line()
        self.refused("add", "-", stdin=text.encode())
        self.refused("add", "-", stdin=self.new.known_hosts_line().encode() + b"hf.co ssh-rsa AA\n")
        self.refused("add", "-", stdin=text.encode() + b"@revoked hf.co x y\n")

    def test_the_pages_own_lines(self):
        lines = self.host_keys("--known-hosts").stdout
        report = self.host_keys_report("add", "-", stdin=lines.encode(), status=0)
        self.assertEqual({key["result"] for key in report["host_keys"]}, {"already-trusted"})
        self.assertIsNone(self.own_text())


class FileTest(HostKeysCase):
    def test_a_link_stays_and_its_target_is_replaced(self):
        target = self.box.write(self.box.path("home", "dotfiles", "known"), "# mine\n", 0o640)
        os.makedirs(os.path.dirname(self.own), 0o700)
        os.symlink("../../dotfiles/known", self.own)
        self.host_keys("add", self.new.public, status=0)
        self.assertTrue(os.path.islink(self.own))
        self.assertEqual(self.box.read(target).decode(), "# mine\n" + self.new.known_hosts_line())
        self.assertEqual(stat.S_IMODE(os.stat(target).st_mode), 0o640)
        os.unlink(target)
        self.assertIn("known_hosts", self.refused("add", self.new.public))
        self.assertFalse(os.path.exists(target))

    def test_what_others_could_write(self):
        for path, mode in ((self.own, 0o666), (os.path.dirname(self.own), 0o777)):
            self.write_own("# mine\n")
            before = stat.S_IMODE(os.stat(path).st_mode)
            os.chmod(path, mode)
            for verb in ("add", "revoke", "remove"):
                said = self.refused(verb, self.new.public)
                self.assertIn("can be written by others", said)
                self.assertIn("chmod go-w", said)
            os.chmod(path, before)
        os.unlink(self.own)
        os.chmod(os.path.dirname(self.own), 0o777)
        said = self.refused("add", self.new.public)
        self.assertIn("chmod go-w", said)

    def test_what_is_no_file(self):
        os.makedirs(self.own)
        self.assertIn("is a directory", self.refused_without_text("add", self.new.public))
        os.rmdir(self.own)
        os.mkfifo(self.own)
        self.assertIn("is a FIFO", self.refused_without_text("add", self.new.public))

    def refused_without_text(self, *words):
        result = self.host_keys(*words, status=2)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_a_broken_revocation_has_to_be_mended_first(self):
        self.write_own("@revoked hf.co ssh-ed25519 AAAA\n")
        for verb in ("add", "revoke", "remove"):
            self.assertIn("known_hosts:1: ", self.refused(verb, self.new.public))

    def test_it_never_grows_beyond_what_can_be_read(self):
        self.write_own("#" * ((1 << 20) - 10) + "\n")
        self.assertIn("larger than", self.refused("add", self.new.public))
        self.assertEqual(self.host_keys("list").status, 0)

    def test_a_full_disk_leaves_it_alone(self):
        self.write_own("# mine\n")
        result = self.box.run("sh", "-c", "ulimit -f 0; trap '' XFSZ; git hf-ssh host-keys add '%s'"
                              % self.new.public)
        self.assertEqual(result.status, 2, result)
        self.assertIn(os.strerror(errno.EFBIG), result.stderr)
        self.assertEqual(self.own_text(), "# mine\n")
        self.assertEqual(os.listdir(os.path.dirname(self.own)), ["known_hosts"])

    def test_no_home(self):
        # Without HOME the passwd entry's home counts: never that of whoever runs this.
        self.box.own_passwd_entry()
        home = self.box.home
        for name, passwd_home in (("fallback", home), ("nowhere", self.box.path("gone"))):
            entry = "person:x:%d:%d::%s:/bin/sh\n" % (os.getuid(), os.getgid(), passwd_home)
            self.box.write(self.box.env["NSS_WRAPPER_PASSWD"], entry)
            env = {"HOME": self.box.path("gone"), "XDG_CONFIG_HOME": None}
            with self.subTest(name=name):
                if passwd_home == home:
                    report = self.host_keys_report("add", self.new.public, status=0, env=env)
                    self.assertEqual(report["file"], self.own)
                    continue
                for verb in ("add", "revoke", "remove"):
                    said = self.refused(verb, self.new.public, env=env)
                    self.assertIn("there is no home directory", said)
                self.host_keys("list", status=0, env=env)
                self.assertFalse(os.path.exists(passwd_home))

    def test_many_at_once_lose_nothing(self):
        self.write_own("# mine\n")
        program = self.box.path("prefix", "bin", "git-hf-ssh")
        wanted, running = [], []
        for number in range(16):
            kind = ("ed25519", "ecdsa")[number % 2]
            wanted.append(self.hub.host_key(kind, "crowd%d" % number))
        for number, key in enumerate(wanted):
            verb = ("add", "revoke")[number % 4 == 3]
            running.append(subprocess.Popen([program, "host-keys", verb, key.public],
                                            env=self.box.merged(None), stdout=subprocess.DEVNULL,
                                            stderr=subprocess.PIPE))
        for process in running:
            self.assertEqual((process.communicate(timeout=60)[1], process.returncode), (b"", 0))
        states = self.states()
        for number, key in enumerate(wanted):
            self.assertEqual(states[key.fingerprint], "revoked" if number % 4 == 3 else "trusted")
        self.assertEqual(self.own_text().count("\n"), 17)

    def test_somebody_else_holds_it(self):
        self.write_own("# mine\n")
        holder = subprocess.Popen(["flock", os.path.dirname(self.own), "sleep", "60"],
                                  start_new_session=True)
        try:
            for _ in range(200):
                free = subprocess.run(["flock", "-n", os.path.dirname(self.own), "true"],
                                      check=False).returncode == 0
                if not free:
                    break
                time.sleep(0.01)
            self.assertIn("another program holds", self.refused("add", self.new.public))
        finally:
            os.killpg(holder.pid, 9)
            holder.wait()


if __name__ == "__main__":
    unittest.main()
