"""Plays the fuzzer's programs with CPython's atexit: each in a process of its own, which really ends.

Reads programs as tests/fuzz/program.rs writes them, each followed by a line `end`. Answers each with its exit status,
the length of what it printed, and that.
"""

import atexit
import os
import sys


# As in program.rs.
MOST_HANDLERS = 150


class Failed(Exception):
    """What a handler, or main, fails with."""


class Panicked(Failed):
    """The same here; but a panic in main has an exit status of its own in Rust."""


def function(name, arguments):
    """A new function, which is equal to no other."""

    def with_one(body):
        called(name, body)

    def with_two(body, value):
        called(name, body, value)

    return with_one if arguments == 1 else with_two


def called(name, body, *more):
    print(f"{name}({', '.join(map(str, (body, *more)))})")
    play(program.get(f"body {body}", []))
    print(f"{name} ended")


handlers = 0
functions = {f"f{number}": function(f"f{number}", 1 if number < 4 else 2) for number in range(8)}


def register(name, body, value):
    arguments = [int(body), int(value)]
    atexit.register(functions[name], *arguments[: 1 if name < "f4" else 2])


def play(operations):
    global handlers
    for operation in operations:
        print(operation)
        match operation.split():
            case ["register", name, body, value, times]:
                for _ in range(int(times)):
                    handlers += 1
                    if handlers <= MOST_HANDLERS:
                        register(name, body, value)
            case ["unregister", name]:
                atexit.unregister(functions[name])
            case ["clear"]:
                atexit._clear()
            case ["run"]:
                atexit._run_exitfuncs()
            case ["count"]:
                print(f"{atexit._ncallbacks()} are pending")
            case ["panic"]:
                raise Panicked
            case ["fail"]:
                raise Failed
            case ["exit" | "process_exit", code]:
                sys.exit(int(code))
            case _:
                raise ValueError(operation)


def main():
    # What the Rust program declares.
    register("f6", 0, 6)
    register("f7", 1, 7)
    try:
        play(program["main"])
    except Panicked:
        sys.exit(101)


def silence_failures():
    """Lets Python say what goes wrong, unless that is what a program is to do."""
    sys.unraisablehook = lambda what: what.exc_type in (Failed, Panicked) or sys.__unraisablehook__(what)
    sys.excepthook = lambda kind, *what: kind is Failed or sys.__excepthook__(kind, *what)


def parse(lines):
    """The lists of operations by their names."""
    lists = {}
    for line in lines:
        if line == "main" or line.startswith("body "):
            operations = lists[line] = []
        else:
            operations.append(line)
    return lists


def serve():
    """Forks for each program that is read, and returns it in the child. In the parent, ends with the input."""
    lines = []
    for line in map(str.rstrip, sys.stdin):
        if line != "end":
            lines.append(line)
            continue
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writer, sys.stdout.fileno())
            os.close(reader)
            os.close(writer)
            return parse(lines)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            trace = pipe.read()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), len(trace))
        sys.stdout.flush()
        sys.stdout.buffer.write(trace)
        sys.stdout.flush()
        lines = []
    sys.exit()


print("takes back in handlers:", sys.version_info < (3, 14), flush=True)
program = serve()
silence_failures()
main()
