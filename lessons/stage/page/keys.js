// Keys, buttons, the mouse and fingers: what they ask for. What is done about it is in main.js.

import { find } from "./dom.js";

// The keys of the page, each with what it asks for.
const KEYS = {
  ArrowRight: (stage) => stage.step(1),
  ArrowLeft: (stage) => stage.step(-1),
  PageDown: (stage) => stage.step(10),
  PageUp: (stage) => stage.step(-10),
  Home: (stage) => stage.goTo(0),
  End: (stage) => stage.goTo(Infinity),
  " ": (stage) => stage.playOrPause(),
  n: (stage) => stage.toWake(1),
  N: (stage) => stage.toWake(-1),
  t: (stage) => stage.toTask(1),
  T: (stage) => stage.toTask(-1),
  e: (stage) => stage.otherAxis(),
  g: () => find("number").select(),
};

export function listen(stage) {
  document.addEventListener("keydown", (event) => {
    if (!stage.run || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    if (key === "Escape") target.blur?.();
    if (target.matches?.("input:not([type=range]), select, textarea")) return;
    // A button takes the space for itself.
    if (key === " " && target.matches?.("button, a")) return;
    if (/^\d$/.test(key)) return begin(key, event);
    const asked = KEYS[key];
    if (!asked) return;
    event.preventDefault();
    asked(stage);
  });
  const buttons = {
    first: KEYS.Home,
    back: KEYS.ArrowLeft,
    play: KEYS[" "],
    next: KEYS.ArrowRight,
    last: KEYS.End,
    wake: KEYS.n,
    axis: KEYS.e,
  };
  for (const [id, asked] of Object.entries(buttons)) find(id).addEventListener("click", () => stage.run && asked(stage));
  find("scrub").addEventListener("input", ({ target }) => stage.goTo(target.valueAsNumber - 1));
  find("go").addEventListener("submit", (event) => {
    event.preventDefault();
    if (stage.run) stage.goToText(find("number").value);
    find("number").blur();
  });
  find("number").addEventListener("focus", ({ target }) => target.select());
  find("scene").addEventListener("change", ({ target }) => stage.open(Number(target.value)));
  document.addEventListener("click", (event) => choose(event, stage));
  drag(stage);
}

// A digit begins the number of an event, or a time.
function begin(key, event) {
  const field = find("number");
  field.focus();
  field.value = key;
  event.preventDefault();
}

function choose(event, stage) {
  const link = event.target.closest?.("[data-event]");
  if (link) {
    event.preventDefault();
    return stage.goTo(Number(link.dataset.event));
  }
  const task = event.target.closest?.("[data-task]");
  if (task) stage.choose(Number(task.dataset.task));
}

// The playhead follows the mouse, or a finger; up and down scrolls the lanes.
function drag(stage) {
  const canvas = find("timeline");
  canvas.addEventListener("pointerdown", (event) => {
    if (!stage.run) return;
    canvas.setPointerCapture(event.pointerId);
    stage.pick(event.clientX, event.clientY);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) stage.pick(event.clientX);
  });
}
