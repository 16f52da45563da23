"""Reads values of the program for the commands in lldb_commands.py: numbers, enums, collections, and
what lies behind pointers."""

import re

import lldb

VTABLES = {}


def field(value, path):
    for name in path.split("."):
        if value.GetType().IsPointerType():
            value = value.Dereference()
        value = value.GetNonSyntheticValue().GetChildMemberWithName(name)
        if not value.IsValid():
            raise LookupError(f"there is no field `{name}` (`{path}`): the script is out of date")
    return value


def number(value):
    """The number, or the address, in cells, atomics, newtypes and pointers."""
    value = value.GetNonSyntheticValue()
    while value.GetNumChildren() > 0 and not value.GetType().IsPointerType():
        value = value.GetChildAtIndex(0)
    return value.GetValueAsUnsigned()


def variant(value):
    """Of an enum its active variant: the name, and what is in it."""
    union = field(value, "$variants$")
    default = None
    for index in range(union.GetNumChildren()):
        child = union.GetChildAtIndex(index)
        discriminant = child.GetChildMemberWithName("$discr$")
        if not discriminant.IsValid():
            default = child
        elif str(discriminant.GetValueAsUnsigned() & 0xFFFF_FFFF) == child.GetName().split("$")[2]:
            return named(child)
    return named(default)


def named(child):
    value = child.GetChildMemberWithName("value")
    return re.split(r"[<:]", without_generics(value.GetTypeName()).rsplit("::", 1)[-1])[0], value


def is_option(value):
    return (value.GetTypeName() or "").startswith("core::option::Option<")


def some(option):
    """What is in an `Option`, with or without newtypes around it."""
    while not is_option(option):
        if option.GetNonSyntheticValue().GetNumChildren() != 1:
            raise LookupError(f"{option.GetTypeName()} is no Option: the script is out of date")
        option = option.GetNonSyntheticValue().GetChildAtIndex(0)
    name, payload = variant(option)
    return field(payload, "__0") if name == "Some" else None


def without_generics(name):
    kept, depth = [], 0
    for letter in name.replace("->", ""):
        depth += letter == "<"
        kept.append(letter if depth == 0 else "")
        depth -= letter == ">"
    return "".join(kept)


def elements(vector):
    kind = vector.GetNonSyntheticValue().GetType().GetTemplateArgumentType(0)
    start = number(field(vector, "buf.inner.ptr.pointer.pointer"))
    for index in range(number(field(vector, "len"))):
        yield at(vector.GetTarget(), start + index * kind.GetByteSize(), kind)


def in_slab(slab):
    """The values in a `Slab` of timer/src/slab.rs."""
    for page in elements(field(slab, "pages")):
        values, taken = some(field(page, "values")), number(field(page, "taken"))
        if values is not None:
            array = values.Dereference().GetNonSyntheticValue()
            for place in (place for place in range(16) if taken >> place & 1):
                yield some(array.GetChildAtIndex(place))


def address_in_arc(arc):
    """Where that lies to which an `Arc` of something with a `dyn Trait` at its end points: behind
    the two counts, and aligned."""
    counts = 2 * arc.GetTarget().GetAddressByteSize()
    return number(field(arc, "ptr.pointer.pointer")) + max(counts, alignment_in_arc(arc))


def alignment_in_arc(arc):
    """The vtable has the alignment, behind the destructor and the size."""
    vtable, word = number(field(arc, "ptr.pointer.vtable")), arc.GetTarget().GetAddressByteSize()
    return arc.GetProcess().ReadUnsignedFromMemory(vtable + 2 * word, word, lldb.SBError())


def head_in(arc):
    """The `Head` in an `Arc` of a task: it comes first."""
    return at(arc.GetTarget(), address_in_arc(arc), type_called(arc, "executor::task::Head"))


def parts_in(arc):
    """The parts of a task, future and output, in its `Arc`: behind its head and its `Join`."""
    address, join = address_in_arc(arc), type_called(arc, "executor::join::Join")
    for kind in (type_called(arc, "executor::task::Head"), join):
        address = rounded_up(address, kind.GetByteAlign()) + kind.GetByteSize()
    return concrete(field(arc, "ptr.pointer"), rounded_up(address, alignment_in_arc(arc)))


def rounded_up(offset, alignment):
    return -(-offset // alignment) * alignment


def type_called(value, name):
    kind = value.GetTarget().FindFirstType(name)
    if not kind.IsValid():
        raise LookupError(f"there is no type {name}: the script is out of date")
    return kind


def at(target, address, kind):
    return target.CreateValueFromAddress("value", lldb.SBAddress(address, target), kind)


def text(value):
    data, length = field(value, "data_ptr"), number(field(value, "length"))
    error = lldb.SBError()
    start = data.GetValueAsUnsigned()
    return value.GetProcess().ReadMemory(start, length, error).decode("utf-8", "replace")


def task_name(label):
    kind, payload = variant(field(label, "name"))
    if kind == "Given":
        kind, payload = variant(field(payload, "__0"))
        if kind == "Borrowed":
            return text(field(payload, "__0"))
        data = field(payload, "__0.vec")
        return "".join(chr(number(byte)) for byte in elements(data))
    path = text(field(payload, "__0")).rsplit(">::", 1)[-1]
    path = re.sub(r"^(core::pin::Pin<|alloc::boxed::Box<|dyn )+", "", path).split("<")[0]
    names = [name for name in path.split("::") if not name.startswith("{")]
    return names[-1] if names else path


def byte(value):
    return value.GetTarget().GetBasicType(lldb.eBasicTypeUnsignedChar)


def concrete(fat, address=None):
    """What is behind a pointer to a `dyn Trait`: its type is named by the symbol of its vtable."""
    target, process = fat.GetTarget(), fat.GetProcess().GetUniqueID()
    if process not in VTABLES:
        found = target.FindGlobalVariables(r".*\{vtable\}$", 100_000, lldb.eMatchTypeRegex)
        VTABLES[process] = {one.GetLoadAddress(): one.GetName() for one in found}
    name = VTABLES[process].get(number(field(fat, "vtable")))
    found = re.match(r"<(.*) as [^<]*(?:<.*>)?>::\{vtable\}$", name or "")
    kind = target.FindFirstType(found[1]) if found else None
    start = number(field(fat, "pointer")) if address is None else address
    return at(target, start, kind) if kind and kind.IsValid() else None
