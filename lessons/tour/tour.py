# The guide of the lesson `tour`: a command of gdb that shows the text of its stops, bit by bit. It
# is embedded in the program, as the debugger kit is, and uses it.

import os
import re
import subprocess

import gdb

# What a command of the tour begins with if it lets the program run.
MOVES = ("async until", "async step", "finish")
# What gdb takes for these as well.
SHORT = {"p": "print", "fin": "finish", "where": "bt", "backtrace": "bt", "asyn": "async"}
# After so many commands of one's own, the tour says how to find it again.
OWN_COMMANDS = 4


class Bit:
    """A piece of the tour: some prose, the command that it asks for, and what that prints. The
    last one has no command."""

    def __init__(self, prose, command=None):
        self.prose, self.command, self.expected = prose, command, []

    def moves(self):
        return self.command is not None and self.command.startswith(MOVES)

    def is_as_told(self):
        """Whether the program is, after the command, as the text says."""
        if not is_running():
            return False
        if self.moves():
            return self.is_there()
        found = self.printed_again()
        return found is None or found == "\n".join(map(comparable, self.expected)).strip()

    def is_there(self):
        """Whether it stands where the command led to: the same station, function and line."""
        function, source = place_of(gdb.newest_frame())
        here = {comparable(line) for line in (Stop.told or "", function, source)}
        # What the program itself prints comes before that, and what `finish` adds behind it.
        expected = [comparable(line) for line in self.expected]
        is_source = [line.startswith("LINE\t") for line in expected].index(True)
        first = is_source if self.command == "finish" else is_source - 1
        told = [line for line in expected if line.startswith("Station ")]
        return set(told + expected[first : is_source + 1]) <= here

    def printed_again(self):
        """What the command prints, now; `None` if it may be something else for somebody else."""
        if self.command.startswith("async "):
            again = self.command
        elif self.command.startswith("print "):
            again = "output " + self.command.removeprefix("print ")
        else:
            return None
        try:
            printed = gdb.execute(again, to_string=True)
        except gdb.error:
            return ""
        return "\n".join(map(comparable, printed.splitlines())).strip()


def comparable(line):
    """A line without the numbers that are others when somebody has changed a file."""
    line = re.sub(r"^\$\d+ = ", "", line.rstrip())
    return re.sub(r"\.rs:\d+", ".rs:LINE", re.sub(r"^\d+\t", "LINE\t", line))


class Tour(gdb.Command):
    """Shows where the tour stands: some text, and what to type next.

    When that was typed, the next bit follows by itself. All other commands may be typed as well.
    `tour again` begins anew; `tour here` takes the program back to where the tour stands.
    """

    def __init__(self):
        super().__init__("tour", gdb.COMMAND_USER)
        self.bits, self.at, self.typed, self.own = [], 0, 0, 0
        # Whether the program has run on from where the tour stands.
        self.is_passed = self.has_ended = self.has_stopped = False

    def invoke(self, argument, from_tty):
        self.dont_repeat()
        if not self.bits:
            # Without a terminal, the program prints the whole tour.
            program = gdb.current_progspace().filename
            text = subprocess.run([program, "tour"], capture_output=True, text=True).stdout
            self.bits = list(bits(text))
            self.typed = last_typed()[0]
            gdb.events.before_prompt.connect(self.prompted)
            gdb.events.stop.connect(self.stopped)
            gdb.events.exited.connect(self.exited)
        if argument not in ("", "again", "here"):
            raise gdb.GdbError("There are `tour`, `tour here` and `tour again`.")
        if argument == "again":
            self.at = 0
        if argument:
            self.replay()
        if self.is_passed:
            print(self.passed())
            return
        if argument == "here" and is_running():
            print("\n" + wrapped(f"Back again: the program {self.where()}."))
        elif self.has_gone_on():
            print(wrapped(
                f"The program has gone on since this was said: it {self.where()}. `tour here` takes "
                "it back."
            ))
        self.show()

    def has_gone_on(self):
        """Whether it is elsewhere than where the tour's last command had led to."""
        moved = [bit for bit in self.bits[: self.at] if bit.moves()]
        return bool(moved) and is_running() and not moved[-1].is_there()

    def replay(self):
        """Starts anew, and does what was done up to here. The clock is simulated, so it comes to
        be as it was."""
        if is_running():
            gdb.execute("kill", to_string=True)
        others = [one for one in gdb.breakpoints() or () if one.enabled]
        for one in others:
            one.enabled = False
        for bit in self.bits[: self.at]:
            if bit.moves():
                gdb.execute(bit.command, to_string=True)
        for one in others:
            if one.is_valid():
                one.enabled = True
        self.is_passed = self.has_ended = self.has_stopped = False

    def stopped(self, event):
        self.has_stopped = True

    def exited(self, event):
        self.has_ended = True

    def prompted(self):
        """A command has come to its end. If it was the one to be typed, the text goes on."""
        number, command = last_typed()
        command = written_out(command)
        # The Enter key repeats a command, and is not written down.
        is_repeated = number == self.typed and command == "async step" and self.has_stopped
        is_typed = number > self.typed or is_repeated
        has_ended, self.has_ended = self.has_ended, False
        self.typed, self.has_stopped = number, False
        if self.is_passed or self.at >= len(self.bits) - 1 or command.startswith("tour"):
            return
        is_asked_for = is_typed and is_the_same(command, self.bits[self.at].command)
        if has_ended or (is_asked_for and not self.bits[self.at].is_as_told()):
            self.is_passed = True
            print("\n" + self.passed())
        elif is_asked_for:
            self.at += 1
            self.show()
        elif is_repeated:
            print("\nThat was one step more than the tour asks for. `tour here` takes it back.")
        elif is_typed:
            self.own += 1
            if self.own % OWN_COMMANDS == 0:
                print("\n(`tour` shows again where the tour is, and what to type there.)")

    def passed(self):
        """That the program is not where the tour is, and what to do."""
        return wrapped(
            f"You have passed this stop: the program {self.where()}. `tour here` takes it back to where "
            "the tour is, `tour again` begins anew. (The tour is about the lesson `breakfast` as "
            "it is in the repository; if you have changed it, other things happen.)"
        )

    def where(self):
        if not is_running():
            return "has ended"
        function, _ = place_of(gdb.newest_frame())
        is_at_station = Stop.told is not None and Stop.told_at == gdb.newest_frame().pc()
        return f"is in {function}" + (f" (s{Stop.told[1:]})" if is_at_station else "")

    def show(self):
        self.own = 0
        bit = self.bits[self.at]
        for line in bit.prose:
            is_headline = line.startswith("Stop ")
            print("\n" + bold(line) if is_headline else line)
        if bit.command and not bit.prose:
            print("\nOnce more (the Enter key will do):\n")
        if bit.command:
            print(f"  {bold(bit.command)}\n")


def bold(text):
    is_plain = "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return text if is_plain or not gdb.parameter("style enabled") else f"\033[1m{text}\033[m"


def bits(text):
    """The tour in pieces."""
    prose, bit = [], None
    for line in text.splitlines():
        if line.startswith("(gdb) "):
            bit, prose = Bit(prose, line[6:]), []
            yield bit
        elif line == "#" or line.startswith("# "):
            prose.append(line[2:])
        elif bit is not None and not prose:
            bit.expected.append(line)
    yield Bit(prose)


def written_out(command):
    """A command with what gdb takes in short written in full: `p due`, `async task`."""
    first, *others = command.split() or [""]
    first = SHORT.get(first, first)
    if first == "async" and others:
        meant = [name for name in subcommands() if name.startswith(others[0])]
        others[0] = meant[0] if len(meant) == 1 else others[0]
    return " ".join([first, *others])


def is_the_same(typed, asked_for):
    """Whether that was typed. A backtrace of all is as good as one of some."""
    is_of_all = typed in ("bt", "async bt") and asked_for.startswith(typed + " ")
    return typed == asked_for or is_of_all


def last_typed():
    """The last command in gdb's history, and its number there."""
    lines = gdb.execute("show commands", to_string=True).strip().splitlines()
    number, _, command = lines[-1].strip().partition("  ") if lines else ("0", "", "")
    return int(number), command.strip()


Tour()

# Printing is not what the lessons are about: `step` goes over it.
PRINTING = "^lessons::stage::output::"
if PRINTING not in gdb.execute("info skip", to_string=True):
    gdb.execute(f"skip -rfu {PRINTING}", to_string=True)
