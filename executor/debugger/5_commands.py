# Part 5 of the debugger kit: the commands that show something. `async help` lists all commands.

import difflib
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
            meant = argument.split()[0]
            alike = difflib.get_close_matches(meant, subcommands(), 1)
            if alike:
                raise gdb.GdbError(
                    f"There is no `async {meant}`. Perhaps `async {alike[0]}`? `async help` lists "
                    "them."
                )
            print(f"There is no `async {meant}`. These there are:\n")
        gdb.execute("async help")


def subcommands():
    """The names behind `async`."""
    listed = gdb.execute("help async", to_string=True)
    return re.findall(r"^async (\w+)", listed, re.MULTILINE)


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
    """Shows the variables that a waiting task keeps across its awaits, in each of its async functions.
Needs the task's id, or its name; after `async frame` it shows, without one, those of the frame. What
is too long for a line is cut off; with `-full` behind it, it is not."""

    name = "async locals"

    def show(self, arguments):
        self.is_full, self.is_cut = "-full" in arguments, False
        arguments = [argument for argument in arguments if argument != "-full"]
        if not arguments and Standing.now is not None:
            return self.show_coroutine(Standing.now.coroutine())
        task = find_tasks(arguments, self.name)
        if task.state() == "running":
            raise gdb.GdbError("It is running: `bt` has its frames, `info locals` their variables.")
        future = task.future()
        if future is None:
            raise gdb.GdbError("Its future is on the stack, and was optimised away there.")
        explorer = Explorer(task.loop)
        found = explorer.awaits(future)
        for _, coroutine in explorer.coroutines:
            self.show_coroutine(coroutine)
        if not explorer.coroutines:
            print("No async function is in it, and so no variable. It waits for")
            for await_ in found or [unknown(future)]:
                print_tree(await_, "  ", "")
        if self.is_cut:
            print(f"Some are cut off: `async locals {task.id} -full` shows them wholly.")
        say_why_no_lines()

    def show_coroutine(self, future):
        """Prints the variables of one coroutine."""
        member, state = state_of(future)
        said = {"Unresumed": ", not polled yet,", "Returned": ", which has returned,",
                "Panicked": ", which has panicked,"}.get(state, "")
        name = type_name(future)
        print(f"{coroutine_name(name)}{said} at {where(name, member.name)}")
        found = list(kept_variables(future))
        if not found:
            print("  nothing")
        for name, value, note in found:
            self.show_variable(name, value, f" ({note})" if note else "")

    def show_variable(self, name, value, note):
        if self.is_full:
            lines = in_full(value).splitlines()
            print(f"  {name} = {lines[0]}{note if len(lines) == 1 else ''}")
            for line in lines[1:]:
                print(f"  {line}")
            return
        text, room = one_line(value), 80 - len(f"  {name} = {note}")
        self.is_cut |= len(text) > room or "..." in text
        print(f"  {name} = {clip(text, max(room, 20))}{note}")



WheelCommand()
Ready()
Locals()
