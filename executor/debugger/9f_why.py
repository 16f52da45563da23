# Part 9f of the debugger kit: why a task was woken. The program keeps no record of it; so the kit
# looks on at each wake, from when it is told to.

import collections
import itertools

import gdb

WAKE_JOINER = "executor::event_loop::Core::wake_joiner"


THE_BEGINNING = "the program's beginning"


class Wake:
    """One wake: of which task, when, why, and in which line of the program."""

    def __init__(self, core, task, kind, whom=None, place=None, is_queued=False):
        self.core, self.task, self.when = core, task, simulated_time()
        # Whom the cause names: the id of a task, a timer's number, a socket.
        self.kind, self.whom, self.place = kind, whom, place
        # It was in the ready queue already: the wake changed nothing.
        self.is_queued = is_queued
        # Of a task that is just being spawned.
        self.name = None

    def line(self, called):
        is_task = self.kind in ("task", "abort", "join") and self.whom is not None
        whom = called(self.whom) if is_task else self.whom
        said = {
            "spawn": "it was spawned",
            "itself": "it called its own waker",
            "task": f"{whom} called its waker",
            "abort": f"it was aborted by {whom}" if is_task else "it was aborted",
            "join": f"the end of {whom}, for which it waited",
            "timer": f"timer {whom} was due",
            "io": f"socket {whom} was ready",
            "thread": f"thread {whom} called its waker",
            "outside": "its waker was called, but by no task",
        }[self.kind]
        when = "" if self.when is None else f"{self.when:.3f} s  "
        line = f"  {when}{said}" + (" (it was ready already)" if self.is_queued else "")
        if not self.place:
            return line
        gap = " " if len(line + self.place) < 78 else "\n    "
        return f"{line},{gap}{self.place}"


def simulated_time():
    core = entered()
    if core is None:
        return None
    loop = Loop.__new__(Loop)
    loop.core = core
    return loop.clock()[1]


class Record:
    """The last wakes, and since when they are noted."""

    # So many wakes are kept, of all tasks together, and so many of one are shown.
    KEPT, SHOWN = 2000, 8

    def __init__(self):
        self.wakes, self.lookouts, self.since, self.process = (), [], None, 0
        # Of tasks that were seen when they were spawned, also when they have ended.
        self.names = {}

    def is_on(self):
        return bool(self.lookouts)

    def begin(self):
        self.wakes, self.names = collections.deque(maxlen=self.KEPT), {}
        self.process = gdb.selected_inferior().pid
        time = simulated_time() if is_running() else None
        self.since = THE_BEGINNING if not is_running() else (
            "you said `async why on`" if time is None else f"{time:.3f} s, when you said so")

    def switch_on(self):
        self.begin()
        self.lookouts = [
            Lookout("executor::ready::wake_here", woken_here),
            Lookout(CORE + "add", spawned_here),
        ]
        # An optimised program may not have it.
        if gdb.lookup_static_symbol(WAKE_JOINER) or gdb.lookup_global_symbol(WAKE_JOINER):
            self.lookouts.append(Lookout(WAKE_JOINER, joined_here))

    def switch_off(self):
        for lookout in self.lookouts:
            lookout.delete()
        self.lookouts = []

    def note(self, wake):
        if gdb.selected_inferior().pid != self.process:
            # The program was started anew.
            self.begin()
            self.since = THE_BEGINNING
        if wake.name is not None:
            key = wake.core, wake.task
            if key in self.names:
                # A task of that number once more: it is another loop, at the same place in memory.
                kept = (one for one in self.wakes if (one.core, one.task) != key)
                self.wakes = collections.deque(kept, maxlen=self.KEPT)
            self.names[key] = wake.name
        self.wakes.append(wake)


class Lookout(gdb.Breakpoint):
    """Notes a wake, and never halts the program."""

    def __init__(self, location, look):
        super().__init__(location, internal=True)
        self.silent, self.look = True, look

    def stop(self):
        try:
            wake = self.look(gdb.newest_frame())
            if wake is not None:
                record.note(wake)
        except (Unexpected, gdb.error):
            pass  # a wake at which gdb cannot look
        return False


# When the program was built anew, gdb loads this once more; what was noted stays.
record = globals().get("record") or Record()


def woken_here(frame):
    """`wake_here(head)`: with a waker, or to abort the task."""
    head, core = variable(frame, "head").dereference(), entered()
    task = plain(field(head, "id"))
    own = int(in_arc(field(head, "remote")).address)
    is_queued = bool(plain(field(head, "flags.here")))
    is_here = core is not None and int(in_arc(field(core, "remote")).address) == own
    if not is_here:
        thread = gdb.selected_thread()
        is_queued = bool(plain(field(head, "flags.elsewhere")))
        whom = f"{thread.num} '{thread.name}'"
        return Wake(own, task, "thread", whom, user_place(frame), is_queued)
    kind, whom = cause(core, task)
    if any(without_generics(one.name() or "").endswith("::JoinHandle::abort")
           for one in itertools.islice(callers(frame), 4)):
        kind = "abort"
    place = None if kind in ("timer", "io") else user_place(frame)
    return Wake(own, task, kind, whom, place, is_queued)


def cause(core, task):
    """What the loop is doing, as `Doing` of executor/src/watch/journal.rs has it."""
    doing, payload = variant(in_unsafe_cell(field(core, "doing")))
    if doing == "Task":
        number = plain(payload["__0"])
        return ("itself", None) if number == task else ("task", number)
    if doing == "Timer":
        return "timer", int(field(payload["__0"], "serial"))
    if doing == "Io":
        token = payload["__0"]["token"]
        return "io", plain(token) >> 4 * token.type.sizeof
    if doing == "Join":
        return "join", plain(payload["__0"])
    return "outside", None


def in_unsafe_cell(cell):
    return field(cell, "value.value") if has(cell["value"], "value") else cell["value"]


def spawned_here(frame):
    """`Core::add(task, label)`."""
    head = head_in(variable(frame, "task"))
    own, number = int(in_arc(field(head, "remote")).address), plain(field(head, "id"))
    wake = Wake(own, number, "spawn", None, user_place(frame))
    wake.name = name_in(field(variable(frame, "label"), "name"))
    return wake


def joined_here(frame):
    """`Core::wake_joiner(joiner)`, which wakes tasks of its own loop without a waker."""
    kind, whom = variant(variable(frame, "joiner"))
    if kind != "Here":
        return None
    core = variable(frame, "self").dereference()
    by, ended = cause(core, None)
    own = int(in_arc(field(core, "remote")).address)
    return Wake(own, plain(field(whom["__0"], "id")), by, ended)


def callers(frame):
    while frame is not None:
        yield frame
        frame = frame.older()


def user_place(frame):
    """The newest function on the stack that is neither the runtime's nor a library's."""
    for one in itertools.islice(callers(frame), 60):
        name = without_generics(one.name() or "")
        if name.startswith("executor::event_loop::Core::run"):
            return None
        if not name.startswith(("executor::", "timer::")) and is_own_frame(one):
            line = one.find_sal()
            return f"in {frame_name(one.name())} at {shown_file(line)}:{line.line}"
    return None


class Why(AsyncCommand):
    """Tells why a task was woken: its last wakes, and the cause of each.
`async why on` begins to note all wakes, `async why off` ends it; `async why 2`
tells those of task 2. To note a wake takes some milliseconds."""

    name = "async why"

    def show(self, arguments):
        if arguments in (["on"], ["off"]):
            return self.switch(arguments[0])
        number = task_number(arguments, self.name)
        if is_core_dump():
            raise Unexpected("This is a core dump, and nobody has noted wakes before it was made.")
        if not record.is_on() and not record.wakes:
            record.switch_on()
            raise Unexpected("Nobody has looked so far: from now on each wake is noted. Let the "
                             "program run on, and ask again. (`run` starts it anew, and sees all.)")
        self.tell(number)

    def switch(self, what):
        if what == "off":
            record.switch_off()
            return print("Wakes are not noted any more.")
        if not record.is_on():
            record.switch_on()
        print(f"Each wake is noted, since {record.since}.")
        print("`async why ID` tells those of a task.")

    def tell(self, number):
        found = loops() if is_running() and entered_somewhere() else []
        loop = next((one for one in found if one.task(number)), found[0] if found else None)
        own = int(in_arc(field(loop.core, "remote")).address) if loop else None
        wakes = [one for one in record.wakes if one.task == number and own in (None, one.core)]

        def called(whom):
            if loop is not None and loop.task(whom) is not None:
                return loop.called(whom)
            names = [name for (core, task), name in record.names.items()
                     if task == whom and own in (None, core)]
            return f"task {whom} '{names[-1]}'" if names else f"task {whom}"

        times = f"{counted(len(wakes), 'wake')} of {called(number)} since {record.since}"
        is_full = len(record.wakes) == record.KEPT
        kept = f", among the last {record.KEPT} of all tasks" if is_full else ""
        last = f"; the last {Record.SHOWN}" if len(wakes) > Record.SHOWN else ""
        print(wrapped(f"{times}{kept}{last}:" if wakes else f"No {times[2:]}{kept}."))
        for wake in wakes[-Record.SHOWN :]:
            print(wake.line(called))


def entered_somewhere():
    try:
        return bool(loops())
    except Unexpected:
        return False


Why()
