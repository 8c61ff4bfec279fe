"""Writes a journal, and ends as its argument says."""

import ctypes
import signal
import sys

import journal


# Ends the program as a test tells it to. Your program's work stands here.
def end(how):
    if how == "err":
        raise RuntimeError("an exception that nobody catches")
    if how == "panic":
        journal.write("lines\nat which the extension panics")
    if how == "exit":
        sys.exit(3)
    if how == "exit_of_c":
        ctypes.CDLL(None).exit(3)
    if how == "wait":
        print("waiting", flush=True)
        signal.pause()


# SIGTERM ends Python at once, unless it is made an exception, as Ctrl-C is.
signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))

journal.open("journal.txt")
journal.before_closing(lambda: journal.write("Python can still be called"))
journal.write("one")
journal.write("two")
end(sys.argv[1])
