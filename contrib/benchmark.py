#!/usr/bin/env python3
"""What hf-ssh costs beside ssh, on the stand-in for hf.co: each pair of commands in turn, so that
whatever else the machine does falls on both alike; medians, their ratio and difference.

    python3 contrib/benchmark.py [--build DIRECTORY] [--rounds N] [--clone MEGABYTES] [NAME …]

ssh has a perfect configuration written by hand: one key, strict checking, the right known_hosts.
Everything stays on loopback and below one temporary directory."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "support"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", help="where hf-ssh was built (default: the newest build*)")
    parser.add_argument("--rounds", type=int, default=40, help="of each command (default 40)")
    parser.add_argument("--clone", type=int, default=300, help="megabytes (default 300)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows")
    return parser.parse_args()


class Bench:
    def __init__(self, stage, options):
        self.options = options
        self.hub = stage.hub()
        self.hub.add_repository("alice/model")
        self.box = stage.sandbox(self.hub)
        self.hub.add_account("alice", self.box.key)
        other = self.hub.sshd("other", [self.hub.host_key("ed25519", "other")], shell="/bin/sh",
                              authorized=[self.box.key])
        self.other = other
        self.box.trust(*self.hub.genuine_keys(), other.keys[0])
        self.bare = self.bare_configuration(other)
        self.box.point_at(self.hub.genuine(), other=other)
        # Other hosts as most people have them: no configuration file names hf.co.
        self.other_config = self.box.write(
            self.box.path("other_config"),
            "Host other\n    HostName 127.0.0.1\n    Port %d\n    User git\n"
            "    IdentityFile \"%s\"\n    IdentitiesOnly yes\n    StrictHostKeyChecking no\n"
            "    UserKnownHostsFile /dev/null\n    LogLevel ERROR\n" % (other.port,
                                                                       self.box.key.path))
        self.files = {name: open(self.box.path(name), "wb") for name in ("out", "err")}

    def bare_configuration(self, server):
        self.box.point_at(server)
        return {"ours": shutil.copy(self.box.ssh_config, self.box.path("bare_config")),
                "plain": shutil.copy(self.box.plain_config, self.box.path("bare_plain_config"))}

    def once(self, command, env=None):
        start = time.perf_counter()
        done = subprocess.run(command, env=self.box.merged(env), cwd=self.box.work,
                              stdin=subprocess.DEVNULL, stdout=self.files["out"],
                              stderr=self.files["err"], check=False)
        taken = time.perf_counter() - start
        if done.returncode != 0:
            raise SystemExit("%s: status %d, see %s" % (command, done.returncode,
                                                        self.files["err"].name))
        return taken

    def compare(self, ssh, hf_ssh, rounds=None):
        """Seconds of each, measured in turn; the first pair only warms the caches."""
        taken = ([], [])
        for turn in range((rounds or self.options.rounds) + 1):
            pair = [(0, ssh), (1, hf_ssh)]
            for which, (command, env) in pair if turn % 2 else reversed(pair):
                seconds = self.once(command, env)
                if turn:
                    taken[which].append(seconds)
        return taken

    # rows: (ssh's command and environment, hf-ssh's) --------------------------------------------

    def row_start(self):
        return (["ssh", "-V"], {}), ([self.box.hf_ssh, "-V"], {})

    def connection_words(self):
        return ["ssh", "-F", self.box.plain_config, "-T", "git@hf.co"]

    def row_connection(self):
        """`ssh -T`; hf-ssh finds out configuration, key and host keys by itself."""
        return ((self.connection_words(), {}),
                ([self.box.hf_ssh, "-T", "git@hf.co"],
                 {"HF_SSH_COMMAND": self.box.ssh_command()}))

    def bare_words(self):
        """hf.co is an ordinary sshd, without the work of the stand-in's own side."""
        return ((["ssh", "-F", self.bare["plain"], "git@hf.co", "true"], {}),
                ([self.box.hf_ssh, "git@hf.co", "true"],
                 {"HF_SSH_COMMAND": self.box.ssh_command(self.bare["ours"])}))

    def row_native(self):
        """By the native transport, on a machine that has ssh, which is asked `-G`."""
        ssh, (words, env) = self.bare_words()
        return ssh, (words, {**env, "HF_SSH_TRANSPORT": "native"})

    def row_bare(self):
        return self.bare_words()

    def row_no_ssh(self):
        """… and on one that has none: the configuration is read without."""
        ssh, (words, _) = self.bare_words()
        home = os.path.join(self.box.home, ".ssh")
        shutil.copy(self.bare["ours"], os.path.join(home, "config"))
        tools = self.box.folder("tools")
        os.symlink(shutil.which("git"), os.path.join(tools, "git"))
        return ssh, (words, {"PATH": tools})

    def row_far(self):
        """50 ms each way: how many times a message has to go there and back."""
        from standin import Relay
        relay = Relay(self.other, delay=0.05)
        self.bare = self.bare_configuration(relay)
        return self.row_native()

    def with_git(self, *words):
        return (["git"] + list(words), {"GIT_SSH_COMMAND": self.box.ssh_command(
            self.box.plain_config)}), ["git"] + list(words)

    def row_ls_remote(self):
        plain, words = self.with_git("ls-remote", "git@hf.co:alice/model")
        return plain, (words, {"GIT_SSH_COMMAND": "hf-ssh",
                               "HF_SSH_COMMAND": self.box.ssh_command()})

    def row_ls_remote_libexec(self):
        plain, words = self.with_git("ls-remote", "git@hf.co:alice/model")
        return plain, (words, {"GIT_SSH_COMMAND": self.box.libexec_ssh,
                               "HF_SSH_COMMAND": self.box.ssh_command()})

    def row_other_host(self):
        words = ["-F", self.other_config, "other", "true"]
        return (["ssh"] + words, {}), ([self.box.hf_ssh] + words, {})

    def row_clone(self):
        if "alice/large" in self.hub.state["repositories"]:
            return self.clone_words()
        self.hub.add_repository("alice/large")
        # A server that has the pack ready, and only sends: the line is what is measured.
        for setting in (("core.compression", "0"), ("core.bigFileThreshold", "1m"),
                        ("repack.writeBitmaps", "true")):
            self.hub.git("alice/large", "config", *setting)
        for part in range(max(1, self.options.clone // 50)):
            self.hub.commit("alice/large", {"part%d" % part: os.urandom(50 << 20)})
        self.hub.git("alice/large", "repack", "-a", "-d", "-q")
        return self.clone_words()

    def clone_words(self):
        clone = ("git clone -q --bare git@hf.co:alice/large %s/clone && rm -rf %s/clone"
                 % (self.box.work, self.box.work))
        return ((["sh", "-c", clone],
                 {"GIT_SSH_COMMAND": self.box.ssh_command(self.box.plain_config)}),
                (["sh", "-c", clone], {"GIT_SSH_COMMAND": "hf-ssh",
                                       "HF_SSH_COMMAND": self.box.ssh_command()}))

    def row_native_clone(self):
        ssh, (words, env) = self.row_clone()
        return ssh, (words, {**env, "HF_SSH_TRANSPORT": "native"})

    def waiting_parent(self):
        """Resident memory (kB) and processor time (ms) of hf-ssh while ssh moves 200 MB."""
        self.hub.add_repository("alice/stream")
        self.hub.commit("alice/stream", {"data": os.urandom(100 << 20)})
        process = subprocess.Popen(
            ["git", "clone", "-q", "--bare", "git@hf.co:alice/stream", self.box.work + "/stream"],
            env=self.box.merged({"GIT_SSH_COMMAND": self.box.hf_ssh,
                                 "HF_SSH_COMMAND": self.box.ssh_command()}),
            cwd=self.box.work, stdin=subprocess.DEVNULL)
        memory, ticks = 0, 0
        while process.poll() is None:
            for pid in children(process.pid):
                status = fields("/proc/%d/status" % pid)
                if status.get("Name") == "hf-ssh" and "VmRSS" in status:
                    memory = max(memory, int(status["VmRSS"].split()[0]))
                    ticks = max(ticks, processor_ticks(pid))
            time.sleep(0.02)
        return memory, 1000 * ticks / os.sysconf("SC_CLK_TCK")


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def fields(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    except OSError:
        return {}


def processor_ticks(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
            words = file.read().rpartition(")")[2].split()
        return int(words[11]) + int(words[12])
    except (OSError, IndexError):
        return 0


ROWS = [
    ("start", "start: -V", "row_start", 4),
    ("connection", "whole connection: -T git@hf.co", "row_connection", 1),
    ("ls-remote", "git ls-remote, core.sshCommand=hf-ssh", "row_ls_remote", 1),
    ("ls-remote-libexec", "git ls-remote, …=libexec/hf-ssh/ssh", "row_ls_remote_libexec", 1),
    ("other-host", "another host: ssh other true", "row_other_host", 2),
    ("clone", "clone of %d MB", "row_clone", 0.2),
    ("bare", "ssh git@hf.co true, an ordinary sshd", "row_bare", 1),
    ("native", "… by the native transport", "row_native", 1),
    ("no-ssh", "… and no ssh on PATH", "row_no_ssh", 1),
    ("far", "… 50 ms each way, native", "row_far", 0.4),
    ("native-clone", "native transport: clone of %d MB", "row_native_clone", 0.2),
]


def main():
    options = arguments()
    if options.build:
        os.environ["HF_SSH_TEST_BIN"] = os.environ["HF_SSH_TEST_LIBEXEC"] = os.path.abspath(
            options.build)
    from standin import Stage
    stage = Stage()
    try:
        bench = Bench(stage, options)
        print("%-42s %10s %10s %8s %9s  (rounds)" % ("median, ms", "ssh", "hf-ssh", "ratio",
                                                     "more"))
        for name, title, method, weight in ROWS:
            if options.names and name not in options.names:
                continue
            ssh, hf_ssh = getattr(bench, method)()
            rounds = max(3, int(options.rounds * weight))
            taken = bench.compare(ssh, hf_ssh, rounds)
            before, after = (1000 * statistics.median(values) for values in taken)
            title = title % options.clone if "%d" in title else title
            print("%-42s %10.2f %10.2f %8.3f %+9.2f  (%d)" % (title, before, after, after / before,
                                                              after - before, rounds), flush=True)
        if not options.names or "parent" in options.names:
            memory, time_used = bench.waiting_parent()
            print("%-42s %10d kB resident, %d ms of processor time" % (
                "the waiting hf-ssh, 100 MB cloned", memory, time_used))
    finally:
        stage.close()


if __name__ == "__main__":
    main()
