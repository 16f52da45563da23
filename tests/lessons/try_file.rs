//! `try FILE.rs`: a program of one's own, compiled and played by the built program.
//!
//! Nothing here may ask the network for anything: cargo is told that there is none.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use crate::PROGRAM;

/// A folder of a test's own, with a blank in its name; anew each time.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PROGRAM.with_file_name("try tests").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program, called in a folder, where there is no network and no colour.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(&*PROGRAM);
    program.args(arguments).current_dir(folder).env("CARGO_NET_OFFLINE", "true");
    program.env("LC_ALL", "C.UTF-8").env_remove("SHORT_ORDER_SCRIPTED");
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

fn run(mut program: Command, typed: &str) -> Output {
    let mut child = program.spawn().expect("the lessons can be started");
    // It may have ended before it has read all of it.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let mut output = child.wait_with_output().unwrap();
    output.stderr = without_cargo(&String::from_utf8_lossy(&output.stderr)).into_bytes();
    output
}

/// Without what cargo says when other tests call it at the same time, and when it has yet to build
/// what a program stands on.
pub(crate) fn without_cargo(said: &str) -> String {
    let cargo = ["Blocking waiting for", "   Compiling "];
    let others = |line: &&str| !cargo.iter().any(|told| line.contains(told));
    said.split_inclusive('\n').filter(others).collect()
}

/// What becomes of a file with that text, in a folder of its own.
fn tried(name: &str, text: &str, options: &[&str]) -> Output {
    let folder = folder(name);
    let file = format!("{name}.rs");
    fs::write(folder.join(&file), text).unwrap();
    run(program(&folder, &[&["try", &file], options].concat()), "")
}

fn stdout(output: &Output) -> String {
    let (told, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{told}\n{errors}", output.status);
    assert!(!told.contains('\x1b') && !errors.contains('\x1b'), "colours, but no terminal");
    told
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

#[track_caller]
fn assert_in_order(told: &str, parts: &[&str]) {
    let mut rest = told;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("'{part}' does not follow in\n{told}");
        };
        rest = after;
    }
}

const SIMULATED: &[&str] = &["--clock", "simulated"];

#[test]
fn without_a_file_a_first_one_is_written_and_played_and_never_overwritten() {
    let folder = folder("first");
    let first = run(program(&folder, &[&["try"], SIMULATED].concat()), "");
    let picture = stdout(&first);
    assert!(text(&first.stderr).contains("kitchen.rs is written"));
    assert_in_order(
        &picture,
        &["kitchen ──", "Cook 3: dinner is ready", "█ blocks the loop (> 50 ms)", "polls:"],
    );
    assert!(picture.lines().all(|line| line.chars().count() <= 80), "{picture}");

    // Each of its dials turns something.
    let written = fs::read_to_string(folder.join("kitchen.rs")).unwrap();
    let mut pictures = vec![picture];
    for (dial, turned) in [
        ("COOKS: u32 = 3", "COOKS: u32 = 2"),
        ("from_millis(500)", "from_millis(900)"),
        ("from_millis(300)", "from_millis(100)"),
        ("ON_THE_POOL: bool = false", "ON_THE_POOL: bool = true"),
    ] {
        let changed = written.replacen(dial, turned, 1);
        assert_ne!(changed, written);
        fs::write(folder.join("kitchen.rs"), &changed).unwrap();
        pictures.push(stdout(&run(program(&folder, &[&["try"], SIMULATED].concat()), "")));
        assert_eq!(fs::read_to_string(folder.join("kitchen.rs")).unwrap(), changed);
    }
    for (nth, picture) in pictures.iter().enumerate() {
        assert!(!pictures[..nth].contains(picture), "a dial that turns nothing:\n{picture}");
    }
}

#[test]
fn it_takes_the_options_of_the_lessons() {
    let folder = folder("options");
    let source = "async fn main() {\n    println!(\"toast\");\n    \
                  timer::sleep(std::time::Duration::from_secs(3600)).await;\n}\n";
    fs::write(folder.join("options.rs"), source).unwrap();
    let play = |options: &[&str]| {
        let mut program = program(&folder, &[&["try", "options.rs"], options].concat());
        program.env("SHORT_ORDER_SCRIPTED", "1");
        stdout(&run(program, "\n\n\n\n\n\n\n"))
    };
    assert_eq!(play(&["--plain", "--clock", "simulated"]), "toast\n");
    assert_in_order(&play(&["--trace", "--clock", "simulated"]), &["polled", "│ > toast", "fires"]);
    assert_in_order(&play(&["--step"]), &["step 1", "printed  toast", "The scene is over"]);
    play(&["--clock", "simulated", "--journal", "journal", "--chrome", "chrome"]);
    let journal = fs::read_to_string(folder.join("journal")).unwrap();
    assert!(journal.contains("\"site\":\"options.rs:1:"), "{journal}");
    let chrome = fs::read_to_string(folder.join("chrome")).unwrap();
    serde_json::from_str::<serde_json::Value>(&chrome).expect("it is JSON");
    let refused = run(program(&folder, &["try", "options.rs", "--plain", "--trace"]), "");
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn what_std_prints_by_falls_into_the_story() {
    let source = "async fn main() {
    println!(\"by println\");
    print!(\"by {}\", \"print\");
    eprintln!(\"by eprintln\");
    let three = dbg!(1 + 2);
    assert_eq!(three, 3);
}
";
    let output = tried("prints", source, &["--trace", "--clock", "simulated"]);
    assert_in_order(&stdout(&output), &["\n         │ > by println\n         │ > by print\n"]);
    let errors = text(&output.stderr);
    assert_eq!(
        errors, "         │ > by eprintln\n         │ > [prints.rs:5:17] 1 + 2 = 3\n",
        "no warning, and all in the margin"
    );
}

#[test]
fn errors_are_the_compilers_own_with_the_files_name_and_lines() {
    let source = "//! Mine.\n\nasync fn main() {\n    let soup: u32 = \"soup\";\n}\n";
    let output = tried("mistyped", source, &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let errors = text(&output.stderr);
    assert_in_order(&errors, &["error[E0308]: mismatched types", "--> mistyped.rs:4:21", "soup"]);
    assert!(!errors.contains("__") && !errors.contains("target"), "ours shows: {errors}");

    let unclosed = text(&tried("unclosed", "async fn main() {\n    if true {\n", &[]).stderr);
    assert_in_order(
        &unclosed,
        &["error: this file contains an unclosed delimiter", "unclosed.rs:2"],
    );
    assert!(!unclosed.contains("__"), "ours shows: {unclosed}");

    let warned = tried("warned", "async fn main() {\n    let soup = 1;\n}\n", &["--plain"]);
    assert_in_order(&text(&warned.stderr), &["unused variable: `soup`", "warned.rs:2:9"]);
    assert!(warned.status.success());
}

/// Servers, for one, never end by themselves.
#[cfg(unix)]
#[test]
fn of_a_program_that_ctrl_c_ends_the_picture_up_to_there_is_shown() {
    let folder = folder("endless");
    let text = "async fn main() {\n    loop {\n        println!(\"tick\");\n        \
                timer::sleep(std::time::Duration::from_millis(20)).await;\n    }\n}\n";
    fs::write(folder.join("endless.rs"), text).unwrap();
    let mut child = program(&folder, &["try", "endless.rs"]).spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(told.by_ref().filter(|line| line == "tick").take(5).count(), 5);
    let asked = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let rest = told.collect::<Vec<_>>().join("\n");
    assert_in_order(
        &rest,
        &[
            "Ctrl+C has ended it. Up to there:",
            "  main",
            "  the loop",
            "  seconds",
            "polls: worked",
        ],
    );
    let status = child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(2), "{status}");
}

/// The compiler itself proposes std's, which blocks the loop.
#[test]
fn of_an_import_that_is_missing_it_says_which_is_the_loops_own() {
    let text = "async fn main() {\n    sleep(std::time::Duration::from_secs(1)).await;\n}\n";
    let output = tried("importless", text, &[]);
    assert!(!output.status.success());
    let errors = self::text(&output.stderr);
    assert_in_order(
        &errors,
        &["cannot find function `sleep`", "\nhint: write `use timer::sleep;` (std's"],
    );
    let mended = format!("use timer::sleep;\n{text}");
    assert!(tried("imported", &mended, &["--clock", "simulated"]).status.success());
}

/// Of a name that is mistyped the one that was meant comes first, and not behind all the others.
#[test]
fn of_a_name_that_is_mistyped_it_says_which_was_meant() {
    for (arguments, told) in [
        (&["brekfast"][..], "error: there is no brekfast: did you mean breakfast?\n"),
        (&["tyr"], "error: there is no tyr: did you mean try?\n"),
        (&["debug", "fecth"], "fecth is neither a lesson nor a file: did you mean fetch?\n"),
        (&["soup.rs"], "soup.rs is a file: say `try soup.rs` to play the program in it\n"),
        (&["zzz"], "error: there is no zzz: `list` names the lessons\n"),
    ] {
        let output = run(program(&folder("mistyped"), arguments), "");
        let errors = text(&output.stderr);
        assert!(!output.status.success());
        assert!(errors.contains(told), "{errors}");
        assert!(!errors.contains("possible values"), "{errors}");
    }
}

#[test]
fn of_a_main_that_will_not_do_it_says_why_in_one_sentence() {
    for (name, source, why) in [
        ("no_main", "fn cook() {}\n", "there is no `main` in it"),
        ("empty", "", "there is no `main` in it"),
        ("not_async", "fn main() {}\n", "its `main` is not async"),
        ("arguments", "async fn main(cooks: u32) {\n    drop(cooks);\n}\n", "takes arguments"),
        ("number", "async fn main() -> u32 {\n    3\n}\n", "returns what no program can"),
    ] {
        let output = tried(name, source, &[]);
        let said = text(&output.stderr).replace("\n  ", " ");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
        assert!(said.starts_with(&format!("error: {name}.rs: ")) && said.contains(why), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_ecosystem_is_there_without_a_manifest() {
    let source = "
use std::time::Duration;

use futures::channel::oneshot;
use futures::{FutureExt, StreamExt, join, select, stream};

async fn main() {
    let (orders, to_cook) = async_channel::bounded(1);
    let pot = async_lock::Mutex::new(0);
    let (asks, answer) = oneshot::channel();
    join!(async { orders.send(3).await.unwrap() }, async {
        *pot.lock().await += to_cook.recv().await.unwrap();
        asks.send(*pot.lock().await).unwrap();
    });
    let sum = stream::iter([answer.await.unwrap(), 4]).fold(0, async |sum, n| sum + n).await;
    select! {
        () = timer::sleep(Duration::from_secs(1)).fuse() => println!(\"{sum}\"),
        () = std::future::pending().fuse() => {}
    }
}
";
    assert_eq!(stdout(&tried("ecosystem", source, &["--plain", "--clock", "simulated"])), "7\n");
}

#[test]
fn a_file_is_ordinary_rust_whatever_it_is_called_and_whatever_lies_beside_it() {
    let source = "#!/usr/bin/env rust
//! Inner comments and attributes stand at the beginning.
#![deny(warnings)]
#![forbid(unsafe_code)]

mod pot;

mod stove {
    pub async fn heat() {
        println!(\"{}\", crate::Pot.name());
    }
}

struct Pot;

impl Pot {
    fn name(&self) -> &'static str {
        include_str!(\"name.txt\")
    }
}

async fn main() {
    pot::fill();
    stove::heat().await;
}
";
    let folder = folder("ordinary");
    let below = folder.join("below it");
    fs::create_dir(&below).unwrap();
    // Names of crates, and what is no name.
    for file in ["executor.rs", "2 pots.rs", "std.rs", "futures.rs", "try_program.rs", "ö.rs"] {
        fs::write(below.join(file), source).unwrap();
        fs::write(below.join("pot.rs"), "pub fn fill() {\n    println!(\"{}\", file!());\n}\n")
            .unwrap();
        fs::write(below.join("name.txt"), "copper").unwrap();
        let path = format!("below it/{file}");
        let mut program = program(&folder, &["try", &path, "--plain", "--clock", "simulated"]);
        program.env("CARGO_TARGET_DIR", folder.join("elsewhere"));
        let told = stdout(&run(program, "")).replace('\\', "/");
        assert_eq!(told, "below it/pot.rs\ncopper\n", "{file}");
    }
    assert!(!folder.join("elsewhere").exists());
}

#[test]
fn its_exit_code_is_the_programs_and_a_panic_comes_after_its_picture() {
    let error = "async fn main() -> Result<(), String> {\n    Err(\"burnt\".into())\n}\n";
    let output = tried("error", error, SIMULATED);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "Error: \"burnt\"\n");

    let panics = "async fn main() {\n    timer::sleep(std::time::Duration::from_secs(1)).await;\n    \
                  panic!(\"burnt\");\n}\n";
    let output = tried("panics", panics, SIMULATED);
    assert_eq!(output.status.code(), Some(101));
    assert!(text(&output.stderr).contains("panics.rs:3:5"));
    assert_in_order(&text(&output.stdout), &["main ", "─┃", "the loop "]);

    let stuck = "async fn main() {\n    \
                 std::future::poll_fn(|_| std::task::Poll::<()>::Pending).await;\n}\n";
    let output = tried("stuck", stuck, SIMULATED);
    assert_eq!(output.status.code(), Some(1));
    assert_in_order(&text(&output.stdout), &["Stuck: ", "main, spawned at stuck.rs:1, "]);
}

/// D1.6.
#[test]
fn standard_input_belongs_to_the_program() {
    let folder = folder("input");
    let source = "async fn main() {\n    let line = std::io::stdin().lines().next();\n    \
                  println!(\"{:?}\", line.unwrap().unwrap());\n}\n";
    fs::write(folder.join("input.rs"), source).unwrap();
    let output = run(program(&folder, &["try", "input.rs", "--plain"]), "soup\n");
    assert_eq!(stdout(&output), "\"soup\"\n");
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_an_error_that_says_what_to_do() {
    let folder = folder("unreadable");
    fs::write(folder.join("picture.rs"), [0xff, 0xfe]).unwrap();
    for (file, says) in [("away.rs", "there is no file away.rs"), ("picture.rs", "is no text")] {
        for command in ["try", "debug"] {
            let output = run(program(&folder, &[command, file]), "");
            let said = text(&output.stderr);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
            assert!(said.starts_with("error: ") && said.contains(says), "{said}");
        }
    }
    assert!(!folder.join("away.rs").exists());
    for arguments in [&["debug", "away"][..], &["breakfast", "away.rs"], &["breakfast", "--watch"]]
    {
        assert_eq!(run(program(&folder, arguments), "").status.code(), Some(2));
    }
}

#[test]
fn of_a_run_of_very_many_events_the_first_ones_are_shown_and_that_is_said() {
    let source = "async fn main() {\n    for _ in 0..200_000 {\n        \
                  executor::yield_now().await;\n    }\n}\n";
    let told = stdout(&tried("long", source, SIMULATED));
    assert!(told.contains("of its first 500000 events"), "{told}");
    let short = stdout(&tried("short", &source.replace("200_000", "100"), SIMULATED));
    assert!(!short.contains("events"), "{short}");
}

#[test]
fn nothing_is_left_of_a_compilation_but_the_program() {
    let source = "async fn main() {}\n";
    stdout(&tried("tidy", source, &["--plain"]));
    assert_eq!(tried("tidy", "async fn main() {", &[]).status.code(), Some(1));
    let programs = PROGRAM.parent().and_then(Path::parent).unwrap().join("try");
    let of_tidy = fs::read_dir(programs).unwrap().map(|entry| entry.unwrap().path());
    let of_tidy =
        of_tidy.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("tidy-"));
    let left: Vec<_> = of_tidy.flat_map(|path| fs::read_dir(path).unwrap()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// What is said of a program that does not end, on its way to nowhere; then it is ended.
fn said_of(name: &str, source: &str) -> String {
    let folder = folder(name);
    fs::write(folder.join("program.rs"), source).unwrap();
    let mut program = program(&folder, &["try", "program.rs"]).spawn().unwrap();
    let (mut said, mut errors) = (String::new(), BufReader::new(program.stderr.take().unwrap()));
    // The last words of the sentence: without them this would hang, and the test with it.
    while !said.contains("program.\n") {
        assert!(errors.read_line(&mut said).unwrap() > 0, "it has ended:\n{said}");
    }
    program.kill().unwrap();
    program.wait().unwrap();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn of_a_program_that_only_a_kept_waker_could_wake_it_says_so() {
    let said = said_of(
        "silent",
        "async fn main() {
    let (news, to_come) = async_channel::bounded::<()>(1);
    to_come.recv().await.unwrap();
    drop(news);
}
",
    );
    assert!(said.contains("Nothing has happened for 2 seconds") && said.contains("main: to go on"));
}

#[test]
fn of_a_poll_that_does_not_return_it_says_whose_it_is() {
    let said = said_of("spinning", "async fn main() {\n    loop {}\n}\n");
    assert!(said.contains("For 6 seconds main in its poll 1 has not returned"), "{said}");
}

#[test]
fn what_cargo_has_built_for_the_lessons_is_not_built_again_for_a_first_program() {
    let lines = |package: &str| -> BTreeSet<String> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none"]);
        cargo.args(["--format", "{p} {f}"]).env("CARGO_NET_OFFLINE", "true");
        let told = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(told.status.success(), "{}", text(&told.stderr));
        text(&told.stdout).lines().map(|line| line.replace(" (*)", "")).collect()
    };
    let name = |line: &String| line.split(' ').next().unwrap().to_owned();
    let needed: BTreeSet<String> = lines("stage").iter().map(name).collect();
    let of = |package| -> Vec<String> {
        lines(package).into_iter().filter(|line| needed.contains(&name(line))).collect()
    };
    // Other features mean another build: of the runtime as well, if it is of what it stands on.
    assert_eq!(of("try-crates"), of("lessons"), "see the end of lessons/try/Cargo.toml");
}
