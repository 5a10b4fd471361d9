"""Key pairs, of people and of servers, made by ssh-keygen."""

import base64
import hashlib
import os
import subprocess


class Key:
    """A key pair in the files PATH and PATH.pub."""

    def __init__(self, path):
        self.path = path
        with open(path + ".pub", encoding="utf-8") as public:
            self.type, self.base64 = public.read().split()[:2]
        self.public = "%s %s" % (self.type, self.base64)

    @property
    def fingerprint(self):
        digest = hashlib.sha256(base64.b64decode(self.base64)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def known_hosts_line(self, host="hf.co"):
        return "%s %s\n" % (host, self.public)


def make_key(path, kind="ed25519", passphrase="", comment="key"):
    """KIND as for ssh-keygen -t: ed25519, ecdsa, rsa, dsa; `rsa1024` and such set the bits."""
    kind, bits = (kind[:3], kind[3:]) if kind.startswith("rsa") else (kind, "")
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", comment, "-f", path]
    if kind == "rsa":
        command += ["-b", bits or "2048"]
    made = subprocess.run(command, check=kind != "dsa", stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if made.returncode != 0:
        write_old_dsa(path, comment)
    return Key(path)


def write_old_dsa(path, comment):
    """A DSA key's files, for OpenSSH 10 and later, which makes none: as people still have them. They
    are well-formed; nobody has to sign with them."""
    def der(tag, content):
        size = len(content).to_bytes(2, "big")
        return bytes([tag]) + (size[1:] if len(content) < 128 else b"\x82" + size) + content

    # p, q, g, y and x
    numbers = [b"\0\x80" + os.urandom(size - 1) for size in (128, 20, 128, 128, 20)]
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in [b"ssh-dss"] + numbers[:4])
    private_der = der(0x30, b"".join(der(2, number) for number in [b"\0"] + numbers))
    with open(path + ".pub", "w", encoding="ascii") as public:
        public.write("ssh-dss %s %s\n" % (base64.b64encode(blob).decode(), comment))
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as private:
        private.write("-----BEGIN DSA PRIVATE KEY-----\n%s\n-----END DSA PRIVATE KEY-----\n"
                      % base64.encodebytes(private_der).decode().strip())


def certify_host(key, authority, names="hf.co"):
    """Signs a host key; returns the certificate's path (for sshd's HostCertificate)."""
    subprocess.run(["ssh-keygen", "-q", "-s", authority.path, "-I", "host", "-h", "-n", names,
                    key.path + ".pub"], check=True, stdin=subprocess.DEVNULL)
    return key.path + "-cert.pub"
