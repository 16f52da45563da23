//! Which exercise is meant, what is done, and what becomes of the learner's files.

use std::fs;
use std::path::Path;

use super::{checked, exercise, names, read, solution, with_slashes};
use crate::try_file::{folder, program};

fn told(folder: &Path, arguments: &[&str]) -> String {
    let output = exercise(folder, arguments);
    with_slashes([output.stdout, output.stderr].concat())
}

/// The lines of the list that have an exercise.
fn list(folder: &Path) -> Vec<String> {
    let list = told(folder, &["--list"]);
    list.lines().filter(|line| line.contains("] ")).map(str::to_owned).collect()
}

#[test]
fn the_files_are_written_once_and_never_over_what_is_there() {
    let folder = folder("written");
    fs::create_dir_all(folder.join("mine")).unwrap();
    fs::write(folder.join("mine/03_yield_now.rs"), "// mine\n").unwrap();
    told(&folder, &["--list"]);
    for name in names() {
        let text = fs::read_to_string(folder.join(format!("mine/{name}.rs"))).unwrap();
        let expected = read(&format!("{name}.rs"));
        assert_eq!(text, if name == "03_yield_now" { "// mine\n" } else { &expected }, "{name}");
    }
}

#[test]
fn the_next_that_is_not_done_is_checked_and_the_list_says_which_are() {
    let folder = folder("next");
    assert!(list(&folder)[0].starts_with("> [ ]  1 poll_by_hand "));
    assert!(told(&folder, &[]).starts_with("1. "));
    assert!(checked(&folder, "01_poll_by_hand", &solution("01_poll_by_hand")).0);
    assert!(checked(&folder, "03_yield_now", &solution("03_yield_now")).0);
    let list = list(&folder);
    assert_eq!(list.len(), names().len());
    assert!(list[0].starts_with("  [x]  1 ") && list[1].starts_with("> [ ]  2 "), "{list:?}");
    assert!(list[2].starts_with("  [x]  3 "), "{list:?}");
    assert!(list.iter().all(|line| line.chars().count() <= 80), "{list:?}");
    let next = exercise(&folder, &[]);
    assert_eq!(next.status.code(), Some(1));
    assert!(String::from_utf8(next.stdout).unwrap().starts_with("2. "));
    assert!(told(&folder, &["--hint"]).starts_with("Hint 1: A field"));
}

#[test]
fn when_all_are_done_that_is_said() {
    let folder = folder("all_done");
    fs::create_dir_all(folder.join("mine")).unwrap();
    let done: String = names().iter().map(|name| format!("{}\n", &name[3..])).collect();
    fs::write(folder.join("mine/done.txt"), done).unwrap();
    let output = exercise(&folder, &[]);
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("All exercises are done."));
}

/// D4.2.
#[test]
fn an_exercise_is_known_by_its_number_its_name_and_its_path() {
    let folder = folder("named");
    fs::create_dir(folder.join("below")).unwrap();
    for which in [
        "3",
        "03",
        "yield_now",
        "03_yield_now",
        "03_yield_now.rs",
        "mine/03_yield_now.rs",
        "..\\mine\\03_yield_now.rs",
    ] {
        assert!(told(&folder, &[which, "--hint"]).contains("wake_by_ref"), "{which}");
    }
    let arguments = ["exercise", "yield_now", "--folder", "../mine"];
    let output = program(&folder.join("below"), &arguments).output().unwrap();
    assert!(with_slashes(output.stdout).contains("\n   ../mine/03_yield_now.rs\n"));
    for which in ["0", "99", "soup"] {
        let output = exercise(&folder, &[which]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(String::from_utf8(output.stderr).unwrap().contains("there is no exercise"));
    }
    for wrong in [
        &["3", "--soup"][..],
        &["--reset"],
        &["--solution"],
        &["3", "--hint", "--list"],
        &["3", "4"],
    ] {
        assert_eq!(exercise(&folder, wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn one_that_is_started_over_is_kept_beside_the_new_one_and_is_done_no_more() {
    let folder = folder("reset");
    let own = solution("02_second_time");
    assert!(checked(&folder, "02_second_time", &own).0);
    let said = told(&folder, &["2", "--reset"]);
    assert!(said.contains("mine/02_second_time.rs.old"), "{said}");
    let text = |file: &str| fs::read_to_string(folder.join("mine").join(file)).unwrap();
    assert_eq!(text("02_second_time.rs"), read("02_second_time.rs"));
    assert_eq!(text("02_second_time.rs.old"), own);
    assert!(list(&folder)[1].starts_with("  [ ]  2 "));
    // What is kept stays, however often this is done.
    told(&folder, &["2", "--reset"]);
    fs::write(folder.join("mine/02_second_time.rs"), "// another\n").unwrap();
    told(&folder, &["2", "--reset"]);
    assert_eq!(text("02_second_time.rs.old"), own);
    assert_eq!(text("02_second_time.rs.old2"), "// another\n");
    assert_eq!(exercise(&folder, &["2", "--solution"]).status.code(), Some(1));
}

#[test]
fn errors_of_the_compiler_are_of_the_learners_file_and_lines() {
    let folder = folder("mistyped_exercise");
    let text = solution("03_yield_now").replace("Poll::Pending", "Pol::Pending");
    let (passes, told) = checked(&folder, "03_yield_now", &text);
    assert!(!passes && told.contains("--> mine/03_yield_now.rs:23:9"), "{told}");
    let (passes, told) = checked(&folder, "03_yield_now", "pub fn yield_later() {}\n");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!passes && words.contains("yield_now.rs does not fit your file any more"), "{told}");
}

/// D4.3.
#[test]
fn a_solution_that_prints_without_end_or_wants_all_memory_is_ended() {
    let folder = folder("endless_exercise");
    let with = |line: &str| {
        solution("02_second_time")
            .replace("if self.was_polled {", &format!("{line}\nif self.was_polled {{"))
    };
    let (passes, told) =
        checked(&folder, "02_second_time", &with("loop { println!(\"soup, soup and soup\"); }"));
    assert!(!passes && told.contains("more than a megabyte"), "{told}");
    let (passes, told) =
        checked(&folder, "02_second_time", &with("std::hint::black_box(vec![1_u8; 2 << 30]);"));
    assert!(!passes && told.contains("memory allocation of"), "{told}");
}
