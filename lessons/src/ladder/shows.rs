//! What each rung shows: first how the one before fails, in figures, and then itself.

use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use stage::println;

use super::figures::{core_time, figure, plural, say, seconds};
use super::programs::{self, Boxed, DISHES, MANY_TASKS, Rung, rung};
use super::{busy_loop, flag_and_heap, no_call, poller, print_diff, waker, wheel};

pub(super) const READY_QUEUE: Rung = rung!(super::ready_queue);
pub(super) const FLAG_AND_HEAP: Rung = rung!(super::flag_and_heap);
pub(super) const CLEARED_AFTER: Rung = rung!(super::cleared_after_the_poll);
pub(super) const WHEEL: Rung = rung!(super::wheel);
pub(super) const POLLER: Rung = rung!(super::poller);
pub(super) const NO_CALL: Rung = rung!(super::no_call);

const SECOND: Duration = Duration::from_secs(1);

/// On a thread of its own: a rung keeps its tasks and timers with its thread.
pub(super) fn apart<T: Send + 'static>(program: impl FnOnce() -> T + Send + 'static) -> T {
    thread::spawn(program).join().expect("the programs of the ladder do not panic")
}

/// How many polls a second of sleep takes, and how much of a core.
fn a_second_of_sleep(block_on: fn(Boxed), sleep: fn(Duration) -> Boxed) -> String {
    let (polls, used) = apart(move || {
        let before = core_time();
        let polls = programs::polls_of(block_on, sleep(SECOND));
        (polls, core_time().zip(before).map(|(after, before)| after - before))
    });
    let used = used.map_or(String::new(), |used| format!(", {} of a core", seconds(used)));
    format!("{}{used}", plural(polls, "poll"))
}

pub(super) fn busy_loop() {
    say("The program sleeps for a second. `.await` alone polls nothing: somebody must.");
    let mut future = Box::pin(busy_loop::sleep(SECOND));
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let polled = if polled == Poll::Pending { "Pending" } else { "Ready" };
    figure("by hand", &format!("polled once: {polled}, and nobody asks again"));
    figure("rung 1", &a_second_of_sleep(busy_loop::block_on, |d| Box::pin(busy_loop::sleep(d))));
    say("It is the right answer, and that second was spent on asking.");
}

pub(super) fn waker() {
    say("The same second of sleep, in both.");
    figure("rung 1", &a_second_of_sleep(busy_loop::block_on, |d| Box::pin(busy_loop::sleep(d))));
    figure("rung 2", &a_second_of_sleep(waker::block_on, |d| Box::pin(waker::sleep(d))));
    say("The first poll leaves the waker with a thread that sleeps. That thread calls it, which \
         ends the sleep of the executor's own; and the second poll is Ready.");
    println!();
    say("It need not be time. Another thread sends a message, after the first poll:");
    figure("rung 2", &plural(programs::message_after(waker::block_on, 1), "poll"));
}

/// The events, and how long they took.
fn dishes(cook: impl FnOnce(Duration) -> Vec<String> + Send + 'static) -> String {
    let (events, took) = apart(|| {
        let begin = Instant::now();
        (cook(SECOND / 5), begin.elapsed())
    });
    format!("{}: {}", seconds(took), events.join(", "))
}

pub(super) fn many_tasks() {
    say(&format!("{}, each of which cooks for 0.2 seconds.", DISHES.join(", ")));
    figure(
        "rung 2",
        &dishes(|each| programs::one_by_one(waker::block_on, |d| Box::pin(waker::sleep(d)), each)),
    );
    figure("rung 3", &dishes(|each| programs::as_tasks(MANY_TASKS, each)));
    println!();
    say("But look at what it costs. 1,000 tasks hand a message on, from the last to the first: \
         each is woken once.");
    figure(
        "rung 3",
        &format!("{} of them", plural(apart(|| programs::chain(MANY_TASKS, 1_000)), "poll")),
    );
}

pub(super) fn ready_queue() {
    say("1,000 tasks hand a message on, from the last to the first: each is woken once.");
    for (who, rung) in [("rung 3", MANY_TASKS), ("rung 4", READY_QUEUE)] {
        figure(who, &plural(apart(move || programs::chain(rung, 1_000)), "poll"));
    }
    say("Now a wake costs one poll, however many tasks there are: one poll of each to find that \
         its message is not there yet, and one when it is. (The last waits for none.)");
}

pub(super) fn flag_and_heap() {
    say("A task waits, and is woken five times before its turn comes.");
    for (who, rung) in [("rung 4", READY_QUEUE), ("rung 5", FLAG_AND_HEAP)] {
        figure(who, &plural(apart(move || programs::woken_five_times(rung)), "poll"));
    }
    println!();
    say("10,000 tasks sleep for 5 ms. Which threads call their wakers?");
    for (who, rung) in [("rung 4", READY_QUEUE), ("rung 5", FLAG_AND_HEAP)] {
        let threads =
            thread::spawn(move || programs::threads_of_sleeps(rung, 10_000, SECOND / 200)).join();
        let threads = threads.map(|threads| plural(threads, "thread"));
        figure(who, &threads.unwrap_or_else(|_| "the system has refused a thread".to_owned()));
    }
    println!();
    say("The flag is cleared before the poll. What if it is cleared after it? Then this one line \
         stands elsewhere; the wrong place has the +:");
    print_diff(
        include_str!("../../ladder/5_flag_and_heap.rs"),
        include_str!("../../ladder/mistakes/5_cleared_after_the_poll.rs"),
        0,
    );
    say(
        "1. The task is taken from the queue, with its flag set. 2. Its poll finds no message. 3. \
         A message comes from another thread, which wakes: the flag is set, so it queues nothing. \
         4. The poll returns Pending. 5. The flag is cleared; the queue is empty.",
    );
    for (who, rung) in [("wrong", CLEARED_AFTER), ("right", FLAG_AND_HEAP)] {
        let polls = apart(move || programs::woken_while_polled(rung));
        let ending = if polls > 1 { "the message is read" } else { "a lost wake-up: it hangs" };
        figure(who, &format!("{}: {ending}", plural(polls, "poll")));
    }
}

pub(super) fn kept_in_the_heap() -> usize {
    flag_and_heap::HEAP.with_borrow(|heap| heap.len())
}

pub(super) fn kept_in_the_wheel() -> usize {
    wheel::WHEEL.with_borrow(|wheel| wheel.slots.iter().map(|slot| slot.len()).sum())
}

pub(super) fn wheel() {
    say("100,000 timeouts of a minute are armed and cancelled, as those of a server are whose \
         answers come in time.");
    let kept: [fn() -> usize; 2] = [kept_in_the_heap, kept_in_the_wheel];
    for ((who, rung), kept) in [("rung 5", FLAG_AND_HEAP), ("rung 6", WHEEL)].into_iter().zip(kept)
    {
        let (left, took) = apart(move || programs::timeouts(rung, 100_000, kept));
        figure(who, &format!("{}, and {} still kept", seconds(took), plural(left, "deadline")));
    }
    println!();
    say("A wheel of one level has 64 slots, one a tick. Where does it put a timer?");
    for when in [50, 3_000] {
        let place = place(&wheel::Wheel::new(1), when);
        figure(&format!("at {when}"), &place.unwrap_or("nowhere: there are only 64 slots".into()));
    }
    say("With more levels, where a slot spans 64 ticks, 4,096, and so on:");
    cascade().iter().for_each(|step| figure("", step));
}

/// The slot in which a timer lies that is armed now.
fn place(wheel: &wheel::Wheel, when: u64) -> Option<String> {
    let mut wheel = wheel::Wheel { elapsed: wheel.elapsed, slots: wheel.slots.clone() };
    wheel.slot(when)?.insert(0, (when, Waker::noop().clone()));
    let (slot, tick) = wheel.next()?;
    Some(format!("level {}, slot {}, entered at tick {tick}", slot / 64, slot % 64))
}

/// The way of a timer down the wheel.
pub(super) fn cascade() -> Vec<String> {
    let mut wheel = wheel::Wheel::new(11);
    let mut steps = Vec::new();
    if let Some(slot) = wheel.slot(3_000) {
        slot.insert(0, (3_000, Waker::noop().clone()));
    }
    while let Some((slot, tick)) = wheel.next() {
        steps.push(format!("tick 3000 lies in level {}, slot {}", slot / 64, slot % 64));
        let due = wheel.expire(tick).len();
        steps.push(format!("time is {tick}: {}", if due > 0 { "it fires" } else { "it cascades" }));
    }
    steps
}

pub(super) fn poller() {
    say("A task reads from a socket. What it reads comes after 0.2 seconds.");
    for (who, rung, has_poller) in [("rung 6", WHEEL, false), ("rung 7", POLLER, true)] {
        let gate = |_: &_| thread::sleep(SECOND / 5);
        match apart(move || programs::read(rung, has_poller, gate)) {
            Ok(polls) => figure(who, &plural(polls, "poll")),
            Err(error) => figure(who, &format!("the system has refused: {error}")),
        }
    }
    say("Rung 6 cannot wait for a socket: its task asks, and asks to be polled again.");
    println!();
    say(
        "The loop sleeps until a deadline in 0.5 seconds, and another thread wakes a task. Why the \
         loop has to write to itself: without this line",
    );
    print_diff(
        include_str!("../../ladder/7_poller.rs"),
        include_str!("../../ladder/mistakes/7_no_call.rs"),
        0,
    );
    let sleeps = [&no_call::SLEEPS, &poller::SLEEPS];
    for ((who, rung), sleeps) in [("without", NO_CALL), ("with", POLLER)].into_iter().zip(sleeps) {
        let (too_late, after) = apart(move || programs::woken_too_late(rung, sleeps, SECOND / 2));
        let when = if too_late { "with the deadline" } else { "at once" };
        figure(who, &format!("polled after {}, {when}", seconds(after)));
    }
}
