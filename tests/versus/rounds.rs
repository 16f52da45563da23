//! The rounds of a row, and what comes of them.

use crate::command_line::CommandLine;
use crate::profiles::Profile;
use crate::rows::Row;
use crate::runtimes::{self, OURS};
use crate::{machine, process};

pub const ASYNCIO: &str = "asyncio";
/// Python is slow enough to be measured with fewer operations.
const ASYNCIO_DIVISOR: u64 = 20;

/// A row with its figures.
#[derive(Debug)]
pub struct Measurement {
    pub row: &'static Row,
    pub profile: &'static str,
    pub rounds: usize,
    /// Each runtime that has the row, and the median of its rounds. Ours is the first.
    pub medians: Vec<(&'static str, f64)>,
    /// The ratio in each round, in ascending order.
    ratios: Vec<f64>,
}

impl Measurement {
    pub fn of(&self, runtime: &str) -> Option<f64> {
        self.medians.iter().find(|(name, _)| *name == runtime).map(|(_, median)| *median)
    }

    /// The best of the others.
    pub fn best_peer(&self) -> Option<(&'static str, f64)> {
        let peers = self.medians.iter().copied().filter(|(name, _)| *name != OURS);
        peers.min_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    /// How many times better than the best of the others we are.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.best_peer()?.1 / self.of(OURS)?)
    }

    /// The same in the rounds that were worst and best for us.
    pub fn ratio_from_to(&self) -> Option<(f64, f64)> {
        Some((*self.ratios.first()?, *self.ratios.last()?))
    }

    pub fn is_met(&self) -> Option<bool> {
        self.ratio().map(|ratio| ratio >= self.row.goal)
    }
}

/// Measures all runtimes in turn, round after round.
pub fn measure(row: &'static Row, profile: &Profile, command_line: &CommandLine) -> Measurement {
    let rounds = match command_line.quick {
        true => 1,
        false => usize::from(command_line.rounds).min(row.at_most_rounds),
    };
    let size = if command_line.quick { row.quick } else { row.size };
    let mut runtimes: Vec<_> = runtimes::ALL.iter().filter(|it| it.has(row.name)).collect();
    runtimes.retain(|runtime| runtime.name != "monoio uring" || machine::has_io_uring());
    let mut names: Vec<_> = runtimes.iter().map(|runtime| runtime.name).collect();
    if machine::python().is_some() && row.name != "hyper hello" {
        names.push(ASYNCIO);
    }
    let figures = in_turn(rounds, names.len(), |runtime| {
        let figure = one(profile, names[runtime], row, size);
        figure.map_err(|error| format!("{} in {:?}: {error}", names[runtime], row.name))
    });
    let ratios = ratios(&figures);
    let medians = names.into_iter().zip(figures.into_iter().map(median));
    let medians = medians.filter_map(|(name, median)| Some((name, median?))).collect();
    Measurement { row, profile: profile.name, rounds, medians, ratios }
}

/// The figures of each of so many, measured in turn, round after round.
pub fn in_turn(
    rounds: usize,
    many: usize,
    measure: impl Fn(usize) -> Result<f64, String>,
) -> Vec<Vec<f64>> {
    let mut figures = vec![Vec::new(); many];
    for round in 0..rounds {
        // Somebody else begins each time.
        for turn in 0..many {
            let which = (turn + round) % many;
            match measure(which) {
                Ok(figure) => figures[which].push(figure),
                Err(error) => eprintln!("warning: {error}"),
            }
        }
    }
    figures
}

fn one(profile: &Profile, runtime: &str, row: &Row, size: u64) -> std::io::Result<f64> {
    if runtime != ASYNCIO {
        return process::measure(&profile.program, runtime, row.name, size);
    }
    let size = if row.fixed { size } else { size / ASYNCIO_DIVISOR };
    process::measure_asyncio(row.name, size)
}

/// In each round: the best of the others to ours.
fn ratios(figures: &[Vec<f64>]) -> Vec<f64> {
    let Some((ours, peers)) = figures.split_first() else { return Vec::new() };
    let best = |round| peers.iter().filter_map(|peer| peer.get(round)).copied().reduce(f64::min);
    let rounds = ours.iter().enumerate();
    let mut ratios: Vec<f64> =
        rounds.filter_map(|(round, ours)| Some(best(round)? / ours)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios
}

pub fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(figures[middle]),
        _ => Some((figures[middle - 1] + figures[middle]) / 2.0),
    }
}
