// The editor: a plain text area. Behind it lie lines of the same size, with their numbers and marks;
// where the text is that of the run, they are the lines of the page's program.

import { h } from "./dom.js";

// Of a longer text no lines are drawn.
const MOST_LINES = 5000;

export class Editor {
  // `onInput` is called at each change.
  constructor(lines, onInput) {
    this.lines = lines;
    this.area = h("textarea#editor", {
      spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "soft",
      "aria-label": "The program. Tab indents, Escape leaves the editor, Ctrl+Enter runs it.",
    });
    this.errors = new Map(); // line -> words
    this.area.addEventListener("input", () => {
      this.errors.clear();
      this.draw();
      onInput();
    });
    this.area.addEventListener("keydown", (event) => this.#key(event));
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text;
    this.errors.clear();
    this.draw();
  }

  // The rows of the page's program, which has marks of its own; they hold while the text is the same.
  showRun(text, rows) {
    this.ran = { text, rows };
    this.draw();
  }

  get isOfRun() {
    return this.ran?.text === this.text;
  }

  mark(errors) {
    this.errors = errors;
    this.draw();
    const first = Math.min(...errors.keys());
    if (Number.isFinite(first)) this.goTo(first);
  }

  draw() {
    const texts = this.text.replace(/\n$/, "").split("\n");
    const isLong = texts.length > MOST_LINES;
    this.area.classList.toggle("long", isLong);
    if (isLong) return this.lines.replaceChildren();
    const isOfRun = this.isOfRun && this.errors.size === 0;
    const rows = isOfRun ? this.ran.rows : texts.map((text, at) => this.#row(text, at + 1));
    this.lines.replaceChildren(...rows, this.text.endsWith("\n") ? this.#row("", texts.length + 1) : "");
  }

  #row(text, line) {
    const words = this.errors.get(line);
    const row = h(`div.line${words ? ".bad" : ""}`, {}, h("i", {}, String(line)), text || " ");
    if (words) row.append(h("b", {}, ` ${words}`));
    return row;
  }

  // Brings a line into view, with the caret in it.
  goTo(line, column = 1) {
    const before = this.text.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    this.area.setSelectionRange(at, at);
    this.lines.children[line - 1]?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (key === "Escape") return this.area.blur();
    if (ctrlKey || metaKey || altKey || event.isComposing) return;
    if (key === "Tab") {
      event.preventDefault();
      this.#indent(shiftKey);
    } else if (key === "Enter" && !shiftKey) {
      event.preventDefault();
      const before = this.text.slice(0, this.area.selectionStart);
      const line = before.slice(before.lastIndexOf("\n") + 1);
      const deeper = /[{([]\s*$/.test(line) ? "    " : "";
      insert(`\n${/^\s*/.exec(line)[0]}${deeper}`);
    }
  }

  // One line, or all that are selected, four spaces in or out.
  #indent(out) {
    const { selectionStart: start, selectionEnd: end } = this.area;
    if (start === end && !out) return insert("    ");
    const first = this.text.lastIndexOf("\n", start - 1) + 1;
    const lines = this.text.slice(first, Math.max(end, first)).split("\n");
    const after = out && start === end ? this.text.indexOf("\n", end) : end;
    const last = after < 0 ? this.text.length : after;
    const old = out && start === end ? [this.text.slice(first, last)] : lines;
    const changed = old.map((line) => (out ? line.replace(/^ {1,4}|^\t/, "") : `    ${line}`));
    this.area.setSelectionRange(first, last);
    insert(changed.join("\n"));
    const moved = changed.join("\n").length;
    if (start === end) {
      const caret = Math.max(first, start - (old[0].length - changed[0].length));
      this.area.setSelectionRange(caret, caret);
    } else {
      this.area.setSelectionRange(first, first + moved);
    }
  }
}

// As if it was typed: so the browser can undo it.
function insert(text) {
  document.execCommand(text ? "insertText" : "delete", false, text);
}
