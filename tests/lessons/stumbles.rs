//! The table in `lessons/README.md`: each known stumble has its lesson.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{names_in, output};

/// How many misunderstandings are known.
const KNOWN: usize = 18;

#[test]
fn each_known_stumble_was_seen_somewhere_and_has_a_lesson_that_exists() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, table) = readme.split_once("|--:|---|---|---|\n").expect("the table is there");
    let list = output(&["list"]);
    let lessons: BTreeSet<_> = names_in(&list).collect();
    let mut rows = 0;
    for line in table.lines().take_while(|line| line.starts_with('|')) {
        rows += 1;
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, stumble, seen, lesson] = cells[..] else { panic!("{line}") };
        assert_eq!(number.parse(), Ok(rows), "{line}");
        assert!(!stumble.is_empty() && !seen.is_empty(), "{line}");
        let name = lesson.trim_matches('`');
        assert!(lessons.contains(name), "there is no lesson {name}: {line}");
    }
    assert_eq!(rows, KNOWN);
    // And each lesson is named there, in the table or below it.
    for name in lessons {
        assert!(readme.contains(&format!("`{name}`")), "lessons/README.md leaves out {name}");
    }
}
