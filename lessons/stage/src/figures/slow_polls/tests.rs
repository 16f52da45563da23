//! Who holds the loop: one task, one task often, or many that are alike.

use std::time::Duration;

use executor::{Clock, EventLoop, gather, gather_all};
use timer::sleep;

use super::sentences;
use crate::picture::timeline::Timeline;
use crate::{Journal, Recorder, SLOW_POLL, picture};

/// A heart next to so many tasks, each of which blocks for a second.
fn blocked_by(tasks: usize) -> Journal {
    async fn block(clock: Clock) {
        clock.advance(Duration::from_secs(1));
    }
    let (clock, recorder) = (Clock::simulated(), Recorder::default());
    let builder = EventLoop::builder().clock(clock.clone()).observer(recorder.clone());
    let mut event_loop = builder.slow_poll(SLOW_POLL).build().expect("there are descriptors left");
    event_loop.run(async {
        let all = async move { gather_all((0..tasks).map(|_| block(clock.clone()))).await };
        gather!(sleep(Duration::from_millis(500)), all).await;
    });
    recorder.take()
}

/// The sentences, without the line of source.
fn told(journal: &Journal) -> Vec<String> {
    let without_site = |sentence: &String| {
        let (who, what) = sentence.split_once(", spawned at ").expect("it names the line");
        format!("{who} {}", what.split_once(", ").expect("it goes on").1)
    };
    sentences(journal).iter().map(without_site).collect()
}

#[test]
fn one_task_that_holds_the_loop_is_named() {
    let sentence = "block held the loop 1.00 s; meanwhile there waited Sleep 0.50 s";
    assert_eq!(told(&blocked_by(1)), [sentence]);
}

#[test]
fn tasks_that_are_alike_share_a_sentence_and_others_waits_are_summed() {
    let told = told(&blocked_by(10));
    let [sentence] = &told[..] else { panic!("one sentence: {told:?}") };
    assert!(sentence.starts_with("10 tasks block held the loop 10.00 s in all; "), "{sentence}");
    assert!(sentence.contains("Sleep 9.50 s"), "{sentence}");
}

#[test]
fn tasks_that_are_alike_share_a_row_of_the_picture_if_they_are_many() {
    let names = |tasks| {
        let picture = picture::draw(&Timeline::of(&blocked_by(tasks)), true).0;
        let picture = anstream::adapter::strip_str(&picture).to_string();
        let rows = picture.lines().filter(|row| row.trim_start().starts_with("block "));
        rows.map(|row| row.trim().split("  ").next().unwrap_or_default().to_owned()).collect()
    };
    let few: Vec<String> = names(3);
    assert_eq!(few, ["block #1", "block #2", "block #3"]);
    let many: Vec<String> = names(4);
    assert_eq!(many, ["block x4"]);
}
