#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# Shows what hf-ssh does, on a stand-in for hf.co that runs on this machine and nowhere else.
#
#     sh contrib/try.sh [--no-install]
#
# Says what it will show, installs what is missing (see packages.sh), builds into build/try, starts
# a real sshd on 127.0.0.1 that plays hf.co, and works with it as a person would: clone, commit,
# push; then with a key that hf.co does not know, and with an impostor. The last line is "N of N
# promises seen", and the exit status is 0 only if all were. Asks nothing; may be run again. HOME and
# git's configuration are the stand-in's: yours are neither read nor written.
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
wrapped() { fold -s -w 79 | sed 's/ *$//'; }
heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$*" | wrapped; }

# Each promise that was kept counts; the last line says how many were.
promised=6
seen=0
# see COMMAND… : a promise, and whether it was kept.
see() {
    what=$1
    shift
    if "$@"; then
        seen=$((seen + 1))
        say "=> seen: $what"
    else
        say "=> NOT seen, which is a defect of hf-ssh: $what"
    fi
}

# Runs a command as the person of the stand-in.
person() {
    env -i PATH="$prefix/bin:$PATH" HOME="$SANDBOX_HOME" TERM=dumb LC_ALL=C.UTF-8 \
        TMPDIR="$scratch/tmp" COLUMNS=80 CONFIG="$config" \
        GIT_CONFIG_GLOBAL="$SANDBOX_HOME/.gitconfig" GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat \
        GIT_TERMINAL_PROMPT=0 GIT_AUTHOR_NAME=Alice GIT_AUTHOR_EMAIL=alice@example.org \
        GIT_COMMITTER_NAME=Alice GIT_COMMITTER_EMAIL=alice@example.org \
        HF_SSH_KNOWN_HOSTS="$HF_SSH_KNOWN_HOSTS" HF_SSH_COMMAND="ssh -F $config" "$@"
}

# Prints a command as it would be typed, runs it, and prints what had been written when it ended, in
# that order: as at a terminal, nothing is waited for.
output=
run() {
    printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
    status=0
    (cd "$place" && person sh -c "$*") >"$output" 2>&1 </dev/null || status=$?
    wrapped <"$output"
    return "$status"
}

# For what shows nothing worth reading unless it fails.
quietly() {
    run "$@" >"$scratch/shown" || { cat "$scratch/shown"; return 1; }
    sed -n '1,2p' "$scratch/shown"
}

# written TEXT [BEFORE] : whether the last command wrote TEXT, and, if given, before BEFORE.
written() {
    grep -qF -e "$1" "$output" || return 1
    if [ "$#" -eq 1 ]; then return 0; fi
    [ "$(grep -nF -e "$1" "$output" | head -n 1 | cut -d: -f1)" -lt \
        "$(grep -nF -e "$2" "$output" | head -n 1 | cut -d: -f1)" ]
}

explained() { [ "$refused" = yes ] && written "hf-ssh: " "fatal: "; }

# What the server saw since the last time.
show_server() {
    printf '\nThe server saw:\n'
    python3 -B -c '
import json, sys
for line in open(sys.argv[1]):
    seen = json.loads(line)
    print("    account %-10s %s" % (seen["account"], seen["command"] or "(only the greeting)"))
    ' "$CONNECTIONS"
    : >"$CONNECTIONS"
}

# what will be shown, and the build ----------------------------------------------------------------

say "hf-ssh is the ssh that git runs for Hugging Face. This shows it on a stand-in for hf.co that" \
    "runs on this machine and nowhere else. Your own git and ssh configuration is neither read nor" \
    "changed, and nothing is installed except packages that the build needs. You will see:"
say "  1. clone, commit and push, with a large file
  2. a push with a key that hf.co does not know, and hf-ssh saying so
  3. the command that hf-ssh then names, typed: it makes the push work
  4. plain ssh, configured as many CI jobs have it, signing in at an impostor
  5. hf-ssh refusing that impostor
  6. what the impostor saw of it: nothing"

heading "What is needed"
if [ -n "$install" ]; then install_missing build standin; else say "left as it is"; fi

mkdir -p "$build"
log=$build/try.log
# shellcheck disable=SC2086 # a command with its options, as meson reads it
if ! printf '#include <chrono>\nstd::chrono::year_month_day day;\n' |
    ${CXX:-c++} -std=c++20 -fsyntax-only -x c++ - 2>/dev/null; then
    found=$(${CXX:-c++} -dumpfullversion -dumpversion 2>/dev/null || echo none)
    say "this system is too old to build hf-ssh: g++ 11 or clang 14 is needed, its compiler is $found"
    exit 1
fi
cores=$(nproc 2>/dev/null || echo 2)
failed_build() {
    printf '\n'
    cat "$log"
    say "hf-ssh could not be built"
    exit 1
}

# progress : ninja's lines, as one line that is written over; without a terminal nothing.
progress() {
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        \[*) if [ -t 1 ]; then printf '\r  %-76.76s' "$line"; fi ;;
        esac
    done
    if [ -t 1 ]; then printf '\r%-78s\r' ''; fi
}

# The quickest build: neither optimised, nor with what a debugger needs.
heading "Building hf-ssh into build/try"
how='--buildtype debug -Ddebug=false'
# With the same words again, meson would take the build type alone, and compile everything anew.
if [ -e "$build/build.ninja" ]; then how=--reconfigure; fi
# shellcheck disable=SC2086 # words
meson setup $how --prefix "$prefix" -Dtests=disabled "$build" "$root" >"$log" 2>&1 </dev/null ||
    failed_build
files=$(ninja -C "$build" -n 2>/dev/null | grep -c 'Compiling' || true)
if [ "$files" -gt 9 ]; then
    # A core compiles some forty files in a minute.
    minutes=$(((files + 40 * cores - 1) / (40 * cores)))
    if [ "$minutes" -eq 1 ]; then minutes="a minute"; else minutes="$minutes minutes"; fi
    say "$files files on $cores cores: about $minutes, once."
fi
{
    status=0
    NINJA_STATUS='[%f/%t] ' ninja -C "$build" 2>&1 </dev/null || status=$?
    echo "$status" >"$build/status"
} | progress
if [ "$(cat "$build/status")" -ne 0 ] ||
    ! meson install -C "$build" --no-rebuild >>"$log" 2>&1 </dev/null; then
    failed_build
fi
say "$("$prefix/bin/hf-ssh" --version), $(ssh -V 2>&1 | cut -d, -f1), $(git --version)"

# the stand-in -------------------------------------------------------------------------------------

heading "Starting a stand-in for hf.co on 127.0.0.1"
scratch=$(mktemp -d "/tmp/hf-ssh-try.XXXXXX")
output=$scratch/output
mkdir "$scratch/tmp"
mkfifo "$scratch/hold"
PYTHONPATH=$root/tests/support HF_SSH_TEST_BIN=$prefix/bin \
    HF_SSH_TEST_LIBEXEC=$prefix/libexec/hf-ssh \
    python3 -B -m standin serve --directory "$scratch/stage" --impostor \
    <"$scratch/hold" >"$scratch/values" 9>&- &
server=$!
exec 9>"$scratch/hold"
patience=600
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
say "A real sshd answers, and alice has an account and the repository alice/model. HF_SSH_COMMAND" \
    "and HF_SSH_KNOWN_HOSTS make hf-ssh take this server for hf.co. The real one needs neither."

# the main job -------------------------------------------------------------------------------------

heading "1. Clone, commit and push, with a large file"
run "git hf-ssh setup" || true
quietly "git lfs install --skip-repo" || true
printf '\n'
say "There are two keys in ~/.ssh. hf-ssh asks hf.co once which account each one belongs to:"
run "git clone git@hf.co:alice/model" || true
place=$SANDBOX_WORK/model
mkdir -p "$place"
head -c 3000000 /dev/urandom >"$place/model.safetensors"
quietly "git lfs track '*.safetensors'" || true
quietly "git add . && git commit -q -m 'Add the weights'" || true
pushed=no
if run "git push"; then pushed=yes; fi
arrived() {
    [ "$pushed" = yes ] && [ "$(git -C "$REPOSITORIES/alice/model.git" rev-parse HEAD)" = \
        "$(git -C "$place" rev-parse HEAD)" ] && ! grep -q 'anonymous.*git-' "$CONNECTIONS"
}
see "the push arrived, and every git command came as alice" arrived
show_server

heading "2. A key that hf.co does not know"
say "An SSH server usually refuses an unknown key. hf.co lets it in as \"anonymous\", and the push" \
    "fails later. Suppose that somebody chose the wrong key for alice:"
quietly "git hf-ssh use ~/.ssh/stranger --for alice" || true
echo "more" >>"$place/README.md"
quietly "git commit -q -a -m 'Write more'" || true
refused=yes
if run "git push"; then refused=no; fi
printf '\n'
see "the push failed, and hf-ssh said why before git gave up" explained
show_server

heading "3. The command that hf-ssh names"
hint=$(sed -n 's/^hint: .*: \(git hf-ssh use .*\)$/\1/p' "$output" | tail -n 1)
if [ -n "$hint" ]; then
    run "$hint" || true
    worked=no
    if run "git push"; then worked=yes; fi
    printf '\n'
    see "the hint, typed as it is printed, made the push work" [ "$worked" = yes ]
else
    see "a hint with the command that chooses the right key" false
fi
: >"$CONNECTIONS"

heading "4. An impostor answers in hf.co's place"
say "Another server, with another host key. ssh with StrictHostKeyChecking=no, as many a CI job has" \
    "it, goes there and signs in:"
config=$IMPOSTOR_SSH_CONFIG
run "ssh -F \$CONFIG -o StrictHostKeyChecking=no \\
    -o UserKnownHostsFile=/dev/null -i ~/.ssh/id_ed25519 -T git@hf.co" || true
printf '\n'
see "ssh signed in at the impostor" [ -s "$CONNECTIONS" ]
show_server

heading "5. hf-ssh refuses it, whatever the ssh configuration says"
refused=yes
if run "git push"; then refused=no; fi
printf '\n'
see "hf-ssh refused the impostor, before git gave up" explained

heading "6. What the impostor saw"
see "nothing: no user name and no key was sent" [ ! -s "$CONNECTIONS" ]

heading "And the real hf.co"
say "To install:      meson setup build && ninja -C build
                 sudo meson install -C build
To use it:       git hf-ssh setup
Without it:      git hf-ssh unsetup
Only once:       GIT_SSH_COMMAND=hf-ssh git clone git@hf.co:USER/MODEL
A key:           git hf-ssh keys new --open --wait
Which account:   git hf-ssh whoami
What is wrong:   git hf-ssh doctor
The manual:      man man/git-hf-ssh.1"
printf '\n%s%s%s\n' "$bold" "$seen of $promised promises seen" "$plain"
[ "$seen" -eq "$promised" ]
