// Talks to the sandbox that has served this page. The token is in the page's address.

const token = location.pathname.split("/")[1];
const tab = crypto.randomUUID();

const GONE =
  "The sandbox does not answer: has it been ended? `cargo run -- sandbox` starts it again.";

function post(what, body, signal) {
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return fetch(what, { method: "POST", headers, body: JSON.stringify({ tab, ...body }), signal });
}

// Whether there was anything to stop.
export async function stop() {
  try {
    return (await (await post("stop", {})).json()).stopped;
  } catch {
    return false;
  }
}

export async function examples() {
  return (await fetch("examples.json")).json();
}

// Runs a program, and hands over what is told of it, each {is, ...}, until it is over, or until the
// signal is given.
export async function run(program, tell, signal) {
  try {
    let response = await post("run", program, signal);
    // The one of before may take a moment to end.
    for (let tries = 0; response.status === 409 && tries < 50; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response = await post("run", program, signal);
    }
    if (response.ok) await readLines(response.body, (line) => tell(JSON.parse(line)));
    else tell({ is: "ended", how: "refused", say: (await response.text()).trim() });
  } catch {
    if (signal.aborted) tell({ is: "ended", how: "stopped", say: "The program was stopped." });
    else tell({ is: "ended", how: "refused", say: GONE });
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
