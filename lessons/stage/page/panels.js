// The loop, the ready queue, the tasks, the sockets, the pool and the inbox.

import { h, bell, seconds, listed } from "./dom.js";
import { wakersOf, timersOf, awaitedBy, jobsAt, inboxAt, isOver } from "./places.js";

const MOST_TASKS = 40; // with more, those that matter now are shown
const FEW_TASKS = 4; // with more, each has one line
const MOST_CHIPS = 12;

const mark = (run, id) => h(`span.dot${run.tasks.get(id)?.again ? ".again" : ""}`, { style: `--c:${run.colour(id)}` });

const chip = (run, id, isNew) =>
  h(`button.chip${isNew ? ".new" : ""}`, { style: `--c:${run.colour(id)}`, "data-place": `queue:${id}`, "data-task": id }, run.name(id));

export function drawLoop(place, run, state, event) {
  const { doing, until, since, task, took, cause } = state.loop;
  const name = task === undefined ? "" : run.name(task);
  const slept = since === undefined ? "" : `it slept from ${seconds(since)} to ${seconds(state.at)}`;
  const words = {
    polls: ["polls ", name, `until it has to wait, or is done`],
    asleep: [until === null ? "sleeps" : `sleeps until ${seconds(until)}`, "", asleepFor(state)],
    wakes: [cause === "deadline" ? "wakes whom the clock woke" : cause === "io" ? "wakes whom the sockets woke" : "empties its inbox", "", slept],
    held: [`was held for ${seconds(took)} s by `, name, "a poll over 50 ms blocks the loop: nobody else got a turn"],
    turns: name ? ["takes the next that is ready", "", `${name} was polled`] : ["begins", "", "with the future that it is given"],
    over: ["has ended", "", ""],
  };
  let [what, who, note] = words[doing];
  if (doing === "turns" && name && state.ready.length === 0) what = "finds nobody ready";
  if (isOver(state, run.main) && doing !== "over") [what, who, note] = ["ends the run", "", "tasks that are left are cancelled"];
  const whose = who ? h("em", { style: `--c:${run.colour(task)}` }, who) : null;
  const isNew = ["parked", "unparked", "poll_started", "poll_ended", "slow_poll", "end"].includes(event.event);
  place.replaceChildren(h(`div.doing.${doing}${isNew ? ".new" : ""}`, { "data-place": "loop", style: who ? `--c:${run.colour(task)}` : null },
    h("b", {}, what, whose), h("small", {}, note)));
}

function asleepFor(state) {
  if (state.loop.until !== null) return `the earliest deadline: ${seconds(state.loop.until - state.loop.since)} s from now`;
  return "until a socket is ready, or another thread calls";
}

export function drawQueue(place, run, state, event) {
  const woken = event.event === "woken" ? event.task : null;
  const shown = state.ready.slice(0, MOST_CHIPS);
  if (woken !== null && !shown.includes(woken)) shown.splice(-1, 1, woken);
  const rest = state.ready.length - shown.length;
  const chips = shown.map((id) => chip(run, id, id === woken));
  place.replaceChildren(h("div.chips", { "data-place": "queue" }, chips,
    rest > 0 ? h("small", {}, `and ${rest} more`) : null,
    woken !== null ? h("small", {}, "← just woken") : null,
    state.ready.length === 0 ? h("small", {}, "empty") : null));
}

export function drawTasks(place, run, state, before, event, chosen) {
  const ids = [...run.tasks.values()].filter((task) => !task.isJob).map((task) => task.id);
  const shown = ids.length <= MOST_TASKS ? ids : thoseThatMatter(ids, run, state, event, chosen);
  const timers = timersOf(state);
  const rows = shown.map((id) => row(run, state, before, id, timers, id === chosen, event));
  const hidden = ids.length - shown.length;
  const table = h("table", {},
    h("thead", {}, h("tr", {}, ["task", "state", "waits for", "its waker lies", "polls"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows));
  const counts = (...phases) => ids.filter((id) => phases.includes(state.tasks.get(id)?.phase)).length;
  const note = hidden ? h("p.more", {}, `${ids.length} tasks in all: ${counts("waiting")} wait, ${counts("ready")} are ready, ` +
    `${counts("done", "cancelled", "panicked")} are over; shown are those that matter now`) : "";
  const longest = Math.max(...shown.map((id) => run.name(id).length + 2 * run.tasks.get(id).depth));
  place.style.setProperty("--name", longest);
  place.classList.toggle("many", hidden > 0);
  place.classList.toggle("timed", run.levels.size > 0);
  place.classList.toggle("dense", shown.length > FEW_TASKS);
  place.replaceChildren(table, note);
}

function thoseThatMatter(ids, run, state, event, chosen) {
  const now = [event.task, event.by, event.other, chosen, state.running, run.main, ...state.ready.slice(0, MOST_CHIPS)];
  const found = new Set(now.filter((id) => state.tasks.has(id) && !run.tasks.get(id).isJob));
  for (const id of ids) {
    if (found.size >= MOST_TASKS) break;
    if (state.tasks.has(id) && !isOver(state, id)) found.add(id);
  }
  return [...found].sort((one, other) => run.tasks.get(one).order - run.tasks.get(other).order);
}

function row(run, state, before, id, timers, isChosen, event) {
  const task = state.tasks.get(id);
  const { colour, depth, called, site } = run.tasks.get(id);
  const phase = task?.phase ?? "to come";
  const old = before.tasks.get(id);
  const hasMoved = event.timer !== undefined && (timers.get(id) ?? []).some((timer) => timer.name === event.timer);
  const isNew = task !== old || hasMoved;
  const classes = ["task", ...(isNew ? ["new"] : []), ...(isChosen ? ["chosen"] : []), phase.replace(" ", "-")];
  const places = task ? wakersOf(run, state, id, timers) : [];
  const was = task && old && old.phase !== phase ? h("small", {}, ` was ${old.phase}`) : null;
  const waiting = task ? waits(run, state, id, task, timers) : "";
  const name = h("button.name", { "data-task": id, "aria-pressed": String(isChosen), title: `spawned at ${site}` }, mark(run, id), h("span", {}, called));
  return h(`tr.${classes.join(".")}`, { "data-place": `task:${id}`, style: `--c:${colour};--depth:${depth}` },
    h("th", { scope: "row" }, name),
    h("td.phase", {}, h("b", {}, phase), was),
    h("td.waits", { title: waiting }, waiting),
    h("td.waker", {}, ...(task ? whereItLies(run, state, id, task, places) : [])),
    h("td.polls", { "data-label": "polls " }, task ? String(task.polls) : ""));
}

function waits(run, state, id, task, timers) {
  if (task.phase !== "waiting") return "";
  const reasons = (timers.get(id) ?? []).slice(0, 1).map((timer) => `its timer, ${seconds(timer.deadline)}`);
  for (const { token, way } of task.sockets) reasons.push(`${run.socket(token)} to be ${way === "read" ? "readable" : "writable"}`);
  const others = awaitedBy(state, task).map((other) => run.name(other));
  if (others.length) reasons.push(`the end of ${listed(others)}`);
  return reasons.join(", or ") || "to be woken";
}

function whereItLies(run, state, id, task, places) {
  const sign = () => bell(run.colour(id));
  if (task.phase === "ready") return [h("small", {}, "used up")];
  if (task.phase === "running" && places.length === 0) return [sign(), " lent to its poll"];
  const words = places.map((place) => {
    switch (place.at) {
      case "slot": return `in the wheel, level ${place.level}, slot ${place.slot}`;
      case "socket": return `with ${run.socket(place.token)}`;
      case "called": return "is being called";
      case "lost": return "nowhere: its poll kept none";
      case "outside": return "with somebody outside: the loop cannot know who";
    }
  });
  const joins = places.filter((place) => place.at === "task" || place.at === "pool").length;
  const joined = joins ? [["with it", "with both"][joins - 1] ?? `with all ${joins}`] : [];
  const texts = [...words.filter(Boolean), ...joined];
  const lost = places.some((place) => place.at === "lost");
  return texts.map((text) => h(`span.place${lost ? ".lost" : ""}`, {}, sign(), ` ${text}`));
}

// Wakers that lie somewhere else than in the wheel: a bell for each.
const left = (run, id) => (id === null || id === undefined ? h("small", {}, "nobody") : h("span.place", {}, bell(run.colour(id)), ` ${run.name(id)}`));

export function drawSockets(place, run, state, before, event) {
  const rows = [...run.sockets].slice(-MOST_TASKS).map(([token, { by }]) => {
    const socket = state.sockets.get(token);
    const isNew = socket !== before.sockets.get(token) || event.event === "io_ready" && event.socket === token;
    return h(`tr${isNew ? ".new" : ""}${socket ? "" : ".to-come"}`, { "data-place": `socket:${token}` },
      h("th", { scope: "row" }, run.socket(token), h("small", {}, ` of ${run.name(by)}`)),
      h("td", {}, socket ? able(run, "readable", socket.readable, socket.read) : before.sockets.has(token) ? "closed" : ""),
      h("td", {}, socket ? able(run, "writable", socket.writable, socket.write) : ""));
  });
  const heads = ["socket", "to read", "to write"];
  place.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
}

// What is known of a socket that way; and who has left a waker there.
function able(run, word, is, waits) {
  const known = is ? h("b", {}, word) : h("small", {}, is === false ? `not ${word}` : "not known");
  return waits === null || waits === undefined ? [known] : [left(run, waits), " ", known];
}

export function drawPool(place, run, state, event) {
  const jobs = jobsAt(run, state).slice(-MOST_CHIPS);
  place.replaceChildren(...jobs.map((job) => {
    const awaits = [...run.tasks.keys()].slice(0, 500).filter((id) => state.tasks.has(id) && awaitedBy(state, state.tasks.get(id)).includes(job.id));
    const where = job.doing === "on a thread" ? `runs on the thread ${job.thread ?? "without a name"}, since ${seconds(job.since)}`
      : job.doing === "finished" && !job.told ? "is finished: the loop is to be told" : `is ${job.doing}`;
    return h(`div.job${event.task === job.id ? ".new" : ""}${job.told ? ".over" : ""}`, { "data-place": `pool:${job.id}`, style: `--c:${run.colour(job.id)}` },
      mark(run, job.id), h("b", {}, run.name(job.id)), ` ${where} `, awaits.map((id) => left(run, id)));
  }), ...(jobs.length ? [] : [h("small", {}, "no job yet")]));
}

export function drawInbox(place, run, state) {
  const messages = inboxAt(run, state).slice(0, MOST_CHIPS).map((index) => {
    const event = run.events[index];
    const what = { job_started: "is taken up", job_finished: "is finished", woken: "is to be woken" }[event.event];
    return h("span.message", { style: `--c:${run.colour(event.task)}` }, mark(run, event.task), `${run.name(event.task)} ${what}`);
  });
  place.replaceChildren(h("div.chips", { "data-place": "inbox" }, messages.length ? messages : h("small", {}, "empty")));
}
