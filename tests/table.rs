//! The table in `README.md` next to this: which tests hold up which behaviour. A test says so in
//! the comment above it, which begins with the numbers of its behaviours. The last column is made
//! of these comments: run this test with `WRITE_TABLE=1` to have it written anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many behaviours each group has: B1.1 to B1.8, B2.1 to B2.6, and so on.
const GROUPS: [usize; 14] = [8, 6, 7, 8, 7, 4, 4, 6, 14, 10, 7, 8, 4, 3];
/// The same for what is to be done with programs of one's own: D1.1 to D1.6, and so on.
const DOING: [usize; 4] = [6, 6, 3, 3];
const PROPERTIES: usize = 12;
const MODELS: [&str; 7] = ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"];

fn items() -> Vec<String> {
    let numbered = |letter: char, groups: &'static [usize]| {
        let groups = groups.iter().enumerate();
        groups.flat_map(move |(group, size)| {
            (1..=*size).map(move |number| format!("{letter}{}.{number}", group + 1))
        })
    };
    let behaviours = numbered('B', &GROUPS).chain(numbered('D', &DOING));
    let models = MODELS.iter().map(|letter| letter.to_string());
    behaviours.chain(models).chain((1..=PROPERTIES).map(|number| format!("P{number}"))).collect()
}

#[test]
fn every_behaviour_has_a_test_and_the_table_in_the_readme_names_them_all() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = folder.join("README.md");
    let mut tests = BTreeMap::new();
    read_folder(folder, folder, &mut tests);
    read_file(&folder.join("../timer/src/wheel.rs"), "wheel (in timer/src)", &mut tests);

    let before = fs::read_to_string(&path).unwrap();
    let (mut after, mut rows) = (String::new(), Vec::new());
    for line in before.lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let ["", item, words, _, ""] = cells[..]
            && items().iter().any(|known| known == item)
        {
            let names = tests.get(item).unwrap_or_else(|| panic!("{item} has no test"));
            after += &format!("| {item} | {words} | `{}` |\n", names.join("`<br>`"));
            rows.push(item.to_owned());
        } else {
            after += &format!("{line}\n");
        }
    }
    assert_eq!(rows, items(), "a row for each behaviour, in order");
    let unknown: Vec<_> = tests.keys().filter(|item| !items().contains(item)).collect();
    assert!(unknown.is_empty(), "tests of behaviours that are not in the table: {unknown:?}");
    if std::env::var_os("WRITE_TABLE").is_some() {
        fs::write(&path, after).unwrap();
    } else if let Some((old, new)) = before.lines().zip(after.lines()).find(|(old, new)| old != new)
    {
        panic!("in {}\n{old}\nshould be\n{new}\nWRITE_TABLE=1 writes it", path.display());
    }
}

fn read_folder(folder: &Path, top: &Path, tests: &mut BTreeMap<String, Vec<String>>) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<PathBuf> = entries.filter(|path| !path.ends_with("examples")).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_folder(&path, top, tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = path.strip_prefix(top).unwrap().with_extension("");
            let parts: Vec<_> = module.iter().map(|part| part.to_str().unwrap()).collect();
            read_file(&path, &parts.join("::"), tests);
        }
    }
}

/// Adds the tests of a file, each under every item that the comment above it begins with.
fn read_file(path: &Path, module: &str, tests: &mut BTreeMap<String, Vec<String>>) {
    let mut comment = String::new();
    let mut is_test = false;
    for line in fs::read_to_string(path).unwrap().lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment += text;
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]";
        } else {
            if let Some(name) = line.strip_prefix("fn ").filter(|_| is_test) {
                let name = name.split('(').next().unwrap();
                for item in items_of(&comment) {
                    tests.entry(item).or_default().push(format!("{module}::{name}"));
                }
            }
            comment.clear();
            is_test = false;
        }
    }
}

/// The items that a comment names: `B9.12`, `P4`, `(a)`.
fn items_of(comment: &str) -> Vec<String> {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut items = Vec::new();
    for word in comment.split([' ', ':', ',']).map(|word| word.trim_end_matches('.')) {
        let bare = word.trim_matches(['(', ')']);
        let item = match bare.split_at_checked(1) {
            _ if MODELS.contains(&word) => word,
            Some(("P", number)) if is_number(number) => bare,
            Some(("B" | "D", numbers)) => match numbers.split_once('.') {
                Some((group, number)) if is_number(group) && is_number(number) => bare,
                _ => continue,
            },
            _ => continue,
        };
        if !items.iter().any(|known| known == item) {
            items.push(item.to_owned());
        }
    }
    items
}
