"""git hf-ssh host-keys check, and what add and revoke fetch for a fingerprint: against the genuine
server, one whose key was changed, and impostors."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from host_keys import PUBLISHED, HostKeysCase      # noqa: E402
from standin import Relay      # noqa: E402
from standin.key import certify_host      # noqa: E402
from standin.sshd import has_dsa      # noqa: E402

UNKNOWN = "SHA256:" + "A" * 43


class HubKeysCase(HostKeysCase):
    def at(self, name, *keys, **options):
        """hf.co is at a server with these keys; that server."""
        server = self.hub.sshd(name, list(keys), **options)
        self.box.point_at(server)
        server.forget()
        return server

    def rotated(self):
        """hf.co with a new key that nobody has published yet."""
        return self.at("rotated", self.new)

    def verdicts(self, report, name="host_keys"):
        return {key["label"]: key["verdict"] for key in report[name]}

    def fetch(self, **options):
        return self.box.git("ls-remote", "git@hf.co:alice/model", check=False, **options)

    def assert_nothing_was_sent(self, server):
        server.wait_idle()
        self.assertGreater(server.arrivals(), 0)
        self.assertEqual((server.users_seen(), server.offers()), ([], []))


class NoHelperTest(HubKeysCase):
    """The ssh that is run does not run our helper: that is named, not the network."""

    def via(self, text):
        wrapper = self.box.script("other-ssh", "#!/bin/sh\n" + text)
        self.box.git("config", "--global", "core.sshCommand",
                     "%s --via %s" % (self.box.hf_ssh, wrapper))

    def assert_named(self, text):
        said = self.host_keys("check", status=2).stderr
        self.assertIn("did not run hf-ssh's check of the host key", said)
        self.assertNotIn("offers no host key", said)
        doctor = self.box.git("hf-ssh", "doctor", check=False)
        self.assertIn(text, " ".join(doctor.stdout.split()))
        self.assertNotIn("captive portal", doctor.stdout)

    def test_it_sets_another(self):
        self.via('exec %s -o KnownHostsCommand=none -o StrictHostKeyChecking=no '
                 '-o UserKnownHostsFile=/dev/null "$@"\n' % self.box.ssh_command())
        self.assert_named("sets KnownHostsCommand itself")

    def test_it_answers_well_and_drops_it(self):
        self.via("""case " $* " in *" -G "*) exec %s "$@" ;; esac
n=$#
while [ $n -gt 0 ]; do
    n=$((n - 1)) word=$1
    shift
    case $word in KnownHostsCommand=*) word=BatchMode=yes ;; esac
    set -- "$@" "$word"
done
exec %s "$@"
""" % (self.box.ssh_command(), self.box.ssh_command()))
        self.assert_named("did not run hf-ssh's check of the host key")


class CheckTest(HubKeysCase):
    def test_the_genuine_server(self):
        report = self.host_keys_report("check", status=0)
        self.assertEqual(self.verdicts(report), {"ED25519": "trusted", "ECDSA": "trusted",
                                                 "RSA": "trusted"})
        self.assertEqual(sorted(key["fingerprint"] for key in report["host_keys"]),
                         sorted(key.fingerprint for key in self.hub.genuine_keys()))
        self.assertEqual(report["not_offered"], [])
        self.assertEqual(report["port"], str(self.hub.genuine().port))
        self.assertEqual({key["outcome"] for key in report["host_keys"]}, {"proven"})
        self.assertEqual(report["transport"], "openssh")
        self.assertTrue(report["key_exchange"])
        self.assertIn(report["post_quantum"], (True, False))
        # The server has proven its keys by then: no key is offered, and no name but git's sent.
        self.hub.genuine().wait_idle()
        self.assertEqual(self.hub.genuine().arrivals(), 3)
        self.assertEqual(self.hub.genuine().offers(), [])
        self.assertEqual(set(self.hub.genuine().users_seen()) - {"git"}, set())

    def test_the_key_exchange(self):
        for name, words in (("curve25519-sha256", False),
                            ("sntrup761x25519-sha512@openssh.com", True)):
            self.at("kex-" + name[:5], *self.hub.genuine_keys(),
                    options=["KexAlgorithms " + name])
            report = self.host_keys_report("check", status=0)
            self.assertEqual((report["key_exchange"], report["post_quantum"]), (name, words))
            text = self.host_keys("check", status=0).stdout
            self.assertIn(name + (", post-quantum" if words else ", not post-quantum"), text)

    def test_without_ssh(self):
        report = self.host_keys_report("check", status=0, env={"HF_SSH_TRANSPORT": "native"})
        self.assertEqual(report["transport"], "native")
        self.assertFalse(report["post_quantum"])
        verdicts = self.verdicts(report)
        self.assertEqual((verdicts["ED25519"], verdicts["ECDSA"]), ("trusted", "trusted"))
        self.assertIn(verdicts["RSA"], ("trusted", "passed-over"))  # libssh2 1.10 cannot check it
        self.assert_nothing_was_sent(self.hub.genuine())

    def test_text_says_the_same(self):
        result = self.host_keys("check", status=0)
        self.assertEqual(result.stderr, "")
        for key in self.hub.genuine_keys():
            self.assertIn(key.fingerprint, result.stdout)
        self.assertEqual(result.stdout.count("trusted, added in"), 3)
        self.assert_fits(result.stdout)

    def test_impostor(self):
        impostor = self.hub.impostor()
        self.box.point_at(impostor)
        impostor.forget()
        report = self.host_keys_report("check", status=1)
        self.assertEqual(set(self.verdicts(report).values()), {"not-trusted"})
        self.assertEqual(len(report["host_keys"]), 3)
        self.assertEqual({key["state"] for key in report["host_keys"]}, {"not-trusted"})
        result = self.host_keys("check", status=1)
        self.assertIn("REFUSED: hf.co presented a key that Hugging Face has not published",
                      result.stderr)
        self.assertEqual(result.stdout.count("NOT TRUSTED"), 3)
        self.assertNotIn("host-keys add", result.stdout + result.stderr)
        self.assert_nothing_was_sent(impostor)
        # Somebody who says yes without looking is greeted, by the impostor.
        fooled = self.box.ssh("-o", "StrictHostKeyChecking=no", "-i", self.box.key.path, "-o",
                              "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=/dev/null", "-T",
                              "git@hf.co", config=self.box.ssh_config)
        self.assertIn("Hi alice", fooled.stdout)

    def test_one_wrong_key_among_good_ones(self):
        self.at("mixed", self.hub.host_key("ed25519"), self.hub.host_key("rsa", "impostor"))
        report = self.host_keys_report("check", status=1)
        self.assertEqual(self.verdicts(report), {"ED25519": "trusted", "RSA": "not-trusted"})
        self.assertEqual(report["not_offered"], ["ecdsa-sha2-nistp256"])
        # git never meets it: hf-ssh asks for the best type that has a trusted key.
        self.assert_ok(self.fetch())

    def test_revoked_key(self):
        self.host_keys("revoke", self.hub.host_key("rsa").fingerprint, status=0)
        result = self.host_keys("check", status=1)
        self.assertIn("a key that is revoked", result.stderr)
        self.assertIn("revoked in ~/.config/hf-ssh/known_hosts:1", result.stdout)
        report = self.host_keys_report("check", status=1)
        self.assertEqual(self.verdicts(report)["RSA"], "not-trusted")
        self.assertEqual({key["label"]: key["state"] for key in report["host_keys"]}["RSA"],
                         "revoked")

    def test_what_is_never_asked_for_does_not_count(self):
        key = self.hub.host_key("ed25519")
        certificate = certify_host(self.hub.host_key("ecdsa"), self.hub.host_key("ed25519", "ca"))
        others = [self.hub.host_key("dsa")] if has_dsa() else []
        self.at("odd", key, *others, self.hub.host_key("ecdsa"), certificates=[certificate])
        report = self.host_keys_report("check", status=0)
        self.assertEqual(self.verdicts(report), {"ED25519": "trusted", "ECDSA": "trusted"})
        self.assertEqual(report["not_offered"], ["ssh-rsa"])

    @unittest.skipUnless(has_dsa(), "this sshd has no DSA")
    def test_only_what_is_never_accepted(self):
        self.at("dsa", self.hub.host_key("dsa"))
        result = self.host_keys("check", status=1)
        self.assertIn("no host key of a type that hf-ssh asks for", result.stderr)

    def test_through_a_proxy_command(self):
        port = self.hub.genuine().port
        self.box.script("proxy", "#!%s -IS\n%s" % (sys.executable, PROXY))
        self.box.point_at(9, extra="Host hf.co\n    ProxyCommand proxy %d\n" % port)
        report = self.host_keys_report("check", status=0)
        self.assertEqual(report["proxy_command"], "proxy ...")
        self.assertEqual(set(self.verdicts(report).values()), {"trusted"})
        self.assertFalse(self.box.processes())

    def test_nobody_there(self):
        self.box.point_at(9)
        self.assertIn("refused", self.refused("check"))
        self.assertIn("error", self.host_keys_report("check", status=2))

    def test_somebody_else_there(self):
        for words in ("HTTP/1.0 400 Bad Request\\r\\n\\r\\n", "", "SSH-2.0-x\\r\\n"):
            with self.subTest(words=words):
                server = self.stage.start([sys.executable, "-ISc", ANSWERS, words],
                                          self.box.env, self.box.path("port"))
                for _ in range(500):
                    port = self.box.read(self.box.path("port")).strip()
                    if port:
                        break
                    time.sleep(0.01)
                self.box.point_at(int(port))
                self.refused("check")
                self.stage.stop(server)
                os.unlink(self.box.path("port"))

    def test_a_set_that_cannot_be_relied_on(self):
        self.write_own("@revoked x\n")
        self.hub.forget()
        self.assertIn("known_hosts:1", self.refused("check"))
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_interrupted(self):
        relay = Relay(self.hub.genuine())
        relay.freeze()
        self.box.point_at(relay)
        self.write_own("# mine\n")
        for words in (("check",), ("add", UNKNOWN), ("revoke", UNKNOWN)):
            with self.subTest(words=words):
                begin, before = time.monotonic(), relay.connections
                process = subprocess.Popen(
                    [self.box.path("prefix", "bin", "git-hf-ssh"), "host-keys", *words],
                    env=self.box.merged(None), cwd=self.box.work, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, start_new_session=True)
                while relay.connections == before and time.monotonic() - begin < 15:
                    time.sleep(0.02)
                os.killpg(process.pid, signal.SIGINT)
                out, _ = process.communicate(timeout=15)
                self.assertEqual((process.returncode, out), (-signal.SIGINT, b""))
                self.assertFalse(self.box.processes())
        relay.close()
        self.assertEqual(os.listdir(os.path.dirname(self.own)), ["known_hosts"])
        self.assertEqual(self.own_text(), "# mine\n")


class RotationTest(HubKeysCase):
    def test_the_right_fingerprint_makes_it_work(self):
        server = self.rotated()
        self.assert_failed(self.fetch(), "REFUSED", self.new.fingerprint)
        report = self.host_keys_report("add", self.new.fingerprint, status=0)
        (key,) = report["host_keys"]
        self.assertEqual((key["result"], key["state"], key["key"]),
                         ("added", "trusted", self.new.base64))
        self.assertEqual(self.own_text(), self.new.known_hosts_line())
        self.assert_nothing_was_sent(server)
        self.assert_ok(self.fetch())
        self.host_keys("check", status=0)
        self.host_keys("remove", self.new.fingerprint, status=0)
        self.assert_failed(self.fetch(), "REFUSED")

    def test_a_wrong_fingerprint_does_not(self):
        server = self.rotated()
        for wrong in (UNKNOWN, self.hub.host_key("rsa", "new").fingerprint):
            result = self.host_keys("add", wrong, status=1)
            self.assertIn("does not present a key with this fingerprint", result.stderr)
            self.assertIn(wrong, result.stderr)
            self.assertIn(self.new.fingerprint, result.stdout)
            self.assertNotIn("host-keys add", result.stdout + result.stderr)
            report = self.host_keys_report("add", wrong, status=1)
            self.assertEqual(report["host_keys"], [])
            self.assertEqual(report["presented"][0]["fingerprint"], self.new.fingerprint)
        # one of two that is wrong adds neither
        self.host_keys("add", self.new.fingerprint, UNKNOWN, status=1)
        self.assertIsNone(self.own_text())
        self.assert_nothing_was_sent(server)
        self.assert_failed(self.fetch(), "REFUSED")

    def test_an_impostor_is_not_added_in_its_place(self):
        impostor = self.hub.impostor()
        self.box.point_at(impostor)
        said = self.host_keys("add", self.new.fingerprint, status=1).stderr
        self.assertIn(self.new.fingerprint, said)
        self.assertIsNone(self.own_text())

    def test_a_key_that_is_known_needs_no_connection(self):
        self.hub.forget()
        for verb, fingerprint in (("add", PUBLISHED["RSA"]), ("revoke", PUBLISHED["RSA"]),
                                  ("remove", PUBLISHED["RSA"]), ("revoke", PUBLISHED["DSA"])):
            self.host_keys(verb, fingerprint, status=0)
        self.hub.genuine().wait_idle()
        self.assertEqual(self.hub.genuine().arrivals(), 0)

    def test_dsa_and_revoked_keys_are_not_added(self):
        if has_dsa():
            dsa = self.hub.host_key("dsa")
            self.at("dsa", dsa)
            result = self.host_keys("add", dsa.fingerprint)
            self.assertIn(result.status, (1, 2))  # 1: libssh2 was built without it
            self.assertIsNone(self.own_text())
        self.assertIn("never accepted", self.refused("add", PUBLISHED["DSA"]))
        self.write_own("@revoked * %s\n" % self.new.public)
        self.rotated()
        self.assertIn("revoked in", self.refused("add", self.new.fingerprint))

    def test_revoke_and_take_it_back(self):
        key = self.hub.host_key("ed25519")
        self.at("one-key", key)
        self.assert_ok(self.fetch())
        self.host_keys("revoke", key.fingerprint, status=0)
        self.assert_failed(self.fetch(), "REFUSED: hf.co presented a key that is revoked")
        self.host_keys("remove", key.fingerprint, status=0)
        self.assert_ok(self.fetch())
        self.assertEqual(self.own_text(), "")

    def test_with_one_type_revoked_another_serves(self):
        self.host_keys("revoke", self.hub.host_key("ed25519").fingerprint, PUBLISHED["ED25519"],
                       status=0)
        self.assert_ok(self.fetch())
        self.assertIn("Server host key: ecdsa-sha2-nistp256 ",
                      self.assert_ok(self.box.hf("-v", "-T", "git@hf.co")).stderr)

    def test_an_unknown_key_can_be_revoked_where_it_is_presented(self):
        self.rotated()
        self.host_keys("revoke", self.new.fingerprint, status=0)
        self.assertEqual(self.own_text(), "@revoked " + self.new.known_hosts_line())
        result = self.host_keys("revoke", UNKNOWN, status=1)
        self.assertIn("does not present a key with this fingerprint", result.stderr)
        self.assertEqual(self.own_text(), "@revoked " + self.new.known_hosts_line())

    def test_nobody_there(self):
        self.box.point_at(9)
        for verb in ("add", "revoke"):
            self.refused(verb, UNKNOWN)
        self.host_keys("remove", UNKNOWN, status=1)
        self.assertIsNone(self.own_text())


PROXY = """\
import os, select, socket, sys
end = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while True:
    ready = select.select([0, end], [], [])[0]
    for source in ready:
        data = os.read(0, 65536) if source == 0 else end.recv(65536)
        if not data:
            sys.exit(0)
        if source == 0:
            end.sendall(data)
        else:
            os.write(1, data)
"""

ANSWERS = """\
import socket, sys
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(8)
print(server.getsockname()[1], flush=True)
while True:
    end = server.accept()[0]
    end.sendall(sys.argv[1].encode().decode("unicode_escape").encode())
    end.close()
"""


if __name__ == "__main__":
    unittest.main()
