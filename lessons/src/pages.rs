//! `page DIR`: a page for each lesson, and one that lists them, for a web server or a double click.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use stage::{Options, Pace, PageFile, output};

use crate::lesson::{Clocks, Lesson};

/// Writes them. The directory is made if it is not there.
pub(crate) fn write(directory: &Path, lessons: &[&Lesson]) -> ExitCode {
    match write_all(directory, lessons) {
        Ok(()) => {
            println!("{}: open it in a browser", directory.join("index.html").display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            anstream::eprintln!(
                "error: the pages could not be written into {} ({error}): name a directory that \
                 may be written to",
                directory.display()
            );
            ExitCode::FAILURE
        }
    }
}

fn write_all(directory: &Path, lessons: &[&Lesson]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut entries = Vec::new();
    for lesson in lessons {
        let name = format!("{}.html", lesson.name);
        let page = PageFile::create(&directory.join(&name).to_string_lossy());
        let (pace, by) = match lesson.clocks {
            Clocks::All => (Pace::Simulated, "a simulated clock"),
            Clocks::Real(_) => (Pace::Scaled(10.0), "a clock ten times as fast"),
            Clocks::Measured => (Pace::Real, "the real clock"),
        };
        println!("{name}, by {by}");
        let options = Options { pace, plain: true, page: Some(page), ..Options::default() };
        // What it prints is in the page.
        let mut outcome = Ok(());
        output::capture(|| outcome = lesson.perform(&options));
        outcome?;
        entries.push((name, lesson.name, lesson.title, by));
    }
    fs::write(directory.join("index.html"), stage::page_index("Short Order", &entries))
}
