// From the journal's events to what the loop and its tasks are up to. Nothing else in the page
// works out any of it: what is drawn is a function of this state.
//
// A state is never changed once it is somebody else's: what an event touches is replaced, so that a
// copy of a state is cheap, and that what is the same object in two states has not changed.

const TICK = 1e6; // the wheel's, in nanoseconds
export const OVER = ["done", "cancelled", "panicked"];
const BITS = 6; // of a tick's number for each level of the wheel

export function beginning() {
  return {
    index: -1, // of the latest event
    at: 0,
    tasks: new Map(), // by number, jobs too: see `task`
    ready: [], // numbers of tasks, first in, first out
    running: null,
    loop: { doing: "turns" },
    timers: new Map(), // by name: whose, deadline, level, slot
    hand: 0, // the wheel's, a tick
    fired: null, // the timer that fired last
    sockets: new Map(), // by token: who waits for what, what is known, how many bytes went through
    gone: null, // how the run ended
  };
}

export function copy(state) {
  const { tasks, ready, timers, sockets } = state;
  return {
    ...state,
    tasks: new Map(tasks),
    ready: [...ready],
    timers: new Map(timers),
    sockets: new Map(sockets),
  };
}

const task = (phase) => ({
  phase, // new, ready, running, waiting; a job: queued; at last: done, cancelled, panicked
  polls: 0,
  woken: null, // the index of the event that woke it last
  gaveWay: false, // it has woken itself in its latest poll
  awaits: null, // tasks and jobs with which it has left its waker: a list, {other, next}
  sockets: [], // the same, in its latest poll
  line: null, // of the program, at which it has left its waker last
});

// Takes one event in.
export function apply(state, event, index) {
  state.index = index;
  state.at = Math.max(state.at, event.at);
  const change = (id, what) => {
    const old = state.tasks.get(id);
    if (old) state.tasks.set(id, { ...old, ...what });
    return old;
  };
  const by = event.by;
  switch (event.event) {
    case "spawned":
      state.tasks.set(event.task, task("new"));
      break;
    case "job_queued":
      state.tasks.set(event.task, task("queued"));
      break;
    case "woken": {
      const woken = state.tasks.get(event.task);
      // A task that is woken while it runs goes on running.
      const phase = ["new", "waiting"].includes(woken?.phase) ? "ready" : woken?.phase;
      change(event.task, { phase, woken: index, gaveWay: event.cause === "itself" });
      state.ready.push(event.task);
      break;
    }
    case "poll_started":
      leaveQueue(state, event.task);
      leaveSockets(state, event.task);
      change(event.task, { phase: "running", polls: event.poll, sockets: [], gaveWay: false });
      if (state.loop.doing === "wakes") state.hand = Math.max(state.hand, Math.floor(event.at / TICK));
      state.running = event.task;
      state.loop = { doing: "polls", task: event.task };
      break;
    case "poll_ended": {
      const again = state.ready.includes(event.task);
      change(event.task, { phase: again ? "ready" : "waiting" });
      state.running = null;
      state.loop = { doing: "turns", task: event.task };
      break;
    }
    case "slow_poll":
      state.loop = { doing: "held", task: event.task, took: event.took };
      break;
    case "awaits":
      change(event.task, { awaits: { other: event.other, next: stillAwaited(state, event.task) } });
      change(event.task, { line: event.site });
      break;
    case "done":
    case "cancelled":
    case "panicked":
    case "job_finished":
      leaveQueue(state, event.task);
      leaveSockets(state, event.task);
      change(event.task, { phase: event.event === "job_finished" ? "done" : event.event, sockets: [] });
      break;
    case "timer_armed":
      state.timers.set(event.timer, { by, deadline: event.deadline, level: event.level, slot: event.slot });
      change(by, { line: event.site });
      break;
    case "timer_moved": {
      const timer = state.timers.get(event.timer);
      if (!timer) break;
      // It falls when the hand comes to the beginning of the slot in which it lay.
      state.hand = Math.max(state.hand, floor(ticks(timer.deadline), timer.level));
      state.timers.set(event.timer, { ...timer, level: event.level, slot: event.slot });
      break;
    }
    case "timer_fired":
      state.fired = { timer: event.timer, ...state.timers.get(event.timer) };
      state.timers.delete(event.timer);
      if (state.fired.deadline) state.hand = Math.max(state.hand, ticks(state.fired.deadline));
      break;
    case "timer_cancelled":
      state.timers.delete(event.timer);
      break;
    case "parked":
      state.loop = { doing: "asleep", until: event.until, since: event.at };
      break;
    case "unparked":
      state.loop = { doing: "wakes", cause: event.cause, since: state.loop.since };
      break;
    case "end":
      state.loop = { doing: "over" };
      state.gone = true;
      break;
    default:
      if (event.socket !== undefined) applyToSocket(state, event, change);
  }
}

// What a task has awaited last and is over is let go of: one that awaits a thousand others, one after
// the other, has a short list.
function stillAwaited(state, id) {
  let join = state.tasks.get(id)?.awaits;
  while (join && OVER.includes(state.tasks.get(join.other)?.phase)) join = join.next;
  return join;
}

const WRITES = ["connected", "wrote"];

function applyToSocket(state, event, change) {
  const { socket: token, by, way } = event;
  const old = state.sockets.get(token) ?? {};
  switch (event.event) {
    case "io_registered":
      state.sockets.set(token, {
        by,
        ...{ read: null, write: null, readable: null, writable: null },
        ...{ came: 0, went: 0 }, // bytes
      });
      break;
    case "io_waits": {
      const known = way === "read" ? "readable" : "writable";
      state.sockets.set(token, { ...old, [way]: by, ...(event.would_block && { [known]: false }) });
      const { sockets } = state.tasks.get(by) ?? { sockets: [] };
      change(by, { sockets: [...sockets, { token, way }] });
      change(by, { line: event.site });
      break;
    }
    case "io_done": {
      const { did, bytes, still_ready } = event;
      const known = WRITES.includes(did) ? "writable" : "readable";
      const came = (old.came ?? 0) + (did === "read" ? bytes : 0);
      const went = (old.went ?? 0) + (did === "wrote" ? bytes : 0);
      state.sockets.set(token, { ...old, came, went, [known]: still_ready });
      break;
    }
    case "io_ready":
      state.sockets.set(token, {
        ...old,
        readable: event.readable || old.readable,
        writable: event.writable || old.writable,
        read: event.readable ? null : old.read,
        write: event.writable ? null : old.write,
      });
      break;
    case "io_closed":
      state.sockets.delete(token);
  }
}

function leaveQueue(state, id) {
  const place = state.ready.indexOf(id);
  if (place >= 0) state.ready.splice(place, 1);
}

// What a task waited for in its poll before is not what it waits for in the next.
function leaveSockets(state, id) {
  for (const { token, way } of state.tasks.get(id)?.sockets ?? []) {
    const socket = state.sockets.get(token);
    if (socket?.[way] === id) state.sockets.set(token, { ...socket, [way]: null });
  }
}

// Deadlines are rounded up to whole ticks.
export const ticks = (nanos) => Math.ceil(nanos / TICK);

// The first tick of the slot in which a tick lies at that level.
const floor = (tick, level) => Math.floor(tick / 2 ** (BITS * level)) * 2 ** (BITS * level);

// The slot to which the hand points at a level.
export const handAt = (hand, level) => Math.floor(hand / 2 ** (BITS * level)) % 64;
