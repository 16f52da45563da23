// Where things are at a moment, read off its state: wakers above all.

import { OVER } from "./state.js";

export const isOver = (state, id) => OVER.includes(state.tasks.get(id)?.phase);

// The places where a task has left a waker: {at: "slot" | "task" | "pool" | "socket" | "outside" |
// "called" | "lost", ...}. Only one that waits has any: it is woken by the first that is called.
export function wakersOf(run, state, id, timers = timersOf(state)) {
  const task = state.tasks.get(id);
  if (!task || !["waiting", "running"].includes(task.phase)) return [];
  const places = [];
  for (const timer of timers.get(id) ?? []) places.push({ at: "slot", ...timer });
  for (const { token, way } of task.sockets) {
    if (state.sockets.get(token)?.[way] === id) places.push({ at: "socket", token, way });
  }
  for (const other of awaitedBy(state, task)) {
    places.push({ at: run.tasks.get(other)?.isJob ? "pool" : "task", other });
  }
  if (isCalledNext(run, state, id)) return [{ at: "called" }];
  if (places.length === 0 && task.phase === "waiting" && !task.gaveWay) {
    places.push({ at: wasLost(run, state, id, task) ? "lost" : "outside" });
  }
  return places;
}

// A timer has fired, a socket is ready, a task is done: what that wakes is told next.
function isCalledNext(run, state, id) {
  const { events } = run;
  if (
    !["timer_fired", "io_ready", "done", "cancelled", "panicked", "woken"].includes(
      events[state.index]?.event,
    )
  )
    return false;
  let index = state.index + 1;
  while (events[index]?.event === "woken" && ["timer", "io", "join"].includes(events[index].cause)) {
    if (events[index].task === id) return true;
    index += 1;
  }
  return false;
}

// The tasks and jobs whose end is to wake it.
export function awaitedBy(state, task) {
  const found = new Set();
  for (let join = task.awaits; join; join = join.next) {
    if (!isOver(state, join.other)) found.add(join.other);
  }
  return [...found].reverse();
}

// Only the report of a stuck run tells that nobody keeps a waker.
function wasLost(run, state, id, task) {
  const report = run.end.tasks?.find((stuck) => stuck.task === id);
  if (!report || report.poll !== task.polls) return false;
  return report.waits === "kept no waker" || (report.waits === "lost its waker" && state.gone);
}

// Each task's timers. They are kept: the state of before is asked for them again.
const known = new WeakMap();
export function timersOf(state) {
  if (known.has(state)) return known.get(state);
  const timers = new Map();
  for (const [name, timer] of state.timers) {
    if (!timers.has(timer.by)) timers.set(timer.by, []);
    timers.get(timer.by).push({ name, ...timer });
  }
  known.set(state, timers);
  return timers;
}

// The jobs that are with the pool: queued, or on a thread. A thread's doings are told late, with
// their times: what is true at a moment, and told only later, is taken from there.
export function jobsAt(run, state) {
  const jobs = [];
  const isPast = (index) => index !== undefined && (index <= state.index || run.events[index].at <= state.at);
  for (const job of run.jobs.values()) {
    if (job.queued > state.index) continue;
    const [started, finished] = [isPast(job.started), isPast(job.finished)];
    const doing = finished
      ? "finished"
      : started
        ? "on a thread"
        : isOver(state, job.id)
          ? "cancelled"
          : "queued";
    const since = run.events[started ? job.started : job.queued].at;
    jobs.push({ ...job, doing, since, thread: started ? job.thread : null, told: isOver(state, job.id) });
  }
  return jobs;
}

const comesInByTheInbox = (event) =>
  event.event === "job_started" ||
  event.event === "job_finished" ||
  (event.cause === "thread" && event.event === "woken");

// The messages that lie in the inbox: their events, by index. One that is told next is there. An
// earlier one can be known only if it has a time of its own, as the jobs' have.
export function inboxAt(run, state) {
  const messages = [];
  for (const job of run.jobs.values()) {
    for (const index of [job.started, job.finished]) {
      if (index > state.index && job.queued <= state.index && run.events[index].at <= state.at) {
        messages.push(index);
      }
    }
  }
  const isEmptying = state.loop.cause === "thread" || comesInByTheInbox(run.events[state.index] ?? {});
  for (let index = state.index + 1; isEmptying && comesInByTheInbox(run.events[index] ?? {}); index += 1) {
    messages.push(index);
  }
  return [...new Set(messages)].sort((one, other) => one - other);
}

// From where to where something goes with an event: names of places, as `data-place` has them.
export function journey(run, state, before, event) {
  const task = (id) =>
    id === null || id === undefined ? null : run.tasks.get(id)?.isJob ? `pool:${id}` : `task:${id}`;
  const slot = (timer) => (timer && timer.level !== undefined ? `slot:${timer.level}:${timer.slot}` : null);
  const id = event.task;
  switch (event.event) {
    case "spawned":
      return [task(event.by), task(id)];
    case "job_queued":
      return [task(event.by), `pool:${id}`];
    case "job_started":
    case "job_finished":
      return ["inbox", `pool:${id}`];
    case "woken": {
      const from = {
        timer: slot(state.fired),
        io: `socket:${event.socket}`,
        thread: "inbox",
        outside: "outside",
        spawn: task(id),
        itself: task(id),
        task: task(event.by),
        join: task(event.by),
      };
      return [from[event.cause], `queue:${id}`];
    }
    case "poll_started":
      return ["queue", "loop"];
    case "poll_ended":
      return ["loop", task(id)];
    case "awaits":
      return [task(id), task(event.other)];
    case "aborted":
      return [task(event.by), task(id)];
    case "timer_armed":
      return [task(event.by), slot(event)];
    case "timer_moved":
      return [slot(before.timers.get(event.timer)), slot(event)];
    case "io_registered":
    case "io_waits":
      return [task(event.by), `socket:${event.socket}`];
    case "io_done": {
      const way = [task(event.by), `socket:${event.socket}`];
      return ["connected", "wrote"].includes(event.did) ? way : way.reverse();
    }
    default:
      return [null, null];
  }
}

// What goes that way: a waker, or just the attention.
export const carriesWaker = (event) =>
  ["awaits", "timer_armed", "timer_moved", "io_waits"].includes(event.event) ||
  (event.event === "woken" && event.cause !== "spawn");
