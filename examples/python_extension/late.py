"""Opens a journal after the extension's handlers have run in Python's `atexit`: the newest function is called first."""

import atexit


def write():
    journal.open("journal.txt")
    journal.before_closing(lambda: journal.write("Python can't be called any more"))
    journal.write("late")


atexit.register(write)

import journal
