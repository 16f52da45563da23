//! `try FILE.rs --watch`: plays the program again each time it is saved.
//!
//! What happens (a save, a key, a signal, the end of a run) comes to one place, the loop below, on
//! the main thread. A run has a thread of its own, which builds, plays and shows. The next run does
//! not begin before it is over: so there are never two, and it can be ended at every moment.

mod run;
mod saves;
mod screen;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::{fs, thread};

use stage::terminal::{self, Key, Keyboard};

use super::Failure;
use run::Run;
use screen::Screen;

/// What can happen.
enum Happening {
    /// The file was written to, or replaced, or has gone.
    Saved,
    /// A key was pressed.
    Key(Key),
    /// The end is asked for, and this is to be the exit code.
    End(i32),
}

/// Watches the file, and plays it with these options, until the end is asked for.
pub(super) fn watch(path: &Path, options: &[OsString]) -> ExitCode {
    match begin(path) {
        Ok((screen, happenings)) => go_on(path, options, &screen, &happenings),
        Err(failure) => failure.tell(),
    }
}

fn begin(path: &Path) -> Result<(Screen, mpsc::Receiver<Happening>), Failure> {
    let (tell, happenings) = mpsc::channel();
    saves::watch(path, tell.clone())?;
    let refused = |error| Failure::Said(format!("the terminal could not be used: {error}"));
    let end = tell.clone();
    terminal::when_told_to_end(move |signal| {
        let _ = end.send(Happening::End(terminal::code_of_signal(signal)));
    })
    .map_err(refused)?;
    let keyboard = Keyboard::take().map_err(refused)?;
    let screen = Screen::new(path, keyboard.is_some());
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

fn go_on(
    path: &Path,
    options: &[OsString],
    screen: &Screen,
    happenings: &mpsc::Receiver<Happening>,
) -> ExitCode {
    let mut played = fs::read_to_string(path).ok();
    let mut run = Run::start(path, options, screen);
    // The senders live as long as the program.
    while let Ok(happening) = happenings.recv() {
        match happening {
            Happening::Saved => {
                // Away for a moment, while an editor puts a new one in its place: it is waited for.
                // One that is saved as it was needs no new run.
                let Ok(text) = fs::read_to_string(path) else { continue };
                if played.as_ref() == Some(&text) {
                    continue;
                }
                played = Some(text);
                if run.is_yet_to_read_it() {
                    continue;
                }
                run.end();
                run = Run::start(path, options, screen);
            }
            Happening::Key(Key::Enter | Key::Char('r')) => {
                run.end();
                played = fs::read_to_string(path).ok();
                run = Run::start(path, options, screen);
            }
            Happening::Key(Key::Char('q')) => end(run, screen, 0),
            // It comes as a key, and not as the signal that it would be otherwise.
            Happening::Key(Key::CtrlC) => end(run, screen, terminal::code_of_signal(2)),
            Happening::Key(_) => screen.show_keys(),
            Happening::End(code) => end(run, screen, code),
        }
    }
    ExitCode::SUCCESS
}

fn end(run: Run, screen: &Screen, code: i32) -> ! {
    run.abandon();
    screen.close();
    terminal::exit(code)
}
