//! Programs of one's own where systems differ: in ends of lines, in how a path is written, in what
//! becomes of a program that runs, and of what it has started.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{MAIN_SEPARATOR_STR, Path};
use std::process::{Output, Stdio};

use crate::exercises::{checked, exercise, read, solution, with_slashes};
use crate::family::Family;
use crate::try_file::{folder, program, without_cargo};

/// What `try` makes of that file, seen from the folder.
fn tried(folder: &Path, file: &str, options: &[&str]) -> (Option<i32>, String, String) {
    let file = file.replace('/', MAIN_SEPARATOR_STR);
    let mut program = program(folder, &[&["try", &file], options].concat());
    let Output { status, stdout, stderr } = program.stdin(Stdio::null()).output().unwrap();
    let [told, errors] = [stdout, stderr].map(with_slashes);
    // So does Windows begin paths that programs find out, and nobody types.
    assert!(!format!("{told}{errors}").contains("//?/"), "{told}{errors}");
    (status.code(), told, without_cargo(&errors))
}

const PLAIN: &[&str] = &["--plain", "--clock", "simulated"];

/// As editors on Windows save it.
fn with_crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

#[test]
fn a_file_with_other_ends_of_lines_is_compiled_told_of_and_shown_as_any_other() {
    let folder = folder("ends of lines");
    fs::create_dir(folder.join("my programs")).unwrap();
    let file = "my programs/soup 1.rs";
    let write = |text: &str| fs::write(folder.join(file), with_crlf(text)).unwrap();

    write("async fn main() {\n    println!(\"soup\");\n}\n");
    assert_eq!(tried(&folder, file, PLAIN), (Some(0), "soup\n".to_owned(), String::new()));
    let page = [&["--page", "my page.html"], PLAIN].concat();
    assert_eq!(tried(&folder, file, &page).0, Some(0));
    let page = fs::read_to_string(folder.join("my page.html")).unwrap();
    assert!(page.contains("println!") && !page.contains("\\r"), "{page}");

    write("//! Mine.\n\nasync fn main() {\n    let soup: u32 = \"soup\";\n}\n");
    let (code, _, errors) = tried(&folder, file, PLAIN);
    assert_eq!(code, Some(1));
    assert!(errors.contains("--> my programs/soup 1.rs:4:21"), "{errors}");

    write("fn main() {}\n\n\n");
    let (code, _, errors) = tried(&folder, file, PLAIN);
    assert_eq!(code, Some(1));
    assert!(errors.contains("my programs/soup 1.rs: its `main` is not async"), "{errors}");
}

#[test]
fn modules_and_texts_in_the_folders_below_are_found() {
    let folder = folder("folders below");
    let below = folder.join("below it");
    fs::create_dir_all(below.join("pot")).unwrap();
    fs::create_dir_all(below.join("stove")).unwrap();
    fs::create_dir_all(below.join("texts")).unwrap();
    fs::write(below.join("pot.rs"), "pub mod lid;\n").unwrap();
    let lid = "pub fn close() {\n    println!(\"{}\", include_str!(\"../texts/name.txt\"));\n}\n";
    fs::write(below.join("pot/lid.rs"), lid).unwrap();
    fs::write(below.join("stove/mod.rs"), "pub fn heat() {\n    panic!(\"burnt\");\n}\n").unwrap();
    fs::write(below.join("texts/name.txt"), "copper").unwrap();
    let text = "mod pot;\nmod stove;\nasync fn main() {\n    pot::lid::close();\n    \
                stove::heat();\n}\n";
    fs::write(below.join("kitchen.rs"), text).unwrap();
    for _ in 0..2 {
        let (code, told, errors) = tried(&folder, "below it/kitchen.rs", PLAIN);
        assert_eq!((code, &*told), (Some(101), "copper\n"), "{errors}");
        assert!(errors.contains("below it/stove/mod.rs:2:5"), "{errors}");
    }
    // What was put next to the copy is gone, and not what it was put there for.
    assert_eq!(fs::read_to_string(below.join("texts/name.txt")).unwrap(), "copper");
}

#[test]
fn a_program_that_still_runs_is_left_alone_when_its_file_is_played_anew() {
    let (folder, mut family) = (folder("still runs"), Family::new());
    fs::write(folder.join("pot.rs"), family.program(1)).unwrap();
    let mut first = program(&folder, &["try", "pot.rs", "--plain"]).spawn().unwrap();
    family.gather(1);
    fs::write(folder.join("pot.rs"), "async fn main() {\n    println!(\"cake\");\n}\n").unwrap();
    for _ in 0..2 {
        let (code, told, errors) = tried(&folder, "pot.rs", PLAIN);
        assert_eq!((code, &*told), (Some(0), "cake\n"), "{errors}");
    }
    family.gather(1);
    family.end_first();
    assert!(first.wait().unwrap().success());
    family.are_gone();
}

#[test]
fn with_a_try_that_is_killed_ends_its_program() {
    let (folder, mut family) = (folder("killed"), Family::new());
    fs::write(folder.join("pot.rs"), family.program(1)).unwrap();
    let mut tried = program(&folder, &["try", "pot.rs", "--plain"]).spawn().unwrap();
    family.gather(1);
    tried.kill().unwrap();
    tried.wait().unwrap();
    family.are_gone();
}

#[test]
fn a_save_ends_all_that_the_run_before_has_started() {
    let (folder, mut family) = (folder("whole family"), Family::new());
    fs::write(folder.join("pot.rs"), family.program(2)).unwrap();
    let mut watcher = program(&folder, &["try", "pot.rs", "--watch", "--plain"]).spawn().unwrap();
    family.gather(2);
    fs::write(folder.join("pot.rs"), "async fn main() {\n    println!(\"cake\");\n}\n").unwrap();
    let told = BufReader::new(watcher.stdout.take().unwrap());
    assert!(told.lines().map(Result::unwrap).any(|line| line == "cake"), "it has ended");
    family.are_gone();
    watcher.kill().unwrap();
    watcher.wait().unwrap();
}

#[test]
fn an_exercise_with_other_ends_of_lines_passes_and_counts_as_untouched_if_it_is() {
    let folder = folder("ends of lines of an exercise");
    let (passes, told) = checked(&folder, "03_yield_now", &with_crlf(&solution("03_yield_now")));
    assert!(passes, "{told}");
    let path = folder.join("mine").join("03_yield_now.rs");
    fs::write(&path, with_crlf(&read("03_yield_now.rs"))).unwrap();
    let output = exercise(&folder, &["3", "--reset"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("is as it was at first.\n"));
    assert_eq!(fs::read_dir(folder.join("mine")).unwrap().count(), 17, "sixteen, and what is done");
}
