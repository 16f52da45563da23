// The tasks: what each does, what it waits for, and where its waker lies.

import { h, bell, seconds, listed, settle } from "./dom.js";
import { coloured, mark, table } from "./parts.js";
import { wakersOf, timersOf, awaitedBy, isOver } from "./places.js";

const FEW = 4; // with more, or more to be shown below, they stand closer
const MOST = 40; // with more, those that matter now are shown

const HEADS = ["task", "state", "waits for", "its waker lies", "polls"];

export function drawTasks(place, run, state, before, event, chosen) {
  const ids = run.plain;
  const shown = ids.length <= MOST ? ids : thoseThatMatter(ids, run, state, event, chosen);
  const moment = { run, state, before, chosen, timers: timersOf(state), timersBefore: timersOf(before) };
  const rows = shown.map((id) => row(moment, id));
  const isCrowd = shown.length < ids.length;
  const note = isCrowd ? [h("p.more", {}, counted(ids, state))] : [];
  const longest = Math.max(...shown.map((id) => run.name(id).length + 2 * run.tasks.get(id).depth));
  place.style.setProperty("--name", longest);
  place.classList.toggle("many", isCrowd);
  place.classList.toggle("timed", run.levels.size > 0);
  place.classList.toggle("dense", shown.length > FEW || run.sockets.size + run.jobs.size > 0);
  table(place, HEADS, rows);
  settle(place, [place.firstElementChild, ...note]);
}

function thoseThatMatter(ids, run, state, event, chosen) {
  const ready = state.ready.slice(0, FEW);
  const now = [event.task, event.by, event.other, chosen, state.running, run.main, ...ready];
  const found = new Set(now.filter((id) => state.tasks.has(id) && !run.tasks.get(id).isJob));
  for (const id of ids) {
    if (found.size >= MOST) break;
    if (state.tasks.has(id) && !isOver(state, id)) found.add(id);
  }
  return [...found].sort((one, other) => run.tasks.get(one).order - run.tasks.get(other).order);
}

function counted(ids, state) {
  const counts = { waiting: 0, ready: 0, over: 0 };
  for (const id of ids) {
    const phase = isOver(state, id) ? "over" : state.tasks.get(id)?.phase;
    if (phase in counts) counts[phase] += 1;
  }
  return (
    `${ids.length} tasks in all: ${counts.waiting} wait, ${counts.ready} are ready, ` +
    `${counts.over} are over; shown are those that matter now`
  );
}

// Each run's rows, as they were drawn last, with what they say.
const drawn = new WeakMap();

function row(moment, id) {
  const { run, state, before, chosen, timers, timersBefore } = moment;
  const says = told(run, state, id, timers);
  const isNew = says !== told(run, before, id, timersBefore);
  const key = `${says}${isNew ? before.tasks.get(id)?.phase : ""}${id === chosen}`;
  if (!drawn.has(run)) drawn.set(run, new Map());
  const rows = drawn.get(run);
  if (rows.get(id)?.key !== key) rows.set(id, { key, row: newRow(moment, id, isNew) });
  return rows.get(id).row;
}

function newRow({ run, state, before, chosen, timers }, id, isNew) {
  const [task, old] = [state.tasks.get(id), before.tasks.get(id)];
  const { depth, called, site } = run.tasks.get(id);
  const phase = task?.phase ?? "to come";
  const classes = `.task.${phase.replace(" ", "-")}${isNew ? ".new" : ""}${id === chosen ? ".chosen" : ""}`;
  const was = task && old && old.phase !== phase ? h("small", {}, ` was ${old.phase}`) : null;
  const pressed = String(id === chosen);
  const spawned = { "data-task": id, "aria-pressed": pressed, title: `spawned at ${site}` };
  const name = h("button.name", spawned, mark(run, id), h("span", {}, called));
  const place = { "data-place": `task:${id}`, style: `--c:${run.colour(id)};--depth:${depth}` };
  return h(
    `tr${classes}`,
    place,
    h("th", { scope: "row" }, name),
    h("td.phase", {}, h("b", {}, phase), was),
    h("td.waits", {}, task ? waits(run, state, task, timers.get(id)) : ""),
    h("td.waker", {}, task ? whereItLies(run, state, id, task, timers) : ""),
    h("td.polls", { "data-label": "polls " }, task ? String(task.polls) : ""),
  );
}

// What the row says, in one text.
function told(run, state, id, timers) {
  const task = state.tasks.get(id);
  if (!task) return "";
  const places = inWords(run, wakersOf(run, state, id, timers));
  return JSON.stringify([task.phase, task.polls, waits(run, state, task, timers.get(id)), places]);
}

function waits(run, state, task, timers = []) {
  if (task.phase !== "waiting") return "";
  const reasons = timers.slice(0, 1).map((timer) => `its timer, ${seconds(timer.deadline)}`);
  for (const { token, way } of task.sockets) {
    reasons.push(`${run.socket(token)} to be ${way === "read" ? "readable" : "writable"}`);
  }
  const others = awaitedBy(state, task).map((other) => run.name(other));
  if (others.length) reasons.push(`the end of ${listed(others)}`);
  return reasons.join(", or ") || "to be woken";
}

function whereItLies(run, state, id, task, timers) {
  const places = wakersOf(run, state, id, timers);
  const sign = () => bell(run.colour(id));
  if (task.phase === "ready") return [h("small", {}, task.polls ? "used up" : "nowhere yet")];
  if (task.phase === "running" && places.length === 0) return [sign(), " lent to its poll"];
  const lost = places.some((place) => place.at === "lost") ? ".lost" : "";
  return inWords(run, places).map((text) => h(`span.place${lost}`, {}, sign(), ` ${text}`));
}

function inWords(run, places) {
  const words = places.map((place) => {
    switch (place.at) {
      case "slot":
        return `in the wheel, level ${place.level}, slot ${place.slot}`;
      case "socket":
        return `with ${run.socket(place.token)}`;
      case "called":
        return "is being called";
      case "lost":
        return "nowhere: its poll kept none";
      case "outside":
        return "with somebody outside: the loop cannot know who";
      default:
        return null; // with a task or job: these are told together
    }
  });
  const joins = words.filter((word) => word === null).length;
  const joined = ["with it", "with both"][joins - 1] ?? `with all ${joins}`;
  return [...words.filter(Boolean), ...(joins ? [joined] : [])];
}
