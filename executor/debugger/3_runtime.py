# Part 3 of the debugger kit: the loop, its tasks, its ready queue and its wheel, as Python objects.

import gdb

# A thread-local of executor/src/context.rs: the loop that is entered on the thread.
CURRENT = "executor::context::CURRENT::{constant#0}::{closure#0}::__RUST_STD_INTERNAL_VAL"


class Loop:
    """An event loop: `Core` of executor/src/event_loop.rs."""

    def __init__(self, core, thread):
        self.core, self.thread = core, thread
        # The list is made once: nothing changes while the program stands still.
        entries = in_slab(field(in_cell(field(core, "tasks")), "entries"))
        self.tasks = sorted((Task(self, entry) for _, entry in entries), key=lambda task: task.id)

    def task(self, number):
        return next((task for task in self.tasks if task.id == number), None)

    def called(self, number):
        """A task as it is called in a sentence."""
        task = self.task(number)
        return f"task {number} '{task.name}'" if task else f"task {number}, which is done"

    def ready(self):
        """The ids in the ready queue, in their order."""
        queue = in_cell(field(self.core, "ready.__0"))
        return [plain(field(place, "id")) for place in queued(queue)]

    def sockets(self, number):
        """The sockets that have a waker of that task, as the lessons' traces call them."""
        found = []
        reactor = in_arc(field(self.core, "reactor"))
        for _, slot in in_slab(field(reactor, "slots.data.value.slab")):
            slot = in_arc(slot)
            for way, ready in enumerate(("readable", "writable")):
                line = field(field(slot, "directions")[way], "data.value.waiters.line")
                heads = [waker_task(field(waiter, "waker")) for waiter in queued(line)]
                if any(head is not None and plain(field(head, "id")) == number for head in heads):
                    # Its upper half counts the sockets of the loop, up to this one.
                    bits = 4 * slot["token"].type.sizeof
                    found.append(f"token {plain(slot['token']) >> bits} to be {ready}")
        return found

    def driver(self):
        return in_rc(field(self.core, "driver"))

    def wheel(self):
        return Wheel(in_cell(field(self.driver(), "wheel")))

    def endless(self):
        """The wakers of the sleeps that never end, which are in no slot of the wheel."""
        return [waker for _, waker in in_slab(in_cell(field(self.driver(), "endless")))]

    def clock(self):
        """The kind of clock, and what a simulated one shows, in seconds."""
        kind, payload = variant(field(self.driver(), "clock.kind"))
        if kind != "Simulated":
            return kind.lower(), None
        state = field(in_arc(payload["__0"]), "state.data.value")
        return "simulated", seconds(field(state, "now"))


class Task:
    """An unfinished task: `Entry` of executor/src/task.rs."""

    def __init__(self, loop, entry):
        self.loop, self.entry = loop, entry
        self.id = plain(field(entry, "id"))
        self.name = name_in(field(entry, "label.name"))
        self.site = location(field(entry, "label.site"))
        self.polls = int(field(entry, "polls"))
        # An `Arc`, which the loop has taken out while it polls.
        self.task = some(field(entry, "task"))
        self.head = None if self.task is None else head_in(self.task)

    def state(self):
        if self.head is None:
            return "running"
        if plain(field(self.head, "aborted")):
            return "aborted"
        if plain(field(self.head, "flags.here")):
            return "ready"
        # Its id is in the inbox, in which the loop has yet to look.
        return "woken" if plain(field(self.head, "flags.elsewhere")) else "waiting"

    def future(self):
        """The future, with its own type; `None` where there is none to be found."""
        if self.task is None:
            return None
        own = future_in(self.task)
        # The future given to `run` is not in its task.
        return main_future(self.loop.thread) if own is None else own


def head_in(task):
    """The `Head` of executor/src/task.rs in an `Arc` of a task, whatever the task's own type: it
    comes first."""
    return at(address_in_arc(task), gdb.lookup_type("executor::task::Head"))


def join_in(task):
    """The `Join` of executor/src/join.rs in an `Arc` of a task: it comes second."""
    head, join = (gdb.lookup_type(f"executor::{name}") for name in ("task::Head", "join::Join"))
    return at(address_in_arc(task) + rounded_up(head.sizeof, join.alignof), join)


def future_in(task):
    """The future in an `Arc` of a task; `None` if there is none, or none any more. It is in the
    `Parts` of executor/src/cell.rs, which come third, and whose type the vtable names."""
    pointer, join = field(task, "ptr.pointer"), join_in(task)
    parts = rounded_up(int(join.address) + join.type.sizeof, alignment_of(pointer))
    # The same pointer, but to the parts. Of its bytes: gdb reads an enum's variant at once.
    size = pointer["pointer"].type.sizeof
    fat = b"".join(half.to_bytes(size, "little") for half in (parts, int(pointer["vtable"])))
    parts = concrete(gdb.Value(fat, pointer.type))
    return unboxed(some(in_cell(field(parts, "future"))))


class Wheel:
    """The timers: `Wheel` of timer/src/wheel.rs."""

    NEVER = (1 << 64) - 1

    def __init__(self, wheel):
        self.elapsed = int(field(wheel, "elapsed"))
        timers = dict(in_slab(field(wheel, "timers")))
        self.slots = []
        levels, nil = field(wheel, "levels"), 0xFFFF_FFFF
        for level in range(levels.type.range()[1] + 1):
            bits = int(field(levels[level], "occupied"))
            for slot in (slot for slot in range(64) if bits >> slot & 1):
                index, listed = int(field(levels[level], "slots")[slot]["head"]), []
                while index != nil:
                    listed.append(timers[index])
                    index = int(field(timers[index], "next"))
                self.slots.append((level, slot, listed))

    def start_of(self, level, slot):
        """The first tick of a slot: the digits of time above it, and its own."""
        shift = 6 * level
        return (self.elapsed >> shift >> 6 << 6 | slot) << shift


def loops():
    """All loops that are entered on a thread, that of the selected thread first."""
    selected, found = gdb.selected_thread(), []
    if selected is None:
        raise Unexpected(not_running())
    restore = selection()
    others = [t for t in gdb.selected_inferior().threads() if t.num != selected.num]
    try:
        for thread in [selected] + sorted(others, key=lambda thread: thread.num):
            thread.switch()
            core = entered()
            if core is not None:
                found.append(Loop(core, thread))
    finally:
        restore()
    if not found:
        raise Unexpected(
            "No event loop is entered just now: it has not begun yet, or is over." if has_types()
            else NO_TYPES
        )
    return found


def not_running():
    """That there is nothing to look at, and what to do about it."""
    ends = ("_exitcode", "_exitsignal")
    if any(gdb.convenience_variable(name) is not None for name in ends):
        return "The program has ended: `async until polled` starts it anew, up to its first poll."
    return "The program is not running yet: `async until polled` starts it, up to its first poll."


def selection():
    """The thread and the frame that are selected: a function that selects them again."""
    thread = gdb.selected_thread()
    frame = gdb.selected_frame() if thread is not None and newest() is not None else None

    def restore():
        if thread is not None and thread.is_valid():
            thread.switch()
        if frame is not None and frame.is_valid():
            frame.select()

    return restore


def newest():
    try:
        return gdb.newest_frame()
    except gdb.error:
        return None


def entered():
    """The `Core` that is entered on the selected thread."""
    try:
        symbol = gdb.lookup_static_symbol(CURRENT)
        cell = symbol.value() if symbol else None
    except gdb.error:
        cell = None  # this program's thread-locals cannot be read
    if cell is not None:
        core = some(in_cell(field(cell, "val.value") if has(cell, "val") else cell))
        return None if core is None else in_rc(core)
    return core_in_frames()


def line_of(type_name, state):
    """Where a coroutine of that type is in that state: a file and a line, or `None`."""
    place = place_in(gdb.current_progspace().filename, type_name, state)
    return place[:2] if place else None


def where(type_name, state):
    """The same in words: `breakfast.rs:12`, with the macro in which it is awaited."""
    place = place_in(gdb.current_progspace().filename, type_name, state)
    if place is None:
        return "?"
    file, line, macro = place
    return f"{file}:{line}" + (f", inside {macro}" if macro else "")


def has(value, name):
    return name in [member.name for member in value.type.fields()]
