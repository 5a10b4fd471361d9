"""A stand-in for hf.co: a real sshd, real repositories, a real LFS server, all on 127.0.0.1.

    class GitTest(HubCase):                      # one stage and hub per class, see case.py
        def test_push(self):
            self.box.register("path")            # core.sshCommand = hf-ssh
            self.box.git("clone", "git@hf.co:alice/model")
            self.assertEqual(self.last()["account"], "alice")

Stage     a temporary directory and its keeper: whatever happens to the test, processes and files go
Hub       accounts, repositories, LFS; connections(), commands(), sshd(), genuine(), impostor()
Sshd      one server: port, log(), offers() (keys offered, per connection), arrivals(),
          users_seen(), wait_idle(); shell="/bin/sh" makes it an ordinary machine (scp, a bastion)
Relay     a line before a server: delay, cut_after, freeze(), cut(), captured
Sandbox   a person's machine: home, env, key, make_key(), agent(), trust(), point_at(), register(),
          run(), git(), ssh(), hf(), terminal(), at_terminal() (its status and the lines on a
          screen of 80 by 24), script(), processes(), own_passwd_entry()
hints     what for, and which command, of each hint in a text; run() judges the form of all
wait_for  what a condition returns once it is true; in_time: a bound that a busy machine keeps
Key       path, public, type, fingerprint, known_hosts_line(); make_key(), certify_host()
Result    status, out, err (bytes), stdout, stderr (text), seconds
HubCase   the unittest class: stage, hub, box, assert_ok(), assert_failed(), last(), sandbox();
          GitCase adds way, clone(), commit(), assert_offered_one()

A key that no account has is `anonymous`, as on hf.co; hub.refuse("*") has every key refused, which
shows what a client would offer. Everything is independent of HOME, of the network and of root, and
may run many times side by side. HF_SSH_TEST_BIN and HF_SSH_TEST_LIBEXEC say where hf-ssh was built.
`python3 -m standin serve` offers the same to shell scripts.
"""

from .case import GitCase, HubCase
from .key import Key, certify_host, make_key
from .relay import DOWN, UP, Relay
from .run import Result, Terminal, hints, in_time, wait_for
from .screen import Screen, shown
from .stage import Stage

__all__ = ["GitCase", "HubCase", "Key", "certify_host", "make_key", "DOWN", "UP", "Relay", "Result",
           "Screen", "Stage", "Terminal", "hints", "in_time",
           "shown", "wait_for"]
