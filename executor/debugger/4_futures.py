# Part 4 of the debugger kit: what a future waits for, from its outermost await down to the leaf.

import functools
import itertools
import re
import sys

import gdb

# How deep a future may lie in the value that is awaited, and how many awaits a chain may have: what
# is deeper, or runs in a circle, is cut off.
DEEPEST, MOST_AWAITS = 40, 1000
# How many elements of a list of futures are looked at.
MOST = 100

# An await takes about ten calls of Python's.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 30 * MOST_AWAITS))


class Await:
    """One line of `async bt`: a future, where it stands, and the futures that it waits for."""

    def __init__(self, text, place=None, parts=(), leaf=False, task=None, count=1):
        self.text, self.place, self.parts, self.leaf = text, place, list(parts), leaf
        # How many futures it stands for: unseen ones, and such as are alike, together in one line.
        self.count, self.times, self.shape = count, 1, None
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
        # How many awaits lead here; at which depth the innermost one is, and whether in a macro.
        self.count, self.start, self.is_in_macro = 0, 0, False
        # The coroutines that it came by, outermost first, each with its depth.
        self.coroutines = []

    def awaits(self, value, depth=0):
        """The futures in a value, outermost first: a list of `Await`s."""
        own = value.type.strip_typedefs()
        if self.count > MOST_AWAITS:
            return [Await("... and more awaits, which are too many to be shown", leaf=True)]
        if depth > self.start + DEEPEST:
            return []
        if own.code == gdb.TYPE_CODE_PTR:
            return self.behind(value, depth)
        if own.code == gdb.TYPE_CODE_ARRAY:
            count = own.range()[1] + 1
            return self.list((value[n] for n in range(min(count, MOST))), count, depth)
        if own.code != gdb.TYPE_CODE_STRUCT or not own.name or own.sizeof == 0:
            return self.without_data(own)
        describe = described_by(own.name)
        if describe is not None:
            return [describe(self, value, depth)]
        if is_dyn(value):
            if "Future" not in own.name and "Stream" not in own.name:
                return []
            return self.awaits(concrete(value), depth + 1)
        if own.name.startswith(("alloc::rc::Rc<", "alloc::sync::Arc<")):
            return self.counted(value, own, depth)
        if has_no_futures(own.name):
            return []
        found = self.combinator(value, own, depth)
        if len(found) > 1 and not self.is_in_macro and short(own.name) == "PollFn":
            return [Await("a closure that polls one or more of these", parts=found)]
        return found

    def list(self, values, count, depth):
        """The futures in the elements of a list, of which not more than so many are looked at."""
        found = [each for value in values for each in self.awaits(value, depth + 1)]
        if found and count > MOST:
            found.append(Await(f"... {count - MOST} more, not looked at", leaf=True, count=count - MOST))
        return found

    def counted(self, value, own, depth):
        """A future that an `Rc` or an `Arc` has; but not one that lies somewhere in what is shared."""
        if is_dyn(field(value, "ptr.pointer")):
            return []
        value = in_rc(value) if own.name.startswith("alloc::rc::") else in_arc(value)
        while re.match(CELLS, value.type.strip_typedefs().name or ""):
            value = value["data" if has(value, "data") else "value"]
        is_future = re.match(r"core::(pin::Pin|option::Option)<", type_name(value))
        if is_future or is_coroutine(value.type.strip_typedefs()):
            return self.awaits(value, depth + 1)
        return []

    def without_data(self, own):
        name = without_generics(own.name or "")
        return [Await("Pending, which never ends", leaf=True)] if name.endswith("::Pending") else []

    def behind(self, pointer, depth):
        """What a pointer points to, if it is one that owns or borrows a future."""
        target = pointer.type.strip_typedefs().target().strip_typedefs()
        address = int(pointer)
        if target.code != gdb.TYPE_CODE_STRUCT or not target.name or address == 0:
            return []
        if has_no_futures(target.name) or (address, target.name) in self.seen:
            return []
        self.seen.add((address, target.name))
        return self.awaits(pointer.dereference(), depth + 1)

    def combinator(self, value, own, depth):
        """A struct, or the active variant of an enum, that has futures in it."""
        names = [member.name for member in own.fields()]
        if "data_ptr" in names and "length" in names:
            data, length = value["data_ptr"], int(value["length"])
            if data.type.target().code != gdb.TYPE_CODE_STRUCT:
                return []
            few = ((data + n).dereference() for n in range(min(length, MOST)))
            return self.list(few, length, depth)
        if re.match(r"alloc::vec::Vec<", own.name):
            return self.list(itertools.islice(elements(value), MOST), int(value["len"]), depth)
        parts = [value[member] for member in own.fields() if not member.artificial]
        return [found for part in parts for found in self.awaits(part, depth + 1)]

    def coroutine(self, value, depth):
        self.coroutines.append((depth, value))
        name, (member, state) = value.type.strip_typedefs().name, state_of(value)
        called, place = coroutine_name(name), where(name, member.name)
        if state == "Unresumed":
            return Await(f"{called}, not polled yet,", place)
        if state in ("Returned", "Panicked"):
            return Await(f"{called}, which has {state.lower()},", place)
        awaited = [field for field in member.type.fields() if field.name == "__awaitee"]
        if not awaited:
            return Await(called, place)
        future = value[member][awaited[0]]
        outer, inside = (self.count, self.start, self.is_in_macro), ", inside " in place
        self.count, self.start, self.is_in_macro = self.count + 1, depth, inside
        parts = self.awaits(future, depth + 1)
        self.count, self.start, self.is_in_macro = outer
        return Await(called, place, parts or [unknown(future)])

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
        handles = [handle for handle in handles if handle is not None]
        parts = [self.join(handle, depth) for handle in handles]
        return Await("gather_all", parts=parts)

    def yielded(self, value, depth):
        return Await("yield_now", leaf=True)

    def unordered(self, value, depth):
        """`FuturesUnordered`: a list of tasks, linked by pointers."""
        futures, node = [], first_pointer(field(value, "head_all"))
        while int(node):
            future = some(field(node, "future.value"))
            futures += [future] if future is not None else []
            node = first_pointer(field(node, "next_all"))
        # The last one that came in is at the head.
        return Await("FuturesUnordered", parts=self.list(futures[::-1][:MOST], len(futures), depth))

    def shared(self, value, depth):
        """`Shared`, which all its clones poll, whichever is polled."""
        inner = some(field(value, "inner"))
        if inner is None:
            return Await("Shared, which has ended", leaf=True)
        kind, payload = variant(field(in_arc(inner), "future_or_output.value"))
        if kind != "Future":
            return Await("Shared, whose future has ended", leaf=True)
        inner = payload["__0"]
        return Await("Shared, around", parts=self.awaits(inner, depth + 1) or [unknown(inner)])


def has_slot(head):
    """Whether the loop has ever taken it in, as a task; it does not do so with jobs."""
    return plain(field(head, "slot")) != 0xFFFF_FFFF


def is_never(deadline):
    """Whether no clock gets there: in milliseconds, it is too far away for the wheel's ticks."""
    millis = -(-plain(field(deadline, "nanos")) // 1_000_000)
    return int(field(deadline, "secs")) * 1000 + millis >= Wheel.NEVER


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
    (r"futures_util::future::future::shared::Shared<", Explorer.shared),
]
# What is around a value that is shared, and has no more than it.
CELLS = r"core::cell::(\w*::)?(RefCell|UnsafeCell|Cell)<|(std|lock_api)::.*::?Mutex<"


@functools.lru_cache(None)
def described_by(name):
    """What tells of the futures of that type, if the kit knows them."""
    if is_name_of_coroutine(name):
        return Explorer.coroutine
    return next((describe for pattern, describe in LEAVES if re.match(pattern, name)), None)


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
