# Part 1 of the debugger kit: reading Rust values. It begins with 1 because the parts are loaded
# in the order of their first lines, and the later ones use the earlier ones.
#
# The kit needs gdb 12 or newer and nothing but gdb's own Python. It is embedded in every program
# that uses `executor`, as text; gdb loads it when the program lies in a folder that it trusts:
#
#     rust-gdb -iex "add-auto-load-safe-path $PWD/target" target/debug/lessons

import functools

import gdb


class Unexpected(Exception):
    """What is in memory is not what the kit expects. The text is a whole sentence."""


def field(value, path):
    """The field at the end of a path such as `label.name`; pointers on the way are followed."""
    for name in path.split("."):
        if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
            value = value.dereference()
        try:
            value = value[name]
        except gdb.error:
            names = [field.name for field in value.type.fields()]
            if name in names:
                raise
            raise Unexpected(
                f"The debugger kit does not know this version of the runtime: {type_name(value)} "
                f"has no field `{name}` (it has {', '.join(str(name) for name in names)}). "
                "Look at executor/debugger, where the field is read."
            )
    return value


def type_name(value):
    return str(value.type.strip_typedefs().name or value.type)


def variant(value):
    """Of an enum's value the active variant: its name, and what is in it."""
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_ENUM:
        return str(value).rsplit("::", 1)[-1], None
    for member in value.type.fields():
        if not member.artificial:
            return without_generics(member.type.name).rsplit("::", 1)[-1], value[member]
    raise Unexpected(f"The debugger kit finds no variant in {type_name(value)}.")


def is_enum(value):
    """Whether it is an enum with data: then the one field of its type is the active variant."""
    own = value.type.strip_typedefs()
    if own.code != gdb.TYPE_CODE_STRUCT or not own.name:
        return False
    members = [member for member in own.fields() if not member.artificial]
    return len(members) == 1 and str(members[0].type.name).startswith(own.name + "::")


def some(option):
    """What is in an `Option`, with or without a newtype around it; `None` if there is nothing."""
    while not str(option.type.strip_typedefs().name).startswith("core::option::Option<"):
        option = only_part(option)
    name, payload = variant(option)
    return payload["__0"] if name == "Some" else None


def plain(value):
    """The number in cells, atomics, newtypes and the like: each has one field with data."""
    while value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        value = only_part(value)
    return int(value)


def only_part(value):
    """The one field with data of a newtype."""
    own = value.type.strip_typedefs()
    parts = own.fields() if own.code == gdb.TYPE_CODE_STRUCT else []
    parts = [part for part in parts if part.type.sizeof > 0]
    if len(parts) != 1:
        raise Unexpected(f"The debugger kit expects one value in {type_name(value)}.")
    return value[parts[0]]


def in_cell(value):
    """What is in a `RefCell` or a `Cell`, whether it is borrowed or not."""
    return field(value, "value.value")


def in_rc(value):
    """What an `Rc` points to."""
    return field(value, "ptr.pointer").dereference()["value"]


def in_arc(value):
    """What an `Arc` points to; also what a `Weak` points to, which may be gone."""
    return field(value, "ptr.pointer").dereference()["data"]


def address_in_arc(value):
    """Where that lies to which an `Arc` of something with a `dyn Trait` at its end points: behind
    the two counts."""
    pointer = field(value, "ptr.pointer")
    counts = 2 * pointer["pointer"].type.sizeof
    return int(pointer["pointer"]) + rounded_up(counts, alignment_of(pointer))


def alignment_of(fat):
    """The alignment of what a pointer to a `dyn Trait` points to. Its vtable knows: it has a
    destructor, a size and an alignment before its functions."""
    return int(fat["vtable"].dereference()[2])


def rounded_up(offset, alignment):
    return -(-offset // alignment) * alignment


def at(address, own):
    """The value of a type that lies at an address."""
    return gdb.Value(address).cast(own.pointer()).dereference()


def text(value):
    """A `&str` or a `String`, as Python has it."""
    if "vec" in [member.name for member in value.type.fields()]:
        length = int(field(value, "vec.len"))
        data = field(value, "vec.buf.inner.ptr.pointer.pointer")
    else:
        length, data = int(value["length"]), value["data_ptr"]
    if length > 10_000:
        raise Unexpected("The debugger kit was to read a text that is not there (yet).")
    return bytes(gdb.selected_inferior().read_memory(int(data), length)).decode("utf-8", "replace")


def length_of(list_):
    length = int(field(list_, "len"))
    if length > 10_000_000:
        raise Unexpected("The debugger kit was to read a list that is not there (yet).")
    return length


def elements(vec):
    """The elements of a `Vec`."""
    data = field(vec, "buf.inner.ptr.pointer.pointer")
    data = data.cast(vec.type.strip_typedefs().template_argument(0).pointer())
    for index in range(length_of(vec)):
        yield (data + index).dereference()


def queued(deque):
    """The elements of a `VecDeque`, from the front."""
    data = field(deque, "buf.inner.ptr.pointer.pointer")
    data = data.cast(deque.type.strip_typedefs().template_argument(0).pointer())
    capacity = plain(field(deque, "buf.inner.cap"))
    head = int(field(deque, "head"))
    for index in range(length_of(deque)):
        yield (data + (head + index) % max(capacity, 1)).dereference()


def in_slab(slab):
    """The values in a `Slab` of timer/src/slab.rs, each with its number."""
    for nth, page in enumerate(elements(field(slab, "pages"))):
        values, taken = some(field(page, "values")), int(field(page, "taken"))
        if values is None:
            continue
        values = values.dereference()
        room = values.type.range()[1] + 1
        for place in (place for place in range(room) if taken >> place & 1):
            yield nth * room + place, some(values[place])


def seconds(duration):
    """A `Duration`, in seconds, exactly."""
    return int(field(duration, "secs")) + plain(field(duration, "nanos")) / 1e9


def concrete(fat):
    """What a pointer to a `dyn Trait` points to, with the type that it really has.

    gdb's own Rust expressions know how: they find the type by its vtable.
    """
    language = gdb.parameter("language")
    gdb.set_convenience_variable("async_fat", fat)
    try:
        gdb.execute("set language rust", to_string=True)
        return gdb.parse_and_eval("*$async_fat")
    except gdb.error as error:
        raise Unexpected(f"gdb cannot tell what is behind {type_name(fat)}: {error}.")
    finally:
        gdb.execute(f"set language {language}", to_string=True)


def is_dyn(value):
    """Whether it is a pointer to a `dyn Trait`: a struct of the two."""
    if value.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT:
        return False
    return [member.name for member in value.type.fields()] == ["pointer", "vtable"]


def without_generics(name):
    """`a::B::<C>::d` without what is in angle brackets, and `<T as Trait>::f` as it is read."""
    return without_brackets(str(name))


@functools.lru_cache(None)
def without_brackets(name):
    kept, depth = [], 0
    for letter in name.replace("->", "\0"):
        depth += letter == "<"
        if depth == 0:
            kept.append(letter)
        depth -= letter == ">"
    return "".join(kept).replace("\0", "->")


def short(name):
    """The last part of a type's path, without its generics: `Sleep` of `timer::sleep::Sleep`."""
    return without_generics(name).rsplit("::", 1)[-1]


def wrapped(sentence, columns=79):
    """A text in lines that fit a terminal."""
    import textwrap

    return textwrap.fill(sentence, columns, break_on_hyphens=False)
