"""The most useful commands of the debugger kit for lldb: `async-tasks` and `async-bt`.

    (lldb) command script import executor/debugger/lldb_commands.py
    (lldb) breakpoint set --name take_for_poll
    (lldb) run
    (lldb) async-bt

A best effort, for CodeLLDB. It shows chains of async functions, boxed and pinned futures,
`gather!`, `timeout`, `sleep` and join handles; not futures of other crates that hide theirs, and
not the stack of a running task. It was tried with lldb 19 on Linux. On macOS, where debug information lies in
other files, it can show the tasks and not their awaits. The commands for gdb do more.
"""

import os
import re
import runpy

import lldb

# lldb looks for it next to this file.
from lldb_values import (
    at, byte, concrete, field, head_in, in_slab, is_option, number, parts_in, some, task_name,
    variant, without_generics,
)

HERE = os.path.dirname(os.path.abspath(__file__))
ENTRIES = runpy.run_path(os.path.join(HERE, "2_entries.py"))
LINES = runpy.run_path(os.path.join(HERE, "2b_lines.py"), init_globals=ENTRIES)
DEEPEST = 30


# The first version that shows which variant of an enum is active.
OLDEST = 19


def __lldb_init_module(debugger, internal_dict):
    version = re.search(r"version (\d+)", lldb.SBDebugger.GetVersionString())
    if version and int(version[1]) < OLDEST:
        print(f"This is lldb {version[1]}. It does not understand Rust's enums, so the tasks cannot be "
              f"shown:\n`async-tasks` and `async-bt` need lldb {OLDEST} or newer.")
        return
    for name, function in (("async-tasks", "async_tasks"), ("async-bt", "async_bt")):
        debugger.HandleCommand(f"command script add -o -f lldb_commands.{function} {name}")


def loops(process):
    """The loops of all threads; each has a headline if there are several."""
    found = [loop for loop in map(Loop, process) if loop.core is not None]
    if not found:
        raise LookupError("no thread is inside an event loop, or not to be seen there")
    for loop in found:
        yield loop, f"The loop of thread {loop.thread.GetIndexID()}:" if len(found) > 1 else None


class Loop:
    """The loop whose functions are on a thread's stack; it has no `core` if there is none."""

    def __init__(self, thread):
        self.thread, self.core, self.main, self.main_id = thread, None, None, None
        for frame in thread:
            name = frame.GetFunctionName() or ""
            if name.startswith("executor::event_loop::Core::") and self.core is None:
                this = frame.FindVariable("self")
                self.core = this.Dereference() if this.GetValueAsUnsigned() else None
            if re.match(r"executor::run::EventLoop::run_boxed(<|::h)", name):
                self.main = main_future(frame)
                self.main_id = number(field(frame.FindVariable("main"), "id"))
        if self.core is None:
            return
        tasks = list(in_slab(field(self.core, "tasks.value.value.entries")))
        self.tasks = sorted(tasks, key=lambda task: number(field(task, "id")))
        self.names = {number(field(t, "id")): task_name(field(t, "label")) for t in self.tasks}

    def state(self, task):
        task = some(field(task, "task"))
        if task is None:
            return "running"
        return "ready" if number(field(head_in(task), "flags.here")) else "waiting"

    def awaits(self, entry):
        task, future = some(field(entry, "task")), None
        if task is None:
            return []
        if number(field(entry, "id")) == self.main_id:
            future = self.main  # its task does not have it
        else:
            own = parts_in(task)
            future = some(field(own, "future.value.value")) if own is not None else None
        if future is None:
            return [("its future, of a type that lldb does not find", [])]
        found = Explorer(self).awaits(future)
        return found or [(f"{without_generics(future.GetTypeName())}, in which lldb shows no await", [])]


def main_future(frame):
    """The future given to `run`. There is another variable of that name, which it came from."""
    for variable in frame.GetVariables(True, True, False, False):
        if variable.GetName() == "future" and is_option(variable):
            return some(variable)
    return None


# Futures that are in a list, linked by pointers, or behind what others share, or in an enum of which
# lldb shows the wrong variant.
HIDDEN = (
    r"futures_util::(stream::futures_unordered::FuturesUnordered|future::future::shared::Shared"
    r"|future::(try_)?join_all::(Try)?JoinAll)<"
)


class Explorer:
    """Looks for futures in a value. Each is a text, and the futures that it waits for."""

    def __init__(self, loop):
        self.loop = loop

    def awaits(self, value, depth=0):
        value = value.GetNonSyntheticValue()
        kind = value.GetType()
        name = kind.GetName() or ""
        if depth > DEEPEST or re.match(r"core::(task|marker|fmt|sync)::|alloc::(sync|rc)::", name):
            return []
        if kind.IsPointerType():
            inside = kind.GetPointeeType()
            is_struct = inside.GetNumberOfFields() > 0 and value.GetValueAsUnsigned()
            return self.awaits(value.Dereference(), depth + 1) if is_struct else []
        if re.match(r"\{async_\w+_env#\d+\}$", without_generics(name).rsplit("::", 1)[-1]):
            return [self.coroutine(value, name, depth)]
        if name == "timer::sleep::Sleep":
            deadline = field(value, "deadline.__0")
            nanos = number(field(deadline, "nanos"))
            secs = number(field(deadline, "secs"))
            if secs * 1000 + -(-nanos // 1_000_000) >= 2**64 - 1:
                return [("sleep for ever", [])]
            return [(f"sleep until {secs + nanos / 1e9:.3f} s", [])]
        if name.startswith("executor::join_handle::JoinHandle<"):
            head = head_in(field(value, "task.task"))
            task = number(field(head, "id"))
            if task in self.loop.names:
                return [(f"the end of task {task} '{self.loop.names[task]}'", [])]
            if number(field(head, "slot")) == 0xFFFF_FFFF:
                return [(f"the end of job {task}, which is a thread's", [])]
            return [(f"the end of task {task}, which is done, or of another loop", [])]
        if re.match(HIDDEN, name):
            return [(f"{without_generics(name)}, whose futures lldb does not show", [])]
        members = [value.GetChildAtIndex(n) for n in range(value.GetNumChildren())]
        if [member.GetName() for member in members] == ["pointer", "vtable"]:
            inside = concrete(value)
            return self.awaits(inside, depth + 1) if inside is not None else []
        if members and members[0].GetName() == "$variants$":
            members = [variant(value)[1]]
        return [found for member in members for found in self.awaits(member, depth + 1)]

    def coroutine(self, value, name, depth):
        filename = value.GetTarget().GetExecutable().fullpath
        lines = LINES["lines_of"](filename)
        offset = lines.state_offsets.get(name) if lines else None
        path = re.sub(r"::\{(async_|closure).*", "", without_generics(name))
        called = path.rsplit("::", 1)[-1]
        if offset is None:
            return (called, [])
        state = number(at(value.GetTarget(), value.GetLoadAddress() + offset, byte(value)))
        where = LINES["line_in"](filename, name, state)
        place = f" at {where[0]}:{where[1]}" if where else ""
        if state == 0:
            return (f"{called}, not polled yet,{place}", [])
        payload = field(field(value, "$variants$"), f"$variant${state}.value")
        awaited = payload.GetChildMemberWithName("__awaitee")
        if not awaited.IsValid():
            return (called + place, [])
        parts = self.awaits(awaited, depth + 1)
        return (called + place, parts or [(without_generics(awaited.GetTypeName()), [])])


def leaves(found):
    return [leaf for text, parts in found for leaf in (leaves(parts) if parts else [text])]


def lines_of_tree(found, indent):
    for text, parts in found:
        yield f"{indent}-> {text}"
        yield from lines_of_tree(parts, indent + "   ")


def async_tasks(debugger, command, context, result, internal_dict):
    """Lists all unfinished tasks: what each is doing, and what it waits on."""
    try:
        for loop, headline in loops(context.process):
            if headline:
                result.AppendMessage(headline)
            for task in loop.tasks:
                waits = ", ".join(leaves(loop.awaits(task))) if loop.state(task) == "waiting" else "-"
                polls, name = number(field(task, "polls")), task_name(field(task, "label"))
                row = f"{number(field(task, 'id')):>3}  {name:<16}  {loop.state(task):<7}  {polls:>5}"
                result.AppendMessage(f"{row}  {waits}")
    except LookupError as problem:
        result.SetError(str(problem))


def async_bt(debugger, command, context, result, internal_dict):
    """Shows what each task waits for, from its own future down to the leaf."""
    try:
        for loop, headline in loops(context.process):
            if headline:
                result.AppendMessage(headline)
            for task in loop.tasks:
                task_id = number(field(task, "id"))
                state = loop.state(task)
                result.AppendMessage(f"task {task_id} '{loop.names[task_id]}', {state}")
                if state == "running":
                    result.AppendMessage("  (`bt` has its frames)")
                for line in lines_of_tree(loop.awaits(task), "  "):
                    result.AppendMessage(line)
    except LookupError as problem:
        result.SetError(str(problem))
