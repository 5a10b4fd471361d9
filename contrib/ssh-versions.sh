#!/bin/sh
# Puts the OpenSSH clients and the git of several releases of Debian side by side, for tests.
#
#     sh contrib/ssh-versions.sh DIRECTORY SUITE…
#     meson configure BUILD -Dssh_versions=DIRECTORY && meson test -C BUILD ssh_versions
#     PATH=DIRECTORY/git-VERSION/bin:$PATH meson test -C BUILD git git_features setup
#
# Makes DIRECTORY/VERSION/bin/ssh and DIRECTORY/git-VERSION/bin/git, with that release's own
# libraries, for each SUITE, such as trixie. Nothing is installed. Needs apt, patchelf and the network; a release that cannot be had is said,
# and is no failure while another can.
set -eu

case ${1-} in
-h | --help) sed -n 's/^#     //p' "$0" && exit 0 ;;
esac
if [ "$#" -lt 2 ]; then
    sed -n 's/^#     //p' "$0" >&2
    exit 129
fi
mkdir -p "$1"
directory=$(CDPATH='' cd -- "$1" && pwd)
shift

work=$(mktemp -d /tmp/hf-ssh-versions.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
# shellcheck disable=SC2016 # apt expands it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
    grep -v security | head -n 1)
machine=$(dpkg-architecture -q DEB_HOST_MULTIARCH)

# An apt of its own, to which nothing is installed: it downloads the client with all that it needs.
fetch() {
    rm -rf "$work/apt"
    mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/apt/parts"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" \
        >"$work/apt/list"
    : >"$work/apt/status"
    for step in update '--no-install-recommends --download-only -y install openssh-client git'; do
        # shellcheck disable=SC2086 # words
        apt-get -qq -o Dir::Etc::sourcelist="$work/apt/list" -o Dir::Etc::sourceparts="$work/apt/parts" \
            -o Dir::Etc::preferencesparts="$work/apt/parts" -o Dir::State::status="$work/apt/status" \
            -o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt" \
            -o APT::Sandbox::User=root $step </dev/null || return
    done
}

made=0
for suite; do
    if ! fetch "$suite"; then
        echo "$suite: cannot be had"
        continue
    fi
    rm -rf "$work/root"
    mkdir "$work/root"
    for package in "$work"/apt/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
    one=$work/one
    rm -rf "$one"
    mkdir -p "$one/bin" "$one/lib"
    find "$work/root/lib" "$work/root/usr/lib" -path "*$machine*" -name '*.so*' \
        -exec cp -L {} "$one/lib" \; 2>/dev/null || true
    cp "$work/root/usr/bin/ssh" "$work/root/usr/bin/ssh-keygen" "$one/bin"
    loader=$(basename "$(patchelf --print-interpreter "$one/bin/ssh")")
    cp -L "$(find "$work/root" -name "$loader" ! -type d | head -n 1)" "$one/lib/$loader"
    # Debian's 10.3 is in the directory 10.3, and so on; the loader and the libraries are found there.
    version=$("$one/lib/$loader" --library-path "$one/lib" "$one/bin/ssh" -V 2>&1 |
        sed -n 's/^OpenSSH_\([0-9.]*\).*/\1/p')
    if [ -z "$version" ]; then
        echo "$suite: its ssh does not run here"
        continue
    fi
    for program in "$one"/bin/*; do
        patchelf --set-interpreter "$directory/$version/lib/$loader" --force-rpath \
            --set-rpath "$directory/$version/lib" "$program"
    done
    git=$("$one/lib/$loader" --library-path "$one/lib" "$work/root/usr/bin/git" --version)
    git=$directory/git-${git##* }
    rm -rf "$git" "${directory:?}/$version"
    mv "$one" "$directory/$version"
    mkdir -p "$git/bin"
    mv "$work/root/usr/lib/git-core" "$git/core"
    mv "$work/root/usr/share/git-core/templates" "$git/templates"
    rm "$git/core/git"
    cp "$work/root/usr/bin/git" "$git/core/git"
    for program in git git-remote-http; do
        patchelf --set-interpreter "$directory/$version/lib/$loader" --force-rpath \
            --set-rpath "$directory/$version/lib" "$git/core/$program"
    done
    # git looks for its parts where Debian has those of this system.
    printf '#!/bin/sh\nexport GIT_EXEC_PATH="%s/core" GIT_TEMPLATE_DIR="%s/templates"\nexec "%s/core/git" "$@"\n' \
        "$git" "$git" "$git" >"$git/bin/git"
    chmod 755 "$git/bin/git"
    echo "$suite: $("$directory/$version/bin/ssh" -V 2>&1), $("$git/bin/git" --version)"
    made=$((made + 1))
done
[ "$made" -gt 0 ]
