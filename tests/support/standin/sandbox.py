"""A person's machine: a home, an environment, keys, an agent, git's and ssh's configuration.

Nothing of whoever runs the tests is used: HOME is inside, and every ssh gets `-F FILE`, because ssh
itself reads ~/.ssh/config of the passwd entry whatever HOME says (see own_passwd_entry)."""

import os
import shlex

from . import keeper, program
from .key import make_key
from .run import Terminal, run
from .sshd import nss_wrapper

NAMES = ("hf.co hf.co. HF.CO HF.CO. Hf.Co huggingface.co huggingface.co. HUGGINGFACE.CO "
         "HuggingFace.co")
KEPT = ("PATH", "TERM", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE",
        "GCOV_PREFIX", "GCOV_PREFIX_STRIP")


class Sandbox:
    """`home`, `env` (change it at will), `work` (where programs run), `prefix` (hf-ssh's tree)."""

    def __init__(self, stage, name, hub=None):
        self.stage, self.hub, self.name = stage, hub, name
        self.home = self.folder("home")
        self.work = self.folder("work")
        self.prefix = self.folder("prefix")
        self.bin = self.folder("prefix", "bin")
        self.libexec = self.path("prefix", "libexec", "hf-ssh")
        self.hf_ssh, self.libexec_ssh = self.path("prefix", "bin", "hf-ssh"), self.libexec + "/ssh"
        self.has_program = program.stage_program(self.prefix)
        self.known_hosts = os.path.join(self.folder("trust"), "known_hosts")
        self.ssh_config, self.plain_config = self.path("ssh_config"), self.path("plain_config")
        self.git_config = os.path.join(self.home, ".gitconfig")
        self.env = self.environment()
        self.write(self.git_config, "[init]\n\tdefaultBranch = main\n")
        self.key = self.make_key("id_ed25519")
        if hub:
            self.trust(*hub.genuine_keys())
            self.point_at(hub.genuine())

    # files --------------------------------------------------------------------------------------

    def path(self, *names):
        return self.stage.path(self.name, *names)

    def folder(self, *names):
        return self.stage.folder(self.name, *names)

    def write(self, path, content, mode=0o600):
        """Writes text or bytes to a file (relative: below `work`), with its directories."""
        path = os.path.join(self.work, path)
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, mode)
        return path

    def read(self, path):
        with open(os.path.join(self.work, path), "rb") as file:
            return file.read()

    def script(self, name, text):
        """An executable file, first on PATH (in prefix/bin)."""
        return self.write(os.path.join(self.bin, name), text, 0o755)

    # surroundings -------------------------------------------------------------------------------

    def environment(self):
        env = {name: os.environ[name] for name in KEPT if name in os.environ}
        env["PATH"] = "%s:%s" % (self.bin, env.get("PATH", os.defpath))
        env.update({
            keeper.MARK: self.path(), "HOME": self.home, "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": self.path("home", ".config"),
            "XDG_STATE_HOME": self.path("home", ".local", "state"),
            "XDG_CACHE_HOME": self.path("home", ".cache"),
            "XDG_RUNTIME_DIR": self.folder("run"), "TMPDIR": self.folder("tmp"),
            "GIT_CONFIG_GLOBAL": self.git_config, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.org",
            "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "person@example.org",
            "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat",
            "HF_SSH_KNOWN_HOSTS": self.known_hosts,
        })
        if program.transport():
            env["HF_SSH_TRANSPORT"] = program.transport()
        return env

    def own_passwd_entry(self, group=None, home=None):
        """Makes `home` the passwd entry's too (libnss-wrapper), so that ssh, without -F, reads
        home/.ssh/config; for tests of just that."""
        entry = "person:x:%d:%d::%s:/bin/sh\n" % (
            os.getuid(), os.getgid() if group is None else group, home or self.home)
        self.env.update(nss_wrapper(self.folder("nss"), entry))
        self.env["ASAN_OPTIONS"] = self.env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def make_key(self, name, kind="ed25519", passphrase=""):
        """A key pair in home/.ssh (or at an absolute path). `key` is id_ed25519, made already."""
        return make_key(os.path.join(self.home, ".ssh", name), kind, passphrase, name)

    def agent(self, *keys):
        """Starts an ssh-agent with KEYS (without a passphrase) and sets SSH_AUTH_SOCK."""
        socket = self.path("run", "agent")
        self.stage.start(["ssh-agent", "-D", "-a", socket], self.env, self.path("agent.log"))
        self.env["SSH_AUTH_SOCK"] = socket
        for _ in range(200):
            if run(["ssh-add", "-l"], self.env, self.work).status != 2:
                break
        for key in keys:
            done = run(["ssh-add", "-q", key.path], self.env, self.work)
            assert done.status == 0, done

    # where hf.co is -----------------------------------------------------------------------------

    def trust(self, *keys):
        """Makes KEYS the trusted set's additions (the file that HF_SSH_KNOWN_HOSTS names)."""
        self.write(self.known_hosts, "".join(key.known_hosts_line() for key in keys))

    def point_at(self, server, extra="", other=None):
        """Writes `ssh_config`, in which hf.co is at SERVER (an Sshd, a Relay, a port) and `other`,
        if given, at that one; everything else leads to a closed port of this machine, never out.
        EXTRA is put first. `plain_config` is the same with identity and host keys set by hand, for
        plain ssh."""
        target = "    HostName 127.0.0.1\n    Port %d\n"
        nowhere = "    UserKnownHostsFile /dev/null\n    GlobalKnownHostsFile /dev/null\n"
        hosts = "Host %s\n" % NAMES + target % getattr(server, "port", server) + nowhere
        by_hand = ("Host {0}\n    User git\n    IdentityFile \"{1}\"\n    IdentitiesOnly yes\n"
                   "    IdentityAgent none\n    HostKeyAlias hf.co\n"
                   "    StrictHostKeyChecking yes\n    UserKnownHostsFile \"{2}\"\n"
                   "    GlobalKnownHostsFile none\n").format(NAMES, self.key.path,
                                                             self.known_hosts)
        rest = "Host other\n" + target % (getattr(other, "port", other) or 9)
        if other:
            rest += ("    User git\n    IdentityFile \"{0}\"\n    IdentitiesOnly yes\n"
                     "    StrictHostKeyChecking no\n    LogLevel ERROR\n").format(
                         self.key.path) + nowhere
        rest += "Host *\n" + target % 9 + nowhere
        self.write(self.ssh_config, extra + hosts + rest)
        self.write(self.plain_config, extra + by_hand + hosts + rest)

    def ssh_command(self, config=None):
        """`ssh -F FILE`, for --via, HF_SSH_COMMAND, core.sshCommand."""
        return "ssh -F " + shlex.quote(config or self.ssh_config)

    def register(self, way="path"):
        """How git comes to run hf-ssh:
        path     core.sshCommand = hf-ssh; the underlying ssh comes from HF_SSH_COMMAND
        libexec  core.sshCommand = …/libexec/hf-ssh/ssh; likewise
        via      core.sshCommand = hf-ssh --via 'ssh -F FILE'
        ssh      core.sshCommand = ssh -F plain_config: plain ssh, for comparison"""
        command = {
            "path": "hf-ssh", "libexec": shlex.quote(self.libexec_ssh),
            "via": "hf-ssh --via " + shlex.quote(self.ssh_command()),
            "ssh": self.ssh_command(self.plain_config),
        }[way]
        self.env.pop("HF_SSH_COMMAND", None)
        if way in ("path", "libexec"):
            self.env["HF_SSH_COMMAND"] = self.ssh_command()
        self.git("config", "--global", "core.sshCommand", command)

    # running ------------------------------------------------------------------------------------

    def run(self, *argv, cwd=None, env=None, stdin=b"", timeout=30, **options):
        """A Result. ENV is added to the sandbox's (a value None removes); a relative CWD is below
        `work`."""
        return run(list(argv), self.merged(env), os.path.join(self.work, cwd or ""), stdin,
                   timeout, **options)

    def merged(self, env):
        merged = dict(self.env)
        merged.update(env or {})
        return {name: value for name, value in merged.items() if value is not None}

    def git(self, *arguments, check=True, **options):
        """git in `work` (cwd=… for elsewhere); fails the test unless status 0, or check=False."""
        result = self.run("git", *arguments, **options)
        assert not check or result.status == 0, result
        return result

    def ssh(self, *arguments, config=None, **options):
        """Plain ssh, under plain_config."""
        return self.run("ssh", "-F", config or self.plain_config, *arguments, **options)

    def hf(self, *arguments, via=None, **options):
        """hf-ssh --via 'ssh -F ssh_config' ARGUMENTS; via="" leaves --via out."""
        via = self.ssh_command() if via is None else via
        words = ["--via", via] if via else []
        return self.run(self.hf_ssh, *words, *arguments, **options)

    def terminal(self, *argv, cwd=None, env=None, rows=24, columns=80):
        """A Terminal; GIT_TERMINAL_PROMPT is not set there unless ENV sets it."""
        env = dict({"GIT_TERMINAL_PROMPT": None}, **(env or {}))
        return Terminal(list(argv), self.merged(env), cwd or self.work, rows, columns)

    def at_terminal(self, *argv, answers=(), timeout=30, **options):
        """Runs ARGV at a terminal to its end: (status, the lines that a person has seen). ANSWERS
        are pairs: a text that is waited for, and what is typed then."""
        terminal = self.terminal(*argv, **options)
        try:
            typed = 0
            for question, answer in answers:
                typed = len(terminal.expect(question, timeout, since=typed))
                terminal.send(answer)
            return terminal.wait(timeout), terminal.lines()
        finally:
            terminal.close()

    def processes(self):
        """The pids of this sandbox's programs that still run (not the servers, but an agent)."""
        return keeper.marked(self.path())
