"""hf.co itself: accounts, repositories, what its servers saw."""

import json
import os
import secrets
import shutil
import subprocess

from . import lfs
from .key import make_key
from .sshd import Sshd

GREETING = "Hi NAME, welcome to Hugging Face."


class Hub:
    """The state behind every sshd of the stage, kept in hub.json for the forced command."""

    def __init__(self, stage):
        self.stage = stage
        self.directory = stage.folder("hub")
        self.log = os.path.join(self.directory, "connections")
        self.host_keys = {}
        self.servers = {}
        here = os.path.dirname(__file__)
        for name in ("shell.py", "passes.py"):
            shutil.copy(os.path.join(here, name), self.directory)
        self.state = {
            "accounts": {}, "repositories": {}, "greeting": GREETING, "git": shutil.which("git"),
            "lfs": {"secret": secrets.token_hex(16), "seconds": 600, "url": ""},
        }
        self.lfs = lfs.Server(os.path.join(self.directory, "lfs"), self.state)
        self.state["lfs"]["url"] = self.lfs.url
        stage.to_close.append(self.lfs.close)
        self.save()

    def save(self):
        path = os.path.join(self.directory, "hub.json")
        with open(path + ".new", "w", encoding="utf-8") as state:
            json.dump(self.state, state, indent=1)
        os.replace(path + ".new", path)

    # accounts -----------------------------------------------------------------------------------

    def add_account(self, name, key):
        """Registers KEY with the account NAME; a key that no account has is `anonymous`."""
        self.state["accounts"][key.fingerprint] = name
        self.save()

    def add_stranger(self, key):
        """KEY is nobody's: accepted, as `anonymous`."""
        self.state["accounts"].pop(key.fingerprint, None)
        self.save()

    def refuse(self, *keys):
        """From now on these keys (fingerprints or Keys; "*" is every key) are not accepted at all,
        which hf.co doesn't do; it shows a test how many keys a client would offer."""
        lines = [key if isinstance(key, str) else key.fingerprint for key in keys]
        with open(os.path.join(self.directory, "refused"), "w", encoding="utf-8") as refused:
            refused.writelines(line + "\n" for line in lines)

    # repositories -------------------------------------------------------------------------------

    def repository_directory(self, path):
        return os.path.join(self.directory, "repositories", path + ".git")

    def git(self, path, *arguments, **options):
        """Runs git in the bare repository, as its administrator; its standard output."""
        env = {"PATH": os.environ["PATH"], "HOME": self.directory, "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "hub", "GIT_AUTHOR_EMAIL": "hub@example.org",
               "GIT_COMMITTER_NAME": "hub", "GIT_COMMITTER_EMAIL": "hub@example.org"}
        done = subprocess.run(["git", "-C", self.repository_directory(path), *arguments], env=env,
                              stdout=subprocess.PIPE, check=True, **options)
        return done.stdout.decode(errors="replace").strip()

    def add_repository(self, path, private=False, owners=None, files=None, large=None):
        """PATH as in the URL, without .git. OWNERS may write (default: the namespace). FILES is
        {name: content} of the first commit; LARGE the same, kept in LFS."""
        parts = path.split("/")
        if owners is None:
            owners = [parts[-2]] if len(parts) > 1 else []
        directory = self.repository_directory(path)
        os.makedirs(directory)
        self.git(path, "init", "-q", "--bare")
        self.git(path, "symbolic-ref", "HEAD", "refs/heads/main")  # git < 2.28 has no init -b
        self.git(path, "config", "uploadpack.allowFilter", "true")
        self.state["repositories"][path] = {"private": private, "owners": list(owners)}
        self.save()
        contents = {"README.md": "# %s\n" % path} if files is None else dict(files)
        for name, content in (large or {}).items():
            contents[name] = self.lfs.keep(content)
            contents.setdefault(".gitattributes", "")
            contents[".gitattributes"] += "%s filter=lfs diff=lfs merge=lfs -text\n" % name
        if contents:
            self.commit(path, contents)

    def commit(self, path, files, message="a commit"):
        """Adds a commit with FILES on main."""
        has_main = self.git(path, "for-each-ref", "refs/heads/main") != ""
        stream = [b"commit refs/heads/main\ncommitter hub <hub@example.org> 1700000000 +0000\n"
                  b"data %d\n%s\n" % (len(message.encode()), message.encode())]
        if has_main:
            stream.append(b"from refs/heads/main^0\n")
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            stream.append(b"M 100644 inline %s\ndata %d\n" % (name.encode(), len(data)))
            stream += [data, b"\n"]
        self.git(path, "fast-import", "--quiet", input=b"".join(stream))

    def head(self, path, ref="refs/heads/main"):
        """The commit a branch is at; empty if there is none."""
        return self.git(path, "for-each-ref", "--format=%(objectname)", ref)

    # servers ------------------------------------------------------------------------------------

    def host_key(self, kind, owner="genuine"):
        """The host key of a kind (see make_key): `genuine`, or any other owner's, such as
        `impostor`. Made when first asked for."""
        name = "%s-%s" % (owner, kind)
        if name not in self.host_keys:
            self.host_keys[name] = make_key(self.stage.path("hostkeys", name), kind)
        return self.host_keys[name]

    def genuine_keys(self):
        return [self.host_key(kind) for kind in ("ed25519", "ecdsa", "rsa")]

    def sshd(self, name, keys, **options):
        """The server NAME; started with KEYS (see Sshd for OPTIONS) when first asked for."""
        if name not in self.servers:
            self.servers[name] = Sshd(self, name, keys, **options)
        return self.servers[name]

    def genuine(self):
        return self.sshd("genuine", self.genuine_keys())

    def impostor(self, *kinds):
        """Same accounts and repositories, other host keys (KINDS, by default ed25519, ecdsa,
        rsa)."""
        kinds = kinds or ("ed25519", "ecdsa", "rsa")
        return self.sshd("impostor-" + "-".join(kinds),
                         [self.host_key(kind, "impostor") for kind in kinds])

    # what was seen ------------------------------------------------------------------------------

    def connections(self, server=None, trials=False):
        """The sessions so far, oldest first: dictionaries with server, account, fingerprint,
        command (None for a plain `ssh -T`), protocol (GIT_PROTOCOL), tty, environment, time.
        Without TRIALS a greeting on a connection that has had a session is left out: that is how
        hf-ssh learns what a server allows."""
        try:
            with open(self.log, encoding="utf-8") as log:
                entries = [json.loads(line) for line in log]
        except FileNotFoundError:
            return []
        seen, found = set(), []
        for entry in entries:
            line = entry["environment"].get("SSH_CONNECTION")
            if trials or entry["command"] or line not in seen:
                found.append(entry)
            seen.add(line)
        return [entry for entry in found if server in (None, entry["server"])]

    def commands(self, server=None):
        return [entry["command"] for entry in self.connections(server)]

    def forget(self):
        """Empties every log; a test begins with it."""
        for server in self.servers.values():
            server.forget()
        if os.path.exists(self.log):
            os.truncate(self.log, 0)
        del self.lfs.requests[:]
