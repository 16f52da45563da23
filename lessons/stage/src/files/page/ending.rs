//! How a run has ended, in words and for the page.

use executor::{Stuck, Waits};
use serde_json::{Value, json};

use super::MOST_EVENTS;
use crate::story::stuck::{HEAD, in_order, sentence};

/// For the page, and in a sentence.
pub(super) fn of(stuck: Option<&Stuck>, left_out: usize) -> (Value, String) {
    if left_out > 0 {
        let words = format!(
            "This is not all: a page has the first {MOST_EVENTS} events of a run, and {left_out} \
             came after them. A journal (--journal) has all."
        );
        return (json!({"how": "left out", "events": left_out}), words);
    }
    if std::thread::panicking() {
        let words = "The run ended with a panic of the program's.";
        return (json!({"how": "panicked"}), words.to_owned());
    }
    let Some(stuck) = stuck else {
        return (json!({"how": "done"}), "The run is over.".to_owned());
    };
    let tasks: Vec<_> = stuck
        .tasks
        .iter()
        .map(|stuck| {
            let (waits, poll) = match stuck.waits {
                Waits::Join(_) => ("join", stuck.polls),
                Waits::ForEver => ("sleeps for ever", stuck.polls),
                Waits::KeptNoWaker(poll) => ("kept no waker", poll),
                Waits::LostItsWaker(poll) => ("lost its waker", poll),
            };
            json!({"task": stuck.id.number(), "waits": waits, "poll": poll})
        })
        .collect();
    let sentences = in_order(stuck).into_iter().map(|task| format!(" {}.", sentence(task, stuck)));
    let words = [HEAD.to_owned()].into_iter().chain(sentences).collect();
    (json!({"how": "stuck", "head": HEAD, "tasks": tasks}), words)
}
