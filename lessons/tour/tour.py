# The guide of the lesson `tour`: a command of gdb that shows the text of its stops, bit by bit. It
# is embedded in the program, as the debugger kit is.

import os
import subprocess

import gdb


class Tour(gdb.Command):
    """Shows where the tour stands: some text, and what to type next.

    When that was typed, the next bit follows by itself. All other commands may be typed as well.
    """

    def __init__(self):
        super().__init__("tour", gdb.COMMAND_USER)
        self.bits, self.at, self.typed = [], 0, 0

    def invoke(self, argument, from_tty):
        if not self.bits:
            # Without a terminal, the program prints the whole tour.
            program = gdb.current_progspace().filename
            text = subprocess.run([program, "tour"], capture_output=True, text=True).stdout
            self.bits = list(bits(text))
            self.typed = last_typed()[0]
            gdb.events.before_prompt.connect(self.prompted)
        self.show()

    def prompted(self):
        """A command has come to its end. If it was the one to be typed, the text goes on."""
        number, command = last_typed()
        # The Enter key repeats a command, and is not written down.
        is_repeated = number == self.typed and command.startswith("async ")
        is_typed = number > self.typed or (is_repeated and self.at > 0)
        self.typed = number
        if self.at < len(self.bits) and is_typed and command == self.bits[self.at][1]:
            self.at += 1
            self.show()

    def show(self):
        if self.at >= len(self.bits):
            return
        prose, command = self.bits[self.at]
        for line in prose:
            is_headline = line.startswith("Stop ")
            print("\n" + bold(line) if is_headline else line)
        if command and not prose:
            print("\nOnce more (the Enter key will do):\n")
        if command:
            print(f"  {bold(command)}\n")


def bold(text):
    is_plain = "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return text if is_plain or not gdb.parameter("style enabled") else f"\033[1m{text}\033[m"


def bits(text):
    """The tour in pieces: some prose, and the command that it asks for. The last has none."""
    prose = []
    for line in text.splitlines():
        if line.startswith("(gdb) "):
            yield prose, line[6:]
            prose = []
        elif line == "#" or line.startswith("# "):
            prose.append(line[2:])
    yield prose, None


def last_typed():
    """The last command in gdb's history, and its number there."""
    lines = gdb.execute("show commands", to_string=True).strip().splitlines()
    number, _, command = lines[-1].strip().partition("  ") if lines else ("0", "", "")
    return int(number), command.strip()


Tour()
