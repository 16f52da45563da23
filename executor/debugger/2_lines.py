# Part 2 of the debugger kit: at which line of the source an await stands.
#
# rustc writes the line of each await into the debug information, at the variant of the coroutine
# in which it is suspended there. gdb reads it and shows it to nobody, so it is read here a second
# time, straight from the file: once, and only as far as it is asked for. This part needs no gdb:
# the script for lldb uses it as well.

import re
import struct
import zlib

MEMBER, STRUCTURE, UNIT, VARIANT, NAMESPACE, VARIANT_PART = (
    0x0D, 0x13, 0x11, 0x19, 0x39, 0x33,
)
NAME, STMT_LIST, DISCRIMINANT, COMP_DIR, OFFSET, DECL_FILE, DECL_LINE, STR_OFFSETS = (
    0x03, 0x10, 0x16, 0x1B, 0x38, 0x3A, 0x3B, 0x72,
)
# What is read of which entry.
OF_UNIT = {COMP_DIR, STMT_LIST, STR_OFFSETS}
OF_LINES = {
    UNIT: OF_UNIT, VARIANT: {DISCRIMINANT}, MEMBER: {DECL_FILE, DECL_LINE, OFFSET},
    NAMESPACE: {NAME}, STRUCTURE: {NAME},
}
# The forms of attributes that always have the same size.
FIXED = {
    0x01: 8, 0x05: 2, 0x06: 4, 0x07: 8, 0x0B: 1, 0x0C: 1, 0x0E: 4, 0x10: 4, 0x11: 1, 0x12: 2,
    0x13: 4, 0x14: 8, 0x17: 4, 0x19: 0, 0x1C: 4, 0x1D: 4, 0x1E: 16, 0x1F: 4, 0x20: 8, 0x21: 0,
    0x24: 8, 0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4, 0x29: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4,
}
STRINGS = {0x08, 0x0E, 0x1A, 0x1F, 0x25, 0x26, 0x28}


class Bytes:
    """A section of the file, and how far it was read."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def number(self, size):
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "little")

    def leb(self):
        """A number of any size, seven bits a byte."""
        result = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    def string(self):
        end = self.data.index(b"\0", self.at)
        begin, self.at = self.at, end + 1
        return self.data[begin:end].decode("utf-8", "replace")


class Lines:
    """For each coroutine of a program, and each of its states, a file and a line; and where in it
    the byte lies that says in which state it is."""

    def __init__(self, filename):
        self.sections = sections(filename)
        self.known, self.state_offsets, self.in_full = {}, {}, {}
        # What 2b_macros.py knows besides, when it was asked.
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

    def entry(self, info, abbreviations):
        code = info.leb()
        if code == 0:
            return None, {}
        tag, has_children, attributes, size = abbreviations[code]
        if size is not None:
            info.at += size
            return (tag, has_children), {}
        found = {}
        for attribute, form, constant in attributes:
            value = self.attribute(info, form, constant, attribute is not None)
            if attribute is not None:
                found[attribute] = value
        return (tag, has_children), found

    def attribute(self, info, form, constant, wanted):
        if form == 0x21:
            return constant
        if form in FIXED and not (wanted and form in STRINGS):
            return info.number(FIXED[form])
        if form in (0x0D, 0x0F, 0x15, 0x1A, 0x1B, 0x22, 0x23):
            number = info.leb()
            return self.indexed(number) if wanted and form == 0x1A else number
        if form in STRINGS and form != 0x08:
            number = info.number(FIXED[form])
            section = {0x0E: ".debug_str", 0x1F: ".debug_line_str"}.get(form)
            return self.at(section, number) if section else self.indexed(number)
        if form == 0x08:
            return info.string()
        blocks = {0x0A: 1, 0x03: 2, 0x04: 4}
        if form in blocks:
            length = info.number(blocks[form])
        elif form in (0x09, 0x18):
            length = info.leb()
        else:
            raise ValueError(f"unknown form {form:#x}")
        info.at += length
        return None

    def at(self, section, offset):
        return Bytes(self.sections.get(section, b"\0"), offset).string()

    def indexed(self, number):
        """A string that is named by its place in a table."""
        table = Bytes(self.sections.get(".debug_str_offsets", b""), self.strings + 4 * number)
        return self.at(".debug_str", table.number(4))

    def read_abbreviations(self, offset):
        table, data = {}, Bytes(self.sections[".debug_abbrev"], offset)
        while code := data.leb():
            tag, has_children = data.leb(), data.number(1) == 1
            attributes, size = [], 0
            while True:
                attribute, form = data.leb(), data.leb()
                constant = data.leb() if form == 0x21 else None
                if attribute == 0:
                    break
                wanted = attribute in self.wanted.get(tag, ())
                attributes.append((attribute if wanted else None, form, constant))
                fixed = form in FIXED and not wanted
                size = size + FIXED[form] if fixed and size is not None else None
            table[code] = (tag, has_children, attributes, size)
        self.abbreviations[offset] = table
        return table

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


def sections(filename):
    """The sections with debug information of an ELF file of 64 bits; of any other file none."""
    with open(filename, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        return {}
    (start,) = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQ", data, start + size * n) for n in range(count)]
    found = {}
    for name, _, flags, _, offset, length in headers:
        name = Bytes(data, headers[names][4] + name).string()
        if name.startswith(".debug_"):
            content = data[offset : offset + length]
            found[name] = zlib.decompress(content[24:]) if flags & 0x800 else content
    return found


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
