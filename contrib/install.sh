#!/bin/sh
# Installs the programs beside this script, or takes them away again. Nothing has to be built.
#
#     sh install.sh [--uninstall] [PREFIX]
#
# PREFIX is /usr/local for root, else ~/.local. `git hf-ssh setup` then makes git use hf-ssh. If
# hf-ssh is removed, git uses ssh; what needs these programs in the caller's own configuration (a
# former core.sshCommand, the block for plain ssh) is undone by --uninstall.
set -eu

fail() {
    echo "install.sh: $1" >&2
    exit "${2-2}"
}

uninstall='' prefix=''
for argument; do
    case $argument in
    --uninstall) uninstall=yes ;;
    -h | --help)
        echo "usage: sh install.sh [--uninstall] [PREFIX]"
        exit 0
        ;;
    -*) fail "usage: sh install.sh [--uninstall] [PREFIX]" 129 ;;
    *)
        if [ -n "$prefix" ]; then fail "usage: sh install.sh [--uninstall] [PREFIX]" 129; fi
        prefix=$argument
        ;;
    esac
done
if [ -z "$prefix" ]; then
    if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:?}/.local; fi
fi
case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
prefix=${prefix%/}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# What this archive installs, and one list of it, which outlives the archive.
list=$prefix/share/hf-ssh/installed
if [ -n "$uninstall" ]; then
    if [ ! -f "$list" ]; then fail "hf-ssh was not installed below $prefix by this script"; fi
    quoted=$(printf '%s' "$prefix" | sed "s/'/'\\\\''/g")
    case $(git config --global --get-all core.sshCommand 2>/dev/null || true) in
    *"$quoted/"*) "$prefix/bin/git-hf-ssh" unsetup || fail "nothing was removed" ;;
    esac
    if grep -qF "$prefix/" "${HOME:-}/.ssh/hf-ssh.conf" 2>/dev/null; then
        "$prefix/bin/git-hf-ssh" ssh-config --remove || fail "nothing was removed"
    fi
    while IFS= read -r file; do rm -f "$prefix/$file"; done <"$list"
    rm -f "$list"
    # Directories of its own; those that others use as well are left.
    rmdir "$prefix/libexec/hf-ssh" "$prefix/share/hf-ssh" 2>/dev/null || true
    echo "hf-ssh was removed from $prefix; git uses ssh again"
    exit 0
fi

cd "$here"
if [ ! -x bin/hf-ssh ]; then fail "the programs are not beside this script"; fi
if [ "$prefix" = "$here" ]; then fail "this is the archive itself; name another prefix"; fi
files=$(cat FILES)
mkdir -p "$prefix"
printf '%s\n' "$files" | while IFS= read -r file; do
    mkdir -p "$prefix/${file%/*}"
    # Beside the old one and then in its place: a program that runs is not written into.
    rm -f "$prefix/$file.new"
    cp -P "$file" "$prefix/$file.new"
    mv -f "$prefix/$file.new" "$prefix/$file"
done

# git includes this file; it names the program by its path, for the shell within git's quotes.
word="'$(printf '%s' "$prefix/libexec/hf-ssh/ssh" | sed "s/'/'\\\\''/g")'"
value=$(printf '%s' "$word" | sed 's/[\\"]/\\&/g')
sed '/^[[:space:]]*sshCommand = /d' share/hf-ssh/gitconfig >"$prefix/share/hf-ssh/gitconfig"
printf '\tsshCommand = "%s"\n' "$value" >>"$prefix/share/hf-ssh/gitconfig"
printf '%s\n' "$files" >"$list"

echo "hf-ssh was installed below $prefix"
case :${PATH-}: in
*":$prefix/bin:"*) ;;
*) echo "add to your shell's profile: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
echo "next: git hf-ssh setup"
