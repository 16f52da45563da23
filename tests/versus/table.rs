//! The results for a terminal.

use crate::clean_build::Build;
use crate::instructions::Counts;
use crate::rounds::Measurement;
use crate::rows::Unit;
use crate::runtimes::OURS;

/// What is measured only when asked for.
#[derive(Debug, Default)]
pub struct Extras {
    pub instructions: Vec<Counts>,
    pub builds: Vec<Build>,
}

/// What a terminal shows of a row: our figure, next to it the best of the others, then all.
pub fn block(result: &Measurement) -> String {
    let row = result.row;
    let (Some(ours), Some((best, theirs))) = (result.of(OURS), result.best_peer()) else {
        return format!("{}: not measured\n", row.name);
    };
    let verdict = if result.is_met() == Some(true) { "" } else { "MISSED" };
    let head = format!(
        "{:<8}{:<25}{:>10} to {:<22} x {:<5.2} goal {:<3} {verdict}",
        result.profile,
        row.name,
        with_unit(ours, row.unit),
        format!("{} of {best}", written(theirs, row.unit)),
        result.ratio().unwrap_or_default(),
        row.goal
    );
    let peers = result.medians.iter().filter(|(name, _)| *name != OURS);
    let peers = peers.map(|(name, median)| format!("{name} {}", written(*median, row.unit)));
    format!("{}\n{}\n", head.trim_end(), wrapped(peers))
}

pub fn instructions(extras: &Extras) -> String {
    let block = |Counts { row, of }: &Counts| {
        let counts = of.iter().map(|(name, count)| format!("{name} {count:.0}"));
        format!("instructions: {row}\n{}", wrapped(counts))
    };
    extras.instructions.iter().map(block).collect::<Vec<_>>().join("\n")
}

pub fn builds(extras: &Extras) -> String {
    let line = |Build { runtime, time, crates }: &Build| {
        format!("\n  {runtime:<6} {:>6.1} s {crates:>4} crates", time.as_secs_f64())
    };
    "clean build".to_owned() + &extras.builds.iter().map(line).collect::<String>()
}

/// The results of one profile.
pub fn of<'a>(results: &'a [Measurement], profile: &str) -> Vec<&'a Measurement> {
    results.iter().filter(|result| result.profile == profile).collect()
}

/// How many goals are met, and which are not.
pub fn verdict(results: &[&Measurement]) -> String {
    let missed: Vec<_> = results.iter().filter(|result| result.is_met() != Some(true)).collect();
    let met = results.len() - missed.len();
    let mut verdict = format!("{met} of {} goals are met.", results.len());
    for result in missed {
        let ratio = result.ratio().map_or("nothing".to_owned(), |ratio| format!("{ratio:.2}"));
        verdict += &format!("\n  missed: {}: {ratio} of {}", result.row.name, result.row.goal);
    }
    verdict
}

/// How a figure is written: no more digits than say something.
pub fn written(figure: f64, unit: Unit) -> String {
    let digits = if figure < 10.0 && unit == Unit::Nanoseconds { 1 } else { 0 };
    grouped(&format!("{figure:.digits$}"))
}

/// With a comma after each third digit of the whole part, from the right.
pub fn grouped(plain: &str) -> String {
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

pub fn with_unit(figure: f64, unit: Unit) -> String {
    let name = if unit == Unit::Bytes { "B" } else { "ns" };
    format!("{} {name}", written(figure, unit))
}

/// In lines of at most 80 columns, each with a margin.
fn wrapped(parts: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.len() + part.len() < 78 => *line += &format!(", {part}"),
            _ => lines.push(format!("  {part}")),
        }
    }
    lines.join("\n")
}
