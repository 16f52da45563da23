# Part 5b of the debugger kit: what is alike. Tasks, and futures that are awaited together, are shown once
# if they do the same, with their number.

import re

# So many that are alike are shown as one.
FEWEST = 4


def masked(text):
    """What is the same in texts that differ in times, ids and numbers alone."""
    return re.sub(r"\d+(\.\d+)?", "#", text)


def merged(texts):
    """Texts that are alike, as one: `sleep until 1.000 ... 5.000 s`."""
    texts = list(dict.fromkeys(texts))
    if len(texts) == 1:
        return texts[0]
    numbers = [re.findall(r"\d+(?:\.\d+)?", text) for text in texts]
    ranges = [spanned(column) for column in zip(*numbers)]
    return re.sub(r"\d+(\.\d+)?", lambda _: ranges.pop(0), texts[0])


def spanned(numbers):
    lowest, highest = min(numbers, key=float), max(numbers, key=float)
    return lowest if float(lowest) == float(highest) else f"{lowest} ... {highest}"


def shape(await_):
    """What two chains have in common that are shown as one: the same lines of the source."""
    if await_.shape is None:
        text = masked(await_.text) if await_.place is None else await_.text
        await_.shape = (text, await_.place, await_.count > 1, tuple(shape(part) for part in await_.parts))
    return await_.shape


def across(alike):
    """Chains of one shape, from different places, as one; in each its own parts are folded."""
    first = alike[0]
    shape(first)
    parts = [across(list(parts)) for parts in zip(*(await_.parts for await_ in alike))]
    text = merged([await_.text for await_ in alike])
    found = Await(text, first.place, siblings(parts), first.leaf, first.task, first.count)
    found.shape = first.shape
    return found


def siblings(awaits):
    """Of several futures those that are alike as one, with their number, unless they are few."""
    groups = {}
    for await_ in awaits:
        groups.setdefault(shape(await_), []).append(await_)
    found = []
    for await_ in awaits:
        group = groups[shape(await_)]
        if len(group) < FEWEST:
            found.append(await_)
        elif await_ is group[0]:
            found.append(across(group))
            found[-1].times = len(group)
    return found


class Group:
    """Tasks that are alike: in name, state and place, and in what they wait for."""

    def __init__(self, members):
        self.tasks = [task for task, _ in members]
        self.found = [found for _, found in members]

    def headline(self):
        first, count = self.tasks[0], len(self.tasks)
        name = merged([task.name for task in self.tasks])
        polls = spanned([str(task.polls) for task in self.tasks])
        polls = "1 poll" if polls == "1" else f"{polls} polls"
        about = f"'{name}', {first.state()}, {polls}, spawned at {first.site}"
        if count == 1:
            return f"task {first.id} {about}"
        return f"{count} tasks {about}\n" + clip(f"  ids {in_ranges([t.id for t in self.tasks])}", 80)

    def awaits(self):
        """What they wait for: of the same shape in each."""
        return siblings([across(list(alike)) for alike in zip(*self.found)])


def in_ranges(numbers):
    """`3 to 7, 9, 12 to 20`."""
    ranges = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in ranges)


def grouped(tasks, each):
    """The tasks, with what they wait for, in groups; each by itself if that is asked for."""
    alike, groups = {}, []
    for task, found in tasks:
        key = (masked(task.name), task.state(), task.site, tuple(shape(await_) for await_ in found))
        alike.setdefault(task.id if each else key, []).append((task, found))
    for members in alike.values():
        groups += [members] if len(members) >= FEWEST else [[member] for member in members]
    return [Group(group) for group in sorted(groups, key=lambda group: group[0][0].id)]
