"""For every host that is not hf.co, hf-ssh becomes ssh: same arguments, same process, same streams,
same status. Shown with a fake ssh that writes down what it was given, and with scp, sftp, rsync and
git against an ordinary sshd."""

import os
import shutil
import signal
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from standin import HubCase  # noqa: E402

COMMAND_LINES = [
    ["other"],
    ["git@other", "git-upload-pack 'a/b'"],
    ["-G", "-o", "SendEnv=GIT_PROTOCOL", "-p", "22", "git@other"],
    ["-o", "SendEnv=GIT_PROTOCOL", "-p", "2222", "git@other", "git-receive-pack '/a/b.git'"],
    ["-oControlMaster=auto", "-oControlPath=/tmp/x-%C", "other", "git-lfs-transfer a/b upload"],
    ["-x", "-oPermitLocalCommand=no", "-oClearAllForwardings=yes", "-oRemoteCommand=none",
     "-oRequestTTY=no", "-oForwardAgent=no", "-l", "me", "-s", "--", "other", "sftp"],
    ["-4vvqTC", "-lme", "-p", "7", "-i", "a b", "-F", "/dev/null", "other", "-v", "--", "-x"],
    ["other", "two", "words", "", " ", "tab\there", "new\nline", "\xff\udcff", "$(x) `y` 'z' \"\\"],
    ["ssh://me@other:2222/", "true"],
    ["ssh://[::1]:22"], ["me@::1", "x"], ["-J", "hf.co", "other"], ["-W", "hf.co:22", "other"],
    ["ssh.hf.space"], ["ssh.hf.jobs", "x"], ["xhf.co"], ["hf.com"], ["hf.co.example.org"], ["hf"],
    ["hf.co..", "x"], ["me@hf.co@other", "hf.co"], ["-l", "hf.co", "other"], ["-p", "hf.co", "x"],
    ["huggingface.com"], ["www.huggingface.co"], ["-i", "hf.co", "x"], ["-o", "User=hf.co", "x"],
    ["-V"], ["-Q", "key"], ["-O", "check", "other"], [], ["--"],
]


def compile_fake(directory):
    compiler = os.environ.get("CC", "").split() or [shutil.which("cc") or shutil.which("clang")]
    if not compiler[0]:
        raise unittest.SkipTest("no C compiler for the fake ssh")
    path = os.path.join(directory, "fake ssh")  # a blank: the shell's quotes must be honoured
    subprocess.run([*compiler, "-std=gnu11", "-o", path,
                    os.path.join(HERE, "..", "support", "fake_ssh.c")], check=True)
    return path


class Seen:
    """What the fake ssh was given."""

    def __init__(self, path):
        with open(path, "rb") as log:
            items = log.read().split(b"\0")[:-1]
        count = int(items[1])
        self.pid, self.argv = int(items[0]), items[2:2 + count]
        self.directory, self.descriptors = items[2 + count], items[3 + count].split()
        self.environment = dict(item.split(b"=", 1) for item in items[4 + count:])


class BecomesSshTest(HubCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.fake = compile_fake(cls.stage.directory)
        except BaseException:
            cls.stage.close()
            raise

    def setUp(self):
        super().setUp()
        self.log = self.box.path("seen")
        self.box.env["FAKE_SSH_LOG"] = self.log
        self.box.env["HF_SSH_COMMAND"] = "'%s'" % self.fake

    def start(self, arguments, program=None, **options):
        """Runs hf-ssh; the Seen of the ssh it became, and its status, stdout, stderr."""
        if os.path.exists(self.log):
            os.unlink(self.log)
        program = program or [self.box.hf_ssh]
        process = subprocess.Popen(program + arguments, env=self.box.env, cwd=self.box.work,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True, **options)
        out, err = process.communicate(b"in \0 and out", 20)
        self.assertTrue(os.path.exists(self.log), "no ssh was run: %r" % err)
        seen = Seen(self.log)
        self.assertEqual(seen.pid, process.pid)  # it is the same process
        return seen, process.returncode, out, err

    def assert_became(self, arguments, name, program=None):
        seen, status, out, err = self.start(arguments, program)
        self.assertEqual(seen.argv, [name.encode()] + [os.fsencode(word) for word in arguments])
        self.assertEqual((status, out, err), (0, b"in \0 and out", b""))
        return seen

    def test_same_arguments(self):
        for arguments in COMMAND_LINES:
            with self.subTest(arguments):
                self.assert_became(arguments, self.fake)

    def test_under_the_name_ssh(self):
        for arguments in COMMAND_LINES:
            with self.subTest(arguments):
                self.assert_became(arguments, self.fake, [self.box.libexec_ssh])

    def test_via(self):
        del self.box.env["HF_SSH_COMMAND"]
        for arguments in COMMAND_LINES:
            with self.subTest(arguments):
                self.assert_became(arguments, self.fake,
                                   [self.box.hf_ssh, "--via", "'%s'" % self.fake])

    def test_words_of_via_come_first(self):
        self.box.env["KEY"] = "a key"
        program = [self.box.hf_ssh, "--via", "'%s' -i \"$KEY\" -o 'User=x y'" % self.fake]
        seen, *_ = self.start(["-v", "other", "cmd"], program)
        self.assertEqual(seen.argv[1:], [b"-i", b"a key", b"-o", b"User=x y", b"-v", b"other",
                                         b"cmd"])

    def test_a_compound_command(self):
        """As git would run it: by the shell, with the arguments after it."""
        for command in ("X=1; export X; exec '%s' -4", "true && exec '%s' -4",
                        "f() { exec '%s' -4 \"$@\"; }; f"):
            program = [self.box.hf_ssh, "--via", command % self.fake]
            seen, status, *_ = self.start(["other", "a b", "$c"], program)
            self.assertEqual((seen.argv[1:], status), ([b"-4", b"other", b"a b", b"$c"], 0))

    def test_ssh_on_the_path(self):
        """Passing over hf-ssh itself, under whatever name it stands there."""
        del self.box.env["HF_SSH_COMMAND"]
        first, second = self.box.folder("first"), self.box.folder("second")
        os.symlink(self.box.hf_ssh, os.path.join(first, "ssh"))
        os.link(self.fake, os.path.join(second, "ssh"))
        self.box.env["PATH"] = "%s:%s:%s" % (first, second, self.box.env["PATH"])
        seen, status, out, err = self.start(["other", "cmd"])
        self.assertIn(seen.argv[0], (b"ssh", os.path.join(second, "ssh").encode()))
        self.assertEqual((seen.argv[1:], status, err), ([b"other", b"cmd"], 0, b""))

    def test_same_surroundings(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        seen, *_ = self.start(["other"], pass_fds=(writer,))
        self.assertEqual(seen.directory, self.box.work.encode())
        self.assertEqual(seen.descriptors, [b"0", b"1", b"2", b"%d" % writer])
        given = {name.encode(): value.encode() for name, value in self.box.env.items()}
        for ours in (b"HF_SSH_DEPTH", b"_", b"PWD", b"OLDPWD", b"SHLVL"):  # ours and the shell's
            seen.environment.pop(ours, None)
        self.assertEqual(seen.environment, given)

    def test_no_counter_for_a_real_ssh(self):
        """HF_SSH_DEPTH ends where nothing can lead back; a script may."""
        seen = self.box.path("seen")
        printer = self.box.script("printer", "#!/bin/sh\nenv >'%s'\n" % seen)
        config = self.box.write("proxied", "Host other\n    ProxyCommand %s\n" % printer)
        for command, counted in (("ssh", False), (self.box.script("mine", 'exec ssh "$@"\n'), True)):
            self.box.env["HF_SSH_COMMAND"] = command
            self.box.run("hf-ssh", "-F", config, "other")
            with open(seen) as environment:
                text = environment.read()
            self.assertIn("HOME=", text)
            self.assertEqual("HF_SSH_DEPTH" in text, counted)

    def test_same_end(self):
        self.box.env["FAKE_SSH_SAYS"] = "ssh: said this\n"
        for status in (1, 127, 255):
            self.box.env["FAKE_SSH_STATUS"] = str(status)
            _, ended, out, err = self.start(["other"])
            self.assertEqual((ended, out, err), (status, b"in \0 and out", b"ssh: said this\n"))
        self.box.env["FAKE_SSH_SIGNAL"] = str(int(signal.SIGTERM))
        self.assertEqual(self.start(["other"])[1], -signal.SIGTERM)

    @unittest.skipUnless(os.path.exists("/proc/self/status"), "no /proc here")
    def test_signals_stay_as_they_were(self):
        """An ignored HUP (nohup) is ignored by the ssh too, and nothing else is."""
        script = self.box.script(
            "report", "#!/bin/sh\nexec grep -E '^Sig(Blk|Ign)' /proc/self/status\n")
        self.box.env["HF_SSH_COMMAND"] = script
        for ignored in ("", "trap '' HUP; "):
            plain = self.box.run("sh", "-c", ignored + "exec report other")
            ours = self.box.run("sh", "-c", ignored + "exec hf-ssh other")
            self.assertEqual((ours.status, ours.out, ours.err), (0, plain.out, b""))

    def test_nothing_is_written(self):
        self.start(["other"])
        self.assertEqual(os.listdir(self.box.path("tmp")) + os.listdir(self.box.path("run")), [])
        self.assertFalse(os.path.exists(os.path.join(self.box.home, ".local")))


class OrdinaryServerTest(HubCase):
    """The programs that run ssh, against `other`: hf-ssh in ssh's place makes no difference."""

    def setUp(self):
        super().setUp()
        self.server = self.hub.sshd("ordinary", [self.hub.host_key("ed25519", "ordinary")],
                                    shell="/bin/sh", authorized=[])
        with open(os.path.join(self.server.directory, "authorized_keys"), "w") as authorized:
            authorized.write(self.box.key.public + "\n")
        shutil.rmtree(self.server.home)
        os.mkdir(self.server.home)
        self.box.point_at(self.hub.genuine(), other=self.server)
        self.box.env["HF_SSH_COMMAND"] = self.box.ssh_command()
        self.box.script("plain-ssh", '#!/bin/sh\nexec %s "$@"\n' % self.box.ssh_command())
        self.box.write("file", bytes(range(256)) * 1000, 0o640)
        self.box.write("folder/a", "a\n")
        self.box.write("folder/b c", "b\n")

    def there(self):
        """{name: content} of what is on the server, which is emptied."""
        found = {}
        for folder, _, names in os.walk(self.server.home):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.server.home)] = file.read()
        shutil.rmtree(self.server.home)
        os.mkdir(self.server.home)
        return found

    def assert_same(self, *commands, expect=0):
        """Each of COMMANDS, SSH in it being plain-ssh, then hf-ssh, gives the same results."""
        results = []
        for program in ("plain-ssh", "hf-ssh"):
            path = os.path.join(self.box.bin, program)
            runs = [self.box.run(*[word.replace("SSH", path) for word in command])
                    for command in commands]
            results.append([(run.status, run.out, run.err) for run in runs] + [self.there()])
            self.assertEqual(runs[-1].status, expect, runs[-1])
        self.assertEqual(results[0], results[1])
        return results[1]

    def test_ssh(self):
        self.assert_same(["SSH", "other", "echo out; echo err >&2; exit 7"], expect=7)
        self.assert_same(["SSH", "-T", "nobody@other"], expect=255)
        self.assert_same(["SSH", "-o", "Nonsense=1", "other"], expect=255)
        self.assert_same(["SSH", "other", "kill -TERM $$"], expect=255)

    def test_what_cannot_be_read(self):
        """ssh says so, in its own words, once."""
        for words in ([], ["--"], ["-Z"], ["-Z", "other"], ["-o"], ["-p"], ["-p", "x", "other"],
                      ["-o", "Nonsense=1", "other"], ["-Q", "nonsense"], ["-l"], ["-p0", "other"]):
            with self.subTest(words):
                self.assert_same(["SSH", *words], expect=255)
        self.assert_same(["SSH", "-V"])

    def test_scp(self):
        for protocol in ("-s", "-O"):
            *_, files = self.assert_same(
                ["scp", protocol, "-q", "-S", "SSH", "-p", "file", "other:copied"],
                ["scp", protocol, "-q", "-S", "SSH", "-r", "folder", "other:"],
                ["scp", protocol, "-q", "-S", "SSH", "other:copied", "back"])
            self.assertEqual(sorted(files), ["copied", "folder/a", "folder/b c"])
            self.assertEqual(self.box.read("back"), self.box.read("file"))
            self.assert_same(["scp", protocol, "-S", "SSH", "other:missing", "."], expect=1)

    def test_sftp(self):
        batch = self.box.write("batch", "put file\nls -1\nrename file moved\nget moved back\n")
        *_, files = self.assert_same(["sftp", "-S", "SSH", "-b", batch, "other"])
        self.assertEqual(list(files), ["moved"])
        self.assertEqual(self.box.read("back"), self.box.read("file"))

    @unittest.skipUnless(shutil.which("rsync"), "rsync is not here")
    def test_rsync(self):
        *_, files = self.assert_same(
            ["rsync", "-a", "-e", "SSH", "file", "folder", "other:"],
            ["rsync", "-ai", "--checksum", "-e", "SSH -4", "folder/", "other:folder/"],
            ["rsync", "-a", "-e", "SSH", "other:folder/", "fetched"])
        self.assertEqual(sorted(files), ["file", "folder/a", "folder/b c"])
        self.assertEqual(self.box.read("fetched/b c"), b"b\n")
        self.assert_same(["rsync", "-a", "-e", "SSH", "other:missing", "."], expect=23)

    def test_git(self):
        repository = os.path.join(self.server.home, "repository.git")
        shutil.copytree(self.hub.repository_directory("alice/model"), repository)
        shutil.copytree(repository, self.box.path("kept"))
        results = []
        for program in ("plain-ssh", "hf-ssh"):
            shutil.rmtree(repository)
            shutil.copytree(self.box.path("kept"), repository)
            self.box.git("config", "--global", "core.sshCommand", program)
            clone = self.box.git("clone", "other:repository.git", "clone")
            place = self.box.path("work", "clone")
            self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd=place,
                         env={"GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
                              "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z"})
            push = self.box.git("push", cwd=place)
            missing = self.box.git("clone", "other:missing", check=False)
            results.append([(run.status, run.out, run.err) for run in (clone, push, missing)])
            shutil.rmtree(place)
        self.assertEqual(results[0], results[1])


DULWICH = """
import sys
from dulwich import porcelain
porcelain.clone(sys.argv[1], sys.argv[2], errstream=sys.stderr.buffer)
"""


class DulwichTest(HubCase):
    """A program with a git of its own, which runs ssh with -x: hf.co through hf-ssh."""

    def test_clone(self):
        python = "/usr/bin/python3"
        if self.box.run(python, "-c", "import dulwich").status != 0:
            self.skipTest("dulwich is not here (Debian: python3-dulwich)")
        self.box.env["HF_SSH_COMMAND"] = self.box.ssh_command()
        self.box.env["GIT_SSH_COMMAND"] = "hf-ssh"
        for url in ("git@hf.co:alice/secret", "ssh://git@hf.co/datasets/alice/data"):
            with self.subTest(url):
                name = os.path.basename(url)
                self.assert_ok(self.box.run(python, "-c", DULWICH, url, name))
                self.assertIn(b"# ", self.box.read(name + "/README.md"))
                self.assertEqual(self.last()["account"], "alice")
                self.assertEqual(self.hub.genuine().offers()[-1], [self.box.key.fingerprint])


if __name__ == "__main__":
    unittest.main()
