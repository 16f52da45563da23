// Why: for each event the one that led to it.

// The index of each event's cause; -1 if it has none that was told.
export function causesOf(run) {
  const causes = new Int32Array(run.events.length).fill(-1);
  const latest = new Latest();
  run.events.forEach((event, index) => {
    causes[index] = latest.causeOf(event, index, run) ?? -1;
    latest.read(event, index);
  });
  return causes;
}

// The latest event of each kind, of each task, timer, socket.
class Latest {
  #seen = new Map();

  read(event, index) {
    // A wake is its task's, whatever it was that woke it.
    const isWake = event.event === "woken";
    const whose = (isWake ? event.task : (event.timer ?? event.socket ?? event.task)) ?? "";
    this.#seen.set(`${event.event} ${whose}`, index);
    this.#seen.set(event.event, index);
    if (event.event === "timer_armed") this.#seen.set(`due ${Math.ceil(event.deadline / 1e6)}`, index);
  }

  of(name, whose) {
    return this.#seen.get(whose === undefined ? name : `${name} ${whose}`);
  }

  later(...indices) {
    const known = indices.filter((index) => index !== undefined);
    return known.length ? Math.max(...known) : undefined;
  }

  causeOf(event, index, run) {
    const { task, by } = event;
    const poll = (id) => (id === null || id === undefined ? undefined : this.of("poll_started", id));
    switch (event.event) {
      case "woken":
        return this.#causeOfWake(event, run);
      case "poll_started":
        return this.of("woken", task);
      case "poll_ended":
        return poll(task);
      case "slow_poll":
      case "done":
      case "panicked":
        return this.of("poll_ended", task);
      case "cancelled":
        return this.of("aborted", task) ?? this.of("done", run.main);
      case "awaits":
        return poll(task);
      case "job_started":
        return this.of("job_queued", task);
      case "job_finished":
        return this.of("job_started", task);
      case "timer_moved":
      case "timer_fired": {
        const [armed, moved] = ["timer_armed", "timer_moved"].map((name) => this.of(name, event.timer));
        return this.later(armed, moved, this.of("unparked"));
      }
      case "io_ready":
        return this.#waker(event.socket) ?? this.of("unparked");
      case "parked":
        return this.of("poll_ended");
      case "unparked":
        return this.#causeOfWaking(event, run.events[index + 1], run);
      case "end":
        return run.events.length - 2;
      default:
        return poll(by);
    }
  }

  // Where a waker was left with a socket, and has not been called since.
  #waker(socket) {
    const [waits, ready] = [this.of("io_waits", socket), this.of("io_ready", socket)];
    return waits > (ready ?? -1) ? waits : undefined;
  }

  #causeOfWake({ cause, task, by, timer, socket }, run) {
    switch (cause) {
      case "spawn":
        return this.of("spawned", task);
      case "timer":
        return this.of("timer_fired", timer);
      case "io":
        return this.of("io_ready", socket);
      case "join":
        return this.later(...["done", "cancelled", "panicked"].map((how) => this.of(how, by)));
      case "thread":
        return this.later(this.of("job_finished"), this.of("unparked"));
      case "outside":
        return undefined;
      default:
        return this.of("poll_started", by ?? task) ?? this.of("spawned", run.main);
    }
  }

  // What the loop's sleep has ended for: a timer was armed, a waker left with a socket, a job queued.
  // It is told only after the sleep which socket or job that was.
  #causeOfWaking({ cause }, next, run) {
    const parked = this.of("parked");
    const until = parked === undefined ? null : run.events[parked].until;
    const left = {
      deadline: until === null ? undefined : this.of("due", Math.ceil(until / 1e6)),
      io: next.event === "io_ready" ? this.of("io_waits", next.socket) : undefined,
      thread: this.of("job_queued", next.task),
    };
    return left[cause] ?? parked;
  }
}

// How many events led to each, and which of them was the first.
export function chainsOf(causes) {
  const [lengths, firsts] = [new Int32Array(causes.length), new Int32Array(causes.length)];
  causes.forEach((cause, index) => {
    lengths[index] = cause < 0 ? 0 : lengths[cause] + 1;
    firsts[index] = cause < 0 ? index : firsts[cause];
  });
  return { causes, lengths, firsts };
}

// Of the events that led to this one the latest, the latest first, and the first of all last; and how many
// between these are left out.
export function chain({ causes, lengths, firsts }, index, most) {
  const left = Math.max(0, lengths[index] - most);
  const links = [];
  for (let at = causes[index]; at >= 0 && links.length < most - (left ? 1 : 0); at = causes[at]) links.push(at);
  if (left) links.push(firsts[index]);
  return { links, left };
}
