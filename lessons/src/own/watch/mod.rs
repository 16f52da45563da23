//! `try FILE.rs --watch`: plays the program again each time it is saved.
//!
//! What happens (a save, a key, a signal, the end of a run) comes to one place, the loop below, on
//! the main thread. A run has a thread of its own, which builds, plays and shows. The next run does
//! not begin before it is over: so there are never two, and it can be ended at every moment.

mod play;
mod run;
mod saves;
mod screen;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;
use std::{fs, thread};

use stage::terminal::{self, Key, Keyboard};

use super::Failure;
use super::jobs::{Jobs, Tell};
use play::Play;
pub(super) use run::{Reading, Run};
pub(super) use screen::{Screen, colours};

/// What can happen.
pub(super) enum Happening {
    /// The file was written to, or replaced, or has gone.
    Saved,
    /// A key was pressed.
    Key(Key),
    /// The end is asked for, and this is to be the exit code.
    End(i32),
}

/// Watches the file, and plays it with these options, until the end is asked for.
pub(super) fn watch(path: &Path, options: &[OsString]) -> ExitCode {
    let name = path.display();
    let keys = [
        format!("{name}: a save plays it again, Enter at once; q ends."),
        format!("{name}: a save plays it again; Ctrl+C ends."),
    ];
    match begin(&[path], keys) {
        Ok((screen, happenings)) => {
            let (path, options) = (path.to_owned(), options.to_vec());
            go_on(&Play { path, options, screen }, &happenings)
        }
        Err(failure) => failure.tell(),
    }
}

/// Watches the files, the keyboard and the signals. What the keys do is said in the first text where
/// there is a keyboard, in the second where there is none.
pub(super) fn begin(
    paths: &[&Path],
    [keys, without]: [String; 2],
) -> Result<(Screen, mpsc::Receiver<Happening>), Failure> {
    let (tell, happenings) = mpsc::channel();
    saves::watch(paths, tell.clone())?;
    let refused = |error| Failure::Said(format!("the terminal could not be used: {error}"));
    let end = tell.clone();
    terminal::when_told_to_end(move |signal| {
        let _ = end.send(Happening::End(terminal::code_of_signal(signal)));
    })
    .map_err(refused)?;
    let keyboard = Keyboard::take().map_err(refused)?;
    let screen = Screen::new(if keyboard.is_some() { keys } else { without }, keyboard.is_some());
    if let Some(keyboard) = keyboard {
        // It is given back by whoever ends the program, and by the keyboard's own drop in a panic.
        let giver_back = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            terminal::give_back();
            giver_back(panic);
        }));
        thread::spawn(move || tell_keys(keyboard, &tell));
    }
    Ok((screen, happenings))
}

fn tell_keys(mut keyboard: Keyboard, tell: &Sender<Happening>) {
    while let Some(key) = keyboard.read() {
        let _ = tell.send(Happening::Key(key));
    }
    // Nobody can see any more what is shown.
    let _ = tell.send(Happening::End(terminal::code_of_signal(1)));
}

/// Jobs for a run: what is said of them is shown.
pub(super) fn jobs(screen: &Screen, new: fn(Tell) -> Jobs) -> Jobs {
    let screen = screen.clone();
    new(Arc::new(move |line| screen.show(format!("{line}\n").as_bytes())))
}

fn go_on(play: &Play, happenings: &mpsc::Receiver<Happening>) -> ExitCode {
    let screen = &play.screen;
    let start = || {
        let play = play.clone();
        let work = move |jobs: &Jobs, reading: &Reading| play.go(jobs, reading);
        Run::start(&jobs(screen, Jobs::in_groups), work)
    };
    let mut played = fs::read_to_string(&play.path).ok();
    let mut run = start();
    // The senders live as long as the program.
    loop {
        let next = match run.is_over() {
            true => happenings.recv().map_err(RecvTimeoutError::from),
            false => happenings.recv_timeout(Duration::from_secs(1)),
        };
        let happening = match next {
            Ok(happening) => happening,
            Err(RecvTimeoutError::Timeout) => {
                screen.remind();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return ExitCode::SUCCESS,
        };
        match happening {
            Happening::Saved => {
                // Away for a moment, while an editor puts a new one in its place: it is waited for.
                // One that is saved as it was needs no new run.
                let Ok(text) = fs::read_to_string(&play.path) else { continue };
                if played.as_ref() == Some(&text) {
                    continue;
                }
                played = Some(text);
                if run.is_yet_to_read_it() {
                    continue;
                }
                run.end();
                run = start();
            }
            Happening::Key(Key::Enter | Key::Char('r')) => {
                run.end();
                played = fs::read_to_string(&play.path).ok();
                run = start();
            }
            Happening::Key(Key::Char('q')) => end(run, screen, 0),
            // It comes as a key, and not as the signal that it would be otherwise.
            Happening::Key(Key::CtrlC) => end(run, screen, terminal::code_of_signal(2)),
            Happening::Key(_) => screen.show_keys(),
            Happening::End(code) => end(run, screen, code),
        }
    }
}

/// Ends the program, with this exit code.
pub(super) fn end(run: Run, screen: &Screen, code: i32) -> ! {
    run.abandon();
    screen.close();
    terminal::exit(code)
}
