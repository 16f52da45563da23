# Part 5 of the debugger kit: the commands that show something. `async help` lists all commands.

import os
import re

import gdb


class AsyncCommand(gdb.Command):
    """A command of ours: its name, what it needs and its help are in the class that it is of.

    What goes wrong is told in a sentence, and never with Python's traceback.
    """

    # Whether it lets the program run. Otherwise the thread and the frame stay selected.
    moves = False

    def __init__(self):
        # A command with a method `complete` is asked for what may be written.
        nothing = () if hasattr(self, "complete") else (gdb.COMPLETE_NONE,)
        super().__init__(self.name, gdb.COMMAND_USER, *nothing)

    def invoke(self, argument, from_tty):
        symbols, restore = gdb.parameter("print symbol"), selection()
        # gdb 13 complains about vtables, whose symbols it prints.
        gdb.execute("set print symbol off", to_string=True)
        try:
            if self.moves and is_core_dump():
                raise Unexpected(NOT_IN_A_CORE_DUMP)
            self.show(argument.split())
        except (Unexpected, gdb.error) as problem:
            raise gdb.GdbError(wrapped(str(problem)))
        finally:
            gdb.execute(f"set print symbol {'on' if symbols else 'off'}", to_string=True)
            if not self.moves:
                restore()


NOT_IN_A_CORE_DUMP = (
    "This is a core dump: the program as it was when it ended. It does not run on; all that only "
    "looks works, as `async bt` does. `run` starts the program anew."
)


def is_core_dump():
    connection = gdb.selected_inferior().connection
    return connection is not None and connection.type == "core"


class AsyncPrefix(gdb.Command):
    """Tasks, timers and wakers of the event loop. `async help` lists the commands."""

    def __init__(self):
        super().__init__("async", gdb.COMMAND_USER, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        if argument:
            print(f"There is no `async {argument.split()[0]}`. These there are:\n")
        gdb.execute("async help")


AsyncPrefix()


def each_loop():
    """The loops, each with a headline if there are several."""
    found = loops()
    for loop in found:
        if len(found) > 1:
            print(f"The loop of thread {loop.thread.num}:")
        yield loop


def task_number(arguments, command):
    """The one argument of a command: a task's id."""
    if len(arguments) != 1 or not arguments[0].isdigit():
        raise gdb.GdbError(f"Say which task: `{command} 1`. `async tasks` has the ids.")
    return int(arguments[0])


def find_task(number):
    for loop in loops():
        if loop.task(number) is not None:
            return loop.task(number)
    raise gdb.GdbError(f"There is no task {number} in the loop's list: not yet, or not any more.")


class Tasks(AsyncCommand):
    """Lists the unfinished tasks: what each does, and what it waits on."""

    name = "async tasks"

    def show(self, arguments):
        for loop in each_loop():
            rows = [("id", "name", "state", "polls", "waits on", "spawned at")]
            for task in loop.tasks:
                leaves = [leaf for await_ in self.awaits(task) for leaf in await_.leaves()]
                waits = in_short(leaves)
                site = os.path.basename(task.site)
                rows.append((str(task.id), task.name, task.state(), str(task.polls), waits, site))
            print_table(rows, wide=4)

    def awaits(self, task):
        if task.state() not in ("waiting", "woken") or task.polls == 0:
            return []
        return tree(task)


def in_short(leaves):
    """What a task waits on, in half a line."""
    if len(leaves) < 2:
        return leaves[0].line() if leaves else "-"
    if all(leaf.task is not None for leaf in leaves):
        return f"{len(leaves)} tasks: {', '.join(str(leaf.task) for leaf in leaves)}"
    return f"{len(leaves)} futures: {leaves[0].line()}, ..."


def print_table(rows, wide):
    """Columns as wide as they need be; what is in the column `wide` gives way to the others."""
    def narrowed(row):
        return [cell if n == wide else clip(cell, 20) for n, cell in enumerate(row)]

    clipped = [narrowed(row) for row in rows]
    widths = [max(len(row[n]) for row in clipped) for n in range(len(rows[0]))]
    room = 80 - sum(widths) + widths[wide] - 2 * len(widths)
    widths[wide] = min(widths[wide], max(room, 12))
    for row in clipped:
        cells = [
            clip(cell, width).rjust(width) if cell.isdigit() else clip(cell, width).ljust(width)
            for cell, width in zip(row, widths)
        ]
        print("  ".join(cells).rstrip())


def clip(text, width):
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


class Backtrace(AsyncCommand):
    """Shows what each task waits for: its awaits, with their lines.
They go from its own future down to the leaf. Of the task that is running it shows the call stack.
With an id: of that task."""

    name = "async bt"

    def show(self, arguments):
        if arguments:
            return self.show_task(find_task(task_number(arguments, self.name)))
        for loop in each_loop():
            for n, task in enumerate(loop.tasks):
                if n > 0:
                    print()
                self.show_task(task)

    def show_task(self, task):
        polls = "1 poll" if task.polls == 1 else f"{task.polls} polls"
        print(f"task {task.id} '{task.name}', {task.state()}, {polls}, spawned at {task.site}")
        if task.state() == "running":
            lines = running_stack(task.loop)
            for depth, line in enumerate(lines):
                print("  " + "   " * max(depth - 1, 0) + ("-> " if depth else "") + line)
            return
        found = tree(task)
        if not found:
            print("  its future is on the stack, and was optimised away there")
        for await_ in found:
            print_tree(await_, "  ", "")


def print_tree(await_, indent, lead):
    print(indent + lead + await_.line())
    indent += " " * len(lead)
    if len(await_.parts) == 1:
        return print_tree(await_.parts[0], indent, "-> ")
    for n, part in enumerate(await_.parts):
        is_last = n == len(await_.parts) - 1
        print_branch(part, indent, is_last)


def print_branch(await_, indent, is_last):
    """One of several futures that are awaited together."""
    print(indent + ("`- " if is_last else "|- ") + await_.line())
    below = indent + ("   " if is_last else "|  ")
    for n, part in enumerate(await_.parts):
        if len(await_.parts) == 1:
            print_tree(part, below, "-> ")
        else:
            print_branch(part, below, n == len(await_.parts) - 1)


def running_stack(loop):
    """The functions between the loop's poll and the newest frame, without those of std."""
    loop.thread.switch()
    called = []
    for frame in frames():
        name = frame.name() or ""
        if without_generics(name) == "executor::event_loop::Core::poll":
            return called[::-1] or about_to_be_polled(loop, frame)
        if not is_library(name) and not is_inside(name):
            line = frame.find_sal()
            place = f"{shown_file(line)}:{line.line}" if line.symtab else "?"
            called.append(f"{frame_name(name)} at {place}")
    return [around_the_poll()]


def around_the_poll():
    """What the loop does with a task that is running, but not inside of its poll."""
    for frame in frames():
        name = without_generics(frame.name() or "")
        if name == "executor::event_loop::Core::put_back":
            return "its poll has returned Pending, and the loop is about to put it back"
        if name == "executor::event_loop::Core::finish":
            ending = variable(frame, "ending")
            how, why = variant(ending) if ending is not None else (None, None)
            if how == "Err":
                how = variant(why["__0"])[0]
            said = {"Ok": "its poll has returned Ready", "Cancelled": "it was aborted",
                    "Panicked": "its poll has panicked"}.get(how, "it has ended")
            return f"{said}, and the loop is about to drop its future"
    return "the loop is about to poll it, or has just done so"


def is_inside(name):
    """The runtime's own way from `Core::poll` to the future."""
    return bool(re.match(WAY_TO_THE_FUTURE, without_generics(name)))


WAY_TO_THE_FUTURE = (
    r"executor::(lifecycle::\{impl#\d+\}::(run_task|poll)::\{closure"
    r"|cell::(\{impl#\d+\}::poll|Parts::open$|poll_or_drop$)"
    r"|run::\{impl#\d+\}::run_boxed::\{closure)"
)


def about_to_be_polled(loop, frame):
    """Stopped at the beginning of `Core::poll`: what is to be polled."""
    task = polled_task(frame)
    future = future_in(task) if task is not None else None
    future = main_future(loop.thread) if future is None else future
    found = Explorer(loop).awaits(future) if future is not None else []
    return ["is about to be polled; its future is"] + [await_.line() for await_ in found]


def polled_task(frame):
    """The `Arc` of the task that `Core::poll` polls. An optimised one has only parts of it: then its
    caller knows."""
    task = variable(frame, "task")
    if task is not None:
        return task.dereference()
    return variable(frame.older(), "task") if frame.older() is not None else None


class WheelCommand(AsyncCommand):
    """Shows the timers that are armed.
They are shown as the wheel keeps them: in slots, of which each is for a span of time, on levels, of
which each has longer spans than the one below it. Behind each timer stands whom it wakes."""

    name = "async wheel"

    def show(self, arguments):
        for loop in each_loop():
            wheel, (kind, now) = loop.wheel(), loop.clock()
            count = sum(len(listed) for _, _, listed in wheel.slots)
            time = f"the {kind} clock shows {now:.3f} s" if now is not None else f"a {kind} clock"
            print(f"{time}; the wheel has reached {tick(wheel.elapsed)}; "
                  f"{count} timer{'' if count == 1 else 's'} armed")
            for level, slot, listed in wheel.slots:
                start, end = wheel.start_of(level, slot), wheel.start_of(level, slot + 1)
                print(f"  level {level}, slot {slot}: from {tick(start)} to {tick(end)}")
                for timer in listed:
                    print("    " + self.timer(loop, timer))
            endless = loop.endless()
            if endless:
                print("  in no slot: sleeps that never end")
            for waker in endless:
                print(f"    wakes {woken_by(loop, waker)}")

    def timer(self, loop, timer):
        when, serial = int(field(timer, "when")), int(field(timer, "serial"))
        return f"timer {serial}, due at {tick(when)}, wakes {woken_by(loop, field(timer, 'value'))}"


def tick(ticks):
    return f"{ticks // 1000}.{ticks % 1000:03} s"


class Ready(AsyncCommand):
    """Shows the ready queue: the tasks to be polled, in their order."""

    name = "async ready"

    def show(self, arguments):
        for loop in each_loop():
            ids = loop.ready()
            print("The ready queue is empty." if not ids else "To be polled, in this order:")
            for number in ids:
                print(f"  {loop.called(number)}")
            woken = [task.id for task in loop.tasks if task.state() == "woken"]
            if woken:
                print("In the inbox, woken by other threads:")
            for number in woken:
                print(f"  {loop.called(number)}")


class Locals(AsyncCommand):
    """Shows the variables that a waiting task keeps across its awaits.
Needs the task's id; after `async frame` it shows, without one, those of the frame."""

    name = "async locals"

    def show(self, arguments):
        if not arguments and Standing.now is not None:
            return self.show_coroutine(Standing.now.coroutine())
        task = find_task(task_number(arguments, self.name))
        if task.state() == "running":
            raise gdb.GdbError("It is running: `bt` has its frames, `info locals` their variables.")
        future = task.future()
        if future is None:
            raise gdb.GdbError("Its future is on the stack, and was optimised away there.")
        while is_coroutine(future.type.strip_typedefs()):
            future = self.show_coroutine(future)
            if future is None:
                return

    def show_coroutine(self, future):
        """Prints the variables of one coroutine, and returns what it awaits."""
        member, state = state_of(future)
        payload, awaited, shown = future[member], None, set()
        place = line_of(future.type.name, member.name)
        where = ":".join(str(part) for part in place) if place else "?"
        print(f"{coroutine_name(future.type.name)} at {where}")
        for variable in payload.type.fields():
            if variable.name == "__awaitee":
                awaited = payload[variable]
            elif variable.name and variable.name not in shown:
                shown.add(variable.name)
                print(f"  {variable.name} = {clip(one_line(payload[variable]), 70)}")
        if not shown:
            print("  nothing")
        return awaited


def one_line(value):
    """A value as gdb prints it, on one line."""
    try:
        return " ".join(value.format_string(max_depth=2, max_elements=8).split())
    except (gdb.error, Unexpected) as error:
        return f"<{error}>"


Tasks()
Backtrace()
WheelCommand()
Ready()
Locals()
