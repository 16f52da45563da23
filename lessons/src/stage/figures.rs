//! Says in figures what happened in a scene.

use std::time::Duration;

use super::Scene;
use super::account::Account;
use super::output::wrapped;

/// What happened in `scene`, which is one of `all`: a line, and another one if somebody held the
/// loop or was late.
pub(crate) fn of(scene: &Scene, all: &[Scene]) -> String {
    let (title, account) = (scene.title, Account::of(&scene.journal));
    let width = all.iter().map(|scene| scene.title.len()).max().unwrap_or(0);
    let polls = format!("{} poll{}", account.polls, if account.polls == 1 { "" } else { "s" });
    let (took, slept) = (seconds(account.took), seconds(account.slept()));
    let mut text = format!("  {title:<width$}  {took} s, {polls:>8}, the loop slept for {slept} s");

    let mut remarks = Vec::new();
    // What is shorter is hardly worth a word.
    let worth_telling = Duration::from_millis(20).max(account.took / 50);
    let poll = &account.longest_poll;
    if poll.most >= worth_telling {
        remarks.push(format!("held longest by {}, for {} s", poll.whose, seconds(poll.most)));
    }
    let timer = &account.latest_timer;
    if timer.most >= worth_telling {
        remarks.push(format!("{} was up to {} s late", timer.whose, seconds(timer.most)));
    }
    if !remarks.is_empty() {
        text.push('\n');
        text += &wrapped(&remarks.join("; "), "    ");
    }
    text
}

fn seconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64())
}
