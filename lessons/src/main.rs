//! The lessons of Short Order: programs that run on its event loop and show how it works.
//!
//! Each lesson is a file of its own next to this one. Its upper part is the program, which mirrors
//! the asyncio program of the same name in `lessons/python`. What stands around the programs (the
//! pictures, stories, steps and files) is a library, in `lessons/stage`. `own/` has `try FILE.rs`,
//! which plays other programs in the same way, `sandbox`, a page to write them in, and `exercise`.
//! `ladder/` has the ladder of small executors; the rungs themselves are in `lessons/ladder`.
//!
//! A new lesson:
//!
//! 1. Copy `hello.rs`, and change the program, and the `LESSON` at its end.
//! 2. Here, add it as a `mod`, and to `LESSONS`: evening by evening.
//! 3. Write its twin, `lessons/python/NAME.py`, that prints the same. Where asyncio has nothing like
//!    it, `Twin::None` says so in a sentence.
//! 4. `cargo test -p lessons` says what does not fit the screen.
//! 5. `UPDATE_EXPECT=1 cargo test -p tests --test lessons` writes down what it prints: read that.
//! 6. Make the change that it proposes in both languages, in `tests/lessons/tries`.
//! 7. The same tests, without `UPDATE_EXPECT=1`, say which lists of lessons want its name.

#![forbid(unsafe_code)]
#![debugger_visualizer(gdb_script_file = "../tour/tour.py")]

mod blocking;
mod breakfast;
mod cancel;
mod channel;
mod collect;
mod command_line;
mod course;
mod debug;
mod dinner;
mod echo;
mod errors;
mod fairness;
mod fetch;
mod files;
mod hello;
mod io_or_cpu;
mod ladder;
mod lesson;
mod locks;
mod lost_wake_up;
mod mistyped;
mod nested;
mod own;
mod pages;
mod ps;
mod reactor;
mod sources;
mod spawn;
mod stuck;
mod tour;
mod waker;
mod wheel;

use std::io;
use std::process::ExitCode;

use command_line::{Request, command_line};
use lesson::Lesson;
use stage::{Options, println};

/// All lessons, in the order in which to take them.
const LESSONS: &[&Lesson] = &[
    &dinner::LESSON,
    &hello::LESSON,
    &breakfast::LESSON,
    &spawn::LESSON,
    &blocking::LESSON,
    &fetch::LESSON,
    &io_or_cpu::LESSON,
    &waker::LESSON,
    &stuck::LESSON,
    &lost_wake_up::LESSON,
    &cancel::LESSON,
    &errors::LESSON,
    &collect::LESSON,
    &locks::LESSON,
    &channel::LESSON,
    &nested::LESSON,
    &fairness::LESSON,
    &wheel::LESSON,
    &files::LESSON,
    &echo::LESSON,
    &reactor::LESSON,
];

/// What a bare `cargo run` plays.
const SAMPLE: &[&Lesson] = &[&breakfast::LESSON, &blocking::LESSON];

fn main() -> ExitCode {
    let (request, options) = command_line(LESSONS);
    let outcome = match request {
        Request::Sample => play_sample(&options),
        Request::List => {
            course::list();
            Ok(())
        }
        Request::Source { lesson, rust, python } => {
            sources::print(lesson, rust, python);
            Ok(())
        }
        Request::Play(lesson) => lesson.perform(&options).map(|()| options.show_files()),
        Request::Debug(lesson, options) => debug::debug(lesson, &options),
        Request::Try { file, options, watch } => {
            let play = if watch { own::watch } else { own::play };
            return play(file.as_deref(), &options);
        }
        Request::DebugFile(file, options) => return own::debug(&file, &options),
        Request::Exercise(options) => return own::exercises::start(&options),
        Request::Sandbox(options) => return own::sandbox::serve(&options),
        Request::Ladder(options) => {
            ladder::climb(&options);
            Ok(())
        }
        Request::Supervise(arguments) => return own::supervisor::supervise(&arguments),
        Request::Tour => {
            tour::start();
            Ok(())
        }
        Request::Ps(process) => return ps::look_at(process),
        Request::Pages(directory) => return pages::write(&directory, LESSONS),
        Request::Work(job) => return io_or_cpu::work(&job),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {}", stage::no_loop(&error));
            ExitCode::FAILURE
        }
    }
}

fn play_sample(options: &Options) -> io::Result<()> {
    for lesson in SAMPLE {
        lesson.perform(options)?;
        if !options.plain {
            println!();
        }
    }
    if !options.plain {
        course::name_the_others(SAMPLE);
        println!(
            "`cargo run -- NAME` plays one of them, `cargo run -- try` a program of your own."
        );
        println!("`cargo run -- --help` names the options.");
        options.show_files();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
