# Part 2 of the debugger kit: the entries of a program's debug information (DWARF, versions 4 and 5), of
# which gdb shows only some. This part and the next need no gdb: the script for lldb uses them as well.

import struct
import zlib

# What an entry describes.
MEMBER, STRUCTURE, UNIT, VARIANT, NAMESPACE, VARIANT_PART = (
    0x0D, 0x13, 0x11, 0x19, 0x39, 0x33,
)
# What it says of that: its attributes.
NAME, STMT_LIST, DISCRIMINANT, COMP_DIR, OFFSET, DECL_FILE, DECL_LINE, STR_OFFSETS = (
    0x03, 0x10, 0x16, 0x1B, 0x38, 0x3A, 0x3B, 0x72,
)
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


class Entries:
    """Reads entries one after the other, with those of their attributes that are `wanted`."""

    def __init__(self, filename):
        self.sections = sections(filename)
        self.wanted, self.abbreviations, self.strings = {}, {}, 8

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
