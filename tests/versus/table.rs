//! The results in words and columns: for a terminal, and for the README.

use std::fmt::Write;

use crate::clean_build::Build;
use crate::command_line::CommandLine;
use crate::machine;
use crate::rounds::{ASYNCIO, Measurement, written};
use crate::rows::Unit;
use crate::runtimes::{self, OURS};

/// What a terminal shows of a row: our figure, and next to it the best of the others.
pub fn block(result: &Measurement) -> String {
    let row = result.row;
    let figure = |figure| written(figure, row.unit);
    let (Some(ours), Some((best, theirs))) = (result.of(OURS), result.best_peer()) else {
        return format!("{}: not measured\n", row.name);
    };
    let unit = if row.unit == Unit::Bytes { "B" } else { "ns" };
    let against = format!("{} of {best}", figure(theirs));
    let verdict = if result.is_met() == Some(true) { "" } else { "MISSED" };
    let ratio = result.ratio().unwrap_or_default();
    let mut block = format!(
        "{:<25}{:>8} {unit:<2} to {against:<21} x {ratio:<5.2} goal {:<3} {verdict}",
        row.name,
        figure(ours),
        row.goal
    );
    let mut line = String::new();
    for (name, median) in result.medians.iter().filter(|(name, _)| *name != OURS) {
        let peer = format!("{name} {}", figure(*median));
        if line.is_empty() || line.len() + peer.len() > 74 {
            line = format!("  {peer}");
            block += "\n";
            block += &line;
        } else {
            line += &format!(", {peer}");
            write!(block, ", {peer}").expect("a string takes all that is written");
        }
    }
    block.trim_end().to_owned() + "\n"
}

pub fn builds(builds: &[Build]) -> String {
    let mut lines = "clean build".to_owned();
    for Build { runtime, time, crates } in builds {
        lines += &format!("\n  {runtime:<6} {:>6.1} s {crates:>4} crates", time.as_secs_f64());
    }
    lines + "\n"
}

/// How many goals are met, and which are not.
pub fn verdict(results: &[Measurement]) -> String {
    let missed: Vec<_> = results.iter().filter(|result| result.is_met() != Some(true)).collect();
    let met = results.len() - missed.len();
    let mut verdict = format!("{met} of {} goals are met.", results.len());
    for result in missed {
        let ratio = result.ratio().map_or("nothing".to_owned(), |ratio| format!("{ratio:.2}"));
        verdict += &format!("\n  missed: {}: {ratio} of {}", result.row.name, result.row.goal);
    }
    verdict
}

/// `tests/versus/README.md`.
pub fn readme(results: &[Measurement], builds: &[Build], command_line: &CommandLine) -> String {
    let mut machine = machine::describe();
    machine.push(format!("crates: {}", machine::crates().join(", ")));
    machine.push(format!("command: `{}`", command_line.written()));
    let machine: String = machine.iter().map(|line| format!("- {line}\n")).collect();
    let rounds = results.iter().map(|result| result.rounds).max().unwrap_or_default();
    include_str!("readme_template.md")
        .replace("{machine}", machine.trim_end())
        .replace("{rounds}", &rounds.to_string())
        .replace("{table}", &goals(results))
        .replace("{verdict}", &verdict(results).replace("\n  missed:", "\n- missed:"))
        .replace("{all}", &everybody(results))
        .replace("{meanings}", &meanings(results))
        .replace("{builds}", &clean_builds(builds))
}

fn goals(results: &[Measurement]) -> String {
    let mut table = "| row | ours | best of the others | ratio | in the rounds | goal | |\n\
                     |---|--:|--:|--:|--:|--:|---|\n"
        .to_owned();
    for result in results {
        let row = result.row;
        let (Some(ours), Some((best, theirs))) = (result.of(OURS), result.best_peer()) else {
            table += &format!("| {} | not measured |\n", row.name);
            continue;
        };
        let unit = if row.unit == Unit::Bytes { "B" } else { "ns" };
        let (from, to) = result.ratio_from_to().unwrap_or_default();
        let verdict = if result.is_met() == Some(true) { "met" } else { "**missed**" };
        table += &format!(
            "| {} | {} {unit} | {best} {} {unit} | {:.2} | {from:.2}–{to:.2} | {} | {verdict} |\n",
            row.name,
            written(ours, row.unit),
            written(theirs, row.unit),
            result.ratio().unwrap_or_default(),
            row.goal,
        );
    }
    table.trim_end().to_owned()
}

fn everybody(results: &[Measurement]) -> String {
    let names = runtimes::ALL.iter().map(|runtime| runtime.name).chain([ASYNCIO]);
    let names: Vec<_> = names.collect();
    let mut table = format!("| row | {} |\n|---|{}", names.join(" | "), "--:|".repeat(names.len()));
    for result in results {
        table += &format!("\n| {} |", result.row.name);
        for name in &names {
            let cell = result.of(name).map(|figure| written(figure, result.row.unit));
            table += &format!(" {} |", cell.as_deref().unwrap_or("–"));
        }
    }
    table
}

fn meanings(results: &[Measurement]) -> String {
    let meaning =
        |result: &Measurement| format!("| {} | {} |", result.row.name, result.row.meaning);
    let lines: Vec<_> = results.iter().map(meaning).collect();
    format!("| row | what one is |\n|---|---|\n{}", lines.join("\n"))
}

fn clean_builds(builds: &[Build]) -> String {
    if builds.is_empty() {
        return "Not measured this time: it takes `cargo bench -p versus -- --build`.".to_owned();
    }
    let mut table = "| | time | crates |\n|---|--:|--:|".to_owned();
    for Build { runtime, time, crates } in builds {
        table += &format!("\n| {runtime} | {:.1} s | {crates} |", time.as_secs_f64());
    }
    table
}
