"""python3 default_signals.py COMMAND ARGUMENT…: runs it with no signal ignored or blocked.

A shell's background job ignores INT and QUIT, nohup HUP, and what is ignored is inherited, by the
programs that are tested too."""

import os
import signal
import sys

for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGTERM,
               signal.SIGTSTP, signal.SIGCHLD, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, ())
os.execvp(sys.argv[1], sys.argv[1:])
