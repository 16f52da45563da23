//! Each kind of future, compared with what stands above it in the program: `kinds/`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::programs::{KINDS, OPTIMISED_KINDS};
use crate::{gdb, session, top};

const FILES: &[&str] = &["main", "plain", "combined", "streams", "in_macros", "foreign"];
const START: &[&str] = &["break kinds::look", "run"];

/// What is true of each kind, by the name of its task.
fn truth() -> HashMap<String, String> {
    let sources = sources();
    let named = |mark: &str| {
        let found = sources.iter().find_map(|(file, source)| marked(file, source, 0, mark));
        found.unwrap_or_else(|| panic!("nothing is marked @{mark}"))
    };
    let mut kinds = HashMap::new();
    for (file, source) in &sources {
        let lines: Vec<_> = source.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(name) = line.strip_prefix("async fn ").and_then(|line| line.split('(').next())
            else {
                continue;
            };
            let above = lines[..number].iter().rev();
            let mut said: Vec<_> = above.map_while(|line| line.strip_prefix("/// ")).collect();
            said.reverse();
            let place =
                |mark: &str| marked(file, source, number, mark).unwrap_or_else(|| named(mark));
            let said: Vec<_> = said.iter().map(|line| with_places(line, place)).collect();
            if said.first().is_some_and(|line| line.starts_with(name)) {
                kinds.insert(name.to_owned(), said.join("\n"));
            }
        }
    }
    kinds
}

/// The files, each with its text.
fn sources() -> Vec<(String, String)> {
    let read = |name: &&str| {
        let file = format!("tests/debugger/kinds/{name}.rs");
        let text = fs::read_to_string(top().join(&file)).unwrap();
        (file, text)
    };
    FILES.iter().map(read).collect()
}

/// The place that is marked in a file: in the function that begins there, if the mark is a number.
fn marked(file: &str, source: &str, begin: usize, mark: &str) -> Option<String> {
    let begin = if mark.parse::<u32>().is_ok() { begin } else { 0 };
    let wanted = format!("// @{mark}");
    let line = source.lines().skip(begin).position(|line| line.ends_with(&wanted))?;
    Some(format!("{file}:{}", begin + line + 1))
}

fn with_places(line: &str, place: impl Fn(&str) -> String) -> String {
    let mut parts = line.split('@');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        text += &place(&part[..end]);
        text += &part[end..];
    }
    text
}

/// What `async bt` shows of each task that is alone with its name.
fn shown(output: &str) -> HashMap<String, String> {
    let mut tasks = HashMap::new();
    for block in output.split("\n\n").filter(|block| block.starts_with("task ")) {
        let (headline, chain) = block.split_once('\n').unwrap_or((block, ""));
        let name = headline.split('\'').nth(1).unwrap().to_owned();
        let chain: Vec<_> =
            chain.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        tasks.insert(name, chain.join("\n").trim_end().to_owned());
    }
    tasks
}

/// Without what depends on what else there is, as the numbers of tasks and tokens, and on the version
/// of other crates.
fn stable(chain: &str) -> String {
    let line = |line: &str| {
        let mut before = "";
        let words = line.split(' ').map(|word| {
            let number = word.trim_end_matches(',').parse::<u32>().is_ok();
            let is_id = ["task", "job", "token"].contains(&before) && number;
            before = word;
            match word.split_once(".rs:") {
                _ if is_id => word.replace(|c: char| c.is_ascii_digit(), "").replacen("", "N", 1),
                Some((file, _)) if !file.starts_with("tests/") => {
                    let (folder, rest) = file.split_once('/').unwrap_or(("", file));
                    format!("{}/{rest}.rs:LINE", folder.split('-').next().unwrap_or_default())
                }
                _ => word.to_owned(),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    chain.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn compare(program: &LazyLock<PathBuf>) {
    if !gdb::is_there() {
        return;
    }
    let outputs = gdb::outputs(program, &[], &[START, &["async bt"]].concat());
    let (truth, shown) = (truth(), shown(&outputs[2]));
    assert!(truth.len() >= 80, "{} kinds", truth.len());
    let mut wrong = Vec::new();
    for (name, expected) in &truth {
        let found = shown.get(name).map(|chain| stable(chain)).unwrap_or_default();
        if found != stable(expected) {
            wrong.push(format!(
                "--- {name}, of which is true\n{expected}\n--- is shown as\n{found}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), truth.len(), wrong.join("\n"));
}

#[test]
fn each_kind_of_future_is_shown_as_what_it_is() {
    compare(&KINDS);
}

#[test]
fn each_kind_of_future_is_shown_so_in_an_optimised_program() {
    compare(&OPTIMISED_KINDS);
}

#[test]
fn of_a_thousand_tasks_those_that_are_alike_are_shown_once() {
    let file = top().join("tests/debugger/expected/crowd.txt");
    session::play(&[&file], &KINDS, &["crowd"]);
}

#[test]
fn variables_are_shown_while_they_are_alive() {
    session::play(&[&top().join("tests/debugger/expected/locals.txt")], &KINDS, &[]);
}
