//! What of the runtime is at work at an event: its source, as it was built, and the line.

use serde_json::{Map, Value, json};

macro_rules! source {
    ($path:literal) => {
        ($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", $path)))
    };
}

/// The files of the runtime that a page shows functions of.
const FILES: &[(&str, &str)] = &[
    source!("executor/src/shut_down.rs"),
    source!("executor/src/threads/blocking.rs"),
    source!("executor/src/threads/pool.rs"),
    source!("executor/src/event_loop.rs"),
    source!("executor/src/abort_handle.rs"),
    source!("executor/src/join_handle.rs"),
    source!("executor/src/lifecycle.rs"),
    source!("executor/src/net/reactor.rs"),
    source!("executor/src/net/slot.rs"),
    source!("executor/src/net/socket.rs"),
    source!("executor/src/ready.rs"),
    source!("executor/src/waiting.rs"),
    source!("executor/src/watch/watchdog.rs"),
    source!("timer/src/driver.rs"),
    source!("timer/src/timers.rs"),
    source!("timer/src/wheel.rs"),
];

/// An event, by its name in the journal and, where that matters, its cause; the file; the function;
/// and what stands in its line.
type Station = (&'static str, &'static str, &'static str, &'static str);

const STATIONS: &[Station] = &[
    ("spawned", "executor/src/lifecycle.rs", "add", "insert(task"),
    ("woken", "executor/src/ready.rs", "wake_here", "queue_here(head)"),
    ("woken.spawn", "executor/src/lifecycle.rs", "add", "ready.push("),
    ("woken.timer", "executor/src/waiting.rs", "fire", "waker.wake()"),
    ("woken.io", "executor/src/waiting.rs", "wake_sockets", "waker.wake()"),
    ("woken.join", "executor/src/lifecycle.rs", "wake_joiner", "ready.push("),
    ("woken.thread", "executor/src/event_loop.rs", "wake_from", "queue_here(head)"),
    ("poll_started", "executor/src/lifecycle.rs", "poll", "poll(&mut cx)"),
    ("poll_ended.false", "executor/src/lifecycle.rs", "put_back", "get_or_insert(running.task)"),
    ("poll_ended.true", "executor/src/lifecycle.rs", "run_task", "Ok(Poll::Ready(()))"),
    ("slow_poll", "executor/src/watch/watchdog.rs", "report_slow_poll", "Event::SlowPoll"),
    ("awaits", "executor/src/join_handle.rs", "tell_who_awaits", "Event::Awaits"),
    ("aborted", "executor/src/abort_handle.rs", "abort_task", "set_aborted()"),
    ("done", "executor/src/lifecycle.rs", "finish", "drop_future()"),
    ("cancelled", "executor/src/lifecycle.rs", "finish", "drop_future()"),
    ("panicked", "executor/src/lifecycle.rs", "run_task", "Err(panic)"),
    ("timer_armed", "timer/src/timers.rs", "arm", "insert(tick"),
    ("timer_moved", "timer/src/wheel.rs", "advance_with", "self.link("),
    ("timer_fired", "executor/src/waiting.rs", "fire", "Event::TimerFired"),
    ("timer_cancelled", "timer/src/timers.rs", "disarm", "remove(timer)"),
    ("io_registered", "executor/src/net/reactor.rs", "register", "registry.register("),
    ("io_waits", "executor/src/net/slot.rs", "ready_or_wait", "waiters.wait("),
    ("io_done", "executor/src/net/reactor.rs", "poll_io", "Ok(done) =>"),
    ("io_ready", "executor/src/net/slot.rs", "set_ready", "waiters.numbers()"),
    ("io_closed", "executor/src/net/reactor.rs", "deregister", "registry.deregister("),
    ("parked", "timer/src/driver.rs", "park", "self.poll(next)"),
    ("unparked", "executor/src/waiting.rs", "wait", "Event::Unparked"),
    ("job_queued", "executor/src/threads/blocking.rs", "spawn_blocking", "jobs.send("),
    ("job_started", "executor/src/threads/pool.rs", "work", "= job()"),
    ("job_finished", "executor/src/threads/pool.rs", "work", "joiner.wake()"),
    ("jobs_left", "executor/src/shut_down.rs", "shut_down", "pool.renewed()"),
];

/// What is shown: the functions, each {file, first, text}, where `first` is the number of the text's
/// first line; and for each of the events [function, line], where the function is its place among them.
pub(super) fn stations() -> Value {
    let (mut functions, mut events) = (Vec::new(), Map::new());
    for station in STATIONS {
        let Some((function, line)) = shown(station) else { continue };
        let place = functions.iter().position(|known| *known == function).unwrap_or_else(|| {
            functions.push(function);
            functions.len() - 1
        });
        events.insert(station.0.to_owned(), json!([place, line]));
    }
    json!({"functions": functions, "events": events})
}

fn shown((_, file, function, needle): &Station) -> Option<(Value, usize)> {
    let (_, source) = FILES.iter().find(|(path, _)| path == file)?;
    let lines: Vec<&str> = source.lines().collect();
    let (first, last) = extent(&lines, function, needle)?;
    let line = (first..=last).find(|&line| lines[line].contains(needle))?;
    // The comments and attributes above it belong to it.
    let is_head =
        |line: &&&str| ["//", "#["].iter().any(|sign| line.trim_start().starts_with(sign));
    let first = first - lines[..first].iter().rev().take_while(is_head).count();
    let function =
        json!({"file": file, "first": first + 1, "text": dedented(&lines[first..=last])});
    Some((function, line + 1))
}

/// Without the indentation that all lines share: those of a method.
fn dedented(lines: &[&str]) -> String {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let lines: Vec<_> = lines.iter().map(|line| line.get(indent..).unwrap_or_default()).collect();
    lines.join("\n")
}

/// The first and the last line of the function of that name in which the needle stands: one file
/// may have several `poll`s.
fn extent(lines: &[&str], function: &str, needle: &str) -> Option<(usize, usize)> {
    let (plain, generic) = (format!("fn {function}("), format!("fn {function}<"));
    let begins = |line: &str| line.contains(&plain) || line.contains(&generic);
    let mut found = (0..lines.len()).filter(|&first| begins(lines[first])).filter_map(|first| {
        let indent = lines[first].len() - lines[first].trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[first..].iter().position(|line| *line == end)?;
        Some((first, first + length))
    });
    found.find(|&(first, last)| lines[first..=last].iter().any(|line| line.contains(needle)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_has_its_line_in_the_runtime() {
        for station in STATIONS {
            assert!(shown(station).is_some(), "{station:?}: has the runtime changed?");
        }
    }

    #[test]
    fn a_function_is_shown_with_its_comments_and_its_true_line() {
        let (fired, line) = shown(&STATIONS[3]).expect("the fourth is the waking by a timer");
        let text = fired["text"].as_str().expect("it is text");
        assert!(text.starts_with("/// "), "{text}");
        let before = line - fired["first"].as_u64().expect("a line") as usize;
        assert!(text.lines().nth(before).is_some_and(|line| line.contains("waker.wake()")));
    }
}
