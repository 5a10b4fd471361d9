#!/bin/sh
# Makes a release of a clean, tagged tree.
#
#     sh contrib/release.sh [--output DIRECTORY] URL
#
# In DIRECTORY (build/release): the sources, the static archive, the package for this release of
# Debian, the source package for rpm, hf-ssh.rb, PKGBUILD and APKBUILD with the address and the
# checksum of the sources, SHA256SUMS, and notes.md, the CHANGELOG's section. URL is the directory
# from which people will download these files. Runs in the Debian system in which it is to be built,
# as contrib/static.sh and contrib/package.sh do; pushes and uploads nothing.
set -eu

usage() {
    echo "usage: sh contrib/release.sh [--output DIRECTORY] URL"
    exit "$1"
}

fail() {
    echo "release.sh: $1" >&2
    exit 1
}

tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
output=$tree/build/release
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
url=${1%/}

cd "$tree"
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
if [ -n "$(git status --porcelain)" ]; then fail "the tree has changes that are not committed"; fi
if [ "$(git describe --exact-match --tags 2>/dev/null)" != "v$version" ]; then
    fail "HEAD is not the tag v$version"
fi
mkdir -p "$output"
output=$(CDPATH='' cd -- "$output" && pwd)
awk -v heading="## $version" '
    /^## / { inside = $0 == heading || index($0, heading " ") == 1; next }
    inside' CHANGELOG.md >"$output/notes.md"
if [ ! -s "$output/notes.md" ]; then fail "CHANGELOG.md has no section $version"; fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

sh contrib/package.sh --output "$output" source
sh contrib/package.sh --output "$output" deb
sh contrib/package.sh --output "$output" rpm
rm -f "$output"/*."$(uname -m)".rpm # needs Debian's libraries
sh contrib/static.sh --output "$output"

sum=$(sha256sum "$output/hf-ssh-$version.tar.xz" | cut -d' ' -f1)
sed -e "s,^  url .*,  url \"$url/hf-ssh-$version.tar.xz\"," \
    -e "s,^  sha256 .*,  sha256 \"$sum\"," contrib/packaging/hf-ssh.rb >"$output/hf-ssh.rb"
sed -e "s,^source=.*,source=(\"$url/\$pkgname-\$pkgver.tar.xz\")," \
    -e "s,^sha256sums=.*,sha256sums=($sum)," contrib/packaging/PKGBUILD >"$output/PKGBUILD"
{
    sed "s,^source=.*,source=\"$url/\$pkgname-\$pkgver.tar.xz\"," contrib/packaging/APKBUILD
    echo "sha512sums=\"$(sha512sum "$output/hf-ssh-$version.tar.xz" | cut -d' ' -f1)  hf-ssh-$version.tar.xz\""
} >"$output/APKBUILD"
cd "$output"
rm -f SHA256SUMS
find . -maxdepth 1 -type f ! -name notes.md | sed 's,^\./,,' | sort |
    xargs sha256sum >"$output.sums"
mv "$output.sums" SHA256SUMS
cat SHA256SUMS
