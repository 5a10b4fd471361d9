"""The forced command: what hf.co's side of a connection does.

    shell.py HUB-DIRECTORY SERVER-NAME FINGERPRINT

Started by sshd for every session; the account is looked up by the key's fingerprint, so that a key
nobody registered is `anonymous`, as on hf.co. Writes what it saw into HUB-DIRECTORY/connections.
"""

import json
import os
import signal
import sys
import time

COMMANDS = {"git-upload-pack": "read", "git-receive-pack": "write"}


def refuse(message, status=1):
    sys.stderr.write(message + "\n")
    sys.exit(status)


def record(directory, server, fingerprint, account, command):
    entry = {
        "server": server, "account": account, "fingerprint": fingerprint, "command": command,
        "protocol": os.environ.get("GIT_PROTOCOL"), "time": time.time(),
        "tty": os.environ.get("SSH_TTY"), "environment": dict(os.environ),
    }
    line = (json.dumps(entry) + "\n").encode()
    log = os.open(os.path.join(directory, "connections"), os.O_WRONLY | os.O_APPEND | os.O_CREAT,
                  0o600)
    os.write(log, line)
    os.close(log)


def end_at_second_session(directory):
    """Of a server that ends the whole connection when a second session is begun on it."""
    place = os.path.join(directory, "one-session")
    if not os.path.isdir(place):
        return
    port = os.environ["SSH_CONNECTION"].split()[1]
    try:
        os.close(os.open(os.path.join(place, port), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)


def words_of(command):
    """git quotes the path in single quotes, git-lfs doesn't; nothing else is understood."""
    words, rest = [], command.strip()
    while rest:
        if rest[0] == "'":
            word, _, rest = rest[1:].replace("'\\''", "\0").partition("'")
            words.append(word.replace("\0", "'"))
        else:
            word, _, rest = rest.partition(" ")
            words.append(word)
        rest = rest.lstrip()
    return words


def normal(path):
    path = path.strip("/")
    return path[:-4] if path.endswith(".git") else path


def allowed(hub, account, path, need):
    """The repository's record; ends the session where it isn't there for this account."""
    repository = hub["repositories"].get(path)
    owner = repository is not None and account in repository["owners"]
    if repository is None or (repository["private"] and not owner):
        refuse("Repository not found")
    if need == "write" and not owner:
        refuse("You are not allowed to push to %s as %s" % (path, account))
    return repository


def lfs_authenticate(hub, account, words):
    if len(words) != 3 or words[2] not in ("upload", "download"):
        refuse("usage: git-lfs-authenticate PATH upload|download")
    import passes
    path, operation = normal(words[1]), words[2]
    allowed(hub, account, path, "write" if operation == "upload" else "read")
    lasts = hub["lfs"]["seconds"]
    token = passes.sign(hub["lfs"]["secret"], {
        "account": account, "repository": path, "operation": operation,
        "expires": time.time() + lasts})
    print(json.dumps({
        "href": "%s/%s.git/info/lfs" % (hub["lfs"]["url"], path),
        "header": {"Authorization": "Bearer " + token}, "expires_in": lasts}))


def main():
    directory, server, fingerprint = sys.argv[1:4]
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(directory, "hub.json"), encoding="utf-8") as state:
        hub = json.load(state)
    account = hub["accounts"].get(fingerprint, "anonymous")
    command = os.environ.get("SSH_ORIGINAL_COMMAND")
    record(directory, server, fingerprint, account, command)
    end_at_second_session(directory)
    if not command:
        print(hub["greeting"].replace("NAME", account))
        return
    words = words_of(command)
    if words and words[0] == "git-lfs-authenticate":
        lfs_authenticate(hub, account, words)
    elif words and words[0] in COMMANDS and len(words) == 2:
        path = normal(words[1])
        allowed(hub, account, path, COMMANDS[words[0]])
        sys.stdout.flush()
        os.environ.update({"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull})
        os.execv(hub["git"], ["git", words[0][4:],
                              os.path.join(directory, "repositories", path + ".git")])
    else:
        refuse("Unknown command: " + command)


main()
