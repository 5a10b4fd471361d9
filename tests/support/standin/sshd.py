"""A real sshd on 127.0.0.1, as root or as an ordinary user. The login `git` (and others, where
asked for) is mapped to the uid that runs it by libnss-wrapper."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time

from . import keeper

CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile {authorized_keys}
AcceptEnv GIT_PROTOCOL HF_SSH_SEEN_*
LogLevel VERBOSE
UseDNS no
PrintMotd no
PrintLastLog no
LoginGraceTime 60
HostKeyAlgorithms +ssh-rsa{dss}
PubkeyAcceptedAlgorithms +ssh-rsa
"""

KEYS_SCRIPT = """\
# AuthorizedKeysCommand: every key is accepted, as hf.co does, unless the test says otherwise
printf '%s %s %s\\n' "$PPID" "$1" "$2" >>{offers}
grep -qxF -e "$1" -e '*' {refused} 2>/dev/null && exit 0
printf 'restrict,command="%s %s" %s %s\\n' {command} "$1" "$2" "$3"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program():
    found = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not found:
        raise FileNotFoundError("no sshd here (Debian: openssh-server)")
    return found


def ssh_version():
    text = subprocess.run(["ssh", "-V"], stderr=subprocess.PIPE, check=True).stderr.decode()
    return tuple(int(number) for number in re.search(r"_(\d+)\.(\d+)", text).groups())


def has_dsa():
    """From version 10 on OpenSSH knows no DSA: no sshd has such a host key, no ssh takes the name."""
    return ssh_version() < (10,)


def nss_wrapper(directory, entries):
    """The environment in which getpwnam() answers with ENTRIES first, then with /etc/passwd."""
    passwd, group = os.path.join(directory, "passwd"), os.path.join(directory, "group")
    with open("/etc/passwd", encoding="utf-8") as real:
        lines = entries + real.read()
    with open(passwd, "w", encoding="utf-8") as fake:
        fake.write(lines)
    shutil.copy("/etc/group", group)
    return {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": passwd,
            "NSS_WRAPPER_GROUP": group,
            # the sanitizers cannot live with it
            "NSS_WRAPPER_DISABLE_DEEPBIND": "1"}


class Sshd:
    """One server. `port`; `directory` holds its configuration and logs.

    keys          host keys (Key), in the order in which they are named
    certificates  host certificates (paths)
    options       more lines for sshd_config; they come first and so win
    shell         None: hf.co's forced command. Otherwise an ordinary machine: logins with KEYS in
                  `authorized` (Keys) get that shell, sftp, scp and forwarding
    logins        login names, all mapped to the running uid
    """

    def __init__(self, hub, name, keys, certificates=(), options=(), shell=None, authorized=(),
                 logins=("git",)):
        self.hub, self.name, self.keys = hub, name, list(keys)
        self.stage = hub.stage
        self.directory = self.stage.folder("sshd", name)
        self.home = self.stage.folder("sshd", name, "home")
        self.log_file = os.path.join(self.directory, "log")
        self.offers_file = os.path.join(self.directory, "offers")
        self.shell, self.authorized = shell, authorized
        entry = "%%s:x:%d:%d:git:%s:%s\n" % (os.getuid(), os.getgid(), self.home,
                                             shell or "/bin/sh")
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.env.update(nss_wrapper(self.directory, "".join(entry % login for login in logins)))
        self.certificates, self.options, self.logins = certificates, options, logins
        self.start()

    def configuration(self):
        lines = list(self.options) + ["AllowUsers " + " ".join(self.logins)]
        authorized = "none"
        if self.shell:
            authorized = '"%s"' % os.path.join(self.directory, "authorized_keys")
            with open(authorized.strip('"'), "w", encoding="utf-8") as file:
                file.writelines(key.public + "\n" for key in self.authorized)
            lines += ["Subsystem sftp internal-sftp", "AllowTcpForwarding yes"]
        else:
            lines += ["AuthorizedKeysCommand /bin/sh %s %%f %%t %%k" % self.keys_script(),
                      "AuthorizedKeysCommandUser " + self.logins[0]]
        version = ssh_version()
        if version >= (9, 8):
            lines.append("PerSourcePenalties no")
        if version < (10, 0):  # cheaper; newer clients warn where it isn't post-quantum
            lines.append("KexAlgorithms curve25519-sha256,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
                         "diffie-hellman-group14-sha256")
        if not any(line.startswith("MaxStartups") for line in self.options):  # the last counts
            lines.append("MaxStartups 200")
        lines += ['HostKey "%s"' % key.path for key in self.keys]
        lines += ['HostCertificate "%s"' % path for path in self.certificates]
        dss = ",ssh-dss" if any(key.type == "ssh-dss" for key in self.keys) else ""
        return "\n".join(lines) + "\n" + CONFIGURATION.format(
            port=self.port, authorized_keys=authorized, dss=dss)

    def keys_script(self):
        shell = [sys.executable, "-ISB", os.path.join(self.hub.directory, "shell.py"),
                 self.hub.directory, self.name]
        command = " ".join(shlex.quote(word) for word in shell)
        command = command.replace("\\", "\\\\").replace('"', '\\"')
        path = os.path.join(self.directory, "keys.sh")
        with open(path, "w", encoding="utf-8") as script:
            script.write(KEYS_SCRIPT.format(
                offers=shlex.quote(self.offers_file), command=shlex.quote(command),
                refused=shlex.quote(os.path.join(self.hub.directory, "refused"))))
        return '"%s"' % path

    def start(self):
        if os.getuid() == 0:
            os.makedirs("/run/sshd", 0o755, exist_ok=True)  # sshd wants it, as root only
        path = os.path.join(self.directory, "sshd_config")
        for _ in range(10):
            self.port = free_port()
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.configuration())
            self.pid = self.stage.start([program(), "-D", "-e", "-f", path], self.env,
                                        self.log_file)
            if self.listens():
                return
            if "Address already in use" not in self.log():
                break
        raise RuntimeError("sshd did not start:\n" + self.log())

    def listens(self):
        ready = "Server listening on 127.0.0.1 port %d." % self.port
        for _ in range(1000):
            if ready in self.log():
                return True
            if self.stage.ended(self.pid) is not None:
                return False
            time.sleep(0.005)
        return False

    def stop(self):
        """Ends the listener; connections go on."""
        self.stage.stop(self.pid)
        self.hub.servers.pop(self.name, None)

    def log(self):
        """What sshd logged (LogLevel VERBOSE). Call wait_idle() first where the end matters."""
        with open(self.log_file, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait_idle(self, seconds=5):
        """Waits until no connection is open, so that the log is complete; did that happen?"""
        for _ in range(int(seconds * 100)):
            if not keeper.descendants(self.pid):
                return True
            time.sleep(0.01)
        return False

    def offers(self):
        """The fingerprints of the keys offered, one list per connection that offered any."""
        found = {}
        try:
            with open(self.offers_file, encoding="utf-8") as offers:
                for line in offers:
                    connection, fingerprint = line.split()[:2]
                    keys = found.setdefault(connection, [])
                    if fingerprint not in keys:  # asked about, then signed with
                        keys.append(fingerprint)
        except FileNotFoundError:
            pass
        return list(found.values())

    def arrivals(self):
        """How many TCP connections came, whatever became of them."""
        return self.log().count("Connection from 127.0.0.1 port ")

    def users_seen(self):
        """The user names this server was told: empty if every client left before that."""
        return re.findall(r"(?:(?:Accepted|Postponed|Failed|Partial) \S+ for (?:invalid user )?"
                          r"|authenticating user |nvalid user )(\S*) (?:from )?127\.0\.0\.1 port",
                          self.log())

    def forget(self):
        for path in (self.log_file, self.offers_file):
            if os.path.exists(path):
                os.truncate(path, 0)
