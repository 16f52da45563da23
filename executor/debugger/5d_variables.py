# Part 5d of the debugger kit: the variables of an async function that waits.

import gdb


def kept_variables(coroutine):
    """The variables in a coroutine, each with its name, its value and what there is to note."""
    member, state = state_of(coroutine)
    fields = list(member.type.fields())
    captured = []
    if state.startswith("Suspend"):
        # What the coroutine was made with is listed behind its variables.
        made_with = captured_by(coroutine)
        captured = fields[len(fields) - made_with :] if made_with else []
        fields = fields[: len(fields) - made_with]
    elif state != "Unresumed":
        return
    names = [one.name or "" for one in fields]
    for n, one in enumerate(fields):
        if names[n].startswith("__") or names[n] in names[:n]:
            continue
        count = names.count(names[n])
        # The debug information has one place for all fields of a name.
        yield names[n], coroutine[member][one], f"one of {count} of that name" if count > 1 else ""
    if short(type_name(coroutine)).startswith("{async_fn"):
        return  # its arguments are moved into variables when it begins
    for one in captured:
        value = coroutine[member][one]
        is_copied = value.type.strip_typedefs().code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
        yield one.name, value, "" if is_copied else "captured; may be gone"


def captured_by(coroutine):
    """How many values it was made with: what it has before its first poll."""
    own = gdb.lookup_type(type_name(coroutine))
    return next((len(one.type.fields()) for one in own.fields() if one.name == "0"), 0)


def one_line(value):
    """A value as gdb prints it, on one line."""
    try:
        return " ".join(value.format_string(max_depth=2, max_elements=40).split())
    except (gdb.error, Unexpected) as error:
        return f"<{error}>"


def in_full(value):
    """A value as gdb prints it, on as many lines as it takes."""
    try:
        return value.format_string(pretty_structs=True, max_elements=1000) or "()"
    except (gdb.error, Unexpected) as error:
        return f"<{error}>"
