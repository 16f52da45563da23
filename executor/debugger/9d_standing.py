# Part 9d of the debugger kit: to stand in a task that waits, in one of its async functions.

import linecache

import gdb


class Standing:
    """An async function of a waiting task, as it is selected by `async frame`.

    They are numbered from the outermost one, 0, as `async bt` shows them.
    """

    # The one that is selected, until the program goes on.
    now = None

    def __init__(self, task, number=None):
        self.task = task
        self.coroutines = coroutines_of(task)
        self.number = innermost(self.coroutines) if number is None else number
        if not 0 <= self.number < len(self.coroutines):
            last = len(self.coroutines) - 1
            raise Unexpected(f"Task {task.id} has the frames 0 to {last}." if last > 0
                             else f"Task {task.id} has one frame, 0.")

    def coroutine(self):
        return self.coroutines[self.number][1]

    def line(self, number=None):
        """A frame in one line, as `async bt` has it."""
        value = self.coroutines[self.number if number is None else number][1]
        member, state = state_of(value)
        place = line_of(type_name(value), member.name)
        where = ":".join(str(part) for part in place) if place else "?"
        said = {"Unresumed": ", not polled yet,", "Returned": ", which has returned,",
                "Panicked": ", which has panicked,"}.get(state, "")
        return f"{coroutine_name(type_name(value))}{said} at {where}"

    def place(self):
        """Its file, with the whole path, and its line."""
        value = self.coroutine()
        place = line_of(type_name(value), state_of(value)[0].name)
        if place is None:
            raise Unexpected("Its line is not in the debug information.")
        try:
            symtab = gdb.decode_line(f"{place[0]}:{place[1]}")[1][0].symtab
        except (gdb.error, TypeError, IndexError):
            symtab = None
        return (symtab.fullname() if symtab else place[0]), place[1]

    def outer(self):
        """The number of the frame that awaits it; `None` if it is the outermost one."""
        depth = self.coroutines[self.number][0]
        around = (n for n in range(self.number - 1, -1, -1) if self.coroutines[n][0] < depth)
        return next(around, None)

    def inner(self):
        """The numbers of the frames that it awaits."""
        numbers = range(self.number + 1, len(self.coroutines))
        return [n for n in numbers if Standing.at(self, n).outer() == self.number]

    def at(self, number):
        """The same task, at another frame."""
        other = Standing.__new__(Standing)
        other.task, other.coroutines, other.number = self.task, self.coroutines, number
        return other


def coroutines_of(task):
    if task.state() == "running":
        raise Unexpected(
            f"Task {task.id} is running: its frames are on the stack. `bt` shows them, and gdb's "
            "own `frame`, `list` and `print` are for them."
        )
    future = task.future()
    if future is None:
        raise Unexpected("Its future is on the stack, and was optimised away there.")
    explorer = Explorer(task.loop)
    explorer.awaits(future)
    if not explorer.coroutines:
        raise Unexpected(
            f"Task {task.id} is in no async function: `async bt {task.id}` has its future."
        )
    return explorer.coroutines


def innermost(coroutines):
    """The number of the one in which the task waits: the last before there are several at once."""
    number = 0
    while number + 1 < len(coroutines) and coroutines[number][0] < coroutines[number + 1][0]:
        if any(one[0] <= coroutines[number + 1][0] for one in coroutines[number + 2 :]):
            break
        number += 1
    return number


def forget(event):
    """The program goes on: what is kept of it is not true any more."""
    Standing.now = None


gdb.events.cont.connect(forget)
gdb.events.exited.connect(forget)


def standing():
    if Standing.now is None:
        raise Unexpected("Say first where to stand: `async frame 1` does so in task 1, until the "
                         "program goes on. `async tasks` has the ids. Of the function that runs, "
                         "`list`, `print` and `info locals` show the same.")
    return Standing.now


class Frame(AsyncCommand):
    """Stands in a waiting task, in one of the async functions that it is in.
`async frame 2` does so where task 2 waits, `async frame 2 0` in the outermost
of its functions. From then on, until the program goes on, `async list`, `async
print` and `async locals` are about that function; `async up` goes to the one
that awaits it, `async down` to the one that it awaits."""

    name = "async frame"

    def show(self, arguments):
        if not arguments:
            return self.show_all(standing())
        number = int(arguments[1]) if arguments[1:] and arguments[1].isdigit() else None
        if number is None and len(arguments) > 1 or len(arguments) > 2:
            raise gdb.GdbError("Say which task, and which of its frames: `async frame 1 0`.")
        Standing.now = Standing(find_task(task_number(arguments[:1], self.name)), number)
        self.show_all(Standing.now)

    def show_all(self, here):
        task = here.task
        print(f"task {task.id} '{task.name}', {task.state()}:")
        for number in range(len(here.coroutines)):
            mark = "*" if number == here.number else " "
            print(f"{mark} {number}  {here.line(number)}")
        show_source(here, 0)


def show_source(here, around):
    """The line at which it waits, with so many lines around it."""
    try:
        file, line = here.place()
    except Unexpected as problem:
        return print(problem)
    lines = linecache.getlines(file)
    if not lines:
        return print(f"{line}\tis in a file that is not here")
    for number in range(max(line - around, 1), min(line + around, len(lines)) + 1):
        mark = "" if around == 0 else "> " if number == line else "  "
        print(f"{mark}{number}\t{lines[number - 1].rstrip()}".rstrip())


class Walker(AsyncCommand):
    """What `async up` and `async down` have in common."""

    def go(self, number):
        Standing.now = standing().at(number)
        print(f"frame {number} of task {Standing.now.task.id}: {Standing.now.line()}")
        show_source(Standing.now, 0)


class Up(Walker):
    """Goes to the async function that awaits the one of `async frame`."""

    name = "async up"

    def show(self, arguments):
        number = standing().outer()
        if number is None:
            raise Unexpected("It is the outermost one: nothing in its task awaits it.")
        self.go(number)


class Down(Walker):
    """Goes to the async function that the one selected by `async frame` awaits."""

    name = "async down"

    def show(self, arguments):
        numbers = standing().inner()
        if not numbers:
            raise Unexpected("It awaits no other async function: `async bt` has what it waits for.")
        if len(numbers) > 1:
            print(f"It awaits the frames {', '.join(map(str, numbers))}. The first of them:")
        self.go(numbers[0])


class List(AsyncCommand):
    """Shows the source around the await of the frame of `async frame`."""

    name = "async list"

    def show(self, arguments):
        show_source(standing(), 5)


class Print(AsyncCommand):
    """Prints a variable of the frame that `async frame` has selected.
`async print order.dishes[0]`: fields, elements, and `*` for what a pointer
points to. Anything else that gdb knows of Rust's expressions may be around a
variable."""

    name = "async print"

    def invoke(self, argument, from_tty):
        # Spaces are part of an expression.
        self.expression = argument.strip()
        super().invoke("", from_tty)

    def show(self, arguments):
        here = standing()
        if not self.expression:
            raise gdb.GdbError("Say what to print: a variable of `async locals`, or what is in it.")
        value = value_in(here.coroutine(), self.expression)
        print(f"{self.expression} = {value.format_string(max_elements=200)}")


for command in (Frame, Up, Down, List, Print):
    command()
