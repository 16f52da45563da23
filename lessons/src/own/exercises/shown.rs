//! How a verdict is shown: all of it, or what fits the screen.

use std::path::Path;

use anstream::adapter::strip_str;
use stage::output::wrapped;
use stage::terminal;

use super::check::Verdict;
use super::list::EXERCISES;

/// So many lines of the screen are for the exercise's name, the way to a hint, and the keys.
const AROUND: usize = 10;
/// Of an error so many lines at least are shown: where it is stands in the second.
const FEWEST: usize = 6;

/// All of it.
pub(super) fn whole(nth: usize, path: &Path, verdict: &Verdict, stuck: &str) -> String {
    let Verdict { is_good, errors, text } = verdict;
    let stuck = if *is_good { String::new() } else { format!("{stuck}\n") };
    format!(
        "{}. {}\n   {}\n\n{errors}{text}{stuck}",
        nth + 1,
        EXERCISES[nth].title(),
        path.display()
    )
}

/// Of many errors the first one, so that it is not scrolled away.
pub(super) fn on_a_screen(nth: usize, path: &Path, verdict: &Verdict, stuck: &str) -> String {
    let most = terminal::rows().saturating_sub(AROUND + rows(&verdict.text)).max(FEWEST);
    let errors = first(&verdict.errors, most).unwrap_or_else(|| verdict.errors.clone());
    let text = verdict.text.clone();
    whole(nth, path, &Verdict { errors, text, ..*verdict }, stuck)
}

/// The first of the compiler's errors, if not all of them fit so many lines.
fn first(errors: &str, most: usize) -> Option<String> {
    if rows(errors) <= most {
        return None;
    }
    let (mut count, mut is_of_first) = (0, false);
    let mut shown = Vec::new();
    for line in errors.lines() {
        let plain = strip_str(line).to_string();
        if begins_error(&plain) {
            count += 1;
            is_of_first = count == 1;
        } else if begins_another(&plain) {
            is_of_first = false;
        }
        if is_of_first {
            shown.push(line);
        }
    }
    if count == 0 {
        return None;
    }
    while shown.last().is_some_and(|line| line.is_empty()) {
        shown.pop();
    }
    let all = shown.len();
    // rustc leaves out lines in the same way.
    let is_gap =
        |shown: &[&str]| shown.last().is_some_and(|line| strip_str(line).to_string() == "...");
    while shown.len() > 1 && (rows(&shown.join("\n")) + 2 > most || is_gap(&shown)) {
        shown.pop();
    }
    let (others, is_cut) = (count - 1, shown.len() < all);
    let mut text = shown.join("\n") + "\n";
    if is_cut {
        text += "   ...\n";
    }
    let more = match others {
        0 if is_cut => "That is not all of it",
        0 => return Some(text + "\n"),
        1 => "And 1 more error",
        _ => &format!("And {others} more errors"),
    };
    Some(format!("{text}{}\n", wrapped(&format!("{more}; e: all that the compiler says."), "")))
}

fn begins_error(plain: &str) -> bool {
    let is_summary = plain.starts_with("error: aborting");
    !is_summary && (plain.starts_with("error:") || plain.starts_with("error["))
}

/// Whether such a line begins something else than an error.
fn begins_another(plain: &str) -> bool {
    ["warning", "error: aborting", "Some errors have", "For more information"]
        .iter()
        .any(|begin| plain.starts_with(begin))
}

/// How many lines of the screen the text takes.
fn rows(text: &str) -> usize {
    let columns = terminal::columns();
    let of_line = |line| strip_str(line).to_string().chars().count().div_ceil(columns).max(1);
    text.lines().map(of_line).sum()
}

#[cfg(test)]
mod tests {
    use super::first;

    const ERRORS: &str = "\
warning: unused
 --> mine/03_yield_now.rs:1:1

error[E0433]: cannot find type `Pol`
  --> mine/03_yield_now.rs:23:9
   |
23 |         Pol::Pending
   |         ^^^

error[E0308]: mismatched types
  --> mine/03_yield_now.rs:25:9

error: aborting due to 2 previous errors; 1 warning emitted

Some errors have detailed explanations: E0308, E0433.
For more information about an error, try `rustc --explain E0308`.
";

    #[test]
    fn of_errors_that_do_not_fit_the_first_is_shown_and_the_others_are_counted() {
        assert_eq!(first(ERRORS, 40), None);
        let shown = first(ERRORS, 12).unwrap();
        assert!(shown.starts_with("error[E0433]"), "{shown}");
        assert!(
            shown.ends_with("^^^\nAnd 1 more error; e: all that the compiler says.\n"),
            "{shown}"
        );
        let single = ERRORS.replace("error[E0308]", "note");
        assert!(first(&single, 12).unwrap().ends_with("25:9\n\n"), "one that fits");
        let shown = first(ERRORS, 5).unwrap();
        assert_eq!(shown.lines().count(), 5, "{shown}");
        assert!(shown.contains(":23:9\n") && shown.contains("\n   ...\n"), "{shown}");
    }
}
