//! Says of a program that does nothing for long, and may never do anything any more, what it waits
//! for: the loop itself cannot know, as a waker is kept somewhere, and may be called yet. And says of
//! a poll that does not return that it does not.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use executor::journal::{Event, Observer};

use crate::names::{Names, listed};
use crate::output;

/// By the real clock: it is the reader who waits.
const LONG: Duration = Duration::from_secs(2);
/// By the real clock, too: longer than any poll of a lesson.
const LONG_POLL: Duration = Duration::from_secs(6);

/// The poll that is under way: since when, and whose.
type Poll = Mutex<Option<(Instant, String)>>;

/// An observer that says so once, when the loop has slept for long with nothing to end its sleep.
#[derive(Default)]
pub(crate) struct Silence {
    names: Names,
    /// To the thread that waits: what to say after a while, or that there is nothing to say.
    watch: Option<Sender<Option<String>>>,
    /// Another thread looks at it now and then.
    poll: Option<Arc<Poll>>,
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

impl Silence {
    fn tell_poll(&mut self, under_way: Option<String>) {
        let poll = self.poll.get_or_insert_with(|| {
            let poll = Arc::new(Poll::default());
            let watched = Arc::downgrade(&poll);
            thread::spawn(move || watch_polls(&watched));
            poll
        });
        let now = under_way.map(|text| (Instant::now(), text));
        *poll.lock().unwrap_or_else(PoisonError::into_inner) = now;
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
            Event::PollStarted { task, poll } => {
                let name = self.names.name(*task);
                self.tell_poll(Some(format!("{name} in its poll {poll}")));
            }
            Event::PollEnded { .. } => self.tell_poll(None),
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
                // Who is in a debugger can see it, and Ctrl+C does not end the program there.
                Err(RecvTimeoutError::Timeout) if is_traced() => return,
                Err(RecvTimeoutError::Timeout) => {
                    anstream::eprintln!("{}", output::wrapped(&silence, ""));
                    return;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
        }
    }
}

/// Whether a debugger has hold of this process, as Linux tells it; elsewhere it is not known.
fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}

/// It ends with the observer, and when it has said what there was to say.
fn watch_polls(poll: &Weak<Poll>) {
    while let Some(poll) = poll.upgrade() {
        let long = match &*poll.lock().unwrap_or_else(PoisonError::into_inner) {
            Some((since, who)) if since.elapsed() > LONG_POLL => Some(who.clone()),
            _ => None,
        };
        // It may have stood at a breakpoint all the while: then it is not the poll that takes long.
        if let Some(who) = long.filter(|_| !is_traced()) {
            let seconds = LONG_POLL.as_secs();
            let text = format!(
                "For {seconds} seconds {who} has not returned to the loop: meanwhile no other task \
                 can run. Ctrl+C ends the program."
            );
            anstream::eprintln!("{}", output::wrapped(&text, ""));
            return;
        }
        drop(poll);
        thread::sleep(LONG / 4);
    }
}
