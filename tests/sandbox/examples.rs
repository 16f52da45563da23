//! The programs to begin with: each is played as the page plays it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use End::{Done, Stuck};

use crate::client::Sandbox;

#[derive(Clone, Copy, PartialEq)]
enum End {
    Done,
    /// The loop reports that nothing can happen any more.
    Stuck,
}

/// Each example: how it ends, and lines of what it prints, in their order.
const EXAMPLES: &[(&str, End, &[&str])] = &[
    ("breakfast", Done, &["Finished in 2.00 seconds"]),
    ("dinner", Done, &["Dinner took 10 minutes"]),
    ("hello", Done, &["Pending", "...World!"]),
    ("spawn", Done, &["It took 3 seconds", "It took 2 seconds", "The roast has panicked"]),
    ("blocking", Done, &["Done sleeping", "4.5 seconds late at worst"]),
    ("waker", Stuck, &["Ding!"]),
    ("stuck", Stuck, &["Bob: after you, Alice"]),
    ("lost-wake-up", Done, &["Two seconds have passed: I give up", "I have it"]),
    ("cancel", Done, &["Order: soups", "line outside", "Order: two soups"]),
    ("errors", Done, &["served: burnt fish", "Err(\"burnt fish\")", "cooked on: burnt fish"]),
    ("collect", Done, &["fish, 2.5 s", "fish, 4.0 s", "fish, 4.0 s", "fish, 2.5 s"]),
    ("locks", Done, &["Bob gives up", "Bob has the async lock", "Both are done after 1 s"]),
    ("channel", Done, &["in 0.5 s, up to 4", "in 2.1 s, up to 2", "the waiter still waits"]),
    ("nested", Done, &["task: refused", "task: I give up", "task: baked", "on the other loop"]),
    ("fairness", Done, &["after 62 turns of mine", "after 128 bytes", "all 300 bytes"]),
    ("wheel", Done, &["4992 ticks too early", "['a'] has fired", "Some(100)", "slept 2ms"]),
    ("files", Done, &["PermissionDenied", "1.5 seconds late", "0.0 seconds late"]),
    ("echo", Done, &["Got back: [\"soup\", \"salad\", \"cake\"]"]),
    ("kitchen", Done, &["Cook 3: dinner is ready"]),
];

/// What the comment in `main` proposes to try next, in the same way.
const PROPOSED: &[(&str, &str, End, &[&str])] = &[
    ("breakfast", "one_by_one().await", Done, &["Finished in 3.00 seconds"]),
    ("dinner", "stare_then_chop().await", Done, &["Dinner took 16 minutes"]),
    ("blocking", "next_to_a_heart(good_coroutine()).await", Done, &["0.0 seconds late"]),
    ("waker", "spinning().await; sleeping().await", Done, &["The waiter", "The waiter"]),
    ("stuck", "no_news().await; forgetful().await", Stuck, &["no news", "to be woken"]),
];

fn examples(sandbox: &Sandbox) -> Vec<(String, String)> {
    let examples = sandbox.ask("GET", "examples.json", &[&sandbox.host()], "").body;
    let examples: Vec<Value> = serde_json::from_str(&examples).unwrap();
    let field = |example: &Value, field: &str| example[field].as_str().unwrap().to_owned();
    examples.iter().map(|example| (field(example, "name"), field(example, "text"))).collect()
}

fn is_exercise(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_numeric())
}

/// What came of a program.
struct Played {
    output: String,
    page: String,
    /// All that was told.
    told: String,
}

/// Runs it; the compiler has nothing to say of it.
#[track_caller]
fn played(sandbox: &Sandbox, name: &str, text: &str, clock: &str) -> Played {
    let body = json!({"tab": "a", "name": name, "text": text, "clock": clock});
    let told = sandbox.post("run", &body).body;
    let lines = told.lines().filter_map(|line| serde_json::from_str(line).ok());
    let lines: Vec<Value> = lines.collect();
    let all = |place: &str| -> String {
        let texts = lines.iter().filter(|line| line["is"] == place);
        texts.filter_map(|line| line["text"].as_str()).collect()
    };
    assert_eq!(all("warnings") + &all("errors"), "", "{name}: {told}");
    Played { output: all("output"), page: all("page"), told }
}

/// It is over as it should be, done or stuck, and has printed these.
#[track_caller]
fn assert_plays(sandbox: &Sandbox, name: &str, text: &str, end: End, parts: &[&str]) {
    let Played { output, page, told } = played(sandbox, name, text, "simulated");
    let how = if end == Stuck { "failed" } else { "done" };
    assert!(told.contains(&format!("\"how\":\"{how}\"")), "{name}: {told}");
    let is_told = page.contains("\"head\":\"Stuck: nothing can ever happen again");
    assert_eq!(is_told, end == Stuck, "{name}: its page: {page}");
    assert!(page.contains("data-e="), "{name}: there is a story on its page");
    let mut rest = &*output;
    for part in parts {
        let found = rest.split_once(part);
        rest = found.unwrap_or_else(|| panic!("{name}: '{part}' is not next in\n{output}")).1;
    }
}

/// Each of the examples runs, and the compiler has nothing to say of it.
#[test]
fn the_examples_run() {
    let sandbox = Sandbox::start(&[]);
    let examples = examples(&sandbox);
    assert_eq!(examples[0].0, "breakfast", "it is the first to be seen");
    let (exercises, examples): (Vec<_>, Vec<_>) =
        examples.into_iter().partition(|(name, _)| is_exercise(name));
    assert!(!exercises.is_empty());
    let names: Vec<_> = examples.iter().map(|(name, _)| &**name).collect();
    assert!(names.iter().all(|name| EXAMPLES.iter().any(|it| it.0 == *name)), "{names:?}");
    for (name, end, parts) in EXAMPLES {
        let example = examples.iter().find(|example| example.0 == *name);
        let (_, text) = example.unwrap_or_else(|| panic!("{name} is not there: {names:?}"));
        assert_plays(&sandbox, name, text, *end, parts);
    }
}

/// The comment in `main` names what to call instead.
#[test]
fn what_an_example_proposes_runs_too() {
    let sandbox = Sandbox::start(&[]);
    for (name, text) in examples(&sandbox) {
        let Some((before, proposal)) = text.rsplit_once("; // and now ") else { continue };
        let proposed = PROPOSED.iter().find(|it| it.0 == name);
        let (_, body, end, parts) = proposed.unwrap_or_else(|| panic!("{name}: {proposal}"));
        // What was there is not called any more.
        let (before, _) = before.rsplit_once('\n').expect("`main` is above it");
        let text = format!("#![allow(dead_code)]\n{before}\n    {body};\n}}\n");
        assert_plays(&sandbox, &name, &text, *end, parts);
    }
}

/// As they are, with their holes, each compiles; what is printed of a solution is what it says.
#[test]
fn the_exercises_are_examples_too() {
    let sandbox = Sandbox::start(&["--limit", "2"]);
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/exercises");
    let read = |path: String| fs::read_to_string(exercises.join(path)).unwrap();
    let mut count = 0;
    for (name, text) in examples(&sandbox).iter().filter(|(name, _)| is_exercise(name)) {
        count += 1;
        let play = read(format!("plays/{name}.rs"));
        let hole = played(&sandbox, name, text, "real");
        let solution = read(format!("solutions/{name}.rs")) + "\n" + &play;
        let Played { output, told, .. } = played(&sandbox, name, &solution, "real");
        let (_, expected) = play.split_once("/// Solved, it prints: ").unwrap();
        let expected: Vec<_> = expected.lines().next().unwrap().split("; ").collect();
        assert_eq!(output.lines().collect::<Vec<_>>(), expected, "{name}: {told}");
        assert_ne!(hole.output, output, "{name} is solved by its hole");
    }
    assert!(count >= 12, "all exercises: {count}");
}
