//! What somebody may have meant who has mistyped a name.

use std::path::Path;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use stage::options;

use crate::lesson::Lesson;

/// Says what is wrong with the command line, and ends the program. Of a name that is not known clap
/// would say all that are, and the one that was meant behind them.
pub(crate) fn refuse(error: &clap::Error, command: &mut Command) -> ! {
    match said_of(error, command) {
        Some(text) => options::refuse(command, &text),
        None => error.exit(),
    }
}

/// What to say, if the error is that nothing of that name is known.
fn said_of(error: &clap::Error, command: &Command) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if text(ContextKind::InvalidArg)? != "[LESSON]" {
        return None;
    }
    let name = text(ContextKind::InvalidValue).filter(|name| !name.is_empty())?;
    if name.ends_with(".rs") {
        return Some(format!("{name} is a file: say `try {name}` to play the program in it"));
    }
    let arguments = command.get_arguments().filter(|argument| argument.get_id() == "lesson");
    let names: Vec<_> = arguments.flat_map(Arg::get_possible_values).collect();
    Some(match similar(name, names.iter().map(PossibleValue::get_name)) {
        Some(meant) => format!("there is no {name}: did you mean {meant}?"),
        None => format!("there is no {name}: `list` names the lessons"),
    })
}

/// What to say of such a name.
pub(crate) fn neither_lesson_nor_file(name: &Path, lessons: &[&Lesson]) -> String {
    let name = name.display().to_string();
    let meant = similar(&name, lessons.iter().map(|lesson| lesson.name));
    let meant = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
    format!("{name} is neither a lesson nor a file{meant}")
}

/// The name that is closest to what was written, if one is close: at most two letters are wrong,
/// missing, too many, or have changed places with the next; of a short one, one letter.
fn similar<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = if written.chars().count() > 3 { 2 } else { 1 };
    let distances = names.into_iter().map(|name| (distance(written, name), name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= most).then_some(name)
}

/// How many such mistakes lie between two words.
fn distance(one: &str, other: &str) -> usize {
    let [one, other] = [one, other].map(|word| word.chars().collect::<Vec<_>>());
    // `rows[i][j]`: between the first `i` letters of one and the first `j` of the other.
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i + j;
                continue;
            }
            let wrong = usize::from(one[i - 1] != other[j - 1]);
            let either = rows[i - 1][j].min(rows[i][j - 1]) + 1;
            rows[i][j] = either.min(rows[i - 1][j - 1] + wrong);
            let are_swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if are_swapped {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_found() {
        let names = ["fetch", "tour", "try", "breakfast", "io-or-cpu"];
        for (written, meant) in [
            ("fecth", Some("fetch")),
            ("tyr", Some("try")),
            ("brekfast", Some("breakfast")),
            ("breakfasts", Some("breakfast")),
            ("io_or_cpu", Some("io-or-cpu")),
            ("zzz", None),
            ("dinner", None),
            ("", None),
        ] {
            assert_eq!(similar(written, names), meant, "{written}");
        }
    }
}
