# Part 5c of the debugger kit: the commands that show tasks, and how one is found among many.

import os
import re

import gdb

# A chain of more lines than this is shown with its beginning and its end.
LONGEST, BEGINNING, END = 12, 5, 4
# From so many rows on, `async tasks` has one for those that are alike.
MANY = 50


def what_it_awaits(task):
    """What a task waits for; nothing, if it is running."""
    return [] if task.state() == "running" else tree(task)


def chosen(loop, words):
    """The tasks that have all the words in their name, their state or what they wait for, each with
    that."""
    found = []
    for task in loop.tasks:
        awaits = what_it_awaits(task)
        if words:
            about = " ".join([task.name, task.state(), task.site, *lines_of_chain(awaits)])
            if not all(is_word_of(word, task.name, about) for word in words):
                continue
        found.append((task, awaits))
    return found


def is_word_of(word, name, about):
    """A number is a word of the name: there are numbers in all lines."""
    return word in re.findall(r"\d+", name) if word.isdigit() else word in about


def lines_of_chain(awaits):
    for await_ in awaits:
        yield await_.line()
        yield from lines_of_chain(await_.parts)


def find_tasks(arguments, command):
    """The task that an argument names: by its id, or by words that only it has."""
    if len(arguments) == 1 and arguments[0].isdigit():
        return find_task(int(arguments[0]))
    if not arguments:
        raise gdb.GdbError(f"Say which task: `{command} 1`. `async tasks` has the ids.")
    found = [task for loop in loops() for task in loop.tasks if " ".join(arguments) in task.name]
    named = [task for task in found if task.name == " ".join(arguments)]
    found = named if len(named) == 1 else found
    if len(found) != 1:
        ids = f"are several: {in_ranges([task.id for task in found])}" if found else "is none"
        raise Unexpected(f"Say which task: of the name '{' '.join(arguments)}' there {ids}. "
                         f"`{command} 1` is for the task with that id.")
    return found[0]


class Tasks(AsyncCommand):
    """Lists the unfinished tasks: what each does, and what it waits on.
With words behind it, `async tasks waiting sleep`, those that have them all in their name, their state,
their place or what they wait for. Of many tasks those that are alike are one row, with their number;
`async tasks -each` shows each."""

    name = "async tasks"

    def show(self, arguments):
        each, words = "-each" in arguments, [word for word in arguments if word != "-each"]
        for loop in each_loop():
            tasks = chosen(loop, words)
            if not tasks:
                print(none_of(loop, words))
                continue
            groups = grouped(tasks, each or len(tasks) < MANY)
            print("\n".join(table_lines([HEAD, *(row_of(group) for group in groups)], wide=4)))
            if len(groups) < len(tasks):
                print(f"{len(tasks)} tasks. `async tasks -each` has a row for each, `async tasks WORD` "
                      "those with\nthat word, `async bt WORD` their awaits and ids.")


HEAD = ("id", "name", "state", "polls", "waits on", "spawned at")


def row_of(group):
    """A row of the table: a task, or tasks that are alike."""
    first, count = group.tasks[0], len(group.tasks)
    waits = "-"
    if first.state() in ("waiting", "woken") and first.polls > 0:
        waits = in_short([leaf for await_ in group.awaits() for leaf in await_.leaves()])
    name = merged([task.name for task in group.tasks])
    polls = spanned([str(task.polls) for task in group.tasks])
    number = str(first.id) if count == 1 else f"{count} x"
    return number, name, first.state(), polls, waits, os.path.basename(first.site)


def none_of(loop, words):
    if not words:
        return "There is no unfinished task."
    return wrapped(f"None of the {counted(len(loop.tasks), 'task')} has the "
                   f"word{'s' if len(words) > 1 else ''} {' and '.join(f'`{word}`' for word in words)} in its name, its state, its place or "
                   "what it waits for.")


def in_short(leaves):
    """What a task waits on, in half a line."""
    count = sum(leaf.count * leaf.times for leaf in leaves)
    if count < 2:
        return leaves[0].line() if leaves else "-"
    if all(leaf.task is not None and leaf.times == 1 for leaf in leaves):
        return f"{len(leaves)} tasks: {', '.join(str(leaf.task) for leaf in leaves)}"
    return f"{count} futures: {leaves[0].line()}" + (", ..." if len(leaves) > 1 else "")


def table_lines(rows, wide):
    """Columns as wide as they need be; what is in the column `wide` gives way to the others."""
    def narrowed(row):
        return [cell if n == wide else clip(cell, 20) for n, cell in enumerate(row)]

    clipped = [narrowed(row) for row in rows]
    widths = [max(len(row[n]) for row in clipped) for n in range(len(rows[0]))]
    room = 80 - sum(widths) + widths[wide] - 2 * len(widths)
    widths[wide] = min(widths[wide], max(room, 12))
    lines = []
    for row in clipped:
        cells = [
            clip(cell, width).rjust(width) if re.fullmatch(r"\d+( x| \.\.\. \d+)?", cell) else clip(cell, width).ljust(width)
            for cell, width in zip(row, widths)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def clip(text, width):
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


class Backtrace(AsyncCommand):
    """Shows what each task waits for: its awaits, with their lines.
They go from its own future down to the leaf. Of the task that is running it shows the call stack.
Tasks that are alike are shown once, with their number; `async bt -each` shows each, and long chains
wholly. With an id: of that task. With words: of those that have them all in their name, their state,
their place or what they wait for."""

    name = "async bt"

    def show(self, arguments):
        each, words = "-each" in arguments, [word for word in arguments if word != "-each"]
        if len(words) == 1 and words[0].isdigit():
            task = find_task(int(words[0]))
            self.show_group(Group([(task, what_it_awaits(task))]), each)
            return say_why_no_lines()
        for loop in each_loop():
            tasks = chosen(loop, words)
            if not tasks:
                print(none_of(loop, words))
            for n, group in enumerate(grouped(tasks, each)):
                if n > 0:
                    print()
                self.show_group(group, each)
        say_why_no_lines()

    def show_group(self, group, each):
        print(group.headline())
        task = group.tasks[0]
        if task.state() == "running":
            lines = running_stack(task.loop)
            for depth, line in enumerate(lines):
                print("  " + "   " * max(depth - 1, 0) + ("-> " if depth else "") + line)
            return
        found = group.found[0] if each else group.awaits()
        if not found:
            print("  its future is on the stack, and was optimised away there")
        for await_ in found:
            print_tree(await_ if each else shortened(await_), "  ", "")


def shortened(await_):
    """The chain with `... 30 awaits more ...` in its midst, if it is long."""
    chain = [await_]
    while len(chain[-1].parts) == 1:
        chain.append(chain[-1].parts[0])
    if len(chain) <= LONGEST:
        last = chain[-1]
        last.parts = [shortened(part) for part in last.parts]
        return await_
    hidden = chain[BEGINNING:-END]
    chain[BEGINNING - 1].parts = [Await(f"... {len(hidden)} awaits more ...", parts=[chain[-END]])]
    return await_


def print_tree(await_, indent, lead):
    print(indent + lead + counted_line(await_))
    indent += " " * len(lead)
    if len(await_.parts) == 1:
        return print_tree(await_.parts[0], indent, "-> ")
    for n, part in enumerate(await_.parts):
        is_last = n == len(await_.parts) - 1
        print_branch(part, indent, is_last)


def print_branch(await_, indent, is_last):
    """One of several futures that are awaited together."""
    print(indent + ("`- " if is_last else "|- ") + counted_line(await_))
    below = indent + ("   " if is_last else "|  ")
    for n, part in enumerate(await_.parts):
        if len(await_.parts) == 1:
            print_tree(part, below, "-> ")
        else:
            print_branch(part, below, n == len(await_.parts) - 1)


def counted_line(await_):
    return f"{await_.times} x {await_.line()}" if await_.times > 1 else await_.line()


Tasks()
Backtrace()
