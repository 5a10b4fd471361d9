"""A TCP relay before a server: delays the line, cuts it in mid-transfer, keeps what went over it.

Two threads for each direction of a connection: one reads and stamps, one waits and writes, so that
a delay costs time and not throughput."""

import queue
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"  # from the client to the server, and back


class Relay:
    """`port` leads to TARGET's port. May be changed at any time:

    delay       seconds each way
    cut_after   {UP or DOWN: bytes}: the line is cut when so many went over one connection
    freeze_after  as cut_after: the line is dead then, and nobody is told
    damage      {UP or DOWN: offset}: one bit of that byte is another, on each connection
    capturing   with True, `captured[UP]` and `captured[DOWN]` hold every byte
    """

    def __init__(self, target, delay=0.0, cut_after=None, capturing=False, damage=None):
        self.target, self.delay = getattr(target, "port", target), delay
        self.cut_after, self.capturing = dict(cut_after or {}), capturing
        self.damage = dict(damage or {})
        self.freeze_after = {}
        self.captured = {UP: bytearray(), DOWN: bytearray()}
        self.passed = {UP: 0, DOWN: 0}
        self.attempts = self.connections = 0  # without, and with, somebody at TARGET
        self.flowing = threading.Event()
        self.flowing.set()
        self.open = []
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.attempts += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.connections += 1
            pair = (client, server)
            self.open.append(pair)
            for end in pair:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for way, source, sink in ((UP, client, server), (DOWN, server, client)):
                line = queue.Queue(256)
                for work in (self.read, self.write):
                    threading.Thread(target=work, args=(way, source, sink, line, pair),
                                     daemon=True).start()

    def read(self, way, source, _, line, pair):
        passed = 0
        while True:
            try:
                data = source.recv(1 << 16)
            except OSError:
                data = b""
            data = self.damaged(way, passed, data)
            passed += len(data)
            if data and self.cut_after.get(way) is not None and passed >= self.cut_after[way]:
                cut(pair)
                data = b""
            line.put((time.monotonic(), data))
            if not data:
                return

    def damaged(self, way, passed, data):
        place = self.damage.get(way, -1) - passed
        if not 0 <= place < len(data):
            return data
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]

    def write(self, way, _, sink, line, pair):
        while True:
            stamp, data = line.get()
            wait = stamp + self.delay - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            if self.passed[way] + len(data) > self.freeze_after.get(way, 1 << 62):
                self.freeze()
            self.flowing.wait()
            try:
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
            except OSError:
                cut(pair)
                data = b""
            self.passed[way] += len(data)
            if self.capturing:
                self.captured[way] += data
            if not data:
                return

    def freeze(self):
        """Nothing flows any more, and nobody is told: a dead line."""
        self.flowing.clear()

    def thaw(self):
        self.flowing.set()

    def cut(self):
        """Resets every connection that is open."""
        while self.open:
            cut(self.open.pop())

    def close(self):
        shut(self.listener)
        self.thaw()
        self.cut()


def shut(end):
    """Wakes the threads that wait on a socket, which close() alone would not."""
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()


def cut(pair):
    for end in pair:
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        shut(end)
