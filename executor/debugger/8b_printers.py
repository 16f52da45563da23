# Part 8b of the debugger kit: how the rest of the runtime's values is printed, in a line each.


def manually(value):
    """What is in a `ManuallyDrop`, and in what it is made of."""
    while type_name(value).startswith("core::mem::"):
        value = only_part(value)
    return f"ManuallyDrop({value})"


def flags(value):
    said = [flag for flag in ("here", "elsewhere", "closed") if plain(field(value, flag))]
    return f"Flags({', '.join(said) or 'none'})"


def completer(value):
    end = some(field(value, "end"))
    said = f"has to complete job {plain(field(in_arc(field(end, '__0')), 'head.id'))}" if end else "is done"
    return f"Completer({said}; {label(field(value, 'label'))})"


def pool(value):
    state = field(in_arc(field(value, "state")), "data.value")
    pending, threads = (int(field(state, name)) for name in ("pending", "threads"))
    return (f"Pool({counted(pending, 'job')}, {counted(threads, 'thread')} of at most "
            f"{int(field(value, 'limit'))})")


def handshake(value):
    states = {0: "running", 1: "parked", 2: "notified"}
    return f"Handshake({states.get(plain(value), 'unknown')})"


def clock(value):
    kind, payload = variant(field(value, "kind"))
    if kind == "Simulated":
        return f"Clock(simulated, at {seconds(field(in_arc(payload['__0']), 'state.data.value.now')):.3f} s)"
    return f"Clock(scaled by {float(payload['__0']):g})" if kind == "Scaled" else "Clock(real)"


def simulated(value):
    return f"Simulated(at {seconds(field(value, 'state.data.value.now')):.3f} s)"


def interval(value):
    missed = str(field(value, "missed")).rsplit("::", 1)[-1]
    return (f"Interval(every {seconds(field(value, 'period')):.3f} s, next at "
            f"{instant(field(value, 'sleep.deadline'))}, {missed})")


def timeout(value):
    return (f"Timeout(at {instant(field(value, 'sleep.deadline'))}, around "
            f"{without_generics(type_name(field(value, 'future')))})")


def slab(value):
    return f"Slab({counted(int(field(value, 'len')), 'value')})"


def tasks_of_loop(value):
    return f"Tasks({counted(int(field(value, 'entries.len')), 'task')})"


def reactor(value):
    count = int(field(value, "slots.data.value.registered"))
    return f"Reactor({counted(count, 'socket')}{', closed' if plain(field(value, 'closed')) else ''})"


def slot(value):
    bits = 4 * value["token"].type.sizeof
    waiting = []
    for way, word in enumerate(("read", "write")):
        line = field(field(value, "directions")[way], "data.value.waiters.line")
        waiting.append(f"{int(field(line, 'len'))} wait to {word}")
    return f"Slot(token {plain(value['token']) >> bits}, {', '.join(waiting)})"


def timer_in_wheel(value):
    return f"Timer(due at {tick(int(field(value, 'when')))}, {value['value']})"


def spawner(value):
    return f"Spawner({remote(in_arc(field(value, '__0')))})"


def event_loop(value):
    return f"EventLoop({core(in_rc(field(value, 'core')))})"


def journal(value):
    return "Journal(on)" if plain(field(value, "on")) else "Journal(off)"


def closure_behind(value):
    return f"&mut {without_generics(type_name(concrete(value)))}"


PRINTERS += [
    (r"core::mem::(manually_drop::ManuallyDrop|maybe_dangling::MaybeDangling)<", manually),
    (r"executor::ready::Flags$", flags),
    (r"executor::threads::blocking::Completer<", completer),
    (r"executor::threads::pool::Pool$", pool),
    (r"executor::threads::spawner::Spawner$", spawner),
    (r"executor::run::EventLoop$", event_loop),
    (r"executor::task::Tasks$", tasks_of_loop),
    (r"executor::watch::journal::Journal$", journal),
    (r"executor::net::reactor::Reactor$", reactor),
    (r"executor::net::slot::Slot$", slot),
    (r"timer::park::Handshake$", handshake),
    (r"timer::clock::Clock$", clock),
    (r"timer::simulated::Simulated$", simulated),
    (r"timer::interval::Interval$", interval),
    (r"timer::timeout::.*Timeout<", timeout),
    (r"timer::slab::Slab<", slab),
    (r"timer::wheel::Timer<core::task::wake::Waker>$", timer_in_wheel),
    (r"&mut dyn core::ops::function::Fn", closure_behind),
]
