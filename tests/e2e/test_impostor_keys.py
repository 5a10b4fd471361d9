"""An impostor with host keys of every type, alone, beside genuine ones, and with certificates; and
what the trusted-set files can and cannot do about it."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from impostor import GREETING, ImpostorCase, Way  # noqa: E402
from native import without_rsa  # noqa: E402
from standin import Key, certify_host  # noqa: E402
from standin.sshd import has_dsa  # noqa: E402

NO = "StrictHostKeyChecking no\n"
PUBLISHED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINJjhgtT9FOQrsVSarIoPVI1jFMh3VSHdKfdqp/O776s"
NO_TYPE = "no matching host key type"  # hf-ssh asked for none that this server has


NONE_KNOWN = "knows none of the types" if without_rsa() else ""
# Of a server that has RSA keys only.
RSA_SAYS = NO_TYPE if without_rsa() else ""


class KeysCase(ImpostorCase):
    @classmethod
    def key(cls, kind, bits):
        path = cls.stage.path("hostkeys", "impostor-%s-%s" % (kind, bits))
        if not os.path.exists(path):
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", path],
                           check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return Key(path)

    def server(self, name, keys, *certificates):
        server = self.hub.sshd(name, keys, certificates=certificates)
        self.addCleanup(server.stop)
        return server

    def against(self, server, way):
        self.impostor = server
        self.try_way(way)


class TypesTest(KeysCase):
    def test_each_type_alone(self):
        own = self.hub.host_key
        for title, key, says in (
                ("ed25519", own("ed25519", "impostor"), ""),
                ("ecdsa 256", self.key("ecdsa", "256"), ""),
                ("ecdsa 384", self.key("ecdsa", "384"), NO_TYPE),
                ("ecdsa 521", self.key("ecdsa", "521"), NO_TYPE),
                ("rsa 2048", self.key("rsa", "2048"), RSA_SAYS),
                ("rsa 3072", self.key("rsa", "3072"), RSA_SAYS),
                *([("dsa", own("dsa", "impostor"), NO_TYPE)] if has_dsa() else [])):
            with self.subTest(title):
                config = NO + ("HostKeyAlgorithms +ssh-dss\n" if has_dsa() else "")
                self.against(self.server(title.replace(" ", ""), [key]),
                             Way(title, config, says=says))

    def test_rsa_too_short(self):
        key = self.key("rsa", "1024")
        config = NO + "RequiredRSASize 1024\n"
        self.against(self.server("rsa1024", [key]), Way("rsa 1024", config, says=RSA_SAYS))

    def test_foreign_beside_genuine(self):
        """Which key is presented is up to the client's preference: either way no foreign one."""
        genuine, foreign = self.hub.host_key, lambda kind: self.hub.host_key(kind, "impostor")
        mixed = self.server("mixed", [genuine("ed25519"), foreign("ecdsa"), foreign("rsa")])
        self.against(mixed, Way("asked for the foreign RSA key",
                                NO + "HostKeyAlgorithms rsa-sha2-512\n", says=NONE_KNOWN,
                                genuine=not without_rsa()))
        self.against(mixed, Way("asked for the foreign ECDSA key",
                                NO + "HostKeyAlgorithms ecdsa-sha2-nistp256\n"))
        self.point_at(Way("", NO + "HostKeyAlgorithms rsa-sha2-512,ssh-ed25519\n"), mixed)
        self.assertEqual(self.through_hf_ssh(Way("")).out, GREETING)
        other = self.server("other", [foreign("ed25519"), genuine("ecdsa"), genuine("rsa")])
        self.against(other, Way("the foreign key comes first", NO))


class CertificatesTest(KeysCase):
    def setUp(self):
        super().setUp()
        self.authority = self.hub.host_key("ed25519", "ca")
        self.box.write("ca", "@cert-authority * %s\n" % self.authority.public)

    def certified(self, kind, owner, names="hf.co,127.0.0.1,localhost,elsewhere"):
        key = self.hub.host_key(kind, owner)
        path = certify_host(key, self.authority, names)
        server = self.hub.sshd("%s-%s-certificate" % (owner, kind), [key], certificates=[path])
        self.addCleanup(server.stop)
        return server

    def test_impostor_with_certificate(self):
        trusting = "UserKnownHostsFile %s\n" % self.box.path("work", "ca")
        alias = "HostKeyAlias hf.co\n"
        for kind in ("ed25519", "ecdsa", "rsa"):
            with self.subTest(kind):
                self.against(self.certified(kind, "impostor"),
                             Way(kind, trusting + alias + "HostKeyAlgorithms *-cert-v01@openssh.com\n"
                                 "CASignatureAlgorithms +ssh-rsa\n", says="none in common",
                                 genuine=False))
                self.against(self.certified(kind, "impostor"),
                             Way(kind, trusting + alias, says=RSA_SAYS if kind == "rsa" else ""))

    def test_authority_in_the_trusted_set(self):
        """Not supported, and says so: no certificate is trusted."""
        keys = "".join(key.known_hosts_line() for key in self.hub.genuine_keys())
        self.box.write(self.box.known_hosts, keys + "@cert-authority hf.co %s\n" %
                       self.authority.public)
        self.against(self.certified("ed25519", "impostor"), Way("", NO))
        result = self.through_hf_ssh(Way(""))
        self.assertIn("@cert-authority", result.stderr)

    def test_genuine_with_certificate(self):
        self.point_at(Way(""), self.certified("ed25519", "genuine"))
        self.assertEqual(self.through_hf_ssh(Way("")).out, GREETING)


class RevocationTest(KeysCase):
    def write(self, *lines):
        keys = "".join(key.known_hosts_line() for key in self.hub.genuine_keys())
        self.box.write(self.box.known_hosts, keys + "".join(line + "\n" for line in lines))

    def test_another_type_serves(self):
        self.write("@revoked hf.co " + self.hub.host_key("ed25519").public,
                   "@revoked hf.co " + PUBLISHED)
        self.point_at(Way("", NO), self.genuine)
        result = self.through_hf_ssh(Way("", words=("-v",)))
        self.assertEqual(result.out, GREETING)
        self.assertIn("host key algorithm: ecdsa-sha2-nistp256", result.stderr)

    def test_key_presented(self):
        """The type stays trusted through the published key, the one presented is revoked."""
        key = self.hub.host_key("ed25519")
        server = self.server("ed25519-only", [key])
        for pattern in ("hf.co", "*", "other.example"):
            with self.subTest(pattern):
                self.write("@revoked %s %s" % (pattern, key.public))
                self.against(server, Way("revoked", NO, genuine=False))

    def test_everything_revoked(self):
        self.write(*("@revoked * " + key.public for key in self.hub.genuine_keys()))
        self.impostor = self.genuine
        self.try_way(Way("all of this server's", NO, genuine=False))

    def test_revoked_wins_over_additions(self):
        key = self.impostor.keys[0]
        self.write("hf.co " + key.public, "@revoked hf.co " + key.public, "hf.co " + key.public)
        self.try_way(Way("", NO))

    @unittest.skipUnless(has_dsa(), "this sshd has no DSA")
    def test_dsa_added(self):
        key = self.hub.host_key("dsa", "impostor")
        self.write("hf.co " + key.public)
        self.against(self.server("dsa-added", [key]),
                     Way("", NO + "HostKeyAlgorithms +ssh-dss\n", says=NO_TYPE))

    def test_additions_that_are_none(self):
        """Only the literal name adds."""
        for name in ("*", "hf.*", "h?.co", "HF.CO.evil", "hf.co.evil", "!hf.co", "!x,*",
                     "[hf.co]:2222x", "127.0.0.1", "huggingface.example",
                     "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=",
                     "@cert-authority hf.co", "#hf.co"):
            with self.subTest(name):
                self.write(*("%s %s" % (name, key.public) for key in self.impostor.keys))
                self.hub.forget()
                self.point_at(Way(""), self.impostor)
                self.assert_refused(self.through_hf_ssh(Way("")))


if __name__ == "__main__":
    unittest.main()
