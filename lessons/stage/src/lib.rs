//! Shows what programs do that run on Short Order's event loop.
//!
//! [`play`] runs a program, scene by scene, and shows what it did in the ways that the lessons
//! have: a picture, a story that is told meanwhile, steps, files for other programs, figures. Which
//! of them, the [`Options`] say, which are options of the command line.
//!
//! ```
//! use std::time::Duration;
//! use stage::{Options, println};
//!
//! async fn toast() {
//!     println!("Starting toast...");
//!     timer::sleep(Duration::from_secs(1)).await;
//!     println!("Toast is ready!");
//! }
//!
//! let options = Options { pace: stage::Pace::Simulated, ..Options::default() };
//! let stage = stage::play("breakfast", &options, |stage| stage.scene("toast", |_clock| toast()))?;
//! stage.show_figures();
//! # std::io::Result::Ok(())
//! ```
//!
//! A loop of one's own can be watched by each of them alone, as each is an observer or reads what
//! an observer has recorded: see [`Story`], [`Recorder`], [`JournalFile`], [`ChromeFile`],
//! [`PageFile`].
//!
//! What a program prints by [`println!`] and [`print!`] of this crate finds its place in stories
//! and between steps.
//!
//! The checks of exercises run programs as well, and judge them by their journals: see [`check`].
//!
//! Each folder is one product: `story/`, `picture/`, `figures/`, `steps/`, `files/`,
//! `check/`. All of them
//! read the events of [`executor::journal`], and each names every event: a new one does not compile
//! until it is told.

#![forbid(unsafe_code)]

pub mod check;
pub mod debugger;
mod figures;
mod files;
mod interrupt;
mod names;
mod observers;
pub mod options;
pub mod output;
mod picture;
mod printed;
mod program;
mod scene;
mod silence;
mod stage;
mod steps;
mod story;
pub mod terminal;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use executor::Clock;
use executor::journal::Event;

pub use files::chrome::ChromeFile;
pub use files::journal::JournalFile;
pub use files::page::{PageFile, PageStory, Source, page_files, page_frame, page_index};
pub use observers::{Observers, Recorder};
pub use options::{Options, Pace};
pub use program::{main, no_loop};
pub use stage::{Stage, play};
pub use story::Story;
pub use story::sockets::SocketStory;

/// No line of ours is longer; but in a wide terminal pictures are wider.
pub const COLUMNS: usize = 80;

/// A poll that takes longer is reported: asyncio's `slow_callback_duration` is twice as long.
pub const SLOW_POLL: Duration = Duration::from_millis(50);

/// All that a loop has told, and when: so long after the start of its clock.
pub type Journal = Vec<(Duration, Event)>;

/// Lets `duration` pass as a blocking call does, while this thread can do nothing else: that is
/// `std::thread::sleep`, or the like of it when the clock is simulated.
pub fn sleep_the_thread(clock: &Clock, duration: Duration) {
    clock.advance(duration);
}

/// [`sleep_the_thread`] by the clock of the scene that has begun last, in a task or in a job of the
/// pool.
pub fn block(duration: Duration) {
    let clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match clock {
        Some(clock) => clock.advance(duration),
        None => std::thread::sleep(duration),
    }
}

/// The clock of the scene that has begun last.
static CLOCK: Mutex<Option<Clock>> = Mutex::new(None);
