//! Checks `ReadyQueue`.

use std::process::ExitCode;

use exercise::ReadyQueue;
use stage::check::{self, Verdict, same};

fn all(queue: &mut ReadyQueue) -> Vec<usize> {
    // More than any of these checks puts in.
    std::iter::from_fn(|| queue.pop()).take(20).collect()
}

fn in_order() -> Verdict {
    let mut queue = ReadyQueue::of(4);
    [2, 0, 3].map(|task| queue.push(task));
    same("the tasks that were polled", vec![2, 0, 3], all(&mut queue))
}

fn once() -> Verdict {
    let mut queue = ReadyQueue::of(4);
    [1, 1, 2, 1, 2].map(|task| queue.push(task));
    same("the tasks that were polled", vec![1, 2], all(&mut queue))
}

fn again() -> Verdict {
    let mut queue = ReadyQueue::of(4);
    queue.push(1);
    queue.push(2);
    same("the first", Some(1), queue.pop())?;
    // It is polled, and woken meanwhile.
    queue.push(1);
    same("what comes then", vec![2, 1], all(&mut queue))?;
    queue.push(1);
    same("what comes when all were polled, and one was woken", vec![1], all(&mut queue))
}

fn main() -> ExitCode {
    check::main(&[
        ("tasks are polled in the order in which they were woken", in_order),
        ("a task that is woken twice is polled once", once),
        ("a task that is woken during its poll is polled again", again),
    ])
}
