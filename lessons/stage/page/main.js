// The page: a run, a moment in it, and all that is drawn of that moment.

import { find, h, seconds, onceDrawn } from "./dom.js";
import { readRuns } from "./journal.js";
import { Replay } from "./replay.js";
import { causesOf, chainsOf } from "./causes.js";
import { drawLoop, drawQueue } from "./loop.js";
import { drawTasks } from "./tasks.js";
import { drawSockets, drawPool, drawInbox } from "./world.js";
import { drawWheel, note } from "./wheel.js";
import { Program, drawPrinted } from "./program.js";
import { drawWhy, drawRuntime } from "./why.js";
import { drawArrow } from "./arrow.js";
import { Timeline, legend } from "./timeline.js";
import { listen } from "./keys.js";
import { explainWords } from "./words.js";

export class Stage {
  constructor() {
    this.runs = [];
    this.stations = JSON.parse(find("runtime").textContent);
    this.timeline = new Timeline();
    explainWords(document);
    listen(this);
    window.addEventListener("hashchange", () => this.#follow());
    window.addEventListener("beforeprint", () => this.#placeTimelines());
  }

  // Shows the runs of a page: this one, or one that has come meanwhile.
  show(page) {
    this.runs = readRuns(page.getElementById("story"));
    this.programs = [...page.querySelectorAll("script.program")].map((script) =>
      JSON.parse(script.textContent),
    );
    find("scene").replaceChildren(
      ...this.runs.map((run, at) => h("option", { value: at }, this.#title(run))),
    );
    this.number = undefined;
    this.#follow();
  }

  #title(run) {
    return this.programs.length > 1 ? `${run.lesson}: ${run.scene}` : run.scene;
  }

  // Another run of those in the page.
  open(number, index = 0) {
    this.pause();
    this.number = Math.max(0, Math.min(this.runs.length - 1, number));
    const run = this.runs[this.number];
    if (!run) return;
    this.run = run;
    this.replay = new Replay(run.events);
    this.causes = causesOf(run);
    this.chains = chainsOf(this.causes);
    this.chosen = undefined;
    this.program = new Program(this.programs.find((program) => program.lesson === run.lesson)?.files ?? []);
    const { lesson, scene, end } = run;
    find("lesson").textContent = lesson;
    find("scene").value = this.number;
    find("count").textContent = run.events.length;
    find("scrub").max = run.events.length;
    find("legend").replaceChildren(...legend(run));
    find("ending").textContent = end.how === "done" ? "" : (end.head ?? end.say);
    document.title = `${lesson}: ${scene} · Short Order`;
    const kinds = (name) => run.events.some((event) => event.event.startsWith(name));
    find("wheel-part").hidden = !kinds("timer_");
    for (const part of ["tasks", "wheel", "sockets", "pool"]) find(part).replaceChildren();
    find("sockets-part").hidden = !kinds("io_");
    find("pool-part").hidden = !kinds("job_");
    find("inbox-part").hidden = !kinds("job_") && !run.events.some((event) => event.cause === "thread");
    this.byTime = run.events.at(-1).at > 0;
    this.#openTimeline();
    this.goTo(index);
  }

  goTo(index, moves = false) {
    if (!this.run) return;
    const last = this.run.events.length - 1;
    const to = Math.max(0, Math.min(last, Math.trunc(index) || 0));
    this.before = to > 0 ? this.replay.goTo(to - 1) : new Replay(this.run.events).state;
    this.state = this.replay.goTo(to);
    this.#draw(moves);
    clearTimeout(this.noting);
    this.noting = setTimeout(() => history.replaceState(null, "", this.#fragment()), 150);
  }

  // Motion is for going on, one by one: going back or far away plays nothing.
  step(count) {
    this.goTo(this.state.index + count, count === 1);
  }

  toWake(direction) {
    this.#toNext(direction, (event) => event.event === "woken" && event.cause !== "spawn");
  }

  // The next event of the chosen task; with none chosen, of the one that plays a part just now.
  toTask(direction) {
    const { event } = this;
    const task = this.chosen ?? event.inside ?? event.task ?? event.by ?? this.run.main;
    this.choose(task);
    this.#toNext(direction, (event) => [event.task, event.by, event.other].includes(task));
  }

  #toNext(direction, isMeant) {
    const { events } = this.run;
    let index = this.state.index + direction;
    while (events[index] && !isMeant(events[index])) index += direction;
    if (events[index]) this.goTo(index, direction === 1);
  }

  // "20" is an event, "1.5 s" a time: then it is the first event not before it.
  goToText(text) {
    const [, number, unit] = /^\s*([\d.]+)\s*(s|ms)?\s*$/.exec(text) ?? [];
    if (number && (unit || number.includes("."))) {
      const at = Number(number) * (unit === "ms" ? 1e6 : 1e9);
      const found = this.run.events.findIndex((event) => event.at >= at - 1);
      this.goTo(found < 0 ? Infinity : found);
    } else if (number) {
      this.goTo(Number(number) - 1);
    } else {
      this.#draw(false);
    }
  }

  pick(x, y) {
    this.pause();
    if (y !== undefined) this.chosen = this.timeline.laneAt(y) ?? this.chosen;
    this.goTo(this.timeline.eventAt(x));
  }

  choose(task) {
    this.chosen = task;
    this.#draw(false);
  }

  otherAxis() {
    this.byTime = !this.byTime && this.run.events.at(-1).at > 0;
    this.#openTimeline();
  }

  #openTimeline() {
    this.timeline.open(this.run, this.byTime);
    find("axis").textContent = this.byTime ? "time axis: seconds" : "time axis: events";
  }

  playOrPause() {
    if (this.playing) return this.pause();
    find("play").textContent = "pause";
    if (this.state.index === this.run.events.length - 1) this.goTo(0);
    const next = () => {
      if (this.state.index === this.run.events.length - 1) return this.pause();
      this.step(1);
      this.playing = setTimeout(next, Number(find("speed").value));
    };
    this.playing = setTimeout(next, 100);
  }

  pause() {
    clearTimeout(this.playing);
    this.playing = null;
    find("play").textContent = "play";
  }

  #draw(moves) {
    const { run, state, before, chosen } = this;
    const event = (this.event = run.events[state.index]);
    find("clock").textContent = `${seconds(state.at)} s`;
    find("number").value = state.index + 1;
    find("scrub").value = state.index + 1;
    drawLoop(find("loop"), run, state, event);
    drawQueue(find("queue"), run, state, event);
    drawTasks(find("tasks"), run, state, before, event, chosen);
    if (!find("wheel-part").hidden) drawWheel(find("wheel"), run, state, before, event);
    find("wheel-note").textContent = note(run, state);
    if (!find("sockets-part").hidden) drawSockets(find("sockets"), run, state, before, event);
    if (!find("pool-part").hidden) drawPool(find("pool"), run, state, event);
    if (!find("inbox-part").hidden) drawInbox(find("inbox"), run, state);
    this.program.draw(run, state, event);
    drawPrinted(run, state);
    drawWhy(run, this.chains, state, event);
    drawRuntime(this.stations, event);
    this.timeline.draw(state, event, chosen);
    onceDrawn("arrow", () => drawArrow(run, state, before, event, moves));
  }

  // The moment, to be shared: #scene=2&event=17.
  #fragment() {
    return `#scene=${this.number + 1}&event=${this.state.index + 1}`;
  }

  #follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (!this.runs.length) return;
    const number = asked.has("scene") ? Number(asked.get("scene")) - 1 : (this.number ?? 0);
    const index = Number(asked.get("event") || 1) - 1;
    if (number !== this.number) this.open(number, index);
    else if (index !== this.state.index) this.goTo(index); // what is no number is the beginning
  }

  // On paper: above each story its timeline, as a picture.
  #placeTimelines() {
    const sections = document.querySelectorAll("#story section.run");
    if (!sections.length) return; // they are in no story of this page
    this.runs.forEach((run, number) => {
      sections[number].querySelector("img.timeline")?.remove();
      const picture = h("img.timeline", { src: this.timeline.picture(run), alt: "" });
      sections[number].querySelector("ol").before(picture);
    });
    this.#openTimeline();
  }
}
