//! What stories leave out, and what not.

use std::time::Duration;

use executor::{Clock, EventLoop, gather_all, spawn, yield_now};
use timer::sleep;

use super::shape;
use crate::{Story, output, println};

const SECOND: Duration = Duration::from_secs(1);

/// The story of a program, without its times.
fn story(program: impl Future) -> Vec<String> {
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(Story::new(true));
    let mut event_loop = builder.build().expect("there are descriptors left for a loop");
    let told = output::capture(move || {
        event_loop.run(program);
        drop(event_loop);
    });
    told.lines().map(|line| line[9..].trim().to_owned()).collect()
}

fn count(story: &[String], part: &str) -> usize {
    story.iter().filter(|line| line.contains(part)).count()
}

async fn cook(nth: u32, odd: u32) {
    println!("a dish");
    if nth == odd {
        yield_now().await;
    }
    sleep(SECOND).await;
}

async fn cooks(many: u32, odd: u32) {
    gather_all((0..many).map(|nth| cook(nth, odd))).await;
}

#[test]
fn what_many_do_alike_is_told_of_the_first() {
    let story = story(cooks(6, 9));
    let same = "(the same for cook #2, cook #3 and 3 others)";
    // Polled for the first time, fired, polled for the second time; and spawned, within a poll.
    assert_eq!(count(&story, same), 3, "{story:#?}");
    assert!(story.contains(&format!("| {same}")), "{story:#?}");
    let first = story.iter().position(|line| line.starts_with("cook #1 is polled for the first"));
    let first = first.expect("it is polled");
    assert_eq!(story[first + 1], "| > a dish");
    assert!(story[first + 3].starts_with("` Pending: it waits for its timer, until 1.000"));
    assert_eq!(story[first + 4], same);
    assert_eq!(count(&story, "is polled for the first time"), 2, "the host, and one of the six");
    assert_eq!(count(&story, "> a dish"), 1);
}

#[test]
fn to_do_one_thing_each_in_a_poll_is_to_do_alike() {
    async fn host() {
        drop(spawn(sleep(SECOND)));
    }
    let told = story(async { drop(gather_all((0..6).map(|_| host())).await) });
    let polls = told.iter().filter(|line| line.starts_with("host #") && line.contains("is polled"));
    assert_eq!(
        polls.count(),
        2,
        "the one that wakes who waits for all, and one of the five: {told:#?}"
    );
    let same = "(the same for host #3, host #4 and 2 others)";
    assert!(told.iter().any(|line| line == same), "{told:#?}");
}

#[test]
fn of_a_few_all_is_told() {
    let story = story(cooks(3, 9));
    assert_eq!(count(&story, "the same for"), 0, "{story:#?}");
    assert_eq!(count(&story, "> a dish"), 3);
    assert_eq!(count(&story, "Pending: it waits for its timer"), 3);
}

#[test]
fn who_goes_another_way_is_told_of_in_full_and_in_its_place() {
    let story = story(cooks(9, 4));
    let odd = story.iter().position(|line| line.starts_with("cook #5 is polled for the first"));
    let odd = odd.expect("it is told of");
    assert_eq!(story[odd - 1], "(the same for cook #2, cook #3 and cook #4)");
    assert_eq!(story[odd + 1], "| > a dish");
    assert_eq!(story[odd + 2], "| wakes itself: it is queued, behind all others");
    let others: Vec<_> = story[odd..].iter().filter(|line| line.contains("the same")).collect();
    assert_eq!(others[0], "(the same for cook #7, cook #8 and cook #9)", "{story:#?}");
}

#[test]
fn other_deadlines_and_other_texts_are_not_the_same() {
    let naps = (1..9).map(|nth| async move {
        println!("a nap");
        sleep(nth * SECOND).await;
    });
    let told = story(async { drop(gather_all(naps).await) });
    assert_eq!(count(&told, "arms a timer"), 8, "{told:#?}");
    let texts = (1..9).map(|nth| async move { println!("dish {nth}") });
    let told = story(async { drop(gather_all(texts).await) });
    assert_eq!(count(&told, "> dish"), 8, "{told:#?}");
}

#[test]
fn a_shape_has_no_numbers_of_tasks_and_sockets_and_all_others() {
    let one = "Pending: it waits for token 12 to be readable, or for the end of cook #3, a.rs:7";
    let other = "Pending after 0.021 s: it waits for token 3 to be readable, or for the end of cook, \
                 a.rs:7";
    assert_eq!(shape(one), shape(other));
    assert_ne!(shape("reads 4 bytes from token 1"), shape("reads 5 bytes from token 1"));
    assert_ne!(shape("until 1.000"), shape("until 2.000"));
    assert_eq!(shape("# is no number"), " # is no number");
    assert_ne!(shape("for the end of b2"), shape("for the end of b3"));
    assert_ne!(shape("rests after 3 dishes"), shape("rests after 4 dishes"));
}
