#!/usr/bin/env python3
"""What hf-ssh costs beside ssh, on the stand-in for hf.co: each pair of commands in turn, so that
whatever else the machine does falls on both alike; medians, their ratio and difference.

    python3 contrib/benchmark.py [--build DIRECTORY] [--rounds N] [--clone MEGABYTES] [NAME …]

ssh has a perfect configuration written by hand: one key, strict checking, the right known_hosts.
Everything stays on loopback and below one temporary directory."""

import argparse
import os
import shutil
import socket
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
        self.prepare = None  # called before each command, and not measured
        self.files = {name: open(self.box.path(name), "wb") for name in ("out", "err")}

    def bare_configuration(self, server):
        self.box.point_at(server)
        return {"ours": shutil.copy(self.box.ssh_config, self.box.path("bare_config")),
                "plain": shutil.copy(self.box.plain_config, self.box.path("bare_plain_config"))}

    def once(self, command, env=None):
        if self.prepare:
            self.prepare()
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

    # At 2x40 ms ------------------------------------------------------------------------------

    def far_pair(self, *words):
        """hf.co is 40 ms away; git does the same by ssh and by hf-ssh."""
        from standin import Relay
        self.box.point_at(Relay(self.hub.genuine(), delay=0.04))
        return ((list(words), {"GIT_SSH_COMMAND": self.box.ssh_command(self.box.plain_config)}),
                (list(words), {"GIT_SSH_COMMAND": "hf-ssh",
                               "HF_SSH_COMMAND": self.box.ssh_command()}))

    def place(self, name, url, *options):
        """A clone, made once."""
        path = os.path.join(self.box.work, name)
        if not os.path.isdir(path):
            self.box.git("clone", "-q", *options, url, path,
                         env={"GIT_SSH_COMMAND": self.box.ssh_command(self.box.plain_config)})
        return path

    def large(self):
        if "alice/lfs" not in self.hub.state["repositories"]:
            self.box.git("lfs", "install", "--skip-repo")
            self.hub.add_repository("alice/lfs", large={name: os.urandom(3000)
                                                        for name in ("a.bin", "b.bin", "c.bin")})
        return "git@hf.co:alice/lfs"

    def row_lfs_push(self):
        place = self.place("lfs-push", self.large())

        def prepare():
            for name in ("a.bin", "b.bin", "c.bin"):
                self.box.write(os.path.join(place, name), os.urandom(3000))
            self.box.git("commit", "-qam", "large", cwd=place)
        self.prepare = prepare
        return self.far_pair("git", "-C", place, "push", "-q")

    def row_lfs_clone(self):
        url, place = self.large(), os.path.join(self.box.work, "lfs-clone")
        self.prepare = lambda: shutil.rmtree(place, ignore_errors=True)
        return self.far_pair("git", "clone", "-q", url, place)

    def row_submodules(self):
        whole = os.path.join(self.box.work, "whole")
        self.box.git("init", "-q", whole)
        for number in range(5):
            path = "alice/part%d" % number
            self.hub.add_repository(path)
            commit = self.hub.git(path, "rev-parse", "main")
            self.box.git("update-index", "--add", "--cacheinfo",
                         "160000,%s,part%d" % (commit, number), cwd=whole)
            for setting, value in (("path", "part%d" % number), ("url", "git@hf.co:" + path)):
                self.box.git("config", "-f", ".gitmodules",
                             "submodule.part%d.%s" % (number, setting), value, cwd=whole)
        self.box.git("add", ".gitmodules", cwd=whole)
        self.box.git("commit", "-qm", "parts", cwd=whole)
        copy = whole + "-copy"

        def prepare():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(whole, copy)
        self.prepare = prepare
        return self.far_pair("git", "-C", copy, "submodule", "--quiet", "update", "--init")

    def row_fetch_all(self):
        place = os.path.join(self.box.work, "remotes")
        self.box.git("init", "-q", place)
        for name in ("one", "two", "three"):
            self.box.git("remote", "add", name, "git@hf.co:alice/model", cwd=place)
        return self.far_pair("git", "-C", place, "fetch", "-q", "--all")

    def row_far_ls_remote(self):
        return self.far_pair("git", "ls-remote", "-q", "git@hf.co:alice/model")

    def row_far_fetch(self):
        place = self.place("single", "git@hf.co:alice/model")
        return self.far_pair("git", "-C", place, "fetch", "-q")

    def row_far_push(self):
        place = self.place("single", "git@hf.co:alice/model")
        self.prepare = lambda: self.box.git("commit", "-q", "--allow-empty", "-m", "x", cwd=place)
        return self.far_pair("git", "-C", place, "push", "-q", "origin", "HEAD:refs/heads/bench")

    def storm(self, command, env):
        """How many of 200 ls-remote within 4 seconds fail with a busy server."""
        running = []
        for _ in range(200):
            running.append(subprocess.Popen(command, env=self.box.merged(env), cwd=self.box.work,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL))
            time.sleep(0.02)
        return sum(process.wait() != 0 for process in running)

    def silence(self, said):
        """Seconds until hf-ssh gives up on a server that says SAID, and then nothing."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.box.point_at(server.getsockname()[1])
            start = time.perf_counter()
            process = subprocess.Popen([self.box.hf_ssh, "git@hf.co", "git-upload-pack 'a/b'"],
                                       env=self.box.merged({
                                           "HF_SSH_COMMAND": self.box.ssh_command()}),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            server.settimeout(1)
            held = []
            while process.poll() is None:
                try:
                    held.append(server.accept()[0])
                    held[-1].sendall(said)
                except OSError:
                    pass
            for line in held:
                line.close()
            return time.perf_counter() - start

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
    ("lfs-push", "2x40 ms: push of three LFS files", "row_lfs_push", 0.4),
    ("lfs-clone", "2x40 ms: clone with three LFS files", "row_lfs_clone", 0.4),
    ("submodules", "2x40 ms: five submodules", "row_submodules", 0.4),
    ("fetch-all", "2x40 ms: fetch --all, three remotes", "row_fetch_all", 0.4),
    ("far-ls-remote", "2x40 ms: a single ls-remote", "row_far_ls_remote", 0.4),
    ("far-fetch", "2x40 ms: a single fetch", "row_far_fetch", 0.4),
    ("far-push", "2x40 ms: a single push", "row_far_push", 0.4),
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
            bench.prepare = None
            bench.box.point_at(bench.hub.genuine(), other=bench.other)
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
        bench.prepare = None
        if "storm" in options.names:
            busy = bench.hub.sshd("busy", bench.hub.genuine_keys(),
                                  options=["MaxStartups 10:30:60"])
            bench.box.point_at(busy)
            for who, (words, env) in zip(("ssh", "hf-ssh"), bench.row_ls_remote()):
                print("200 commands in 4 s, MaxStartups 10:30:60, %s: %d fail" % (
                    who, bench.storm(words, env)), flush=True)
        if "silence" in options.names:
            for what, said in (("connected", b""), ("its version", b"SSH-2.0-x\r\n")):
                print("silence after %s: ended after %.0f s" % (what, bench.silence(said)),
                      flush=True)
    finally:
        stage.close()


if __name__ == "__main__":
    main()
