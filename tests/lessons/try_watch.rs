//! `try FILE.rs --watch`: when it plays again, and that it leaves nothing behind.
//!
//! What is waited for comes, however long it takes; how long a test waits decides only how soon it
//! says that it hangs.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::PROGRAM;
use crate::try_file::{folder, program};

/// A program that is watched.
pub(crate) struct Watched {
    watcher: Child,
    keys: ChildStdin,
    told: Arc<Mutex<String>>,
    file: PathBuf,
}

/// What is shown when it has begun to play, or failed to.
const COMPILING: &str = "compiling ...";
/// And when that is over.
const OVER: &str = "a save plays it again";

impl Watched {
    /// Watches a new file with that text.
    fn begin(name: &str, text: &str) -> Self {
        let folder = folder(name);
        fs::write(folder.join("pot.rs"), text).unwrap();
        let mut watcher = program(&folder, &["try", "pot.rs", "--watch", "--plain"]);
        Self::of(&mut watcher, folder.join("pot.rs"))
    }

    /// The same in a terminal, of which the settings are shown before and after.
    fn in_a_terminal(name: &str, text: &str) -> Self {
        let folder = folder(name);
        fs::write(folder.join("pot.rs"), text).unwrap();
        Self::playing(&folder, "try pot.rs --watch --plain")
    }

    /// The lessons, with these arguments, in a terminal of which the settings are shown before and
    /// after.
    pub(crate) fn playing(folder: &Path, arguments: &str) -> Self {
        let command = format!(
            "stty -g | sed 's/^/at first /'; '{}' {arguments}; echo code $?; \
             stty -g | sed 's/^/in the end /'",
            PROGRAM.display()
        );
        let mut script = Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).current_dir(folder);
        script.env("CARGO_NET_OFFLINE", "true").env("LC_ALL", "C.UTF-8").env("TERM", "xterm");
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::of(&mut script, folder.join("pot.rs"))
    }

    fn of(watcher: &mut Command, file: PathBuf) -> Self {
        let mut watcher = watcher.spawn().expect("it can be started");
        let told = Arc::<Mutex<String>>::default();
        let [mut out, mut errors]: [Box<dyn Read + Send>; 2] =
            [Box::new(watcher.stdout.take().unwrap()), Box::new(watcher.stderr.take().unwrap())];
        let (to, too) = (told.clone(), told.clone());
        thread::spawn(move || relay(&mut out, &to));
        thread::spawn(move || relay(&mut errors, &too));
        let keys = watcher.stdin.take().unwrap();
        Self { watcher, keys, told, file }
    }

    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    /// Waits until that was shown so many times.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str, times: usize) {
        wait_until(
            || self.told().matches(text).count() >= times,
            || format!("'{text}' does not come {times} times:\n{}", self.told()),
        );
    }

    /// The number that the program has shown behind a word.
    #[track_caller]
    fn number(&self, word: &str) -> u32 {
        self.wait_for(word, 1);
        let told = self.told();
        let (_, after) = told.rsplit_once(word).unwrap();
        after.split_whitespace().next().and_then(|number| number.parse().ok()).expect(&told)
    }

    fn save(&self, text: &str) {
        fs::write(&self.file, text).unwrap();
    }

    /// As vim and others do: a new file takes the place of the old one.
    fn save_by_rename(&self, text: &str) {
        let new = self.file.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, &self.file).unwrap();
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    fn signal(&self, name: &str) {
        kill(name, self.watcher.id());
    }

    #[track_caller]
    fn end(&mut self) -> ExitStatus {
        let mut ended = None;
        wait_until(
            || {
                ended = self.watcher.try_wait().unwrap();
                ended.is_some()
            },
            || "it does not end".to_owned(),
        );
        ended.unwrap()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
    }
}

fn relay(from: &mut dyn Read, to: &Mutex<String>) {
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        to.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..length]));
    }
}

#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool, says: impl FnOnce() -> String) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(240), "{}", says());
        thread::sleep(Duration::from_millis(10));
    }
}

fn kill(signal: &str, process: u32) {
    let done = Command::new("kill").args([signal, &process.to_string()]).status().unwrap();
    assert!(done.success());
}

/// Whether a process is there; one that has ended, but that nobody has asked for, is not.
fn is_there(process: u32) -> bool {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}

#[track_caller]
fn wait_until_gone(processes: [u32; 2]) {
    let left = || processes.into_iter().filter(|process| is_there(*process)).count();
    wait_until(|| left() == 0, || format!("{} processes are left", left()));
}

fn prints(text: &str) -> String {
    format!("async fn main() {{\n    println!(\"dish {text}\");\n}}\n")
}

/// It has a child, and runs until it is ended.
const FAMILY: &str = "async fn main() {
    let child = std::process::Command::new(\"sleep\").arg(\"100000\").spawn().unwrap();
    println!(\"child {} parent {} .\", child.id(), std::process::id());
    timer::sleep(std::time::Duration::from_secs(100_000)).await;
}
";

/// It is compiled for ever.
const ENDLESS: &str = "#![allow(long_running_const_eval)]
const NEVER: u64 = {
    let mut n = 0;
    while n < u64::MAX {
        n += 1;
    }
    n
};

async fn main() {
    println!(\"{NEVER}\");
}
";

/// D1.1.
#[test]
fn a_save_by_rename_is_seen_the_first_time_and_the_tenth() {
    let watched = Watched::begin("renamed", &prints("0"));
    watched.wait_for(OVER, 1);
    for nth in 1..=10 {
        watched.save_by_rename(&prints(&nth.to_string()));
        watched.wait_for(&format!("dish {nth}\n"), 1);
        watched.wait_for(OVER, nth + 1);
    }
    assert_eq!(watched.told().matches(COMPILING).count(), 11);
}

/// D1.1.
#[test]
fn a_file_that_is_away_is_waited_for() {
    let watched = Watched::begin("away", &prints("0"));
    watched.wait_for(OVER, 1);
    fs::remove_file(&watched.file).unwrap();
    // Long enough for its absence to be noticed, as a rule.
    thread::sleep(Duration::from_millis(300));
    watched.save(&prints("1"));
    watched.wait_for("dish 1\n", 1);
    assert!(!watched.told().contains("error"), "{}", watched.told());
}

/// D1.2.
#[test]
fn one_save_is_one_run_however_many_events_it_makes_and_none_if_nothing_has_changed() {
    let watched = Watched::begin("saves", &prints("0"));
    watched.wait_for(OVER, 1);
    for nth in 1..=3 {
        let text = prints(&nth.to_string());
        watched.save_by_rename(&text);
        watched.wait_for(OVER, nth + 1);
        for _ in 0..3 {
            watched.save_by_rename(&text);
            fs::File::open(&watched.file).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
            // Other files of the folder.
            fs::write(watched.file.with_file_name("pot.rs~"), "backup").unwrap();
            fs::write(watched.file.with_file_name("4913"), "").unwrap();
            thread::sleep(Duration::from_millis(60));
        }
    }
    assert_eq!(watched.told().matches(COMPILING).count(), 4, "{}", watched.told());
}

/// D1.3.
#[test]
fn a_save_ends_the_run_before_and_its_children() {
    let watched = Watched::begin("family", FAMILY);
    let family = [watched.number("child"), watched.number("parent")];
    assert!(family.iter().all(|process| is_there(*process)));
    watched.save(&prints("1"));
    watched.wait_for("dish 1\n", 1);
    assert!(!family.iter().any(|process| is_there(*process)), "two at a time");
}

/// D1.3.
#[test]
fn a_save_ends_a_compilation_and_the_newest_text_is_taken() {
    let watched = Watched::begin("compiles", &prints("0"));
    watched.wait_for(OVER, 1);
    watched.save(ENDLESS);
    watched.wait_for(COMPILING, 2);
    watched.save(&prints("1"));
    watched.wait_for("dish 1\n", 1);
    assert_eq!(watched.told().matches("dish").count(), 2, "{}", watched.told());
}

#[test]
fn a_program_that_does_not_compile_leaves_the_last_picture_above_its_errors() {
    let watched = Watched::begin("mistyped_later", &prints("0"));
    watched.wait_for(OVER, 1);
    watched.save("async fn main() {\n    soup();\n}\n");
    watched.wait_for(OVER, 2);
    let told = watched.told();
    let (_, after) = told.split_once(OVER).unwrap();
    let (picture, error) = (after.find("dish 0").unwrap(), after.find("pot.rs:2:5").unwrap());
    assert!(picture < error, "{told}");
    watched.save(&prints("1"));
    watched.wait_for("dish 1\n", 1);
}

/// What the keys do stood on the screen before it was played, and may have gone since.
#[test]
fn of_a_program_that_goes_on_it_says_what_the_keys_do_again_when_that_is_out_of_sight() {
    let text = "async fn main() {\n    for round in 0.. {\n        println!(\"round {round}.\");\n        \
                timer::sleep(std::time::Duration::from_millis(50)).await;\n    }\n}\n";
    let mut watched = Watched::in_a_terminal("goes on", text);
    let reminder = "It plays on: a save or Enter plays it anew, q ends it.";
    watched.wait_for(reminder, 2);
    let told = watched.told();
    let between = told.split(reminder).nth(1).unwrap();
    assert!(between.matches("round ").count() >= 20, "it was still in sight: {between}");
    watched.press("q");
    watched.wait_for("in the end ", 1);
}

/// D1.5.
#[test]
fn a_program_that_prints_without_end_is_cut_and_the_next_save_is_played() {
    let endless =
        "async fn main() {\n    loop {\n        println!(\"soup, soup and soup\");\n    }\n}\n";
    let watched = Watched::begin("prints_on", endless);
    watched.wait_for("more than a megabyte, so it was stopped", 1);
    watched.wait_for(OVER, 1);
    let told = watched.told().len();
    assert!(told < 2_000_000, "{told} bytes were shown");
    watched.save(&prints("1"));
    watched.wait_for("dish 1\n", 1);
}

/// D1.6.
#[test]
fn standard_input_is_at_its_end_and_a_sentence_says_so() {
    let reads = "async fn main() {\n    let line = std::io::stdin().lines().next();\n    \
                 println!(\"read {}\", line.is_none());\n}\n";
    let watched = Watched::begin("reads", reads);
    watched.wait_for("read true", 1);
    assert!(watched.told().replace('\n', " ").contains("from standard input is at its end"));
}

/// D1.4.
#[test]
fn a_signal_ends_it_with_the_run_and_its_children() {
    for (signal, code) in [("-TERM", 143), ("-INT", 130), ("-HUP", 129)] {
        let mut watched = Watched::begin("signals", FAMILY);
        let family = [watched.number("child"), watched.number("parent")];
        watched.signal(signal);
        assert_eq!(watched.end().code(), Some(code));
        wait_until_gone(family);
    }
}

pub(crate) fn script_is_there() -> bool {
    // That of macOS has other options.
    let asked = Command::new("script").arg("--version").output();
    let is_there = asked.is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("skipped: there is no `script` of util-linux, which makes a terminal");
    }
    is_there
}

/// It has ended with that code, and the terminal is as it was.
#[track_caller]
pub(crate) fn assert_given_back(watched: &mut Watched, code: i32) {
    watched.wait_for("in the end ", 1);
    watched.end();
    let told = watched.told().replace('\r', "");
    assert!(told.contains(&format!("code {code}\n")), "{told}");
    let settings = |word: &str| told.rsplit_once(word).unwrap().1.lines().next().unwrap();
    assert_eq!(settings("at first "), settings("in the end "), "{told}");
}

/// D1.3, D1.4.
#[test]
fn keys_end_it_while_it_runs_and_while_it_compiles_and_the_terminal_is_given_back() {
    if !script_is_there() {
        return;
    }
    for (key, code) in [("q", 0), ("\x03", 130)] {
        let mut watched = Watched::in_a_terminal("keys", FAMILY);
        let family = [watched.number("child"), watched.number("parent")];
        watched.press(key);
        assert_given_back(&mut watched, code);
        wait_until_gone(family);

        let mut watched = Watched::in_a_terminal("keys", ENDLESS);
        watched.wait_for(COMPILING, 1);
        watched.press(key);
        assert_given_back(&mut watched, code);
    }
}

/// D1.5.
#[test]
fn keys_work_while_it_prints_and_enter_plays_it_again() {
    if !script_is_there() {
        return;
    }
    let slowly = "async fn main() {\n    loop {\n        println!(\"soup\");\n        \
                  timer::sleep(std::time::Duration::from_millis(1)).await;\n    }\n}\n";
    let mut watched = Watched::in_a_terminal("enter", slowly);
    watched.wait_for("soup\r\n", 5);
    watched.press("\r");
    watched.wait_for(COMPILING, 2);
    watched.wait_for("soup\r\n", 10);
    watched.press("q");
    assert_given_back(&mut watched, 0);
}

/// D1.4.
#[test]
fn a_signal_gives_the_terminal_back_as_well() {
    if !script_is_there() {
        return;
    }
    let mut watched = Watched::in_a_terminal("terminated", FAMILY);
    let family = [watched.number("child"), watched.number("parent")];
    let status = fs::read_to_string(format!("/proc/{}/status", family[1])).unwrap();
    let (_, watcher) = status.split_once("PPid:").unwrap();
    kill("-TERM", watcher.split_whitespace().next().unwrap().parse().unwrap());
    assert_given_back(&mut watched, 143);
    wait_until_gone(family);
}

/// D1.4.
#[test]
fn a_terminal_that_is_gone_ends_it_and_its_family() {
    if !script_is_there() {
        return;
    }
    let mut watched = Watched::in_a_terminal("gone", FAMILY);
    let family = [watched.number("child"), watched.number("parent")];
    watched.signal("-KILL");
    watched.end();
    wait_until_gone(family);
}
