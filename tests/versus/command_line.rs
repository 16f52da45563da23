//! The command line.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

/// Measures Short Order and the runtimes that people use, row by row, and writes
/// tests/versus/README.md.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench -p versus --", args_conflicts_with_subcommands = true)]
pub struct CommandLine {
    /// Only rows whose names contain one of these; the README then stays as it is
    pub filter: Vec<String>,
    /// How often each runtime is measured in each row
    #[arg(long, default_value_t = ROUNDS, value_parser = clap::value_parser!(u16).range(1..))]
    pub rounds: u16,
    /// A look in well under a minute, which says little; the README stays as it is
    #[arg(long)]
    pub quick: bool,
    /// Builds programs on three runtimes from nothing, too, which takes minutes
    #[arg(long)]
    pub build: bool,
    /// Counts instructions, too, which takes valgrind
    #[arg(long)]
    pub instructions: bool,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    pub part: Option<Part>,
}

pub const COMMAND: &str = "cargo bench -p versus";
const ROUNDS: u16 = 5;

#[derive(Debug, Subcommand)]
pub enum Part {
    /// Measures what a turn costs next to many tasks, timers and connections that only wait
    Idle(Idle),
    /// One runtime in one row
    #[command(hide = true)]
    Measure { runtime: String, row: String, size: u64 },
    /// One runtime in one row next to so many idle ones
    #[command(hide = true)]
    MeasureBeside { runtime: String, row: String, idle: crate::idle::Idle, count: u64 },
    /// The clients of an HTTP server
    #[command(hide = true)]
    Load { address: SocketAddr, requests: u64 },
}

/// The command line of the second table.
#[derive(Args, Debug)]
pub struct Idle {
    /// Only rows whose names contain one of these; the README then stays as it is
    pub filter: Vec<String>,
    /// How often each figure is measured
    #[arg(long, default_value_t = ROUNDS, value_parser = clap::value_parser!(u16).range(1..))]
    pub rounds: u16,
    /// One round, and only a hundredth of the idle ones; the README stays as it is
    #[arg(long)]
    pub quick: bool,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

impl Idle {
    pub fn wants(&self, row: &str) -> bool {
        is_wanted(&self.filter, row)
    }

    pub fn rounds(&self) -> usize {
        if self.quick { 1 } else { self.rounds.into() }
    }

    /// Whether it is everything that the README shows.
    pub fn is_whole(&self) -> bool {
        self.filter.is_empty() && !self.quick
    }

    /// How to ask for the same again.
    pub fn written(&self) -> String {
        match self.rounds {
            ROUNDS => format!("{COMMAND} -- idle"),
            rounds => format!("{COMMAND} -- idle --rounds {rounds}"),
        }
    }
}

fn is_wanted(filter: &[String], row: &str) -> bool {
    filter.is_empty() || filter.iter().any(|part| row.contains(part))
}

impl CommandLine {
    pub fn wants(&self, row: &str) -> bool {
        is_wanted(&self.filter, row)
    }

    /// Whether it is everything that the README shows, but perhaps for the clean builds.
    pub fn is_whole(&self) -> bool {
        self.filter.is_empty() && !self.quick
    }

    /// How to ask for the same again.
    pub fn written(&self) -> String {
        let rounds = (self.rounds != ROUNDS).then(|| format!("--rounds {}", self.rounds));
        let build = self.build.then(|| "--build".to_owned());
        let instructions = self.instructions.then(|| "--instructions".to_owned());
        let options: Vec<_> = [rounds, build, instructions].into_iter().flatten().collect();
        match options.as_slice() {
            [] => COMMAND.to_owned(),
            options => format!("{COMMAND} -- {}", options.join(" ")),
        }
    }
}
