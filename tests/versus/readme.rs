//! The results for the README.

use std::fs;
use std::io;
use std::ops::Range;

use crate::clean_build::Build;
use crate::command_line::{COMMAND, CommandLine};
use crate::machine;
use crate::profiles::Profile;
use crate::rounds::{ASYNCIO, Measurement};
use crate::runtimes::{self, OURS};
use crate::table::{Extras, of, verdict, with_unit, written};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Writes `tests/versus/README.md`; the table of the idle ones stays as it is there.
///
/// # Errors
/// What the system reports.
pub fn write(
    results: &[Measurement],
    profiles: &[Profile],
    extras: &Extras,
    command_line: &CommandLine,
) -> io::Result<()> {
    let mut readme = text(results, profiles, extras, command_line);
    let old = fs::read_to_string(PATH)?;
    if let Some((place, idle)) = place_of_idle(&readme).zip(place_of_idle(&old)) {
        readme.replace_range(place, &old[idle]);
    }
    fs::write(PATH, readme)
}

/// Writes the table of the idle ones into it; all else stays as it is there.
///
/// # Errors
/// When there is no place for it; what the system reports.
pub fn put_idle(section: &str) -> io::Result<()> {
    let mut readme = fs::read_to_string(PATH)?;
    let place = place_of_idle(&readme).ok_or_else(|| {
        let error = format!("{PATH} has no place for the table: write it all with {COMMAND}");
        io::Error::new(io::ErrorKind::NotFound, error)
    })?;
    readme.replace_range(place, &format!("\n{section}"));
    fs::write(PATH, readme)
}

fn place_of_idle(readme: &str) -> Option<Range<usize>> {
    const BEGIN: &str = "<!-- idle -->";
    const END: &str = "<!-- end of idle -->";
    let begin = readme.find(BEGIN)? + BEGIN.len();
    Some(begin..begin + readme[begin..].find(END)?)
}

fn text(
    results: &[Measurement],
    profiles: &[Profile],
    extras: &Extras,
    command_line: &CommandLine,
) -> String {
    let mut machine = machine::describe();
    machine.push(format!("crates: {}", machine::crates().join(", ")));
    machine.push(format!("command: `{}`", command_line.written()));
    let machine: String = machine.iter().map(|line| format!("- {line}\n")).collect();
    let rounds = results.iter().map(|result| result.rounds).max().unwrap_or_default();
    include_str!("readme_template.md")
        .replace("{machine}", machine.trim_end())
        .replace("{rounds}", &rounds.to_string())
        .replace("{tables}", &in_each(profiles, results, goals))
        .replace("{all}", &in_each(profiles, results, everybody))
        .replace("{meanings}", &meanings(&of(results, profiles[0].name)))
        .replace("{instructions}", &instructions(extras))
        .replace("{builds}", &builds(extras))
}

/// A table for each profile.
fn in_each(
    profiles: &[Profile],
    results: &[Measurement],
    table: impl Fn(&[&Measurement]) -> String,
) -> String {
    let part = |profile: &Profile| {
        let table = table(&of(results, profile.name));
        format!("### The profile `{}`: {}\n\n{table}", profile.name, profile.meaning)
    };
    profiles.iter().map(part).collect::<Vec<_>>().join("\n\n")
}

fn goals(results: &[&Measurement]) -> String {
    let mut table = "| row | ours | best of the others | ratio | in the rounds | goal | |\n\
                     |---|--:|--:|--:|--:|--:|---|\n"
        .to_owned();
    for result in results {
        let row = result.row;
        let (Some(ours), Some((best, theirs))) = (result.of(OURS), result.best_peer()) else {
            table += &format!("| {} | not measured |\n", row.name);
            continue;
        };
        let (from, to) = result.ratio_from_to().unwrap_or_default();
        let verdict = if result.is_met() == Some(true) { "met" } else { "**missed**" };
        table += &format!(
            "| {} | {} | {best} {} | {:.2} | {from:.2}–{to:.2} | {} | {verdict} |\n",
            row.name,
            with_unit(ours, row.unit),
            with_unit(theirs, row.unit),
            result.ratio().unwrap_or_default(),
            row.goal,
        );
    }
    table + "\n" + verdict(results).lines().next().unwrap_or_default()
}

fn everybody(results: &[&Measurement]) -> String {
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

fn meanings(results: &[&Measurement]) -> String {
    let meaning =
        |result: &&Measurement| format!("| {} | {} |", result.row.name, result.row.meaning);
    let lines: Vec<_> = results.iter().map(meaning).collect();
    format!("| row | |\n|---|---|\n{}", lines.join("\n"))
}

fn instructions(extras: &Extras) -> String {
    let Some(first) = extras.instructions.first() else {
        return "Not counted this time: that takes `--instructions`.".to_owned();
    };
    let names: Vec<_> = first.of.iter().map(|(name, _)| *name).collect();
    let mut table = format!("| row | {} |\n|---|{}", names.join(" | "), "--:|".repeat(names.len()));
    for counts in &extras.instructions {
        table += &format!("\n| {} |", counts.row);
        for name in &names {
            let count = counts.of.iter().find(|(other, _)| other == name);
            table += &count.map_or(" – |".to_owned(), |(_, count)| format!(" {count:.0} |"));
        }
    }
    table
}

fn builds(extras: &Extras) -> String {
    if extras.builds.is_empty() {
        return "Not measured this time: that takes `--build`, and some minutes.".to_owned();
    }
    let mut table = "| | time | crates |\n|---|--:|--:|".to_owned();
    for Build { runtime, time, crates } in &extras.builds {
        table += &format!("\n| {runtime} | {:.1} s | {crates} |", time.as_secs_f64());
    }
    table
}
