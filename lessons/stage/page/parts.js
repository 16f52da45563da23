// Small pieces that several places draw.

import { h, bell, settle } from "./dom.js";

// The mark of a task: its colour; the ninth and those after it have a ring.
export function mark(run, id) {
  return h(`span.dot${run.tasks.get(id)?.again ? ".again" : ""}`, coloured(run, id));
}

// Attributes that give an element a task's colour.
export const coloured = (run, id, more = {}) => ({ style: `--c:${run.colour(id)}`, ...more });

// A waker that lies somewhere: a bell, and whose it is.
export function left(run, id) {
  if (id === null || id === undefined) return h("small", {}, "nobody");
  return h("span.place", {}, bell(run.colour(id)), ` ${run.name(id)}`);
}

// A place's table, with these rows.
export function table(place, heads, rows) {
  if (!place.querySelector("tbody")) {
    const names = heads.map((name) => h("th", { scope: "col" }, name));
    place.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, names)), h("tbody")));
  }
  settle(place.querySelector("tbody"), rows);
}
