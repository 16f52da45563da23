//! The form of Chrome's trace events: one process of the trace, in JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// A row of the picture: the loop is the first one, tasks and jobs follow.
pub(crate) type Row = u64;

/// The row of the loop.
pub(crate) const THE_LOOP: Row = 0;

/// The events of one process. All times are given in the order of the rows they belong to.
pub(crate) struct Form {
    process: usize,
    next_arrow: usize,
    counts: BTreeMap<&'static str, usize>,
    /// With their times, which are sorted by in the end.
    events: Vec<(Duration, Value)>,
}

impl Form {
    /// A process, with the number and the name that the viewer shows.
    pub(crate) fn new(process: usize, name: &str, next_arrow: usize) -> Self {
        let mut form = Self { process, next_arrow, counts: BTreeMap::new(), events: Vec::new() };
        form.name("process_name", THE_LOOP, name);
        form.row(THE_LOOP, "the loop");
        form
    }

    /// A row, which stands below those of lower numbers.
    pub(crate) fn row(&mut self, row: Row, name: &str) {
        self.name("thread_name", row, name);
        let order = json!({"name": "thread_sort_index", "args": {"sort_index": row}});
        self.add("M", row, Duration::ZERO, order);
    }

    /// A bar in a row.
    pub(crate) fn slice(
        &mut self,
        row: Row,
        name: &str,
        from: Duration,
        to: Duration,
        args: Value,
    ) {
        let duration = micros(to.saturating_sub(from));
        let slice = json!({"name": name, "cat": "loop", "dur": duration, "args": args});
        self.add("X", row, from, slice);
    }

    /// A mark in a row.
    pub(crate) fn mark(&mut self, row: Row, name: &str, at: Duration) {
        self.add("i", row, at, json!({"name": name, "cat": "loop", "s": "t"}));
    }

    /// An arrow between two bars, each of which has to be there at its moment.
    pub(crate) fn arrow(&mut self, name: &str, from: (Row, Duration), to: (Row, Duration)) {
        let arrow = json!({"name": name, "cat": "wake", "id": self.next_arrow});
        let mut head = arrow.clone();
        head["bp"] = json!("e");
        self.next_arrow += 1;
        self.add("s", from.0, from.1, arrow);
        self.add("f", to.0, to.1, head);
    }

    /// How many there are from now on. Only what has changed is written.
    pub(crate) fn count(&mut self, what: &'static str, at: Duration, number: usize) {
        if self.counts.insert(what, number) == Some(number) {
            return;
        }
        self.add("C", THE_LOOP, at, json!({"name": what, "args": {"number": number}}));
    }

    /// The number of the next arrow.
    pub(crate) fn next_arrow(&self) -> usize {
        self.next_arrow
    }

    /// All of it: the names first, then in order of time; a bar stands before what lies in it.
    pub(crate) fn into_events(mut self) -> impl Iterator<Item = Value> {
        let rank = |event: &Value| match event["ph"].as_str() {
            Some("M") => 0,
            Some("X") => 1,
            _ => 2,
        };
        self.events.sort_by_key(|(at, event)| (rank(event) > 0, *at, rank(event)));
        self.events.into_iter().map(|(_, event)| event)
    }

    fn name(&mut self, what: &str, row: Row, name: &str) {
        self.add("M", row, Duration::ZERO, json!({"name": what, "args": {"name": name}}));
    }

    fn add(&mut self, phase: &str, row: Row, at: Duration, mut event: Value) {
        event["ph"] = json!(phase);
        event["pid"] = json!(self.process);
        event["tid"] = json!(row);
        event["ts"] = micros(at);
        self.events.push((at, event));
    }
}

/// The format counts in microseconds.
fn micros(time: Duration) -> Value {
    json!(time.as_nanos() as f64 / 1000.0)
}
