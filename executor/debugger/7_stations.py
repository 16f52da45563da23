# Part 7 of the debugger kit: stations, the moments in the life of a wake-up at which to stop.

import re

import gdb


class Station:
    """A function of the runtime at which one moment in the life of a wake-up can be watched."""

    kind = "the station"

    def __init__(self, name, what, functions, task=None, step=""):
        self.name, self.what, self.functions = name, what, functions
        # Its first step in the chapter on the life of a wake-up, if it has one there.
        self.step = step
        # Finds the task's id in the function's arguments.
        self.task = task or (lambda frame: None)

    def said(self, frame, number):
        """What is said when the program has stopped here."""
        return f"Station `{self.name}`: {self.sentence(frame, number)}"

    def sentence(self, frame, number):
        if number is None:
            return self.what
        for loop in loops():
            if loop.task(number) is not None:
                return f"{loop.called(number)}: {self.what}"
        # It is not among the tasks yet.
        label = variable(frame, "label")
        name = f" '{name_in(field(label, 'name'))}'" if label is not None else ""
        return f"task {number}{name}: {self.what}"

    def locations(self):
        for function in self.functions:
            if gdb.lookup_static_symbol(function) or gdb.lookup_global_symbol(function):
                yield function
            else:
                yield from generic(function)


known_places = {}


def generic(function):
    """A function that is compiled once for each type: gdb finds it by its file and line alone. To
    look for it takes seconds in a large program, and is done once."""
    key = gdb.current_progspace().filename, function
    if key in known_places:
        yield known_places[key]
        return
    listed = gdb.execute(f"info functions -q ^{re.escape(function)}<", to_string=True)
    found = re.search(r"^File (.*):\n(\d+):", listed, re.MULTILINE)
    if found is None:
        raise Unexpected(
            f"The debugger kit does not find the function {function}: it has another name now, or "
            "this program was built without debug information. The list is in "
            "executor/debugger/7_stations.py."
        )
    known_places[key] = f"{found[1]}:{found[2]}"
    yield known_places[key]


def argument(name, path):
    """The task's id, on the way from an argument of the newest frame."""
    def find(frame):
        value = variable(frame, name)
        if value is None:
            return None
        for step in path.split():
            if step == "(task)":
                value = head_in(value if not is_pointer(value) else value.dereference())
            elif step == "(waker)":
                value = waker_task(value)
                if value is None:
                    return None
            else:
                value = field(value, step)
        return plain(value)
    return find


def is_pointer(value):
    return value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR


def polled(frame):
    """The id of the task that is polled."""
    task = polled_task(frame)
    return plain(field(head_in(task), "id")) if task is not None else None


def woken(frame):
    """The id of the task that is woken: on another thread only its waker is known."""
    is_here = str(frame.name()).endswith("wake_here")
    return (argument("head", "id") if is_here else argument("waker", "(waker) id"))(frame)


CORE = "executor::event_loop::Core::"
STATIONS = [
    Station("spawned", "a future is made a task", [CORE + "add"], argument("task", "(task) id")),
    Station("polled", "its turn has come", [CORE + "poll"], polled, 7),
    Station("pending", "it is put back, to wait", [CORE + "put_back"],
            argument("running", "place.id"), 19),
    Station("parked", "nothing is ready: the loop sleeps", ["timer::driver::Driver::park"],
            step=23),
    Station("fired", "its timer is due", [CORE + "fire"], argument("due", "waker (waker) id"), 27),
    Station("woken", "its waker is called", ["executor::ready::wake_here", CORE + "wake_from"],
            woken, 29),
    Station("done", "it has ended, or is cancelled", [CORE + "finish"],
            argument("running", "place.id")),
]


class Stop(gdb.Breakpoint):
    """Stops at a station: for any task or for one, on any thread or on one."""

    # What was said when one of them stopped last, and whether the place was shown, too.
    told, told_at, is_placed = None, None, False

    def __init__(self, station, location, task, temporary, on_thread=None):
        super().__init__(location, internal=temporary)
        self.silent, self.is_once, self.is_reached = True, temporary, False
        self.station, self.only, self.on_thread = station, task, on_thread

    def stop(self):
        try:
            return self.is_wanted()
        except (Unexpected, gdb.error) as problem:
            print(wrapped(f"At the station `{self.station.name}`: {problem}"))
            return True

    def is_wanted(self):
        if self.on_thread not in (None, gdb.selected_thread().num):
            return False
        frame = gdb.newest_frame()
        number = self.station.task(frame)
        if self.only is not None and number != self.only:
            return False
        Stop.told = self.station.said(frame, number)
        Stop.told_at, self.is_reached = frame.pc(), True
        print(Stop.told)
        # `async until` shows the place itself.
        if not self.is_once:
            Stop.is_placed = True
            show_place(frame)
        return True


def find_station(arguments, command):
    """The station that is meant, or the async function, and the task."""
    names = ", ".join(station.name for station in STATIONS)
    if not arguments:
        raise gdb.GdbError(wrapped(
            f"Say which station ({names}), or which async function: `{command} breakfast`."
        ))
    station = next((one for one in STATIONS if one.name == arguments[0]), None)
    station = station or async_function(arguments[0])
    if len(arguments) == 1:
        return station, None
    return station, task_number(arguments[1:], f"{command} {station.name}")


def complete_station(text, word):
    """What may be written for the beginning of a station's name, or of an async function's."""
    paths = sorted(bodies_by_name())
    names = [station.name for station in STATIONS] + paths
    names += [path.rsplit("::", 1)[-1] for path in paths if "{" not in path]
    # gdb asks for the last word alone, and the parts of a path are words to it.
    given = len(text) - len(word)
    return [name[given:] for name in dict.fromkeys(names) if name.startswith(text)]


class Stations(AsyncCommand):
    """Lists the stations: the moments in the life of a wake-up.
Each is a function of the runtime."""

    name = "async stations"

    def show(self, arguments):
        for station in STATIONS:
            function = "::".join(station.functions[0].rsplit("::", 2)[1:])
            print(f"{station.step:>2} {station.name:<8} {station.what:<34} {function}")
        print("Numbers are steps of the chapter on the life of a wake-up in `cargo doc`.")
        print("`async break NAME` stops there from now on, `async until NAME` runs there once;")
        print("with a task's id behind it, only for that task.")


class Break(AsyncCommand):
    """Stops at a station each time, or at each poll of an async function.
`async break fired` does so for any task, `async break fired 2` for one, `async
break brew_coffee` in the body of that function: where it begins, and where it
goes on after an await."""

    name = "async break"

    def complete(self, text, word):
        return complete_station(text, word)

    def show(self, arguments):
        self.dont_repeat()
        station, task = find_station(arguments, self.name)
        for location in station.locations():
            Stop(station, location, task, temporary=False)


class Until(AsyncCommand):
    """Runs on to a station, once, or to a poll of an async function.
`async until fired` does so for any task, `async until fired 2` for one. It
stays with the loop of the selected thread, if there is one; `thread 1` behind
it names another thread. The Enter key does not repeat it."""

    name, moves = "async until", True

    def complete(self, text, word):
        return complete_station(text, word)

    def show(self, arguments):
        self.dont_repeat()
        on_thread, where = None, ""
        if arguments[-2:-1] == ["thread"] and arguments[-1].isdigit():
            on_thread, where = int(arguments[-1]), f" on thread {arguments[-1]}"
            arguments = arguments[:-2]
        station, task = find_station(arguments, self.name)
        # Another loop has other tasks of the same numbers. But a waker may be called anywhere.
        if on_thread is None and is_running() and entered() and station.name != "woken":
            on_thread = gdb.selected_thread().num
        Stop.told, Stop.is_placed = None, False
        quietly("set suppress-cli-notifications on")
        places = list(station.locations())
        stops = [Stop(station, place, task, True, on_thread) for place in places]
        with Halts() as halts:
            try:
                gdb.execute("continue" if is_running() else "run")
            finally:
                quietly("set suppress-cli-notifications off")
                is_reached = any(stop.is_reached for stop in stops)
                for stop in stops:
                    stop.delete()
        name = f"{station.kind} `{station.name}`{where}"
        if not is_running():
            print(f"The program has ended, and has not come to {name}.")
        elif not is_reached:
            print(wrapped(f"Halted by {halts.by}: the program has not come to {name}."))
        if is_running() and not Stop.is_placed:
            show_place()


for command in (Stations, Break, Until):
    command()
