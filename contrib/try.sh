#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# Shows what hf-ssh does, on a stand-in for hf.co that runs on this machine and nowhere else.
#
#     sh contrib/try.sh [--no-install]
#
# Installs what is missing (see packages.sh), builds into build/try, starts a real sshd on
# 127.0.0.1 that plays hf.co, and works with it as a person would: clone, commit, push. Then the
# same with a key that hf.co does not know, and with an impostor. Asks nothing; may be run again.
# HOME and git's configuration are the stand-in's: yours are neither read nor written.
set -eu

usage() {
    echo "usage: sh contrib/try.sh [--no-install]"
    exit "$1"
}

install=yes
for argument; do
    case $argument in
    --no-install) install= ;;
    -h | --help) usage 0 ;;
    *) usage 129 >&2 ;;
    esac
done

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/try
prefix=$build/prefix
# shellcheck source=packages.sh
. "$root/contrib/packages.sh"

# clearing up --------------------------------------------------------------------------------------

scratch=
server=
clear_up() {
    trap - EXIT
    packages_clear_up
    if [ -n "$server" ]; then
        exec 9>&- # the stand-in ends when nobody holds its standard input
        wait "$server" 2>/dev/null || true
    fi
    if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}
trap clear_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# how it is shown ----------------------------------------------------------------------------------

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    bold='' plain=''
fi
heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$@"; }

# Runs a command as the person of the stand-in.
person() {
    env -i PATH="$prefix/bin:$PATH" HOME="$SANDBOX_HOME" TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 \
        TMPDIR="$scratch/tmp" \
        GIT_CONFIG_GLOBAL="$SANDBOX_HOME/.gitconfig" GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat \
        GIT_TERMINAL_PROMPT=0 GIT_AUTHOR_NAME=Alice GIT_AUTHOR_EMAIL=alice@example.org \
        GIT_COMMITTER_NAME=Alice GIT_COMMITTER_EMAIL=alice@example.org \
        HF_SSH_KNOWN_HOSTS="$HF_SSH_KNOWN_HOSTS" HF_SSH_COMMAND="ssh -F $config" "$@"
}

# Prints a command, as it would be typed, and runs it. What hf-ssh says after git has given up is
# waited for: the pipe ends with the last of them.
run() {
    printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
    {
        status=0
        (cd "$place" && person sh -c "$*") 2>&1 || status=$?
        echo "$status" >"$scratch/status"
    } | cat
    return "$(cat "$scratch/status")"
}

# … and is to fail.
run_refused() {
    if run "$@"; then
        say "" "This should have failed, and did not: that is a defect of hf-ssh."
        exit 1
    fi
}

# What the server saw since the last time.
show_server() {
    say "" "The server saw:"
    python3 -B -c '
import json, sys
for line in open(sys.argv[1]):
    seen = json.loads(line)
    print("    account %-10s %s" % (seen["account"], seen["command"] or "(only the greeting)"))
    ' "$CONNECTIONS"
    : >"$CONNECTIONS"
}

# what is needed, and the build --------------------------------------------------------------------

heading "What is needed"
if [ -n "$install" ]; then install_missing build standin; else say "left as it is"; fi

heading "Building hf-ssh into build/try"
mkdir -p "$build"
log=$build/try.log
build_it() {
    set -- --buildtype release --prefix "$prefix" -Dtests=disabled
    # hf-ssh is built only if something changed.
    if [ -e "$build/build.ninja" ]; then
        meson setup --reconfigure "$@" "$build" "$root"
    else
        meson setup "$@" "$build" "$root"
    fi && ninja -C "$build" && meson install -C "$build" --no-rebuild
}
if ! build_it >"$log" 2>&1 </dev/null; then
    cat "$log"
    exit 1
fi
say "$("$prefix/bin/hf-ssh" --version), $(ssh -V 2>&1 | cut -d, -f1), $(git --version)"

# the stand-in -------------------------------------------------------------------------------------

heading "Starting a stand-in for hf.co on 127.0.0.1"
scratch=$(mktemp -d "/tmp/hf-ssh-try.XXXXXX")
mkdir "$scratch/tmp"
mkfifo "$scratch/hold"
PYTHONPATH=$root/tests/support HF_SSH_TEST_BIN=$prefix/bin \
    HF_SSH_TEST_LIBEXEC=$prefix/libexec/hf-ssh \
    python3 -B -m standin serve --directory "$scratch/stage" --impostor \
    <"$scratch/hold" >"$scratch/values" 9>&- &
server=$!
exec 9>"$scratch/hold"
patience=300
until grep -q '^$' "$scratch/values"; do
    patience=$((patience - 1))
    if [ "$patience" -eq 0 ] || ! kill -0 "$server" 2>/dev/null; then
        say "the stand-in did not start"
        exit 1
    fi
    sleep 0.1
done
# shellcheck source=/dev/null
. "$scratch/values"
config=$SSH_CONFIG
place=$SANDBOX_WORK
say "It has an account, alice, with the repository alice/model. A real sshd answers; that hf.co is" \
    "here, and with which host key, is told by HF_SSH_COMMAND and HF_SSH_KNOWN_HOSTS. For the real" \
    "hf.co neither is needed."

# the main job -------------------------------------------------------------------------------------

heading "The main job: clone, commit, push, with a large file"
if [ -x "$prefix/bin/git-hf-ssh" ]; then
    run "git hf-ssh setup"
else # built without it
    run "git config --global core.sshCommand hf-ssh"
fi
run "git lfs install --skip-repo"
say "" "There are two keys in ~/.ssh. hf.co is asked, once, whose they are; from then on it is known:"
run "git clone git@hf.co:alice/model"
place=$SANDBOX_WORK/model
head -c 3000000 /dev/urandom >"$place/model.safetensors"
run "git lfs track '*.safetensors'"
run "git add .gitattributes model.safetensors && git commit -m 'the weights'"
run "git push"
show_server

heading "A key that hf.co does not know"
say "An SSH server usually refuses an unknown key. hf.co lets it in, as \"anonymous\", and the push" \
    "fails later. hf-ssh says why:"
echo "more" >>"$place/README.md"
run "git commit -am 'more'"
run_refused "HF_SSH_IDENTITY=~/.ssh/stranger git push"
show_server

heading "An impostor answers in hf.co's place"
say "The same network, another host key. ssh with StrictHostKeyChecking=no, as many a CI job has it," \
    "goes there and signs in:"
config=$IMPOSTOR_SSH_CONFIG
run "ssh -F $config -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \\
    -i ~/.ssh/id_ed25519 -T git@hf.co"
show_server
say "" "hf-ssh does not, whatever ssh's configuration says:"
run_refused "git push"
if [ -s "$CONNECTIONS" ]; then
    say "" "The impostor has seen something. It should not have: that is a defect of hf-ssh."
    exit 1
fi
say "" "The server saw nothing: the connection ended before a user name or a key was sent."

heading "And the real hf.co"
say "To install:      meson setup build && ninja -C build && sudo meson install -C build" \
    "To use it:       git hf-ssh setup" \
    "Without it:      git hf-ssh unsetup" \
    "Once only:       GIT_SSH_COMMAND=hf-ssh git clone git@hf.co:USER/MODEL" \
    "A key:           git hf-ssh keys new --open --wait" \
    "Which account:   git hf-ssh whoami" \
    "What is wrong:   git hf-ssh doctor" \
    "The manual:      man $root/man/git-hf-ssh.1"
