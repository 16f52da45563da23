# Part 9a of the debugger kit: which async function is being polled, and what it returns. The parts
# 9 are about one task, running or waiting.

import re

import gdb

POLL = "executor::event_loop::Core::poll"


class Polled:
    """An async function that is being polled: its frame, and the coroutine that it polls."""

    def __init__(self, frame, poll, outer):
        self.frame, self.name = frame, frame_name(frame.name())
        if frame.type() == gdb.INLINE_FRAME:
            raise Unexpected(f"{self.name} is part of another function here, as this program is "
                             "optimised: there is no place at which its poll ends.")
        signature = frame.function().type
        self.returns = signature.target()
        self.type = signature.fields()[0].type.fields()[0].type.target()
        # At its very first instruction: every poll of it passes there.
        self.entry = function_block(frame).start
        self.thread = gdb.selected_thread().num
        self.task = polled(poll)
        self.address = self.find(poll, outer)

    def find(self, poll, outer):
        """Where its coroutine lies. The function that awaits it knows, or the task."""
        explorer = Explorer(own_loop())
        awaited = variable(outer, "__awaitee") if outer is not None else None
        if awaited is not None:
            explorer.awaits(awaited)
        else:
            explorer.awaits(future_of(polled_task(poll)))
        found = (one for _, one in explorer.coroutines if one.type.name == self.type.name)
        alike = [int(one.address) for one in found]
        if len(alike) > 1:
            # Several of the same function are polled together: the frame has a pointer to its own.
            kept = words_on_stack(self.frame)
            alike = [address for address in alike if address in kept] or alike
        if not alike:
            raise Unexpected(
                f"gdb does not show where {self.name} keeps its state: it is polled by a future "
                "that the kit cannot look into, or was optimised. `async step` goes on from here."
            )
        return alike[0]

    def state(self):
        """The state that it was left in: Returned, Panicked, Suspend3."""
        return state_of(at(self.address, self.type))

    def is_in(self, future):
        """Whether its coroutine is among those of a task's future."""
        explorer = Explorer(own_loop())
        explorer.awaits(future)
        return any(int(one.address) == self.address for _, one in explorer.coroutines)

    def is_entered(self):
        """At its first instruction: whether it is this coroutine that is polled. The pointer to it
        is the first argument, or the second behind the place for what is returned."""
        frame = gdb.newest_frame()
        names = ("rdi", "rsi") if is_x86_64(frame) else ("x0", "x1")
        return any(int(frame.read_register(name)) == self.address for name in names)


def polled_function(frame):
    """The innermost async function at or around a frame; `None` if none is being polled there."""
    inner = poll = outer = None
    while frame is not None and poll is None:
        name = without_generics(frame.name() or "")
        if name == POLL:
            poll = frame
        elif is_coroutine_body(name):
            if inner is None:
                inner = frame
            elif outer is None:
                outer = frame
        frame = frame.older()
    return None if inner is None or poll is None else Polled(inner, poll, outer)


def is_coroutine_body(name):
    return bool(re.search(r"\{async_\w+#\d+\}$", name))


def is_polled_function(frame):
    """Whether an async function is being polled at or around a frame."""
    while frame is not None and without_generics(frame.name() or "") != POLL:
        if is_coroutine_body(without_generics(frame.name() or "")):
            return True
        frame = frame.older()
    return False


def is_own_frame(frame):
    return not is_library(frame.name() or "") and is_own_line(frame.find_sal())


def is_own_line(line):
    """Whether it is in a file of the user's, and not in one of a library or of its macros."""
    if line.symtab is None or line.line == 0:
        return False
    return not any(part in line.symtab.filename for part in ("/registry/src/", "/rustc/"))


def function_block(frame):
    """The block of the whole function of a frame."""
    block = frame.block()
    while block.function is None:
        block = block.superblock
    return block


def future_of(task):
    """The future in the `Arc` of a task, or the one given to `run`."""
    found = future_in(task) if task is not None else None
    found = main_future(gdb.selected_thread()) if found is None else found
    if found is None:
        raise Unexpected("Its future is on the stack, and was optimised away there.")
    return found


def words_on_stack(frame):
    """What the function of a frame has on the stack, as numbers of the size of a pointer."""
    low, high = int(frame.read_register("sp")), int(frame.older().read_register("sp"))
    memory = gdb.selected_inferior().read_memory(low, min(high - low, 1 << 16)).tobytes()
    size = gdb.lookup_type("usize").sizeof
    return {int.from_bytes(memory[n : n + size], "little") for n in range(0, len(memory), size)}


def is_x86_64(frame):
    return frame.architecture().name().startswith("i386:x86-64")


# What a poll has returned. gdb's own `finish` cannot tell, for `Poll` is an enum with data.


def ready_value(frame, poll):
    """The value in the `Poll::Ready` that was just returned to a frame; `None` where it cannot be
    told. Values larger than two registers lie where the first register points."""
    if not is_x86_64(frame):
        return None
    register = lambda name: int(frame.read_register(name)) & (1 << 64) - 1
    if poll.sizeof > 16:
        value = at(register("rax"), poll)
    else:
        parts = scalars(poll)
        if parts is None or len(parts) > 2:
            return None
        memory, whole, float_count = bytearray(poll.sizeof), ["rax", "rdx"], 0
        for offset, size, is_float in parts:
            if is_float:
                content = int(frame.read_register(f"xmm{float_count}")["v2_int64"][0])
                float_count += 1
            else:
                content = register(whole.pop(0))
            content &= (1 << 8 * size) - 1
            memory[offset : offset + size] = content.to_bytes(size, "little")
        value = gdb.Value(bytes(memory), poll)
    name, payload = variant(value)
    return payload["__0"] if name == "Ready" else None


def scalars(poll):
    """The numbers and pointers of which a `Poll` of one or two words consists: where each lies, its
    size, and whether it is a float. `None` if it depends on more than one tag."""
    ready = next(one.type for one in poll.fields() if one.name == "Ready")
    payload = ready.fields()[0]
    parts = flattened(payload.type, payload.bitpos // 8)
    if parts is None:
        return None
    first = min((offset for offset, _, _ in parts), default=poll.sizeof)
    return ([(0, first, False)] if first > 0 else []) + parts


def flattened(own, offset):
    own = own.strip_typedefs()
    if own.sizeof == 0:
        return []
    if own.code != gdb.TYPE_CODE_STRUCT:
        return [(offset, own.sizeof, own.code == gdb.TYPE_CODE_FLT)] if own.sizeof <= 8 else None
    if own.dynamic or any(one.artificial for one in own.fields()):
        return None
    parts = []
    for one in own.fields():
        found = flattened(one.type, offset + one.bitpos // 8)
        if found is None:
            return None
        parts += found
    return sorted(parts)
