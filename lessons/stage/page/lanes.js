// What everybody did from when to when, for the timeline: the same that the terminal's picture shows.

// A lane: {id, name, spans}, where a span is {doing, from, to, first, last}: times, and the indices
// of the events between which it lies. What is done: working, held, due, asleep, job.
export function lanesOf(run) {
  const lanes = new Map();
  const loop = { id: null, name: "the loop", spans: [] };
  const turn = (lane, doing, at, index) => {
    const latest = lane?.spans.at(-1);
    if (latest && latest.to === null) Object.assign(latest, { to: Math.max(at, latest.from), last: index });
    if (lane && doing) lane.spans.push({ doing, from: at, to: null, first: index, last: null });
  };
  const last = run.events.length - 1;
  const end = run.events[last].at;
  turn(loop, "working", 0, 0);
  run.events.forEach((event, index) => {
    const { event: name, task, at } = event;
    const lane = lanes.get(task);
    switch (name) {
      case "spawned":
      case "job_queued":
        lanes.set(task, { id: task, name: run.name(task), spans: [], woken: false });
        turn(lanes.get(task), "due", at, index);
        break;
      case "woken":
        if (event.inside === task && lane) lane.woken = true;
        else turn(lane, "due", at, index);
        break;
      case "poll_started":
        turn(lane, "working", at, index);
        break;
      case "job_started":
        turn(lane, "job", at, index);
        break;
      case "poll_ended":
        turn(lane, lane?.woken ? "due" : "asleep", at, index);
        if (lane) lane.woken = false;
        break;
      case "slow_poll":
        hold(lane);
        holdLoop(loop, event, index);
        for (const { task: other, time } of event.waited) waited(lanes.get(other), at - time, turn, index);
        break;
      case "done":
      case "cancelled":
      case "panicked":
      case "job_finished":
        turn(lane, null, at, index);
        break;
      case "parked":
        turn(loop, "asleep", at, index);
        break;
      case "unparked":
        turn(loop, "working", at, index);
        break;
    }
  });
  for (const lane of [...lanes.values(), loop]) turn(lane, null, end, last);
  return [...lanes.values(), loop];
}

// The poll before was one of those that hold the thread for too long.
function hold(lane) {
  const poll = lane?.spans.at(-2);
  if (poll?.doing === "working") poll.doing = "held";
}

// So the loop was held for as long: of its being at work, that part.
function holdLoop(loop, { at, took }, index) {
  const work = loop.spans.at(-1);
  const [from, first] = [Math.max(work.from, at - took), Math.max(work.first, index - 2)];
  loop.spans[loop.spans.length - 1] = { ...work, to: from, last: first };
  loop.spans.push({ doing: "held", from, to: at, first, last: index });
  loop.spans.push({ doing: "working", from: at, to: null, first: index, last: null });
}

// A timer came due meanwhile, and fires later.
function waited(lane, since, turn, index) {
  const latest = lane?.spans.at(-1);
  if (latest?.to === null && latest.doing === "asleep")
    turn(lane, "due", Math.max(since, latest.from), index);
}
