//! The second table for a terminal and for the README.

use super::{ALL, FLAT, Line, ROWS, growth};
use crate::command_line::Idle as CommandLine;
use crate::machine;
use crate::rows::Unit::Nanoseconds;
use crate::runtimes::PEER;
use crate::table::{grouped, written};

/// The first line that a terminal shows, for `line`.
pub fn head(counts: &[u64]) -> String {
    let counts: String =
        counts.iter().map(|count| format!("{:>12}", grouped(&count.to_string()))).collect();
    format!("{:<18}{counts}    growth   {PEER}'s", "")
}

/// A row for a terminal.
pub fn line(line: &Line) -> String {
    let figures: String =
        line.ours.iter().map(|(_, figure)| format!("{:>12}", cell(*figure))).collect();
    let growths = format!("{:>10}{:>10}", times(growth(&line.ours)), times(growth(&line.peers)));
    format!("{:<18}{figures}{growths}{}", line.row, if line.is_flat() { "" } else { "  NOT FLAT" })
}

/// How many rows are flat, and which are not.
pub fn verdict(lines: &[Line]) -> String {
    let (flat, steep): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.is_flat());
    let mut verdict = format!("{} of {} rows are flat, within {FLAT}.", flat.len(), lines.len());
    for line in steep {
        let growth = times(growth(&line.ours));
        verdict += &format!("\n  not flat: {}, {}: {growth}", line.row, line.idle);
    }
    verdict
}

/// All that the README shows of it.
pub fn section(lines: &[Line], descriptors: u64, command_line: &CommandLine) -> String {
    let mut machine = machine::describe();
    machine.push(format!("descriptors: {}", grouped(&descriptors.to_string())));
    machine.push(format!("command: `{}`", command_line.written()));
    let mut section: String = machine.iter().map(|line| format!("- {line}\n")).collect();
    for &(idle, meaning) in ALL {
        let lines: Vec<_> = lines.iter().filter(|line| line.idle == idle).collect();
        section += &format!("\n### {idle}: {meaning}\n\n{}\n", markdown(&lines));
    }
    let verdict = verdict(lines);
    section += &format!("\n{}\n", verdict.lines().next().unwrap_or_default());
    section += "\n| row | |\n|---|---|\n";
    section.extend(ROWS.iter().map(|(row, meaning)| format!("| {row} | {meaning} |\n")));
    section
}

fn markdown(lines: &[&Line]) -> String {
    let Some(first) = lines.first() else { return String::new() };
    let counts = |figures: &[(u64, Option<f64>)]| -> Vec<_> {
        figures.iter().map(|(count, _)| grouped(&count.to_string())).collect()
    };
    let (ours, peers) = (counts(&first.ours), counts(&first.peers));
    let mut table = format!(
        "| row | {} | growth | | {PEER} {} | growth |\n|---|{}--:|---|{}--:|",
        ours.join(" | "),
        peers.join(&format!(" | {PEER} ")),
        "--:|".repeat(ours.len()),
        "--:|".repeat(peers.len()),
    );
    for line in lines {
        let cells = |figures: &[(u64, Option<f64>)]| -> String {
            let growth = times(growth(figures));
            let cells = figures.iter().map(|(_, figure)| format!(" {} |", cell(*figure)));
            cells.collect::<String>() + &format!(" {growth} |")
        };
        let verdict = if line.is_flat() { "flat" } else { "**not flat**" };
        let (ours, peers) = (cells(&line.ours), cells(&line.peers));
        table += &format!("\n| {} |{ours} {verdict} |{peers}", line.row);
    }
    table
}

fn cell(figure: Option<f64>) -> String {
    figure.map_or("–".to_owned(), |figure| written(figure, Nanoseconds))
}

fn times(growth: Option<f64>) -> String {
    growth.map_or("–".to_owned(), |growth| format!("{growth:.2}"))
}
