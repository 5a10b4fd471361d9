#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# Builds a bare Debian system in a directory and runs this tree's commands in it.
#
#     sh contrib/root.sh [OPTION…] SUITE [COMMAND [ARGUMENT…]]
#
#     --directory DIRECTORY   the root of the system; reused if it exists (build/root/SUITE)
#     --mirror URL            where debootstrap(8) gets the packages (its default)
#     --user                  run as an ordinary user who has sudo, not as root
#
# SUITE is a release of Debian, such as trixie. Without COMMAND, this runs what the README names:
# contrib/try.sh and contrib/check.sh. COMMAND runs at the top of a copy of the tree that keeps its
# build directories between runs. Needs root or sudo, debootstrap and the network; the exit status is
# 77 if the system cannot be made.
#
# The system has its own mounts, processes and a /dev with the few devices that programs expect. It
# uses this machine's network, name service and settings of apt. Whatever runs in it ends with the
# command. To start from a bare system again, remove the directory.
set -eu

usage() {
    sed -n 's/^#     //p' "$0"
    exit "$1"
}

tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=packages.sh
. "$tree/contrib/packages.sh"

# enter ROOT USER COMMAND… : in new namespaces, as root. Mounts what a system needs, makes ROOT the
# root and becomes the command.
enter() {
    root=$1 user=$2
    shift 2
    mount --make-rprivate /
    mount --bind "$root" "$root"
    cd "$root"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys 2>/dev/null || true
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=755,size=64k tmpfs dev
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    for device in null:3 zero:5 full:7 random:8 urandom:9; do
        mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"
    done
    mknod -m 666 dev/tty c 5 0
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin
    ln -s fd/1 dev/stdout
    ln -s fd/2 dev/stderr
    # chroot(2) would not do: no user namespace can be made in one.
    mkdir -p .outside
    pivot_root . .outside
    umount -l /.outside
    rmdir /.outside
    home=/root
    if [ "$user" != root ]; then home=/home/$user; fi
    cd /home/person/hf-ssh
    exec setpriv --reuid "$user" --regid "$user" --init-groups env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$home" \
        USER="$user" LOGNAME="$user" SHELL=/bin/sh TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        ${CI:+"CI=$CI"} ${http_proxy:+"http_proxy=$http_proxy"} \
        ${https_proxy:+"https_proxy=$https_proxy"} "$@"
}

if [ "${1-}" = --enter ]; then
    shift
    enter "$@"
fi

directory='' mirror='' user=root
while [ "$#" -gt 0 ]; do
    case $1 in
    --directory | --mirror)
        if [ "$#" -lt 2 ]; then usage 129 >&2; fi
        if [ "$1" = --mirror ]; then mirror=$2; else directory=$2; fi
        shift
        ;;
    --user) user=person ;;
    -h | --help) usage 0 ;;
    -*) usage 129 >&2 ;;
    *) break ;;
    esac
    shift
done
if [ "$#" -eq 0 ]; then usage 129 >&2; fi
suite=$1
shift
if [ "$#" -eq 0 ]; then set -- sh -c 'sh contrib/try.sh && sh contrib/check.sh'; fi
directory=${directory:-$tree/build/root/$suite}

PATH=$PATH:/usr/sbin:/sbin
if ! command -v debootstrap >/dev/null 2>&1; then
    echo "debootstrap is not installed" >&2
    exit 77
fi
mkdir -p "$directory"
directory=$(CDPATH='' cd -- "$directory" && pwd)

# inside USER COMMAND… : as root or as person, at the top of the copied tree.
inside() {
    as_root unshare --mount --pid --fork --kill-child \
        sh "$tree/contrib/root.sh" --enter "$directory" "$@"
}

# debootstrap leaves a directory of its own name if it did not get to its end.
if [ ! -e "$directory/etc/debian_version" ] || [ -e "$directory/debootstrap" ]; then
    as_root env "PATH=$PATH" debootstrap --variant=minbase "$suite" "$directory" \
        ${mirror:+"$mirror"} || exit 77
fi
as_root cp -L /etc/resolv.conf /etc/hosts "$directory/etc/"
# How this machine reaches the mirrors.
{ apt-config dump 2>/dev/null || true; } | sed -n '/^Acquire::\(http\|ftp\|Check\|Retries\)/p' |
    as_root tee "$directory/etc/apt/apt.conf.d/90acquire" >/dev/null
if ! grep -q '^person:' "$directory/etc/passwd"; then
    as_root chroot "$directory" useradd --create-home --shell /bin/sh person
fi

copy=$directory/home/person/hf-ssh
as_root mkdir -p "$copy"
as_root find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
tar -C "$tree" --exclude ./.git --exclude './build*' -cf - . | as_root tar -C "$copy" -xf - --no-same-owner
as_root chown -R --reference "$directory/home/person" "$directory/home/person"

if [ "$user" = person ] && [ ! -e "$directory/etc/sudoers.d/person" ]; then
    inside root sh -c 'apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends sudo &&
        echo "person ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/person' </dev/null
fi
inside "$user" "$@"
