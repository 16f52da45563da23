//! How many polls come between two looks at I/O while no time passes.

use std::cell::Cell;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use executor::Clock;
use executor::journal::Event;
use executor::net::Async;
use executor::{spawn, yield_now};
use futures::AsyncReadExt;

use super::{ROUND, busy};
use crate::checked::EventLoop;
use crate::support::Record;

/// With so many busy tasks: the polls between any two looks. A socket that has something new after each
/// poll shows where these are.
fn polls_between_looks(busy_tasks: usize) -> Vec<usize> {
    let record = Record::default();
    // It stands still as long as tasks are ready.
    let clock = Clock::simulated();
    let mut event_loop =
        EventLoop::builder().clock(clock).observer(record.clone()).build().unwrap();
    event_loop.run(async {
        let (reader, writer) = UnixStream::pair().unwrap();
        let mut reader = Async::new(reader).unwrap();
        drop(spawn(async move { while reader.read(&mut [0; 4096]).await.unwrap() > 0 {} }));
        let (polls, writer) = (Rc::new(Cell::new(0)), Rc::new(writer));
        for _ in 0..busy_tasks {
            let (polls, writer) = (polls.clone(), writer.clone());
            busy(move || {
                polls.set(polls.get() + 1);
                (&*writer).write_all(b"x").unwrap();
            });
        }
        while polls.get() < 10 * ROUND {
            yield_now().await;
        }
    });
    let looks = record.pick(|_, event| match event {
        Event::IoReady(_) => Some(true),
        Event::PollStarted { .. } => Some(false),
        _ => None,
    });
    let polls = looks.split(|is_look| *is_look).map(<[_]>::len).collect::<Vec<_>>();
    polls[1..polls.len() - 1].to_vec()
}

/// B8.2: rounds that are small are put together, up to as many polls as a large one has.
#[test]
fn between_two_looks_there_are_61_polls_however_many_tasks_are_busy() {
    for busy_tasks in [5, 28, 40, 100] {
        let polls = polls_between_looks(busy_tasks);
        assert!(polls.len() >= 5, "{busy_tasks} tasks: {polls:?}");
        assert!(polls.iter().all(|polls| *polls == ROUND), "{busy_tasks} tasks: {polls:?}");
    }
}
