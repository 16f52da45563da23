# Part 6 of the debugger kit: a `bt` and a `step` that leave the standard library out, and a `finish`
# that gdb survives.

import os
import re

import gdb
from gdb.FrameDecorator import FrameDecorator
from gdb.FrameIterator import FrameIterator

# What `step` does not go into. `core::task` is not on the list, for through it `wake` comes back to
# our vtable, and a function that is skipped is skipped with all that it calls.
SKIPPED = (
    r"^alloc::|^(std|core)::([^fopt]|f[^u]|o[^p]|p[^a]|t[^a])",
    r"^core::(ops|future)::[^f]|^core::task::(poll|wake::Context|wake::RawWaker)",
    r"^_*mem(cpy|move|set|cmp)",
    # The journal leads to whoever listens, and back: nothing happens there.
    r"^executor::event_loop::Core::tell|^executor::watch::journal::",
)
# These too. But the loop polls, and wakes, inside of `catch_unwind`; and what it calls there may be
# a closure, or a future in a box. `async step` goes into all of them.
CALLS = r"^(std|core)::(pa|ops::function|future::future)"


def is_library(name):
    """Whether a function is of Rust's or C's library, or was written by the compiler."""
    library = r"<?(core|alloc|std)::|__|_start$|main$|rust_|mem(cpy|move|set|cmp)|epoll_|syscall"
    return not name or bool(re.match(library, name))


def frame_name(name):
    """A function as its author would call it: `nested` for `zoo::nested::{async_fn#0}`."""
    plain_name = without_generics(name)
    found = re.match(r"(.*?)::\{async_(\w+)#\d+\}$", plain_name)
    if not found:
        return re.sub(r"::\{impl#\d+\}", "", plain_name)
    path = [part for part in found[1].split("::") if not part.startswith("{")]
    return path[-1] if found[2] == "fn" else f"{path[-1]}'s async {found[2]}"


def shown_file(line):
    """The file as cargo names it: from the workspace on, if it is one of its files."""
    return line.symtab.filename


class Shown(FrameDecorator):
    """A frame with a name that can be read."""

    def function(self):
        name = self.inferior_frame().name()
        if name is None:
            return super().function()
        is_async_fn = re.search(r"\{async_fn#\d+\}$", without_generics(name))
        return ("async " if is_async_fn else "") + frame_name(name)

    def address(self):
        return None

    def frame_args(self):
        # Those of the runtime fill the screen. `info args` shows them.
        name = self.inferior_frame().name() or ""
        return [] if "<" in name or re.match(r"(executor|timer)::", name) else super().frame_args()


class WithoutLibrary:
    """The frame filter behind `bt`. `bt -no-filters` shows all frames."""

    def __init__(self):
        self.name, self.priority, self.enabled = "async", 50, True

    def filter(self, frames):
        for decorated in frames:
            if not is_library(decorated.inferior_frame().name() or ""):
                yield Shown(decorated.inferior_frame())


gdb.frame_filters["async"] = WithoutLibrary()

known_skips = gdb.execute("info skip", to_string=True)
for skipped in (*SKIPPED, CALLS):
    if skipped not in known_skips:
        gdb.execute(f"skip -rfu {skipped}", to_string=True)


def around_calls(around):
    """Whether `step` goes around the functions of std that only call what they are given."""
    for line in gdb.execute("info skip", to_string=True).splitlines():
        if line.endswith(" " + CALLS):
            switch = "enable" if around else "disable"
            gdb.execute(f"skip {switch} {line.split()[0]}", to_string=True)


class BeforeFinish(gdb.Command):
    """Does what `finish` is to do where `finish` itself would be the end of gdb."""

    # Not `async-…`: `asyn` is to stand for `async` alone.
    name = "kit-before-finish"

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_OBSCURE)

    def invoke(self, argument, from_tty):
        if is_core_dump() or gdb.selected_thread() is None:
            return  # gdb itself says that this cannot be
        frame = gdb.selected_frame()
        if frame.older() is None or not is_fatal_to_finish(frame):
            return
        returned, after = frame.function().type.target(), frame.older().pc()
        # Not reached in this function: so `until` goes to its end, as `finish` does.
        gdb.execute(f"until *{after:#x}")
        if gdb.selected_thread() is None:
            raise gdb.GdbError("The program has ended before the function did.")
        if gdb.newest_frame().pc() != after:
            raise gdb.GdbError("The program has stopped before the function's end.")
        # An error, for otherwise `finish` would go on from here.
        raise gdb.GdbError(
            f"(It has returned. Of {without_generics(returned)} gdb's `finish` cannot tell the value.)"
        )


def is_fatal_to_finish(frame):
    """Whether the function returns an enum with data. Of the smaller ones gdb 13 does not survive the
    end of the function, of the others the printing, or it prints what is not there."""
    if frame.type() == gdb.INLINE_FRAME or frame.function() is None:
        return False
    return frame.function().type.target().dynamic


BeforeFinish()
gdb.execute(f"define hook-finish\n{BeforeFinish.name}\nend", to_string=True)
