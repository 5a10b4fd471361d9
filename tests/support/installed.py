"""Uses an hf-ssh that is installed, as a person would, with a stand-in for hf.co:

    python3 tests/support/installed.py [--prefix PREFIX] [COMMAND [ARGUMENT…]]

Without COMMAND: setup, clone, push, doctor, unsetup. With it: runs COMMAND with a home in which git
and ssh reach the stand-in as hf.co, and with PREFIX/bin first on PATH. For packages, the static
archive and the recipes of contrib/ci."""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from standin.stage import Stage      # noqa: E402

ROUND = """
set -eux
git config --global --list >before
git hf-ssh setup
test "$(git config core.sshCommand)" != ssh
git clone -q git@hf.co:alice/model
cd model
git commit -q --allow-empty -m more
git push -q origin HEAD
test "$(git hf-ssh whoami)" = alice || git hf-ssh whoami | grep alice
git hf-ssh explain | grep id_ed25519
git hf-ssh unsetup
cd ..
git config --global --list | diff before -
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prefix", default="/usr")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hf-ssh-installed.") as directory, \
            Stage(os.path.join(directory, "stage")) as stage:
        hub = stage.hub()
        for path in ("alice/model", "datasets/alice/data", "spaces/alice/app"):
            hub.add_repository(path)
        box = stage.sandbox(hub)
        hub.add_account("alice", box.key)
        environment = dict(box.env, PATH=os.path.join(arguments.prefix, "bin") + ":/usr/bin:/bin",
                           HF_SSH_COMMAND="ssh -F " + box.ssh_config, DEPLOY_KEY=box.key.path)
        command = arguments.command or ["sh", "-c", ROUND]
        sys.exit(subprocess.run(command, cwd=box.work, env=environment, check=False).returncode)


main()
