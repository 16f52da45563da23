// Any moment of a run, from the events before it.

import { apply, beginning, copy } from "./state.js";

// Goes to any event of a run, by way of states that are kept here and there.
export class Replay {
  #kept;
  #distance;

  constructor(events) {
    this.events = events;
    this.state = beginning();
    this.#kept = [beginning()];
    this.#distance = Math.max(256, Math.ceil(events.length / 64));
  }

  // The state after the event of that index. It is the caller's, who must not change it.
  goTo(index) {
    if (index === this.state.index) return this.state;
    const place = Math.min(Math.floor((index + 1) / this.#distance), this.#kept.length - 1);
    const kept = this.#kept[place];
    const isNear = this.state.index <= index && this.state.index >= kept.index;
    const state = copy(isNear ? this.state : kept);
    while (state.index < index) {
      apply(state, this.events[state.index + 1], state.index + 1);
      if ((state.index + 1) / this.#distance === this.#kept.length) this.#kept.push(copy(state));
    }
    this.state = state;
    return state;
  }
}
