// The program's source, with the places where its tasks are; and what it has printed.

import { h, find, onceDrawn } from "./dom.js";
import { isOver } from "./places.js";

// "lessons/src/breakfast.rs:28:27" -> ["lessons/src/breakfast.rs", 28]
export function place(site) {
  const [, path, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(site ?? "") ?? [];
  return [path, Number(line)];
}

// The lines of each `fn` of a source, by its name: [first, last], from 1.
export function functions(text) {
  const found = new Map();
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const [, indent, name] = /^(\s*)(?:pub(?:\([a-z]+\))? )?(?:async )?fn (\w+)/.exec(line) ?? [];
    if (!name || found.has(name)) return;
    const length = lines.slice(at).findIndex((other) => other === `${indent}}`);
    found.set(name, [at + 1, at + 1 + Math.max(0, length)]);
  });
  return found;
}

export class Program {
  #shown = null;
  #lines = [];
  #functions = new Map();
  #marked = new Set(); // lines, at the moment that is drawn

  constructor(files) {
    this.files = files; // [{path, text}]
  }

  // What is shown of the source: an element a line.
  get rows() {
    return this.#lines;
  }

  draw(run, state, event) {
    const [path, line] = this.#placeOf(run, state, event);
    const isNew = this.#show(path);
    if (!this.#shown) return;
    for (const row of this.#marked) {
      row.className = row.dataset.kind ?? "";
      row.style.cssText = "";
    }
    this.#marked.clear();
    for (const [id, task] of state.tasks) {
      if (!isOver(state, id)) this.#markTask(run, state, id, task);
    }
    const current = this.#lines[line - 1];
    if (current) this.#mark(current).classList.add("current");
    const timer = state.timers.get(event.timer) ?? state.fired;
    const actor = event.inside ?? event.task ?? event.by ?? (event.timer ? timer?.by : null);
    const nameOf = (id) => run.tasks.get(id)?.name;
    const itsFunction =
      this.#functions.get(nameOf(actor)) ?? (isNew && this.#functions.get(nameOf(run.main)));
    const first = this.#lines[(itsFunction || [0])[0] - 1];
    // The main task is spawned by a line around the program: the program itself says more.
    const isMain = event.event === "spawned" && event.task === run.main;
    scrollTo(find("source"), isMain ? (first ?? current) : (current ?? first));
  }

  // A spawn's own line; later, the line at which a task has left its waker.
  #placeOf(run, state, event) {
    const id = event.task ?? event.by;
    const site = event.site ?? state.tasks.get(id)?.line;
    if (site) return place(site);
    return [place(run.tasks.get(id ?? state.running)?.site)[0], NaN];
  }

  #markTask(run, state, id, task) {
    const { name, colour } = run.tasks.get(id);
    const [first, last] = this.#functions.get(name) ?? [];
    for (let line = first; line <= last; line += 1) {
      const row = this.#mark(this.#lines[line - 1]);
      const bars = Number(row.style.getPropertyValue("--bars") || 0);
      if (bars > 2) continue;
      row.style.setProperty("--bars", bars + 1);
      row.style.setProperty(`--bar-${bars}`, colour);
      if (state.running === id) {
        row.classList.add("running");
        row.style.setProperty("--c", colour);
      }
    }
    const [path, waits] = place(task.line);
    const row = path === this.#shown && this.#lines[waits - 1];
    if (row) this.#mark(row).classList.add("awaits");
  }

  #mark(row) {
    this.#marked.add(row);
    return row;
  }

  #show(path) {
    const file = this.files.find((file) => file.path === path) ?? (this.#shown ? null : this.files[0]);
    if (!file || file.path === this.#shown) return false;
    this.#shown = file.path;
    this.#functions = functions(file.text);
    find("file").textContent = file.path;
    this.#lines = file.text
      .replace(/\n$/, "")
      .split("\n")
      .map((text, at) => {
        const kind = /^\s*\/\//.test(text) ? "line comment" : "line";
        return h("div", { class: kind, "data-kind": kind }, h("i", {}, String(at + 1)), text || " ");
      });
    find("lines").replaceChildren(...this.#lines);
    return true;
  }
}

// Brings a line into view, if it is not: and leaves some around it.
export function scrollTo(pane, line) {
  if (line?.isConnected) onceDrawn(pane.id, () => scroll(pane, line));
}

function scroll(pane, line) {
  const [top, height] = [line.offsetTop, line.offsetHeight]; // the pane is what it is measured from
  if (top < pane.scrollTop || top + height > pane.scrollTop + pane.clientHeight) {
    pane.scrollTop = top - pane.clientHeight / 2.5;
  }
}

// What was printed before the next event; what came with this one is marked. No more than can be read: a
// run may print for hours.
const [MOST_LETTERS, MOST_TEXTS] = [10000, 500];

export function drawPrinted(run, state) {
  const pane = find("printed");
  const [printed, until] = [run.printed, countUntil(run.printed, state.index + 1)];
  let [at, old, fresh] = [until - 1, "", ""];
  for (; printed[at]?.after === state.index + 1; at -= 1) fresh = printed[at].text + fresh;
  for (; at >= Math.max(0, until - MOST_TEXTS) && old.length < MOST_LETTERS; at -= 1) old = printed[at].text + old;
  old = old.slice(-MOST_LETTERS);
  if (pane.textContent === old + fresh && Boolean(fresh) === Boolean(pane.firstElementChild)) return;
  pane.replaceChildren(old, fresh ? h("mark", {}, fresh) : "");
  onceDrawn("printed", () => (pane.scrollTop = pane.scrollHeight));
}

// How many of the texts were printed before so many events had been told, or behind the last of these.
function countUntil(printed, events) {
  let [low, high] = [0, printed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (printed[middle].after <= events) low = middle + 1;
    else high = middle;
  }
  return low;
}
