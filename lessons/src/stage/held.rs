//! Says who has held the loop for too long, and who had to wait meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::TaskId;
use executor::journal::Event;

use super::cast::{Cast, listed};
use super::figures::seconds;
use super::{Journal, SLOW_POLL};

/// A sentence for each task that did so, about its longest poll.
pub(crate) fn sentences(journal: &Journal) -> Vec<String> {
    let mut cast = Cast::default();
    let mut slow: BTreeMap<TaskId, Vec<&Event>> = BTreeMap::new();
    for (_, event) in journal {
        cast.read(event);
        if let Event::SlowPoll { task, .. } = event {
            slow.entry(*task).or_default().push(event);
        }
    }
    slow.values().filter_map(|polls| sentence(&cast, polls)).collect()
}

fn sentence(cast: &Cast, polls: &[&Event]) -> Option<String> {
    let longest = polls.iter().rev().max_by_key(|event| took(event))?;
    let Event::SlowPoll { task, took, waited } = longest else { return None };
    let who = format!("{}, spawned at {},", cast.name(*task), cast.site(*task)?);
    let times = match polls.len() {
        1 => String::new(),
        more => format!(" {more} times, at worst"),
    };
    let mut text = format!("{who} held the loop{times} {} s", seconds(*took));
    let waited = waited.iter().filter(|(_, time)| *time >= SLOW_POLL / 50);
    let waited: Vec<_> =
        waited.map(|(task, time)| format!("{} {} s", cast.name(*task), seconds(*time))).collect();
    if !waited.is_empty() {
        text += &format!("; meanwhile there waited {}", listed(&waited));
    }
    Some(text)
}

fn took(event: &Event) -> Duration {
    if let Event::SlowPoll { took, .. } = event { *took } else { Duration::ZERO }
}
