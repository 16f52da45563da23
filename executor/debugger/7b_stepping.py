# Part 7b of the debugger kit: from line to line, and from one state of a future to the next. And
# `async help`.

import itertools
import re

import gdb

# A function without lines, in the midst of `catch_unwind`, which calls what it is given.
TRY = "__rust_try"


def is_there(function):
    try:
        return bool(gdb.decode_line(function))
    except gdb.error:
        return False  # in an optimised program


class Trying(gdb.Breakpoint):
    """Stops in it, where `step` would not; but not on the way to an observer of the journal."""

    def __init__(self):
        super().__init__(TRY, internal=True)
        self.silent = True

    def stop(self):
        callers = itertools.islice(frames(), 8)
        return not any(str(frame.name()).startswith("executor::watch::journal::") for frame in callers)


class Step(AsyncCommand):
    """Steps to the next line outside of the standard library.
At the station `polled` it goes into the future that is polled; at a `wake()`,
through the vtable into our waker. In an optimised program it may go past both."""

    name, moves = "async step", True
    # A poll takes about fifty steps to its future.
    MOST = 300

    def show(self, arguments):
        if not is_running():
            raise Unexpected(not_running())
        Stop.told = None
        around_calls(False)
        quietly("set suppress-cli-notifications on")
        trying = Trying() if is_there(TRY) else None
        try:
            with Halts() as halts:
                self.run(halts)
        finally:
            if trying is not None:
                trying.delete()
            around_calls(True)
            quietly("set suppress-cli-notifications off")
        if is_running():
            if halts.by:
                print(Stop.told or f"Halted by {halts.by}.")
            show_place()

    def run(self, halts):
        start = self.place()
        from_poll = start[0] == CORE + "poll"
        for _ in range(self.MOST):
            gdb.execute("stepi" if self.place()[0] == TRY else "step", to_string=True)
            if not is_running() or halts.by:
                return
            function, line, is_ours = self.place()
            if not is_ours or is_on_the_way(function) or (function, line, True) == start:
                continue
            if not (from_poll and is_before_the_poll(function)):
                return

    def place(self):
        """The function, the line, and whether it is code of this workspace."""
        frame = gdb.newest_frame()
        name, at = without_generics(frame.name() or ""), frame.find_sal()
        is_ours = at.symtab is not None and not is_library(name)
        return name, at.line, is_ours and "/registry/src/" not in at.symtab.filename


def is_on_the_way(function):
    """The runtime's own way from a poll to the future, and from a call to a waker."""
    return is_inside(function) or function.startswith("executor::panics::contain")


def is_before_the_poll(function):
    """What `Core::poll` does before it polls."""
    executor = r"executor::(event_loop|lifecycle|ready|watchdog|waker|task|cell|join|run)::"
    return bool(re.match(executor + r"|timer::(clock|driver|instant|simulated|slab)::", function))


class Watched(gdb.Breakpoint):
    """Stops when a task's future goes from one state to another, until there is no other."""

    def __init__(self, task, future, expression, address):
        super().__init__(expression, gdb.BP_WATCHPOINT)
        self.silent, self.is_over = True, False
        self.task_id, self.coroutine, self.address = task.id, future.type.name, address
        self.called = f"task {task.id} '{task.name}'"
        self.state = self.now()
        gdb.events.stop.connect(self.clear_up)
        gdb.events.exited.connect(self.clear_up)

    def now(self):
        """The state, in words; `None` if that memory is something else by now."""
        state = gdb.selected_inferior().read_memory(self.address, 1)[0][0]
        if state < len(STATES):
            return STATES[state]
        place = line_of(self.coroutine, state)
        return f"waiting at line {place[1]}" if place else None

    def stop(self):
        if self.is_over:
            return False
        before, self.state = self.state, self.now()
        loop = own_loop()
        if self.state is None or loop is None or loop.task(self.task_id) is None:
            # It was dropped at an await, and its memory is used anew.
            self.is_over = True
            return False
        self.is_over = self.state in ("returned", "panicked")
        print(f"{self.called}: {before} -> {self.state}")
        Stop.is_placed = True
        show_place(gdb.newest_frame())
        return True

    def clear_up(self, event):
        """After a stop: gdb does not let a breakpoint delete itself while it stops."""
        if self.is_over or isinstance(event, gdb.ExitedEvent):
            gdb.events.stop.disconnect(self.clear_up)
            gdb.events.exited.disconnect(self.clear_up)
            if self.is_valid():
                self.delete()


# The first states of every coroutine; the others are its awaits.
STATES = ("not polled yet", "returned", "panicked")


class Watch(AsyncCommand):
    """Stops when the state of a task's future changes.
An `async fn` is not polled yet, waits at one of its awaits, has returned, or
has panicked."""

    name = "async watch"

    def show(self, arguments):
        if is_core_dump():
            raise Unexpected(NOT_IN_A_CORE_DUMP)
        task = find_task(task_number(arguments, self.name))
        if task.state() == "running":
            raise gdb.GdbError(
                f"Task {task.id} is running, or not yet put back: its future is elsewhere. Try\n"
                "again when it waits: at the station `parked` all do."
            )
        future = task.future()
        if future is None or not is_coroutine(future.type.strip_typedefs()):
            raise gdb.GdbError("Its future has no state to watch: it is no `async fn` or block.")
        state = next(member for member in future.type.fields() if member.artificial)
        language = gdb.parameter("language")
        gdb.execute("set language rust", to_string=True)
        try:
            byte = int(future[state].address)
            watched = Watched(task, future, f"*({byte:#x} as *mut u8)", byte)
        finally:
            gdb.execute(f"set language {language}", to_string=True)
        print(f"{watched.called} is {watched.state}; it stops when that changes.")


class Help(AsyncCommand):
    """Lists the commands. With the name of one behind it, says more of that."""

    name = "async help"

    def show(self, arguments):
        if arguments:
            about = arguments[1:] if arguments[0] == "async" else arguments
            if not about or about[0] not in subcommands():
                raise Unexpected(f"There is no `async {about[0] if about else ''}`. `async help` "
                                 "lists what there is.")
            gdb.execute(f"help async {about[0]}")
            return
        for line in HELP.strip().splitlines():
            print(line)


HELP = """
Where things stand:
  async tasks [WORD]     all tasks, or those with that word: what each waits on
  async bt [ID, WORD]    each task's awaits, with their lines, down to the leaf
  async locals ID        the variables that a waiting task keeps
  async frame ID [N]     stand in a waiting task: `async list`, `async print`,
                         `async locals`, `async up`, `async down` work there
  async why ID           the last wakes of that task, and the cause of each
  async ready            the ready queue
  async wheel            the timers, and whom each wakes
  async layout           all that at once, kept up to date, in windows of gdb's
  bt                     the call stack, without the standard library's frames
Going on:
  async step             the next line that is not the standard library's
  async next             the next line of this task, over its awaits
  async finish           to the end of this async function, in its caller
  async stations         the moments in the life of a wake-up, to stop at
  async break NAME [ID]  stop at that station or async function, each time
  async until NAME [ID]  run on to that station or async function, once
  async watch ID         stop when the state of that task's future changes
`async help next` says more of `async next`, and so on.
"""

for command in (Step, Watch, Help):
    command()
