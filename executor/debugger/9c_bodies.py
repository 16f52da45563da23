# Part 9c of the debugger kit: the bodies of async functions, to stop in. `break brew_coffee` stops
# in the function that makes the future; its body is another, to which each poll of it goes.

import difflib
import re

import gdb


class Body(Station):
    """The body of an async function, as a place to stop at: each poll of it comes here."""

    kind = "the async function"

    def __init__(self, name, functions):
        super().__init__(name, "is polled", functions, polled_around)

    def locations(self):
        return iter(self.functions)

    def said(self, frame, number):
        own = frame_name(frame.name())
        where = "" if number is None else f", in {self.called(number)}"
        return f"{own} {self.doing(frame)}{where}:"

    def called(self, number):
        loop = own_loop()
        return loop.called(number) if loop is not None else f"task {number}"

    def doing(self, frame):
        """Whether it begins, or goes on."""
        try:
            function = polled_function(frame)
            number, state = function.state() if function else (None, "")
        except Unexpected:
            return "is polled"  # by somebody else, or optimised
        if state == "Unresumed":
            return "begins"
        place = line_of(function.type.name, number.name) if function else None
        return f"goes on at line {place[1]}" if place else "is polled"


def polled_around(frame):
    """The task that is being polled at or around a frame."""
    while frame is not None:
        if without_generics(frame.name() or "") == POLL:
            return polled(frame)
        frame = frame.older()
    return None


known_bodies = {}


def bodies_by_name():
    """The bodies of all async functions and blocks of the program, each under its path."""
    program = gdb.current_progspace().filename
    if program not in known_bodies:
        listed = gdb.execute("info functions -q ::[{]async_[a-z]*#[0-9]*[}]", to_string=True)
        found = known_bodies[program] = {}
        for line in listed.splitlines():
            match = re.match(r"\d+:\s+(static )?fn (.*)", line)
            if match:
                function = up_to_arguments(match[2])
                if is_coroutine_body(without_generics(function)):
                    found.setdefault(body_name(function), []).append(function)
    return known_bodies[program]


def up_to_arguments(signature):
    """The name of a function, with its generics, which may have parentheses of their own."""
    depth = 0
    for at, letter in enumerate(signature):
        depth += (letter == "<") - (letter == ">" and signature[at - 1] != "-")
        if letter == "(" and depth == 0:
            return signature[:at]
    return signature


def body_name(function):
    """How it may be called: its path without the numbers of `impl`s and without its last part. An
    async block of an async function, or of a closure, keeps its own."""
    path = without_generics(function).rsplit("::", 1)[0]
    return "::".join(part for part in path.split("::") if not part.startswith("{impl#"))


def async_function(name):
    """The async function of that name, or of that end of a path."""
    bodies = bodies_by_name()
    own = without_generics(re.sub(r"::\{async_\w+#\d+\}(<.*>)?$", "", name))
    found = [path for path in bodies if path == own or path.endswith("::" + own)]
    if not found:
        raise Unexpected(no_such_function(name, bodies))
    if len(found) > 1:
        raise Unexpected(f"There are several of that name: {', '.join(sorted(found))}.")
    return Body(name, bodies[found[0]])


def no_such_function(name, bodies):
    stations = ", ".join(station.name for station in STATIONS)
    said = f"`{name}` is no station ({stations}), and no async function of this program"
    if is_there(name):
        return f"{said}: it is a function, but not an async one, so `break {name}` stops in it."
    last = {path.rsplit("::", 1)[-1] for path in bodies}
    near = difflib.get_close_matches(name.rsplit("::", 1)[-1], sorted(last), 2, 0.75)
    meant = f" Is it {' or '.join(f'`{one}`' for one in near)}?" if near else ""
    return f"{said}.{meant} The Tab key lists them. One that is never called is not compiled."
