//! Says who has held the loop for too long, and who had to wait meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::TaskId;
use executor::journal::Event;

use super::seconds;
use crate::names::{Names, listed};
use crate::{Journal, SLOW_POLL};

/// A slow poll: whose, how long it was, and who waited for how long.
type SlowPoll<'a> = (TaskId, Duration, &'a [(TaskId, Duration)]);

/// A sentence for each task that did so, about its longest poll; tasks that are alike share one.
pub(crate) fn sentences(journal: &Journal) -> Vec<String> {
    let mut names = Names::default();
    let mut slow: BTreeMap<TaskId, Vec<SlowPoll<'_>>> = BTreeMap::new();
    for (_, event) in journal {
        names.read(event);
        if let Event::SlowPoll { task, took, waited } = event {
            slow.entry(*task).or_default().push((*task, *took, waited));
        }
    }
    let mut alike: Vec<(String, Vec<SlowPoll<'_>>)> = Vec::new();
    for (task, polls) in slow {
        let kind = kind(&names, task);
        match alike.iter_mut().find(|other| other.0 == kind) {
            Some(other) => other.1.extend(polls),
            None => alike.push((kind, polls)),
        }
    }
    alike.iter().filter_map(|(_, polls)| sentence(&names, polls)).collect()
}

/// What tasks have in common that one function and one line have made: of the name all but the
/// number that tells them apart, and the line.
fn kind(names: &Names, task: TaskId) -> String {
    let (name, site) = (names.name(task), names.site(task).unwrap_or_default());
    let name = name.split_once(" #").map_or(&*name, |(name, _)| name);
    format!("{name}, spawned at {site},")
}

fn sentence(names: &Names, polls: &[SlowPoll<'_>]) -> Option<String> {
    let (first, ..) = polls.first()?;
    if polls.iter().any(|(task, ..)| task != first) {
        return Some(of_many(names, polls));
    }
    let (task, took, waited) = polls.iter().rev().max_by_key(|(_, took, _)| took)?;
    let who = format!("{}, spawned at {},", names.name(*task), names.site(*task)?);
    let times = match polls.len() {
        1 => String::new(),
        more => format!(" {more} times, at worst"),
    };
    Some(format!("{who} held the loop{times} {} s{}", seconds(*took), meanwhile(names, waited)))
}

/// Of tasks that are alike: how long they held the loop all together, and how long others waited.
fn of_many(names: &Names, polls: &[SlowPoll<'_>]) -> String {
    let mut tasks: Vec<TaskId> = polls.iter().map(|(task, ..)| *task).collect();
    tasks.dedup();
    let mut waited: BTreeMap<TaskId, Duration> = BTreeMap::new();
    let others = polls.iter().flat_map(|(.., waited)| *waited);
    for (task, time) in others.filter(|(task, _)| !tasks.contains(task)) {
        *waited.entry(*task).or_default() += *time;
    }
    let waited: Vec<_> = waited.into_iter().collect();
    let held = seconds(polls.iter().map(|(_, took, _)| *took).sum());
    let who = format!("{} tasks {}", tasks.len(), kind(names, tasks[0]));
    format!("{who} held the loop {held} s in all{}", meanwhile(names, &waited))
}

/// Who had to wait for long enough to be named, if anybody.
fn meanwhile(names: &Names, waited: &[(TaskId, Duration)]) -> String {
    let waited = waited.iter().filter(|(_, time)| *time >= SLOW_POLL / 50);
    let waited: Vec<_> =
        waited.map(|(task, time)| format!("{} {} s", names.name(*task), seconds(*time))).collect();
    if waited.is_empty() {
        return String::new();
    }
    format!("; meanwhile there waited {}", listed(&waited))
}

#[cfg(test)]
mod tests;
