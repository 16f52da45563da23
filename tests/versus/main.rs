//! `cargo bench -p versus`: how fast Short Order is, next to the runtimes that people use.
//!
//! For each row and each round every runtime gets a fresh process, one after the other; the
//! table is of the medians. The programs are in `rows/`, and how each runtime does what they ask
//! for is in `runtimes/`. A second table, next to very many idle tasks, is made by `idle/`.

#![forbid(unsafe_code)]
#![allow(clippy::duplicate_mod, reason = "the rows are compiled once for every runtime")]

mod clean_build;
mod command_line;
mod idle;
mod instructions;
mod load;
mod machine;
mod process;
mod profiles;
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
    let done = match &command_line.part {
        None => compare(&command_line),
        Some(Part::Idle(command_line)) => idle::compare(command_line),
        // What the processes do that the comparison starts: they print one number.
        Some(Part::Measure { runtime, row, size }) => {
            process::measure_here(runtime, row, *size).map(|figure| println!("{figure}"))
        }
        Some(Part::MeasureBeside { runtime, row, idle, count }) => {
            let figure = process::measure_beside_here(runtime, row, *idle, *count);
            figure.map(|figure| println!("{figure}"))
        }
        Some(Part::Load { address, requests }) => {
            println!("{}", load::run(*address, *requests));
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
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
    let mut profiles = vec![profiles::own()?];
    if !command_line.quick {
        profiles.push(profiles::release()?);
    }
    let mut results = Vec::new();
    for row in rows {
        for profile in &profiles {
            let result = rounds::measure(row, profile, command_line);
            println!("{}", table::block(&result));
            results.push(result);
        }
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
    for profile in &profiles {
        println!("{}: {}", profile.name, table::verdict(&table::of(&results, profile.name)));
    }
    if command_line.is_whole() {
        readme::write(&results, &profiles, &extras, command_line)?;
        println!("written: tests/versus/README.md");
    } else {
        println!("tests/versus/README.md stands as it was: this was not the whole comparison");
    }
    Ok(())
}
