# Part 7a of the debugger kit: what has halted the program, and where.

import linecache

import gdb


class Halts:
    """What has halted the program while it ran: of breakpoints only those of the user count."""

    by = None

    def __enter__(self):
        gdb.events.stop.connect(self.stopped)
        return self

    def __exit__(self, *_):
        gdb.events.stop.disconnect(self.stopped)

    def stopped(self, event):
        if isinstance(event, gdb.SignalEvent):
            self.by = f"the signal {event.stop_signal}"
        elif isinstance(event, gdb.BreakpointEvent):
            users = [one for one in event.breakpoints if one.number > 0]
            if users:
                kind = "breakpoint" if users[0].type == gdb.BP_BREAKPOINT else "watchpoint"
                self.by = f"your {kind} {users[0].number}"


def is_running():
    return gdb.selected_inferior().pid != 0


def show_place(frame=None):
    """Where the program stands: the function, and the line of the source."""
    function, source = place_of(frame or gdb.selected_frame())
    print(function)
    if source:
        print(source)


def place_of(frame):
    """A frame's function with its file and line, and that line of the source."""
    name, at = frame_name(frame.name() or "?"), frame.find_sal()
    if at.symtab is None:
        return name, ""
    source = linecache.getline(at.symtab.fullname(), at.line).rstrip()
    line = f"{at.line}\t{source or 'is in a file that is not here'}"
    return f"{name} at {shown_file(at)}:{at.line}", line


def quietly(command):
    """Does it, without a word; not every gdb knows every setting."""
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error:
        return ""
