// The timer wheel: a row of 64 slots for each level that the run uses, and the hand.

import { h, s, seconds, settle } from "./dom.js";
import { handAt } from "./state.js";

const [CELL, HEIGHT, BELL] = [10, 26, 22];

// What a slot of a level is worth in time.
export function slotTime(level) {
  const ms = 64 ** level;
  const units = [
    [31557600000, "year"],
    [86400000, "day"],
    [3600000, "h"],
    [60000, "min"],
    [1000, "s"],
    [1, "ms"],
  ];
  const [size, unit] = units.find(([size]) => ms >= size);
  const number = ms / size;
  const text =
    number >= 1e6
      ? number.toExponential(0)
      : number >= 10
        ? String(Math.round(number))
        : String(+number.toFixed(1));
  const plural = ["year", "day"].includes(unit) && text !== "1" ? "s" : "";
  return `${text} ${unit}${plural}`;
}

// Draws it into `place`, which keeps one row a level from the first time on.
export function drawWheel(place, run, state, before, event) {
  const levels = [...run.levels, 0]
    .filter((level, at, all) => all.indexOf(level) === at)
    .sort((one, other) => other - one);
  const lying = new Map();
  for (const [name, timer] of state.timers) {
    const key = `${timer.level}:${timer.slot}`;
    if (!lying.has(key)) lying.set(key, []);
    lying.get(key).push({ name, ...timer });
  }
  const from =
    event.event === "timer_moved" || event.event === "timer_cancelled"
      ? before.timers.get(event.timer)
      : null;
  const fired =
    event.event === "timer_fired" || (event.event === "woken" && event.cause === "timer")
      ? state.fired
      : null;
  settle(place, levels.map((level) => row(level, { run, state, event, lying, from, fired })));
}

function row(level, { run, state, event, lying, from, fired }) {
  const hand = handAt(state.hand, level);
  const drawing = s("svg", {
    viewBox: `0 -9 ${64 * CELL} ${HEIGHT + 21}`,
    role: "img",
    "aria-label": spoken(level, hand, lying, run),
  });
  const signs = []; // above all slots: a bell is wider than its own
  for (let slot = 0; slot < 64; slot += 1) {
    const here = lying.get(`${level}:${slot}`) ?? [];
    const left = from?.level === level && from.slot === slot;
    const rings = fired?.level === level && fired.slot === slot;
    const kind = slot === hand ? "cell hand" : here.length ? "cell full" : "cell";
    drawing.append(
      s("rect", {
        class: kind,
        x: slot * CELL + 1,
        y: 0,
        width: CELL - 2,
        height: HEIGHT,
        rx: 2,
        "data-place": `slot:${level}:${slot}`,
      }),
    );
    if (left)
      drawing.append(
        s("rect", { class: "left", x: slot * CELL - 1.5, y: -2, width: CELL + 3, height: HEIGHT + 4, rx: 4 }),
      );
    if (here.length || rings) signs.push(...sign(run, slot, here, rings ? fired : null, event));
    if (slot % 16 === 15 || slot === 0) {
      drawing.append(s("text", { class: "number", x: slot * CELL + CELL / 2, y: HEIGHT + 10 }, String(slot)));
    }
  }
  drawing.append(...signs);
  const tip = hand * CELL + CELL / 2;
  drawing.append(s("path", { class: "tip", d: `M${tip} -1l-4.5-7h9z` }));
  return h(
    "div.level",
    {},
    h("div.name", {}, h("b", {}, `level ${level}`), h("small", {}, `a slot is ${slotTime(level)}`)),
    drawing,
  );
}

// The timers of a slot: a bell in the colour of the first one's task, and how many there are.
function sign(run, slot, here, rings, event) {
  const shown = rings ?? here[0];
  const middle = slot * CELL + CELL / 2;
  const isNew = here.some((timer) => timer.name === event.timer);
  const use = s("use", {
    href: "#bell",
    x: -BELL / 2,
    y: -BELL / 2,
    width: BELL,
    height: BELL,
    class: isNew ? "new" : null,
  });
  use.style.color = run.colour(shown.by);
  const title = s("title", {}, here.map((timer) => words(run, timer)).join("\n"));
  const parts = [s("g", { transform: `translate(${middle} ${HEIGHT / 2})` }, use, title)];
  if (here.length > 1) parts.push(s("text", { class: "many", x: middle + 9, y: 7 }, String(here.length)));
  if (rings) {
    const [x, y] = [middle, HEIGHT / 2];
    const waves = s("path", {
      class: "rings",
      d: `M${x - 13} ${y - 7}q-5 7 0 14M${x + 13} ${y - 7}q5 7 0 14`,
    });
    waves.style.color = run.colour(shown.by);
    parts.push(waves);
  }
  return parts;
}

const words = (run, timer) => `${run.name(timer.by)}'s timer for ${seconds(timer.deadline)}`;

function spoken(level, hand, lying, run) {
  const slots = [...lying].filter(([key]) => key.startsWith(`${level}:`));
  const timers = slots.map(
    ([key, here]) =>
      `in slot ${key.split(":")[1]} ${here
        .slice(0, 5)
        .map((timer) => words(run, timer))
        .join(", ")}`,
  );
  return `Level ${level}, the hand is at slot ${hand}: ${timers.join("; ") || "empty"}`;
}

// Which timer lies where, in words: for the wheel's note.
export function note(run, state) {
  const top = Math.max(0, ...run.levels);
  const now = `the hand is at ${seconds(state.hand * 1e6)}`;
  return `${now} · levels above ${top} stay empty`;
}
