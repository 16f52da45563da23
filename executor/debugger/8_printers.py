# Part 8 of the debugger kit: how the runtime's values are printed, in a line each.

import re

import gdb
import gdb.printing


class Printer:
    """Prints a value as the text that a function makes of it."""

    def __init__(self, value, describe):
        self.value, self.describe = value, describe

    def to_string(self):
        try:
            return self.describe(self.value)
        except (Unexpected, gdb.error, LookupError, ValueError, OverflowError) as problem:
            # Also what is not there yet, because the line that makes it was not run.
            return f"<{problem}>"


def own_loop():
    """The loop of the selected thread, without looking at the others."""
    core = entered()
    return None if core is None else Loop(core, gdb.selected_thread())


def task_id(value):
    return f"task {plain(value)}"


def named(number):
    loop = own_loop()
    return loop.called(number) if loop is not None else f"task {number}"


def called(head):
    """A task by its head: in a sentence, with what is to be said if it is not in the loop's list."""
    number, loop = plain(field(head, "id")), own_loop()
    if loop is not None and loop.task(number) is not None:
        return loop.called(number)
    if plain(field(head, "flags.closed")):
        return f"task {number}, which is done" if has_slot(head) else f"job {number}"
    return f"task {number}, " + ("just ending" if has_slot(head) else "yet to begin")


def head(value):
    flags = field(value, "flags")
    set_flags = [flag for flag in ("here", "elsewhere", "closed") if plain(field(flags, flag))]
    set_flags += ["aborted"] if plain(field(value, "aborted")) else []
    return f"Head({called(value)}; {', '.join(set_flags) or 'no flag'})"


def join(value):
    parts = ["finished" if plain(field(value, "finished")) else "not finished"]
    kind, awaited = variant(field(value, "awaited.data.value"))
    if kind == "By":
        kind, whom = variant(awaited["__0"])
        number = plain(field(whom["__0"], "id")) if kind == "Here" else None
        parts.append(f"wakes {named(number)}" if kind == "Here" else f"has a {waker(whom['__0'])}")
    if kind == "Never":
        parts.append("no handle")
    return f"Join({', '.join(parts)})"


def place(value):
    return f"Place(task {plain(field(value, 'id'))}, slot {int(field(value, 'slot'))})"


def label(value):
    return f"'{name_in(field(value, 'name'))}', spawned at {location(field(value, 'site'))}"


def waker(value):
    loop = own_loop()
    ours = waker_task(value)
    if ours is None or loop is None:
        return "Waker(of ours)" if ours is not None else "Waker(not of this runtime)"
    return f"Waker(wakes {woken_by(loop, value)})"


def context(value):
    return f"Context({waker(field(value, 'waker').dereference())})"


def entry(value):
    task = Task(own_loop(), value)
    return f"Entry(task {task.id} '{task.name}', {task.state()}, {counted(task.polls, 'poll')})"


def running(value):
    return f"Running({named(plain(field(value, 'place.id')))})"


def shared_task(value):
    return f"Arc({called(head_in(value))})"


def task(value):
    return f"Task({called(field(value, 'head'))})"


def join_handle(value):
    finished = ", finished" if is_finished(value) else ""
    number = plain(field(head_in(task_of(value)), "id"))
    return f"JoinHandle(task {number}{finished})"


def ready_queue(value):
    ids = [str(plain(field(place, "id"))) for place in queued(in_cell(field(value, "__0")))]
    return f"ReadyQueue(tasks {', '.join(ids)})" if ids else "ReadyQueue(empty)"


def core(value):
    loop = Loop(value, gdb.selected_thread())
    return f"Core({counted(len(loop.tasks), 'task')}, {len(loop.ready())} of them ready)"


def wheel(value):
    found = Wheel(value)
    count = sum(len(listed) for _, _, listed in found.slots)
    return f"Wheel({counted(count, 'timer')}, at {tick(found.elapsed)})"


def driver(value):
    kind, payload = variant(field(value, "clock.kind"))
    timers = wheel(in_cell(field(value, "wheel")))
    endless = len(list(in_slab(in_cell(field(value, "endless")))))
    more = f", {endless} sleeps that never end" if endless else ""
    return f"Driver({kind.lower()} clock, {timers}{more})"


def remote(value):
    is_open = plain(field(value, "is_open.data.value"))
    spawned, spawners = (plain(field(value, name)) for name in ("spawned", "spawners"))
    state = "open" if is_open else "shut"
    return f"Remote({state}, {counted(spawned, 'task')} so far, {counted(spawners, 'spawner')})"


def counted(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def key(value):
    return f"timer {int(field(value, 'serial'))}"


def instant(value):
    since_start = field(value, "__0")
    return "never" if is_never(since_start) else f"{seconds(since_start):.3f} s"


def sleep(value):
    state = variant(field(value, "state"))[0].lower()
    return f"Sleep(until {instant(field(value, 'deadline'))}, {state})"


def due(value):
    return f"Due({key(field(value, 'timer'))}, {waker(field(value, 'waker'))})"


def coroutine(value):
    member, state = state_of(value)
    said = {"Unresumed": "not polled yet, at", "Returned": "returned, at", "Panicked": "panicked, at"}
    return (f"{coroutine_name(type_name(value))} ({said.get(state, 'waiting at')} "
            f"{where(type_name(value), member.name)})")


def pin(value):
    """What is pinned; a pointer alone says nothing."""
    pointer = value[value.type.fields()[0]]
    if is_dyn(pointer):
        inside = concrete(pointer)
    elif pointer.type.strip_typedefs().code == gdb.TYPE_CODE_PTR and int(pointer) != 0:
        inside = pointer.dereference()
    else:
        return f"Pin({pointer})"
    if printer_of(inside) is not None:
        return f"Pin({inside})"
    return f"Pin({without_generics(type_name(inside))} at {int(inside.address):#x})"


def pointer_to(pointer):
    return f"&{pointer.dereference()}"


PRINTERS = [
    (r"executor::task::TaskId$", task_id),
    (r"executor::task::Head$", head),
    (r"executor::task::Place$", place),
    (r"executor::task::Entry$", entry),
    (r"executor::task::Running$", running),
    (r"executor::cell::Task<", task),
    (r"alloc::sync::Arc<executor::cell::Task<dyn ", shared_task),
    (r"executor::join::Join$", join),
    (r"executor::ready::Remote$", remote),
    (r"executor::label::Label$", label),
    (r"executor::join_handle::JoinHandle<", join_handle),
    (r"executor::ready::ReadyQueue$", ready_queue),
    (r"executor::event_loop::Core$", core),
    (r"core::task::wake::Waker$", waker),
    (r"core::task::wake::Context$", context),
    (r"core::pin::Pin<", pin),
    (r"timer::wheel::Wheel<core::task::wake::Waker>$", wheel),
    (r"timer::driver::Driver$", driver),
    (r"timer::key::Key$", key),
    (r"timer::instant::Instant$", instant),
    (r"timer::sleep::Sleep$", sleep),
    (r"timer::events::Due$", due),
]


def printer_of(value):
    own = value.type.strip_typedefs()
    if own.code == gdb.TYPE_CODE_PTR:
        return pointer_printer(value, own.target().strip_typedefs())
    if own.code != gdb.TYPE_CODE_STRUCT or not own.name:
        return None
    if is_coroutine(own):
        return Printer(value, coroutine)
    for pattern, describe in PRINTERS:
        if re.match(pattern, own.name):
            return Printer(value, describe)
    return None


def pointer_printer(pointer, target):
    """A reference to what has a printer is shown as what it refers to."""
    if target.code != gdb.TYPE_CODE_STRUCT or not target.name:
        return None
    if target.name == "core::panic::location::Location":
        return Printer(pointer, location)
    is_known = is_coroutine(target) or any(re.match(pattern, target.name) for pattern, _ in PRINTERS)
    return Printer(pointer, pointer_to) if is_known else None


printer_of.name, printer_of.enabled = "short-order", True
gdb.printing.register_pretty_printer(gdb.current_objfile(), printer_of, replace=True)
