# Part 4 of the debugger kit: what a future waits for, from its outermost await down to the leaf.

import re

import gdb

# A chain that is longer than this, or runs in a circle, is cut off.
DEEPEST = 40
# How many elements of a list of futures are looked at.
MOST = 100


class Await:
    """One line of `async bt`: a future, where it stands, and the futures that it waits for."""

    def __init__(self, text, place=None, parts=(), leaf=False, task=None):
        self.text, self.place, self.parts, self.leaf = text, place, list(parts), leaf
        # The id of the task whose end it waits for.
        self.task, self.is_unknown = task, False

    def line(self):
        return f"{self.text} at {self.place}" if self.place else self.text

    def leaves(self):
        if not self.parts:
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]


class Explorer:
    """Looks for futures in a value, without going in circles."""

    def __init__(self, loop):
        self.loop, self.seen = loop, set()
        # The coroutines that it came by, outermost first, each with its depth.
        self.coroutines = []

    def awaits(self, value, depth=0):
        """The futures in a value, outermost first: a list of `Await`s."""
        own = value.type.strip_typedefs()
        if depth > DEEPEST:
            return [Await("... and so on")]
        if own.code == gdb.TYPE_CODE_PTR:
            return self.behind(value, depth)
        if own.code == gdb.TYPE_CODE_ARRAY:
            count = min(own.range()[1] + 1, MOST)
            return [found for n in range(count) for found in self.awaits(value[n], depth + 1)]
        if own.code != gdb.TYPE_CODE_STRUCT or not own.name or own.sizeof == 0:
            return self.without_data(own)
        if is_coroutine(own):
            return [self.coroutine(value, depth)]
        for pattern, describe in LEAVES:
            if re.match(pattern, own.name):
                return [describe(self, value, depth)]
        if is_dyn(value):
            if "Future" not in own.name and "Stream" not in own.name:
                return []
            return self.awaits(concrete(value), depth + 1)
        if re.match(NO_FUTURES, own.name):
            return []
        return self.combinator(value, own, depth)

    def without_data(self, own):
        name = without_generics(own.name or "")
        return [Await("Pending, which never ends", leaf=True)] if name.endswith("::Pending") else []

    def behind(self, pointer, depth):
        """What a pointer points to, if it is one that owns or borrows a future."""
        target = pointer.type.strip_typedefs().target().strip_typedefs()
        address = int(pointer)
        if target.code != gdb.TYPE_CODE_STRUCT or not target.name or address == 0:
            return []
        if re.match(NO_FUTURES, target.name) or (address, target.name) in self.seen:
            return []
        self.seen.add((address, target.name))
        return self.awaits(pointer.dereference(), depth + 1)

    def combinator(self, value, own, depth):
        """A struct, or the active variant of an enum, that has futures in it."""
        if has(value, "data_ptr") and has(value, "length"):
            data, length = value["data_ptr"], min(int(value["length"]), MOST)
            if data.type.target().code != gdb.TYPE_CODE_STRUCT:
                return []
            parts = [(data + n).dereference() for n in range(length)]
        elif re.match(r"alloc::vec::Vec<", own.name):
            parts = list(elements(value))[:MOST]
        else:
            parts = [value[member] for member in own.fields() if not member.artificial]
        return [found for part in parts for found in self.awaits(part, depth + 1)]

    def coroutine(self, value, depth):
        self.coroutines.append((depth, value))
        name, (member, state) = value.type.strip_typedefs().name, state_of(value)
        place = line_of(name, member.name)
        where = ":".join(str(part) for part in place) if place else "?"
        called = coroutine_name(name)
        if state == "Unresumed":
            return Await(f"{called}, not polled yet,", where)
        if state in ("Returned", "Panicked"):
            return Await(f"{called}, which has {state.lower()},", where)
        awaited = [field for field in member.type.fields() if field.name == "__awaitee"]
        if not awaited:
            return Await(called, where)
        future = value[member][awaited[0]]
        parts = self.awaits(future, depth + 1)
        return Await(called, where, parts or [unknown(future)])

    # What is known of the runtime's own futures, and of a few others that hide theirs.

    def sleep(self, value, depth):
        state = variant(field(value, "state"))[0]
        deadline = field(value, "deadline.__0")
        text = "for ever" if is_never(deadline) else f"until {seconds(deadline):.3f} s"
        said = {"Due": "until the next turn", "Elapsed": "that has ended"}.get(state, text)
        return Await(f"sleep {said}" + (", not armed" if state == "Unarmed" else ""), leaf=True)

    def timeout(self, value, depth):
        inner = field(value, "future")
        parts = self.awaits(inner, depth + 1) or [unknown(inner)]
        deadline = field(value, "sleep.deadline.__0")
        limit = "that never ends" if is_never(deadline) else f"at {seconds(deadline):.3f} s"
        return Await(f"timeout {limit}, around", parts=parts)

    def join(self, value, depth):
        head = head_in(task_of(value))
        number = plain(field(head, "id"))
        called = self.loop.called(number)
        if self.loop.task(number) is None and not is_finished(value):
            if not has_slot(head):
                return Await(f"the end of job {number}, which a thread runs", leaf=True)
            # It has left the list, and not yet told whoever waits for it.
            called = f"task {number}, which is just ending"
        return Await(f"the end of {called}", leaf=True, task=number)

    def gathered(self, value, depth):
        members, parts = field(value, "__0"), []
        for member in members.type.fields():
            handle = some(field(members[member], "handle"))
            if handle is not None:
                parts.append(self.join(handle, depth))
        return Await("gather!", parts=parts)

    def gathered_all(self, value, depth):
        handles = (some(field(member, "handle")) for member in elements(field(value, "members")))
        parts = [self.join(handle, depth) for handle in handles if handle is not None]
        return Await("gather_all", parts=parts[:MOST])

    def yielded(self, value, depth):
        return Await("yield_now", leaf=True)

    def unordered(self, value, depth):
        """`FuturesUnordered`: a list of tasks, linked by pointers."""
        parts, node = [], first_pointer(field(value, "head_all"))
        while int(node) and len(parts) < MOST:
            future = some(field(node, "future.value"))
            parts += self.awaits(future, depth + 1) if future is not None else []
            node = first_pointer(field(node, "next_all"))
        # The last one that came in is at the head.
        return Await("FuturesUnordered", parts=parts[::-1])


def has_slot(head):
    """Whether the loop has ever taken it in, as a task; it does not do so with jobs."""
    return plain(field(head, "slot")) != 0xFFFF_FFFF


def is_never(deadline):
    """Whether no clock gets there: in milliseconds, it is too far away for the wheel's ticks."""
    millis = -(-plain(field(deadline, "nanos")) // 1_000_000)
    return int(field(deadline, "secs")) * 1000 + millis >= Wheel.NEVER


def unknown(future):
    """A future in which the kit finds no other: its type, with the module, for many are alike."""
    found = Await("::".join(without_generics(type_name(future)).rsplit("::", 2)[-2:]), leaf=True)
    found.is_unknown = True
    return found


def first_pointer(value):
    while value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        value = value[value.type.fields()[0]]
    return value


LEAVES = [
    (r"timer::sleep::Sleep$", Explorer.sleep),
    (r"timer::timeout::Timeout<", Explorer.timeout),
    (r"executor::join_handle::JoinHandle<", Explorer.join),
    (r"executor::gather::Gather<", Explorer.gathered),
    (r"executor::gather::GatherAll<", Explorer.gathered_all),
    (r"executor::yield_now::YieldNow$", Explorer.yielded),
    (r"futures_util::stream::futures_unordered::FuturesUnordered<", Explorer.unordered),
]
# What leads to futures that belong to others, or to none.
NO_FUTURES = (
    r"core::(task|marker|fmt|sync)::|std::|alloc::(sync|rc|string|collections)::"
    r"|executor::(task|cell|join|ready|event_loop|context)::|timer::(driver|wheel|slab)::"
    r"|parking_lot|lock_api"
)


def is_coroutine(own):
    return bool(re.match(r"\{async_\w+_env#\d+\}$", short(own.name or "")))


def state_of(coroutine):
    """The field that is active, and the state's name: Unresumed, Returned, Panicked, Suspend3."""
    for member in coroutine.type.strip_typedefs().fields():
        if not member.artificial:
            return member, str(member.type.name).rsplit("::", 1)[-1]
    raise Unexpected(f"gdb shows no state of {coroutine.type.name}.")


def coroutine_name(name):
    """As its author would call it: `nested`, `Interval::tick`, `down's async block`."""
    path, kind = re.match(r"(.*)::\{async_(\w+)_env#\d+\}$", without_generics(name)).groups()
    path = re.sub(r"::\{(async_\w+|closure)#.*", "", path).split("::")
    # A method has its type before it.
    is_method = len(path) > 1 and path[-2][:1].isupper()
    called = "::".join(path[-2:]) if is_method else path[-1]
    return called if kind == "fn" else f"{called}'s async {kind}"


def tree(task):
    """What a task waits for: a list of `Await`s."""
    future = task.future()
    if future is None:
        return []
    found = Explorer(task.loop).awaits(future)
    sockets = task.loop.sockets(task.id)
    # Of a future that the kit does not know it is only known that its waker lies with a socket.
    hidden = [leaf for await_ in found for leaf in await_.leaves() if leaf.is_unknown]
    if len(sockets) == 1 and len(hidden) == 1:
        hidden[0].text = sockets[0]
    return found
