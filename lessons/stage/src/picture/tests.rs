//! Each sign has one meaning.

use std::time::Duration;

use executor::{Clock, EventLoop, gather, spawn_blocking};
use timer::sleep;

use super::timeline::Timeline;
use super::{axis, draw, legend};
use crate::{Recorder, SLOW_POLL};

/// The rows of the picture, by their names, and the legend.
fn picture<F: Future>(program: impl FnOnce(Clock) -> F) -> (Vec<(String, String)>, String) {
    let (clock, recorder) = (Clock::simulated(), Recorder::default());
    let builder = EventLoop::builder().clock(clock.clone()).observer(recorder.clone());
    let event_loop = builder.slow_poll(SLOW_POLL).build();
    event_loop.expect("there are descriptors left").run(program(clock));
    let (text, signs) = draw(&Timeline::of(&recorder.take()), true);
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    let rows = plain(&text);
    let rows = rows.lines().map(|line| {
        let (name, row) = line.trim().split_once("  ").expect("a name and a row");
        (name.to_owned(), row.trim().to_owned())
    });
    (rows.collect(), plain(&legend(&signs, true)))
}

fn row<'a>(rows: &'a [(String, String)], name: &str) -> &'a str {
    &rows.iter().find(|row| row.0 == name).expect("there is such a row").1
}

async fn work(clock: Clock, milliseconds: u64) {
    clock.advance(Duration::from_millis(milliseconds));
}

#[test]
fn a_poll_is_work_up_to_the_limit_and_blocks_the_loop_beyond_it() {
    let (rows, legend) = picture(|clock| work(clock, 49));
    assert!(row(&rows, "work").chars().all(|sign| sign == '+'), "{rows:?}");
    assert!(row(&rows, "the loop").chars().all(|sign| sign == '+'), "{rows:?}");
    assert_eq!(legend, "  + at work");

    let (rows, legend) = picture(|clock| work(clock, 51));
    assert!(row(&rows, "work").chars().all(|sign| sign == '#'), "{rows:?}");
    assert!(row(&rows, "the loop").chars().all(|sign| sign == '#'), "{rows:?}");
    assert_eq!(legend, "  # blocks the loop (> 50 ms)");
}

#[test]
fn a_job_of_the_pool_is_neither_work_of_the_loop_nor_does_it_block_it() {
    async fn hand_in(clock: Clock) {
        let job = spawn_blocking(move || clock.advance(Duration::from_secs(1)));
        job.await.expect("it neither panics nor is aborted");
    }
    let (rows, legend) = picture(hand_in);
    assert!(row(&rows, "hand_in (job)").chars().all(|sign| sign == '='), "{rows:?}");
    assert!(!row(&rows, "the loop").contains(['+', '#']), "{rows:?}");
    assert!(legend.contains("= on a thread of the pool") && !legend.contains('#'), "{legend}");
}

#[test]
fn the_loop_is_blocked_for_as_long_as_the_poll_took_and_no_longer() {
    let (rows, _) = picture(|clock| async move {
        let sleeps = sleep(Duration::from_secs(1));
        gather!(sleeps, async move { clock.advance(Duration::from_millis(500)) }).await;
    });
    let the_loop = row(&rows, "the loop");
    let blocked = the_loop.chars().filter(|sign| *sign == '#').count();
    let half = the_loop.len() / 2;
    assert!((half - 1..=half + 1).contains(&blocked), "{the_loop}");
}

#[test]
fn a_loop_that_begins_late_has_the_same_picture() {
    let at_once = picture(|clock| work(clock, 51));
    let late = picture(|clock| {
        clock.advance(Duration::from_secs(60));
        work(clock, 51)
    });
    assert_eq!(late, at_once);
}

#[test]
fn a_picture_has_as_many_marks_as_it_has_room_for() {
    let marks =
        |seconds, width| axis(Duration::from_secs(seconds), width).split_whitespace().count();
    assert_eq!([39, 40, 79, 100].map(|width| marks(1, width)), [3, 6, 6, 11]);
    // Longer than any that has round numbers: the beginning, the middle and the end.
    assert_eq!(marks(3001, 79), 3);
}
