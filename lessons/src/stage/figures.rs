//! Says in figures what happened in a scene.

use std::time::Duration;

use super::Scene;
use super::account::Account;
use super::output::wrapped;
use super::{held, hints};

/// What happened in `scene`, which is one of `all`: a line, and more if somebody held the loop or
/// was late.
pub(crate) fn of(scene: &Scene, all: &[Scene]) -> String {
    let (title, account) = (scene.title, Account::of(&scene.journal));
    let width = all.iter().map(|scene| scene.title.len()).max().unwrap_or(0);
    let polls = format!("{} poll{}", account.polls, if account.polls == 1 { "" } else { "s" });
    let (slept, blocked) = (account.slept(), account.blocked);
    let worked = account.took.saturating_sub(slept + blocked);
    let [took, worked, blocked, slept] = [account.took, worked, blocked, slept].map(seconds);
    let mut text = format!("  {title:<width$} {took} s, {polls:>8}: ");
    text += &format!("worked {worked}, blocked {blocked}, slept {slept}");

    let sentences = held::sentences(&scene.journal).into_iter();
    for sentence in sentences.chain(hints::of(&scene.journal)) {
        text.push('\n');
        text += &wrapped(&sentence, "    ");
    }
    // What is shorter is hardly worth a word.
    let worth_telling = Duration::from_millis(20).max(account.took / 50);
    let timer = &account.latest_timer;
    if timer.most >= worth_telling && account.blocked.is_zero() {
        text += &format!("\n    {} was up to {} s late", timer.whose, seconds(timer.most));
    }
    text
}

/// A duration, to a hundredth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64())
}
