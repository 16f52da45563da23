//! Runs the tests of tokio and of futures on Short Order, and compares the outcome with the list in
//! `not_passing.txt`. See `tests/peers/README.md`.

mod cases;
mod compile;
mod cut;
mod list;
mod suite;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use cases::Outcome;
use compile::Cut;
use list::{Kind, List};
use suite::{PEERS, Peer, Suite};

/// What came of the cases of a peer.
struct Came {
    /// `None` is a case that does not compile.
    outcomes: BTreeMap<String, Option<Outcome>>,
    cut: Cut,
}

fn main() -> ExitCode {
    match compare() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(changes) => {
            println!("{changes} cases are not as in the list");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// `peers [--write] [--why] [PEER [FILE:: or FILE::CASE]]`; returns how many cases are not as in the list.
fn compare() -> io::Result<usize> {
    let (options, names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let has = |option: &str| options.iter().any(|given| given == option);
    let filter = names.get(1).map_or("", String::as_str);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../not_passing.txt");
    let mut list = list::read(&path)?;
    let mut changes = 0;
    for peer in PEERS.iter().filter(|peer| names.first().is_none_or(|name| name == peer.name)) {
        let came = run(peer, filter, &list)?;
        if has("--why") {
            tell_why(&came);
        }
        changes += differences(peer, &came, filter, &mut list);
    }
    if has("--write") {
        list::write(&path, &list)?;
    }
    Ok(changes)
}

fn run(peer: &Peer, filter: &str, list: &List) -> io::Result<Came> {
    // `file::` and perhaps more: only that file is built.
    let only = filter.split_once("::").map(|(file, _)| file.to_owned());
    let mut suite = Suite::of(peer, only)?;
    let (programs, cut) = compile::build(&mut suite)?;
    let passes = |case: &str| !list.contains_key(&format!("{} {case}", peer.name));
    let ran = cases::run(&programs, &suite.folder, filter, &passes)?;
    let mut outcomes: BTreeMap<_, _> =
        ran.into_iter().map(|(case, outcome)| (case, Some(outcome))).collect();
    for case in cut.tests.keys().filter(|case| case.starts_with(filter)) {
        for case in made_by_macro(case, outcomes.keys()) {
            outcomes.insert(case, None);
        }
    }
    outcomes.retain(|_, outcome| *outcome != Some(Outcome::Ignored));
    let count = |is: fn(&Option<Outcome>) -> bool| outcomes.values().filter(|it| is(it)).count();
    println!(
        "{} {}: {} cases pass, {} fail, {} do not compile against the shim",
        peer.name,
        peer.version,
        count(|outcome| *outcome == Some(Outcome::Passed)),
        count(|outcome| matches!(outcome, Some(Outcome::Failed(_)))),
        count(Option::is_none),
    );
    let own = outcomes.iter().filter(|(case, _)| peer.is_own(case));
    let own = own.filter(|(_, outcome)| **outcome == Some(Outcome::Passed)).count();
    if own > 0 {
        println!("{own} of those that pass are of its own code, driven by our loop");
    }
    Ok(Came { outcomes, cut })
}

/// A case in a macro stands once in the source, and is made once for each module that the cases
/// beside it are in.
fn made_by_macro<'a>(case: &str, others: impl Iterator<Item = &'a String>) -> Vec<String> {
    let Some((file, name)) = case.split_once("::") else { return vec![case.to_owned()] };
    let modules = others.filter_map(|other| {
        let (module, _) = other.strip_prefix(file)?.strip_prefix("::")?.split_once("::")?;
        (module.ends_with("_scheduler") || module.contains("_scheduler_")).then_some(module)
    });
    let modules: std::collections::BTreeSet<_> = modules.collect();
    if modules.is_empty() || name.contains("::") {
        return vec![case.to_owned()];
    }
    modules.into_iter().map(|module| format!("{file}::{module}::{name}")).collect()
}

/// Prints each case that is not as in the list, and puts it into the list as it is now.
fn differences(peer: &Peer, came: &Came, filter: &str, list: &mut List) -> usize {
    let mut changes = 0;
    let mut change = |text: String| {
        println!("{text}");
        changes += 1;
    };
    for (name, outcome) in &came.outcomes {
        let case = format!("{} {name}", peer.name);
        let known = list.get(&case).map(|(kind, _)| *kind);
        let now = match outcome {
            Some(_) if known == Some(Kind::Chance) => known,
            Some(Outcome::Passed | Outcome::Ignored) => None,
            Some(Outcome::Failed(_)) if known == Some(Kind::Choice) => known,
            Some(Outcome::Failed(_)) => Some(Kind::Mend),
            None => Some(Kind::Unmapped),
        };
        if now == known {
            continue;
        }
        let told = |kind: Option<Kind>| kind.map_or("passes".into(), |kind| kind.to_string());
        change(format!("{case}: {} in the list, {} now", told(known), told(now)));
        match now {
            None => list.remove(&case),
            Some(kind) => list.insert(case, (kind, first_word(came, name, outcome))),
        };
    }
    let gone = |case: &String| {
        let name = case.strip_prefix(peer.name).and_then(|rest| rest.strip_prefix(' '));
        name.is_some_and(|name| name.starts_with(filter) && !came.outcomes.contains_key(name))
    };
    for case in list.keys().filter(|case| gone(case)).cloned().collect::<Vec<_>>() {
        change(format!("{case}: in the list, but there is no such case"));
        list.remove(&case);
    }
    changes
}

/// What the compiler or the case itself says first, to start a reason with.
fn first_word(came: &Came, name: &str, outcome: &Option<Outcome>) -> String {
    let text = match outcome {
        Some(Outcome::Failed(text)) => text.lines().find(|line| line.contains("panicked at")),
        _ => came.cut.tests.get(name).map(String::as_str),
    };
    text.unwrap_or("?").replace('|', "/")
}

fn tell_why(came: &Came) {
    for other in &came.cut.others {
        println!("cut: {other}");
    }
    for (name, outcome) in &came.outcomes {
        match outcome {
            Some(Outcome::Failed(text)) => println!("--- {name}\n{text}"),
            None => println!("--- {name}: {:?}", came.cut.tests.get(name)),
            _ => {}
        }
    }
}
