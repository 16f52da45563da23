# Part 9d of the debugger kit: to stand in a task that waits, in one of the async functions that it is in.

import linecache
import re

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
        raise Unexpected(f"Task {task.id} is in no async function: `async bt {task.id}` has its future.")
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
                         "program goes on. `async tasks` has the ids.")
    return Standing.now


class Frame(AsyncCommand):
    """Stands in a waiting task, in one of the async functions that it is in.
`async frame 2` does so where task 2 waits, `async frame 2 0` in the outermost of its functions. From
then on, until the program goes on, `async list`, `async print` and `async locals` are about that
function; `async up` goes to the one that awaits it, `async down` to the one that it awaits."""

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
    """Goes to the async function that awaits the one that is selected by `async frame`."""

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
            print(f"It awaits {len(numbers)}, the frames {', '.join(map(str, numbers))}. The first:")
        self.go(numbers[0])


class List(AsyncCommand):
    """Shows the source around the await of the frame that is selected by `async frame`."""

    name = "async list"

    def show(self, arguments):
        show_source(standing(), 5)


class Print(AsyncCommand):
    """Prints a variable of the frame that is selected by `async frame`, or what is in it.
`async print order.dishes[0]`: fields, elements, and `*` for what a pointer points to. Anything else that
gdb knows of Rust's expressions may be around a variable."""

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
        gdb.set_convenience_variable("async_printed", value)
        print(f"{self.expression} = {value.format_string(max_elements=200)}")


def variables(coroutine):
    """The variables that are alive in a coroutine, by name: of two of a name the later one; and the
    names of those that it has at other times."""
    member, state = state_of(coroutine)
    # What is named `__4` is the compiler's own.
    fields = [one for one in member.type.fields() if not (one.name or "__").startswith("__")]
    own = gdb.lookup_type(type_name(coroutine))
    arguments = next((one.type.fields() for one in own.fields() if one.name == "0"), [])
    if state.startswith("Suspend") and short(type_name(coroutine)).startswith("{async_fn"):
        # An argument is moved into a variable of the same name, which is kept if it is alive. What
        # is listed behind these is where it was.
        fields = fields[: len(fields) - len(arguments)]
    alive = {one.name: coroutine[member][one] for one in fields}
    others = {two.name for one in own.fields() if not one.artificial for two in one.type.fields()}
    return alive, others - set(alive)


def value_in(coroutine, expression):
    """What an expression is in a coroutine."""
    path = re.fullmatch(r"(\**)\s*([A-Za-z_]\w*)((?:\.\w+|\[\d+\])*)", expression)
    alive, others = variables(coroutine)
    if path is None:
        return evaluated(expression, alive, others)
    value = named_variable(path[2], alive, others)
    for step in re.findall(r"\.(\w+)|\[(\d+)\]", path[3]):
        value = element(value, int(step[1])) if step[1] else member_of(value, step[0])
    for _ in path[1]:
        value = pointed_to(value)
    return value


def named_variable(name, alive, others):
    if name in alive:
        return alive[name]
    there = f"Alive are: {', '.join(sorted(alive))}." if alive else "No variable is."
    if name in others:
        raise Unexpected(f"`{name}` is not alive at this await: it was moved or dropped before, is "
                         f"made later, or is not needed any more. {there}")
    raise Unexpected(f"There is no variable `{name}` that this function keeps over an await. {there}")


def evaluated(expression, alive, others):
    """Any other expression, by gdb, with the variables in the place of their names."""
    def replaced(match):
        value = named_variable(match[0], alive, others)
        gdb.set_convenience_variable(f"async_{match[0]}", value)
        return f"$async_{match[0]}"

    language = gdb.parameter("language")
    gdb.execute("set language rust", to_string=True)
    try:
        names = r"(?<![\w.:$\"])(?!(?:as|true|false|mut|const|sizeof|[iu]\d+|[iu]size|f\d+|bool)\b)[A-Za-z_]\w*(?!\w|::|\()"
        return gdb.parse_and_eval(re.sub(names, replaced, expression))
    finally:
        gdb.execute(f"set language {language}", to_string=True)


def is_smart_pointer(own):
    return re.match(r"alloc::(rc::Rc|sync::Arc|boxed::Box)<|core::pin::Pin<", own.name or "")


def pointed_to(value):
    """What a pointer points to, be it a bare one or one of the standard library's."""
    own = value.type.strip_typedefs()
    if own.code == gdb.TYPE_CODE_PTR:
        return value.dereference()
    if is_dyn(value):
        return concrete(value)
    name = own.name or ""
    if name.startswith("alloc::rc::Rc<"):
        return in_rc(value)
    if name.startswith("alloc::sync::Arc<"):
        return in_arc(value)
    if name.startswith("core::pin::Pin<"):
        return pointed_to(value[own.fields()[0]])
    raise Unexpected(f"{without_generics(own)} is no pointer.")


def is_pointer_like(value):
    own = value.type.strip_typedefs()
    return own.code == gdb.TYPE_CODE_PTR or is_dyn(value) or bool(is_smart_pointer(own))


def member_of(value, name):
    """A field; through pointers, as in Rust, and of an enum's variant that is active."""
    while True:
        own = value.type.strip_typedefs()
        if own.code == gdb.TYPE_CODE_STRUCT:
            name_here = f"__{name}" if name.isdigit() else name
            if has(value, name_here):
                return value[name_here]
            if is_enum(value):
                value = variant(value)[1]
                continue
        if not is_pointer_like(value):
            raise Unexpected(f"{without_generics(type_name(value))} has no field `{name}`.")
        value = pointed_to(value)


def element(value, index):
    while True:
        own = value.type.strip_typedefs()
        found = None
        if own.code == gdb.TYPE_CODE_ARRAY:
            found = (value[n] for n in range(own.range()[1] + 1))
        elif re.match(r"alloc::vec::Vec<", own.name or ""):
            found = elements(value)
        elif re.match(r"alloc::collections::vec_deque::VecDeque<", own.name or ""):
            found = queued(value)
        elif own.code == gdb.TYPE_CODE_STRUCT and has(value, "data_ptr"):
            found = ((value["data_ptr"] + n).dereference() for n in range(int(value["length"])))
        if found is not None:
            found = list(found)
            if index >= len(found):
                raise Unexpected(f"It has {counted(len(found), 'element')}, numbered from 0.")
            return found[index]
        if not is_pointer_like(value):
            raise Unexpected(f"The kit finds no elements in {without_generics(type_name(value))}.")
        value = pointed_to(value)


for command in (Frame, Up, Down, List, Print):
    command()
