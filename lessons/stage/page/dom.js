// Small helpers to build what is shown. Text always goes in as text, never as markup.

export const find = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

// An element: h("p.note#id", {title: "..."}, "text", otherElement, ...).
export function h(what, attributes = {}, ...children) {
  return fill(document.createElement(what.split(/[.#]/)[0] || "div"), what, attributes, children);
}

// The same, of a drawing.
export function s(what, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, what.split(/[.#]/)[0]), what, attributes, children);
}

function fill(element, what, attributes, children) {
  for (const part of what.match(/[.#][\w-]+/g) ?? []) {
    if (part[0] === "#") element.id = part.slice(1);
    else element.classList.add(part.slice(1));
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== false));
  return element;
}

// Puts elements into a place, and leaves alone what is there already and looks the same: only what has
// changed is laid out anew, and a button that has the keyboard keeps it.
export function settle(place, elements) {
  const there = [...place.children];
  const wanted = elements.map((element, at) => (there[at]?.isEqualNode(element) ? there[at] : element));
  const staying = new Set(wanted);
  for (const element of there) if (!staying.has(element)) element.remove();
  let next = place.firstElementChild;
  for (const element of wanted) {
    if (element === next) next = next.nextElementSibling;
    else place.insertBefore(element, next);
  }
}

// The sign of a waker, in its task's colour.
export function bell(colour) {
  const sign = s("svg.bell", { "aria-hidden": "true" }, s("use", { href: "#bell" }));
  sign.style.color = colour;
  return sign;
}

// A time of the loop's clock, as the terminal shows it: seconds, to the millisecond.
export function seconds(nanos) {
  return nanos === null || nanos === undefined ? "never" : (nanos / 1e9).toFixed(3);
}

// The text, with each name in it in its task's colour.
export function coloured(text, run) {
  const parts = [];
  let rest = 0;
  for (const found of text.matchAll(run.names)) {
    const task = run.called.get(found[0]);
    if (!task) continue;
    parts.push(text.slice(rest, found.index), h("em", { style: `--c:${task.colour}` }, found[0]));
    rest = found.index + found[0].length;
  }
  return [...parts, text.slice(rest)];
}

// "a, b and 3 others".
export function listed(names) {
  if (names.length < 2) return names.join("");
  if (names.length < 4) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
}

const waiting = new Map();

// Work that has to know how large things are, and where: it is done once all is drawn, so that the
// browser lays the page out once. What is asked for later under the same name takes its place.
export function onceDrawn(name, work) {
  if (waiting.size === 0) {
    requestAnimationFrame(() => {
      const works = [...waiting.values()];
      waiting.clear();
      works.forEach((work) => work());
    });
  }
  waiting.set(name, work);
}
