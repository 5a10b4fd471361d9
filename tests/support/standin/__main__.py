"""python3 -m standin serve --directory DIR [--impostor] [--delay SECONDS]

Sets up hf.co's stand-in in DIR, with the account alice, and prints what a shell needs to use it
(`NAME='value'` lines, ended by an empty one). Stays until standard input is closed or TERM, HUP or
INT comes; then its processes and DIR are gone. With --impostor a second server, IMPOSTOR_PORT and
IMPOSTOR_SSH_CONFIG, has other host keys."""

import argparse
import shlex
import signal
import sys

from .relay import Relay
from .stage import Stage


def describe(hub, box):
    return {
        "PORT": hub.genuine().port, "HF_SSH_KNOWN_HOSTS": box.known_hosts,
        "SSH_CONFIG": box.ssh_config, "PLAIN_SSH_CONFIG": box.plain_config,
        "KEY": box.key.path, "STRANGER_KEY": box.make_key("stranger").path,
        "CONNECTIONS": hub.log, "LFS_URL": hub.lfs.url, "REPOSITORIES": hub.directory +
        "/repositories", "SANDBOX_HOME": box.home, "SANDBOX_WORK": box.work,
        "HF_SSH_TEST_STAGE": box.path(),
    }


def serve(arguments):
    with Stage(arguments.directory) as stage:
        hub = stage.hub()
        for path in ("alice/model", "datasets/alice/data", "spaces/alice/app"):
            hub.add_repository(path)
        box = stage.sandbox(hub)
        hub.add_account("alice", box.key)
        values = describe(hub, box)
        if arguments.delay:
            relay = Relay(hub.genuine(), arguments.delay)
            box.point_at(relay)
            values["PORT"] = relay.port
        if arguments.impostor:
            impostor = stage.sandbox(hub)
            impostor.point_at(hub.impostor())
            values["IMPOSTOR_PORT"] = hub.impostor().port
            values["IMPOSTOR_SSH_CONFIG"] = impostor.ssh_config
        for name, value in values.items():
            print("%s=%s" % (name, shlex.quote(str(value))))
        print(flush=True)
        sys.stdin.read()


def leave(*_):
    raise SystemExit(0)


def main():
    parser = argparse.ArgumentParser(prog="python3 -m standin", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    verb = parser.add_subparsers(dest="verb", required=True).add_parser("serve")
    verb.add_argument("--directory", required=True)
    verb.add_argument("--impostor", action="store_true")
    verb.add_argument("--delay", type=float, default=0.0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)
    serve(parser.parse_args())


main()
