# Part 9h of the debugger kit: a running program, looked at from outside, for `cargo run -- ps PID`. It
# is attached to for a moment; what was seen is told when the program runs on.

import os
import time

import gdb

# A program can be halted while its loop changes a list: then it is looked at again, a moment later.
TRIES, PAUSE = 3, 0.05
# What is further to the right than this is not shown.
FURTHEST = 42


def ps(process):
    """Tells who waits for whom in that process, and ends gdb: with 1, if all it tells is what is wrong."""
    gdb.execute("set print symbol off", to_string=True)
    try:
        told, status = "\n".join(Look(process).lines()), 0
    except (Unexpected, gdb.error) as problem:
        # `error: ` will stand before it.
        told, status = wrapped(str(problem), 72), 1
    # Not by way of gdb, which is started with `-batch-silent`: it would say as well where the program
    # was halted.
    with open(1, "w", encoding="utf-8", closefd=False) as output:
        output.write(told + "\n")
    gdb.execute(f"quit {status}")


class Look:
    """A look at a process, and for how many seconds it was stopped by it."""

    def __init__(self, process):
        self.process, self.stopped = process, 0.0

    def lines(self):
        # What needs no process is read before it is stopped.
        if not has_types():
            raise Unexpected(NO_TYPES)
        why_no_lines()
        found = self.attached()
        return [f"process {self.process}: {command_line(self.process)}", *found,
                *why_no_lines().splitlines(), "",
                f"The program was stopped for {self.stopped:.2f} s."]

    def attached(self):
        for last in range(TRIES):
            try:
                return self.once()
            except Exception as problem:  # whatever comes of reading a list that is half changed
                if not is_alive(self.process):
                    raise Unexpected(f"Process {self.process} has ended meanwhile.")
                if isinstance(problem, Refused) or last == TRIES - 1:
                    raise
            time.sleep(PAUSE)

    def once(self):
        # The attaching itself is counted wholly, though the program runs on in the first part of it.
        start = time.monotonic()
        try:
            gdb.execute(f"attach {self.process}", to_string=True)
        except gdb.error as problem:
            raise Refused(why_refused(self.process, problem))
        try:
            return [line for loop, several in halted_loops() for line in all_of(loop, several)]
        finally:
            detach()
            self.stopped += time.monotonic() - start


class Refused(Unexpected):
    """gdb may not look at the process: it would not help to try again."""


def detach():
    try:
        gdb.execute("detach", to_string=True)
    except gdb.error:
        pass  # it has ended


def is_alive(process):
    """Whether it has not ended: its parent may not have heard of it yet."""
    state = status(process).get("State", "X")
    return state[0] not in "XZ"


def status(process):
    """What the system tells of a process; nothing, if it is gone."""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8", errors="replace") as lines:
            parts = (line.split(":", 1) for line in lines if ":" in line)
            return {name: value.strip() for name, value in parts}
    except OSError:
        return {}


def why_refused(process, problem):
    """Why gdb could not attach, and what to do about it."""
    tracer = status(process).get("TracerPid", "0")
    if tracer != "0":
        return (f"Process {process} is already in the hands of a debugger, process {tracer}: only one "
                "can look at it. Use `async bt` there, or leave it with `detach`.")
    if "not permitted" not in str(problem):
        return f"gdb cannot attach to process {process}: {problem}"
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as setting:
            scope = setting.read().strip()
    except OSError:
        scope = "0"
    if scope in ("1", "2"):
        return (f"This system does not let you attach to process {process}: kernel.yama.ptrace_scope is "
                f"{scope}. Use `sudo target/debug/lessons ps {process}`, or allow it until the next start "
                "of the system: `sudo sysctl kernel.yama.ptrace_scope=0`.")
    if scope == "3":
        return ("This system lets nobody attach to a process until it is started anew: "
                "kernel.yama.ptrace_scope is 3.")
    return (f"This system does not let you attach to process {process}. If it is another user's, use `sudo "
            f"target/debug/lessons ps {process}`; in a container, start that with `--cap-add=SYS_PTRACE`.")


def command_line(process):
    """What it was started as, on a line."""
    try:
        with open(f"/proc/{process}/cmdline", encoding="utf-8", errors="replace") as line:
            words = line.read().rstrip("\0").split("\0")
    except OSError:
        words = [gdb.current_progspace().filename]
    words[0] = os.path.basename(words[0])
    return clip(" ".join(words), 60)


def halted_loops():
    found = loops()
    return [(loop, len(found) > 1) for loop in found]


def all_of(loop, is_one_of_several):
    """The lines about one loop: its tasks in a table, and who waits for whom."""
    headline = [f"The loop of thread {loop.thread.num}:"] if is_one_of_several else []
    tasks = chosen(loop, [])
    if not tasks:
        return ["", *headline, none_of(loop, [])]
    groups = grouped(tasks, len(tasks) < MANY)
    table = table_lines([HEAD, *(row_of(group) for group in groups)], wide=4)
    count = [f"{len(tasks)} tasks"] if len(groups) < len(tasks) else []
    lines = []
    for root in siblings(Awaited(tasks).roots()):
        lines += tree_lines(root, "", "", "")
    return ["", *headline, *table, *count, "", *lines]


class Awaited:
    """Who waits for whom: each task below the one that awaits it, as `Await`s."""

    def __init__(self, tasks):
        self.tasks = {task.id: (task, found) for task, found in tasks}
        self.shown = set()

    def roots(self):
        """The tasks that no task awaits, the main one first; and one of each circle."""
        awaited = {leaf.task for _, found in self.tasks.values() for leaf in leaves_of(found)}
        first = [number for number in self.tasks if number not in awaited]
        return [self.node(number) for number in [*first, *self.tasks] if number not in self.shown]

    def node(self, number):
        self.shown.add(number)
        task, found = self.tasks[number]
        said, place = f"task {number} '{task.name}', {task.state()}", ""
        if task.state() == "running":
            found = [nested(running_stack(task.loop))]
        elif len(found) == 1 and found[0].place:
            last = last_function(found[0])
            place, found = last.line(), last.parts
        parts = siblings([self.below(await_) for await_ in found])
        node = Await(f"{said}: {place}" if place else said, parts=parts)
        # Tasks are alike only at the same place.
        node.shape = (masked(said), place, False, tuple(shape(part) for part in parts))
        return node

    def below(self, await_):
        """What a task waits for; of functions that await one another the innermost one."""
        if await_.task in self.tasks and await_.task not in self.shown:
            return self.node(await_.task)
        if not await_.parts:
            return await_
        last = last_function(await_)
        parts = siblings([self.below(part) for part in last.parts])
        return Await(last.text, last.place, parts, count=last.count)


def nested(calls):
    """The functions of a call stack, each below its caller; of a deep one the outermost and the last."""
    if len(calls) > LONGEST:
        hidden = len(calls) - BEGINNING - END
        calls = [*calls[:BEGINNING], f"... {hidden} calls more ...", *calls[-END:]]
    found = Await(calls[-1], leaf=True)
    for call in reversed(calls[:-1]):
        found = Await(call, parts=[found])
    return found


def last_function(await_):
    """The last one of the async functions of which each awaits the next, and nothing besides."""
    while await_.place and len(await_.parts) == 1 and await_.parts[0].place:
        await_ = await_.parts[0]
    return await_


def leaves_of(awaits):
    return [leaf for await_ in awaits for leaf in await_.leaves()]


def tree_lines(await_, indent, lead, below):
    """The lines of a task, or of what it waits for; `below` indents what is under it."""
    line = in_columns(indent + lead, counted_line(await_))
    if len(indent) > FURTHEST and await_.parts:
        return [line, indent + below + "..."]
    lines, indent = [line], indent + below
    for n, part in enumerate(await_.parts):
        if len(await_.parts) == 1:
            lines += tree_lines(part, indent, "-> ", "   ")
        elif n == len(await_.parts) - 1:
            lines += tree_lines(part, indent, "`- ", "   ")
        else:
            lines += tree_lines(part, indent, "|- ", "|  ")
    return lines


def in_columns(lead, text, columns=80):
    """The line; if it is too long, without the folders of the place at its end."""
    before, at, place = text.rpartition(" at ")
    if len(lead + text) > columns and at:
        text = before + at + os.path.basename(place)
    return clip(lead + text, columns)
