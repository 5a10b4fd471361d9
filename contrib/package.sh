#!/bin/sh
# Builds a package of this tree, by a recipe of contrib/packaging.
#
#     sh contrib/package.sh [--output DIRECTORY] source|deb|rpm|arch
#
# source  hf-ssh-VERSION.tar.xz: the files that git tracks, which the other recipes build from
# deb     with dpkg-buildpackage and, if it is installed, lintian
# rpm     with rpmbuild and, if it is installed, rpmlint
# arch    with makepkg; its package is for Arch's libraries if it is built on Arch
#
# What is made goes to DIRECTORY (build/package/KIND). What a package is built with has to be
# installed: packages.sh has the names. APKBUILD, hf-ssh.rb and package.nix are for abuild, brew and
# nix-build themselves.
set -eu

usage() {
    sed -n 's/^#     //p' "$0"
    exit "$1"
}

output=''
while [ "$#" -gt 0 ]; do
    case $1 in
    --output)
        if [ "$#" -lt 2 ]; then usage 129 >&2; fi
        output=$2
        shift
        ;;
    -h | --help) usage 0 ;;
    -*) usage 129 >&2 ;;
    *) break ;;
    esac
    shift
done
if [ "$#" -ne 1 ]; then usage 129 >&2; fi
kind=$1

tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
recipes=$tree/contrib/packaging
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$tree/meson.build")
name=hf-ssh-$version
output=${output:-$tree/build/package/$kind}
mkdir -p "$output"
output=$(CDPATH='' cd -- "$output" && pwd)
work=$output/work
rm -rf "$work"
mkdir "$work"

# The same files give the same bytes.
source_archive() {
    epoch=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct)}
    (cd "$tree" && git ls-files -z) >"$work/files"
    tar -C "$tree" --null --files-from "$work/files" --sort=name --mtime="@$epoch" --owner=0 \
        --group=0 --numeric-owner --mode=u+rw,go=rX --format=gnu --transform "s,^,$name/,rSH" \
        -cf - | xz -9e -T1 >"$1"
}

# What is not installed here is said, and is no failure.
lint() {
    if command -v "$1" >/dev/null 2>&1; then "$@"; else echo "$1 is not installed: not run"; fi
}

case $kind in
source) source_archive "$output/$name.tar.xz" ;;
deb)
    source_archive "$work/hf-ssh_$version.orig.tar.xz"
    tar -C "$work" -xf "$work/hf-ssh_$version.orig.tar.xz"
    cp -R "$recipes/debian" "$work/$name/debian"
    (cd "$work/$name" && dpkg-buildpackage -us -uc)
    (cd "$work" && lint lintian --pedantic --info --fail-on error,warning ./*.changes)
    find "$work" -maxdepth 1 -type f ! -name files -exec mv -f {} "$output" \;
    ;;
rpm)
    mkdir -p "$work/SOURCES"
    source_archive "$work/SOURCES/$name.tar.xz"
    # Fedora's and openSUSE's rpm bring these; Debian's does not.
    set -- --define "_topdir $work"
    if [ -z "$(rpm --eval '%{?meson}')" ]; then
        set -- "$@" --nodeps --define '_libexecdir /usr/libexec' \
            --define 'meson CXXFLAGS="%{optflags}" meson setup --prefix=/usr --libexecdir=libexec --buildtype=plain build' \
            --define 'meson_build meson compile -C build' \
            --define 'meson_install DESTDIR=%{buildroot} meson install --no-rebuild --strip -C build' \
            --define 'meson_test meson test -C build --print-errorlogs'
    fi
    rpmbuild -ba "$@" "$recipes/hf-ssh.spec"
    find "$work" -name '*.rpm' -exec mv -f {} "$output" \;
    lint rpmlint --config "$recipes/rpmlint.toml" "$recipes/hf-ssh.spec" "$output"/*.rpm
    ;;
arch)
    source_archive "$work/$name.tar.xz"
    cp "$recipes/PKGBUILD" "$work"
    (cd "$work" && makepkg --nodeps --force)
    find "$work" -maxdepth 1 -name '*.pkg.tar*' -exec mv -f {} "$output" \;
    ;;
*) usage 129 >&2 ;;
esac
rm -rf "$work"
ls -l "$output"
