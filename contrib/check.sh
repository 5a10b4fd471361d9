#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# Builds hf-ssh and runs every test, the long ones too.
#
#     sh contrib/check.sh [--no-install] [--werror]
#
# Installs what is missing (see packages.sh), builds into build/check, and runs the unit tests and
# the end-to-end tests against a real sshd on 127.0.0.1. Needs no network but for the packages, and
# no root but for installing them. Your own git and ssh configuration is neither read nor written.
# The last line is "N passed, N failed", as meson counts its tests; the exit status is 0 only if
# some passed and none failed.
set -eu

usage() {
    echo "usage: sh contrib/check.sh [--no-install] [--werror]"
    exit "$1"
}

install=yes
werror=false
for argument; do
    case $argument in
    --no-install) install= ;;
    --werror) werror=true ;; # a compiler's warning is an error
    -h | --help) usage 0 ;;
    *) usage 129 >&2 ;;
    esac
done

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/check
# shellcheck source=packages.sh
. "$root/contrib/packages.sh"

# However this script ends, its last line counts.
passed=0
failed=1
home=
finish() {
    status=$?
    trap - EXIT
    packages_clear_up
    if [ -n "$home" ]; then rm -rf "$home"; fi
    if [ "$failed" -ne 0 ] && [ "$status" -eq 0 ]; then status=1; fi
    echo "$passed passed, $failed failed"
    exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

echo "== What is needed"
if [ -n "$install" ]; then install_missing build standin test; else echo "left as it is"; fi

echo "== Building hf-ssh into build/check"
mkdir -p "$build"
# A home of its own: whatever looks for settings finds none.
home=$(mktemp -d /tmp/hf-ssh-check.XXXXXX)
export HOME="$home" GIT_CONFIG_GLOBAL="$home/.gitconfig" GIT_CONFIG_NOSYSTEM=1
for name in $(env | sed -nE 's/^((HF_SSH|GIT|XDG|SSH)_[A-Z_]*)=.*/\1/p'); do
    case $name in
    GIT_CONFIG_GLOBAL | GIT_CONFIG_NOSYSTEM) ;;
    *) unset "$name" ;;
    esac
done
again=
if [ -e "$build/build.ninja" ]; then again=--reconfigure; fi
# shellcheck disable=SC2086 # none, or one word
meson setup $again --buildtype release -Dtests=enabled "-Dwerror=$werror" "$build" "$root" </dev/null
ninja -C "$build" </dev/null

echo "== Running every test"
# Many tests wait more than they work.
jobs=$(($(nproc 2>/dev/null || echo 2) * 2))
log=$build/meson-logs/testlog-all.json # meson names it after the setup
rm -f "$log"
status=0
python3 -B "$root/tests/support/default_signals.py" \
    meson test -C "$build" --setup all --no-rebuild --print-errorlogs \
    --num-processes "$jobs" --timeout-multiplier 4 </dev/null || status=$?

# One JSON object a line. A test that was skipped has not passed; that some were is said.
counts=$(python3 -B -c '
import collections, json, sys
count = collections.Counter()
try:
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            count[json.loads(line)["result"]] += 1
except FileNotFoundError:
    pass
passed, skipped = count["OK"] + count["EXPECTEDFAIL"], count["SKIP"]
print(passed, sum(count.values()) - passed - skipped, skipped)
' "$log")
# shellcheck disable=SC2086 # three numbers
set -- $counts
passed=$1
failed=$2
if [ "$3" -ne 0 ]; then echo "$3 skipped: something that they need is not here"; fi
if [ "$((passed + failed))" -eq 0 ]; then
    echo "no test has run"
    failed=1
    exit 1
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "meson test ended with status $status"
    failed=1
fi
