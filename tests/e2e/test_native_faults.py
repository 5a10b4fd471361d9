"""What can go wrong on the line of the native transport: cut, stalled, garbled, closed early. Always
an end in bounded time, status 255, and a word about it."""

import concurrent.futures
import os
import queue
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from standin import DOWN, UP, HubCase, Relay, in_time, wait_for  # noqa: E402
from standin.program import built  # noqa: E402

GREETING = b"Hi alice, welcome to Hugging Face.\n"


class Server:
    """Listens, and does with each connection what SERVE does."""

    def __init__(self, serve):
        self.serve = serve
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.attend, args=(client,), daemon=True).start()

    def attend(self, client):
        try:
            with client:
                self.serve(client)
        except OSError:
            pass  # the client left

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()


@unittest.skipUnless(built("native"), "built without the native transport")
class FaultCase(HubCase):
    def setUp(self):
        super().setUp()
        self.box.git("config", "--global", "hf-ssh.retry", "false")
        self.box.env["HF_SSH_TRANSPORT"] = "native"

    def relay(self, **options):
        relay = Relay(self.hub.genuine(), **options)
        self.addCleanup(relay.close)
        return relay

    def server(self, serve):
        server = Server(serve)
        self.addCleanup(server.close)
        return server

    def greet(self, box, *options, timeout=30):
        return box.hf(*options, "-T", "git@hf.co", timeout=timeout)

    def assert_fault(self, result, *texts):
        """Ended by itself, as ssh does, with a message, and not by a crash."""
        self.assertEqual(result.status, 255, result)
        self.assertRegex(result.stderr, r"hf-ssh: .*(hf\.co|connection|server)", result)
        self.assertNotIn("Sanitizer", result.stderr, result)
        for text in texts:
            self.assertIn(text, result.stderr, result)

    def each(self, work, items):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(work, items))


class CutTest(FaultCase):
    def test_a_hundred_points(self):
        whole = self.relay(capturing=True)
        self.box.point_at(whole)
        self.assertEqual(self.greet(self.box).out, GREETING)
        lengths = {way: whole.passed[way] for way in (DOWN, UP)}
        points = [(way, 1 + lengths[way] * step // 50) for way in (DOWN, UP)
                  for step in range(50)]
        boxes = queue.Queue()
        for _ in range(4):
            box = self.sandbox()
            box.env["HF_SSH_TRANSPORT"] = "native"
            self.hub.add_account("alice", box.key)
            boxes.put(box)

        def cut(point):
            way, after = point
            relay, box = Relay(self.hub.genuine(), cut_after={way: after}), boxes.get()
            try:
                box.point_at(relay)
                return point, self.greet(box)
            finally:
                boxes.put(box)
                relay.close()

        failed = 0
        for point, result in self.each(cut, points):
            with self.subTest(point=point):
                if result.status == 0:  # nothing was missing but the farewell
                    self.assertEqual(result.out, GREETING)
                    self.assertGreater(point[1], lengths[point[0]] * 3 // 4)
                    continue
                failed += 1
                self.assert_fault(result)
        self.assertGreater(failed, 80)

    def test_in_mid_transfer(self):
        self.hub.add_repository("alice/long", files={"data": os.urandom(4 << 20)})
        relay = self.relay(cut_after={DOWN: 1 << 20})
        self.box.point_at(relay)
        self.box.register()
        result = self.box.git("clone", "-q", "git@hf.co:alice/long", check=False)
        self.assertNotEqual(result.status, 0)
        self.assertIn("hf-ssh: the connection broke: ", result.stderr)


class DamageTest(FaultCase):
    def test_one_bit(self):
        """Wherever a bit turns, before the first key or under it, nothing goes on as if it had
        not."""
        whole = self.relay(capturing=True)
        self.box.point_at(whole)
        self.assert_ok(self.greet(self.box))
        length = whole.passed[DOWN]
        # The padding of what is sent before the keys is the one thing that nothing vouches for.
        new_keys = whole.captured[DOWN].index(b"\0\0\0\x0c\x0a\x15")  # SSH_MSG_NEWKEYS
        under = new_keys + 16
        for place in [50, 70, 100, 700, new_keys - 50] + [
                under + (length - under) * step // 10 for step in range(9)]:
            relay = self.relay(damage={DOWN: place})
            self.box.point_at(relay)
            result = self.greet(self.box, "-o", "ConnectTimeout=3")
            with self.subTest(place=place, of=length):
                self.assert_fault(result)
                self.assertIn(result.out, (b"", GREETING))  # whole, or not at all


class StallTest(FaultCase):
    def test_never_a_word(self):
        self.box.point_at(self.server(lambda client: time.sleep(20)))
        start = time.monotonic()
        self.assert_fault(self.greet(self.box, "-o", "ConnectTimeout=2"), "did not answer in time")
        self.assertLess(time.monotonic() - start, in_time(15))

    def test_a_line_now_and_then(self):
        def drip(client):
            for _ in range(100):
                client.sendall(b"wait a little\r\n")
                time.sleep(0.2)

        self.box.point_at(self.server(drip))
        start = time.monotonic()
        self.assert_fault(self.greet(self.box, "-o", "ConnectTimeout=2"))
        self.assertLess(time.monotonic() - start, in_time(15))

    def test_in_the_session(self):
        relay = self.relay()
        shell = self.hub.sshd("stalling", [self.hub.host_key("ed25519")], shell="/bin/sh",
                              authorized=[self.box.key])
        relay.target = shell.port
        self.box.point_at(relay)
        done = []
        out = self.box.write("out", "")
        thread = threading.Thread(target=lambda: done.append(self.box.run(
            "sh", "-c", 'exec "$@" >"$0"', out, self.box.hf_ssh, "--via", self.box.ssh_command(),
            "-o", "ServerAliveInterval=2", "-o", "ServerAliveCountMax=1", "git@hf.co",
            "echo begun; sleep 60", timeout=40)))
        thread.start()
        self.assertTrue(wait_for(lambda: self.box.read(out)))
        relay.freeze()
        thread.join(40)
        relay.thaw()
        self.assert_fault(done[0], "Timeout, server hf.co not responding.")
        self.assertEqual(self.box.read(out), b"begun\n")


class GarbageTest(FaultCase):
    def test_what_is_no_server_of_ssh(self):
        def send(data):
            def serve(client):
                client.sendall(data)
                client.recv(4096)
            return serve

        for data in (b"HTTP/1.1 400 Bad Request\r\n\r\n", os.urandom(65536), b"\0" * 100000,
                     b"SSH-1.5-old\r\n", b"SSH-2.0-x\r\n" + os.urandom(4096),
                     b"SSH-2.0-x\r\n\xff\xff\xff\xff" + b"\0" * 100, b"SSH-2.0-" + b"x" * 70000,
                     b"SSH-2.0-x\r\n\0\0\0\x0c\x0a\x14" + b"\0" * 20):
            self.box.point_at(self.server(send(data)))
            with self.subTest(data=data[:30]):
                self.assert_fault(self.greet(self.box, "-o", "ConnectTimeout=3"))

    def test_without_an_end(self):
        def flood(client):
            while True:
                client.sendall(b"x" * 65536)

        self.box.point_at(self.server(flood))
        self.assert_fault(self.greet(self.box, "-o", "ConnectTimeout=3"))

    def test_nothing_of_it_reaches_the_terminal(self):
        self.box.point_at(self.server(lambda client: client.sendall(
            b"\x1b]0;mine\x07\x1b[2J\r\nSSH-2.0-\x1b[31m\r\n")))
        result = self.greet(self.box, "-v", "-o", "ConnectTimeout=3")
        self.assert_fault(result)
        self.assertNotIn("\x1b", result.stderr)


class EarlyCloseTest(FaultCase):
    def test_at_each_step(self):
        for said in (b"", b"SSH-2.0-x\r\n", b"SSH-2.0-OpenSSH_9"):
            self.box.point_at(self.server(lambda client, said=said: client.sendall(said)))
            with self.subTest(said=said):
                self.assert_fault(self.greet(self.box))

    def test_reset(self):
        relay = self.relay(cut_after={UP: 1})
        self.box.point_at(relay)
        self.assert_fault(self.greet(self.box))


if __name__ == "__main__":
    unittest.main()
