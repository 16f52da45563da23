// Reads the story that stands in this page: a list item an event, with the event's line of the
// journal in an attribute; of a long story the rest as lines alone. `--journal` writes the same lines,
// but for two fields more: `called`, a name that no two tasks share, and the sentence.

import { Lines } from "./lines.js";

// All runs in the page, in the order in which they were played.
export function readRuns(story) {
  const lines = new Lines();
  return [...story.querySelectorAll("section.run")].map((section) => new Run(section, lines));
}

export class Run {
  constructor(section, lines) {
    Object.assign(this, JSON.parse(section.dataset.run)); // lesson, scene, clock
    this.events = [];
    this.printed = []; // texts, each with the number of events before it
    for (const item of section.querySelectorAll("li")) this.#readItem(item, lines);
    // A line without an end has been cut, maybe in the middle of a number.
    const rest = section.querySelector("script.events")?.textContent ?? "";
    for (const line of rest.split("\n").slice(1, -1)) this.#readLine(line, lines);
    const end = section.querySelector("[data-end]");
    this.end = end ? { ...JSON.parse(end.dataset.end), say: end.textContent.trim() } : this.#cut();
    const at = this.events.reduce((latest, event) => Math.max(latest, event.at), 0);
    this.events.push({ event: "end", at, say: this.end.say });
    this.cast();
  }

  #readItem(item, lines) {
    if (item.dataset.e) this.#take(lines.whole(item.dataset.e), item.lastChild.textContent.trim());
    else this.#print(item.firstElementChild?.textContent ?? "");
  }

  #readLine(line, lines) {
    if (line.startsWith('"')) this.#print(JSON.parse(line));
    else this.#take(lines.whole(line));
  }

  #print(text) {
    this.printed.push({ after: this.events.length, text });
  }

  // An event. Its sentence is in its line, unless it stands beside it.
  #take(line, say) {
    const event = JSON.parse(line);
    this.events.push({ ...event, say: say ?? event.say });
  }

  // What is said of a run that was cut: often it is a poll that has not returned.
  #cut() {
    const polls = this.events.filter((event) => event.event.startsWith("poll_"));
    const { event, task, poll } = polls.at(-1) ?? {};
    if (event !== "poll_started") return CUT;
    const name = this.events.find((event) => event.event === "spawned" && event.task === task)?.called;
    return { ...CUT, say: `${CUT.say} ${name} was in its poll ${poll}, which had not returned.` };
  }

  // Who plays: what never changes of tasks, jobs, sockets and the wheel's levels.
  cast() {
    this.tasks = new Map();
    this.called = new Map();
    this.sockets = new Map();
    this.jobs = new Map();
    this.levels = new Set();
    this.main = this.events[0]?.task;
    let inside = null;
    this.events.forEach((event, index) => {
      // The task in whose poll it happens.
      if (event.event === "poll_started") inside = event.task;
      event.inside = inside;
      if (event.event === "poll_ended") inside = null;
      if (event.event === "spawned" || event.event === "job_queued") this.#admit(event, index);
      if (event.event === "io_registered") {
        const { by, kind, address } = event;
        this.sockets.set(event.socket, { number: this.sockets.size + 1, by, kind, address });
      }
      const job = this.jobs.get(event.task);
      if (event.event === "job_started") Object.assign(job ?? {}, { started: index, thread: event.thread });
      if (event.event === "job_finished") Object.assign(job ?? {}, { finished: index });
      if (event.level !== undefined) this.levels.add(event.level);
    });
    this.plain = [...this.tasks.values()].filter((task) => !task.isJob).map((task) => task.id);
    this.names = pattern([...this.called.keys()]);
  }

  #admit({ event, task: id, called, name, site, by }, index) {
    const isJob = event === "job_queued";
    const order = this.tasks.size;
    const depth = Math.min(3, (this.tasks.get(by)?.depth ?? -1) + 1);
    // The ninth begins again, with a second mark.
    const colour = `var(--task-${order % 8})`;
    const task = { id, called, name, site, by, isJob, order, depth, colour, again: order >= 8, index };
    this.tasks.set(id, task);
    this.called.set(called, task);
    this.#numberTheFirst(called);
    if (isJob) this.jobs.set(id, { id, queued: index });
  }

  // With a second of a name, the first is number 1.
  #numberTheFirst(called) {
    const [, name] = /^(.*) #2$/.exec(called) ?? [];
    const first = this.called.get(name);
    if (!first) return;
    first.called = `${name} #1`;
    this.called.set(first.called, first);
  }

  name(id) {
    return this.tasks.get(id)?.called ?? (id === null ? "somebody outside" : `task ${id}`);
  }

  colour(id) {
    return this.tasks.get(id)?.colour ?? "var(--loop)";
  }

  socket(token) {
    return `token ${this.sockets.get(token)?.number ?? "?"}`;
  }
}

// What finds the names of tasks in a text. Of a crowd only those that are plain words, each followed by
// its number, are found: to try a thousand at each letter would take too long.
function pattern(names) {
  if (names.length > 100) return /[\w:]+(?: \(job\))?(?: #\d+)?/g;
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const longestFirst = escaped.sort((one, other) => other.length - one.length);
  return new RegExp(`(?<![\\w#])(?:${longestFirst.join("|") || "$^"})(?!\\w|\\.rs:)`, "g");
}

const CUT = {
  how: "cut",
  say: "The story was cut here, before the end of the run.",
};
