//! The lessons of Short Order: programs that run on its event loop and show how it works.
//!
//! Each lesson is a file of its own next to this one: `dinner.rs`, `hello.rs`, `breakfast.rs`,
//! `blocking.rs`, `stuck.rs`, `fetch.rs`, `io_or_cpu.rs`, `echo.rs`. Its upper part is the
//! program, which mirrors the asyncio program of the same name in `lessons/python`. What stands
//! around the programs (the command line, the pictures, the figures) is in `stage/`.

#![forbid(unsafe_code)]
#![debugger_visualizer(gdb_script_file = "../tour/tour.py")]

mod blocking;
mod breakfast;
mod command_line;
mod debug;
mod dinner;
mod echo;
mod fetch;
mod hello;
mod io_or_cpu;
mod lesson;
mod own;
mod stuck;
mod tour;

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
    &blocking::LESSON,
    &stuck::LESSON,
    &fetch::LESSON,
    &io_or_cpu::LESSON,
    &echo::LESSON,
];

/// What a bare `cargo run` plays.
const SAMPLE: &[&Lesson] = &[&breakfast::LESSON, &blocking::LESSON];

fn main() -> ExitCode {
    let (request, options) = command_line(LESSONS);
    let outcome = match request {
        Request::Sample => play_sample(&options),
        Request::List => {
            list(LESSONS.iter());
            Ok(())
        }
        Request::Python(lesson) => {
            stage::print!("{}", lesson.python);
            Ok(())
        }
        Request::Play(lesson) => lesson.perform(&options),
        Request::Debug(lesson, options) => debug::debug(lesson, &options),
        Request::Try { file, options, watch } => {
            let play = if watch { own::watch } else { own::play };
            return play(file.as_deref(), &options);
        }
        Request::DebugFile(file, options) => return own::debug(&file, &options),
        Request::Tour => {
            tour::start();
            Ok(())
        }
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
        println!("The other lessons:");
        list(
            LESSONS.iter().filter(|lesson| SAMPLE.iter().all(|sample| sample.name != lesson.name)),
        );
        println!("`cargo run -- NAME` plays one of them, `cargo run -- --help` names the options.");
    }
    Ok(())
}

fn list<'a>(lessons: impl Iterator<Item = &'a &'static Lesson>) {
    for lesson in lessons {
        println!("  {:<10} {}", lesson.name, lesson.title);
    }
    println!("  {:<10} {}", "tour", tour::TITLE);
}

#[cfg(test)]
mod tests;
