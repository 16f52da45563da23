// The texts: examples, and what was written here, which the browser keeps for this address.

const [CURRENT, EARLIER] = ["short-order.current", "short-order.earlier"];
const MOST = 12;
const LONGEST = 200000;

// The browser may refuse to keep anything, or more: then the editor works without.
function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// {name, text}
export const current = () => kept(CURRENT);
export const keepCurrent = (it) => keep(CURRENT, it);

// The last texts, the newest first: {name, text, at}.
export const earlier = () => kept(EARLIER) ?? [];

export function keepEarlier({ name, text }) {
  if (text.length > LONGEST || !text.trim()) return;
  const others = earlier().filter((it) => it.text !== text);
  keep(EARLIER, [{ name, text, at: Date.now() }, ...others].slice(0, MOST));
}

// Gives the text as a file, for `cargo run -- try`.
export function saveAs({ name, text }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/x-rust" }));
  link.download = `${name}.rs`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
