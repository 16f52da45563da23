//! The events' lines in a page: of one that is like an earlier one, only the numbers that differ.
//!
//! ```text
//! {"at":250044349,"event":"parked","until":260000000}
//! 0:260633508,271000000
//! 0:270633508
//! ```
//!
//! Lines are of one kind if they are the same but for their numbers. The first of a kind stands as it
//! is, and the kinds are counted from 0. Of a later one stand its kind, and behind a colon its numbers;
//! in place of one that is as in the latest line of this kind stands nothing. The script's half of this
//! is in `lines.js`.

use std::collections::HashMap;

/// Knows the lines that were told, each kind with its number and with the numbers in its latest line.
#[derive(Default)]
pub(super) struct Lines(HashMap<String, (usize, Vec<String>)>);

impl Lines {
    /// A line, which begins with `{`, as it stands in the page.
    pub(super) fn told(&mut self, line: &str) -> String {
        let (kind, numbers) = apart(line);
        let next = self.0.len();
        let Some((kind, latest)) = self.0.get_mut(&kind) else {
            self.0.insert(kind, (next, numbers));
            return line.to_owned();
        };
        let differing: Vec<_> = numbers
            .iter()
            .zip(&*latest)
            .map(|(number, latest)| if number == latest { "" } else { number })
            .collect();
        let told = format!("{kind}:{}", differing.join(","));
        *latest = numbers;
        told.trim_end_matches(',').to_owned()
    }
}

/// The line with a 0 in place of each number, and the numbers. They remain text: nothing is lost of
/// `0.010`.
fn apart(line: &str) -> (String, Vec<String>) {
    let (mut kind, mut numbers) = (String::new(), Vec::<String>::new());
    let mut is_in_number = false;
    for letter in line.chars() {
        if !letter.is_ascii_digit() {
            kind.push(letter);
        } else if let Some(number) = numbers.last_mut().filter(|_| is_in_number) {
            number.push(letter);
        } else {
            kind.push('0');
            numbers.push(letter.to_string());
        }
        is_in_number = letter.is_ascii_digit();
    }
    (kind, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_like_an_earlier_one_only_the_numbers_that_differ_stand_there() {
        let mut lines = Lines::default();
        let parked = r#"{"at":250,"until":260,"say":"until 0.260 (heart.rs:44)"}"#;
        assert_eq!(lines.told(parked), parked);
        assert_eq!(lines.told(r#"{"at":250,"task":1}"#), r#"{"at":250,"task":1}"#);
        let next = r#"{"at":261,"until":270,"say":"until 0.270 (heart.rs:44)"}"#;
        assert_eq!(lines.told(next), "0:261,270,,270");
        assert_eq!(lines.told(parked), "0:250,260,,260", "against the latest, not the first");
        assert_eq!(lines.told(r#"{"at":250,"task":2}"#), "1:,2");
        assert_eq!(lines.told(r#"{"at":250,"task":2}"#), "1:");
    }

    #[test]
    fn what_is_no_number_makes_another_kind() {
        let mut lines = Lines::default();
        for line in [r#"{"n":1.5}"#, r#"{"n":15}"#, r#"{"n":null}"#, r#"{"n":"1a"}"#] {
            assert_eq!(lines.told(line), line);
        }
    }
}
