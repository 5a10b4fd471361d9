"""The program under test, copied into a tree of its own that a test may break."""

import glob
import os
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
BIN, LIBEXEC = ("hf-ssh", "git-hf-ssh"), ("known-hosts", "native")


def built(name):
    """Where the build put a program: HF_SSH_TEST_BIN and HF_SSH_TEST_LIBEXEC, which meson sets (an
    error if hf-ssh is not there), or the newest build*/ of the source tree. None if there is
    none."""
    named = os.environ.get("HF_SSH_TEST_LIBEXEC" if name in LIBEXEC else "HF_SSH_TEST_BIN")
    if named:
        places = [os.path.join(named, name)]
    else:
        places = glob.glob(os.path.join(ROOT, "build*", name))
        places += glob.glob(os.path.join(ROOT, "build*", "src", "main", name))
    places = [path for path in places if os.path.isfile(path) and os.access(path, os.X_OK)]
    if not places and named and name == "hf-ssh":
        raise FileNotFoundError("no hf-ssh in " + named)
    return max(places, key=os.path.getmtime) if places else None


def sanitized():
    """Built with AddressSanitizer: it needs more memory and descriptors, and /proc, and to be the
    first library."""
    path = built("hf-ssh")
    if path is None:
        return False
    with open(path, "rb") as program:
        return b"__asan_init" in program.read()


def put(source, target):
    """A copy; of the manager, which is large where it has debug symbols and which no test writes
    to, another name of the same file where that can be."""
    try:
        if os.path.basename(source) == "git-hf-ssh":
            return os.link(source, target)
    except OSError:
        pass
    return shutil.copy(source, target)


def stage_program(prefix):
    """Copies what is built to PREFIX/bin and PREFIX/libexec/hf-ssh; False if there is no hf-ssh."""
    if not built("hf-ssh"):
        return False
    libexec = os.path.join(prefix, "libexec", "hf-ssh")
    for folder, names in ((os.path.join(prefix, "bin"), BIN), (libexec, LIBEXEC)):
        os.makedirs(folder, exist_ok=True)
        for name in names:
            path = built(name)
            if path:
                put(path, os.path.join(folder, name))
    os.symlink("../../bin/hf-ssh", os.path.join(libexec, "ssh"))
    return True


def transport():
    """HF_SSH_TRANSPORT of every sandbox: `native` where the tests run for it (meson sets
    HF_SSH_TEST_TRANSPORT), else None."""
    return os.environ.get("HF_SSH_TEST_TRANSPORT")
