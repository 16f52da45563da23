# Part 9e of the debugger kit: the variables of an async function that waits, and what is in them.

import re

import gdb


def variables(coroutine):
    """The variables that are alive in a coroutine, by name, and the names of those that it has at
    other times. Of several of a name the debug information has but one place."""
    member, state = state_of(coroutine)
    # What is named `__4` is the compiler's own.
    fields = [one for one in member.type.fields() if not (one.name or "__").startswith("__")]
    own, arguments = gdb.lookup_type(type_name(coroutine)), arguments_of(coroutine)
    if state.startswith("Suspend") and short(type_name(coroutine)).startswith("{async_fn"):
        # An argument is moved into a variable of the same name, which is kept if it is alive. What
        # is listed behind these is where it was.
        fields = fields[: len(fields) - len(arguments)]
    alive = {one.name: coroutine[member][one] for one in fields}
    others = {two.name for one in own.fields() if not one.artificial for two in one.type.fields()}
    return alive, others - set(alive)


def arguments_of(coroutine):
    """The names of what a coroutine was made with: what it has before its first poll."""
    variants = gdb.lookup_type(type_name(coroutine)).fields()
    first = next((one.type.fields() for one in variants if one.name == "0"), [])
    return [one.name for one in first]


def value_in(coroutine, expression):
    """What an expression is in a coroutine."""
    path = re.fullmatch(r"(\**)\s*([A-Za-z_]\w*)((?:\.\w+|\[\d+\])*)", expression)
    alive, others = variables(coroutine)
    if path is None:
        return evaluated(expression, alive, others)
    value = named_variable(path[2], alive, others)
    count = [one.name for one in state_of(coroutine)[0].type.fields()].count(path[2])
    if count > 1 + (path[2] in arguments_of(coroutine)):
        print("(Several variables have that name: gdb knows of one place for all.)")
    for step in re.findall(r"\.(\w+)|\[(\d+)\]", path[3]):
        value = element(value, int(step[1])) if step[1] else member_of(value, step[0])
    for _ in path[1]:
        value = pointed_to(value)
    return value


def named_variable(name, alive, others):
    if name in alive:
        return alive[name]
    there = f"Alive are: {', '.join(sorted(alive))}." if alive else "No variable is."
    if name in others:
        raise Unexpected(f"`{name}` is not alive at this await: it was moved or dropped before, is "
                         f"made later, or is not needed any more. {there}")
    raise Unexpected(f"This function keeps no variable `{name}` over an await. {there}")


# Not a field, a part of a path, a word of Rust's, a number's type, or a function that is called.
NAME_OF_A_VARIABLE = (
    r"(?<![\w.:$\"])(?!(?:as|true|false|mut|const|sizeof|bool|[iu]\d+|[iu]size|f\d+)\b)"
    r"[A-Za-z_]\w*(?!\w|::|\()"
)


def evaluated(expression, alive, others):
    """Any other expression, by gdb, with the variables in the place of their names."""
    def replaced(match):
        value = named_variable(match[0], alive, others)
        gdb.set_convenience_variable(f"async_{match[0]}", value)
        return f"$async_{match[0]}"

    language = gdb.parameter("language")
    gdb.execute("set language rust", to_string=True)
    try:
        return gdb.parse_and_eval(re.sub(NAME_OF_A_VARIABLE, replaced, expression))
    finally:
        gdb.execute(f"set language {language}", to_string=True)


def is_smart_pointer(own):
    return re.match(r"alloc::(rc::Rc|sync::Arc|boxed::Box)<|core::pin::Pin<", own.name or "")


def pointed_to(value):
    """What a pointer points to, be it a bare one or one of the standard library's."""
    own = value.type.strip_typedefs()
    if own.code == gdb.TYPE_CODE_PTR:
        return value.dereference()
    if is_dyn(value):
        return concrete(value)
    name = own.name or ""
    if name.startswith("alloc::rc::Rc<"):
        return in_rc(value)
    if name.startswith("alloc::sync::Arc<"):
        return in_arc(value)
    if name.startswith("core::pin::Pin<"):
        return pointed_to(value[own.fields()[0]])
    raise Unexpected(f"{without_generics(own)} is no pointer.")


def is_pointer_like(value):
    own = value.type.strip_typedefs()
    return own.code == gdb.TYPE_CODE_PTR or is_dyn(value) or bool(is_smart_pointer(own))


def member_of(value, name):
    """A field; through pointers, as in Rust, and of an enum's variant that is active."""
    while True:
        own = value.type.strip_typedefs()
        if own.code == gdb.TYPE_CODE_STRUCT:
            name_here = f"__{name}" if name.isdigit() else name
            if has(value, name_here):
                return value[name_here]
            if is_enum(value):
                value = variant(value)[1]
                continue
        if not is_pointer_like(value):
            raise Unexpected(f"{without_generics(type_name(value))} has no field `{name}`.")
        value = pointed_to(value)


def element(value, index):
    while True:
        own = value.type.strip_typedefs()
        found = None
        if own.code == gdb.TYPE_CODE_ARRAY:
            found = (value[n] for n in range(own.range()[1] + 1))
        elif re.match(r"alloc::vec::Vec<", own.name or ""):
            found = elements(value)
        elif re.match(r"alloc::collections::vec_deque::VecDeque<", own.name or ""):
            found = queued(value)
        elif own.code == gdb.TYPE_CODE_STRUCT and has(value, "data_ptr"):
            found = ((value["data_ptr"] + n).dereference() for n in range(int(value["length"])))
        if found is not None:
            found = list(found)
            if index >= len(found):
                raise Unexpected(f"It has {counted(len(found), 'element')}, numbered from 0.")
            return found[index]
        if not is_pointer_like(value):
            raise Unexpected(f"The kit finds no elements in {without_generics(type_name(value))}.")
        value = pointed_to(value)
