//! `--step` of the lessons: the built program, with its keys written beforehand.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::try_file::folder;
use crate::try_watch::{Watched, assert_given_back, script_is_there};
use crate::{LESSONS, PROGRAM};

/// It ends every screen.
const PROMPT: &str = "?: help > \n";

fn run(arguments: &[&str], keys: &str, scripted: bool) -> Output {
    let mut program = Command::new(&*PROGRAM);
    program.args(arguments).arg("--step").env("LC_ALL", "C").env_remove("SHORT_ORDER_SCRIPTED");
    if scripted {
        program.env("SHORT_ORDER_SCRIPTED", "1");
    }
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().expect("the lessons can be started");
    // It may have ended before it has read them all.
    let _ = child.stdin.take().expect("stdin is a pipe").write_all(keys.as_bytes());
    child.wait_with_output().expect("it can be waited for")
}

/// The screens that come with these keys, and what comes after the last prompt.
fn screens(lesson: &str, keys: &str) -> Vec<String> {
    let output = run(&[lesson], keys, true);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{lesson}");
    assert!(output.status.success(), "{lesson}: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("it is text");
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 80), "{text}");
    text.split(PROMPT).map(|screen| screen.trim_start().to_owned()).collect()
}

#[test]
fn steps_go_on_and_back_and_through_and_the_same_each_time() {
    let keys = "\nn\n\nb\n?\nx\nc\nq\n";
    let shown = screens("breakfast", keys);
    let says = |screen: usize, text: &str| {
        assert!(shown[screen].contains(text), "no '{text}' in\n{}", shown[screen]);
    };
    says(0, "two things at once");
    says(0, "-- gathered, step 1 of 16 --");
    says(0, "The loop is about to poll breakfast for the 1st time: it is new.");
    says(1, "ready  * brew_coffee, toast_bread\n");
    says(2, "wheel  * level 1, slot 31  timer 1 of brew_coffee, due at 2.000 s\n");
    says(2, "printed* Starting coffee...\n");
    // It was the third Enter that led to step 4, and `b` leads to step 3 again.
    says(3, "the loop is about to sleep for 1.000 s, until the timer of\ntoast_bread is due.");
    assert_eq!(shown[4], shown[2]);
    says(5, "goes back by one");
    says(6, "`x` is none of the keys");
    says(7, "Finished in 2.00 seconds");
    says(7, "The scene is over.");
    assert_eq!((shown.len(), shown[8].as_str()), (9, ""), "after `q` comes nothing");
    for _ in 0..5 {
        assert_eq!(screens("breakfast", keys), shown);
    }
}

#[test]
fn every_lesson_can_be_walked_to_its_end_and_each_step_back() {
    for lesson in LESSONS {
        let straight = screens(lesson, &"\n".repeat(200));
        let steps = straight.len() - 1;
        assert!(straight[steps].contains("Try: in lessons/src"), "{lesson}: {}", straight[steps]);

        // On, back and on again, each step; the last Enter leads out.
        let zigzag = screens(lesson, &("\nb\n\n".repeat(steps - 1) + "\n"));
        let mut expected = vec![straight[0].clone()];
        for pair in straight[..steps].windows(2) {
            expected.extend([&pair[1], &pair[0], &pair[1]].map(String::clone));
        }
        expected.push(straight[steps].clone());
        // Going back to the first screen shows it without the words above it.
        let first = straight[0].find("--").expect("a headline");
        expected[2] = straight[0][first..].to_owned();
        for (shown, expected) in zigzag.iter().zip(&expected) {
            assert_eq!(shown, expected, "{lesson}");
        }
        assert_eq!(zigzag.len(), expected.len());
    }
}

#[test]
fn there_is_nothing_before_the_first_step() {
    let shown = screens("hello", "b\nq\n");
    assert!(shown[1].starts_with("This is the first step"), "{}", shown[1]);
}

#[test]
fn an_input_that_ends_ends_the_program() {
    assert_eq!(screens("hello", "\n").len(), 3);
}

#[test]
fn without_a_terminal_it_says_so_and_what_to_do() {
    let output = run(&["breakfast"], "", false);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(said.contains("needs a terminal") && said.contains("--trace"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_clock_that_runs_on_meanwhile_is_refused() {
    for clock in [["--clock", "real"], ["--speed", "2"]] {
        let output = run(&["breakfast", clock[0], clock[1]], "", true);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("simulated clock") && said.contains("leave out"), "{said}");
    }
    assert!(run(&["breakfast", "--clock", "simulated"], "q\n", true).status.success());
}

#[test]
fn the_tour_has_no_steps() {
    let output = run(&["tour"], "", true);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(said.contains("leave out --step"), "{said}");
}

#[test]
fn w_goes_on_to_the_first_poll_after_the_loop_wakes_up() {
    let shown = screens("breakfast", "w\nw\nw\nq\n");
    for (screen, text) in [
        (1, "about to poll toast_bread for the 2nd time: its timer fired"),
        (2, "about to poll brew_coffee for the 2nd time: its timer fired"),
        (3, "The scene is over."),
    ] {
        assert!(shown[screen].contains(text), "{}", shown[screen]);
    }
}

#[test]
fn a_scene_that_gets_stuck_halts_before_the_loop_gives_up() {
    let shown = screens("stuck", &"\n".repeat(200));
    let gives_up: Vec<_> = shown.iter().filter(|screen| screen.contains("give up.")).collect();
    assert_eq!(gives_up.len(), 2, "two of its three scenes get stuck");
    for screen in gives_up {
        for empty in ["nobody", "wheel    empty", "waiting"] {
            assert!(screen.contains(empty), "{screen}");
        }
    }
}

#[test]
fn in_a_terminal_a_key_needs_no_enter_and_the_terminal_is_given_back() {
    if !script_is_there() {
        return;
    }
    for (last, code) in [("q", 0), ("\x03", 130)] {
        let mut terminal = Watched::playing(&folder("steps"), "breakfast --step");
        terminal.wait_for("?: help > ", 1);
        // The arrows, which come in one piece each, go on and back.
        for (key, step) in [("n", 2), (" ", 3), ("\x1b[C", 4), ("\x1b[D", 3), ("\r", 4)] {
            let times = terminal.told().matches("step ").count() + 1;
            terminal.press(key);
            terminal.wait_for("step ", times);
            terminal.wait_for("?: help > ", times);
            let told = terminal.told();
            assert!(told.rsplit_once("step ").unwrap().1.starts_with(&format!("{step} of 16")));
        }
        terminal.press(last);
        assert_given_back(&mut terminal, code);
    }
}
