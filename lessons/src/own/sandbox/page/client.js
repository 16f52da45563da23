// Talks to the sandbox that has served this page. The token is in the page's address.

const token = location.pathname.split("/")[1];
const tab = crypto.randomUUID();

function post(what, body, signal) {
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return fetch(what, { method: "POST", headers, body: JSON.stringify({ tab, ...body }), signal });
}

export const stop = () => post("stop", {}).catch(() => null);

export async function examples() {
  return (await fetch("examples.json")).json();
}

// Runs a program, and hands over what is told of it, each {is, ...}, until it is over.
export async function run(program, tell) {
  try {
    const response = await post("run", program);
    if (response.ok) await readLines(response.body, (line) => tell(JSON.parse(line)));
    else tell({ is: "ended", how: "refused", say: (await response.text()).trim() });
  } catch {
    tell({ is: "ended", how: "refused", say: "The sandbox does not answer: has it been ended? `cargo run -- sandbox` starts it again." });
  }
}

async function readLines(body, tell) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    lines.forEach(tell);
  }
}
