// The loop: what its one thread does now, and the ready queue.

import { h, seconds, settle } from "./dom.js";
import { coloured } from "./parts.js";
import { isOver } from "./places.js";

const MOST_CHIPS = 12;

const TOLD = ["parked", "unparked", "poll_started", "poll_ended", "slow_poll", "end"];

export function drawLoop(place, run, state, event) {
  const { task } = state.loop;
  const { what, who, note } = words(run, state);
  const name = who ? h("em", coloured(run, task), run.name(task)) : null;
  const isNew = TOLD.includes(event.event) ? ".new" : "";
  const box = h(`div.doing${isNew}`, { "data-place": "loop" }, h("b", {}, what, name), h("small", {}, note));
  settle(place, [box]);
}

// What it does; with `who`, the name of the task stands behind that; and a note.
function words(run, { loop, ready, tasks, at }) {
  const { doing, until, since, task, took, cause } = loop;
  const slept = since === undefined ? "" : `it slept from ${seconds(since)} to ${seconds(at)}`;
  if (isOver({ tasks }, run.main) && doing !== "over") {
    return { what: "ends the run", note: "tasks that are left are cancelled" };
  }
  switch (doing) {
    case "polls":
      return { what: "polls ", who: true, note: "until it has to wait, or is done" };
    case "held":
      return {
        what: `was held for ${seconds(took)} s by `,
        who: true,
        note: "a poll over 50 ms blocks the loop: nobody else got a turn",
      };
    case "asleep":
      if (until === null) return { what: "sleeps", note: "until a socket is ready, or another thread calls" };
      return {
        what: `sleeps until ${seconds(until)}`,
        note: `the earliest deadline: ${seconds(until - since)} s from its beginning`,
      };
    case "wakes": {
      const woken = { deadline: "wakes whom the clock woke", io: "wakes whom the sockets woke" };
      return { what: woken[cause] ?? "empties its inbox", note: slept };
    }
    case "over":
      return { what: "has ended", note: "" };
    default:
      if (task === undefined) return { what: "begins", note: "with the future that it is given" };
      return {
        what: ready.length ? "takes the next that is ready" : "finds nobody ready",
        note: `${run.name(task)} was polled`,
      };
  }
}

export function drawQueue(place, run, state, event) {
  const woken = event.event === "woken" ? event.task : null;
  const shown = state.ready.slice(0, MOST_CHIPS);
  if (woken !== null && !shown.includes(woken)) shown.splice(-1, 1, woken);
  const rest = state.ready.length - shown.length;
  const chips = shown.map((id) => {
    const attributes = coloured(run, id, { "data-place": `queue:${id}`, "data-task": id });
    return h(`button.chip${id === woken ? ".new" : ""}`, attributes, run.name(id));
  });
  const notes = [
    rest > 0 && `and ${rest} more`,
    woken !== null && "← just woken",
    state.ready.length === 0 && "empty",
  ];
  const small = notes.filter(Boolean).map((note) => h("small", {}, note));
  settle(place, [h("div.chips", { "data-place": "queue" }, chips, small)]);
}
