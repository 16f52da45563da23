//! `cargo bench -p versus`: how fast Short Order is, next to the runtimes that people use.
//!
//! For each row and each round every runtime gets a fresh process, one after the other; the
//! table is of the medians. The programs are in `rows/`, and how each runtime does what they ask
//! for is in `runtimes/`.

#![forbid(unsafe_code)]
#![allow(clippy::duplicate_mod, reason = "the rows are compiled once for every runtime")]

mod clean_build;
mod command_line;
mod instructions;
mod load;
mod machine;
mod process;
mod readme;
mod rounds;
mod rows;
mod runtimes;
mod table;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use command_line::{CommandLine, Part};
use table::Extras;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match &command_line.part {
        Some(part) => play(part),
        None => match compare(&command_line) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

/// What the processes do that the comparison starts: they print one number.
fn play(part: &Part) -> ExitCode {
    let figure = match part {
        Part::Measure { runtime, row, size } => process::measure_here(runtime, row, *size),
        Part::Load { address, requests } => Some(load::run(*address, *requests)),
    };
    match figure {
        Some(figure) => {
            println!("{figure}");
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("error: there is no such runtime, or no such row of it");
            ExitCode::FAILURE
        }
    }
}

fn compare(command_line: &CommandLine) -> io::Result<()> {
    let rows: Vec<_> = rows::ALL.iter().filter(|row| command_line.wants(row.name)).collect();
    if rows.is_empty() {
        let names: Vec<_> = rows::ALL.iter().map(|row| row.name).collect();
        let filter = command_line.filter.join(" ");
        let error = format!("no row is called {filter:?}; there are: {}", names.join(", "));
        return Err(io::Error::new(io::ErrorKind::NotFound, error));
    }
    println!("{}\n", machine::describe().join("\n"));
    println!("ns or bytes each: the median of the rounds; less is better\n");
    let mut results = Vec::new();
    for row in rows {
        let result = rounds::measure(row, command_line);
        println!("{}", table::block(&result));
        results.push(result);
    }
    let mut extras = Extras::default();
    if command_line.instructions {
        extras.instructions = instructions::count()?;
        println!("{}\n", table::instructions(&extras));
    }
    if command_line.build {
        extras.builds = clean_build::measure()?;
        println!("{}\n", table::builds(&extras));
    }
    println!("{}", table::verdict(&results));
    if command_line.is_whole() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        std::fs::write(path, readme::write(&results, &extras, command_line))?;
        println!("written: tests/versus/README.md");
    } else {
        println!("tests/versus/README.md stands as it was: this was not the whole comparison");
    }
    Ok(())
}
