# Part 4b of the debugger kit: what the types of futures are called.

import functools
import re

import gdb

# What leads to futures that belong to others, or to none.
NO_FUTURES = (
    r"core::(task|marker|fmt|sync|ptr::non_null)::|std::|event_listener::|alloc::(sync|rc|string|collections)::"
    r"|executor::(task|cell|join|ready|event_loop|context)::|timer::(driver|wheel|slab)::"
    r"|parking_lot|lock_api"
)


def unknown(future):
    """A future in which the kit finds no other: its type, with the module, for many are alike, and
    the type or the closure that it is made of."""
    own, text = future.type.strip_typedefs(), in_module(type_name(future))
    made_of = first_argument(own)
    closure = re.search(r"(\w+)(::\{async_\w+#\d+\})*::\{closure_env#\d+\}$", without_generics(made_of))
    if closure:
        text += f" of a closure in {closure[1]}"
    elif "::" in made_of and not re.match(r"(core|alloc|std)::|\(|\[|dyn ", made_of):
        text += f" of {in_module(made_of)}"
    found = Await(text, leaf=True)
    found.is_unknown = True
    return found


def in_module(name):
    """A type with its module alone: `oneshot::Receiver`."""
    return "::".join(without_generics(name).rsplit("::", 2)[-2:])


def first_argument(own):
    """The name of the first type that a generic type is made with."""
    try:
        return re.sub(r"^(&(mut )?)+", "", str(own.template_argument(0)))
    except (RuntimeError, gdb.error):
        return ""


def is_coroutine(own):
    return is_name_of_coroutine(own.name or "")


@functools.lru_cache(None)
def is_name_of_coroutine(name):
    return bool(re.match(r"\{async_\w+_env#\d+\}$", short(name)))


def state_of(coroutine):
    """The field that is active, and the state's name: Unresumed, Returned, Panicked, Suspend3."""
    for member in coroutine.type.strip_typedefs().fields():
        if not member.artificial:
            return member, str(member.type.name).rsplit("::", 1)[-1]
    raise Unexpected(f"gdb shows no state of {coroutine.type.name}.")


@functools.lru_cache(None)
def coroutine_name(name):
    """As its author would call it: `nested`, `Interval::tick`, `down's async block`."""
    path, kind = re.match(r"(.*)::\{async_(\w+)_env#\d+\}$", without_generics(name)).groups()
    path = re.sub(r"::\{(async_\w+|closure)#.*", "", path).split("::")
    # A method has its type before it.
    is_method = len(path) > 1 and path[-2][:1].isupper()
    called = "::".join(path[-2:]) if is_method else path[-1]
    return called if kind == "fn" else f"{called}'s async {kind}"


@functools.lru_cache(None)
def has_no_futures(name):
    return bool(re.match(NO_FUTURES, name))
