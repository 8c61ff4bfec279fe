"""Registers a function many times and runs it: `run.py COUNT`. Prints how long each took, in nanoseconds."""

import atexit
import os
import sys
import time


def handler():
    pass


def main():
    count = int(sys.argv[1])
    start = time.perf_counter_ns()
    for _ in range(count):
        atexit.register(handler)
    registered = time.perf_counter_ns()
    atexit._run_exitfuncs()
    run = time.perf_counter_ns()
    print(registered - start, run - registered, flush=True)
    os._exit(0)


main()
