//! What the lessons print under a simulated clock, as a whole.
//!
//! `UPDATE_EXPECT=1 cargo test -p tests --test lessons` writes it anew.

use std::path::Path;
use std::{env, fs};

use crate::{LESSONS, WITHOUT_TWIN, names_in, output};

pub(crate) fn expect(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/expected").join(name);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    assert_eq!(found, expected, "{name}: see the head of this test's file");
}

#[test]
fn every_lesson_prints_the_same_as_ever() {
    for lesson in LESSONS {
        expect(&format!("{lesson}.txt"), &output(&[lesson]));
    }
}

#[test]
fn every_story_is_told_the_same_as_ever() {
    for lesson in LESSONS {
        expect(&format!("{lesson}.trace.txt"), &output(&[lesson, "--trace"]));
    }
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    for lesson in LESSONS {
        for arguments in [&[lesson][..], &[lesson, "--trace"]] {
            for line in output(arguments).lines() {
                assert!(line.chars().count() <= 80, "{lesson}: {line}");
            }
        }
    }
}

#[test]
fn the_journal_is_an_object_a_line() {
    for lesson in LESSONS {
        let journal = output(&[lesson, "--journal", "-"]);
        for line in journal.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect(line);
            assert!(value.is_object(), "{line}");
        }
        assert!(journal.lines().count() > 5, "{lesson}");
    }
}

#[test]
fn the_readme_shows_breakfast_as_it_is_printed() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    assert!(readme.contains(&format!("```text\n{}```", output(&["breakfast"]))));
}

/// The names in the first column of `list`.
fn listed() -> Vec<String> {
    names_in(&output(&["list"])).map(str::to_owned).collect()
}

#[test]
fn every_list_of_the_lessons_names_them_all_in_the_same_order() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| fs::read_to_string(top.join(file)).unwrap();

    // With tests of their own: see the head of `main.rs` here.
    let others = ["fetch", "io-or-cpu"];
    let lessons: Vec<_> = listed().into_iter().filter(|name| name != "tour").collect();
    let simulated = lessons.iter().filter(|name| !others.contains(&name.as_str()));
    assert_eq!(simulated.collect::<Vec<_>>(), LESSONS, "tests/lessons/main.rs");

    let editor: serde_json::Value = serde_json::from_str(&read(".vscode/launch.json")).unwrap();
    assert_eq!(editor["inputs"][0]["options"], serde_json::json!(lessons), ".vscode/launch.json");
    for name in &lessons {
        let twin = top.join("lessons/python").join(name.replace('-', "_")).with_extension("py");
        let has_none = WITHOUT_TWIN.contains(&name.as_str());
        assert_eq!(twin.exists(), !has_none, "{}", twin.display());
    }
}

#[test]
fn a_waker_is_explained_once_and_one_way_down_the_wheel_is_told() {
    for lesson in LESSONS {
        let story = output(&[lesson, "--trace"]);
        let words =
            story.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        let explained = words.matches("A waker is what somebody else calls").count();
        let wakers = words.matches("its waker").count();
        assert_eq!(explained, usize::from(wakers > 0), "{lesson}");
        for scene in story.split("── ") {
            let whose = |line: &str| line.split(" goes down to").next().map(str::to_owned);
            let mut moved: Vec<_> =
                scene.lines().filter(|line| line.contains("goes down to")).map(whose).collect();
            moved.dedup_by_key(|line| {
                line.as_ref().and_then(|line| line.split('(').nth(1).map(str::to_owned))
            });
            assert!(moved.len() <= 1, "{lesson}: {moved:?}");
        }
        for line in words.split(" arms a timer for ").skip(1) {
            assert!(line.contains("its waker lies in the wheel, level "), "{lesson}: {line}");
        }
    }
}

#[test]
fn a_picture_is_as_wide_as_the_terminal() {
    for width in [60, 160] {
        for lesson in LESSONS {
            let plain = output(&[lesson, "--plain"]);
            let mut program = std::process::Command::new(&*crate::PROGRAM);
            program.args([lesson, "--clock", "simulated"]).env("LC_ALL", "C.UTF-8");
            let told = program.env("SHORT_ORDER_COLUMNS", width.to_string()).output().unwrap();
            let told = String::from_utf8(told.stdout).unwrap();
            // What the program prints is as long as it is.
            let ours = told.lines().filter(|line| !plain.lines().any(|it| it == *line));
            let lengths: Vec<_> = ours.map(|line| line.chars().count()).collect();
            assert!(lengths.iter().all(|length| *length <= width), "{width}:\n{told}");
            assert!(lengths.iter().any(|length| *length + 2 >= width), "{width}:\n{told}");
        }
    }
}

#[test]
fn a_lesson_says_which_files_it_has_written_and_how_to_open_them() {
    let folder = crate::try_file::folder("written");
    let [chrome, journal] = ["trace", "events"].map(|name| folder.join(name));
    let [chrome, journal] = [&chrome, &journal].map(|path| path.to_str().unwrap());
    let files = ["breakfast", "--chrome", chrome, "--journal", journal];
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = words(output(&files));
    assert!(told.contains(&format!("{chrome} is written: https://ui.perfetto.dev")), "{told}");
    assert!(told.contains(&format!("{journal} is written: a line an event")), "{told}");
    let plain = words(output(&[&files[..], &["--plain"]].concat()));
    assert!(!plain.contains("is written"), "{plain}");
}

#[test]
fn the_sources_of_a_lesson_and_its_twin_are_shown_one_by_one_or_side_by_side() {
    let (rust, python) = (output(&["hello", "--rust"]), output(&["hello", "--python"]));
    assert!(rust.contains("async fn say_hello()") && !rust.contains("fn play("), "{rust}");
    let twin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/python/hello.py");
    assert_eq!(python, fs::read_to_string(twin).unwrap());
    // Not in 80 columns.
    assert_eq!(
        output(&["hello", "--rust", "--python"]),
        format!("{}\n\n{rust}", python.trim_end())
    );
    let mut program = std::process::Command::new(&*crate::PROGRAM);
    program.args(["hello", "--rust", "--python"]).env("SHORT_ORDER_COLUMNS", "200");
    let both = String::from_utf8(program.output().unwrap().stdout).unwrap();
    let lines = python.lines().count().max(rust.lines().count());
    assert_eq!(both.lines().count(), lines, "{both}");
    assert!(both.lines().all(|line| line.contains(" |")), "{both}");
}

#[test]
fn a_lesson_without_a_twin_says_so_and_why() {
    for lesson in LESSONS {
        let (played, source) = (output(&[lesson]), output(&[lesson, "--python"]));
        let has_none = WITHOUT_TWIN.contains(&lesson);
        let why = played.split("asyncio: no twin. ").nth(1);
        assert_eq!(why.is_some(), has_none, "{lesson}: {played}");
        assert_eq!(source.starts_with("No asyncio twin. "), has_none, "{lesson}: {source}");
        assert_eq!(source.contains("import asyncio"), !has_none, "{lesson}: {source}");
    }
}

#[test]
fn the_list_is_a_course_of_three_evenings_that_says_how_long_each_takes() {
    let list = output(&["list"]);
    let (mut sums, mut told) = (Vec::<u32>::new(), Vec::new());
    for line in list.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        let words: Vec<_> = line.split_whitespace().collect();
        if line.starts_with("  ") {
            *sums.last_mut().expect("an evening comes first") +=
                words[1].parse::<u32>().expect(line);
        } else if line.starts_with("The ") {
            let [.., minutes, "minutes"] = words[..] else { panic!("{line}") };
            told.push(minutes.parse().expect(line));
            sums.push(0);
        }
    }
    assert_eq!((sums.len(), &sums), (3, &told), "{list}");
    for (evening, word) in ["begin", "understand", "internals"].iter().enumerate() {
        let heads: Vec<_> = list.lines().filter(|line| !line.starts_with(' ')).collect();
        assert!(heads[evening].contains(word), "{list}");
    }
}
