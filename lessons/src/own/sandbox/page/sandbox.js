// The sandbox: the page of runs, in which the first place is an editor.

import { find, h } from "./dom.js";
import { Stage } from "./main.js";
import { Editor } from "./editor.js";
import { build } from "./frame.js";
import * as client from "./client.js";
import * as texts from "./texts.js";

// So much of an output is shown: the end of it.
const MOST_SHOWN = 100000;
const LARGEST = 1500000;

const PHASES = {
  sent: "asking",
  crates: "building the crates, the first time only",
  compiling: "compiling",
  running: "running",
};
const ENDS = {
  done: "done",
  stopped: "stopped",
  limit: "ended: too long",
  cut: "ended: too much output",
  errors: "it does not compile",
  failed: "failed",
  refused: "not run",
};
const ENDED_BY_ITSELF = ["done", "failed"];

class Sandbox {
  constructor(stage, examples) {
    Object.assign(this, { stage, examples, output: "", name: "breakfast" });
    this.#build();
    this.editor = new Editor(find("lines"), () => this.#changed());
    find("source").append(this.editor.area);
    const begin = texts.current() ?? examples[0];
    this.name = begin.name;
    this.editor.text = begin.text;
    this.#fillPicker();
    this.#changed();
    this.#say("Ctrl+Enter runs the program.");
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.run();
      }
    });
    // To go to another event is to ask what was printed up to there.
    const moves = [
      ["click", find("controls")],
      ["pointerdown", find("timeline")],
      ["input", find("scrub")],
    ];
    for (const [what, place] of moves) {
      place.addEventListener(what, () => this.#follow(true));
    }
    document.addEventListener("keydown", ({ target, key }) => {
      if (!target.matches?.("textarea, input, select") && /^(Arrow|Page|Home|End|[nNtT ]$)/.test(key)) this.#follow(true);
    });
  }

  #build() {
    build();
    find("speed-dial").value = "1";
    find("clock-dial").addEventListener("change", () => this.#dials());
    this.#dials();
    this.#follow(false);
    find("run").addEventListener("click", () => this.run());
    find("stop").addEventListener("click", () => this.stop());
    find("save").addEventListener("click", () => texts.saveAs({ name: this.name, text: this.editor.text }));
    find("all-output").addEventListener("click", () => this.#follow(false));
    find("so-far").addEventListener("click", () => this.#follow(true));
    find("texts").addEventListener("change", ({ target }) => this.#pick(target.value));
    find("texts").addEventListener("focus", () => this.#fillPicker());
    find("old").querySelector("button").addEventListener("click", () => {
      texts.keepEarlier({ name: this.name, text: this.editor.text });
      this.editor.text = this.ran.text;
      this.name = this.ran.name;
      this.#changed();
    });
  }

  #dials() {
    find("speed-dial").disabled = find("clock-dial").value === "simulated";
  }

  #fillPicker() {
    const option = (value, words) => h("option", { value }, words);
    const earlier = texts.earlier().map((it, at) => option(`earlier ${at}`, `${it.name}, ${new Date(it.at).toLocaleTimeString()}`));
    find("texts").replaceChildren(option("", this.name),
      h("optgroup", { label: "examples" }, this.examples.map((it, at) => option(`example ${at}`, `${it.name}: ${it.about}`))),
      earlier.length ? h("optgroup", { label: "your last texts" }, earlier) : "");
  }

  #pick(value) {
    const [where, at] = value.split(" ");
    const picked = (where === "example" ? this.examples : texts.earlier())[at];
    if (!picked) return;
    texts.keepEarlier({ name: this.name, text: this.editor.text });
    this.name = picked.name;
    this.editor.text = picked.text;
    this.#changed();
    this.#fillPicker();
    find("source").scrollTop = 0;
  }

  #changed() {
    texts.keepCurrent({ name: this.name, text: this.editor.text });
    find("old").hidden = !this.ran || this.editor.isOfRun;
    find("file").textContent = `${this.name}.rs`;
  }

  // Whether what was printed up to the event is shown, or all of the output.
  #follow(soFar) {
    const follows = soFar && Boolean(this.stage.run);
    find("printed").hidden = !follows;
    find("output").hidden = follows;
    find("all-output").setAttribute("aria-pressed", String(!follows));
    find("so-far").setAttribute("aria-pressed", String(follows));
  }

  // The time goes on without being read aloud.
  #say(text, time = "") {
    if (find("status").textContent !== text) find("status").textContent = text;
    find("time").textContent = time;
  }

  async run() {
    const [name, text] = [this.name, this.editor.text];
    if (text.length > LARGEST) return this.#print("", "This is too much for a program: the sandbox takes a megabyte and a half at most.");
    texts.keepEarlier({ name, text });
    texts.keepCurrent({ name, text });
    // One at a time: that of before is ended first.
    if (this.running) {
      this.abort.abort();
      await this.running;
    }
    if (!this.running) await (this.running = this.#run({ name, text }).finally(() => (this.running = null)));
  }

  async stop() {
    // Nothing of it has arrived yet: with its connection it ends, too.
    if (!(await client.stop())) this.abort?.abort();
  }

  async #run({ name, text }) {
    const began = performance.now();
    let [phase, end, page] = ["sent", null, []];
    this.output = "";
    this.isFromTop = false;
    this.abort = new AbortController();
    this.editor.mark(new Map());
    this.#print("");
    this.#follow(false);
    find("stop").disabled = false;
    const tick = () => this.#say(`${PHASES[phase]} …`, ` ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const ticking = setInterval(tick, 100);
    tick();
    const asked = { name, text, clock: find("clock-dial").value, speed: Number(find("speed-dial").value) };
    await client.run(asked, (told) => {
      if (told.is === "began") phase = told.phase;
      else if (told.is === "ended") end = told;
      else if (told.is === "page") page.push(told.text);
      else if (told.is === "errors") this.#showErrors(told.text);
      else if (told.is !== "progress" || phase === "crates") this.#print(told.text);
    }, this.abort.signal);
    clearInterval(ticking);
    find("stop").disabled = true;
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    const leads = page.length && document.activeElement === this.editor.area ? " · Esc, then ← → step" : "";
    const isAtItsEnd = page.length && !ENDED_BY_ITSELF.includes(end?.how);
    const where = isAtItsEnd ? " · here is its last moment" : "";
    this.#say(ENDS[end?.how] ?? "cut", ` · ${took}${where}${leads}`);
    const silent = end ? end.say : "The sandbox has gone.";
    if (silent) this.#print("", silent);
    if (page.length) this.#show(new DOMParser().parseFromString(page.join(""), "text/html"), { name, text }, isAtItsEnd);
  }

  // The run, from its first event on; of one that was ended its last moment, for what was it doing?
  #show(page, ran, isAtItsEnd) {
    if (!page.querySelector("section.run [data-e]")) return;
    history.replaceState(null, "", location.pathname);
    this.ran = ran;
    this.stage.show(page);
    if (isAtItsEnd) {
      this.stage.open(this.stage.runs.length - 1);
      this.stage.goTo(Infinity);
    }
    this.editor.showRun(ran.text, [...this.stage.program.rows]);
    this.#changed();
  }

  #showErrors(text) {
    this.isFromTop = true; // the first error is the one to read
    this.#print(text);
    const found = new Map();
    const pattern = /^(error)(?:\[E\d+\])?: (.*)\n\s*--> \S+?\.rs:(\d+):\d+/gm;
    for (const [, , words, line] of text.matchAll(pattern)) {
      if (!found.has(Number(line))) found.set(Number(line), words);
    }
    this.editor.mark(found);
  }

  // What comes is kept, and drawn once a frame: a program may print faster than anybody draws.
  #print(text, sentence = "") {
    this.output = (this.output + text).slice(-MOST_SHOWN);
    if (sentence) this.output += `${this.output && !this.output.endsWith("\n") ? "\n" : ""}${sentence}`;
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      const pane = find("output");
      pane.textContent = this.output;
      pane.scrollTop = this.isFromTop ? 0 : pane.scrollHeight;
    });
  }
}

const stage = (window.stage = new Stage());
window.sandbox = new Sandbox(stage, await client.examples());
