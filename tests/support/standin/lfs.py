"""A small real LFS server: the batch API and the basic transfer, on 127.0.0.1, in a thread.

What it hands out or takes is checked: the token of git-lfs-authenticate (operation, repository,
time), the size and the SHA-256 of an upload."""

import hashlib
import http.server
import json
import os
import re
import shutil
import threading
import time

from . import passes

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
TYPE = "application/vnd.git-lfs+json"


class Server:
    """`url`; `requests`: (method, path, account, status) of every request so far."""

    def __init__(self, directory, state):
        self.directory, self.state, self.requests = directory, state, []
        os.makedirs(directory, exist_ok=True)
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.lfs = self
        self.url = "http://127.0.0.1:%d" % self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def object(self, oid):
        return os.path.join(self.directory, oid)

    def has(self, content):
        return os.path.exists(self.object(hashlib.sha256(content).hexdigest()))

    def keep(self, content):
        """Stores an object; its pointer."""
        oid = hashlib.sha256(content).hexdigest()
        with open(self.object(oid), "wb") as file:
            file.write(content)
        return POINTER % (oid, len(content))

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    claims = None

    def log_message(self, *_):
        pass

    def answer(self, status, content=None):
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.note(status)

    def note(self, status):
        account = self.claims["account"] if self.claims else None
        self.server.lfs.requests.append((self.command, self.path, account, status))

    def may(self, repository, operation):
        """Does the token allow it? Without one, what is public may be read."""
        lfs = self.server.lfs
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        self.claims = None
        if kind == "Bearer":
            self.claims = passes.check(lfs.state["lfs"]["secret"], token, time.time())
            return (self.claims is not None and self.claims["repository"] == repository
                    and (operation == "download" or self.claims["operation"] == "upload"))
        known = lfs.state["repositories"].get(repository)
        return operation == "download" and known is not None and not known["private"]

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match = re.fullmatch(r"/(.+)\.git/info/lfs/(.+)", self.path)
        if not match or match.group(2) != "objects/batch":
            self.answer(404, {"message": "Not found"})  # no locking here
            return
        request = json.loads(body)
        if not self.may(match.group(1), request["operation"]):
            self.answer(401, {"message": "Authentication required"})
            return
        upload = request["operation"] == "upload"
        objects = [self.offer(match.group(1), item, upload) for item in request["objects"]]
        self.answer(200, {"transfer": "basic", "hash_algo": "sha256", "objects": objects})

    def offer(self, repository, item, upload):
        lfs = self.server.lfs
        oid, there = item["oid"], os.path.exists(lfs.object(item["oid"]))
        entry = {"oid": oid, "size": item["size"], "authenticated": True}
        if not upload and not there:
            entry["error"] = {"code": 404, "message": "Object does not exist"}
        elif not (upload and there):
            action = {"href": "%s/%s.git/objects/%s" % (lfs.url, repository, oid)}
            if self.headers.get("Authorization"):
                action["header"] = {"Authorization": self.headers["Authorization"]}
            entry["actions"] = {"upload" if upload else "download": action}
        return entry

    def wanted(self, operation):
        """The object's name, once the request was found in order; None after an answer."""
        match = re.fullmatch(r"/(.+)\.git/objects/([0-9a-f]{64})", self.path)
        if not match:
            self.answer(404)
        elif not self.may(match.group(1), operation):
            self.close_connection = True
            self.answer(401, {"message": "Authentication required"})
        else:
            return match.group(2)
        return None

    def do_GET(self):
        oid = self.wanted("download")
        if oid is None:
            return
        try:
            with open(self.server.lfs.object(oid), "rb") as file:
                self.send_response(200)
                self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
                self.end_headers()
                shutil.copyfileobj(file, self.wfile, 1 << 18)
            self.note(200)
        except FileNotFoundError:
            self.answer(404)

    def do_PUT(self):
        oid = self.wanted("upload")
        if oid is None:
            return
        left, digest = int(self.headers.get("Content-Length", 0)), hashlib.sha256()
        path = "%s.%d" % (self.server.lfs.object(oid), threading.get_ident())
        with open(path, "wb") as file:
            while left > 0:
                part = self.rfile.read(min(left, 1 << 18))
                if not part:
                    break
                left -= len(part)
                digest.update(part)
                file.write(part)
        if left or digest.hexdigest() != oid:
            os.unlink(path)
            self.answer(422, {"message": "The content is not what its name says"})
            return
        os.replace(path, self.server.lfs.object(oid))
        self.answer(200)
