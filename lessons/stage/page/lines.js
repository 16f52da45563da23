// The events' lines, of which many are alike but for their numbers, as
//
//   {"at":250044349,"event":"parked","until":260000000}
//   0:260633508,271000000
//   0:270633508
//
// The first of a kind stands as it is, and the kinds are counted from 0. Of a later one stand its kind,
// and its numbers; in place of one that is as in the latest line of its kind stands nothing.
export class Lines {
  #kinds = []; // of each its latest line, in parts: a text, a number, a text, ...

  // The whole line for what is told of it.
  whole(told) {
    if (told.startsWith("{")) {
      this.#kinds.push(told.split(/(\d+)/));
      return told;
    }
    const [kind, numbers] = told.split(":");
    const parts = this.#kinds[kind];
    numbers.split(",").forEach((number, at) => {
      if (number) parts[2 * at + 1] = number;
    });
    return parts.join("");
  }
}
