# Part 4c of the debugger kit: what the debug information of a program lacks, and how to have it.

import gdb

NO_TYPES = (
    "This program's debug information has no types, or not those of the runtime: without them the kit "
    "sees nothing. Build it with `debug = 2` in its profile, or with `CARGO_PROFILE_RELEASE_DEBUG=2` (or "
    "DEV) before `cargo build`."
)


def has_types():
    try:
        return bool(gdb.lookup_type("executor::event_loop::Core").fields())
    except (gdb.error, TypeError):
        return False


def why_no_lines():
    """Why no line of an await is known; nothing, if one is."""
    lines = lines_of(gdb.current_progspace().filename)
    if lines is not None and lines.known:
        return ""
    return wrapped(
        "(`?`: the lines of awaits are not in the program but in a file of debug information "
        "beside it, which the kit does not read. Build it with `split-debuginfo = \"off\"` in its "
        "profile, or with `CARGO_PROFILE_DEV_SPLIT_DEBUGINFO=off` (or RELEASE) before `cargo "
        "build`.)"
    )


def say_why_no_lines():
    """Once for a command, if no line of an await is known."""
    if why_no_lines():
        print(why_no_lines())
