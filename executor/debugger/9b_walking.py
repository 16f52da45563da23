# Part 9b of the debugger kit: from line to line in one task, over its awaits, whatever runs
# meanwhile.

import gdb


class Signpost(gdb.Breakpoint):
    """A place on the way: it halts the program if what it is for has come true there."""

    def __init__(self, location, is_it):
        super().__init__(location, internal=True)
        self.silent, self.is_it, self.is_reached = True, is_it, False

    def stop(self):
        self.is_reached = False
        try:
            self.is_reached = bool(self.is_it(gdb.newest_frame()))
        except (Unexpected, gdb.error):
            pass  # something else than what it waits for
        return self.is_reached


class Walk:
    """Follows one async function through its polls, until it is where a command wants it.

    It is *inside* while it is polled, and *outside* while its task waits.
    """

    # Why it has come to its end.
    REACHED, RETURNED, DROPPED, TASK_OVER, HALTED, EXITED = range(6)

    def __init__(self, function):
        self.function, self.frame, self.posts = function, function.frame, []
        # Whether it waited on the way, and the line of the await at which it did.
        self.has_waited, self.awaits_at = False, None
        # When it has returned: whether by a panic, what, and whether somebody awaits it.
        self.has_panicked, self.value, self.has_caller = False, None, False
        # Whether the kit sees it among the awaits of its task; not known before it waits.
        self.is_visible = None

    def run(self, inside):
        """Goes on: `inside` leads it on while it is polled, and says whether it is there."""
        quietly("set suppress-cli-notifications on")
        Stop.told, Stop.is_placed = None, False
        try:
            with Halts() as self.halts:
                self.resumed = self.post(f"*{self.function.entry:#x}", self.is_resumed)
                self.put_back = self.post(CORE + "put_back", self.is_dropped)
                self.finished = self.post(CORE + "finish", self.is_own_task)
                return self.follow(inside)
        finally:
            for post in self.posts:
                post.delete()
            quietly("set suppress-cli-notifications off")

    def go(self, command):
        for post in self.posts:
            post.is_reached = False
        gdb.execute(command)

    def post(self, location, is_it):
        self.posts.append(Signpost(location, is_it))
        return self.posts[-1]

    def follow(self, inside):
        while True:
            left = self.on_return_to(self.frame.older())
            if inside(self, left):
                return self.REACHED
            if not left.is_reached:
                return self.cut_short()
            left.enabled = False
            number, state = self.function.state()
            if state in ("Returned", "Panicked"):
                self.note_end(state)
                return self.RETURNED
            self.has_waited = True
            self.awaits_at = line_of(self.function.type.name, number.name)
            self.go("continue")
            if not self.resumed.is_reached or not is_running():
                return self.cut_short()
            self.frame = gdb.newest_frame()

    def on_return_to(self, frame):
        return self.post(f"*{frame.pc():#x}", lambda newest: newest == frame)

    def note_end(self, state):
        """It is over. Goes out of the library's functions, to the one that awaits it."""
        frame = gdb.newest_frame()
        self.has_panicked = state == "Panicked"
        self.value = ready_value(frame, self.function.returns)
        self.has_caller = is_polled_function(frame)
        while not is_own_frame(frame):
            frame = frame.older()
        if frame != gdb.newest_frame():
            self.on_return_to(frame)
            self.go("continue")

    def cut_short(self):
        if not is_running():
            return self.EXITED
        if self.finished.is_reached:
            return self.TASK_OVER
        return self.DROPPED if self.put_back.is_reached else self.HALTED

    def is_resumed(self, frame):
        return self.function.is_entered()

    def is_own_task(self, frame):
        own = argument("running", "place.id")(frame)
        return own == self.function.task and gdb.selected_thread().num == self.function.thread

    def is_dropped(self, frame):
        """Whether its task goes on without it: a timeout or a `select!` has dropped it."""
        if not self.is_own_task(frame):
            return False
        future = future_of(field(variable(frame, "running"), "task"))
        is_there = self.function.is_in(future)
        if self.is_visible is None:
            self.is_visible = is_there
        return self.is_visible and not is_there


NOT_POLLED = (
    "No async function is being polled here: this is the loop. `async until polled` goes to the "
    "next poll, and `async step` from there into the future."
)


class Next(AsyncCommand):
    """Goes to the next line of the task that is being polled, also over an `.await`.
If the future there is not ready, the task waits and all others run on; it
halts when this one is polled again and has come to its next line."""

    name, moves = "async next", True
    # No line takes more steps.
    MOST = 1000

    def show(self, arguments):
        if not is_running():
            raise Unexpected(not_running())
        frame = gdb.newest_frame()
        name = without_generics(frame.name() or "")
        if is_coroutine_body(name):
            walk = Walk(polled_function(frame))
            start, header = frame.find_sal().line, frame.function().line
            return tell(walk, lambda *on: self.inside(*on, start, header), "its next line")
        # `polled` is there when the poll is over.
        if name == POLL and variable(frame, "polled") is None or is_inside(name):
            return gdb.execute("async step")
        if not is_polled_function(frame):
            raise Unexpected(NOT_POLLED)
        self.in_a_function(frame)

    def inside(self, walk, left, start, header):
        """Goes from line to line in one poll; whether it has come to another one than those over
        which it is to go."""
        for _ in range(self.MOST):
            walk.go("next")
            if not is_running() or walk.halts.by or left.is_reached or not walk.frame.is_valid():
                return False
            line = walk.frame.find_sal()
            over = {start}
            if walk.awaits_at is not None:
                # A poll begins at the function's first line, and goes on at the await.
                over |= {header, walk.awaits_at[1]}
            if gdb.newest_frame() == walk.frame and is_own_line(line) and line.line not in over:
                return True
        return False

    def in_a_function(self, frame):
        """In one that is not async: `next`, but not to the lines of a library."""
        start = (frame, frame.find_sal().line)
        quietly("set suppress-cli-notifications on")
        try:
            with Halts() as halts:
                for _ in range(self.MOST):
                    gdb.execute("next")
                    if not is_running() or halts.by:
                        break
                    frame = gdb.newest_frame()
                    if is_own_frame(frame) and (frame, frame.find_sal().line) != start:
                        break
        finally:
            quietly("set suppress-cli-notifications off")
        if is_running():
            if halts.by:
                print(f"Halted by {halts.by}.")
            show_place()


class Finish(AsyncCommand):
    """Goes to the end of the async function of the selected frame, into its caller.
Its awaits may take any number of polls, between which all other tasks run.
What it returns is in `$async_returned`, where gdb can read it."""

    name, moves = "async finish", True

    def show(self, arguments):
        if not is_running():
            raise Unexpected(not_running())
        function = polled_function(gdb.selected_frame())
        if function is None:
            raise Unexpected(NOT_POLLED)
        tell(Walk(function), lambda walk, left: walk.go("continue"), "its end")


def tell(walk, inside, goal):
    """Walks, and says where it has come to."""
    function = walk.function
    task = own_loop().called(function.task)
    ended = walk.run(inside)
    if ended == Walk.EXITED:
        return print(wrapped(f"The program has ended: {function.name} has not come to {goal}."))
    said = None
    if ended == Walk.HALTED:
        by = walk.halts.by or "gdb"
        said = f"Halted by {by}: {function.name}, in {task}, has not come to {goal}."
    elif ended == Walk.TASK_OVER:
        how = around_the_poll().split(",")[0]
        said = f"{function.name} has not come to {goal}: this is the end of {task}; {how}."
        if how.endswith("Ready"):
            said = f"{function.name} has ended unseen, as the program is optimised; so has {task}."
    elif ended == Walk.DROPPED:
        said = f"{function.name} has not come to {goal}: {task} has dropped it, and goes on."
    elif ended == Walk.RETURNED:
        said = what_it_returned(walk)
        if not walk.has_caller:
            said += f" Nobody in {task} awaits it: the task ends here."
    elif walk.has_waited:
        said = f"{task} has waited, and goes on."
    if said:
        print(wrapped(said))
    if not Stop.is_placed:
        show_place()


def what_it_returned(walk):
    name, value = walk.function.name, walk.value
    gdb.set_convenience_variable("async_returned", value)
    if walk.has_panicked:
        return f"{name} has panicked."
    if value is None:
        return f"{name} has returned; gdb cannot tell what."
    if value.type.sizeof == 0:
        return f"{name} has returned."
    return f"{name} has returned $async_returned = {clip(one_line(value), 200)}."


Next()
Finish()
