# Part 3b of the debugger kit: what lies in the frames of a thread, behind a handle, in a label and in
# a waker.

import gdb


def core_in_frames():
    """The loop whose functions are on the stack: for want of the thread-local."""
    for frame in frames():
        name = without_generics(frame.name() or "")
        if name.startswith("executor::event_loop::Core::"):
            core = variable(frame, "self")
            if core is not None:
                return core.dereference()
    return None


def frames():
    frame = newest()
    while frame is not None:
        yield frame
        try:
            frame = frame.older()
        except gdb.error:
            return


def variable(frame, name):
    """A variable of a frame; `None` if it was optimised away."""
    try:
        value = frame.read_var(name)
        return None if value.is_optimized_out else value
    except (ValueError, gdb.error):
        return None


def main_future(thread):
    """The future given to `run`, which has it in a box."""
    thread.switch()
    for frame in frames():
        name, found = without_generics(frame.name() or ""), None
        if name == "executor::run::EventLoop::run_boxed":
            found = variable(frame, "future")
        elif name == "executor::event_loop::Core::run":
            # An optimised `run_boxed` may do without; here is the closure that polls the future.
            found = borrowed_by(variable(frame, "poll_main"))
        if found is not None and str(found.type.name).startswith("core::option::Option<"):
            return unboxed(some(found))
    return None


def borrowed_by(closure):
    """The future that it polls; `None` where gdb does not know which closure it is."""
    if closure is None:
        return None
    try:
        return field(concrete(closure), "_ref__future").dereference()
    except Unexpected:
        return None


def unboxed(future):
    """What is in the boxes around a future; `None` if it is gone."""
    while future is not None and str(future.type.name).startswith("core::pin::Pin<"):
        pointer = field(future, "pointer")
        future = concrete(pointer) if is_dyn(pointer) else pointer.dereference()
    return future


def task_of(handle):
    """The `Arc` of a task that its `JoinHandle` has."""
    return field(handle, "task.task")


def is_finished(handle):
    """What `JoinHandle::is_finished` says."""
    return bool(plain(field(join_in(task_of(handle)), "finished")))


def name_in(label):
    """What `Label::name` of executor/src/label.rs says."""
    kind, payload = variant(label)
    name = payload["__0"]
    if kind == "Given":
        return text(variant(name)[1]["__0"])
    path = text(name)
    if path.startswith("<"):
        path = path.rsplit(">::", 1)[-1]
    for wrapper in ("core::pin::Pin<", "alloc::boxed::Box<", "dyn "):
        while path.startswith(wrapper):
            path = path[len(wrapper) :]
    path = path.split("<")[0]
    named = [segment for segment in path.split("::") if not segment.startswith("{")]
    return named[-1] if named else path


def location(value):
    """A `&'static Location`: `file:line`, the file as cargo names it."""
    place = value.dereference()
    filename = field(place, "filename")
    while not has(filename, "data_ptr"):
        filename = filename[filename.type.fields()[0]]
    return f"{text(filename)}:{plain(field(place, 'line'))}"


def function_at(pointer):
    """The name of the function that a pointer points to."""
    block, name = gdb.block_for_pc(int(pointer)), ""
    # The outermost one: what stands at its beginning may be a function that was inlined.
    while block is not None:
        name, block = str(block.function or name), block.superblock
    return name


def waker_task(waker):
    """The head of the task that a `Waker` of ours wakes; `None` for any other waker."""
    raw = field(waker, "waker")
    # Not the vtable's address: an optimised program may have several copies.
    if function_at(field(raw, "vtable.wake")) != "executor::waker::wake":
        return None
    return at(int(field(raw, "data")), gdb.lookup_type("executor::task::Head"))


def woken_by(loop, waker):
    """Whom a `Waker` wakes, in words."""
    head = waker_task(waker)
    if head is not None:
        return loop.called(plain(field(head, "id")))
    crate = function_at(field(waker, "waker.vtable.wake")).split("::")[0]
    return f"a waker of {crate or 'somebody else'}"
