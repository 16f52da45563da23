// What is drawn, in the form in which the test works it out of the journal: a function's body.
const texts = (places) => [...places].map((place) => place.textContent);
const bells = [...document.querySelectorAll("#wheel g")].filter(
  (sign) => sign.querySelector("title").textContent,
);
const middle = (box) => box.left + box.width / 2;
const slots = bells.map((sign) => {
  const row = sign.closest("svg");
  const [level] = texts(row.closest(".level").querySelectorAll("b"));
  const x = middle(sign.querySelector("use").getBoundingClientRect());
  const slot = [...row.querySelectorAll(".cell")].findIndex((cell) => {
    const box = cell.getBoundingClientRect();
    return Math.abs(middle(box) - x) < box.width;
  });
  return level.replace("level ", "") + ":" + slot;
});
return {
  ready: texts(document.querySelectorAll("#queue .chip")),
  tasks: [...document.querySelectorAll("#tasks tbody tr:not(.to-come)")].map((row) =>
    texts([row.querySelector(".name"), row.querySelector(".phase b"), row.querySelector(".polls")]),
  ),
  slots: slots.sort((one, other) => {
    const [[level, slot], [otherLevel, otherSlot]] = [one, other].map((place) => place.split(":"));
    return level - otherLevel || slot - otherSlot;
  }),
};
