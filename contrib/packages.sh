# shellcheck shell=sh
# What hf-ssh is built and tested with, by the names that each system has for it, and how it is
# installed. Read by try.sh and check.sh (. packages.sh); by itself it does nothing.
#
# build   a compiler, meson and the libraries
# standin what plays hf.co on this machine: a real sshd, git, git-lfs, python3
# test    what the tests need besides
# lint    what only the continuous integration needs
# static  what static.sh links and packs, on Debian 13
# Debian's and Ubuntu's names are used every day; the other systems' are given in good faith.

package_manager() {
    for name in apt-get dnf zypper pacman apk brew; do
        if command -v "$name" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    return 1
}

# package_names MANAGER PURPOSE
package_names() {
    case $1:$2 in
    apt-get:build) echo g++ meson ninja-build pkg-config nettle-dev nlohmann-json3-dev \
        libssh2-1-dev libbsd-dev libgit2-dev ;;
    apt-get:standin) echo git git-lfs openssh-client openssh-server libnss-wrapper python3 ;;
    apt-get:test) echo bash-completion doctest-dev fish python3-dulwich rsync softhsm2 zsh ;;
    apt-get:lint) echo clang clang-format clang-tidy debootstrap libclang-rt-dev llvm mandoc \
        shellcheck ;;
    apt-get:static) echo libc6-dev libssl-dev libzstd-dev zlib1g-dev libpcre2-dev \
        libhttp-parser-dev libgpg-error-dev binutils cmake dpkg-dev make xz-utils ;;

    dnf:build) echo gcc-c++ libstdc++-static meson ninja-build pkgconf-pkg-config nettle-devel \
        json-devel libssh2-devel libbsd-devel libgit2-devel ;;
    dnf:standin) echo git git-lfs openssh-clients openssh-server nss_wrapper python3 ;;
    dnf:test) echo bash-completion doctest-devel fish python3-dulwich rsync softhsm zsh ;;
    dnf:lint) echo clang clang-tools-extra compiler-rt llvm mandoc ShellCheck ;;

    zypper:build) echo gcc-c++ meson ninja pkgconf-pkg-config libnettle-devel \
        nlohmann_json-devel libssh2-devel libbsd-devel libgit2-devel ;;
    zypper:standin) echo git git-lfs openssh-clients openssh-server nss_wrapper python3 ;;
    zypper:test) echo bash-completion doctest-devel fish rsync softhsm zsh ;;
    zypper:lint) echo clang llvm mandoc ShellCheck ;;

    pacman:build) echo gcc meson ninja pkgconf nettle nlohmann-json libssh2 \
        libbsd libgit2 ;;
    pacman:standin) echo git git-lfs openssh nss_wrapper python ;;
    pacman:test) echo bash-completion doctest fish python-dulwich rsync softhsm zsh ;;
    pacman:lint) echo clang compiler-rt llvm mandoc shellcheck ;;

    apk:build) echo g++ meson samurai pkgconf nettle-dev nettle-static nlohmann-json \
        libssh2-dev libbsd-dev libgit2-dev ;;
    apk:standin) echo git git-lfs openssh-client-default openssh-server openssh-keygen \
        nss_wrapper python3 ;;
    apk:test) echo bash-completion doctest-dev fish git-bash-completion rsync softhsm zsh ;;
    apk:lint) echo clang clang-extra-tools compiler-rt llvm mandoc shellcheck ;;

    # sshd comes with macOS; the stand-in's login name, which is libnss_wrapper's work, does not
    # exist there, so that only the unit tests run.
    brew:build) echo meson ninja pkgconf nettle nlohmann-json libssh2 libgit2 ;;
    brew:standin) echo git git-lfs python3 ;;
    brew:test) echo bash-completion@2 doctest fish rsync ;;
    brew:lint) echo llvm mandoc shellcheck ;;
    esac
}

# package_is_there MANAGER NAME
package_is_there() {
    case $1 in
    apt-get) dpkg-query -W -f '${Status}' "$2" 2>/dev/null | grep -q ' installed$' ;;
    dnf | zypper) rpm -q --whatprovides "$2" >/dev/null 2>&1 ;;
    pacman) pacman -Qq "$2" >/dev/null 2>&1 ;;
    apk) apk info -e "$2" >/dev/null 2>&1 ;;
    brew) brew list --versions "$2" >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "this needs root, and there is no sudo: $*" >&2
        return 1
    fi
}

# The stand-in runs an sshd of its own, on loopback and as whoever calls it. The system's service,
# which Debian would start and enable along with the package, is kept from that.
policy=/usr/sbin/policy-rc.d
own_policy=
packages_clear_up() {
    if [ -n "$own_policy" ]; then as_root rm -f "$policy"; fi
    own_policy=
}

apt_install() {
    new_server=
    case " $* " in *' openssh-server '*) new_server=yes ;; esac
    if [ -n "$new_server" ] && [ ! -e "$policy" ]; then
        own_policy=yes
        printf '#!/bin/sh\n# of hf-ssh: no service is started while packages are installed\nexit 101\n' |
            as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 \
        "$@" </dev/null || status=$?
    packages_clear_up
    if [ -n "$new_server" ] && command -v systemctl >/dev/null 2>&1; then
        as_root systemctl disable ssh.service ssh.socket >/dev/null 2>&1 || true
    elif [ -n "$new_server" ] && command -v update-rc.d >/dev/null 2>&1; then
        as_root update-rc.d ssh disable >/dev/null 2>&1 || true
    fi
    return "$status"
}

# install_with MANAGER NAME…
install_with() {
    manager=$1
    shift
    case $manager in
    apt-get)
        as_root apt-get update -qq </dev/null && apt_install "$@"
        ;;
    dnf) as_root dnf install -y "$@" ;;
    zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
    pacman) as_root pacman -S --noconfirm --needed "$@" ;;
    apk) as_root apk add --no-cache "$@" ;;
    brew) brew install "$@" ;; # never as root
    esac
}

# install_missing PURPOSE… : says what is missing, and installs it.
install_missing() {
    if ! manager=$(package_manager); then
        echo "no package manager that this script knows: see contrib/packages.sh for what is needed"
        return 0
    fi
    missing=
    for purpose in "$@"; do
        for name in $(package_names "$manager" "$purpose"); do
            package_is_there "$manager" "$name" || missing="$missing $name"
        done
    done
    if [ -z "$missing" ]; then
        echo "everything that is needed is installed"
        return 0
    fi
    echo "installing with $manager:$missing"
    # shellcheck disable=SC2086 # a list of words
    install_with "$manager" $missing
}
