//! The story in a page: an item an event, and one for what the program prints; of a long one the rest
//! as lines for the script.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use executor::Stuck;
use executor::journal::{Event, Observer};
use serde_json::{Value, json};

use super::markup::{attribute, script, text};
use super::{MOST_EVENTS, PageFile};
use crate::files::journal;
use crate::story::numbers::seconds;
use crate::story::sentences::Sentences;

/// What was printed and is not in the page yet; `None` while no page is written. It is for all
/// threads: jobs print, too.
static PRINTED: Mutex<Option<String>> = Mutex::new(None);

/// In place of the items that are left out.
const REST: &str = "The rest of this story is shown by the page's script alone: it is long.";

/// Something is printed: a copy goes into the page.
pub(crate) fn printed(text: std::fmt::Arguments<'_>) {
    if let Some(printed) = &mut *lock() {
        printed.push_str(&text.to_string());
    }
}

fn lock() -> MutexGuard<'static, Option<String>> {
    PRINTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An observer that writes one run into a page, see [`PageFile`]; clones are one.
#[derive(Clone)]
pub struct PageStory(Rc<RefCell<Inner>>);

struct Inner {
    page: PageFile,
    sentences: Sentences,
    /// The end of a poll without a result, and what was told since: only what comes then shows
    /// whether the task waits or has panicked.
    held: Vec<(Duration, Event)>,
    is_in_poll: bool,
    events: usize,
    /// The list of items is at its end: lines follow it.
    is_in_lines: bool,
}

impl PageStory {
    pub(super) fn new(page: PageFile) -> Self {
        *lock() = Some(String::new());
        let (sentences, held, is_in_poll, events, is_in_lines) = Default::default();
        let inner = Inner { page, sentences, held, is_in_poll, events, is_in_lines };
        Self(Rc::new(RefCell::new(inner)))
    }

    /// The run is over: it was stuck, if there is a report.
    pub fn end(&self, stuck: Option<&Stuck>) {
        let inner = &mut *self.0.borrow_mut();
        inner.tell_held(false);
        inner.tell_printed();
        *lock() = None;
        inner.page.line(if inner.is_in_lines { "</script>" } else { "</ol>" });
        inner.page.end(stuck, inner.events.saturating_sub(MOST_EVENTS));
    }
}

impl Observer for PageStory {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let inner = &mut *self.0.borrow_mut();
        let is_held = match event {
            Event::PollEnded { ready, .. } => !ready,
            Event::SlowPoll { .. } => !inner.held.is_empty(),
            _ => false,
        };
        if is_held {
            inner.tell_printed();
            return inner.held.push((at, event.clone()));
        }
        inner.tell_held(matches!(event, Event::Panicked { .. }));
        inner.tell_printed();
        let sentence = inner.sentences.of(at, event);
        inner.tell(at, event, &sentence);
    }
}

impl Inner {
    fn tell_held(&mut self, panicked: bool) {
        for (at, event) in std::mem::take(&mut self.held) {
            let sentence = match event {
                Event::PollEnded { .. } if panicked => "it panics".to_owned(),
                _ => self.sentences.of(at, &event),
            };
            self.tell(at, &event, &sentence);
        }
    }

    /// What was printed since the event before.
    fn tell_printed(&mut self) {
        let printed = lock().as_mut().map(std::mem::take).unwrap_or_default();
        if !printed.is_empty() && self.events <= MOST_EVENTS {
            let printed = anstream::adapter::strip_str(&printed).to_string();
            if self.is_in_lines {
                self.page.line(&script(&json!(printed)));
            } else {
                // A parser drops a line feed at the beginning of some elements, but not of this one.
                self.page.line(&format!("<li{}><samp>{}</samp>", self.edge(), text(&printed)));
            }
        }
    }

    fn tell(&mut self, at: Duration, event: &Event, sentence: &str) {
        self.events += 1;
        if let Event::PollEnded { .. } = event {
            self.is_in_poll = false;
        }
        self.sentences.read(at, event);
        if self.events <= MOST_EVENTS {
            let mut line = journal::object(event);
            line["at"] = journal::nanos(at);
            if let Event::Spawned { task, .. } | Event::JobQueued { task, .. } = event {
                line["called"] = json!(self.sentences.names.name(*task));
            }
            self.write(at, line, sentence);
        }
        if let Event::PollStarted { .. } = event {
            self.is_in_poll = true;
        }
    }

    fn write(&mut self, at: Duration, mut line: Value, sentence: &str) {
        if !self.is_in_lines && !self.page.has_room_for_an_item() {
            self.is_in_lines = true;
            self.page
                .line(&format!("</ol><p>{REST}</p><script type=\"text/plain\" class=\"events\">"));
        }
        if self.is_in_lines {
            line["say"] = json!(sentence);
            let told = self.page.told(&script(&line));
            return self.page.line(&told);
        }
        let told = self.page.told(&line.to_string());
        self.page.line(&format!(
            "<li{} data-e='{}'><b>{}</b> {}",
            self.edge(),
            attribute(&told),
            seconds(at),
            text(sentence)
        ));
    }

    /// What happens in a poll stands inside it.
    fn edge(&self) -> &'static str {
        if self.is_in_poll { " class=\"in\"" } else { "" }
    }
}
