// What the sandbox adds to the page of a run: an editor's buttons and dials, an output, and a line in
// each place that says what will be there.

import { find, h } from "./dom.js";

export function build() {
  document.body.classList.add("sandbox");
  find("lesson").textContent = "Sandbox";
  find("program").querySelector("h2").after(bar(), older());
  find("program").querySelector("h2.below").replaceChildren(
    h("button#all-output", { "aria-pressed": "true" }, "Output"),
    h("button#so-far", { "aria-pressed": "false" }, "Printed so far"),
    h("small.state", {}, h("span#status", { role: "status" }), h("span#time")),
  );
  const about = { tabindex: "0", role: "region", "aria-label": "Output and errors" };
  find("printed").before(h("pre#output", about));
  announce();
}

function bar() {
  const clocks = [["simulated", "simulated"], ["real", "real"]];
  const speeds = [["0.2", "⅕"], ["1", "1"], ["5", "5"], ["20", "20"]];
  return h("div#bar", {},
    h("button#run", { title: "compile and run (Ctrl+Enter)" }, "Run"),
    h("button#stop", { disabled: true, title: "end the program" }, "Stop"),
    h("label.pick", {}, h("select#texts", { "aria-label": "Examples and earlier texts" })),
    dial("clock", "clock-dial", clocks),
    dial("speed", "speed-dial", speeds),
    h("button#save", { title: "save as a file, for `cargo run -- try FILE.rs`" }, "Save as"),
  );
}

function dial(label, id, options) {
  const all = options.map(([value, words]) => h("option", { value }, words));
  return h("label.pick", {}, `${label} `, h(`select#${id}`, {}, all));
}

function older() {
  const back = h("button", {}, "bring it back");
  return h("p#old", { hidden: true }, "the run is of an older text ", back);
}

// Before the first run.
function announce() {
  const small = (text) => h("small", {}, text);
  find("loop").append(small("What the loop's one thread does, once a program has run."));
  find("queue").append(small("The tasks that can go on."));
  find("tasks").append(small("The program's tasks: what each waits for, and where its waker lies."));
  find("say").append("Why each thing happens, in a sentence.");
  find("because").append(h("li", {}, "What led to it, back to the start."));
  find("runtime-source").append(small("The function of the runtime that is at work."));
  const parts = ["wheel-part", "sockets-part", "pool-part", "inbox-part"];
  for (const part of parts) find(part).hidden = true;
}
