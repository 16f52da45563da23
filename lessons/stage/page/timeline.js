// The timeline: a lane a task and one for the loop, drawn only where it is seen.

import { find, h } from "./dom.js";
import { lanesOf } from "./lanes.js";

const [LANE, AXIS, TOP] = [22, 20, 8];
// With more, they scroll.
const mostLanes = () =>
  Math.max(3, Math.min(8, Math.floor((innerHeight * (innerWidth < 620 ? 0.12 : 0.2)) / LANE)));
// The terminal's picture has the same words.
const SIGNS = {
  working: "at work",
  held: "blocks the loop (> 50 ms)",
  due: "due, but waits",
  asleep: "asleep",
  job: "on a thread of the pool",
};

export class Timeline {
  #canvas = find("timeline");
  #pane = find("lanes");
  #back = document.createElement("canvas"); // all but the playhead
  #lanes = [];
  #scrolled = 0; // to ask for it has the whole page laid out
  #width = 0;
  #gutter = 0;

  constructor() {
    const redraw = () => this.#paintAll();
    new ResizeObserver(redraw).observe(this.#pane);
    this.#pane.addEventListener("scroll", () => {
      this.#scrolled = this.#pane.scrollTop;
      redraw();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  // Another run, or another axis: by time, or each event as wide as the next.
  open(run, byTime) {
    if (run !== this.run) this.#lanes = lanesOf(run);
    Object.assign(this, { run, byTime, end: run.events.at(-1).at });
    const seen = Math.min(this.#lanes.length - 1, mostLanes());
    this.#pane.style.setProperty("--height", `${TOP + (seen + 1) * LANE + AXIS}px`);
    find("tall").style.height = `${TOP + this.#lanes.length * LANE + AXIS}px`;
    this.#paintAll();
  }

  // All of a run, without a playhead.
  picture(run) {
    this.open(run, run.events.at(-1).at > 0);
    return this.#back.toDataURL();
  }

  draw(state, event, chosen) {
    Object.assign(this, { state, event, chosen });
    this.#pane.setAttribute("aria-valuenow", state.index + 1);
    this.#pane.setAttribute("aria-valuemax", this.run.events.length);
    this.#pane.setAttribute(
      "aria-valuetext",
      `event ${state.index + 1}, ${(event.at / 1e9).toFixed(3)} seconds`,
    );
    this.#paint();
  }

  // The event at which a pointer is: of many at one time, the last.
  eventAt(clientX) {
    const part = (clientX - this.#canvas.getBoundingClientRect().left - this.#gutter) / this.#width;
    const events = this.run.events;
    if (this.byTime === false)
      return Math.max(0, Math.min(events.length - 1, Math.round(part * (events.length - 1))));
    const at = part * this.end;
    let [low, high] = [0, events.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (events[middle].at <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The task in whose lane a pointer is; null for the loop's.
  laneAt(clientY) {
    const y = clientY - this.#canvas.getBoundingClientRect().top - TOP;
    const seen = this.#seen();
    return seen[Math.floor(y / LANE)]?.id ?? null;
  }

  #seen() {
    const first = Math.floor(this.#scrolled / LANE);
    return [...this.#lanes.slice(0, -1).slice(first, first + mostLanes()), ...this.#lanes.slice(-1)];
  }

  #x(at, index) {
    const part = this.byTime ? at / (this.end || 1) : index / Math.max(1, this.run.events.length - 1);
    return this.#gutter + part * this.#width;
  }

  #paintAll() {
    const [width, height] = [this.#pane.clientWidth, this.#pane.clientHeight];
    if (!this.run || !width) return; // nothing to draw, or, on paper, nowhere
    const scale = devicePixelRatio;
    for (const canvas of [this.#canvas, this.#back])
      Object.assign(canvas, { width: width * scale, height: height * scale });
    Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` });
    this.#gutter = Math.min(150, width * 0.28);
    this.#width = width - this.#gutter - 16;
    const style = getComputedStyle(this.#pane);
    this.colour = (name) => style.getPropertyValue(name.replace(/var\((.*)\)/, "$1")).trim();
    const pen = this.#back.getContext("2d");
    pen.scale(scale, scale);
    this.#seen().forEach((lane, row) => this.#paintLane(pen, lane, TOP + row * LANE));
    this.#paintAxis(pen, TOP + this.#seen().length * LANE);
    this.#paint();
  }

  #paintLane(pen, lane, top) {
    const colour = this.colour(lane.id === null ? "--loop" : this.run.colour(lane.id));
    pen.font = "12px system-ui, sans-serif";
    pen.textAlign = "right";
    pen.fillStyle = lane.id === null ? this.colour("--ink") : colour;
    pen.fillText(lane.name, this.#gutter - 10, top + 15, this.#gutter - 12);
    pen.fillStyle = colour;
    let [edge, before] = [-1, null];
    for (const { doing, from, to, first, last } of lane.spans) {
      const [x, end] = [this.#x(from, first), this.#x(to, last)];
      // What is no wider than a pixel, and like what is there, adds nothing.
      if (end <= edge + 0.5 && doing === before) continue;
      [edge, before] = [end, doing];
      this.#paintSpan(pen, doing, x, end - x, top);
    }
  }

  #paintSpan(pen, doing, x, width, top) {
    if (doing === "working" || doing === "held") pen.fillRect(x - 1.5, top + 3, Math.max(3, width), 16);
    if (doing === "job") {
      pen.globalAlpha = 0.25;
      pen.fillRect(x, top + 3, width, 16);
      pen.globalAlpha = 1;
      pen.fillRect(x, top + 3, Math.max(3, width), 2);
      pen.fillRect(x, top + 17, Math.max(3, width), 2);
    }
    if (doing === "asleep") pen.fillRect(x, top + 10, width, 2);
    if (doing === "due")
      for (let dot = x + 2; dot < x + width - 1; dot += 5) pen.fillRect(dot, top + 9, 2, 4);
    if (doing !== "held") return;
    pen.save();
    pen.beginPath();
    pen.rect(x, top + 3, width, 16);
    pen.clip();
    pen.strokeStyle = this.colour("--card");
    pen.beginPath();
    for (let line = x - 16; line < x + width; line += 7) {
      pen.moveTo(line, top + 19);
      pen.lineTo(line + 16, top + 3);
    }
    pen.stroke();
    pen.restore();
  }

  #paintAxis(pen, top) {
    pen.fillStyle = this.colour("--dim");
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "center";
    const [length, unit] = this.byTime ? [this.end / 1e9, " s"] : [this.run.events.length - 1, ""];
    const step = niceStep(length, Math.max(2, this.#width / 110), this.byTime);
    const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
    for (let mark = 0; mark <= length * 1.000001; mark += step) {
      const x = this.#gutter + (mark / (length || 1)) * this.#width;
      pen.fillText(this.byTime ? mark.toFixed(digits) + unit : String(mark + 1), x, top + 14);
      pen.fillRect(x, top, 1, 3);
    }
  }

  #paint() {
    if (!this.state || !this.#back.width) return;
    const pen = this.#canvas.getContext("2d");
    const scale = devicePixelRatio;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    pen.drawImage(this.#back, 0, 0);
    pen.scale(scale, scale);
    const x = this.#x(this.event.at, this.state.index);
    const bottom = TOP + this.#seen().length * LANE;
    // The future is pale.
    pen.globalAlpha = 0.65;
    pen.fillStyle = this.colour("--card");
    pen.fillRect(x + 2, TOP, this.#gutter + this.#width - x + 14, bottom - TOP);
    pen.globalAlpha = 1;
    const row = this.#seen().findIndex((lane) => lane.id === this.chosen);
    if (row >= 0) {
      pen.fillStyle = this.colour(this.run.colour(this.chosen));
      pen.fillRect(this.#gutter - 6, TOP + row * LANE + 3, 3, 16);
    }
    pen.fillStyle = this.colour("--now");
    pen.fillRect(x - 0.75, 3, 1.5, bottom);
    pen.beginPath();
    pen.moveTo(x - 6, 0);
    pen.lineTo(x + 6, 0);
    pen.lineTo(x, 8);
    pen.fill();
  }
}

// A round distance between two marks, of which about `count` are wanted.
function niceStep(length, count, byTime) {
  const rough = (length || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  return byTime ? step : Math.max(1, Math.round(step));
}

// The signs of a run, in words, below the timeline.
export function legend(run) {
  return Object.entries(SIGNS)
    .filter(([sign]) => sign !== "job" || run.jobs.size)
    .map(([sign, words]) => h("span.sign", {}, h(`i.${sign}`), ` ${words}`));
}
