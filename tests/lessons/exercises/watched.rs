//! The exercises one after the other, by saves and keys, in a terminal.

use std::fs;
use std::path::{Path, PathBuf};

use super::solution;
use crate::try_file::folder;
use crate::try_watch::{Watched, assert_given_back, script_is_there};

/// What is shown when a check is over.
const OVER: &str = "q: end.";

fn begin(name: &str) -> (Watched, PathBuf) {
    let folder = folder(name);
    let watched = Watched::playing(&folder, "exercise --folder mine");
    (watched, folder)
}

fn solve(folder: &Path, name: &str) {
    fs::write(folder.join(format!("mine/{name}.rs")), solution(name)).unwrap();
}

/// D4.3.
#[test]
fn a_save_checks_it_and_one_that_passes_is_seen_before_the_next() {
    if !script_is_there() {
        return;
    }
    let (mut watched, folder) = begin("saved_exercise");
    watched.wait_for("is still `todo!`", 1);
    watched.wait_for(OVER, 1);
    solve(&folder, "01_poll_by_hand");
    watched.wait_for("Exercise 1 passes", 1);
    watched.wait_for(OVER, 2);
    assert!(!watched.told().contains("2. A future"), "{}", watched.told());
    watched.press("n");
    watched.wait_for("2. A future that is ready the second time", 1);
    watched.wait_for(OVER, 3);
    watched.press("q");
    assert_given_back(&mut watched, 0);
    let done = fs::read_to_string(folder.join("mine/done.txt")).unwrap();
    assert_eq!(done, "poll_by_hand\n");
}

#[test]
fn keys_show_hints_and_the_list_go_on_and_back_and_start_over() {
    if !script_is_there() {
        return;
    }
    let (mut watched, folder) = begin("keys_of_exercises");
    watched.wait_for(OVER, 1);
    watched.press("h");
    watched.wait_for("Hint 1:", 1);
    watched.wait_for(OVER, 2);
    assert!(!watched.told().contains("Hint 2:"), "the second comes with the second key");
    watched.press("h");
    watched.wait_for("Hint 2:", 1);
    watched.press("s");
    watched.wait_for("a solution is shown when", 1);
    watched.press("l");
    watched.wait_for("> [ ]  1 poll_by_hand", 1);
    // Those that are not done are not passed over.
    watched.press("n");
    watched.wait_for("2. A future", 1);
    watched.press("n");
    watched.wait_for("3. A future", 1);
    watched.press("p");
    watched.wait_for("2. A future", 2);
    solve(&folder, "02_second_time");
    watched.wait_for("Exercise 2 passes", 1);
    watched.press("s");
    watched.wait_for(": a solution.", 1);
    watched.press("r");
    watched.wait_for("mine/02_second_time.rs.old", 1);
    watched.wait_for("expected Ready(\"soup\"), came Pending", 3);
    watched.wait_for("Stuck? Press h: a hint.", 5);
    watched.press("e");
    watched.wait_for("expected Ready(\"soup\"), came Pending", 4);
    watched.press("\x03");
    assert_given_back(&mut watched, 130);
}

/// D4.3.
#[test]
fn one_that_hangs_is_ended_by_a_key_and_by_a_save() {
    if !script_is_there() {
        return;
    }
    let (mut watched, folder) = begin("hanging_exercise");
    watched.wait_for(OVER, 1);
    let hangs = solution("01_poll_by_hand").replace("polls += 1;", "polls += 1; continue;");
    fs::write(folder.join("mine/01_poll_by_hand.rs"), hangs).unwrap();
    watched.wait_for("compiling ...", 2);
    solve(&folder, "01_poll_by_hand");
    watched.wait_for("Exercise 1 passes", 1);
    watched.press("q");
    assert_given_back(&mut watched, 0);
}
