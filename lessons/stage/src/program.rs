//! A program of one's own, played as a lesson is.

use std::panic::Location;
use std::process::{ExitCode, Termination};
use std::{fs, io};

use clap::Command;

use crate::{Options, Stage, interrupt, options, println};

/// Plays an async program as the lessons are played, with their options on its command line: what
/// `fn main` of a program of one's own calls. Returns its exit code.
///
/// ```no_run
/// use std::process::ExitCode;
/// use std::time::Duration;
///
/// async fn toast() {
///     stage::println!("Starting toast...");
///     timer::sleep(Duration::from_secs(1)).await;
/// }
///
/// fn main() -> ExitCode {
///     stage::main("kitchen", toast)
/// }
/// ```
///
/// A program that has got stuck has failed, as has one that returns an error; of both it says why.
///
/// # Panics
/// As the program does, once the picture of it is shown.
#[track_caller]
pub fn main<F>(name: &'static str, program: impl Fn() -> F) -> ExitCode
where
    F: Future<Output: Termination>,
{
    let about = format!("Plays {name}, a program on Short Order's event loop.");
    let mut command = Command::new(name).about(&about).args(options::arguments());
    command = command.after_help(options::VARIABLES);
    let arguments = command.get_matches_mut();
    if let Err(text) = Options::check(&arguments) {
        options::refuse(&mut command, &text);
    }
    let options = Options::of(&arguments);
    if let Some(page) = &options.page {
        // The file may be gone, or the program be called elsewhere: then there is none to show.
        let file = Location::caller().file();
        // Some editors end lines in another way.
        let text = fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
        page.program(name, &about, &[(file, &text)]);
    }
    if !options.plain && !options.step {
        // Without it Ctrl+C does what it always does.
        let _ = interrupt::show_at_the_end();
    }
    let mut first = 0;
    loop {
        let mut stage = Stage::begin(name, &options, first, None);
        let played = stage.scene_of(name, |_clock| program());
        if let Some(step) = stage.is_to_go_back() {
            first = step;
            continue;
        }
        if !options.plain {
            println!();
            stage.show_figures();
            options.show_files();
        }
        return match played {
            Ok(Some(output)) => output.report(),
            Ok(None) => ExitCode::FAILURE,
            Err(error) => {
                anstream::eprintln!("error: {}", no_loop(&error));
                ExitCode::FAILURE
            }
        };
    }
}

/// What to say, and what to do, when there can be no loop.
pub fn no_loop(error: &io::Error) -> String {
    format!(
        "an event loop could not be made: {error}\n\n\
         Close files or programs, or allow more of them (`ulimit -n`), and try again."
    )
}
