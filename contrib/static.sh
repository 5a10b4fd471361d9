#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# Builds one archive whose programs need no library of the system.
#
#     sh contrib/static.sh [--no-install] [--output DIRECTORY]
#
# Makes hf-ssh-VERSION-linux-ARCH.tar.xz and SHA256SUMS in DIRECTORY (build/static/out). Runs on
# Debian 13, whose static libraries it links (glibc, libssh2 with libcrypto, nettle, libbsd) and
# whose sources of libgit2 it builds; elsewhere: sh contrib/root.sh trixie sh contrib/static.sh. The
# archive has bin, libexec and share, and an install.sh that puts them below a prefix and takes them
# away again.
#
# The same sources on the same system give the same bytes, whatever the directory is called: the date
# in the archive is SOURCE_DATE_EPOCH, else that of the last commit, else a fixed one.
set -eu

usage() {
    echo "usage: sh contrib/static.sh [--no-install] [--output DIRECTORY]"
    exit "$1"
}

tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$tree/build/static
install=yes output=$build/out
while [ "$#" -gt 0 ]; do
    case $1 in
    --no-install) install= ;;
    --output)
        if [ "$#" -lt 2 ]; then usage 129 >&2; fi
        output=$2
        shift
        ;;
    -h | --help) usage 0 ;;
    *) usage 129 >&2 ;;
    esac
    shift
done
# shellcheck source=packages.sh
. "$tree/contrib/packages.sh"
trap packages_clear_up EXIT
if [ -n "$install" ]; then install_missing build static; fi

# No path of this machine in the programs, and nothing in them that nobody calls.
flags="-ffile-prefix-map=$tree=. -ffunction-sections -fdata-sections"
mkdir -p "$build"

# Debian's libgit2 needs Kerberos, which cannot be linked; of its sources this is what the manager
# uses: repositories and their configuration, nothing of the network.
if [ ! -e "$build/prefix/lib/pkgconfig/libgit2.pc" ]; then
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p "$build/lists/partial" "$build/source"
    echo "deb-src $mirror $codename main" >"$build/source.list"
    for step in update 'source libgit2'; do
        # shellcheck disable=SC2086 # words
        (cd "$build/source" && apt-get -qq -o Dir::Etc::sourcelist="$build/source.list" \
            -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$build/lists" \
            -o APT::Sandbox::User=root $step </dev/null)
    done
    cmake -S "$build"/source/libgit2-*/ -B "$build/libgit2" -DCMAKE_BUILD_TYPE=MinSizeRel \
        -DCMAKE_INSTALL_PREFIX="$build/prefix" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF \
        -DBUILD_TESTS=OFF -DBUILD_CLI=OFF -DUSE_SSH=OFF -DUSE_HTTPS=OFF -DUSE_GSSAPI=OFF \
        -DUSE_NTLMCLIENT=OFF -DREGEX_BACKEND=pcre2 -DUSE_HTTP_PARSER=http-parser \
        -DCMAKE_C_FLAGS="$flags" >"$build/libgit2.log"
    cmake --build "$build/libgit2" --target install --parallel "$(nproc)" >>"$build/libgit2.log"
fi
export PKG_CONFIG_PATH="$build/prefix/lib/pkgconfig"

export CXXFLAGS="$flags"
export LDFLAGS='-Wl,--gc-sections -Wl,--build-id=none'
again=
if [ -e "$build/build.ninja" ]; then again=--reconfigure; fi
# shellcheck disable=SC2086 # none, or one word
meson setup $again --prefix=/usr/local --libdir=lib -Doptimization=s -Ddebug=false \
    -Db_ndebug=true -Dstatic=true -Dtests=disabled -Dmanager=enabled -Dnative=enabled \
    -Dbash_completion=/usr/local/share/bash-completion/completions \
    -Dzsh_completion=/usr/local/share/zsh/site-functions \
    -Dfish_completion=/usr/local/share/fish/vendor_conf.d "$build" "$tree" </dev/null
ninja -C "$build" </dev/null

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$tree/meson.build")
name=hf-ssh-$version-linux-$(uname -m)
stage=$build/stage
rm -rf "$stage"
DESTDIR=$stage/root meson install -C "$build" --no-rebuild --quiet </dev/null
mv "$stage/root/usr/local" "$stage/$name"
for program in "$stage/$name"/bin/* "$stage/$name"/libexec/hf-ssh/*; do
    if [ -L "$program" ]; then continue; fi
    strip -s -R .comment "$program"
    if readelf -d "$program" | grep -q '(NEEDED)\|(INTERP)'; then
        echo "$program needs a library" >&2
        exit 1
    fi
done
cp "$tree/contrib/install.sh" "$tree/README.md" "$tree/CHANGELOG.md" "$stage/$name"
cp -L "$tree/LICENSE" "$stage/$name"
(cd "$stage/$name" && find bin libexec share ! -type d | LC_ALL=C sort >FILES)
# The libraries inside are other people's, and so are their terms.
mkdir "$stage/$name/LICENSES"
for package in libc6-dev libssh2-1-dev libssl-dev nettle-dev libbsd-dev libmd-dev \
    libpcre2-dev libhttp-parser-dev zlib1g-dev libzstd-dev nlohmann-json3-dev \
    "libstdc++-$(${CXX:-g++} -dumpversion)-dev"; do
    cp -L "/usr/share/doc/$package/copyright" "$stage/$name/LICENSES/$package"
done
cp "$build"/source/libgit2-*/COPYING "$stage/$name/LICENSES/libgit2"

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$tree" log -1 --format=%ct 2>/dev/null || echo 1767225600)}
mkdir -p "$output"
find "$stage/$name" -type d -exec chmod 755 {} +
tar -C "$stage" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=ustar \
    -cf - "$name" | xz -9e -T1 >"$output/$name.tar.xz"
(cd "$output" && sha256sum "$name.tar.xz" >SHA256SUMS && cat SHA256SUMS)
ls -l "$output/$name.tar.xz"
