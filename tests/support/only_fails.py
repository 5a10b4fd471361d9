"""Which end-to-end tests pass although every program of ours only fails?

    python3 only_fails.py [--jobs N] [--native] [MODULE…]        e.g. access keys_new

A test that still passes then asserts only what does not happen, so it can hardly fail: give it an
assertion of what does happen. This builds a directory in which hf-ssh, known-hosts, native and
git-hf-ssh print a line and fail, runs the modules of tests/e2e (all of them unless some are named)
against it, and lists each test that passes. The exit status is 0 if there is none.

Not counted: classes and methods that say `needs_program = False`, because they test the stand-in,
plain ssh or the documentation, and tests that are skipped. Takes some minutes, because many tests wait in vain."""

import argparse
import concurrent.futures
import glob
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest

SUPPORT = os.path.dirname(os.path.abspath(__file__))
E2E = os.path.join(os.path.dirname(SUPPORT), "e2e")
STATUS = {"hf-ssh": 255, "native": 255, "known-hosts": 1, "git-hf-ssh": 1}
TEST_LIMIT, LIMIT = 60, 1800  # seconds for a test, and for a module


def put_failures(directory):
    """Programs that only fail, as hf-ssh's own do: with a message, and their own status."""
    for name, status in STATUS.items():
        path = os.path.join(directory, name)
        with open(path, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\necho '%s: this one only fails' >&2\nexit %d\n"
                         % (name, status))
        os.chmod(path, 0o755)


class Passed(unittest.TestResult):
    """Collects the names of the tests that passed."""

    def __init__(self):
        super().__init__()
        self.passed = []

    def startTest(self, test):
        super().startTest(test)
        signal.alarm(TEST_LIMIT)  # one that waits for what never comes has not passed

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        method = getattr(test, test._testMethodName)
        if getattr(method, "needs_program", getattr(test, "needs_program", True)):
            self.passed.append(test.id())


def ring(*_):
    raise TimeoutError("the test took too long")


def run_module(path):
    """In a process of its own: runs one module; the last line is what passed, as JSON."""
    sys.path[:0] = [SUPPORT, E2E]
    name = os.path.basename(path)[:-3]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    signal.signal(signal.SIGALRM, ring)
    result = Passed()
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    print("\n" + json.dumps({"passed": result.passed, "run": result.testsRun}))


def passed_in(path, env):
    """(tests that passed, how many ran), or None if the module did not get to its end."""
    try:
        done = subprocess.run([sys.executable, "-B", os.path.abspath(__file__), "--one", path],
                              env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=LIMIT, check=False)
        answer = json.loads(done.stdout.decode().splitlines()[-1])
        return answer["passed"], answer["run"]
    except (subprocess.TimeoutExpired, ValueError, IndexError):
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--native", action="store_true", help="with the native transport")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("module", nargs="*")
    arguments = parser.parse_args()
    if arguments.one:
        run_module(arguments.one)
        return 0

    paths = [os.path.join(E2E, "test_%s.py" % name) for name in arguments.module]
    paths = paths or sorted(glob.glob(os.path.join(E2E, "test_*.py")))
    passing = run = 0
    with tempfile.TemporaryDirectory(prefix="hf-ssh-only-fails-") as directory:
        os.chmod(directory, 0o755)
        put_failures(directory)
        env = dict(os.environ, HF_SSH_TEST_BIN=directory, HF_SSH_TEST_LIBEXEC=directory)
        env.pop("HF_SSH_TEST_TRANSPORT", None)
        if arguments.native:
            env["HF_SSH_TEST_TRANSPORT"] = "native"
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for path, answer in zip(paths, pool.map(lambda path: passed_in(path, env), paths)):
                name = os.path.basename(path)[len("test_"):-len(".py")]
                if answer is None:
                    print("%s: did not end" % name, flush=True)
                    passing += 1
                    continue
                run += answer[1]
                passing += len(answer[0])
                for test in answer[0]:
                    print(test, flush=True)
    print("%d of %d tests pass with programs that only fail" % (passing, run))
    return 1 if passing else 0


if __name__ == "__main__":
    sys.exit(main())
