"""Checks the recipes beside this file against what meson says of a build: the version, the libraries
and the installed files. So none of them rots unnoticed.

    python3 contrib/packaging/check.py BUILD"""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# The libraries by meson's names: for each recipe its name there. Tests need doctest as well.
LIBRARIES = {
    "nettle": "nettle-dev nettle-devel nettle nettle-dev nettle nettle",
    "nlohmann_json": "nlohmann-json3-dev json-devel nlohmann-json nlohmann-json nlohmann-json "
                     "nlohmann_json",
    "libssh2": "libssh2-1-dev libssh2-devel libssh2 libssh2-dev libssh2 libssh2",
    "libbsd": "libbsd-dev libbsd-devel libbsd libbsd-dev libbsd libbsd",
    "libgit2": "libgit2-dev libgit2-devel libgit2 libgit2-dev libgit2 libgit2",
}
PACKAGES = [("debian/control", "apt-get"), ("hf-ssh.spec", "dnf"), ("PKGBUILD", "pacman"),
            ("APKBUILD", "apk"), ("hf-ssh.rb", "brew"), ("package.nix", None)]
# Not libraries that a package has to name: of the compiler, found through others, or optional.
OTHERS = {"threads", "doctest", "bash-completion", "fish", "libcrypto"}
VERSIONS = {
    "debian/changelog": r"^hf-ssh \(([^-)]+)-", "hf-ssh.spec": r"^Version: +(\S+)$",
    "PKGBUILD": r"^pkgver=(\S+)$", "APKBUILD": r"^pkgver=(\S+)$",
    "hf-ssh.rb": r"/hf-ssh-(.+)\.tar\.xz\"", "package.nix": r"version = \"(.+)\";",
}
# What rpm's macros stand for, below the prefix.
MACROS = {"%{_bindir}": "bin", "%{_libexecdir}": "libexec", "%{_datadir}": "share",
          "%{_mandir}": "share/man"}


def text_of(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def words_of(name):
    lines = (line for line in text_of(name).splitlines() if not line.lstrip().startswith("#"))
    return set(re.findall(r"[\w.+-]+", "\n".join(lines)))


def names_for(manager):
    """What packages.sh installs for a build, so that it and the recipes agree."""
    script = '. "$1" && package_names "$2" build'
    done = subprocess.run(["sh", "-c", script, "sh", os.path.join(HERE, "..", "packages.sh"),
                           manager], stdout=subprocess.PIPE, check=True)
    return set(done.stdout.decode().split())


def problems(build):
    def told(name):
        with open(os.path.join(build, "meson-info", "intro-%s.json" % name),
                  encoding="utf-8") as file:
            return json.load(file)

    version = told("projectinfo")["version"]
    for name, pattern in VERSIONS.items():
        found = re.search(pattern, text_of(name), re.MULTILINE)
        if not found or found.group(1) != version:
            yield "%s: version %s, meson has %s" % (name, found and found.group(1), version)

    # A newer meson lists what a meson.build declares, too.
    used = {library["name"] for library in told("dependencies")
            if library.get("type") != "internal"} - OTHERS
    for library in sorted(used - set(LIBRARIES)):
        yield "check.py: what is %s called by each system?" % library
    for library in sorted(used & set(LIBRARIES)):
        for (recipe, manager), package in zip(PACKAGES, LIBRARIES[library].split()):
            if package not in words_of(recipe):
                yield "%s: %s is missing (%s)" % (recipe, package, library)
            if manager and (manager, library) != ("brew", "libbsd") and \
                    package not in names_for(manager):
                yield "packages.sh: %s: %s is missing (%s)" % (manager, package, library)

    # The other recipes take what meson installs, as it is.
    options = {option["name"]: option["value"] for option in told("buildoptions")}
    prefix = options["prefix"] + "/"
    installed = {place.removeprefix(prefix) for place in told("installed").values()}
    zsh = {place for place in installed if place.endswith("/_git-hf-ssh")}
    installed = installed - zsh | {"share/zsh/site-functions/_git-hf-ssh"}
    listed = set()
    for line in re.search(r"^%files\n(.*?)\n\n", text_of("hf-ssh.spec"), re.M | re.S).group(
            1).splitlines():
        macro = line.split("/", 1)[0]
        if macro in MACROS:
            listed.add((MACROS[macro] + "/" + line.split("/", 1)[1]).rstrip("*"))
    for place in sorted(installed ^ listed):
        yield "hf-ssh.spec: %s is %s" % (place, "missing" if place in installed else
                                         "listed, and not installed")


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 129
    found = list(problems(sys.argv[1]))
    for problem in found:
        print(problem)
    return 1 if found else 0


sys.exit(main())
