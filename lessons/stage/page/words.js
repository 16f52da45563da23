// The field's words, each in a sentence, which opens where the word stands.

const WORDS = {
  loop: "One thread that polls the tasks that are ready, one after the other, and sleeps when none is.",
  "ready queue":
    "The tasks that can go on, first in, first out. To wake a task is to put it here; a task is here at most once.",
  task: "A future that the loop runs: polled when it is woken, until it is done. Between its polls it waits.",
  waker:
    "A handle to one task, which puts it into the ready queue when it is called. A task that waits has left one with whatever is to wake it.",
  poll: "A call into a task's future: it runs until it has to wait (Pending), or has its result (Ready).",
  wheel:
    "All timers, sorted by when they are due: 64 slots a level, a slot as long as the whole level below. Each timer has its task's waker. When the hand reaches a slot, its timers fall to a lower level (cascade), and fire at level 0.",
  socket:
    "A connection, or a listener for some. A task that finds it not ready leaves its waker there; the system says when it is.",
  pool: "Threads for calls that block. A job runs on one of them while the loop goes on; its end wakes whoever awaits it.",
  inbox:
    "Where other threads put their wake-ups. The loop moves them into the ready queue at the beginning of a turn.",
};

// Makes each word that is marked in the page a button, with its sentence behind it.
export function explainWords(page) {
  for (const place of page.querySelectorAll("[data-word]")) {
    const word = place.dataset.word;
    const sentence = document.createElement("span");
    sentence.className = "explained";
    sentence.textContent = `${word}: ${WORDS[word]}`;
    sentence.hidden = true;
    const button = document.createElement("button");
    button.className = "word";
    button.textContent = "?";
    button.setAttribute("aria-label", `What is a ${word}?`);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      sentence.hidden = !sentence.hidden;
      button.setAttribute("aria-expanded", String(!sentence.hidden));
    });
    button.addEventListener("blur", () => {
      sentence.hidden = true;
      button.setAttribute("aria-expanded", "false");
    });
    place.append(button, sentence);
  }
}
