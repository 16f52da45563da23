# Part 9g of the debugger kit: the source, the ready queue, the tasks and the wheel at one glance,
# in gdb's own windows, which are drawn anew at each stop.

import os

import gdb

# Columns and rows below which nobody can read it.
SMALLEST = (72, 24)


class Window:
    """A window of gdb's text interface, with some lines about the loop of the selected thread."""

    title = lines = None

    def __init__(self, window):
        self.window, self.first = window, 0
        window.title = self.title
        windows.append(self)

    def render(self):
        if not self.window.is_valid():
            return
        width, height = self.window.width, self.window.height
        found = self.content(self.first + height)[self.first :][:height]
        self.window.erase()
        # Not into the last cell of a line: the cursor would go to the next one.
        self.window.write("\n".join(clip(line, width - 1) for line in found))

    def content(self, most):
        symbols = gdb.parameter("print symbol")
        gdb.execute("set print symbol off", to_string=True)
        try:
            loop = own_loop() if gdb.selected_thread() is not None else None
            return self.shown(loop, most) if loop is not None else self.without_loop()
        except (Unexpected, gdb.error) as problem:
            return str(problem).splitlines()
        finally:
            gdb.execute(f"set print symbol {'on' if symbols else 'off'}", to_string=True)

    def without_loop(self):
        return ["no loop is entered here" if is_running() else "the program does not run"]

    def vscroll(self, lines):
        self.first = max(self.first + lines, 0)
        self.render()

    def close(self):
        windows.remove(self)


class ReadyWindow(Window):
    title = "ready queue"

    def shown(self, loop, most):
        names = {task.id: task.name for task in loop.tasks}
        ids = loop.ready()[:most]
        return [f"{number} {names.get(number, '(done)')}" for number in ids] or ["empty"]


class TasksWindow(Window):
    title = "tasks"

    def shown(self, loop, most):
        lines = []
        for task in loop.tasks[:most]:
            doing = task.state()
            if doing == "waiting":
                doing = in_short([leaf for await_ in tree(task) for leaf in await_.leaves()])
            lines.append(f"{task.id} {task.name}: {doing}")
        return lines or ["none"]


class WheelWindow(Window):
    title = "wheel"

    def shown(self, loop, most):
        wheel, (_, now) = loop.wheel(), loop.clock()
        names = {task.id: task.name for task in loop.tasks}
        lines = [f"the clock shows {now:.3f} s" if now is not None else f"at {tick(wheel.elapsed)}"]
        timers = [timer for _, _, listed in wheel.slots for timer in listed]
        for timer in sorted(timers, key=lambda one: int(field(one, "when")))[:most]:
            head = waker_task(field(timer, "value"))
            number = None if head is None else plain(field(head, "id"))
            whom = "another waker" if number is None else f"{number} {names.get(number, '(done)')}"
            lines.append(f"{tick(int(field(timer, 'when')))} -> {whom}")
        return lines


WINDOWS = {"ready": ReadyWindow, "tasks": TasksWindow, "wheel": WheelWindow}
HAS_WINDOWS = hasattr(gdb, "register_window_type")


def draw():
    """Before each prompt: the program may have gone on."""
    for window in list(windows):
        window.render()


# When the program was built anew, gdb loads this once more. To register windows a second time, while
# they are shown, is the end of gdb 13.
is_loaded = "windows" in globals()
windows = windows if is_loaded else []

if HAS_WINDOWS and not is_loaded:
    gdb.events.before_prompt.connect(lambda: draw())
    for name in WINDOWS:
        gdb.register_window_type(f"async-{name}", lambda own, name=name: WINDOWS[name](own))
    gdb.execute(
        # The line of state parts the windows: else the source's border would hide their headlines.
        "tui new-layout async src 3 status 0 "
        "{-horizontal async-ready 2 async-tasks 4 async-wheel 3} 2 cmd 2"
    )


class Room(gdb.Command):
    """Says why there is no room for windows, if there is none."""

    # Not `async-…`: `asyn` is to stand for `async` alone.
    name = "kit-room-for-windows"

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_OBSCURE)

    def invoke(self, argument, from_tty):
        if not HAS_WINDOWS:
            raise gdb.GdbError(wrapped(
                "This gdb was built without its text interface (TUI), in whose windows it would be "
                "shown. `async tasks`, `async ready` and `async wheel` have the same."
            ))
        try:
            size = os.get_terminal_size()
        except OSError:
            raise gdb.GdbError("gdb is not in a terminal: there is no room for windows.")
        if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
            raise gdb.GdbError(wrapped(
                f"The terminal has {size.columns} columns and {size.lines} lines: the windows need "
                f"{SMALLEST[0]} and {SMALLEST[1]}.", size.columns - 1
            ))


Room()
# Not a command in Python: what it switches on, gdb would half switch off again at its end.
gdb.execute(f"""define async layout
if $argc > 0
tui disable
else
{Room.name}
layout async
focus cmd
end
end
document async layout
Shows source, ready queue, tasks and wheel at once, anew at each stop.
They are in windows of gdb's text interface. The arrow keys are the command
line's; `focus src` gives them to the source. Ctrl-L draws all anew, after
output of the program. `async layout off` ends it.
end""", to_string=True)
