// What is around the loop: sockets, the pool's threads with their jobs, and the inbox.

import { h, seconds, settle } from "./dom.js";
import { coloured, left, mark, table } from "./parts.js";
import { awaitedBy, jobsAt, inboxAt } from "./places.js";

const MOST = 40;

export function drawSockets(place, run, state, before, event) {
  const rows = [...run.sockets].slice(-MOST).map(([token, { by, kind, address }]) => {
    const socket = state.sockets.get(token);
    const isTold = ["io_ready", "io_done"].includes(event.event) && event.socket === token;
    const isNew = socket !== before.sockets.get(token) || isTold;
    const cells = socket
      ? [
          able(run, "readable", socket.readable, socket.read, counted(socket.came, "read")),
          able(run, "writable", socket.writable, socket.write, counted(socket.went, "written")),
        ]
      : [before.sockets.has(token) ? "closed" : "", ""];
    return h(
      `tr${isNew ? ".new" : ""}${socket ? "" : ".to-come"}`,
      { "data-place": `socket:${token}` },
      h(
        "th",
        { scope: "row", title: address ? `its own end is ${address}` : "" },
        run.socket(token),
        h("small", {}, ` ${kind} of ${run.name(by)}`),
      ),
      cells.map((cell) => h("td", {}, cell)),
    );
  });
  table(place, ["socket", "to read", "to write"], rows);
}

// What is known of a socket that way; and who has left a waker there.
function able(run, word, is, waits, bytes) {
  const known = is ? h("b", {}, word) : h("small", {}, is === false ? `not ${word}` : "not known");
  const all = bytes ? [known, h("small", {}, bytes)] : [known];
  return waits === null || waits === undefined ? all : [left(run, waits), " ", ...all];
}

const counted = (bytes, done) => (bytes ? `, ${bytes} ${bytes === 1 ? "byte" : "bytes"} ${done}` : "");

export function drawPool(place, run, state, event) {
  const jobs = jobsAt(run, state).slice(-MOST);
  const waiting = waitingFor(jobs, state);
  const rows = jobs.map((job) => {
    const classes = `${event.task === job.id ? ".new" : ""}${job.told ? ".over" : ""}`;
    return h(
      `div.job${classes}`,
      coloured(run, job.id, { "data-place": `pool:${job.id}` }),
      mark(run, job.id),
      h("b", {}, run.name(job.id)),
      ` ${doing(job)} `,
      (waiting.get(job.id) ?? []).map((id) => left(run, id)),
    );
  });
  settle(place, rows.length ? rows : [h("small", {}, "no job yet")]);
}

function doing(job) {
  if (job.doing === "on a thread") {
    return `runs on the thread ${job.thread ?? "without a name"}, since ${seconds(job.since)}`;
  }
  return job.doing === "finished" && !job.told ? "is finished: the loop is to be told" : `is ${job.doing}`;
}

// The tasks that have left a waker with each of the jobs.
function waitingFor(jobs, state) {
  const found = new Map(jobs.map((job) => [job.id, []]));
  for (const [id, task] of state.tasks) {
    if (!task.awaits) continue;
    for (const other of awaitedBy(state, task)) found.get(other)?.push(id);
  }
  return found;
}

export function drawInbox(place, run, state) {
  const what = { job_started: "is taken up", job_finished: "is finished", woken: "is to be woken" };
  const messages = inboxAt(run, state)
    .slice(0, MOST)
    .map((index) => {
      const { event, task } = run.events[index];
      return h("span.message", coloured(run, task), mark(run, task), `${run.name(task)} ${what[event]}`);
    });
  const shown = messages.length ? messages : h("small", {}, "empty");
  settle(place, [h("div.chips", { "data-place": "inbox" }, shown)]);
}
