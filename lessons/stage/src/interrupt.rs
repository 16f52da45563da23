//! Ctrl+C on a program that plays: what it has done up to there is shown, for many programs never end
//! by themselves.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{io, thread};

use crate::observers::Recorder;
use crate::picture::timeline::Timeline;
use crate::scene::Scene;
use crate::{figures, picture, println, terminal};

/// The scene that is played just now.
static PLAYED: Mutex<Option<Played>> = Mutex::new(None);

pub(crate) struct Played {
    pub(crate) title: &'static str,
    pub(crate) recorder: Recorder,
    pub(crate) ascii: bool,
}

/// Another scene is played, or none.
pub(crate) fn set(played: Option<Played>) {
    *PLAYED.lock().unwrap_or_else(PoisonError::into_inner) = played;
}

/// From now on Ctrl+C ends the program with the picture of the scene.
///
/// # Errors
/// When the system refuses: then it ends the program without one.
pub(crate) fn show_at_the_end() -> io::Result<()> {
    terminal::when_told_to_end(|signal| {
        // It is taken out: the second Ctrl+C ends the program at once.
        let played = PLAYED.lock().unwrap_or_else(PoisonError::into_inner).take();
        match played.filter(|_| terminal::is_ctrl_c(signal)) {
            Some(played) => drop(thread::spawn(move || played.show(signal))),
            None => terminal::die_of(signal),
        }
    })
}

impl Played {
    /// On a thread of its own: the loop may be asleep, or in a poll that does not return. If it is in
    /// neither, it halts before its next event, for which it needs the journal.
    fn show(&self, signal: i32) {
        let (is_cut, mut kept) = (self.recorder.is_full(), self.recorder.lock());
        thread::sleep(Duration::from_millis(50));
        let journal = std::mem::take(&mut *kept);
        let timeline = Timeline::of(&journal);
        println!("\nCtrl+C has ended it. Up to there:");
        if timeline.took >= picture::SHORTEST {
            let (picture, signs) = picture::draw(&timeline, self.ascii);
            println!("{picture}");
            println!("{}", picture::legend(&signs, self.ascii));
        }
        let scene = Scene { title: self.title, journal, is_cut };
        println!("\n{}", figures::of(&scene, &[]));
        terminal::die_of(signal);
    }
}
