//! Says of a program that does nothing for long, and may never do anything any more, what it waits
//! for. The loop itself cannot know: a waker is kept somewhere, and may be called yet.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use executor::journal::{Event, Observer};

use crate::names::{Names, listed};
use crate::output;

/// By the real clock: it is the reader who waits.
const LONG: Duration = Duration::from_secs(2);

/// An observer that says so once, when the loop has slept for long with nothing to end its sleep.
#[derive(Default)]
pub(crate) struct Silence {
    names: Names,
    /// To the thread that waits: what to say after a while, or that there is nothing to say.
    watch: Option<Sender<Option<String>>>,
}

impl Silence {
    fn tell(&mut self, text: Option<String>) {
        let watch = self.watch.get_or_insert_with(|| {
            let (tell, told) = mpsc::channel();
            thread::spawn(move || watch(&told));
            tell
        });
        // It has gone when it has said what there was to say.
        let _ = watch.send(text);
    }
}

impl Observer for Silence {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        self.names.read(event);
        match event {
            Event::Parked { until: None }
                if self.names.jobs().is_empty() && !self.names.awaits_sockets() =>
            {
                let who = listed(&self.names.unfinished());
                self.tell(Some(format!(
                    "Nothing has happened for {} seconds, and no timer, socket or job is waited \
                     for. {who}: to go on, somebody who keeps a waker has to call it. Ctrl+C ends \
                     the program.",
                    LONG.as_secs()
                )));
            }
            Event::Unparked { .. } if self.watch.is_some() => self.tell(None),
            _ => {}
        }
    }
}

fn watch(told: &mpsc::Receiver<Option<String>>) {
    // It ends with the observer.
    while let Ok(mut text) = told.recv() {
        while let Some(silence) = text {
            text = match told.recv_timeout(LONG) {
                Ok(next) => next,
                Err(RecvTimeoutError::Timeout) => {
                    anstream::eprintln!("{}", output::wrapped(&silence, ""));
                    return;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
        }
    }
}
