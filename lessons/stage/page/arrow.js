// The arrow from cause to effect, over the places of the loop. A waker that goes is seen to go.

import { find } from "./dom.js";
import { journey, carriesWaker } from "./places.js";

const QUICK = 250; // milliseconds, at most

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function drawArrow(run, state, before, event, moves) {
  const arrow = find("arrow");
  const [from, to] = journey(run, state, before, event).map(boxOf);
  arrow.classList.toggle("shown", Boolean(from && to));
  if (!from || !to) return;
  const path = arrow.querySelector(".way");
  path.setAttribute("d", between(from, to));
  const sign = arrow.querySelector("use");
  const carried =
    event.cause === "spawn" ? event.task : (event.task ?? event.by ?? state.timers.get(event.timer)?.by);
  arrow.style.color = run.colour(carried ?? state.fired?.by);
  sign.style.visibility = "hidden";
  sign.getAnimations().forEach((animation) => animation.cancel());
  if (!moves || still.matches || !carriesWaker(event)) return;
  sign.style.visibility = "visible";
  sign.style.offsetPath = `path("${path.getAttribute("d")}")`;
  sign
    .animate([{ offsetDistance: "0%" }, { offsetDistance: "100%" }], {
      duration: QUICK,
      easing: "ease-in-out",
    })
    .finished.then(
      () => (sign.style.visibility = "hidden"),
      () => {},
    );
}

// Where a place is seen, in the arrow's own coordinates; nothing if it is not.
function boxOf(name) {
  const place = name && find("inside").querySelector(`[data-place="${CSS.escape(name)}"]`);
  if (!place) return null;
  const [box, all] = [place.getBoundingClientRect(), find("arrow").getBoundingClientRect()];
  const [x, y] = [box.left - all.left, box.top - all.top];
  const isRow = box.width > all.width * 0.7;
  return { x: isRow ? x + 8 : x, y, width: isRow ? Math.min(120, box.width) : box.width, height: box.height };
}

// From the edge of one box to that of the other, in a bow.
function between(from, to) {
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const [[x1, y1], [x2, y2]] = [middle(from), middle(to)];
  if (Math.abs(y1 - y2) < Math.max(from.height, to.height) / 2) {
    const right = x2 > x1;
    const [start, end] = right ? [from.x + from.width, to.x - 4] : [from.x, to.x + to.width + 4];
    return `M${start} ${y1}L${end} ${y2}`;
  }
  const down = y2 > y1;
  const [start, end] = down ? [from.y + from.height, to.y - 4] : [from.y, to.y + to.height + 4];
  const bow = (end - start) / 2;
  return `M${x1} ${start}C${x1} ${start + bow} ${x2} ${end - bow} ${x2} ${end}`;
}
