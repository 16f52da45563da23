# Part 2c of the debugger kit: awaits in macros. What the debug information has at such an await is the
# line of the macro, which may be in another crate.

import linecache
import re

FUNCTION, VAR, TYPE = 0x2E, 0x34, 0x49
OF_AWAITED = {
    UNIT: OF_UNIT, VARIANT: {DISCRIMINANT}, MEMBER: {NAME, TYPE}, NAMESPACE: {NAME},
    STRUCTURE: {NAME}, FUNCTION: {NAME}, VAR: {NAME, TYPE, DECL_FILE, DECL_LINE},
}


class Macros:
    """Finds the user's line of an await that is in a macro: `Lines` has that of the macro."""

    def __init__(self, lines):
        self.lines = lines
        self.awaited, self.asked = None, {}

    def place_of(self, type_name, state):
        """Where a coroutine is in that state: the file and the line, and the macro in which it is
        awaited there, as `select!`; `None` if it is in none, or that is not known."""
        key = (type_name, state)
        if key not in self.asked:
            place = self.lines.known.get(key)
            self.asked[key] = (*self.outside_of_macros(key, place),) if place else None
        return self.asked[key]

    def outside_of_macros(self, key, place):
        """An await in a macro has the macro's line, wherever that is. The variable for what is
        awaited has the user's, if the macro is another crate's."""
        begin, macro = self.lines.known.get((key[0], 0), place), self.macro_around(place)
        if self.is_other_crates(begin) and not self.is_other_crates(place):
            # The coroutine is of a macro, and the await is what was written between its brackets.
            return *place, macro and f"`{macro}!`"
        if place[0] != begin[0]:
            if self.awaited is None:
                self.awaited = {}
                self.lines.read(OF_AWAITED, self.walk_awaited)
            own = {found for found in self.awaited.get(key, ()) if found[0] == begin[0]}
            if len(own) == 1:
                (place,) = own
                called = set(re.findall(r"\b(\w+)!\s*[({\[]", self.source(*place)))
                macro = macro if macro in called else called.pop() if len(called) == 1 else ""
                return *place, f"`{macro}!`" if macro else "a macro"
        if macro is None:
            return *place, "a macro" if place[0] != begin[0] else None
        # A macro of the same crate: the user's line is the one that calls it, if there is one only.
        calls = [line for line in self.body(*begin) if f"{macro}!" in self.source(begin[0], line)]
        return *((begin[0], calls[0]) if len(calls) == 1 else place), f"`{macro}!`"

    def is_other_crates(self, place):
        return bool(re.search(r"/registry/src/|^/rustc/", self.lines.in_full.get(place[0], "")))

    def source(self, file, line):
        return linecache.getline(self.lines.in_full.get(file, file), line)

    def macro_around(self, place):
        """The name of the macro in whose definition a line is, as far as the source tells."""
        file, line = place
        width = len(indent(self.source(file, line)))
        for above in range(line - 1, 0, -1):
            text = self.source(file, above)
            if text.strip() and len(indent(text)) < width:
                width = len(indent(text))
                found = re.match(r"\s*macro_rules!\s*(\w+)", text)
                if found or width == 0:
                    return found[1] if found else None
        return None

    def body(self, file, begin):
        """The lines of a function: those that are further to the right than its first one."""
        width, line = len(indent(self.source(file, begin))), begin
        while self.source(file, line):
            yield line
            line += 1
            text = self.source(file, line)
            if text.strip() and len(indent(text)) <= width and not text.strip().startswith(")"):
                return

    def walk_awaited(self, info, end, abbreviations):
        """The lines of the variables for what is awaited. They are found by their type: that of
        the field in the coroutine's variant."""
        path, state, fields, variables = [], None, {}, {}
        while info.at < end:
            kind, found = self.lines.entry(info, abbreviations)
            if kind is None:
                if path:
                    path.pop()
                continue
            tag, has_children = kind
            name = found.get(NAME, "")
            if tag == VARIANT:
                state = found.get(DISCRIMINANT)
            elif name == "__awaitee" and tag == MEMBER and str(path[-1]).startswith("Suspend"):
                # The variant's own type: its fields do not follow the variant.
                number = int(path[-1][len("Suspend") :]) + 3
                fields[joined(path[:-1]), number] = found.get(TYPE)
            elif name == "__awaitee" and tag == VAR:
                function = next((n for n in range(len(path) - 1, -1, -1) if is_body(path[n])), None)
                if function is not None:
                    last = path[function].replace("#", "_env#", 1)
                    place = self.lines.place(found.get(DECL_FILE), found.get(DECL_LINE))
                    key = joined(path[:function] + [last]), found.get(TYPE)
                    variables.setdefault(key, set()).add(place)
            if has_children:
                path.append(name if tag in (NAMESPACE, STRUCTURE, FUNCTION) else tag)
        for key, own in fields.items():
            places = variables.get((key[0], own))
            if places:
                self.awaited.setdefault(key, set()).update(places)


def indent(text):
    return text[: len(text) - len(text.lstrip())]


def is_body(name):
    """Whether it is the function that a coroutine is polled by."""
    return isinstance(name, str) and name.startswith("{async_")


def place_in(filename, type_name, state):
    """Where a coroutine of that type is in that state: a file, a line and a macro, or `None`."""
    lines = lines_of(filename)
    if lines is None:
        return None
    lines.macros = lines.macros or Macros(lines)
    return lines.macros.place_of(type_name, int(state))
