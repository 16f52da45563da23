// Why: the sentence of an event, the events that led to it, and the runtime's function at work.

import { h, find, seconds, coloured, settle } from "./dom.js";
import { chain } from "./causes.js";
import { scrollTo } from "./program.js";

const MOST_LINKS = 12;

// The sentences of the story leave out who is polled just now: that stands at its edge.
function subject(run, event) {
  const doer = event.event === "awaits" || event.cause === "itself" ? event.task : event.by;
  if (event.event === "poll_ended") return `${run.name(event.task)} returns `;
  if (event.inside === null || doer !== event.inside || event.cause === "join") return "";
  return `${run.name(doer)} `;
}

// That a new task is queued is an event of its own here; a story tells both in one sentence.
export function sentence(run, event) {
  const say = event.event === "spawned" ? event.say.replace(/: it is queued$/, "") : event.say;
  return `${subject(run, event)}${say}`;
}

export function drawWhy(run, chains, state, event) {
  const who =
    event.inside === null
      ? "The loop"
      : `In ${run.name(event.inside)}'s poll ${state.tasks.get(event.inside)?.polls}`;
  find("who").replaceChildren(
    `${who} · ${seconds(event.at)} s`,
    event.at < state.at ? h("small", {}, " told late: it was on another thread") : "",
  );
  const isTheEnd = event.event === "woken" && ["timer", "io", "join"].includes(event.cause);
  const lead =
    isTheEnd && chains.causes[state.index] >= 0
      ? [h("small", {}, coloured(sentence(run, run.events[chains.causes[state.index]]), run)), " "]
      : [];
  find("say").replaceChildren(...lead, ...coloured(sentence(run, event), run));
  const { links, left } = chain(chains, state.index, MOST_LINKS);
  const items = links.map((index, at) => link(run, index, at === MOST_LINKS - 1 ? left : 0));
  settle(find("because"), items.length ? items : [h("li", {}, "nothing came before: here it begins")]);
}

function link(run, index, left) {
  const event = run.events[index];
  return h(
    "li",
    {},
    left ? h("small", {}, `${left} events between`) : null,
    h(
      "a",
      { href: `#event=${index + 1}`, "data-event": index },
      coloured(sentence(run, event), run),
      h("small", {}, `event ${index + 1} · ${seconds(event.at)}`),
    ),
  );
}

// By an event's name, or its name and its cause, or how it went: which line of which function is at work.
export function station({ events, functions }, { event, cause, ready }) {
  const [place, line] = events[`${event}.${cause ?? ready}`] ?? events[event] ?? [];
  return line && { ...functions[place], line };
}

let shown = null;

export function drawRuntime(stations, event) {
  const found = station(stations, event);
  if (shown !== null && shown?.file === found?.file && shown?.line === found?.line) return;
  shown = found;
  const name = /\bfn (\w+)/.exec(found?.text)?.[1];
  find("runtime-file").textContent = found ? `${name}, ${found.file}:${found.line}` : "";
  const lines = (found ? found.text.split("\n") : []).map((text, at) => {
    const line = found.first + at;
    const kind = `${/^\s*\/\//.test(text) ? ".comment" : ""}${line === found.line ? ".current" : ""}`;
    return h(`div.line${kind}`, {}, h("i", {}, String(line)), text || " ");
  });
  const pane = find("runtime-source");
  pane.replaceChildren(...(found ? lines : [h("small", {}, "nothing of the runtime is at work any more")]));
  scrollTo(pane, pane.querySelector(".current"));
}
