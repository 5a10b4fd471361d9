"""A ProxyCommand that runs another one and changes what its server says in clear:

    twist.py cut N COMMAND…             ends after N bytes
    twist.py replace HEX HEX COMMAND…   the first bytes by the second, once, as soon as they are whole
    twist.py last HEX COMMAND…          flips the last bit of the packet that has these bytes twice
"""

import os
import subprocess
import sys
import threading


def pass_on(source, target):
    while True:
        data = source.read1(65536)
        if not data:
            break
        try:
            target.write(data)
            target.flush()
        except OSError:
            break
    try:
        target.close()
    except OSError:
        pass


def twist(how, words, data):
    """The changed bytes, or None while more have to come."""
    if how == "replace":
        old, new = map(bytes.fromhex, words)
        return data.replace(old, new, 1) if old in data else None
    mark = bytes.fromhex(words[0])
    if data.count(mark) < 2:
        return None
    # a string of RFC 4251 behind the mark: its last byte
    start = data.rfind(mark) + len(mark)
    length = int.from_bytes(data[start:start + 4], "big")
    end = start + 4 + length
    if len(data) < end:
        return None
    return data[:end - 1] + bytes([data[end - 1] ^ 1]) + data[end:]


def main():
    how = sys.argv[1]
    count = 2 if how == "replace" else 1
    words, command = sys.argv[2:2 + count], sys.argv[2 + count:]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=pass_on, args=(sys.stdin.buffer, server.stdin), daemon=True).start()
    out, sent, data = sys.stdout.buffer, 0, b""
    changed = None
    while changed is None:
        more = server.stdout.read1(65536)
        if not more:
            break
        data += more
        if how == "cut":
            if len(data) >= int(words[0]):
                out.write(data[sent:int(words[0])])
                out.flush()
                server.kill()
                server.wait()
                os._exit(0)
        else:
            changed = twist(how, words, data)
        # what is whole and harmless goes on at once: the version line and SSH_MSG_KEXINIT
        ready = len(data) if changed is None and how == "cut" else safe_end(data)
        text = data if changed is None else changed
        out.write(text[sent:ready if changed is None else len(text)])
        out.flush()
        sent = max(sent, ready if changed is None else len(text))
    pass_on(server.stdout, out)
    server.kill()
    server.wait()
    os._exit(0)


def safe_end(data):
    """Behind the version line and the first packet, as far as they have come."""
    line = data.find(b"\n") + 1
    if line == 0 or len(data) < line + 4:
        return line
    end = line + 4 + int.from_bytes(data[line:line + 4], "big")
    return end if len(data) >= end else line


if __name__ == "__main__":
    main()
