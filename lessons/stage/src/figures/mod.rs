//! Says in figures what happened in a scene.

mod hints;
mod slow_polls;

use std::time::Duration;

use crate::output::{hanging, wrapped};
use crate::picture::timeline::Timeline;
use crate::scene::Scene;
use crate::terminal;

/// What happened in `scene`, which is one of `all`: a line, and more if somebody held the loop or
/// was late.
pub(crate) fn of(scene: &Scene, all: &[Scene]) -> String {
    let (title, timeline) = (scene.title, Timeline::of(&scene.journal));
    let width = all.iter().map(|scene| scene.title.len()).max().unwrap_or(0);
    let polls = format!("{} poll{}", timeline.polls, if timeline.polls == 1 { "" } else { "s" });
    let (slept, blocked) = (timeline.slept(), timeline.blocked);
    let worked = timeline.took.saturating_sub(slept + blocked);
    let [took, worked, blocked, slept] = [timeline.took, worked, blocked, slept].map(seconds);
    let mut text = format!("  {title:<width$} {took} s, {polls:>8}: ");
    text += &format!("worked {worked}, blocked {blocked}, slept {slept}");
    if text.chars().count() > terminal::columns() {
        text = hanging(&text, "  ", "    ");
    }

    let sentences = slow_polls::sentences(&scene.journal).into_iter();
    for sentence in sentences.chain(hints::of(&scene.journal)) {
        text.push('\n');
        text += &wrapped(&sentence, "    ");
    }
    if scene.is_cut {
        let events = scene.journal.len();
        let cut = format!(
            "picture and figures are of its first {events} events: of more than that none is kept"
        );
        text.push('\n');
        text += &wrapped(&cut, "    ");
    }
    // What is shorter is hardly worth a word.
    let worth_telling = Duration::from_millis(20).max(timeline.took / 50);
    let timer = &timeline.latest_timer;
    if timer.most >= worth_telling && timeline.blocked.is_zero() {
        text += &format!("\n    {} was up to {} s late", timer.whose, seconds(timer.most));
    }
    text
}

/// A duration, to a hundredth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64())
}
