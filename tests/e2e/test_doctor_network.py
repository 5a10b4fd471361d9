"""git hf-ssh doctor on the way to hf.co: names, addresses, ports, proxies; and that it ends in time,
whatever hangs."""

import os
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doctor import DoctorCase, results      # noqa: E402
from standin import Relay, in_time  # noqa: E402

JOIN = """#!%s
import os, socket, sys, threading
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def up():
    while True:
        data = os.read(0, 65536)
        if not data:
            return line.shutdown(socket.SHUT_WR)
        line.sendall(data)
threading.Thread(target=up, daemon=True).start()
while True:
    data = line.recv(65536)
    if not data:
        break
    os.write(1, data)
"""
UNREACHED = {"host-keys": "skipped", "account": "skipped"}


def knocking_at(port):
    """Whether a connection to 127.0.0.1:PORT waits for an answer: SYN_SENT, in proc(5)."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(fields[2].endswith(":%04X" % port) and fields[3] == "02"
                   for fields in map(str.split, table))


class DoctorNetworkTest(DoctorCase):
    def configure(self, host, port=22, more=""):
        """hf.co is at HOST."""
        self.box.write(self.box.ssh_config, "Host hf.co huggingface.co\n    HostName %s\n"
                       "    Port %s\n%s" % (host, port, more))

    def full_port(self):
        """A port whose queue is full: what comes is dropped, as by a firewall."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self.addCleanup(listener.close)
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
            self.addCleanup(client.close)
        return listener.getsockname()[1]

    def test_healthy(self):
        checks = self.diagnose()
        self.assertIn("none", checks["proxy"]["found"])
        self.assertIn("127.0.0.1: connected", checks["ipv4"]["found"])
        for name in ("proxy", "dns", "ipv4", "ipv6"):
            self.assertEqual(checks[name]["result"], "ok")

    def test_the_name_is_not_found(self):
        self.configure("hub.invalid")
        checks = self.assert_only(dict(UNREACHED, dns="failure", ipv4="skipped", ipv6="skipped"))
        self.assertIn("hub.invalid", checks["dns"]["found"])
        self.assertIn("ssh -G hf.co | grep", checks["dns"]["fix"])

    def test_refused(self):
        self.configure("127.0.0.1", 9)
        checks = self.assert_only(dict(UNREACHED, ipv4="failure"))
        self.assertIn("refused", checks["ipv4"]["found"])
        self.assertIn("port 9", checks["ipv4"]["why"])

    def test_unreachable(self):
        """The broadcast address of the loopback: the kernel says so at once."""
        self.configure("127.255.255.255", 22)
        checks = self.assert_only(dict(UNREACHED, ipv4="failure"))
        self.assertIn("is the address right?", checks["ipv4"]["why"])

    def test_the_port_is_filtered(self):
        self.configure("127.0.0.1", self.full_port())
        started = time.monotonic()
        checks = self.assert_only(dict(UNREACHED, ipv4="failure"))
        self.assertLess(time.monotonic() - started, in_time(14))
        self.assertIn("firewall", checks["ipv4"]["why"])

    def test_only_ipv6_is_wanted(self):
        self.configure("127.0.0.1", self.hub.genuine().port, "    AddressFamily inet6\n")
        checks = self.diagnose()
        self.assertEqual(checks["dns"]["result"], "failure", checks)
        self.assertEqual((checks["ipv4"]["result"], checks["ipv6"]["result"]),
                         ("skipped", "skipped"))

    # proxies ------------------------------------------------------------------------------------

    def test_a_proxy(self):
        """It is said, and what it leads to is looked at; the name is the proxy's matter."""
        join = self.box.script("join", JOIN % sys.executable)
        self.configure("hub.invalid", 22, "    ProxyCommand '%s' %d\n"
                       % (join, self.hub.genuine().port))
        checks = self.assert_only({"dns": "skipped", "ipv4": "skipped", "ipv6": "skipped"})
        self.assertIn("ProxyCommand '" + join, checks["proxy"]["found"])

    def test_a_proxy_that_leads_nowhere(self):
        self.configure("hub.invalid", 22, "    ProxyCommand false\n")
        checks = self.assert_only({"dns": "skipped", "ipv4": "skipped", "ipv6": "skipped",
                                   "host-keys": "failure", "account": "skipped"})
        self.assertIn("ssh -G hf.co | grep proxy", checks["host-keys"]["fix"])

    # in time ------------------------------------------------------------------------------------

    def frozen(self):
        relay = Relay(self.hub.genuine())
        self.addCleanup(relay.close)
        relay.freeze()
        self.box.point_at(relay)
        return relay

    def test_who_answers_says_nothing(self):
        self.frozen()
        started = time.monotonic()
        checks = self.assert_only({"host-keys": "failure", "account": "skipped"})
        self.assertLess(time.monotonic() - started, in_time(14))
        self.assertIn("no connection", checks["account"]["found"])

    def test_ctrl_c(self):
        """It ends at once, and nothing is left of it."""
        for place in ("frozen", "filtered"):
            with self.subTest(place=place):
                waits = None
                if place == "filtered":
                    port = self.full_port()
                    self.configure("127.0.0.1", port)
                    waits = lambda: knocking_at(port)  # noqa: E731
                self.assert_ends_when_told("git-hf-ssh", "doctor", waits=waits)

    # without any --------------------------------------------------------------------------------

    def test_offline(self):
        for words, env in ((("--offline",), {}), ((), {"HF_HUB_OFFLINE": "1"})):
            with self.subTest(words=words):
                checks = self.diagnose(*words, env=env)
                said = results(checks)
                for name in ("dns", "ipv4", "ipv6", "host-keys", "account"):
                    self.assertEqual(said[name], "skipped", name)
                    self.assertIn((words or ("HF_HUB_OFFLINE",))[0], checks[name]["found"])
                self.assertEqual((said["proxy"], said["trusted-files"]), ("ok", "ok"))
        self.assertEqual(self.hub.genuine().arrivals(), 0)


if __name__ == "__main__":
    unittest.main()
