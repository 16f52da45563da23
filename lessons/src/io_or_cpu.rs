//! Which tool is for which work: ten jobs of each of four kinds, done in each of four ways.

mod advice;
mod database;
mod files;
mod heart;
mod job;
mod network;
mod primes;
mod setup;
mod table;
mod worker;

use std::io;

use executor::{gather_all, spawn_blocking};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look};

use heart::next_to_a_heart;
use job::{Answer, Job, Kind};
use setup::Setup;
use table::Table;

pub(crate) use worker::work;

/// One after the other, on the loop: asyncio's `await` in a `for`.
async fn one_by_one(jobs: Vec<Job>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for job in jobs {
        answers.push(job.on_the_loop().await);
    }
    answers
}

/// All at the same time, on the loop: asyncio's `gather`.
async fn gathered(jobs: Vec<Job>) -> Vec<Answer> {
    gather_all(jobs.into_iter().map(Job::on_the_loop)).await
}

/// Each on a thread of the pool: asyncio's `to_thread`.
async fn in_threads(jobs: Vec<Job>) -> Vec<Answer> {
    let handles = jobs.into_iter().map(|job| spawn_blocking(move || job.block()));
    let answers = gather_all(handles).await.into_iter();
    answers.map(|answer| answer.expect("a job neither panics nor is aborted")).collect()
}

/// Each in a process of its own, for the end of which a thread of the pool waits: asyncio's
/// `run_in_executor` with a `ProcessPoolExecutor`, which keeps its processes.
async fn in_processes(jobs: Vec<Job>) -> Vec<Answer> {
    let handles = jobs.into_iter().map(|job| spawn_blocking(move || worker::hand_over(&job)));
    let answers = gather_all(handles).await.into_iter();
    answers.map(|answer| answer.expect("a job neither panics nor is aborted")).collect()
}

/// The columns of the table.
#[derive(Clone, Copy)]
enum Way {
    OneByOne,
    Gathered,
    InThreads,
    InProcesses,
}

impl Way {
    const ALL: [Self; 4] = [Self::OneByOne, Self::Gathered, Self::InThreads, Self::InProcesses];

    fn name(self) -> &'static str {
        match self {
            Self::OneByOne => "one by one",
            Self::Gathered => "gathered",
            Self::InThreads => "in threads",
            Self::InProcesses => "in processes",
        }
    }

    /// Does the jobs in this way.
    async fn go(self, jobs: Vec<Job>) -> Vec<Answer> {
        match self {
            Self::OneByOne => one_by_one(jobs).await,
            Self::Gathered => gathered(jobs).await,
            Self::InThreads => in_threads(jobs).await,
            Self::InProcesses => in_processes(jobs).await,
        }
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    let setup = Setup::new();
    let mut table = Table::begin();
    for kind in Kind::ALL {
        table.begin_row(kind);
        for way in Way::ALL {
            let title = format!("{}, {}", kind.name(), way.name());
            let program = next_to_a_heart(way.go(setup.jobs(kind)));
            table.cell(&title, &stage.measure(&title, program)?);
        }
        table.end_row();
    }
    table.end();
    advice::give();
    Ok(())
}

/// The lesson `io-or-cpu`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "io-or-cpu",
    title: "what async is for, and what threads and processes are for",
    watch: "\
Ten jobs of each kind, done in four ways, next to a heart that is to beat every
0.01 seconds. Watch how long the jobs took, and how late the heart was at worst.",
    clocks: Clocks::Measured,
    play,
    rust: include_str!("io_or_cpu.rs"),
    python: Twin::Program(include_str!("../python/io_or_cpu.py")),
    evening: Evening::Begin,
    minutes: 15,
    look: &[look!("lessons/src/io_or_cpu/job.rs", "on_the_loop", "who awaits")],
    change: "\
let one_by_one sleep for a millisecond after each job. Which figures change?",
};
