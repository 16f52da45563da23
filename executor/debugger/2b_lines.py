# Part 2b of the debugger kit: at which line of the source an await stands.
#
# rustc writes the line of each await into the debug information, at the variant of the coroutine
# in which it is suspended there. gdb reads it and shows it to nobody, so it is read here a second
# time, straight from the file: once, and only as far as it is asked for.

import re
import struct
import zlib

# What is read of which entry.
OF_UNIT = {COMP_DIR, STMT_LIST, STR_OFFSETS}
OF_LINES = {
    UNIT: OF_UNIT, VARIANT: {DISCRIMINANT}, MEMBER: {DECL_FILE, DECL_LINE, OFFSET},
    NAMESPACE: {NAME}, STRUCTURE: {NAME},
}


class Lines(Entries):
    """For each coroutine of a program, and each of its states, a file and a line; and where in it
    the byte lies that says in which state it is."""

    def __init__(self, filename):
        super().__init__(filename)
        self.known, self.state_offsets, self.in_full = {}, {}, {}
        # What 2c_macros.py knows besides, when it was asked.
        self.macros = None
        self.needles = self.names_of_coroutines()
        self.read(OF_LINES, self.walk)

    def read(self, wanted, walk):
        """Goes through the units, with the entries' attributes that are wanted."""
        self.wanted, self.abbreviations = wanted, {}
        info = Bytes(self.sections.get(".debug_info", b""))
        while info.at < len(info.data):
            self.unit(info, walk)

    def unit(self, info, walk):
        self.start = info.at
        length = info.number(4)
        end = info.at + length
        version = info.number(2)
        if version >= 5:
            info.at += 2  # the unit's type, and the size of an address
            table = info.number(4)
        else:
            table = info.number(4)
            info.at += 1
        self.strings, self.files = 8, None
        abbreviations = self.abbreviations.get(table) or self.read_abbreviations(table)
        _, root = self.entry(info, abbreviations)
        self.strings = root.get(STR_OFFSETS, self.strings)
        self.folder = root.get(COMP_DIR, "")
        self.line_table = root.get(STMT_LIST)
        # The standard library was compiled elsewhere, and most other units have no coroutine.
        if not str(self.folder).startswith("/rustc/") and self.has_coroutines(info, end, version):
            walk(info, end, abbreviations)
        info.at = end

    def names_of_coroutines(self):
        """How a unit refers to the names of coroutines, as bytes."""
        text = self.sections.get(".debug_str", b"")
        found = re.finditer(rb"\0\{async_\w+_env#", text)
        return [(match.start() + 1).to_bytes(4, "little") for match in found]

    def has_coroutines(self, info, end, version):
        if version >= 5:
            return True  # it may refer to names by numbers
        return any(info.data.find(needle, info.at, end) >= 0 for needle in self.needles)

    def walk(self, info, end, abbreviations):
        """Goes through all entries, with the path of namespaces and types that lead there."""
        path, state = [], None
        while info.at < end:
            kind, found = self.entry(info, abbreviations)
            if kind is None:
                if path:
                    path.pop()
                continue
            tag, has_children = kind
            if tag == VARIANT:
                state = found.get(DISCRIMINANT)
            elif tag == MEMBER and path and path[-1] is VARIANT_PART:
                self.state_offsets[joined(path)] = found.get(OFFSET)
            elif tag == MEMBER and state is not None and path and path[-1] is VARIANT:
                if DECL_LINE in found:
                    place = self.place(found.get(DECL_FILE), found[DECL_LINE])
                    self.known.setdefault((joined(path), state), place)
                state = None
            if has_children:
                path.append(found.get(NAME, "") if tag in (NAMESPACE, STRUCTURE) else tag)

    def place(self, file, line):
        if self.files is None:
            try:
                self.files = file_table(self, self.line_table, self.folder)
            except (LookupError, ValueError, TypeError):
                self.files = {}
        path = self.files.get(file, "?")
        shown = re.sub(r"^.*/registry/src/[^/]*/|^/rustc/[^/]*/", "", path)
        if shown not in self.in_full:
            self.in_full[shown] = path if path.startswith("/") else f"{self.folder}/{path}"
        return shown, line


def joined(path):
    """The name of a type, of the namespaces and types around it."""
    return "::".join(part for part in path if isinstance(part, str) and part)


def file_table(lines, offset, folder):
    """The files that a line table numbers, from the folder in which they were compiled."""
    data = Bytes(lines.sections[".debug_line"], offset + 4)
    version = data.number(2)
    data.at += 2 if version >= 5 else 0
    data.at += 4 + (2 if version >= 4 else 1) + 3
    opcodes = data.number(1)
    data.at += opcodes - 1
    if version >= 5:
        folders = [dict(row).get(1) for row in rows(lines, data)]
        files = enumerate(dict(row) for row in rows(lines, data))
        named = {number: (folders[row.get(2, 0)], row[1]) for number, row in files}
    else:
        folders, named = [folder], {}
        while name := data.string():
            folders.append(name)
        while name := data.string():
            named[len(named) + 1] = (folders[data.leb()], name)
            data.leb(), data.leb()
    return {number: relative(folder, *parts) for number, parts in named.items()}


def rows(lines, data):
    forms = [(data.leb(), data.leb()) for _ in range(data.number(1))]
    count = data.leb()
    return [
        [(kind, lines.attribute(data, form, None, True)) for kind, form in forms]
        for _ in range(count)
    ]


def relative(compiled_in, folder, name):
    path = name if name.startswith("/") or not folder else f"{folder}/{name}"
    if "/registry/src/" in compiled_in:
        return path if path.startswith("/") else f"{compiled_in}/{path}"
    return path[len(compiled_in) + 1 :] if path.startswith(compiled_in + "/") else path


read_files = {}


def lines_of(filename):
    """What the debug information of a program says; read once."""
    if filename not in read_files:
        try:
            read_files[filename] = Lines(filename)
        except (OSError, LookupError, ValueError, struct.error, zlib.error):
            return None
    return read_files[filename]


def line_in(filename, type_name, state):
    """Where a coroutine of that type is in that state: a file and a line, or `None`."""
    lines = lines_of(filename)
    return lines.known.get((type_name, int(state))) if lines else None
